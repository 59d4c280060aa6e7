"""Compare an LSTM with a plain recurrent and a linear network on textbooks' exercises: ``make bench-textbook``.

Each sees a window and forecasts one step ahead: by nothing but its own weights, without the regression that
networks otherwise begin with, which alone is exact on a sine; and then by its defaults.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.options import published
from bench.report import markdown, publish
from models.forecasters.base import Forecaster
from models.registry import ModelSpec, create
from models.types import FloatArray
from tests.models.build import series_of

BARE: dict[str, Any] = {
    **{"horizon": 1, "season_length": 1, "log": False, "scale_by": "series", "dropout": 0.0},
    **{"residual": False, "highway": False},
}
NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm, pooling max": ("lstm", {"pooling": "max"}),
    "lstm, pooling mean": ("lstm", {"pooling": "mean"}),
    "rnn": ("rnn", {}),
    "linear": ("linear", {}),
}


@dataclass(frozen=True)
class Course:
    """How all learn an exercise: rounds, how many without improvement end them, and the largest step."""

    epochs: int = 150
    patience: int = 40
    learning_rate: float = 0.01


@dataclass(frozen=True)
class Exercise:
    """A series by its seed, how far back a window looks, how many last values are forecast, and the training."""

    made: Callable[[int], FloatArray]
    window: int = 10
    tested: int = 200
    course: Course = Course()


def long_memory(seed: int) -> FloatArray:
    """Return values whose size nobody can know, with the sign of the product of those 29 and 30 steps before."""
    y = np.random.default_rng(seed).normal(size=4000)
    for t in range(30, len(y)):
        y[t] = abs(y[t]) * np.sign(y[t - 29] * y[t - 30])
    return y


def noisy_sine(seed: int) -> FloatArray:
    """Return a sine with normal noise of a tenth."""
    return np.asarray(np.sin(0.1 * T) + 0.1 * np.random.default_rng(seed).normal(size=len(T)))


T = np.arange(400.0)
EXERCISES = {
    "sine": Exercise(lambda seed: np.sin(0.1 * T + seed)),
    "noisy sine": Exercise(noisy_sine),
    "chirp sin((0.1 t)²)": Exercise(
        lambda seed: np.sin((0.1 * T) ** 2), course=Course(300, 300, 0.02)
    ),
    "sign by 29 and 30 steps back": Exercise(long_memory, 30, 1000),
}


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--exercises", nargs="*", choices=list(EXERCISES), default=list(EXERCISES))
    options = parser.parse_args()
    began = time.process_time()
    for table, bare in (("textbook", True), ("textbook-defaults", False)):
        rows = [_row(name, options.seeds, bare=bare) for name in options.exercises]
        publish(table, markdown(rows), write=options.write)
    print(f"{(time.process_time() - began) / 60:.1f} minutes of a core")


def _row(name: str, seeds: int, *, bare: bool) -> dict[str, object]:
    found: dict[str, object] = {"RMSE one step ahead": name}
    exercise = EXERCISES[name]
    for title, (model, own) in NETWORKS.items():
        params = {**own, **(_bare(model, exercise.course) if bare else {})}
        each = [_error(exercise, model, params, seed) for seed in range(seeds)]
        found[title] = f"{np.mean(each):.3g} ({min(each):.3g} to {max(each):.3g})"
    return found


def _bare(model: str, course: Course) -> dict[str, Any]:
    """Return the params of a network without what it otherwise begins with."""
    kind = {"kind": "linear"} if model == "linear" else {}
    return {**BARE, **kind, **asdict(course)}


def _error(exercise: Exercise, name: str, params: dict[str, Any], seed: int) -> float:
    """Return the root mean squared error on the last values, of a network that never saw them."""
    y, size = exercise.made(seed), exercise.tested
    spec = ModelSpec(name, {**params, "window": exercise.window})
    model = create(Forecaster, spec, seed).aimed_at(1).fit_one(series_of(y[:-size]))
    [expected] = model.update(y[-size:]).fitted() or []
    return float(np.sqrt(np.mean((y - expected)[-size:] ** 2)))


if __name__ == "__main__":
    main()
