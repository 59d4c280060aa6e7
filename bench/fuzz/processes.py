"""The server's processes, as the kernel sees them."""

from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Family:
    """The processes below one: how many live, how many are dead and not buried."""

    living: int
    zombies: int


def resident_mib(pid: int) -> float:
    """Return the memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / MIB


def child_of(pid: int) -> int:
    """Return the only child of a process."""
    [child] = [one for one, (parent, state) in _parents().items() if parent == pid and state != "Z"]
    return child


def family(pid: int) -> Family:
    """Count what descends from a process."""
    known = _parents()
    found, states = {pid}, []
    while new := {one for one, (parent, _) in known.items() if parent in found} - found:
        found |= new
        states += [known[one][1] for one in new]
    return Family(sum(state != "Z" for state in states), sum(state == "Z" for state in states))


def _parents() -> dict[int, tuple[int, str]]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            found[int(folder.name)] = (int(parent), state)
    return found
