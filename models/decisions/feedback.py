"""What people said of points moves the edge of normal: one rule, for a whole series and as points come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.data.series import Notice, Series
from models.decisions.labels import Label, LabelSpan, marked
from models.types import FloatArray
from models.wording import counted

_BEYOND = 1.01
"""The edge lies a hundredth beyond a score that was said to be normal, or before one that is an anomaly."""
MOST_REMARKS = 1000
"""How many of the last remarks are remembered."""


@kept
@dataclass(frozen=True, slots=True)
class ScoredLabel:
    """What was said of a stretch, and the greatest score in it, on the scale that is told without feedback."""

    is_anomaly: bool
    score: float


Remarks = tuple[ScoredLabel, ...]


def threshold_of(remarks: Sequence[ScoredLabel]) -> float:
    """Return the score that is the threshold after all that was said.

    Of the thresholds that contradict the fewest remarks it is the one nearest to 1, in ratio. A stretch that is
    normal has no score beyond it, one that is an anomaly has one.
    """
    if not remarks:
        return 1.0
    is_anomaly = np.array([one.is_anomaly for one in remarks])
    score = np.array([one.score for one in remarks])
    thresholds = np.append(1.0, np.where(is_anomaly, score / _BEYOND, score * _BEYOND))
    thresholds = thresholds[thresholds > 0.0]
    anomalies, normal = np.sort(score[is_anomaly]), np.sort(score[~is_anomaly])
    false_negatives = np.searchsorted(anomalies, thresholds, side="right")
    false_positives = len(normal) - np.searchsorted(normal, thresholds, side="right")
    best = np.lexsort((np.abs(np.log(thresholds)), false_negatives + false_positives))[0]
    return float(thresholds[best])


def contradicted(remarks: Iterable[ScoredLabel], threshold: float) -> int:
    """Return how many remarks a threshold contradicts."""
    return sum((one.score > threshold) != one.is_anomaly for one in remarks)


def scored_labels(marks: Iterable[LabelSpan], score: FloatArray) -> list[tuple[int, ScoredLabel]]:
    """Return the remarks on scores of shape (t,), each with its last place, in that order.

    Left out is what marks no point that was judged.
    """
    found = []
    for first, after, is_anomaly in marks:
        known = score[max(first, 0) : max(after, 0)]
        known = known[~np.isnan(known)]
        if len(known):
            found.append((after - 1, ScoredLabel(is_anomaly, float(known.max()))))
    return sorted(found, key=lambda one: one[0])


def thresholds_so_far(
    marks: Iterable[LabelSpan], score: FloatArray, before: Remarks
) -> tuple[FloatArray | float, Remarks]:
    """Return the threshold at each of the next points, shape (k,), or at all of them, and all remarks so far.

    A remark counts from the last point that it speaks of. ``marks``: counted from the first of these points;
    ``score``: shape (k,); ``before``: the remarks on the points before.
    """
    new = [one for one in scored_labels(marks, score) if one[0] >= 0]
    remarks, threshold = before, threshold_of(before)
    if not new:
        return threshold, before
    thresholds = np.full(len(score), threshold)
    for place, remark in new:
        remarks = (*remarks, remark)[-MOST_REMARKS:]
        thresholds[place:] = threshold_of(remarks)
    return thresholds, remarks


def feedback_notices(
    labels: Sequence[Label], series: Series, remarks: Sequence[ScoredLabel], threshold: float
) -> tuple[Notice, ...]:
    """Tell where the feedback on a series moved the edge to, and of what of it could not be used."""
    own = [*marked(labels, series)]
    if not own:
        return ()
    notices, moved_to = [], threshold_of(remarks)
    if remarks:
        against = contradicted(remarks, moved_to)
        but = f", against {against} of them" if against else ""
        stays = moved_to == 1.0
        edge = f"the edge of normal {'stays' if stays else 'is'} at a score of {moved_to:.4g}"
        text = f"by {counted(len(remarks), 'label')}, {edge}{but}"
        keep = f"send threshold {threshold * moved_to:.6g} instead of the feedback to keep it"
        hint = None if stays else keep
        notices.append(Notice("threshold_moved", text, hint, series.unique_id))
    unused = len(own) - len(remarks)
    if unused > 0:
        text = f"{counted(unused, 'label marks', 'labels mark')} no point that was judged"
        hint = "write the times of labels as those of the series"
        notices.append(Notice("feedback_unused", text, hint, series.unique_id))
    return tuple(notices)
