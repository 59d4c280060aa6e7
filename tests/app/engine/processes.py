"""Finding the worker processes, as a person with a terminal would."""

import os
from pathlib import Path


def workers_of_this_process() -> list[int]:
    """The children of the fork servers of this process."""
    parents = _parents()
    servers = {pid for pid, parent in parents.items() if parent == os.getpid()}
    return [pid for pid, parent in parents.items() if parent in servers and _is_worker(pid)]


def workers_of(server: int) -> list[int]:
    """The same for another process."""
    parents = _parents()
    children = {pid for pid, parent in parents.items() if parent == server}
    return [pid for pid, parent in parents.items() if parent in children and _is_worker(pid)]


def is_busy(server: int) -> bool:
    """Whether a worker of that server computes at this moment."""
    return any(_state(pid) == "R" for pid in workers_of(server))


def _state(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            state, parent = stat.rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(folder.name)] = int(parent)
    return found


def _is_worker(pid: int) -> bool:
    try:
        return b"forkserver" in (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
