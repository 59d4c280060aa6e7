"""From raw scores to a judgement: the common scale, the business filters, the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.results import Band, Detection, Scores
from models.types import BoolArray, FloatArray, IntArray

Direction = Literal["both", "above", "below"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Which of the strange points matter; ``level`` in percent, deviations in units of y.

    ``data_range``: points outside it are always anomalies. ``detection_size``: judge only that many
    last points. ``max_anomaly_ratio``: at most that share of the points, the strangest.
    """

    level: float = 99.0
    direction: Direction = "both"
    max_anomaly_ratio: float = 1.0
    min_dev: float = 0.0
    min_rel_dev: float = 0.0
    data_range: tuple[float | None, float | None] = (None, None)
    min_consecutive: int = 1
    detection_size: int | None = None


def judge(
    y: FloatArray, scores: Scores, edge: FloatArray | float, rules: Rules, causal: bool = False
) -> Detection:
    """Apply the rules to the scores of a series of shape (t,).

    When ``causal``, a verdict depends on no later point: a run is flagged from its
    ``min_consecutive``-th point on, and ``max_anomaly_ratio`` counts the points so far.
    """
    score = scores.raw / edge
    direction = _directions(y, scores)
    impossible = _outside(y, rules.data_range)
    flagged = (np.nan_to_num(score) > 1.0) & _matters(y, scores, direction, rules)
    flagged = _long_enough(flagged, rules.min_consecutive, causal)
    flagged = _strangest(flagged, score, rules.max_anomaly_ratio, causal) | impossible
    if rules.detection_size is not None:
        flagged[: max(0, len(y) - rules.detection_size)] = False
    band = _band(scores, edge)
    return Detection(
        score=score,
        is_anomaly=flagged,
        severity=_severity(score, flagged, impossible),
        direction=direction,
        reason=_reasons(y, flagged, impossible, score, scores.expected, band, rules),
        expected=scores.expected,
        band=band,
    )


def _directions(y: FloatArray, scores: Scores) -> IntArray:
    if scores.expected is None:
        return np.zeros(len(y), dtype=np.int64)
    return np.sign(np.nan_to_num(y - scores.expected)).astype(np.int64)


def _outside(y: FloatArray, data_range: tuple[float | None, float | None]) -> BoolArray:
    lower, upper = data_range
    low = np.zeros(len(y), dtype=bool) if lower is None else y < lower
    return low if upper is None else low | (y > upper)


def _matters(y: FloatArray, scores: Scores, direction: IntArray, rules: Rules) -> BoolArray:
    """Whether a deviation has the wanted direction and size."""
    wanted = {"both": direction == direction, "above": direction > 0, "below": direction < 0}[rules.direction]
    if scores.expected is None:
        return wanted
    deviation = np.abs(y - scores.expected)
    large = (deviation >= rules.min_dev) & (deviation >= rules.min_rel_dev * np.abs(scores.expected))
    return wanted & large


def _long_enough(flagged: BoolArray, least: int, causal: bool) -> BoolArray:
    """Keep runs of at least ``least`` flags; when causal, each from its ``least``-th point on."""
    if least <= 1:
        return flagged
    length = _run_length(flagged)
    if causal:
        return length >= least
    remaining = _run_length(flagged[::-1])[::-1]
    return flagged & (length + remaining - 1 >= least)


def _run_length(flagged: BoolArray) -> IntArray:
    """Return how many flags in a row end at each point."""
    position = np.arange(1, len(flagged) + 1)
    return np.asarray(position - np.maximum.accumulate(np.where(flagged, 0, position)))


def _strangest(flagged: BoolArray, score: FloatArray, ratio: float, causal: bool) -> BoolArray:
    if ratio >= 1.0:
        return flagged
    if causal:
        return _within_share_so_far(flagged, ratio)
    allowed = int(ratio * len(flagged))
    places = np.flatnonzero(flagged)
    dropped = places[np.argsort(-score[places], kind="stable")[allowed:]]
    kept = flagged.copy()
    kept[dropped] = False
    return kept


def _within_share_so_far(flagged: BoolArray, ratio: float) -> BoolArray:
    kept = flagged.copy()
    count = 0
    for place in np.flatnonzero(flagged):
        if count + 1 > ratio * (place + 1):
            kept[place] = False
        else:
            count += 1
    return kept


def _severity(score: FloatArray, flagged: BoolArray, impossible: BoolArray) -> FloatArray:
    """Return 0 for what is not flagged, else how far the score is on its way from 1 to infinity."""
    severity = np.where(flagged, 1.0 - 1.0 / np.maximum(np.nan_to_num(score, nan=1.0), 1.0), 0.0)
    return np.where(flagged & impossible, 1.0, severity)


def _band(scores: Scores, edge: FloatArray | float) -> Band | None:
    if scores.expected is None or scores.scale is None:
        return None
    return Band(scores.expected - edge * scores.scale, scores.expected + edge * scores.scale)


def _reasons(
    y: FloatArray,
    flagged: BoolArray,
    impossible: BoolArray,
    score: FloatArray,
    expected: FloatArray | None,
    band: Band | None,
    rules: Rules,
) -> list[str | None]:
    reasons: list[str | None] = [None] * len(y)
    for place in np.flatnonzero(flagged):
        if impossible[place]:
            reasons[place] = _range_reason(y[place], rules.data_range)
        elif expected is not None and band is not None:
            reasons[place] = _band_reason(
                y[place], expected[place], (band.lower[place], band.upper[place]), rules.level
            )
        else:
            reasons[place] = f"{y[place]:.6g} is {score[place]:.3g} times as strange as the edge of normal."
    return reasons


def _range_reason(value: float, data_range: Sequence[float | None]) -> str:
    lower, upper = data_range
    if lower is not None and value < lower:
        return f"{value:.6g} is below {lower:.6g}, the least value that was said to be possible."
    return f"{value:.6g} is above {upper:.6g}, the greatest value that was said to be possible."


def _band_reason(value: float, expected: float, band: tuple[float, float], level: float) -> str:
    side = "above" if value > expected else "below"
    return (
        f"{value:.6g} is {side} the {level:g} % band from {band[0]:.6g} to {band[1]:.6g}; "
        f"{expected:.6g} was expected."
    )
