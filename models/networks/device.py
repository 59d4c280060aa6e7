"""Where a network runs: threads, seeds, memory that is given back, and what running out of it looks like."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache

import torch
from torch import Tensor

from models.networks.sizes import PASSED_AT_ONCE, ROOM, bytes_of_pass
from models.types import FloatArray, IntArray

_FULL = ("out of memory", "can't allocate memory", "not enough memory")
"""What torch says, in lower case, where there is no class of errors for it."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""How mallopt(3) of glibc calls what it is told."""
_KEPT = 2**29
"""Bytes that a process keeps for its next step."""


@contextmanager
def seeded(device: str, seed: int) -> Iterator[torch.device]:
    """Yield the device with random numbers of a seed and as many threads as the process was given.

    What others draw afterwards is as if nothing had been drawn here; cached memory is given back.
    """
    _reuse_memory()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    where = torch.device(device)
    with torch.random.fork_rng(devices=[where] if where.type == "cuda" else []), _as_on_a_core():
        torch.manual_seed(seed)
        try:
            yield where
        finally:
            give_back(where)


def _as_on_a_core() -> AbstractContextManager[None]:
    """Let graphics processors compute with all 32 bits, and the same each time."""
    return torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)


def knows_bfloat16(device: torch.device) -> bool:
    """Whether a recurrence can compute with 16 bits there: torch has none for cores without AVX-512."""
    return device.type != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def wake(device: str) -> None:
    """Load what a graphics processor needs, so that its memory is not taken for that of a piece of work."""
    torch.zeros(1, device=device)


def on_device(
    numbers: IntArray | FloatArray | Tensor, device: torch.device, dtype: torch.dtype | None = None
) -> Tensor:
    """Return numbers, of any shape, on a device, without waiting there for what was asked of it before."""
    there = torch.as_tensor(numbers, dtype=dtype)
    if there.device.type == device.type:
        return there
    # From memory that does not move, a copy takes its turn behind what is under way.
    return there.pin_memory().to(device, non_blocking=True)


def room_on(device: torch.device, limit: int | None) -> int:
    """Return the bytes that windows looked at together may take; ``limit``: of all work, None for none."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free // 2
    return ROOM if limit is None else min(ROOM, limit // 2)


def passed_at_once(device: torch.device, numbers: int) -> int:
    """Return how many windows times passes are looked at together, of so many numbers each.

    Few, which stay in the memory of a core; a graphics processor is as soon through with many.
    """
    if device.type != "cuda":
        return PASSED_AT_ONCE
    free, _ = torch.cuda.mem_get_info(device)
    return max(PASSED_AT_ONCE, free // 2 // bytes_of_pass(numbers))


@cache
def _reuse_memory() -> None:
    """Let what a step frees serve the next one, where the C library can be told so and was not told otherwise.

    Else it goes back to the system, and a step of tens of megabytes waits for its pages a third of the time.
    """
    if _is_glibc() and "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        ctypes.CDLL(None).mallopt(_TRIM_THRESHOLD, _KEPT)
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _KEPT)


def give_back(device: torch.device) -> None:
    """Return memory that is kept for the next step: of a graphics processor to its driver, else to the system."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif _is_glibc():
        ctypes.CDLL(None).malloc_trim(0)


@cache
def _is_glibc() -> bool:
    try:
        return bool(os.confstr("CS_GNU_LIBC_VERSION"))
    except (AttributeError, ValueError):  # another system, another C library
        return False


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that less at once might work."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(one in str(error).lower() for one in _FULL)
