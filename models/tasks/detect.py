"""From a task and its series to judgements: transform, score, units, rules; what a worker runs."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from models import registry
from models.contract.context import QUIET, Context
from models.contract.cost import Cost, Workload
from models.data.outcomes import constant_notice, guard, guarded
from models.data.results import CalibratedScores, Detection, Outcome, Scores
from models.data.series import Notice, Series, exogenous_unused
from models.decisions.feedback import Remarks, feedback_notices, scored_labels, threshold_of
from models.decisions.labels import marked
from models.decisions.scale import calibrate, moved
from models.decisions.verdicts import decide
from models.detectors.base import Detector
from models.tasks.detect_task import DetectTask
from models.tasks.stages import LocalTime, Stage, StagedSeries, apply_stages
from models.tasks.watch import Watch
from models.wording import counted

__all__ = ["DetectTask", "cost_of", "detect_many"]


def cost_of(task: DetectTask, series: Series) -> Cost:
    """Estimate what judging one series takes, and where it is done."""
    work, detector = Workload.of_series(series), task.make()
    cost = detector.cost(work, causal=task.causal)
    return replace(cost, device="gpu" if detector.uses_gpu else "cpu")


def detect_many(
    task: DetectTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Detection]]:
    """Judge every series, in order; what fails is told in its outcome, nothing is raised for it.

    A value that was filled in is not judged, nor does it tell how far values usually lie off; when
    causal, it is not even looked at, because it may know what comes after. Raises ``InvalidRequest``
    for what is wrong with the task itself.
    """
    detector = task.make()
    failing = f"{detector.name} could not judge this series"
    hint = "try another detector, or 'auto'"
    if detector.judges_together:
        detector = _fitted(task, detector, series, context)
    return guarded(failing, series, partial(_detect_one, task, context, detector), hint)


def _fitted(
    task: DetectTask, detector: Detector[Any], series: Sequence[Series], context: Context
) -> Detector[Any]:
    """Return the detector, fitted to all the series that it can be fitted to, if there are any."""
    histories: list[Series] = []
    for one in series:
        with guard("", ""):  # what fails is told where the series is judged
            if len(one) >= detector.required_for(one):
                histories.append(apply_stages(_stages(task, detector), one).series)
    return detector.fit(histories, context) if histories else detector


def _detect_one(
    task: DetectTask, context: Context, made: Detector[Any], series: Series
) -> Outcome[Detection]:
    """Judge one series by a copy of a detector, made for all of them and fitted to them if that is called for."""
    task, detector = task.at_steps_of(series), copy(made)
    if task.causal:
        watch, detection = Watch.replay(task, detector, series, context)
        remarks, staged = watch.remarks_, StagedSeries(series, 0)
    else:
        staged = apply_stages(_stages(task, detector), series)
        found = calibrate(_scores(task, detector, staged.series, context))
        detection, remarks = _decided(task, detector, series, _back(staged, found, series))
    is_judged = task.causal or not staged.series.is_constant  # see ``_scores``
    info = detector.info() if is_judged else detector.unfitted_info()
    notices = (
        *staged.notices,
        *feedback_notices(task.feedback, series, remarks, task.rules.threshold),
        *_notices(detector.notices() if is_judged else (), series, detection),
        *_unjudged(task, detector, series, detection),
        *_unused_exogenous(task, detector, series),
    )
    told = replace(detection, shows=detector.shows)
    return Outcome(series.unique_id, told, info, notices=notices)


def _back(staged: StagedSeries, found: CalibratedScores, series: Series) -> CalibratedScores:
    """Return what was found in the series before the stages; without any, in its last points."""
    if not staged.fitted:
        return found
    return staged.scores(found.after(len(staged.series) - len(found.score)), series.y_observed)


def _decided(
    task: DetectTask, detector: Detector[Any], series: Series, found: CalibratedScores
) -> tuple[Detection, Remarks]:
    """Decide on what was found in a series all of which is known, and return the feedback on it too."""
    found = moved(found, task.rules.threshold)
    said = scored_labels(marked(task.feedback, series), found.score)
    remarks = tuple(remark for _, remark in said)
    found = moved(found, threshold_of(remarks))
    y = series.y_observed
    return decide(y, found, task.rules, detector.band_name(task.rules.level)), remarks


def _stages(task: DetectTask, detector: Detector[Any]) -> tuple[Stage, ...]:
    """Return the stages around a detector that has the whole series at hand."""
    return LocalTime(detector.named_seasons, first=True), *task.around()


def _scores(task: DetectTask, detector: Detector[Any], series: Series, context: Context) -> Scores:
    """Score a series on the detector's scale, or as many last points of it as are judged."""
    if series.is_constant:
        zeros = np.zeros(len(series))
        expected = series.y if detector.has_expected else None
        return Scores(zeros, expected, None if expected is None else zeros, threshold=1.0)
    if not detector.judges_together:
        detector.fit([series], context)
    quiet = task.only_remembered(detector, series)
    [scores] = detector.score([series], task.rules.level, task.calendar, remembered=quiet)
    scores.raw = np.where(series.is_observed[-len(scores.raw) :], scores.raw, np.nan)
    return scores


def _notices(told: Sequence[Notice], series: Series, detection: Detection) -> tuple[Notice, ...]:
    notices = [replace(one, unique_id=series.unique_id) for one in told]
    if series.is_constant and len(series) > 1 and not detection.is_anomaly.any():
        notices.append(constant_notice(series, ": nothing is anomalous"))
    return tuple(notices)


def _unjudged(
    task: DetectTask, detector: Detector[Any], series: Series, detection: Detection
) -> tuple[Notice, ...]:
    """Tell how much of what was asked for is too early to be judged from its past."""
    if series.is_constant or not detector.is_causal:  # what is not leaves out nothing for its past
        return ()
    size = task.rules.detection_size or len(series)
    asked, score = series.is_observed[-size:], detection.score[-size:]
    left = int(np.count_nonzero(asked & np.isnan(score)))
    if not left:
        return ()
    all_of = counted(int(asked.sum()), "point")
    text = f"{counted(left, f'of {all_of} was', f'of {all_of} were')} not judged: the past of each is too short"
    other = "causal: false" if task.causal else "choose a detector with the whole series at hand"
    return (Notice("not_judged", text, f"send more points, or {other}", series.unique_id),)


def _unused_exogenous(
    task: DetectTask, detector: Detector[Any], series: Series
) -> tuple[Notice, ...]:
    """Tell of exogenous columns that the detector does not use; a forecaster in it takes those with a future."""
    if detector.takes_exogenous and not task.causal:
        return ()
    if task.causal or not detector.takes_regressors:
        who = f"{detector.name} when causal" if task.causal else detector.name
        able = registry.named("forecaster", "exogenous")
        hint = (
            f"use {registry.around_forecasters('detector')}, with causal: false and a forecaster that takes"
            f" any: {able};"
            f" or {registry.named('detector', 'exogenous')}, which judges columns together"
        )
        return exogenous_unused(series.exog, f"is not taken by {who}", hint, series.unique_id)
    unused = [name for name in series.exog if name not in series.future]
    hint = "send its future values in 'future', from the end of the series on"
    return exogenous_unused(unused, "has no known future", hint, series.unique_id)
