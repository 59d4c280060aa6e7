"""A forecaster of differences as a forecaster of the level: differencing is a part of the model.

Errors of different steps of a difference are related, so that its intervals cannot be added up. Those of the
level can be observed: at each rolling origin the forecast of the differences is added up from there, and
what it misses is a whole path of errors of the level.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, Self

import numpy as np

from models import registry
from models.contract.context import QUIET, Context
from models.data.outcomes import constant_notice, guard, named
from models.data.prediction import Prediction
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.errors import InvalidRequest
from models.forecasters.base import ANOTHER, Fit, Forecaster, Future, Part
from models.intervals.conformal import REFERENCE_LEVEL
from models.params import Params
from models.registry import ForecasterRef, ModelSpec, NamedModel
from models.stats.distributions import normal_quantile, residual_std
from models.transforms.chain import FittedChain, TransformChain
from models.transforms.transform import Transform
from models.types import FloatArray

AS_CONSTANT = ": forecast as that constant, with a zero-width interval"


class TransformedParams(Params):
    """What is fitted, and what it is to see of the series."""

    model: ForecasterRef
    transforms: list[Transform]


class TransformedForecaster(Forecaster[TransformedParams]):
    """A model that sees what a chain of transforms makes of the series, and answers on the series' scale.

    It bears the model's name, and has no intervals of its own. A member that the transforms make constant
    needs no fit: what has only such members has no model within.
    """

    state_kind = "transformed"

    def __init__(self, params: TransformedParams, *, random_state: int = 0) -> None:
        super().__init__(params, random_state=random_state)
        self.model_: Forecaster[Any] | None = None
        self.chains_: list[FittedChain] = []
        self.seen_: list[Series] = []

    @classmethod
    def of(cls, model: ModelSpec, transform: TransformChain, random_state: int = 0) -> Self:
        """Return a model around that of a name; raises ``InvalidRequest`` for a bad name or bad params."""
        named_model = NamedModel(name=model.name, params=dict(model.params))
        params = TransformedParams(
            model=named_model,
            transforms=list(transform.transforms),  # type: ignore[arg-type]  # each is one of the union
        )
        return cls(params, random_state=random_state)

    @property
    def name(self) -> str:  # type: ignore[override]  # that of the model within
        """The name of the model within."""
        return registry.spec_of(self.params.model).name

    @property
    def takes_exogenous(self) -> bool:  # type: ignore[override]
        """Whether the model within takes regressors."""
        return self._unfitted.takes_exogenous

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether a column has a part in the forecast of the model within."""
        if self.model_ is None:  # none was fitted, since nothing varied
            return super().uses_column(series, name)
        return self.model_.uses_column(series, name)

    @cached_property
    def transform(self) -> TransformChain:
        """What the model is to see of the series."""
        return TransformChain(tuple(self.params.transforms))

    @cached_property
    def _unfitted(self) -> Forecaster[Any]:
        spec = registry.spec_of(self.params.model)
        return registry.create(Forecaster, spec, self.random_state)

    def aimed_at(self, horizon: int) -> Self:
        """Return this around a model for so many steps."""
        aimed = self._unfitted.aimed_at(horizon)
        if aimed is self._unfitted:
            return self
        within = NamedModel(name=aimed.name, params=aimed.params.model_dump())
        params = self.params.model_copy(update={"model": within})
        return type(self)(params, random_state=self.random_state)

    def required_observations(self, season_length: int) -> int:
        """Return how many points are needed, those that the transforms take away included."""
        return self._unfitted.required_observations(season_length) + self.transform.points_lost

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
        fit = self._unfitted.fit([inside[row] for row in varying], context)
        found.errors.update({varying[row]: error for row, error in fit.errors.items()})
        for part in fit.parts:
            rows = [varying[row] for row in part.rows]
            around = self._around(part.model, rows, chains, inside)
            found.parts.append(Part(around, rows, part.spent_ms))
        return found

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        fit = self.fit(members, context)
        for error in fit.errors.values():
            raise error
        vars(self).update(fit.parts[0].model._learned())

    def _around(
        self,
        model: Forecaster[Any] | None,
        rows: Sequence[int],
        chains: Mapping[int, FittedChain],
        inside: Mapping[int, Series],
    ) -> Self:
        """Return this around a fitted model, or around series that need none."""
        around = self.clone()
        around.model_ = model
        around.chains_ = [chains[row] for row in rows]
        around.seen_ = [inside[row] for row in rows]
        around.season_length_ = 1 if model is None else model.season_length_
        return around

    def _told(self, future: Future) -> Self:
        if self.model_ is None:
            return self
        told = copy(self)
        told.model_ = self.model_._told(future)
        return told

    def _apply(self, series: Series) -> None:
        self.chains_ = [self.transform.fit_to(series)]
        self.seen_ = [self.chains_[0].transformed(series)]
        if self.seen_[0].is_constant:
            self.model_ = None
        elif self.model_ is None:
            raise InvalidRequest(
                f"{self.name} has learned nothing from a series that the transforms made constant",
                "fit it to this series",
            )
        else:
            self.model_ = self.model_.apply_one(self.seen_[0])

    def _forecast(self, horizon: int) -> Prediction:
        if self.model_ is None:
            ahead = np.stack([np.full(horizon, series.y[-1]) for series in self.seen_])
            std = np.zeros_like(ahead)
        else:
            inside = self.model_.predict(horizon)
            ahead = inside.mean
            std = self._std(inside, self.model_) if self.transform.is_nonlinear else ahead
        rows = zip(self.chains_, ahead, std, strict=True)
        if not self.transform.is_nonlinear:
            return Prediction(np.stack([chain.invert(row) for chain, row, _ in rows]))
        return Prediction(np.stack([chain.invert_mean(row, one) for chain, row, one in rows]))

    def _std(self, inside: Prediction, model: Forecaster[Any]) -> FloatArray:
        """Return the standard deviation on the scale that the model sees, (members, horizon), 0 where unknown."""
        std = np.zeros_like(inside.mean)
        band, fitted = inside.interval(REFERENCE_LEVEL), model.fitted()
        if band is not None:
            std = (band.upper - band.lower) / (2.0 * normal_quantile(REFERENCE_LEVEL))
        elif fitted is not None:
            pairs = zip(self.seen_, fitted, strict=True)
            std[:] = np.concatenate([residual_std((one.y - known)[None]) for one, known in pairs])
        return np.nan_to_num(std)

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none; None if it has none."""
        values = [series.y for series in self.seen_]
        inside = values if self.model_ is None else self.model_.fitted()
        if inside is None:
            return None
        return [chain.invert_fitted(row) for chain, row in zip(self.chains_, inside, strict=True)]

    def info(self) -> ModelInfo:
        """Tell what was fitted within."""
        return self.infos(1)[0]

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, once per member of a fitted group."""
        return self.model_.infos(count) if self.model_ else [self._unfitted.unfitted_info()] * count

    def notices(self) -> Sequence[Notice]:
        """Pass on what the model has to tell; tell of members that needed none."""
        if self.model_ is None:
            return [*map(self._of_constant, self.seen_)]
        return self.model_.notices()

    def _of_constant(self, series: Series) -> Notice:
        after = ", ".join(self.transform.names)
        return constant_notice(series, AS_CONSTANT, after=f"after {after} ")
