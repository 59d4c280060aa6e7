"""The example series that the console offers, as the tests want them."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

EXAMPLES = Path(__file__).parents[1] / "app/web/static/examples"


def load(name: str) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Stamps as written in the file, and values with NaN where one is missing."""
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["ds"] for row in rows], np.array([float(row["y"] or "nan") for row in rows])


def log_passengers() -> npt.NDArray[np.float64]:
    """The logarithms of the airline passengers, whose season of 12 then adds up, (144,)."""
    return np.log(load("airpassengers")[1])
