"""What a piece of work takes at most, measured in a process of its own."""

import ctypes
import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def held_mb() -> float:
    """Return the memory of this process, MB."""
    return _of_status("VmRSS")


def estimates_and_peaks(
    work: Callable[..., float], jobs: Sequence[tuple[Any, ...]]
) -> list[tuple[float, float]]:
    """Return what each job was estimated to take, MB, and what it took at most.

    ``work`` does a job, of the arguments given, and returns the estimate; with ``warm_up`` it does a small one of
    its kind.
    """
    command = [sys.executable, "-c", f"from {__name__} import measure; measure()"]
    asked = json.dumps([work.__module__, work.__name__, jobs])
    freed_at_once = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}
    environment = {**os.environ, **freed_at_once, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, asked], env=environment, capture_output=True, text=True, check=True
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def measure() -> None:
    """Do the jobs that this process was told of."""
    module, name, jobs = json.loads(sys.argv[1])
    work = getattr(importlib.import_module(module), name)
    for job in jobs:
        work(*job, warm_up=True)  # what torch loads at first is none of the model's
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # nor is what was freed before
        Path("/proc/self/clear_refs").write_text("5")
        before = held_mb()
        print(json.dumps([work(*job), _of_status("VmHWM") - before]))


def _of_status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [one for one in lines if one.startswith(name)]
    return int(line.split()[1]) / 1024
