"""How well scores tell labelled anomalies from the rest: areas, best F1, events found, the NAB score.

Labels and scores have shape (t,); a higher score is stranger, NaN is the least. No point is adjusted: what is not
flagged within an anomaly is not found.

Reference: Paparrizos et al. (2022), Volume under the surface, PVLDB 15; Lavin and Ahmad (2015), Evaluating
real-time anomaly detection algorithms: the Numenta anomaly benchmark, ICMLA.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.stats.autocorrelation import autocorrelation
from models.types import BoolArray, FloatArray, IntArray

ThresholdBy = Literal["f1", "nab"]
"""What picks the threshold."""

_THRESHOLDS = 250
_LAGS = (4, 303, 400)
"""Of the window: the least, the greatest, and up to which the autocorrelation is looked at."""
_USUAL_WINDOW = 125
_MOST_VALUES = 20_000
_UNSCORED, _MOST_UNSCORED = 0.15, 750.0
"""The share of a series at its start that the NAB score leaves out, at most so many points."""
_FALSE_ALARM = 0.11
"""What a false alarm costs at most in the standard profile, a found or missed window being worth 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Scores of one series and which of its points are anomalies, both of shape (t,)."""

    labels: BoolArray
    scores: FloatArray

    @property
    def pair(self) -> tuple[BoolArray, FloatArray]:
        """Labels and scores, (t,) each, as measures of detectors take them."""
        return self.labels, self.scores

    def above(self, threshold: float) -> BoolArray:
        """Return which points are flagged, (t,): those with a score over a threshold."""
        return np.asarray(self.scores > threshold)  # not where it is NaN


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """At each distinct score, the highest first: the score, true positives and points flagged from it on."""

    score: FloatArray
    true: IntArray
    flagged: IntArray
    positives: int

    @classmethod
    def of(cls, labels: BoolArray, scores: FloatArray) -> "_Curve":
        known = _known(scores)
        order = np.argsort(-known, kind="stable")
        ranked = known[order]
        last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)])
        true = np.cumsum(labels[order], dtype=np.int64)[last]
        return cls(ranked[last], true, last + 1, int(labels.sum()))


def _known(scores: FloatArray) -> FloatArray:
    return np.where(np.isnan(scores), -np.inf, scores)


def average_precision(labels: BoolArray, scores: FloatArray) -> float:
    """Return the area under precision and recall of points (t,), ties taken together; NaN without an anomaly."""
    curve = _Curve.of(labels, scores)
    if not curve.positives:
        return float("nan")
    steps = np.diff(curve.true, prepend=0) / curve.positives
    return float(np.sum(steps * curve.true / curve.flagged))


def best_f1(labels: BoolArray, scores: FloatArray) -> tuple[float, float]:
    """Return the best F1 over all thresholds, point by point, and the threshold above which points are flagged.

    ``labels`` and ``scores``: shape (t,). The threshold lies in the middle, in ratio, between the least score
    flagged and the next one. No threshold flags a score of 0, nor points without one. NaN without an anomaly.
    """
    curve = _Curve.of(labels, scores)
    if not curve.positives:
        return float("nan"), float("nan")
    f1 = 2.0 * curve.true / (curve.flagged + curve.positives)
    f1[curve.score <= 0.0] = 0.0
    best = int(np.argmax(f1))
    return float(f1[best]), _between(curve.score, best)


def _between(score: FloatArray, place: int) -> float:
    """Return a threshold that the score at a place exceeds and the next one does not; scores fall."""
    upper = float(score[place])
    lower = float(score[place + 1]) if place + 1 < len(score) else 0.0
    if upper <= 0.0:
        return 1.0
    if not np.isfinite(upper):
        return max(2.0 * lower, 1.0)
    if lower <= 0.0:
        return upper / 2.0
    middle = float(np.sqrt(lower) * np.sqrt(upper))
    return middle if lower <= middle < upper else lower


def event_recall(labels: BoolArray, flagged: BoolArray) -> tuple[int, int]:
    """Return how many labelled stretches of points (t,) have a flagged one, and how many stretches there are."""
    first, last = stretches(labels)
    before = np.append(0, np.cumsum(flagged))
    return int(np.count_nonzero(before[last + 1] > before[first])), len(first)


def stretches(labels: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last point of each run of labelled points (t,); shape (runs,) each."""
    steps = np.diff(np.concatenate([[0], labels.astype(np.int64), [0]]))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1


