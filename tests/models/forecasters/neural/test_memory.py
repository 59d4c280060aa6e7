"""What a worker keeps after many trainings."""

from pathlib import Path

import numpy as np

from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from tests.models.build import series_of


def held_mb() -> float:
    """Return the memory of this process, MB."""
    (line,) = [
        one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def test_two_hundred_trainings_hold_no_more_memory_than_fifty() -> None:
    series = series_of(20 + np.random.default_rng(0).normal(size=30), 4)
    spec = ModelSpec("lstm", {"epochs": 1, "hidden": 4, "use_all": True})
    begun = 0.0
    for number in range(200):
        create(Forecaster, spec).aimed_at(2).fit_one(series).predict(2)
        if number == 49:
            begun = held_mb()
    assert held_mb() < begun + 8
