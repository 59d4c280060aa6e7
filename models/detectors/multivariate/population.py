"""How far a series lies from what the other series do at the same time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.data.results import Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector
from models.detectors.scores import sided_scores
from models.errors import FitFailed
from models.params import Params
from models.stats.error_distribution import Deviations, error_distribution
from models.stats.incidents import baseline_of
from models.stats.robust import NORMAL_MAD, least_scale, robust_scale
from models.types import BoolArray, FloatArray, IntArray
from models.wording import counted

_LEAST = 12
_LEAST_PEERS = 3
"""The median of fewer is that of one or two, which may be the strange ones."""
_QUARTILES = 0.25, 0.5, 0.75
_NORMAL_RANGE = 2.0 / NORMAL_MAD
"""From the first to the third quartile of a normal distribution, in standard deviations."""
_USUAL_PEERS = 10.0
"""The scatter of all times counts as much as that of so many peers at one time."""
_ROUNDS, _BISQUARE = 20, 4.685
"""Tukey's constant, with which a robust line is nearly as sure as least squares on normal noise."""


class PopulationParams(Params):
    """None: peers are the other series of the request."""


class Population(Detector[PopulationParams]):
    """Flag points at which a series does not do what the other series do at the same time.

    Level and scale of each series are taken out, as its median and median deviation; the peers' course is the
    median of the others at each stamp. What is expected is its robust line on that course, so that a series
    that goes along by half, or not at all, is expected to. What is usual is how far it lies off that at other
    times, wider where its peers are scattered more than usual. What all series do together is no anomaly.

    Reference: Bolton and Hand (2001), Unsupervised profiling methods for fraud detection, Credit Scoring and
    Credit Control VII, for peer groups; Smyth (2004), Linear models and empirical Bayes methods, Statistical
    Applications in Genetics 3, for the scatter of few peers.
    """

    name = "population"
    title = "Against its peers"
    summary = "Points at which one series departs from the other series of the request."
    reference = (
        "Bolton & Hand (2001), Unsupervised profiling methods for fraud detection, Credit Scoring"
        " and Credit Control VII"
    )
    min_observations = _LEAST
    fit_is_empty = False
    judges_together = True
    unjudged_: int = 0
    """Points that had too few peers."""
    _of_band = " of its peers"

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate a sort of all points."""
        points = int(work.observations.sum())
        return Cost(5e-4 * len(work.observations) + 2e-6 * points, 64 * points)

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        self.stamps_kind_ = history[0].grid.stamps.dtype.kind
        self.members_ = [one.unique_id for one in history if self._is_along(one)]
        along = [one for one in history if self._is_along(one)]
        seen = [one.is_observed for one in along]
        pairs = [*zip(along, seen, strict=True)]
        stamps = _joined([_ticks(one)[here] for one, here in pairs], np.int64)
        z = _joined([_standard(one)[here] for one, here in pairs], np.float64)
        context.check()
        order = np.lexsort((z, stamps))
        self.values_ = z[order]
        self.stamps_, first = np.unique(stamps[order], return_index=True)
        self.first_ = np.append(first, len(z)).astype(np.int64)

    def _is_along(self, series: Series) -> bool:
        """Whether a series tells others what is usual: it counts time as they do, and varies."""
        kind = series.grid.stamps.dtype.kind
        return kind == self.stamps_kind_ and _level_and_scale(series)[1] > 0.0

    def _score(self, series: Series) -> Scores:
        course, scatter, self.peers_ = self._course(series)
        y, seen = series.y, series.is_observed
        judged = self.peers_ >= _LEAST_PEERS
        self.unjudged_ = int(np.sum(seen & ~judged))
        known = judged & seen
        if np.sum(known) < _LEAST:
            raise FitFailed(
                f"population judges a series beside {_LEAST_PEERS} others or more, which have values at its"
                f" stamps: here {int(np.sum(known))} of {int(np.sum(seen))} points have as many",
                f"send {_LEAST_PEERS} more series of the same times, or use a detector for one series",
            )
        level, scale = _level_and_scale(series)
        self.level_, self.gain_ = _line(
            course[known], (y[known] - level) / scale if scale else 0.0 * y[known]
        )
        expected = np.where(judged, level + scale * (self.level_ + self.gain_ * course), np.nan)
        units = _units(scatter, self.peers_, known)
        rest = np.where(known, y - expected, 0.0)
        tells = known & ~baseline_of(rest, (), None, known, may_be_cycle=False).is_incident
        deviations = Deviations(rest[tells], expected[tells], units[tells])
        distribution = error_distribution(deviations, tells.sum() - 2.0, least_scale(y[seen]))
        units = units * distribution.units(expected)
        return sided_scores(y, expected, units, distribution.tails, distribution.least)

    def _course(self, series: Series) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return median and scatter of the peers at each point, and how many they are; all of shape (t,)."""
        ticks = _ticks(series)
        place = np.minimum(np.searchsorted(self.stamps_, ticks), max(len(self.stamps_) - 1, 0))
        there = np.zeros(len(ticks), dtype=bool)
        if len(self.stamps_) and series.grid.stamps.dtype.kind == self.stamps_kind_:
            there = self.stamps_[place] == ticks
        first, after = self.first_[place], self.first_[np.minimum(place + 1, len(self.first_) - 1)]
        count = np.where(there, after - first, 0)
        rank, own = count, np.zeros(len(ticks), dtype=np.int64)
        if series.unique_id in self.members_:
            own = (there & series.is_observed).astype(np.int64)
            rank = np.where(own > 0, _rank(self.values_, first, after, _standard(series)), count)
        peers = np.maximum(count - own, 0)
        some = peers > 0
        low, middle, high = np.full((3, len(ticks)), np.nan)
        for share, found in zip(_QUARTILES, (low, middle, high), strict=True):
            found[some] = _quantile(self.values_, first[some], peers[some], rank[some], share)
        return middle, (high - low) / _NORMAL_RANGE, peers

    def notices(self) -> Sequence[Notice]:
        """Tell how many points had too few peers."""
        if not self.unjudged_:
            return ()
        points = counted(self.unjudged_, "point was", "points were")
        text = (
            f"{points} not judged: fewer than {_LEAST_PEERS} other series have a value at"
            " their stamps"
        )
        return (Notice("few_peers", text, "send series of the same times, or set 'resample'"),)

    def _details(self) -> dict[str, Any]:
        """Return how many peers there are, and how far the series goes along with them."""
        return {"peers": int(self.peers_.max(initial=0)), "goes_along": round(self.gain_, 4)}


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _ticks(series: Series) -> IntArray:
    return np.asarray(series.grid.stamps.astype(np.int64))


