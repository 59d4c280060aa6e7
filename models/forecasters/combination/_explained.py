"""What regressors of which the future is known add to a combination: boosted trees, where they err less."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.contract.context import Context
from models.data.prediction import Curve, Distribution, Prediction
from models.data.results import Interval
from models.data.series import Notice, Series
from models.forecasters.regression.gradient_boosting import GradientBoosting

_LEAST = 40
"""With fewer values, held-out errors cannot tell whether a regressor helps."""


def known_regressors(series: Series) -> list[str]:
    """Return the regressors that vary and of which the future is known, in alphabetical order."""
    both = set(series.exog) & set(series.future)
    return sorted(name for name in both if np.ptp(series.exog[name]) > 0.0)


def explained(series: Series, random_state: int, context: Context) -> GradientBoosting | None:
    """Return trees that were fitted to the regressors of a series, None if there is too little to learn from."""
    names = known_regressors(series)
    if not names or len(series) < _LEAST:
        return None
    ahead = max(1, min(len(series.future[name]) for name in names))
    trees = GradientBoosting(random_state=random_state).aimed_at(ahead)
    return trees.fit_one(series, context)


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """How much the trees count beside the combination, 0 if they erred more on what both had not seen."""

    weight: float

    @classmethod
    def of(cls, trees: GradientBoosting, combined_error: float) -> "Share":
        """Weigh by the inverse squares of the errors; what is worse than the combination does not count."""
        own = trees.error_std_
        if not np.isfinite(own) or own >= combined_error:
            return cls(0.0)
        ratio = (own / combined_error) ** 2
        return cls(float(1.0 / (1.0 + ratio)))

    def mixed(self, alone: Prediction, trees: Prediction) -> Prediction:
        """Return both forecasts as one, their intervals combined bound by bound."""
        if self.weight == 0.0:
            return alone
        own, other = self.weight, 1.0 - self.weight

        def at(level: float) -> Interval:
            first, second = trees.interval(level), alone.interval(level)
            if first is None or second is None:  # both always have intervals of their own
                raise TypeError("a forecast without intervals cannot be mixed")
            return Interval(
                own * first.lower + other * second.lower, own * first.upper + other * second.upper
            )

        def curve() -> Distribution:
            return Curve(at)

        return Prediction(own * trees.mean + other * alone.mean, {"conformal": curve})

    def told(self, trees: GradientBoosting) -> dict[str, Any]:
        """Return what the answer says of the regressors."""
        return {"weight": round(self.weight, 4), **trees.info().details}


def of_unused(names: list[str], was_tried: bool) -> Notice:
    """Tell of regressors that did not help on held-out values, or that there were too few of these."""
    why = "did not help on held-out values" if was_tried else f"needs {_LEAST} values to learn from"
    return Notice(
        "exogenous_unused",
        f"the exogenous column {', '.join(names)} {why}: left out",
        "gradient_boosting, arima and others use it all the same",
    )
