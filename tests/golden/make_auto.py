"""Writes auto.json: what ``auto`` forecasts for series of many kinds, so that a change of it is seen.

Run from the repository root: python -m tests.golden.make_auto
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from models.forecasters.combination.auto import Auto, AutoParams
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

TARGET = Path(__file__).with_name("auto.json")
LEVELS = (50.0, 80.0, 95.0)


def hourly(size: int = 700) -> FloatArray:
    """Days and weeks with noise that follows the level."""
    random = np.random.default_rng(11)
    t = np.arange(size)
    day, week = np.sin(2 * np.pi * t / 24), np.where(t // 24 % 7 < 5, 1.0, 0.6)
    return np.asarray((100 + 60 * day) * week * np.exp(0.05 * random.normal(size=size)))


def cases() -> dict[str, tuple[FloatArray, int | list[int] | None, int]]:
    """Values, seasons (None to find them) and horizon of each series."""
    random = np.random.default_rng(5)
    return {
        "passengers": (load("airpassengers")[1], 12, 18),
        "sunspots": (load("sunspots")[1][-200:], None, 11),
        "hourly": (hourly(), None, 48),
        "few years": (np.array([820.0, 870, 905, 990, 1010, 1090, 1180, 1195, 1300]), 1, 6),
        "mostly zeros": ((random.random(80) < 0.3) * random.integers(1, 9, 80).astype(float), 7, 7),
        "with negatives": (random.normal(size=90).cumsum() + 3 * np.sin(np.arange(90)), 4, 8),
        "two values": (np.array([3.0, 5.0]), None, 3),
    }


def answer(y: FloatArray, season: int | list[int] | None, horizon: int) -> dict[str, Any]:
    model = Auto(AutoParams()).fit_one(series_of(y.round(6), season))
    made = model.predict(horizon)
    bands = {level: made.interval(level) for level in LEVELS}
    return {
        "y": y.round(6).tolist(),
        "season": season,
        "mean": made.mean[0].tolist(),
        "seasons": list(model.info().season_length),
        "bands": {
            f"{level:g}": [band.lower[0].tolist(), band.upper[0].tolist()]
            for level, band in bands.items()
            if band is not None
        },
    }


def main() -> None:
    golden = {name: answer(*case) for name, case in cases().items()}
    TARGET.write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
