"""Write the example spiky_hourly.csv: four weeks of made-up load with two planted anomalies."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "app/web/static/examples/spiky_hourly.csv"
START = datetime(2024, 3, 4)  # a Monday
HOURS = 28 * 24
SPIKE_AT, SPIKE = datetime(2024, 3, 20, 14), 45.0
DROP_AT, DROP = datetime(2024, 3, 27, 10), -45.0


def spiky_hourly() -> list[tuple[datetime, float]]:
    """A day and a week on top of each other, noise of deviation 2, one spike and one drop."""
    stamps = [START + timedelta(hours=i) for i in range(HOURS)]
    hour = np.arange(HOURS)
    day = 20 * np.sin(2 * np.pi * (hour - 8) / 24) + 6 * np.sin(4 * np.pi * hour / 24)
    weekend = np.where([stamp.weekday() >= 5 for stamp in stamps], -12.0, 0.0)
    y = 100 + day + weekend + np.random.default_rng(20240304).normal(0, 2, HOURS)
    y[stamps.index(SPIKE_AT)] += SPIKE
    y[stamps.index(DROP_AT)] += DROP
    return list(zip(stamps, y.round(2).tolist(), strict=True))


def as_csv() -> str:
    rows = [f"spiky_hourly,{stamp:%Y-%m-%d %H:%M:%S},{y}" for stamp, y in spiky_hourly()]
    return "\n".join(["unique_id,ds,y", *rows, ""])


if __name__ == "__main__":
    TARGET.write_text(as_csv(), encoding="utf-8")
