"""A forecaster of differences as a forecaster of the level: differencing is a part of the model.

Errors of different steps of a difference are related, so that its intervals cannot be added up. Those of the
level can be observed: at each rolling origin the forecast of the differences is added up from there, and
what it misses is a whole path of errors of the level.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from models.data.outcomes import constant_notice
from models.data.prediction import Prediction
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.forecasters.base import Forecaster
from models.intervals.conformal import REFERENCE_LEVEL
from models.params import Params
from models.stats.distributions import normal_quantile, residual_std
from models.transforms.chain import TransformChain
from models.types import FloatArray

AS_CONSTANT = ": forecast as that constant, with a zero-width interval"


class Integrated(Forecaster[Params]):
    """A model that sees what a chain of transforms makes of the series, and answers on the series' scale.

    It has no intervals of its own. A member that the transforms make constant needs no fit.
    """

    def __init__(self, model: Forecaster[Any], transform: TransformChain) -> None:
        super().__init__(model.params, random_state=model.random_state)
        self.model, self.transform = model, transform
        self.name, self.takes_exogenous = model.name, model.takes_exogenous  # type: ignore[misc]

    def clone(self) -> Self:
        """Return the same model, unfitted."""
        return type(self)(self.model.clone(), self.transform)

    def required_observations(self, season_length: int) -> int:
        """Return how many points are needed, those that the transforms take away included."""
        return self.model.required_observations(season_length) + self.transform.lost

    def fit_group(self, members: Sequence[Series]) -> Self:
        """Transform and learn; raises ``SeriesTooShort``, ``BadValues`` or ``FitFailed``."""
        self.chains_ = [self.transform.fit_to(series) for series in members]
        self.seen_ = [
            chain.transformed(series) for chain, series in zip(self.chains_, members, strict=True)
        ]
        self.varying_ = np.array([not series.is_constant for series in self.seen_])
        varying = [series for series in self.seen_ if not series.is_constant]
        if varying:
            self.model.fit_group(varying)
            self.season_length_ = self.model.season_length_
        return self

    def _forecast(self, horizon: int) -> Prediction:
        ahead = np.stack([np.full(horizon, series.y[-1]) for series in self.seen_])
        spread = np.zeros_like(ahead)
        if self.varying_.any():
            inside = self.model.predict(horizon)
            ahead[self.varying_] = inside.mean
            spread = self._spread_group(inside) if self.transform.bends else spread
        rows = zip(self.chains_, ahead, spread, strict=True)
        if not self.transform.bends:
            return Prediction(np.stack([chain.invert(row) for chain, row, _ in rows]))
        return Prediction(np.stack([chain.invert_mean(row, std) for chain, row, std in rows]))

    def _spread_group(self, inside: Prediction) -> FloatArray:
        """Return the spread on the scale that the model sees, (members, horizon), 0 where unknown."""
        spread = np.zeros((len(self.seen_), inside.mean.shape[1]))
        band, fitted = inside.interval(REFERENCE_LEVEL), self.model.fitted()
        if band is not None:
            half = (band.upper - band.lower) / (2.0 * normal_quantile(REFERENCE_LEVEL))
            spread[self.varying_] = half
        elif fitted is not None:
            seen = np.stack([series.y for series in self.seen_])[self.varying_]
            spread[self.varying_] = residual_std(seen - fitted)
        return np.nan_to_num(spread)

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none; None if it has none."""
        inside = np.stack([series.y for series in self.seen_])
        if self.varying_.any():
            fitted = self.model.fitted()
            if fitted is None:
                return None
            inside[self.varying_] = fitted
        rows = zip(self.chains_, inside, strict=True)
        return [chain.invert_fitted(row) for chain, row in rows]

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, once per member of a fitted group."""
        unfitted = self.model.clone().info()
        fitted = iter(self.model.infos(int(self.varying_.sum())) if self.varying_.any() else ())
        return [next(fitted) if varies else unfitted for varies in self.varying_]

    def notices(self) -> Sequence[Notice]:
        """Pass on what the model has to tell; tell of members that needed none."""
        of_model = self.model.notices() if self.varying_.any() else ()
        still = [series for series in self.seen_ if series.is_constant]
        return [*of_model, *map(self._of_constant, still)]

    def _of_constant(self, series: Series) -> Notice:
        after = ", ".join(self.transform.names)
        return constant_notice(series, AS_CONSTANT, after=f"after {after} ")

    def _fit(self, series: Series) -> None:
        self.fit_group([series])
