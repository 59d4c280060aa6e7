"""What a forecaster expects of each point, and how far off the point is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, inf, nan
from typing import Any

import numpy as np
from pydantic import Field

from models import registry
from models.contract.cost import Cost, Workload
from models.contract.seasons import confirmed_seasons
from models.data.results import Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector, Points
from models.detectors.predictive._deseason import is_proportional
from models.detectors.predictive._errors import ErrorScale
from models.detectors.predictive._fitted import FittedForecaster, fitted_to
from models.detectors.predictive._former_level import FormerLevel
from models.detectors.predictive._rolling import Memory, NextCycle, RollingForecaster, regressors_of
from models.detectors.predictive._warm_up import WarmUp
from models.detectors.predictive._whole import judged_whole
from models.detectors.predictive._winsorised import WinsorisedUpdates
from models.detectors.scores import scores_by_tails
from models.errors import FitFailed, SeriesTooShort
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.registry import ForecasterRef
from models.stats.incidents import baseline_of
from models.stats.sided_tails import Tails
from models.time.steps import DAY
from models.types import BoolArray, FloatArray

_LEAST_ROOM, _CYCLES, _LONGEST = 500, 4, 2500
"""Points to learn from unless ``memory`` is given; cycles of the longest season, up to this length.

No refit is farther away than that length either, unless asked for."""
_REFITS = 20
"""More often than so many times in a memory, there is little new to learn from."""
_OVER = 8
"""By so many points medians tell that an incident is over."""
_FIT_SECONDS_PER_POINT, _SECONDS_PER_POINT = 5e-4, 2.5e-4
"""What refits may cost per point unless ``refit_every`` is given, and what else a point takes when causal."""


class PredictionIntervalParams(SeasonalParams):
    """Which forecaster says what was to be expected, and how often it learns anew when causal."""

    forecaster: ForecasterRef = Field(
        "ets",
        title="Forecaster",
        description="Name of a forecaster, or an object with its name and params.",
        examples=["ets", {"name": "holt_winters", "params": {"trend": "add"}}],
    )
    memory: int | None = Field(
        None,
        ge=20,
        le=100_000,
        title="Memory",
        description="When causal: number of last points to learn from; if omitted 500, or four cycles of"
        " the longest season that is given or that the calendar suggests, if these are more.",
    )
    refit_every: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Refit every",
        description="When causal: refit after this many points, more often at the start. In between, the"
        " forecaster is updated, or forecasts further ahead if it cannot be. If omitted, as often as is"
        " cheap.",
    )
    steps_ahead: int = Field(
        1,
        ge=1,
        le=1000,
        title="Steps ahead",
        description="Each point is compared with the forecast made this many steps before it. More than 1"
        " finds slow drifts, which a forecast one step ahead follows; points are then judged from their past"
        " alone, causal or not.",
    )
    warm_up: int = Field(
        10,
        ge=3,
        le=100_000,
        title="Warm-up",
        description="When causal: number of points before the first one that is judged; at least two cycles"
        " if a season is given.",
    )


class PredictionInterval(Detector[PredictionIntervalParams]):
    """Flag what a forecaster, one step before or more, would have put outside of its interval.

    With the whole series at hand, gross outliers are taken out before the fit, so that a spike
    neither hides itself nor smears onto its neighbours, and a second fit, to values winsorised as an M-estimate
    has them, is taken where it comes closer; then every point is compared with what the fit expected of it.
    When causal, the forecaster is fitted to the past at scheduled points and its state moved on in between; what
    lies beyond the interval teaches no more than its edge would, until so many such points in a row say that the
    series has changed (see ``Learning``); from the fourth of them on they are to the state as if they were
    missing. Where three points are back within a hundred, the series had not changed. Until the cycles of the
    calendar up to a week could be learned, what lies near the range so far, or between what is expected and what
    was at this place of every cycle before, is not known to be strange.

    A season that the forecaster cannot take (a week of hours, any season if it knows none) is taken
    out before, as the mean of neighbouring cycles. What regressors explain, if the forecaster takes
    any, is learned however far off it lies. The scale is the median one, so the outliers
    that it is to reveal do not widen it; its tails are those of the bulk of the deviations.

    Reference: Hill and Minsker (2010), Anomaly detection in streaming environmental sensor data,
    Environmental Modelling & Software 25; Gelper, Fried and Croux (2010), Robust forecasting with
    exponential and Holt-Winters smoothing, Journal of Forecasting 29; Huber (1964), Robust estimation of a
    location parameter, Annals of Mathematical Statistics 35.
    """

    name = "prediction_interval"
    state_version = 12
    title = "Prediction interval"
    summary = "Points outside a forecaster's interval one step ahead; for trend and season."
    reference = (
        "Hill & Minsker (2010), Anomaly detection in streaming environmental sensor data,"
        " Environmental Modelling & Software 25, 1014-1022"
    )
    min_observations = 3
    is_causal = True
    notices_: tuple[Notice, ...] = ()
    is_whole_: bool = False
    without_fitted_: str | None = None

    def required_observations(self, season_length: int) -> int:
        """Return as many as the forecaster needs without a season."""
        return max(self.min_observations, self._forecaster().required_observations(1))

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate the fits of the forecaster to the series, or, if causal, all those to the last points.

        If nobody says how often that is, it is as often as is cheap. A whole series is replayed, too, where no
        fit tells what was expected of it.
        """
        fit, steps_ahead = work.seconds(self._fit_seconds), self.params.steps_ahead
        if causal or steps_ahead > 1:
            return Cost(work.seconds(self._replay_seconds))
        if not self._forecaster().can_tell_fitted():
            return Cost(fit + work.seconds(self._replay_seconds))
        return Cost(fit if self.runs_network else 2.0 * fit)

    def _fit_seconds(self, observations: int, season_length: int, horizon: int = 1) -> float:
        return _fit_seconds(self._forecaster(), observations, season_length)

    def _replay_seconds(self, observations: int, season_length: int, horizon: int = 1) -> float:
        room = min(observations, self.params.memory or max(_LEAST_ROOM, _CYCLES * season_length))
        fit = self._fit_seconds(room, season_length)
        every = self.params.refit_every or min(
            max(fit / _FIT_SECONDS_PER_POINT, room // _REFITS), _LONGEST
        )
        seen, early = self.params.warm_up, fit
        while seen < observations and seen // 4 < every:  # fits are nearer together at the start
            early += self._fit_seconds(min(seen, room), season_length)
            seen += max(seen // 4, 1)
        later = max(observations - seen, 0) / every * fit
        return early + later + observations * _SECONDS_PER_POINT

    def _forecaster(self) -> Forecaster[Any]:
        """Return the forecaster, not fitted yet."""
        return registry.create(
            Forecaster, registry.spec_of(self.params.forecaster), self.random_state
        )

    @property
    def takes_regressors(self) -> bool:
        """Whether the forecaster takes regressors."""
        name = registry.spec_of(self.params.forecaster).name
        return registry.find("forecaster", name).takes_exogenous

    @property
    def runs_network(self) -> bool:
        """Whether the forecaster does."""
        name = registry.spec_of(self.params.forecaster).name
        return registry.find("forecaster", name).uses_gpu

    def notices(self) -> Sequence[Notice]:
        """Pass on what the forecaster has to tell, and whether a whole series was judged causally."""
        if self.params.steps_ahead > 1 and self.is_whole_:
            text = (
                f"each point was compared with the forecast made {self.params.steps_ahead} steps before it,"
                " from its past alone"
            )
            hint = "leave steps_ahead out to have the whole series at hand"
            return *self.notices_, Notice("judged_causally", text, hint)
        if self.without_fitted_ is None:
            return *self.notices_, *self._unused()
        causally = Notice(
            "judged_causally",
            f"{self.without_fitted_} has no fitted values: each point was judged from its past alone",
            "choose another forecaster to have every point judged",
        )
        return *self.notices_, causally

    def _unused(self) -> Iterator[Notice]:
        """Tell of params that are about points one after another, where the whole series was at hand."""
        if not self.is_whole_:
            return
        fields = type(self.params).model_fields
        for name in ("memory", "refit_every", "warm_up"):
            if getattr(self.params, name) != fields[name].default:
                text = f"{name} is for points judged from their past alone, and had no effect here"
                yield Notice("parameter_unused", text, "send causal: true, or leave it out")

    @property
    def _model(self) -> Forecaster[Any] | None:
        """The forecaster that was fitted last, None before."""
        if hasattr(self, "rolling_"):
            return self.rolling_.forecaster
        return getattr(self, "forecaster_", None)

    def _title(self) -> str:
        model = self._model
        return f"{self.title} of {model.info().title}" if model else self.title

    def _season_info(self) -> tuple[int, ...]:
        return getattr(self, "seasons_", super()._season_info())

    def _details(self) -> dict[str, Any]:
        model = self._model
        if model is None:
            return {}
        info = model.info()
        if hasattr(self, "error_scale_"):
            scale, replaced = self.error_scale_.distribution.scale, self.updates_.replaced
        else:
            scale, replaced = self.scale_, self.replaced_
        return {
            "forecaster": {"name": info.name, "title": info.title, "params": dict(info.params)},
            "usual_deviation": scale,
            "outliers_replaced": replaced,
        }

    def _score(self, series: Series) -> Scores | None:
        self.is_whole_ = True
        if self.params.steps_ahead > 1:
            return None
        judged = judged_whole(self._forecaster(), series, self.params.season_length)
        self.in_logs_, self.replaced_ = judged.in_logs, judged.replaced
        self.scale_, self.seasons_ = judged.scale, judged.seasons
        if judged.fitted is not None:
            self.forecaster_ = judged.fitted.model
            self.notices_ += tuple(self.forecaster_.notices())
            if judged.scores is None:
                self.without_fitted_ = self.forecaster_.name
        return judged.scores

    # From here on: one point after another, each judged from the past alone.

    def _begin(self, streams: Sequence[Series]) -> None:
        [series] = streams
        given = self.params.season_length or max(series.season_length or (1,), default=1)
        room = self.params.memory or _room(series, given)
        self.memory_ = Memory.of(series, room)
        self.error_scale_ = ErrorScale.of(room)
        self.rolling_ = RollingForecaster()
        self.warm_up_ = WarmUp.of(series, given)
        self.ahead_ = np.full((self.params.steps_ahead, 3), np.nan)
        self.updates_, self.former_ = WinsorisedUpdates(), FormerLevel()
        self.seen_, self.lowest_, self.notices_ = 0, inf, ()
        step = series.grid.freq.length
        self.day_ = next((m for m in series.grid.freq.calendar_seasons() if m * step == DAY), 1)
        self.next_fit_ = max(self.params.warm_up, 2 * given if given > 1 else 0)

    @property
    def settling(self) -> int:
        """As many as a cycle that memory is laid out for, and enough errors to tell how far points lie off."""
        return (
            max(_LEAST_ROOM, self.memory_.winsorised.capacity // _CYCLES)
            + self.params.steps_ahead
            - 1
        )

    def _remember(self, points: Points) -> None:
        for value, teaches in points.one_by_one():
            self.memory_.take(value, 0.0, teaches)
            self.error_scale_.take(np.nan, np.nan, np.nan)
            self.lowest_ = min(self.lowest_, value) if teaches else self.lowest_
        self.seen_ += len(points.y)

    def _observe(self, points: Points) -> Scores:
        usual = [self._next_point(points, *one) for one in points.one_by_one()]
        return scores_by_tails(points.y, usual)

    def _next_point(self, points: Points, value: float, teaches: bool) -> Tails:
        """Return what was usual of one of the points; learn from it."""
        day = self.day_ if self.day_ in self._season_info() else 1
        learning = points.learning.within(day).after(self.warm_up_.telling(self.seen_))
        if self.seen_ >= self.next_fit_:
            self._learn(points, learning.patience)
        path, growth, phase_unit = self._forecast_before()
        growth *= self.rolling_.doubt_after(self.updates_.held)
        next_one = self.error_scale_.expected(path, growth, phase_unit)
        if next_one.center < 0.0 and self.lowest_ >= 0.0:
            next_one = replace(next_one, center=0.0)
        center = next_one.center
        former = self.former_.usual(self.error_scale_)
        usual = self._usual(next_one)
        if teaches:
            self.lowest_ = min(self.lowest_, value)
            if self.warm_up_.lasts:
                self.warm_up_.take(value)
            winsorised = self.updates_.taught(learning, value, next_one, usual)
            if self.updates_.begins_level(learning):
                self.next_fit_ = self.seen_ + 1
        else:  # what was expected moves the state on and teaches nothing
            winsorised = center if np.isfinite(center) else value
        tells = teaches and not self.updates_.is_incident(learning)
        self.error_scale_.take((value - path) / growth if tells else np.nan, path, phase_unit)
        self.memory_.take(winsorised, value - winsorised if teaches else 0.0, teaches)
        pull = self.rolling_.move(winsorised) * (winsorised - center)
        self.updates_.move(learning, pull)
        if former is not None:
            self._go_back(self.former_.move(value if teaches else nan, next_one, former))
        self.seen_ += 1
        return usual

    def _go_back(self, former: RollingForecaster | None) -> None:
        """Follow the stream with what did so before a new level that was none, until medians see it is over."""
        if former is not None:
            self.rolling_, self.updates_ = former, replace(self.updates_, run=0, held=0)
            self.next_fit_ = min(self.next_fit_, self.seen_ + _OVER)

    def _usual(self, expected: Tails) -> Tails:
        """Return what is usual of the next point: more than is expected, while seasons are yet to be learned.

        So is what was expected before strange points pulled it along, if these should be over.
        """
        if not np.isfinite(expected.center):
            return expected
        usual = self.updates_.without_pull(expected)
        return self.warm_up_.widened(usual, self.memory_) if self.warm_up_.lasts else usual

    def _forecast_before(self) -> tuple[float, float, float]:
        """Return what was expected of the next point so many steps before, how sure that was, and its unit."""
        told = self.rolling_.expect()
        if self.params.steps_ahead == 1:
            return told
        self.ahead_ = np.concatenate([self.ahead_[1:], [told]])
        path, growth, unit = self.ahead_[0].tolist()
        return path, growth, unit

    def _learn(self, points: Points, patience: int) -> None:
        """Fit the forecaster to the memory and settle when to do so again.

        ``patience``: so many points far off in a row are an incident, more are a new level.
        """
        most = max(1, self.seen_ // 4)
        ahead = min(most, self.params.refit_every or _LONGEST)
        doubtful = min(self.updates_.in_doubt(patience), len(self.memory_.known.values))
        held = self.memory_.is_held(doubtful)
        recalled = self.memory_.recalled(doubtful)
        further = self.params.steps_ahead - 1
        series, self.notices_ = self._told(recalled, points.calendar, ahead + further)
        known = self.memory_.is_known
        regressors = regressors_of(series) if self.takes_regressors else None
        seasons = confirmed_seasons(series, self.params.season_length)
        in_logs = is_proportional(series.y, seasons, known)
        y = np.log(series.y) if in_logs else series.y
        usual = baseline_of(y, seasons, regressors, known)
        self.warm_up_.learn(self.seen_, seasons)
        if np.ptp(usual.y) == 0.0:
            value = float(usual.y[0])
            self.rolling_ = RollingForecaster.constant(value, patience, self.params.steps_ahead)
            self.error_scale_.estimate_around(value, self.memory_.as_sent(), known, self.seen_)
            self.next_fit_ = self.seen_ + min(most, patience)
            return
        try:
            told = replace(series, y=usual.y)
            fitted = fitted_to(self._forecaster(), told, seasons, in_logs=in_logs)
        except (SeriesTooShort, FitFailed):
            self.next_fit_ = self.seen_ + 1
            return
        every = min(self._refit_every(fitted.model, len(series)), ahead)
        every = self.warm_up_.until_fit(self.seen_, every)
        if self.updates_.run > patience and self.params.steps_ahead == 1:
            self.former_.begin(self.rolling_, patience)
        self._follow(fitted, series, known & ~usual.is_incident & ~held, every)
        self.next_fit_ = self.seen_ + every

    def _follow(
        self, fitted: FittedForecaster, series: Series, teaches: BoolArray, steps: int
    ) -> None:
        """Go on from a fit to a series for so many steps.

        ``teaches``: shape (t,), which points say how far most lie off.
        """
        is_longer = max(self._season_info(), default=1) < fitted.cycle
        if is_longer or fitted.in_logs != self.rolling_.in_logs:
            self.error_scale_.forget()
        self.seasons_ = fitted.seasons
        self.notices_ += tuple(fitted.model.notices())
        units = self._measure(fitted, series.y, teaches)
        season, scales = fitted.split.next_cycle(len(series))
        told = self.takes_regressors and regressors_of(series) is not None
        self.rolling_ = RollingForecaster.following(
            fitted.model,
            NextCycle(season, scales, units, fitted.in_logs),
            steps,
            moves_on=fitted.model.can_update() and not told,
            reach=self.params.steps_ahead,
        )

    def _measure(self, fitted: FittedForecaster, y: FloatArray, teaches: BoolArray) -> FloatArray:
        """Learn the standard deviation; return the units of the phases that follow."""
        expected = fitted.expected
        if expected is None:
            self.error_scale_.estimate(None)
            return np.ones(1)
        units = fitted.units(y, expected, teaches)
        self.error_scale_.estimate(fitted.in_sample(y, expected, units, teaches))
        ahead = units / expected if fitted.in_logs else units
        return ahead[-fitted.cycle :] if len(ahead) >= fitted.cycle else np.ones(1)

    def _refit_every(self, model: Forecaster[Any], size: int) -> int:
        """Return after how many points to fit again: as often as is cheap, unless asked for."""
        if self.params.refit_every is not None:
            return self.params.refit_every
        cheap = ceil(_fit_seconds(model, size, model.season_length_) / _FIT_SECONDS_PER_POINT)
        return max(cheap, size // _REFITS)


def _room(series: Series, given: int) -> int:
    """Return how many points to remember of a stream with a given season, 1 for none."""
    suggested = series.grid.freq.calendar_seasons() if series.season_length is None else ()
    return max(_LEAST_ROOM, _CYCLES * min(max(given, *suggested, 1), _LONGEST))


def _fit_seconds(model: Forecaster[Any], observations: int, season_length: int) -> float:
    return model.cost(Workload.of_one(observations, season_length)).seconds
