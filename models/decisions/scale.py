"""From raw scores to the scale that all detectors share, on which 1.0 is where normal ends."""

from models.data.results import CalibratedScores, Interval, Scores


def level_of_sensitivity(sensitivity: float) -> float:
    """Return the level in percent that a sensitivity from 0 to 100 stands for.

    50 is level 99; every 25 more make alarms ten times as frequent: 0 is level 99.99, 75 is 90.
    """
    alarms: float = 10.0 ** ((sensitivity - 50.0) / 25.0)
    return 100.0 - min(alarms, 99.0)


def calibrate(scores: Scores) -> CalibratedScores:
    """Return scores of shape (t,) in units of their threshold, and the band that ends there."""
    return CalibratedScores(scores.raw / scores.threshold, scores.expected, _band(scores))


def _band(scores: Scores) -> Interval | None:
    if scores.band is not None:
        return scores.band
    if scores.expected is None or scores.scale is None:
        return None
    half = scores.threshold * scores.scale
    return Interval(scores.expected - half, scores.expected + half)
