"""What a forecaster expects of each point, and how far off the point is."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
from pydantic import Field

from models import registry
from models.contract.cost import Cost, Workload
from models.contract.seasons import seasons_of
from models.data.results import Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector, Points, deviation_scores
from models.detectors.predictive._deseason import LONGEST_OWN, split_seasons
from models.errors import FitFailed, SeriesTooShort
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.registry import ForecasterRef
from models.stats.cleaning import cleaned, explained
from models.stats.robust import MAD_DF, LevelScale, robust_scale
from models.stats.seasonal_index import EvolvingSeason
from models.time.grid import Grid
from models.types import BoolArray, FloatArray

_LEAST_ERRORS = 30
"""From so many forecast errors on, these tell the usual deviation instead of the fit's residuals."""
_LEAST_SCALE = 1e-6
"""A series cannot be predicted better than to this share of its own spread."""
_LEAST_OF_STEP = 1e-3
"""Nor better than to this share of its usual change, to which a fit ends its search."""
_LEAST_ROOM, _CYCLES, _LONGEST = 500, 4, 2500
"""Points to learn from unless ``memory`` is given; cycles of the longest season, up to this length.

No refit is farther away than that length either, unless asked for."""
_FIT_SECONDS_PER_POINT = 5e-4
"""What refits may cost per point unless ``refit_every`` is given."""


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
        description="When causal: learn from this many last points; if omitted from 500, or four cycles"
        " of the longest season that was given or that the calendar suggests, if these are more.",
    )
    refit_every: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Refit every",
        description="When causal: learn anew after this many points, more often at the start; between, the"
        " state moves on (or the forecast reaches further, if the forecaster has no such state)."
        " As often as is cheap if omitted.",
    )
    warm_up: int = Field(
        10,
        ge=3,
        le=100_000,
        title="Warm-up",
        description="When causal: judge no point before this many, or two cycles if a season is given.",
    )


