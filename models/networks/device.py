"""Where a network runs: threads, seeds, memory that is given back, and what running out of it looks like."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from models.networks.sizes import ROOM

_FULL = ("out of memory", "can't allocate memory", "not enough memory")
"""What torch says, in lower case, where there is no class of errors for it."""


@contextmanager
def seeded(device: str, seed: int) -> Iterator[torch.device]:
    """Yield the device with random numbers of a seed and as many threads as the process was given.

    What others draw afterwards is as if nothing had been drawn here; cached memory is given back.
    """
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    where = torch.device(device)
    with torch.random.fork_rng(devices=[where] if where.type == "cuda" else []):
        torch.manual_seed(seed)
        try:
            yield where
        finally:
            give_back(where)


def room_on(device: torch.device, limit: int | None) -> int:
    """Return the bytes that windows looked at together may take; ``limit``: of all work, None for none."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free // 2
    return ROOM if limit is None else min(ROOM, limit // 2)


def give_back(device: torch.device) -> None:
    """Return cached memory of a graphics processor to its driver."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that less at once might work."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(one in str(error).lower() for one in _FULL)
