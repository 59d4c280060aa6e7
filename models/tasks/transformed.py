"""A forecaster of differences as a forecaster of the level: differencing is a part of the model.

Errors of different steps of a difference are related, so that its intervals cannot be added up. Those of the
level can be observed: at each rolling origin the forecast of the differences is added up from there, and
what it misses is a whole path of errors of the level.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from models.contract.context import QUIET, Context
from models.data.outcomes import constant_notice, guard, named
from models.data.prediction import Prediction
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.forecasters.base import ANOTHER, Fit, Forecaster, Part
from models.intervals.conformal import REFERENCE_LEVEL
from models.params import Params
from models.stats.distributions import normal_quantile, residual_std
from models.transforms.chain import FittedChain, TransformChain
from models.types import FloatArray

AS_CONSTANT = ": forecast as that constant, with a zero-width interval"


class TransformedForecaster(Forecaster[Params]):
    """A model that sees what a chain of transforms makes of the series, and answers on the series' scale.

    It has no intervals of its own. A member that the transforms make constant needs no fit.
    """

    def __init__(self, model: Forecaster[Any], transform: TransformChain) -> None:
        super().__init__(model.params, random_state=model.random_state)
        self.model, self.transform = model, transform
        self.name, self.takes_exogenous = model.name, model.takes_exogenous  # type: ignore[misc]
        self.scope = model.scope  # type: ignore[misc]
        self.chains_: list[FittedChain] = []
        self.seen_: list[Series] = []
        self.varies_ = True

    def clone(self) -> Self:
        """Return the same model, unfitted."""
        return type(self)(self.model.clone(), self.transform)

    def required_observations(self, season_length: int) -> int:
        """Return how many points are needed, those that the transforms take away included."""
        return self.model.required_observations(season_length) + self.transform.lost

    def fit(self, panel: Sequence[Series], context: Context = QUIET) -> Fit:
        """Transform every series and learn from them in the groups of the model."""
        found = Fit()
        chains: dict[int, FittedChain] = {}
        inside: dict[int, Series] = {}
        for row, series in enumerate(panel):
            with guard(f"{self.name} could not be fitted", ANOTHER) as caught:
                chains[row] = self.transform.fit_to(series)
                inside[row] = chains[row].transformed(series)
            if caught.error is not None:
                found.errors[row] = named(caught.error, series.unique_id)
        still = [row for row, series in inside.items() if series.is_constant]
        if still:
            found.parts.append(Part(self._around(None, still, chains, inside), still))
        varying = [row for row, series in inside.items() if not series.is_constant]
        fit = self.model.fit([inside[row] for row in varying], context)
        found.errors.update({varying[row]: error for row, error in fit.errors.items()})
        for part in fit.parts:
            rows = [varying[row] for row in part.rows]
            around = self._around(part.model, rows, chains, inside)
            found.parts.append(Part(around, rows, part.spent_ms))
        return found

    def _around(
        self,
        model: Forecaster[Any] | None,
        rows: Sequence[int],
        chains: Mapping[int, FittedChain],
        inside: Mapping[int, Series],
    ) -> Self:
        """Return this around a fitted model, or around series that need none."""
        around = type(self)(self.model if model is None else model, self.transform)
        around.chains_ = [chains[row] for row in rows]
        around.seen_ = [inside[row] for row in rows]
        around.varies_ = model is not None
        around.season_length_ = 1 if model is None else model.season_length_
        return around

    def _forecast(self, horizon: int) -> Prediction:
        if not self.varies_:
            ahead = np.stack([np.full(horizon, series.y[-1]) for series in self.seen_])
            std = np.zeros_like(ahead)
        else:
            inside = self.model.predict(horizon)
            ahead = inside.mean
            std = self._std(inside) if self.transform.bends else ahead
        rows = zip(self.chains_, ahead, std, strict=True)
        if not self.transform.bends:
            return Prediction(np.stack([chain.invert(row) for chain, row, _ in rows]))
        return Prediction(np.stack([chain.invert_mean(row, spread) for chain, row, spread in rows]))

    def _std(self, inside: Prediction) -> FloatArray:
        """Return the standard deviation on the scale that the model sees, (members, horizon), 0 where unknown."""
        std = np.zeros_like(inside.mean)
        band, fitted = inside.interval(REFERENCE_LEVEL), self.model.fitted()
        if band is not None:
            std = (band.upper - band.lower) / (2.0 * normal_quantile(REFERENCE_LEVEL))
        elif fitted is not None:
            pairs = zip(self.seen_, fitted, strict=True)
            std[:] = np.concatenate([residual_std((one.y - known)[None]) for one, known in pairs])
        return np.nan_to_num(std)

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none; None if it has none."""
        inside = self.model.fitted() if self.varies_ else [series.y for series in self.seen_]
        if inside is None:
            return None
        return [chain.invert_fitted(row) for chain, row in zip(self.chains_, inside, strict=True)]

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, once per member of a fitted group."""
        return self.model.infos(count) if self.varies_ else [self.model.clone().info()] * count

    def notices(self) -> Sequence[Notice]:
        """Pass on what the model has to tell; tell of members that needed none."""
        return self.model.notices() if self.varies_ else [*map(self._of_constant, self.seen_)]

    def _of_constant(self, series: Series) -> Notice:
        after = ", ".join(self.transform.names)
        return constant_notice(series, AS_CONSTANT, after=f"after {after} ")