class PredictionInterval(Detector[PredictionIntervalParams]):
    """Flag what a forecaster, one step before, would have put outside of its interval.

    With the whole series at hand, gross outliers are taken out before the fit, so that a spike
    neither hides itself nor smears onto its neighbours; then every point is compared with what the
    fit expected of it. When causal, the forecaster is fitted to the past at scheduled points and its
    state moved on in between; what lies beyond the interval teaches no more than its edge would,
    until so many such points in a row say that the series has changed (see ``Learning``).

    A season that the forecaster cannot take (a week of hours, any season if it knows none) is taken
    out before, as the mean of neighbouring cycles. What regressors explain, if the forecaster takes
    any, is learned however far off it lies. The usual deviation is the median one, so the outliers
    that it is to reveal do not widen it; its tails are those of the bulk of the deviations.

    Reference: Hill and Minsker (2010), Anomaly detection in streaming environmental sensor data,
    Environmental Modelling & Software 25; Gelper, Fried and Croux (2010), Robust forecasting with
    exponential and Holt-Winters smoothing, Journal of Forecasting 29.
    """

    name = "prediction_interval"
    title = "Prediction interval"
    summary = "Points outside of what a forecaster expected one step before; for trend and season."
    reference = (
        "Hill & Minsker (2010), Anomaly detection in streaming environmental sensor data,"
        " Environmental Modelling & Software 25, 1014-1022"
    )
    min_observations = 3
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return as many as the forecaster needs without a season."""
        return max(self.min_observations, self._forecaster().required_observations(1))

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate one fit of the forecaster, or, if causal, all its fits to the last points.

        If nobody says how often that is, it is as often as is cheap.
        """
        return Cost(work.seconds(self._replay_seconds if causal else self._fit_seconds))

    def _fit_seconds(self, observations: int, season_length: int, horizon: int = 1) -> float:
        return _fit_seconds(self._forecaster(), observations, season_length)

    def _replay_seconds(self, observations: int, season_length: int, horizon: int = 1) -> float:
        room = min(observations, self.params.memory or max(_LEAST_ROOM, _CYCLES * season_length))
        fit = self._fit_seconds(room, season_length)
        if self.params.refit_every is None:
            return fit + observations * _FIT_SECONDS_PER_POINT
        return fit * (1 + observations // self.params.refit_every)

    def _forecaster(self) -> Forecaster[Any]:
        """Return the forecaster, not fitted yet."""
        return registry.create(
            Forecaster, registry.spec_of(self.params.forecaster), self.random_state
        )

    @property
    def takes_calendar(self) -> bool:
        """Whether the forecaster takes regressors."""
        name = registry.spec_of(self.params.forecaster).name
        return registry.find("forecaster", name).takes_exogenous

    def notices(self) -> Sequence[Notice]:
        """Pass on what the forecaster has to tell, and whether a whole series was judged causally."""
        notices = getattr(self, "notices_", ())
        if not hasattr(self, "without_fitted_"):
            return notices
        causally = Notice(
            "judged_causally",
            f"{self.without_fitted_} has no fitted values: each point was judged from its past alone",
            "choose another forecaster, such as 'ets', to have every point judged",
        )
        return *notices, causally

    def _title(self) -> str:
        model: Forecaster[Any] | None = getattr(self, "forecaster_", None)
        return f"{self.title} of {model.info().title}" if model else self.title

    def _season_info(self) -> tuple[int, ...]:
        return getattr(self, "seasons_", super()._season_info())

    def _details(self) -> dict[str, Any]:
        model: Forecaster[Any] | None = getattr(self, "forecaster_", None)
        if model is None:
            return {}
        info = model.info()
        details = {
            "forecaster": {"name": info.name, "title": info.title, "params": dict(info.params)}
        }
        return details | {"usual_deviation": self.scale_, "outliers_replaced": self.replaced_}

    def _score(self, series: Series) -> Scores | None:
        seasons = self._seasons(series)
        seen = series.is_observed
        base = cleaned(series.y, seasons, self._regressors(series), seen)
        self.replaced_ = int(np.sum((base != series.y) & seen))
        if np.ptp(base) == 0.0:
            return deviation_scores(series.y, base, robust_scale((series.y - base)[seen]))
        model, season = self._fitted_to(replace(series, y=base), seasons)
        fitted = model.fitted()
        if fitted is None:
            self.without_fitted_ = model.name
            return None
        expected = fitted[0] + (0.0 if season is None else season.part)
        spread, df = _spread_of_fit(base, expected, model.season_length_, seen)
        self.scale_ = spread.scale
        return deviation_scores(series.y, expected, spread.at(expected), df)

    def _regressors(self, series: Series) -> FloatArray | None:
        """Return the columns that the forecaster learns from, shape (t, k); None without any."""
        known = [series.exog[name] for name in sorted(series.exog) if name in series.future]
        return np.column_stack(known) if known and self.takes_calendar else None

    def _seasons(self, series: Series) -> tuple[int, ...]:
        given = self.params.season_length
        return seasons_of(series) if given is None else (given,)

    def _fitted_to(
        self, series: Series, seasons: tuple[int, ...]
    ) -> tuple[Forecaster[Any], EvolvingSeason | None]:
        """Fit the forecaster to the series without the season that is too much for it."""
        model = self._forecaster()
        removed, left = None, seasons
        if not model.takes_several_seasons:
            longest = LONGEST_OWN if model.is_seasonal() else 1
            split = split_seasons(series.y, seasons, longest)
            removed, left = split.removed, split.left
        y = series.y if removed is None else series.y - removed.part
        model.fit_one(replace(series, y=y, season_length=left))
        self.forecaster_: Forecaster[Any] | None = model
        along = () if removed is None else tuple(m for m in seasons if removed.length % m == 0)
        self.seasons_ = tuple(sorted({*along, *model.info().season_length}))
        self.notices_ += tuple(model.notices())
        return model, removed

    # From here on: one point after another, each judged from the past alone.

    def _begin(self, streams: Sequence[Series]) -> None:
        series = streams[0]
        self.series_ = series  # name, frequency, first stamp and given season; holds no values
        given = self.params.season_length or max(series.season_length or (1,), default=1)
        suggested = series.grid.freq.calendar_seasons() if series.season_length is None else ()
        self.room_ = max(_LEAST_ROOM, _CYCLES * min(max(given, *suggested, 1), _LONGEST))
        self.longest_ = given
        self.seen_, self.next_fit_, self.run_, self.replaced_ = 0, self._first_fit(), 0, 0
        self.memory_, self.errors_, self.levels_ = np.empty(0), np.empty(0), np.empty(0)
        self.cut_off_, self.known_ = np.empty(0), np.empty(0, dtype=bool)
        self.forecaster_, self.moves_on_ = None, False
        self.path_, self.growth_, self.step_ = np.empty(0), np.empty(0), 0
        self.season_, self.phase_ = np.zeros(1), 0
        self.scale_, self.exponent_, self.reference_ = float("nan"), 0.0, 1.0
        self.df_ = 1.0
        self.notices_ = ()

    def _first_fit(self) -> int:
        cycles = 2 * self.longest_ if self.longest_ > 1 else 0
        return max(self.params.warm_up, cycles)

    def _observe(self, points: Points) -> Scores:
        y, teaches = points.y, points.teaches
        expected, scale, df = np.full((3, len(y)), np.nan)
        for place, (value, known) in enumerate(zip(y.tolist(), teaches.tolist(), strict=True)):
            if self.seen_ >= self.next_fit_:
                self._learn(points)
            expected[place], growth = self._expect()
            scale[place] = self._usual_deviation(expected[place]) * growth
            df[place] = self.df_
            if known:
                reach = points.learning.reach(float(scale[place]), self.df_)
                center = float(expected[place])
                kept, self.run_ = points.learning.believed(value, center, reach, self.run_)
                self.replaced_ += 0 < self.run_ <= points.learning.patience
                self._learn_error((value - expected[place]) / growth, float(expected[place]))
            else:  # what was expected moves the state on and teaches nothing
                kept = float(expected[place]) if np.isfinite(expected[place]) else value
            self._take(kept, value - kept if known else 0.0, known)
        return deviation_scores(y, expected, scale, df)

    def _expect(self) -> tuple[float, float]:
        """Return what is expected of the next point, and how much less sure that is than one step."""
        if self.step_ >= len(self.path_):
            return float("nan"), 1.0
        expected = self.path_[self.step_] + self.season_[self.phase_]
        return float(expected), float(self.growth_[self.step_])

    def _usual_deviation(self, level: float) -> float:
        return float(LevelScale(self.scale_, self.exponent_, self.reference_).at(np.array(level)))

    def _learn_error(self, error: float, expected: float) -> None:
        if np.isfinite(error):
            self.errors_ = np.append(self.errors_, error)[-self._memory :]
            self.levels_ = np.append(self.levels_, expected)[-self._memory :]

    def _take(self, kept: float, cut_off: float, known: bool) -> None:
        """Move the state on by one point, of which what lies beyond the interval is cut off."""
        self.memory_ = np.append(self.memory_, kept)
        self.cut_off_ = np.append(self.cut_off_, cut_off)
        self.known_ = np.append(self.known_, known)
        self.seen_ += 1
        self.step_ += 1
        kept -= float(self.season_[self.phase_])
        self.phase_ = (self.phase_ + 1) % len(self.season_)
        if self.forecaster_ is not None and self.moves_on_:
            self.forecaster_.update(np.array([kept]))
            self._look_ahead(self.forecaster_, 1)

    @property
    def _memory(self) -> int:
        return self.params.memory or self.room_

    def _learn(self, points: Points) -> None:
        """Fit the forecaster to the memory and settle when to do so again."""
        ahead = min(self._most_steps, self.params.refit_every or _LONGEST)
        series, self.notices_ = self._told(self._remembered(), points.calendar, ahead)
        regressors = self._regressors(series)
        if regressors is not None:
            series = replace(series, y=series.y + self._given_back(regressors))
        if np.ptp(series.y) == 0.0:
            self._expect_constant(float(series.y[0]), points.learning.patience)
            return
        try:
            model, season = self._fitted_to(series, self._seasons(series))
        except (SeriesTooShort, FitFailed):
            self.next_fit_ = self.seen_ + 1
            return
        self.season_, self.phase_ = np.zeros(1) if season is None else season.next_cycle, 0
        every = min(self._refit_every(model), ahead)
        self._measure(model, season, series.y)
        self.moves_on_ = model.can_update() and regressors is None
        self._look_ahead(model, 1 if self.moves_on_ else every)
        self.next_fit_ = self.seen_ + every

    def _remembered(self) -> Series:
        """Return the last points as a series, and forget what is older."""
        dropped = max(0, len(self.memory_) - self._memory)
        self.memory_, self.cut_off_ = self.memory_[dropped:], self.cut_off_[dropped:]
        self.known_ = self.known_[dropped:]
        grid = _grid_from(self.series_.grid, dropped, len(self.memory_))
        self.series_ = replace(self.series_, grid=grid.head(1))
        return replace(self.series_, y=self.memory_, grid=grid)

    def _given_back(self, regressors: FloatArray) -> FloatArray:
        """Return how much of what was cut off the regressors explain, shape (t,)."""
        cut = self.cut_off_
        return np.clip(explained(cut, regressors), np.minimum(cut, 0.0), np.maximum(cut, 0.0))

    def _expect_constant(self, value: float, steps: int) -> None:
        self.forecaster_, self.next_fit_ = None, self.seen_ + min(self._most_steps, steps)
        self.path_, self.growth_, self.step_ = np.full(steps, value), np.ones(steps), 0
        self.season_, self.phase_ = np.zeros(1), 0
        self.scale_, self.exponent_, self.df_ = 0.0, 0.0, float(self.seen_)

    def _measure(
        self, model: Forecaster[Any], season: EvolvingSeason | None, y: FloatArray
    ) -> None:
        """Learn the usual deviation: from the forecast errors so far, or the fit if these are few."""
        fitted = model.fitted()
        expected = None if fitted is None else fitted[0] + (0.0 if season is None else season.part)
        if len(self.errors_) >= _LEAST_ERRORS:
            spread = LevelScale.of(self.errors_, self.levels_)
            tails = spread.tail_df(self.errors_, self.levels_)
            self.df_ = max(1.0, min(MAD_DF * (len(self.errors_) - 1.0), tails))
        elif expected is None:
            spread, self.df_ = LevelScale(), 1.0
        else:
            spread, self.df_ = _spread_of_fit(y, expected, model.season_length_, self.known_)
        spread = replace(spread, scale=max(spread.scale, _least_scale(y[self.known_])))
        if expected is not None:
            spread = _no_less_than_of_fit(spread, y, expected, self.known_)
        self.scale_ = spread.scale
        self.exponent_, self.reference_ = spread.exponent, spread.reference

    def _look_ahead(self, model: Forecaster[Any], steps: int) -> None:
        """Forecast the next points, and how the doubt about them grows with the distance."""
        ahead = model.predict(steps)
        self.path_, self.step_ = ahead.mean[0], 0
        self.growth_ = np.ones(steps)
        band = ahead.interval(80.0) if steps > 1 else None
        if band is not None:
            width = (band.upper - band.lower)[0]
            if np.isfinite(width).all() and width[0] > 0.0:
                self.growth_ = width / width[0]

    def _refit_every(self, model: Forecaster[Any]) -> int:
        """Return after how many points to fit again: soon at the start, when each point tells much."""
        wanted = self.params.refit_every
        if wanted is None:
            spent = _fit_seconds(model, len(self.memory_), model.season_length_)
            wanted = ceil(spent / _FIT_SECONDS_PER_POINT)
        return min(wanted, self._most_steps)

    @property
    def _most_steps(self) -> int:
        return max(1, self.seen_ // 4)


def _fit_seconds(model: Forecaster[Any], observations: int, season_length: int) -> float:
    return model.cost(Workload.of_one(observations, season_length)).seconds


def _spread_of_fit(
    y: FloatArray, expected: FloatArray, season_length: int, seen: BoolArray
) -> tuple[LevelScale, float]:
    """Return the usual deviation of a fit from what was seen, and the degrees of freedom behind it.

    A fit has its parameters and one state per season from the data, which makes its residuals
    smaller than the errors of forecasts.
    """
    known = np.isfinite(expected) & seen
    count = float(np.sum(known))
    if not count:
        return LevelScale(), 1.0
    left = max(1.0, count - 2.0 - (season_length if season_length > 1 else 0))
    spread = LevelScale.of((y - expected)[known], expected[known])
    df = min(MAD_DF * left, spread.tail_df((y - expected)[known], expected[known]))
    wider = replace(spread, scale=max(spread.scale * np.sqrt(count / left), _least_scale(y[seen])))
    return wider, max(1.0, df)


def _no_less_than_of_fit(
    spread: LevelScale, y: FloatArray, expected: FloatArray, seen: BoolArray
) -> LevelScale:
    """Return the usual deviation, widened to that of a fit from what was seen.

    No model errs less on what is to come than on what it was fitted to; the errors so far may be those
    of another one, such as a trend that was not damped.
    """
    known = np.isfinite(expected) & seen
    if not known.any():
        return spread
    usual = spread.at(expected[known])
    beyond = (y - expected)[known][usual > 0.0] / usual[usual > 0.0]
    wider = max(1.0, robust_scale(beyond)) if len(beyond) else 1.0
    return replace(spread, scale=spread.scale * wider)


def _least_scale(y: FloatArray) -> float:
    step = float(np.median(np.abs(np.diff(y)))) if len(y) > 1 else 0.0
    return max(_LEAST_SCALE * robust_scale(y - np.median(y)), _LEAST_OF_STEP * step)


def _grid_from(grid: Grid, dropped: int, size: int) -> Grid:
    """Return the grid of ``size`` points that begins ``dropped`` steps after the first of ``grid``."""
    following = grid.future(dropped + size)
    stamps = np.concatenate([grid.stamps[:1], following])[dropped : dropped + size]
    return Grid(grid.freq, stamps, grid.tz)
