"""Where level, trend or variance of a series changed.

The season is removed first, by a robust STL from ten cycles on. Then two searches alternate until they agree.
One cuts the series into pieces that are level or straight, each point weighted by the variance around it; the
other cuts the absolute innovations into pieces of one scale. A cut must gain 2 × penalty × log n of twice the
log-likelihood, a slope half of that: the BIC at a penalty of 1.

- Autocorrelation feigns levels. Deviations are therefore measured by the long-run variance of an autoregression,
  whose coefficient is estimated from differences, which a change cannot bend, and raised by 1.5 / √n for its own
  error; scales are measured by the dispersion of their means over blocks.
- Spikes are winsorised: single points are anomalies, not changes.
- A series that wanders has no levels. But one step that lasts, is twice as large as all others and at least
  twelve of their deviations is a change of level, also in a smooth curve without noise.
- Values above zero are searched as logarithms if these need fewer cuts and are likelier.
- If at least half of the values are equal with others in between, as in intermittent demand, those searches have
  no variance to rely on. Then the rate of the other values is cut by its likelihood, and their sizes are searched
  as a series of their own.
- More sensitivity loses no change: below the usual penalty the search is repeated at ever lower ones, each of
  which adds to what is known.
- The first and the last level may be as short as three observations; a shorter one is an outlier.

Decision 0011 has how often the defaults find a change that is there, and one that is not.

Reference: Killick, Fearnhead and Eckley (2012), JASA 107, 1590-1598; Chakar, Lebarbier, Lévy-Leduc and
Robin (2017), A robust approach for estimating change-points in the mean of an AR(1) process,
Bernoulli 23(2), 1408-1447; Schwarz (1978), Estimating the dimension of a model; Croston (1972),
Forecasting and stock control for intermittent demands (rate and size apart).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Annotated

import numpy as np
from pydantic import Field

from models.analysis.change_search import (
    Segmentation,
    is_curve,
    jumps_of,
    search,
    search_rare,
    usual_value,
)
from models.analysis.change_seasons import is_short_for, season_grows, without_seasons
from models.analysis.changes import (
    Change,
    Kind,
    level_reason,
    line_changes,
    rare_changes,
    scale_changes,
    trend_reason,
    variance_reason,
)
from models.contract.seasons import seasons_of
from models.data.series import Series
from models.errors import SeriesTooShort
from models.params import Params
from models.stats.robust import trimmed_variance
from models.types import FloatArray, IntArray

LEAST = 8
"""Fewer observations tell nothing of changes."""
_USUAL_PENALTY = 1.25
_USUAL_SIZE = 10
_LEAST_SIZE = 3
_ROUNDING = 1e-13
"""What is left of a series without its season is rounding below this share of its values."""
_RUNG, _SAME_RUNG = 0.2, 1e-9
"""Penalties are halved in five steps, five of sensitivity each; those between two are the higher one."""
_TINY = 1e-300
"""The least variance that has a logarithm."""


class ChangeRules(Params):
    """What counts as a change."""

    kinds: Annotated[list[Kind], Field(min_length=1, max_length=3)] = Field(
        ["level", "trend", "variance"],
        title="Kinds",
        description="Which changes to report: of the level, of the trend, of the variance.",
        examples=[["level"]],
    )
    penalty: float | None = Field(
        None,
        gt=0,
        le=1000,
        title="Penalty",
        description="How much a change must improve the fit, in units of the BIC; 1.25 if omitted. Larger"
        " values find fewer changes.",
        examples=[3],
    )
    sensitivity: float | None = Field(
        None,
        ge=0,
        le=100,
        title="Sensitivity",
        description="Instead of penalty: 50 means the default penalty, every 25 more halve it.",
        examples=[75],
    )
    min_size: int | None = Field(
        None,
        ge=2,
        le=100_000,
        title="Least distance",
        description="Smallest number of observations between two changes of one kind; if omitted, 10, or a"
        " fifth of a short series.",
    )

    def factor(self) -> float:
        """Return the penalty in units of the BIC."""
        if self.penalty is not None:
            return self.penalty
        if self.sensitivity is not None:
            return float(_USUAL_PENALTY * 2.0 ** ((50.0 - self.sensitivity) / 25.0))
        return _USUAL_PENALTY

    def size_for(self, observations: int) -> int:
        """Return the least distance for a series."""
        if self.min_size is not None:
            return self.min_size
        return max(_LEAST_SIZE, min(_USUAL_SIZE, observations // 5))


def find_changes(series: Series, rules: ChangeRules | None = None) -> tuple[Change, ...]:
    """Return the changes of a series in the order of time; none in a constant one.

    Values that were filled in do not count. Raises ``SeriesTooShort`` for fewer than 8 observations
    or than two of the least distance.
    """
    rules = rules or ChangeRules()
    if series.is_constant:
        return ()
    at = np.flatnonzero(series.is_observed)
    min_size = rules.size_for(len(at))
    _require(len(at), max(LEAST, 2 * min_size), series.unique_id)
    y = without_seasons(series)[at]
    if _trimmed_std(y) <= _ROUNDING * float(np.abs(series.y).max()):
        return ()
    known = _Known(y, at, min_size, rules.kinds)
    if not _has_season(series, known):
        series = replace(series, season_length=())
        known = replace(known, y=series.y[at])
    factor, known = rules.factor(), _told_best(series, known)
    if factor >= _USUAL_PENALTY:
        usual = known.changes(_USUAL_PENALTY)
        strict = usual if factor == _USUAL_PENALTY else known.changes(factor)
        # told where the usual penalty puts them, so that they stay in their places with more sensitivity
        told = [
            replace(one, score=change.score)
            for change in strict
            for one in _near(change, usual, min_size)[:1]
        ]
    else:
        told = []
        for step in _ladder(factor):
            scale = step / factor
            told += [
                replace(change, score=change.score * scale)
                for change in known.changes(step)
                if not _near(change, told, min_size)
            ]
    return tuple(sorted(told, key=lambda change: change.index))


@dataclass(frozen=True, eq=False)
class _Known:
    """The observations without their seasons, shape (t,), at their steps, and what is asked of them.

    ``in_logs``: whether they are logarithms.
    """

    y: FloatArray
    at: IntArray
    min_size: int
    kinds: Sequence[Kind]
    in_logs: bool = False

    def changes(self, factor: float) -> list[Change]:
        """Return what is found at a penalty in units of the BIC."""
        y, at, penalty = self.y, self.at, self._penalty(factor)
        usual = usual_value(y)
        if usual is not None:
            asked = "level" in self.kinds
            rare = search_rare(y, usual, self.min_size, penalty) if asked else {}
            told = [*rare_changes(y, at, rare)]
        elif is_curve(y):
            told = self._jumps(factor)
        else:
            found = self.usual if factor == _USUAL_PENALTY else self._search(factor)
            told = [
                *line_changes(found, at, penalty, self.middle, self.unit),
                *scale_changes(found, at, self.unit),
            ]
            told += [one for one in self._jumps(factor) if not _near(one, told, self.min_size)]
        told = [change for change in told if change.kind in self.kinds and change.score >= 1.0]
        return [self._in_values(change) for change in told] if self.in_logs else told

    @cached_property
    def middle(self) -> float:
        """What the search takes for zero."""
        return float(np.median(self.y))

    @cached_property
    def unit(self) -> float:
        """What it takes for one."""
        return _trimmed_std(self.y)

    @cached_property
    def usual(self) -> Segmentation:
        """What it finds at the usual penalty."""
        return self._search(_USUAL_PENALTY)

    @property
    def cuts(self) -> int:
        """How many it finds at the usual penalty."""
        return len(self.usual.lines) + len(self.usual.scales)

    @property
    def cost(self) -> float:
        """Minus twice the log-likelihood of the values by the pieces at the usual penalty, cuts paid for."""
        found, size = self.usual, len(self.at)
        variance = trimmed_variance(found.rest * np.sqrt(found.weights)) * self.unit**2
        derivative = 2.0 * float(self.y.sum()) if self.in_logs else 0.0
        slopes = sum(not found.cost.is_flat(a, b) for a, b in pairwise([0, *found.lines, size]))
        paid = self.paid_for(2 * self.cuts + slopes)
        return size * float(np.log(max(variance, _TINY))) + derivative + paid

    def paid_for(self, parameters: int) -> float:
        """Return what so many parameters must save at the usual penalty."""
        return parameters * self._penalty(_USUAL_PENALTY)

    def _penalty(self, factor: float) -> float:
        return factor * float(np.log(len(self.at)))

    def _search(self, factor: float) -> Segmentation:
        y, time = (self.y - self.middle) / self.unit, self.at.astype(np.float64)
        return search(y, time, self.min_size, self._penalty(factor))

    def _in_values(self, change: Change) -> Change:
        """Return a change of logarithms as one of the values, told in shares of them but for levels."""
        if change.kind == "level":
            before, after = np.exp([change.before, change.after]).tolist()
            return replace(change, before=before, after=after, reason=level_reason(before, after))
        place = int(np.searchsorted(self.at, change.index))
        near = self.y[max(place - self.min_size, 0) : place + self.min_size]
        level, said = float(np.exp(np.median(near))), (100.0 * change.before, 100.0 * change.after)
        is_trend = change.kind == "trend"
        reason = (
            trend_reason(*said, unit=" %") if is_trend else variance_reason(*said, unit=" in %")
        )
        return replace(
            change, before=change.before * level, after=change.after * level, reason=reason
        )

    def _jumps(self, factor: float) -> list[Change]:
        """Return steps that stay and are larger than all others, told as changes of the level."""
        changes = []
        for cut, score in jumps_of(self.y, self.min_size, factor / _USUAL_PENALTY).items():
            before, after = (
                float(np.median(side))
                for side in (self.y[cut - _LEAST_SIZE : cut], self.y[cut : cut + _LEAST_SIZE])
            )
            reason = level_reason(before, after)
            changes.append(Change(int(self.at[cut]), "level", before, after, score, reason))
        return changes


def _has_season(series: Series, known: _Known) -> bool:
    """Whether the seasons of a series tell its values better than a few changes do.

    What goes up and down a few times has a season of its own to the search for these, which would echo each of
    the changes in the other cycles. Seasons that are given, the calendar's, or of many cycles are beyond doubt;
    another one pays for each of its phases as changes pay for their parameters, and needs no more of these.
    """
    calendar = series.grid.freq.calendar_seasons()
    doubtful = [m for m in seasons_of(series) if m not in calendar and is_short_for(series.y, m)]
    if series.season_length is not None or not doubtful:
        return True
    plain = replace(known, y=series.y[known.at])
    has_pieces = usual_value(plain.y) is None and not is_curve(plain.y)
    if not has_pieces or plain.cuts >= known.cuts:
        return True
    return plain.cost >= known.cost + known.paid_for(sum(doubtful))


def _told_best(series: Series, known: _Known) -> _Known:
    """Return the logarithms of a series above zero instead of its values, where they tell it better.

    Steady growth is a straight line there, what deviates by shares of its level has one scatter, and a season
    that grows with it one size. Which are told better says their likelihood, that of the logarithms with the
    derivative, and unless the season grows, that they need fewer cuts.

    Reference: Box and Cox (1964), An analysis of transformations, JRSS B 26.
    """
    has_pieces = usual_value(known.y) is None and not is_curve(known.y)
    if not has_pieces or series.y.min() <= 0.0:
        return known
    grows = any(season_grows(series.y, m) for m in seasons_of(series))
    if not (known.cuts or grows):
        return known
    y = without_seasons(replace(series, y=np.log(series.y)))[known.at]
    logs = replace(known, y=y, in_logs=True)
    return logs if (grows or logs.cuts < known.cuts) and logs.cost < known.cost else known


def _ladder(factor: float) -> list[float]:
    """Return penalties from the usual one down to a lower one, each of which keeps what the ones before found."""
    steps = int(np.floor(np.log2(_USUAL_PENALTY / factor) / _RUNG + _SAME_RUNG))
    return [_USUAL_PENALTY * 2.0 ** (-_RUNG * step) for step in range(steps + 1)]


def _near(change: Change, known: Sequence[Change], min_size: int) -> list[Change]:
    """Return the known changes of the same kind that are nearer than two may be, the nearest first."""
    alike = [one for one in known if one.kind == change.kind]
    near = [one for one in alike if abs(one.index - change.index) < min_size]
    return sorted(near, key=lambda one: abs(one.index - change.index))


def _trimmed_std(y: FloatArray) -> float:
    """Return how far values lie from their median, spikes aside, above 0."""
    return float(np.sqrt(trimmed_variance(y))) or max(float(np.ptp(y)), _TINY)


def _require(observations: int, needed: int, unique_id: str) -> None:
    if observations < needed:
        raise SeriesTooShort(
            f"changes need at least {needed} observations, got {observations}",
            "send a longer series, or a smaller min_size",
            unique_id=unique_id,
        )
