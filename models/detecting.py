"""From a task and its series to judgements: score, rules; what a worker runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from models import registry
from models.detectors.base import Detector
from models.detectors.rules import Rules, judge
from models.errors import FitFailed, InvalidParameter, InvalidRequest, SeriesError, TidecastError
from models.registry import ModelSpec
from models.results import Detection, Outcome, Scores
from models.series import Notice, Series


@dataclass(frozen=True, slots=True)
class DetectTask:
    """How to judge any number of series."""

    detector: ModelSpec
    rules: Rules = Rules()
    causal: bool = False
    random_state: int = 0

    def make(self) -> Detector[Any]:
        """Make the detector; raises ``InvalidRequest`` for a bad name, bad params, or if it cannot be causal."""
        detector = registry.detector(self.detector, self.random_state)
        if self.causal and not detector.is_causal:
            able = [name for name, kind in registry.registered("detector").items() if kind.capabilities()["causal"]]
            raise InvalidParameter(
                f"{detector.name} looks at the whole series and cannot be causal",
                f"use one of {', '.join(able)}, or causal: false",
                path=("causal",),
            )
        return detector


def cost_seconds(task: DetectTask, series: Series) -> float:
    """Estimate the time of one series in seconds of one core."""
    return task.make().cost_seconds(len(series), max(series.season_length or (1,)))


def detect_many(task: DetectTask, series: Sequence[Series]) -> list[Outcome[Detection]]:
    """Judge every series, in order; what fails is told in its outcome, nothing is raised for it.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    task.make()
    return [_detect_one(task, one) for one in series]


def _detect_one(task: DetectTask, series: Series) -> Outcome[Detection]:
    detector = task.make()
    begin = perf_counter()
    try:
        with np.errstate(all="ignore"):
            scores, notices = _scores(detector, series, task.causal)
            detection = judge(series.y, scores, detector.edge(scores, task.rules.level), task.rules, task.causal)
    except InvalidRequest:
        raise
    except TidecastError as error:
        return Outcome(series.unique_id, error=error)
    except Exception as error:  # libraries raise whatever they like; the caller is told which series
        return Outcome(series.unique_id, error=_failed(detector.name, series, error))
    spent = (perf_counter() - begin) * 1e3
    return Outcome(series.unique_id, detection, detector.info(), notices=notices, fit_ms=spent)


def _scores(detector: Detector[Any], series: Series, causal: bool) -> tuple[Scores, tuple[Notice, ...]]:
    if causal:
        scores = detector.begin(series).observe(series.y)
    elif series.is_constant and len(series) > 1:
        return _constant_scores(series)
    else:
        scores = detector.score(series)
    return scores, tuple(replace(notice, unique_id=series.unique_id) for notice in detector.notices())


def _constant_scores(series: Series) -> tuple[Scores, tuple[Notice, ...]]:
    notice = Notice(
        "constant_series",
        f"all {len(series)} values are {series.y[0]:g}: nothing is anomalous",
        "check that the series is what you meant to send",
        series.unique_id,
    )
    zeros = np.zeros(len(series))
    return Scores(zeros, series.y, zeros), (notice,)


def _failed(name: str, series: Series, error: Exception) -> SeriesError:
    return FitFailed(
        f"{name} could not judge this series: {type(error).__name__}: {error}",
        "try another detector, or 'auto'",
        unique_id=series.unique_id,
    )
