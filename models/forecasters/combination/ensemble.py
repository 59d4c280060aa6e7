"""Several named forecasters, combined by mean, median or weights; their intervals bound by bound, likewise."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field

from models import registry
from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.data.prediction import Curve, Distribution, NeverNarrowing, Prediction
from models.data.results import Interval
from models.data.series import Notice, Series
from models.errors import FitFailed, InvalidRequest, SeriesError
from models.forecasters.base import Forecaster, Future
from models.intervals.conformal import rolling_errors, rolling_origins
from models.params import Params, SeasonalParams
from models.registry import ModelSpec, NamedModel
from models.stats.weights import inverse_error_weights
from models.types import FloatArray, IntArray

Method = Literal["mean", "median", "weighted"]

_ORIGINS = 4
"""Rolling origins by which members are weighed."""
_LEAST_SHARE = 1e-3
"""A smaller share of the largest error counts as that."""
_RUNAWAY = 3.0
"""A member this many times further out than the others reach has run away."""
_STRONG = ("ets", "optimized_theta", "ces")
"""Members that are good alone and err differently: what is combined unless told otherwise."""


class MemberParams(Params):
    """One member: the name of a forecaster, and its params."""

    name: str = Field(title="Model", description="Name of a forecaster in the catalog.")
    params: dict[str, Any] = Field(
        default_factory=dict, title="Params", description="Its params; its defaults if left out."
    )

    def spec(self) -> ModelSpec:
        """Return what the registry takes."""
        return ModelSpec(self.name, self.params)


def _named(value: Any) -> Any:
    return {"name": registry.known_forecaster(value)} if isinstance(value, str) else value


def _known(member: MemberParams) -> MemberParams:
    registry.known_forecaster(NamedModel(name=member.name, params=member.params))
    return member


Member = Annotated[
    MemberParams,
    BeforeValidator(_named, json_schema_input_type=str | MemberParams),
    AfterValidator(_known),
]


class EnsembleParams(SeasonalParams):
    """The members and how they are combined."""

    models: list[Member] = Field(
        default=[MemberParams(name=name) for name in _STRONG],
        min_length=1,
        max_length=20,
        title="Members",
        description="Forecasters by name, or objects of name and params.",
    )
    method: Method = Field(
        "median",
        title="Combination",
        description="Mean, median, or mean weighted by the inverse squared error at rolling origins.",
    )


class Ensemble(Forecaster[EnsembleParams]):
    """The mean, median or inverse-error weighted mean of other forecasters, bounds of intervals included.

    A member that cannot be fitted is left out, with a notice.

    Reference: Bates and Granger (1969), The combination of forecasts, OR Quarterly 20; Lichtendahl,
    Grushka-Cockayne and Winkler (2013), Is it better to average probabilities or quantiles?, Management
    Science 59.
    """

    name = "ensemble"
    title = "Ensemble"
    summary = "Combines the forecasts of several models, which is safer than choosing one."
    reference = (
        "Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly 20(4)"
    )
    takes_several_seasons = True
    takes_exogenous = True

    def required_observations(self, season_length: int) -> int:
        """What the least demanding member needs."""
        return min(member.required_observations(season_length) for member in self._unfitted())

    def cost(self, work: Workload) -> Cost:
        """All members, fitted one after another, and again at each origin at which they are weighed."""
        fits = 1 + _ORIGINS * (self.params.method == "weighted")
        each = [one.cost(work) for one in self._unfitted()]
        seconds = fits * sum(one.seconds for one in each)
        return replace(
            super().cost(work), seconds=seconds, memory_bytes=max(one.memory_bytes for one in each)
        )

    def _unfitted(self) -> list[Forecaster[Any]]:
        return [registry.create(Forecaster, member.spec()) for member in self.params.models]

    def _fit_within(self, series: Series, context: Context) -> None:
        self.notices_: list[Notice] = []
        self.members_: list[Forecaster[Any]] = []
        series = self._with_season(series)
        specs = [member.spec() for member in self.params.models]
        failures = [self._add(spec, series, context) for spec in specs]
        if not self.members_:
            raise FitFailed(
                f"no member of {self.name} could be fitted: {'; '.join(filter(None, failures))}",
                "name members that take a shorter series",
            )
        self.errors_ = (
            self._member_errors(series, context) if self.params.method == "weighted" else []
        )
        self.weights_ = (
            _inverse_squares(self.errors_)
            if self.errors_
            else [1.0 / len(self.members_)] * len(self.members_)
        )
        if series.exog and not any(member.takes_exogenous for member in self.members_):
            names = ", ".join(sorted(series.exog))
            text = f"{names} not used: none of the members takes exogenous variables"
            able = registry.named("forecaster", "exogenous", but=self.name)
            self.notices_.append(Notice("exogenous_unused", text, f"add one of {able}"))

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether a column has a part in the forecast of any member."""
        return any(member.uses_column(series, name) for member in self.members_)

    def _with_season(self, series: Series) -> Series:
        """Return the series with the season that the params ask for, which the members then see."""
        asked = self.params.season_length
        return series if asked is None else replace(series, season_length=(asked,))

    def _add(self, spec: ModelSpec, series: Series, context: Context) -> str | None:
        """Fit one member; return why it could not be, having noted it for the caller."""
        try:
            member = registry.create(Forecaster, spec, self.random_state).fit_one(series, context)
            if not np.isfinite(member.predict(1).mean).all():
                raise FitFailed(f"{spec.name} gave a forecast that is not finite")
        except SeriesError as error:
            reason = error.message
        except InvalidRequest:
            raise
        except Exception as error:  # libraries raise whatever they like; the others go on
            reason = f"{spec.name} could not be fitted: {error}"
        else:
            self.members_.append(member)
            return None
        self.notices_.append(
            Notice("member_dropped", f"{self.name} goes on without {spec.name}: {reason}")
        )
        return reason

    def _member_errors(self, series: Series, context: Context) -> list[float]:
        """Return each member's root mean squared error at rolling origins, infinite if it has none."""
        horizon = max(
            1, min(self.season_length_ if self.season_length_ > 1 else 4, len(series) // 4)
        )
        return [_rolling_rmse(member, series, horizon, context) for member in self.members_]

    def _forecast(self, horizon: int) -> Prediction:
        members = [member.predict(horizon) for member in self.members_]
        means = [member.mean[0] for member in members]
        keep = _plausible(means)

        def at(level: float) -> Interval:
            bands = [band for member in members if (band := member.interval(level)) is not None]
            lower = self._combine([band.lower[0] for band in bands], keep)
            upper = self._combine([band.upper[0] for band in bands], keep)
            return Interval(lower[None], upper[None])

        def own() -> Distribution | None:
            known = all(member.distribution is not None for member in members)
            return NeverNarrowing(Curve(at)) if known else None

        return Prediction(self._combine(means, keep)[None], {"parametric": own})

    def _fitted(self) -> FloatArray | None:
        fitted = [member.fitted() for member in self.members_]
        known = [one[0] for one in fitted if one is not None]
        return self._combine(known) if len(known) == len(fitted) else None

    def _told(self, future: Future) -> Self:
        told = copy(self)
        told.members_ = [
            member._told(future) if member.takes_exogenous else member for member in self.members_
        ]
        return told

    def _apply(self, series: Series) -> None:
        series = self._with_season(series)
        self.members_ = [member.apply_one(series) for member in self.members_]

    def _update(self, points: Series | FloatArray) -> None:
        """Update every member, or none if one of them cannot be."""
        stuck = [member.name for member in self.members_ if not member.can_update()]
        if stuck:
            raise InvalidRequest(
                f"{self.name} cannot be updated without a refit, because {', '.join(stuck)} cannot",
                "fit it again on the longer series, or leave them out",
            )
        for member in self.members_:
            member.update(points)

    _update_with = _update

    def _combine(self, rows: Sequence[FloatArray], keep: IntArray | None = None) -> FloatArray:
        """Return the combination of one row per member, without members that have run away."""
        keep = _plausible(rows) if keep is None else keep
        table = np.stack(rows)[keep]
        if self.params.method == "median":
            return np.asarray(np.median(table, axis=0))
        weights = np.asarray(self.weights_)[keep]
        return np.asarray(weights @ table / weights.sum())

    def notices(self) -> Sequence[Notice]:
        """Tell which members were dropped, and what the others have to say."""
        of_members = [notice for member in self.members_ for notice in member.notices()]
        return [*self.notices_, *of_members]

    def _details(self) -> dict[str, Any]:
        details: dict[str, Any] = {
            "method": self.params.method,
            "members": [{"name": one.name, "title": one.info().title} for one in self.members_],
        }
        if self.params.method != "median":
            details["weights"] = [round(weight, 4) for weight in self.weights_]
        if self.errors_:
            details["rolling_rmse"] = [
                error if np.isfinite(error) else None for error in self.errors_
            ]
        return details

    def _title(self) -> str:
        return f"Ensemble ({self.params.method} of {len(self.params.models)})"


def _rolling_rmse(member: Forecaster[Any], series: Series, horizon: int, context: Context) -> float:
    origins = rolling_origins(
        len(series), member.required_observations(member.season_length_), horizon
    )
    if len(origins) > _ORIGINS:
        origins = origins[np.linspace(0, len(origins) - 1, _ORIGINS).astype(np.int64)]

    def forecast_from(origin: int, steps: int) -> FloatArray:
        return member.clone().fit_one(series.head(origin), context).predict(steps).mean

    try:
        errors = rolling_errors(series.y[None, :], origins, horizon, forecast_from)
    except InvalidRequest:
        raise
    except Exception:  # as in fitting: a member that fails at an origin has no known error
        return float("inf")
    known = errors[np.isfinite(errors)]
    return float(np.sqrt(np.mean(known**2))) if known.size else float("inf")


def _inverse_squares(errors: Sequence[float]) -> list[float]:
    """Return weights in inverse proportion to the squared errors; equal ones if no error is known."""
    known = [error for error in errors if np.isfinite(error)]
    least = _LEAST_SHARE * max(known, default=0.0)
    return [float(one) for one in inverse_error_weights(np.asarray(errors), 2.0, least)]


def _plausible(rows: Sequence[FloatArray]) -> IntArray:
    """Return the positions of the members that have not run away from all others.

    One has if it leaves the others' range by three times that range and more than their size.
    """
    table = np.stack(rows)
    everyone = np.arange(len(table))
    if len(table) < 3:
        return everyone
    kept = [row for row in everyone if not _runs_away(table[row], np.delete(table, row, axis=0))]
    return np.asarray(kept if kept else everyone, dtype=np.int64)


def _runs_away(row: FloatArray, others: FloatArray) -> bool:
    low, high = np.nanmin(others), np.nanmax(others)
    room = _RUNAWAY * (high - low) + max(abs(low), abs(high))
    return bool((row > high + room).any() or (row < low - room).any())
