"""Hyperparameters by trial: random ones first, then such as lie close to the best so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import exp, isfinite, log
from typing import Any

import numpy as np

from models.contract.context import Context
from models.contract.state import kept
from models.forecasters.neural._params import NetworkParams
from models.types import FloatArray

_COARSE = 0.6
"""The share of the trials that are random; the others look around the best."""
_WIDEST, _CLOSEST = 0.25, 0.08
"""How far these look, as shares of a range: less with each trial."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a hyperparameter may be: from ``low`` to ``high``, by factors or by steps."""

    low: float
    high: float
    by_factors: bool = False
    whole: bool = False

    def at(self, place: float) -> float:
        """Return the value at a place from 0 to 1."""
        low, high = (log(self.low), log(self.high)) if self.by_factors else (self.low, self.high)
        value = low + place * (high - low)
        value = min(max(exp(value) if self.by_factors else value, self.low), self.high)
        return round(value) if self.whole else float(f"{value:.4g}")

    def place(self, value: float) -> float:
        """Return where a value lies, 0 to 1; the nearer end for one beyond."""
        inside = min(max(value, self.low), self.high)
        if self.by_factors:
            return log(inside / self.low) / log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


Space = Mapping[str, Range]
Values = dict[str, Any]

SPACE: Space = {
    "learning_rate": Range(5e-4, 5e-2, by_factors=True),
    "weight_decay": Range(1e-6, 1e-2, by_factors=True),
    "dropout": Range(0.0, 0.5),
    "hidden": Range(8, 128, by_factors=True, whole=True),
    "layers": Range(1, 3, whole=True),
}
"""What is looked for of every network that has it."""


@kept
@dataclass(frozen=True, slots=True)
class HyperparameterTrial:
    """Values that were tried, and the loss on the held-back part."""

    values: Values
    loss: float


def search(
    params: NetworkParams,
    objective: Callable[[Values, Context], float],
    seed: int,
    context: Context,
) -> list[HyperparameterTrial]:
    """Try values of the hyperparameters that are at their default, by short trainings; the best comes first.

    ``objective``: the loss of a training with such values. It takes half of the time at most.
    """
    fields = type(params).model_fields
    begin = {name: getattr(params, name) for name in SPACE if name in fields}
    begin = {name: value for name, value in begin.items() if value == fields[name].default}
    short = {"epochs": params.trial_epochs, "use_all": False}
    timed, share = context.until(0.5), params.trial_epochs / params.all_epochs
    tried = count()

    def in_time(values: Values) -> float | None:
        number = next(tried)
        if number and timed.is_late:
            return None
        return objective({**values, **short}, timed.part(number * share, share))

    space = {name: SPACE[name] for name in begin}
    return searched(space, begin, params.search, in_time, np.random.default_rng(seed))


def searched(
    space: Space,
    begin: Values,
    count: int,
    objective: Callable[[Values], float | None],
    random: np.random.Generator,
) -> list[HyperparameterTrial]:
    """Try the values that are given, then ``count`` others, until ``objective`` is None; the best comes first.

    A loss that is no number is the worst.

    Reference: Bergstra and Bengio (2012), Random search for hyper-parameter optimization, JMLR 13.
    """
    trials: list[HyperparameterTrial] = []
    values = begin
    coarse = round(_COARSE * count)
    for number in range(count + 1):
        if number:
            best = min(trials, key=lambda one: one.loss).values
            values = _drawn(space, _width(number - 1 - coarse, count - coarse), best, random)
        loss = objective(values)
        if loss is None:
            break
        trials.append(HyperparameterTrial(values, loss if isfinite(loss) else float("inf")))
    return sorted(trials, key=lambda one: one.loss)


def _width(fine: int, of: int) -> float | None:
    """Return how far the fine trial of that number looks around the best, None for a coarse one."""
    return None if fine < 0 else _WIDEST * (_CLOSEST / _WIDEST) ** (fine / max(1, of - 1))


def _drawn(space: Space, width: float | None, best: Values, random: np.random.Generator) -> Values:
    places: FloatArray = random.uniform(size=len(space))
    if width is not None:
        around = np.array([one.place(best[name]) for name, one in space.items()])
        places = np.clip(around + width * random.normal(size=len(space)), 0.0, 1.0)
    return {
        name: one.at(float(place)) for (name, one), place in zip(space.items(), places, strict=True)
    }


def search_told(trials: Sequence[HyperparameterTrial]) -> dict[str, Any]:
    """Return what an answer tells of trials, the best of which is the first."""
    losses = [float(f"{one.loss:.4g}") for one in trials]
    return {"trials": len(losses), "best": trials[0].values, "losses": losses}
