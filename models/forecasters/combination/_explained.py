"""What regressors of which the future is known add to a combination: trees and splines, where they err less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from models import registry
from models.contract.context import Context
from models.contract.cost import Workload
from models.data.parts import CALENDAR, HOLIDAYS, REST, Parts, added
from models.data.prediction import Curve, Distribution, Prediction
from models.data.results import Interval
from models.data.series import Notice, Series
from models.features.calendar import on_holidays, part_of
from models.features.known_ahead import informative_columns
from models.forecasters.combination._origins import judged_steps
from models.forecasters.regression.gradient_boosting import GradientBoosting
from models.forecasters.regression.spline_regression import SplineRegression
from models.intervals.conformal import REFERENCE_LEVEL, half_width
from models.stats.cleaning import robust_smooth
from models.stats.distributions import normal_quantile
from models.stats.weights import inverse_error_weights
from models.types import FloatArray

_COLUMNS = ("regressor_", HOLIDAYS, CALENDAR)
_TINY = np.finfo(np.float64).tiny
_LEAST_SHARED = 5
"""With fewer errors on the same values, nothing is known of how they are related."""
_LEAST, _LEAST_MARKED = 24, 40
"""With fewer values, held-out errors cannot tell whether a regressor helps, or what holidays do."""
_ENOUGH_SHARED = 10
"""With fewer errors, the largest of them may well be still to come."""
_FAR_WORSE = 2.0
"""A regression that errs so many times as much as the combination is no judge of columns either."""
_UNTOLD = 5.0
"""So many errors that are unrelated tell as much of a variance as is known of it before."""
_MOST_HOLIDAYS = 0.25
"""Where a larger share is on holidays, what is usual without them is not seen."""

Explaining: TypeAlias = GradientBoosting | SplineRegression
_KINDS: Sequence[type[Explaining]] = (GradientBoosting, SplineRegression)


def seconds_to_explain(work: Workload) -> float:
    """Return about how long it takes to learn what regressors do."""
    enough = work.regressors and work.observations.max(initial=0) >= _LEAST
    return sum(kind().cost(work).seconds for kind in _KINDS) if enough else 0.0


def explained(
    series: Series, seasons: Sequence[int], random_state: int, context: Context
) -> list[Explaining]:
    """Return models that were fitted to the regressors of a series, none if there is too little to learn from.

    They learn for as many steps ahead as members are judged by, or for more where more are known: so the first
    steps are the same however far a forecast goes, up to that.
    """
    names = informative_columns(series)
    if not names or len(series) < _fewest(names):
        return []
    known = min(len(series.future[name]) for name in names)
    ahead = max(known, judged_steps(len(series), seasons))
    return [
        kind(random_state=random_state).aimed_at(ahead).fit_one(series, context) for kind in _KINDS
    ]


def _fewest(names: Sequence[str]) -> int:
    """Return how many values are needed to learn what these columns do."""
    return _LEAST_MARKED if any(part_of(name) == HOLIDAYS for name in names) else _LEAST


def unjudged_by(models: Sequence[Explaining], combined_error: float) -> SplineRegression | None:
    """Return the regression of which held-out errors do not tell what some columns add, None if there is none.

    What else it says must not be far worse than the combination.
    """
    for model in models:
        if isinstance(model, SplineRegression) and model.unjudged_columns:
            return model if model.error_std_ < _FAR_WORSE * combined_error else None
    return None


def without_holidays(y: FloatArray, series: Series) -> FloatArray:
    """Return the values, (t,), with what is usual on holidays if they are too few to learn from what those do."""
    if len(y) >= _LEAST_MARKED:
        return y
    marked = on_holidays(series)
    if not 0.0 < marked.mean() <= _MOST_HOLIDAYS:
        return y
    return np.where(marked, robust_smooth(y, series.grid.freq.calendar_seasons()), y)


@dataclass(frozen=True, slots=True, eq=False)
class _HeldOutErrors:
    """What models missed on the held-out values that they share.

    ``together``: shape (k,), the errors of their weighted mean, over the weighted mean of their deviations, none
    where they share few, ``shared``; ``related``: the correlation of one's errors with another's.
    """

    together: FloatArray
    related: float
    shared: int

    @classmethod
    def of(cls, models: Sequence[Explaining], weights: FloatArray) -> "_HeldOutErrors":
        """Compare the last errors of models, of which those with a weight, (models,), count."""
        shared = min(len(model.held_out_errors_) for model in models)
        if shared < _LEAST_SHARED:
            return cls(np.empty(0), 1.0, shared)
        errors = np.array(
            [model.held_out_errors_[len(model.held_out_errors_) - shared :] for model in models]
        )
        pairs = zip(models, weights.tolist(), strict=True)
        sizes = np.array([weight * model.error_std_ if weight else 0.0 for model, weight in pairs])
        apart = errors / np.maximum(np.sqrt(np.mean(errors**2, axis=1, keepdims=True)), _TINY)
        alike = (apart @ apart.T / shared)[np.triu_indices(len(models), 1)].mean()
        together = sizes @ errors / max(sizes.sum(), _TINY)
        return cls(together, float(np.clip(alike, 0.0, 1.0)), shared)

    def times(self, level: float) -> float:
        """Return how many deviations hold so many percent of the errors, normal ones if unknown."""
        return half_width(self.together, level)

    def widened(self, own: FloatArray, usual: FloatArray) -> FloatArray:
        """Return half widths, (2, 1, horizon), of few errors as if one more was as large as ``usual``."""
        if self.shared >= _ENOUGH_SHARED:
            return own
        return np.asarray(np.sqrt((self.shared * own**2 + usual**2) / (self.shared + 1)))


def _doubt(errors: FloatArray) -> float:
    """Return how much larger errors, (k,), are to be taken than they were found, 1 at least.

    Those that keep their sign count as the fewer that would tell as much (first-order autocorrelation).
    """
    squares, size = float(errors @ errors), len(errors)
    kept = float(errors[1:] @ errors[:-1]) / squares if squares else 0.0
    independent = size * (1.0 - max(kept, 0.0)) / (1.0 + max(kept, 0.0))
    return float(np.sqrt(1.0 + _UNTOLD / max(independent, 1.0)))


def _normal(made: Prediction) -> Prediction:
    """Return a prediction with the intervals of normal errors, which tell their deviation."""
    normal = made.by("parametric")
    return made if normal is None else normal


def _sides(part: Prediction, level: float) -> FloatArray:
    """Return how far the bounds of one series are from its mean, below and above, (2, 1, horizon)."""
    band = part.interval(level)
    if band is None:  # all of them have intervals of their own
        raise TypeError("a forecast without intervals cannot be mixed")
    return np.stack([part.mean - band.lower, band.upper - part.mean])


@dataclass(frozen=True, slots=True, eq=False)
class ModelWeights:
    """How much each model with regressors counts beside the combination, (k,); 0 for one that erred more."""

    weights: FloatArray

    @classmethod
    def of(cls, models: Sequence[Explaining], combined_error: float) -> "ModelWeights":
        """Weigh by the inverse squares of the errors; what is worse than the combination does not count.

        Nor does what may well be worse: what a walk misses that another happened to go along with for a while is
        little more than one error, since it keeps its sign.
        """
        errors = np.array([model.error_std_ for model in models])
        doubts = np.array([_doubt(model.held_out_errors_) for model in models])
        better = np.isfinite(errors) & (errors * doubts < combined_error)
        every = np.append(np.where(better, errors, np.inf), combined_error)
        if not better.any():
            return cls(np.zeros(len(models)))
        return cls(np.asarray(inverse_error_weights(every, 2.0, 0.0)[:-1]))

    @property
    def total(self) -> float:
        """How much regressors count, from 0 to 1."""
        return float(self.weights.sum())

    def mixed(self, alone: Prediction, models: Sequence[Explaining], horizon: int) -> Prediction:
        """Return all forecasts as one, with intervals from what the models missed together."""
        if self.total == 0.0:
            return alone
        counted = [model for model, weight in zip(models, self.weights, strict=True) if weight]
        shares = self.weights[self.weights > 0.0]
        parts = [_normal(model.predict(horizon)) for model in counted]
        of_models = sum(share * part.mean for share, part in zip(shares, parts, strict=True))
        mean = np.asarray(of_models + (1.0 - self.total) * alone.mean)
        held_out = _HeldOutErrors.of(models, self.weights)

        def at(level: float) -> Interval:
            pairs = zip(shares, parts, strict=True)
            unit = sum(share * _sides(part, REFERENCE_LEVEL) for share, part in pairs)
            usual = _sides(alone, level)
            own = held_out.widened(
                unit / normal_quantile(REFERENCE_LEVEL) * held_out.times(level), usual
            )
            rest = (1.0 - self.total) * usual
            # what the combination misses beyond the models, regressors explain: it is no part of their errors
            shared = np.minimum(rest, own * (1.0 - self.total) / self.total)
            below, above = np.sqrt(own**2 + rest**2 + 2.0 * held_out.related * own * shared)
            return Interval(mean - below, mean + above)

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
    why = (
        "did not help on held-out values"
        if was_tried
        else f"needs {_fewest(names)} values to learn from"
    )
    days = any(part_of(name) == HOLIDAYS for name in names) and not was_tried
    return Notice(
        "exogenous_unused",
        f"the exogenous column {', '.join(names)} {why}: left out{', and its days are not learned from' * days}",
        f"{registry.named('forecaster', 'exogenous', but='auto')} use it all the same",
    )