def usual_window(y: FloatArray) -> int:
    """Return the lag, from 4 to 303, of the highest peak of the autocorrelation of values (t,), 125 without one.

    It is the buffer that comparisons of detectors give to the volume under the surface.
    """
    least, most, looked_at = _LAGS
    x = y[:_MOST_VALUES]
    known = np.flatnonzero(np.isfinite(x))
    if not len(known):
        return _USUAL_WINDOW
    off = np.interp(np.arange(len(x)), known, x[known])
    tail = autocorrelation(off, min(looked_at, len(off) - 1))[least - 1 :]
    tops = np.flatnonzero((tail[1:-1] > tail[:-2]) & (tail[1:-1] > tail[2:])) + 1
    if not len(tops):
        return _USUAL_WINDOW
    lag = int(tops[np.argmax(tail[tops])]) + least - 1
    return lag if least + 2 <= lag <= most else _USUAL_WINDOW


def vus_pr(labels: BoolArray, scores: FloatArray, window: int) -> float:
    """Return the volume under the surface of precision and recall; NaN without an anomaly.

    ``labels`` and ``scores``: shape (t,); ``window``: the widest buffer, in points. For each buffer from 0 to the
    window, every anomaly has soft edges of half the buffer, falling as the root
    of 1 minus the distance over the buffer. Recall is held against the mean of hard positives and hard
    ones with the soft ones predicted, times the share of anomalies with a flag; the areas are averaged.
    """
    if not labels.any():
        return float("nan")
    surface = _Surface.of(labels, _known(scores))
    return float(np.mean([surface.area(buffer) for buffer in range(window + 1)]))


@dataclass(frozen=True, slots=True, eq=False)
class _Surface:
    """What the areas of all buffers share.

    ``cut``: thresholds, shape (k,), falling. ``flagged`` and ``true``: points from each on, and those labelled.
    """

    labels: BoolArray
    scores: FloatArray
    order: IntArray
    cut: FloatArray
    flagged: IntArray
    true: IntArray

    @classmethod
    def of(cls, labels: BoolArray, scores: FloatArray) -> "_Surface":
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        cut = ranked[np.linspace(0, len(scores) - 1, _THRESHOLDS).astype(int)]
        flagged = np.searchsorted(-ranked, -cut, side="right")
        return cls(labels, scores, order, cut, flagged, np.cumsum(labels[order])[flagged - 1])

    def area(self, buffer: int) -> float:
        """Return the area under precision and recall with soft edges of half a buffer."""
        half, positives = buffer // 2, int(self.labels.sum())
        soft = np.where(self.labels, 0.0, np.minimum(self._soft(buffer), 1.0))
        extra = np.cumsum(soft[self.order])[self.flagged - 1]
        true = self.true + extra
        recall = np.minimum(true / (positives + extra / 2.0), 1.0) * self._hit(half)
        return float(np.sum(np.diff(recall, prepend=0.0) * true / self.flagged))

    def _soft(self, buffer: int) -> FloatArray:
        """Return the weight of points beside anomalies, shape (t,)."""
        soft, half = np.zeros(len(self.labels)), buffer // 2
        away = np.arange(1, half + 1)
        weight = np.sqrt(1.0 - away / buffer) if half else np.empty(0)
        first, last = stretches(self.labels)
        for begin, end in zip(first.tolist(), last.tolist(), strict=True):
            after, before = min(half, len(soft) - 1 - end), min(half, begin)
            soft[end + 1 : end + 1 + after] += weight[:after]
            soft[begin - before : begin] += weight[:before][::-1]
        return soft

    def _hit(self, half: int) -> FloatArray:
        """Return the share of anomalies, with their edges, that each threshold flags a point of."""
        first, last = stretches(self.labels)
        joined = last[:-1] + half >= first[1:] - half
        begin = np.maximum(first[np.append(True, ~joined)] - half, 0)
        end = np.minimum(last[np.append(~joined, True)] + half, len(self.labels) - 1)
        peaks = [self.scores[a : b + 1].max() for a, b in zip(begin, end, strict=True)]
        return np.asarray((np.array(peaks)[None, :] >= self.cut[:, None]).mean(axis=1))


# --- the NAB score ---------------------------------------------------------------


def nab_score(series: Sequence[Labelled]) -> tuple[float, float]:
    """Return the NAB score of several series, standard profile, and the threshold above which points are flagged.

    0 is no detection and 100 a perfect one; a window is a labelled stretch and earns by its earliest flag, each
    flag outside costs up to 0.11, a window without a flag 1. One threshold, the best, serves all.
    The first 15 % of a series, at most 750 points, do not count. NaN without a window.
    """
    scores, gain, window = _rows(series)
    windows = sum(len(stretches(one.labels)[0]) for one in series)
    if not windows:
        return float("nan"), float("nan")
    order = np.argsort(-scores, kind="stable")
    scores, gain, window = scores[order], gain[order], window[order]
    found = np.unique(window[window >= 0])
    step = np.where(window < 0, gain, 0.0)
    for one in found:
        rows = np.flatnonzero(window == one)
        step[rows] = np.diff(np.maximum.accumulate(np.append(-1.0, gain[rows])))
    nothing = -float(len(found))
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True)[: len(scores)])
    last = last[scores[last] > 0.0]  # what has no score, or one of 0, is never flagged
    totals = np.append(nothing, nothing + np.cumsum(step)[last])
    best = int(np.argmax(totals))
    threshold = _between(np.append(np.inf, scores[last]), best)
    return 100.0 * float(totals[best] - nothing) / (windows - nothing), threshold


