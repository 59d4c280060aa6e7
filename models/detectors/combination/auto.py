"""The detector that suits the series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.contract.cost import Cost, Workload
from models.contract.seasons import (
    confirmed_seasons,
    may_have_cycles,
    season_of_scatter,
    seasons_for,
)
from models.data.results import NeighbourhoodScores, Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector, Points
from models.detectors.combination._around import (
    AROUND_MEMORY,
    AROUND_PER_POINT,
    AROUND_PER_SERIES,
    BEYOND,
    LEAST_AROUND,
    MEMBERS,
    around,
    flat_lines,
    window_lengths,
)
from models.detectors.combination._days import RunningDayEffects, days_of, with_days, without
from models.detectors.combination._exceedances import ExceedanceRuns, limit_exceedances, outside
from models.detectors.combination._stuck import StuckValueRuns
from models.detectors.predictive.prediction_interval import (
    PredictionInterval,
    PredictionIntervalParams,
)
from models.detectors.scores import merged, scores_by_side
from models.detectors.statistical.band import Band
from models.features.calendar import Calendar
from models.features.day_effects import AdditiveEffects
from models.params import SeasonalParams
from models.prepare.missing import seasonal
from models.stats.autocorrelation import LEAST, white_noise_test
from models.stats.incidents import baseline_of
from models.types import BoolArray, FloatArray
from models.wording import counted

_LEVEL = 99.0
_MANY = 2000
"""With more points, a search for the best exponential smoothing costs more than it gains."""


class AutoParams(SeasonalParams):
    """Nothing but the season needs to be said."""


@dataclass(frozen=True, slots=True)
class _Choice:
    detector: Detector[Any]
    why: str
    seasons: tuple[int, ...] = ()


class Auto(Detector[AutoParams]):
    """Judge points by a detector that suits the series, and stretches by two detectors of windows; tell why.

    White noise around a level gets a band. Any other series gets the interval of a forecaster: the best
    exponential smoothing or, if it is long, an exponentially weighted average after the season is taken out. If
    points lie outside the band in many places, it is widened (when causal, in many of the latest places).

    From 200 points on, windows of one cycle and of half a cycle are compared with the other windows, by their
    nearest neighbours and by cluster centres. So a stretch can be an anomaly although none of its points is.

    When causal, the series is not known beforehand, so the forecaster is always the weighted average, and runs
    of equal values that are too long for chance are anomalies, too.

    Reference: Ljung and Box (1978), On a measure of lack of fit in time series models, Biometrika 65,
    for what is noise; Aggarwal and Sathe (2017), Outlier Ensembles, for means and maxima of members; those of the
    chosen detectors for the rest.
    """

    name = "auto"
    state_version = 11
    title = "Automatic"
    summary = (
        "Points by a detector that suits the series, stretches by two more, on one scale; start"
        " here."
    )
    reference = "Ljung & Box (1978), On a measure of lack of fit in time series models, Biometrika 65, 297-303"
    min_observations = 1
    is_causal = True
    learns_days = True
    told_: tuple[Notice, ...] = ()
    names_: tuple[str, ...] = ()

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate what the dearest choice costs."""
        if causal:
            return PredictionInterval().cost(work, causal=True)
        few = replace(work, observations=np.minimum(work.observations, _MANY))
        cost = PredictionInterval().cost(few)
        long = work.observations[work.observations >= LEAST_AROUND]
        stretches = AROUND_PER_SERIES * len(long) + AROUND_PER_POINT * float(long.sum())
        return Cost(cost.seconds + stretches, max(cost.memory_bytes, AROUND_MEMORY))

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return that of the chosen detector."""
        return self.chosen_._threshold(scores, level)

    def notices(self) -> Sequence[Notice]:
        """Pass on those of the chosen detector, and tell which holidays have no effect."""
        told = self.days_so_far_.notices if hasattr(self, "days_so_far_") else self.told_
        return *told, *self.chosen_.notices()

    def _title(self) -> str:
        return self.chosen_.info().title

    def _season_info(self) -> tuple[int, ...]:
        return self.chosen_.info().season_length

    def _details(self) -> dict[str, Any]:
        info = self.chosen_.info()
        chosen = {"name": info.name, "title": info.title, "params": dict(info.params)}
        stretches: dict[str, Any] = {"stretches": self.stretches_} if self.stretches_ else {}
        so_far = getattr(self, "days_so_far_", None)
        days = self.names_ if so_far is None else so_far.names()
        if days:
            stretches["days"] = list(days)
        return {"chosen": chosen, "why": self.why_, **stretches, **info.details}

    def _score_days(self, series: Series, calendar: Calendar) -> Scores:
        days = self._days(series, calendar)
        flat = flat_lines(series)
        rest = series if days is None else replace(series, y=series.y - days.part)
        choice, scores = self._score_points(rest, flat)
        if days is not None:
            rest = replace(series, y=without(scores, series.y, days))
            scores = with_days(scores, series.y, days)
        scores = replace(scores, raw=np.where(series.is_observed, scores.raw, np.nan))
        scores = limit_exceedances(scores, self.chosen_._threshold_at(scores, _LEVEL))
        self.stretches_: dict[str, Any] = {}
        if len(series) < LEAST_AROUND:
            return self._at_least(scores, np.where(flat, BEYOND, 0.0))
        if scores.expected is not None:
            beyond = outside(scores, self.chosen_._threshold_at(scores, _LEVEL))
            expected = scores.expected if days is None else scores.expected - days.part
            scores.around = self._score_stretches(rest, choice, expected, beyond, flat)
        return scores

    def _days(self, series: Series, calendar: Calendar) -> AdditiveEffects | None:
        """Return what days of the calendar add to each point, None if they do nothing."""
        seasons = seasons_for(series, self.params.season_length)
        days, self.told_ = days_of(series, seasons, calendar)
        self.names_ = days.names()
        return days.added if days else None

    def _score_points(self, series: Series, flat: BoolArray) -> tuple[_Choice, Scores]:
        """Choose a detector and judge each point, those of flat lines by what it learns of the others."""
        moving = _without_flat_lines(series, flat, seasons_for(series, self.params.season_length))
        choice = self._choose(moving)
        self.chosen_, self.why_ = choice.detector, choice.why
        [scores] = self.chosen_.score([moving], _LEVEL)
        if moving is not series and scores.expected is not None and scores.sides is not None:
            scores = scores_by_side(series.y, scores.expected, scores.sides)
        return choice, scores

    def _score_stretches(
        self,
        series: Series,
        choice: _Choice,
        expected: FloatArray,
        beyond: BoolArray,
        flat: BoolArray,
    ) -> NeighbourhoodScores:
        """Judge what is around each point; ``expected``, ``beyond``, ``flat``: of ``around``."""
        if isinstance(self.chosen_, PredictionInterval) and self.chosen_.in_logs_:
            # deviations are shares of what is expected, so that windows are compared by these, too
            expected = np.log(np.maximum(expected, series.y.min()))
            series = replace(series, y=np.log(series.y))
        lengths = window_lengths(series, choice.seasons)
        self.stretches_ = {"detectors": list(MEMBERS), "windows": list(lengths)}
        return around(series, choice.seasons, expected, beyond, flat)

    def _begin(self, streams: Sequence[Series]) -> None:
        self.why_ = "each point is judged from its past alone, which an average follows at low cost"
        interval = self._interval("ewma").begin(streams)
        self.chosen_, self.stretches_ = interval, {}
        self.so_far_ = ExceedanceRuns.of(interval.settling)
        self.days_so_far_ = RunningDayEffects.of(streams[0].grid)
        self.stuck_ = StuckValueRuns()

    @property
    def settling(self) -> int | None:
        """As many as the chosen detector."""
        return self.chosen_.settling

    def _remember(self, points: Points) -> None:
        for piece, added in self._in_days(points):
            self.chosen_._remember(replace(piece, y=piece.y - added.part))

    def _observe(self, points: Points) -> Scores:
        found = []
        for piece, added in self._in_days(points):
            scores = self.chosen_._observe(replace(piece, y=piece.y - added.part))
            scores = self.so_far_.widened(
                scores, lambda one: self.chosen_._threshold_at(one, _LEVEL)
            )
            found.append(self._or_stuck(with_days(scores, piece.y, added), piece))
        if len(found) == 1:
            return found[0]
        return merged(found, np.concatenate) if found else self.chosen_._observe(points)

    def _or_stuck(self, scores: Scores, points: Points) -> Scores:
        """Return scores of the next points, (k,), beyond the edge too where a value is repeated too often."""
        strange = [self.stuck_.take(y) if teaches else 0.0 for y, teaches in points.one_by_one()]
        return self._at_least(scores, np.array(strange))

    def _at_least(self, scores: Scores, strange: FloatArray) -> Scores:
        """Return scores no less than so many times the edge, shape (t,), where that is beyond it."""
        if not (strange > 1.0).any():
            return scores
        threshold = self.chosen_._threshold_at(scores, _LEVEL) * strange
        return replace(
            scores, raw=np.where(strange > 1.0, np.maximum(scores.raw, threshold), scores.raw)
        )

    def _in_days(self, points: Points) -> Iterator[tuple[Points, AdditiveEffects]]:
        """Yield the points in pieces, with what days of the month add to each."""
        known = np.where(points.teaches, points.y, np.nan)
        pieces = self.days_so_far_.blocks(
            known, points.calendar, lambda: self.chosen_.info().season_length
        )
        for where, added in pieces:
            yield points.part(where), added

    def _choose(self, series: Series) -> _Choice:
        size = int(series.is_observed.sum())
        if size < LEAST:
            return _Choice(
                Band(),
                f"{counted(size, 'point is', 'points are')} too few to learn more than their centre",
            )
        seasons = confirmed_seasons(series, self.params.season_length)
        what = self._what_tells(series, seasons)
        if what is None:
            why = "no season, and no point tells anything of the next: noise around a level"
            return _Choice(Band(), why)
        if len(series) > _MANY:
            why = f"{what}; {size} points are plenty for an average"
            return _Choice(self._interval("ewma"), why, seasons)
        why = f"{what}, which exponential smoothing follows"
        return _Choice(self._interval("ets"), why, seasons)

    def _what_tells(self, series: Series, seasons: Sequence[int]) -> str | None:
        """Return in words what tells of the next points; None for noise around a level."""
        if seasons:
            return f"a season of {' and '.join(map(str, seasons))}"
        seen, in_cycles = series.is_observed, may_have_cycles(series)
        y = baseline_of(series.y, (), None, seen, may_be_cycle=in_cycles).y
        off = np.where(seen, series.y - np.median(y), np.nan)
        scatter = season_of_scatter(series, self.params.season_length, off)
        if scatter > 1:
            return f"a season of {scatter} in how far values scatter"
        memory = white_noise_test(y[seen])
        is_noise = memory is not None and memory.is_white_noise
        return None if is_noise else "no season, but a memory"

    def _interval(self, forecaster: str) -> PredictionInterval:
        params = PredictionIntervalParams(
            season_length=self.params.season_length, forecaster=forecaster
        )
        return PredictionInterval(params, random_state=self.random_state)


def _without_flat_lines(series: Series, flat: BoolArray, seasons: Sequence[int]) -> Series:
    """Return a series whose flat lines are as if they were missing.

    A sensor that is stuck tells nothing of how the series goes on, and zero, where it may be, is no value to go
    on from. ``flat``: shape (t,).
    """
    if not flat.any():
        return series
    season = max((m for m in seasons if 2 * m <= len(series)), default=1)
    y = seasonal(np.where(flat, np.nan, series.y), season)
    return replace(series, y=y, observed=series.is_observed & ~flat)
