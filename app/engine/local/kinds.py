"""Kinds of lanes: what runs in one, with which libraries, threads and limits; and which devices there are."""

import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


class NoSuchDevice(Exception):
    """A device was asked for by name, and is not there."""


@dataclass(frozen=True, slots=True)
class LaneKind:
    """What is the same for all pieces that run in a lane.

    ``preload``: modules that its workers import beside what the fork server has. ``limits_address_space``:
    memory is limited where it is asked for; a driver of a device asks for far more than it uses, so that there
    the server watches what the process holds.
    """

    device: str = "cpu"
    threads: int = 1
    preload: tuple[str, ...] = ()
    limits_address_space: bool = True


CORE = LaneKind()
"""A core: one thread, since there are as many lanes."""


def of_device(device: str, threads: int) -> LaneKind:
    """Return the kind of lane of a graphics processor, with threads that feed it."""
    return LaneKind(device, threads, ("torch",), limits_address_space=False)


def devices_of(wanted: str) -> tuple[str, ...]:
    """Return the devices that a setting names: "auto", "cpu", "cuda" or "cuda:1"; raises ``NoSuchDevice``.

    Nothing of a driver is loaded to find out: a process that has it loaded cannot be forked.
    """
    if wanted == "cpu":
        return ()
    found = tuple(f"cuda:{number}" for number in range(_cards())) if _torch_has_cuda() else ()
    if wanted == "auto":
        return found
    chosen = found if wanted == "cuda" else tuple(one for one in found if one == wanted)
    if not chosen:
        there = ", ".join(found) or "none, or torch is the build for CPUs"
        raise NoSuchDevice(f"there is no device '{wanted}': found {there}")
    return chosen


def _cards() -> int:
    """Return how many graphics processors this process may see."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return sum(name.strip() not in ("", "-1") for name in visible.split(","))
    return sum(path.name.removeprefix("nvidia").isdigit() for path in Path("/dev").glob("nvidia*"))


def _torch_has_cuda() -> bool:
    try:
        return not version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False
