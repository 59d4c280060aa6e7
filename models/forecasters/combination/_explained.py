"""What regressors of which the future is known add to a combination: trees and splines, where they err less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from models.contract.context import Context
from models.data.parts import CALENDAR, HOLIDAYS, REST, Parts, added
from models.data.prediction import Curve, Distribution, Prediction
from models.data.results import Interval
from models.data.series import Notice, Series
from models.forecasters.regression.gradient_boosting import GradientBoosting
from models.forecasters.regression.spline_regression import SplineRegression
from models.stats.weights import inverse_error_weights
from models.types import FloatArray

_COLUMNS = ("regressor_", HOLIDAYS, CALENDAR)
_LEAST = 40
"""With fewer values, held-out errors cannot tell whether a regressor helps."""

Explaining: TypeAlias = GradientBoosting | SplineRegression


def known_regressors(series: Series) -> list[str]:
    """Return the regressors that vary and of which the future is known, in alphabetical order."""
    both = set(series.exog) & set(series.future)
    return sorted(name for name in both if np.ptp(series.exog[name]) > 0.0)


def explained(series: Series, random_state: int, context: Context) -> list[Explaining]:
    """Return models that were fitted to the regressors of a series, none if there is too little to learn from."""
    names = known_regressors(series)
    if not names or len(series) < _LEAST:
        return []
    ahead = max(1, min(len(series.future[name]) for name in names))
    kinds: Sequence[type[Explaining]] = (GradientBoosting, SplineRegression)
    return [
        kind(random_state=random_state).aimed_at(ahead).fit_one(series, context) for kind in kinds
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """How much each model with regressors counts beside the combination, (k,); 0 for one that erred more."""

    weights: FloatArray

    @classmethod
    def of(cls, models: Sequence[Explaining], combined_error: float) -> "Share":
        """Weigh by the inverse squares of the errors; what is worse than the combination does not count."""
        errors = np.array([model.error_std_ for model in models])
        better = np.isfinite(errors) & (errors < combined_error)
        every = np.append(np.where(better, errors, np.inf), combined_error)
        if not better.any():
            return cls(np.zeros(len(models)))
        return cls(np.asarray(inverse_error_weights(every, 2.0, 0.0)[:-1]))

    @property
    def total(self) -> float:
        """How much regressors count, from 0 to 1."""
        return float(self.weights.sum())

    def mixed(self, alone: Prediction, models: Sequence[Explaining], horizon: int) -> Prediction:
        """Return all forecasts as one, their intervals combined bound by bound."""
        if self.total == 0.0:
            return alone
        shares = [*self.weights.tolist(), 1.0 - self.total]
        pairs = zip(models, self.weights, strict=True)
        parts = [model.predict(horizon) if weight else alone for model, weight in pairs]
        parts.append(alone)
        mean = sum(share * part.mean for share, part in zip(shares, parts, strict=True))

        def at(level: float) -> Interval:
            lower, upper = np.zeros((1, horizon)), np.zeros((1, horizon))
            for share, part in zip(shares, parts, strict=True):
                band = part.interval(level)
                if band is None:  # all of them have intervals of their own
                    raise TypeError("a forecast without intervals cannot be mixed")
                lower, upper = lower + share * band.lower, upper + share * band.upper
            return Interval(lower, upper)

        def curve() -> Distribution:
            return Curve(at)

        return Prediction(np.maximum(mean, alone.least), {"conformal": curve}, alone.least)

    def parts(self, models: Sequence[Explaining], mean: FloatArray) -> Parts | None:
        """Return what regressors add to the mean (horizon,) by the weights; None where none is told to."""
        found: list[tuple[str, FloatArray]] = []
        for model, weight in zip(models, self.weights.tolist(), strict=True):
            parts = model.parts(len(mean)) if weight else None
            found += [(n, weight * v) for n, v in (parts or {}).items() if n.startswith(_COLUMNS)]
        told = added(found)
        return {REST: mean - sum(told.values()), **told} if told else None

    def told(self, models: Sequence[Explaining]) -> dict[str, Any]:
        """Return what the answer says of the regressors."""
        pairs = zip(models, self.weights.tolist(), strict=True)
        told = [{"name": m.name, "weight": round(w, 4), **m.info().details} for m, w in pairs]
        return {"weight": round(self.total, 4), "models": told}


def of_unused(names: Sequence[str], was_tried: bool) -> Notice:
    """Tell of regressors that did not help on held-out values, or that there were too few of these."""
    why = "did not help on held-out values" if was_tried else f"needs {_LEAST} values to learn from"
    return Notice(
        "exogenous_unused",
        f"the exogenous column {', '.join(names)} {why}: left out",
        "gradient_boosting, spline_regression, arima and others use it all the same",
    )