def _level_and_scale(series: Series) -> tuple[float, float]:
    """Return median and median deviation of the observed values."""
    seen = series.y[series.is_observed]
    level = float(np.median(seen))
    return level, robust_scale(seen - level)


def _standard(series: Series) -> FloatArray:
    """Return the values, (t,), without level and scale of the series."""
    level, scale = _level_and_scale(series)
    return (series.y - level) / (scale or 1.0)


def _rank(values: FloatArray, first: IntArray, after: IntArray, z: FloatArray) -> IntArray:
    """Return how many of ``values[first:after]``, ascending, are smaller than each ``z``; all (t,)."""
    low, high = first.copy(), after.copy()
    while np.any(low < high):
        half = (low + high) // 2
        less = (low < high) & (values[np.minimum(half, len(values) - 1)] < z)
        low, high = np.where(less, half + 1, low), np.where(less | (low >= high), high, half)
    return low - first


def _quantile(
    values: FloatArray, first: IntArray, count: IntArray, rank: IntArray, share: float
) -> FloatArray:
    """Return a quantile of each group of ascending values without the one of that rank; all (t,).

    ``count``: how many there are then, ≥ 1.
    """
    place = share * (count - 1.0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    low, high = (values[first + at + (at >= rank)] for at in (below, above))
    return np.asarray(low + (place - below) * (high - low))


def _units(scatter: FloatArray, peers: IntArray, known: BoolArray) -> FloatArray:
    """Return how scattered peers are at each point in units of what is usual, shape (t,)."""
    usual = float(np.median(scatter[known]))
    if usual <= 0.0:
        return np.ones(len(scatter))
    squares = (_USUAL_PEERS * usual**2 + peers * scatter**2) / (_USUAL_PEERS + peers)
    return np.asarray(np.sqrt(squares) / usual)


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return where a robust line through points, both (n,), begins, and its slope.

    Reference: Beaton and Tukey (1974), The fitting of power series, Technometrics 16, for the weights.
    """
    start, slope = 0.0, 1.0
    for _ in range(_ROUNDS):
        rest = y - start - slope * x
        usual = robust_scale(rest)
        far = np.abs(rest) / (_BISQUARE * usual) if usual else (rest != 0.0).astype(float)
        weight = np.maximum(1.0 - far**2, 0.0) ** 2
        total = max(float(weight.sum()), np.finfo(float).tiny)
        x0, y0 = float(weight @ x) / total, float(weight @ y) / total
        square = float(weight @ (x - x0) ** 2)
        before = start, slope
        slope = float(weight @ ((x - x0) * (y - y0))) / square if square > 0.0 else 0.0
        start = y0 - slope * x0
        if np.allclose(before, (start, slope), rtol=1e-9, atol=1e-12):
            break
    return start, slope