def _rows(series: Sequence[Labelled]) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return score, gain and window, -1 outside of any, of the rows of all series that count."""
    parts, before = [], 0
    for one in series:
        gain, window = _gains(one.labels)
        begin = int(min(np.floor(_UNSCORED * len(gain)), _MOST_UNSCORED))
        parts.append((_known(one.scores)[begin:], gain[begin:], window[begin:], before))
        before += len(stretches(one.labels)[0])
    empty = (np.empty(0), np.empty(0), np.empty(0, dtype=np.int64), 0)
    scores, gains, windows = zip(
        *((s, g, np.where(w >= 0, w + b, -1)) for s, g, w, b in [*parts, empty]), strict=True
    )
    return np.concatenate(scores), np.concatenate(gains), np.concatenate(windows)


def _gains(labels: BoolArray) -> tuple[FloatArray, IntArray]:
    """Return what a flag at each point earns or costs, and its window, -1 outside of any; shape (t,) each."""
    gain = np.full(len(labels), -_FALSE_ALARM)
    window = np.full(len(labels), -1)
    first, last = stretches(labels)
    ends = np.append(first[1:], len(labels))[: len(first)]
    for number, (begin, end, then) in enumerate(zip(first, last, ends, strict=True)):
        width, inside = end - begin + 1, np.arange(begin, end + 1)
        gain[inside] = _sigmoid(-(end - inside + 1) / width) / _sigmoid(np.array(-1.0))
        window[inside] = number
        if width > 1:
            after = np.arange(end + 1, then)
            gain[after] = _sigmoid((after - end) / (width - 1)) * _FALSE_ALARM
    return gain, window


def _sigmoid(position: FloatArray) -> FloatArray:
    """Return the worth of a place relative to the end of a window, in widths; from 1 down to -1."""
    worth = 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 50.0))) - 1.0
    return np.where(position > 3.0, -1.0, worth)


# --- all of them -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DetectorScores:
    """What a detector is worth on some series with one threshold; NaN where no point is labelled.

    ``auc_pr`` and ``vus_pr``: means over the series with an anomaly. ``f1``, ``precision`` and ``recall``: of
    points; ``found`` of ``events`` labelled stretches have a flag. ``false_alarms``: flagged stretches without a
    labelled point.
    """

    points: int
    anomalies: int
    events: int
    auc_pr: float
    vus_pr: float
    best_f1: float
    nab: float
    threshold: float
    f1: float
    precision: float
    recall: float
    found: int
    false_alarms: int

    @property
    def event_recall(self) -> float:
        """The share of labelled stretches with a flag."""
        return self.found / self.events if self.events else float("nan")


def scores_of(
    series: Sequence[Labelled], areas: Sequence[tuple[float, float]], threshold_by: ThresholdBy
) -> DetectorScores:
    """Return the scores of a detector over series; ``areas``: AUC-PR and VUS-PR of each."""
    labels = np.concatenate([one.labels for one in series])
    f1, by_f1 = best_f1(labels, np.concatenate([one.scores for one in series]))
    nab, by_nab = nab_score(series)
    threshold = by_f1 if threshold_by == "f1" else by_nab
    auc, vus = (_mean([pair[place] for pair in areas]) for place in (0, 1))
    flags = [one.above(threshold) for one in series]
    flagged = np.concatenate(flags)
    hits = int(np.count_nonzero(flagged & labels))
    pairs = [(one.labels, flag) for one, flag in zip(series, flags, strict=True)]
    events = [event_recall(*pair) for pair in pairs]
    alarms = [event_recall(flag, label) for label, flag in pairs]
    precision, recall = _share(hits, flagged.sum()), _share(hits, labels.sum())
    return DetectorScores(
        points=len(labels),
        anomalies=int(labels.sum()),
        events=sum(count for _, count in events),
        auc_pr=auc,
        vus_pr=vus,
        best_f1=f1,
        nab=nab,
        threshold=threshold,
        f1=_share(2 * hits, flagged.sum() + labels.sum()),
        precision=precision,
        recall=recall,
        found=sum(found for found, _ in events),
        false_alarms=sum(count - true for true, count in alarms),
    )


def _share(part: int, whole: int) -> float:
    return part / int(whole) if whole else float("nan")


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")
