"""Judge the points of many series by one detector."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from app.codecs.frame import Coded, Column, Frame, SharedStamps, whole
from app.engine.base import Budget
from app.engine.run import Unit
from app.failures import NothingWorked
from app.schemas.answers import DetectAnswer
from app.schemas.detect import DetectOptions
from app.services.answer import AnswerParts, Entries, failure_of, frame
from app.services.choice import Selection, choose
from app.services.endpoint import Endpoint, UseCase
from app.services.events import DIRECTIONS, JudgedRow, event_table
from app.services.fallback import fall_back
from app.services.notices import seasons_notices, strange_labels, timeout_notices
from app.services.plans import unit_of_detector
from app.services.request import SeriesRequest, prepare_all, refuse_failed_preparation
from app.services.size import AnswerSize, told_bytes
from models import registry
from models.data.results import Detection, Outcome
from models.data.series import Series
from models.prepare import PreparedPanel
from models.tasks.detect import DetectTask, cost_of, detect_many
from models.types import FloatArray

_DEFAULT_FALLBACK, _CAUSAL_FALLBACK = "band", "rolling_band"
_COLUMNS = 11


class Detecting(UseCase[DetectOptions]):
    """The use case of ``POST /v1/detect``."""

    def answer(self, asked: SeriesRequest, options: DetectOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be judged, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options, asked.cancellation)
        chosen = choose("detector", options.detector, options.params, ("detector",))
        task = _task(chosen, options)
        detector = task.make()
        prepared = prepare_all(asked, options, budget)
        refuse_failed_preparation(prepared, options)
        panel, told = prepared.panel, told_bytes([chosen])
        size = AnswerSize(panel.ids, panel.lengths, _COLUMNS, entry_bytes=told)
        self.workbench.check_size(size)
        asked.clock.lap("prepare")
        [done] = self.workbench.run([_unit(task, prepared.panel)], options, budget)
        outcomes = [*done]
        self._fall_back(task, outcomes, prepared.panel, options, budget)
        asked.clock.lap("fit")
        found = AnswerParts(notices=timeout_notices(options, self.workbench.settings))
        found.tell_of(prepared)
        if not detector.takes_calendar:
            why = f"{detector.name} takes no regressors"
            able = registry.named("forecaster", "exogenous")
            around = registry.around_forecasters("detector")
            hint = f"use {around} with a forecaster that takes any: {able}"
            found.notices.extend(task.calendar.unused(why, hint))
        found.notices.extend(seasons_notices(options, chosen, outcomes))
        found.notices.extend(strange_labels(task.feedback, panel.ids))
        rows = _rows(prepared, outcomes, found)
        answer = frame("detection", _table(rows), found, asked, options)
        return answer.beside(events=event_table(rows, options))

    def _fall_back(
        self,
        task: DetectTask,
        outcomes: list[Outcome[Detection]],
        series: Sequence[Series],
        options: DetectOptions,
        budget: Budget,
    ) -> None:
        """Have failing series done by the fallback detector, if so asked."""
        if options.on_error != "fallback" or all(one.error is None for one in outcomes):
            return
        default = _CAUSAL_FALLBACK if options.causal else _DEFAULT_FALLBACK
        fallback = choose("detector", options.fallback_model or default, {}, ("fallback_model",))
        other = replace(task, model=fallback.spec)

        def again(failed: list[int]) -> Sequence[Outcome[Detection]]:
            unit = _unit(other, [series[i] for i in failed])
            return self.workbench.run([unit], options, budget)[0]

        fall_back(outcomes, fallback.spec.name, again)


def _task(chosen: Selection, options: DetectOptions) -> DetectTask:
    return DetectTask(
        chosen.spec,
        options.rules(),
        options.causal,
        tuple(options.feedback or ()),
        options=options.of_task(),
    )


def _unit(task: DetectTask, series: Sequence[Series]) -> Unit:
    return unit_of_detector(detect_many, task, task, series, partial(cost_of, task))


# --- the answer --------------------------------------------------------------


def _rows(
    prepared: PreparedPanel, outcomes: Sequence[Outcome[Detection]], found: AnswerParts
) -> list[JudgedRow]:
    """Return the series that were judged; raises ``NothingWorked`` if there is none."""
    entries, rows = Entries(prepared), []
    for place, (series, outcome) in enumerate(zip(prepared.panel, outcomes, strict=True)):
        found.notices.extend(outcome.notices)
        if outcome.result is None:
            found.failures.append(failure_of(outcome))
            continue
        found.series.append(entries.entry(place, outcome))
        filled = entries.reports[place].missing_filled
        rows.append(JudgedRow(series, outcome.result.in_full(), filled))
    if not rows:
        raise NothingWorked.because(found.failures)
    return rows


def _table(rows: Sequence[JudgedRow]) -> dict[str, Column]:
    ids = [row.series.unique_id for row in rows]
    index = SharedStamps(whole).index(ids, [row.series.grid for row in rows])
    return {**index, **_arrays(rows), "reason": _reasons(rows)}


def _reasons(rows: Sequence[JudgedRow]) -> Coded:
    """Return the reasons of all points; what was filled in is not judged."""
    words: list[str | None] = [None]
    codes, first = np.zeros(sum(len(row.series) for row in rows), dtype=np.int64), 0
    for row in rows:
        for place, reason in row.judged.reasons.items():
            if row.series.observed is None or row.series.observed[place]:
                codes[first + place] = len(words)
                words.append(reason)
        first += len(row.series)
    return Coded(words, codes)


def _arrays(rows: Sequence[JudgedRow]) -> dict[str, Column]:
    judged = [row.judged for row in rows]
    # what was filled in is not judged
    observed = np.concatenate([row.series.is_observed for row in rows])
    direction = np.concatenate([one.direction for one in judged])
    return {
        "y": np.where(observed, np.concatenate([row.series.y for row in rows]), np.nan),
        "is_anomaly": np.concatenate([one.is_anomaly for one in judged]) & observed,
        "score": np.where(observed, np.concatenate([one.score for one in judged]), np.nan),
        "severity": np.where(observed, np.concatenate([one.severity for one in judged]), 0.0),
        "direction": Coded(DIRECTIONS, np.where(observed, direction, 0) + 1),
        "yhat": _column(rows, lambda judged: judged.expected),
        "yhat_lower": _column(
            rows, lambda judged: None if judged.band is None else judged.band.lower
        ),
        "yhat_upper": _column(
            rows, lambda judged: None if judged.band is None else judged.band.upper
        ),
    }


def _column(
    rows: Sequence[JudgedRow], told: Callable[[Detection], FloatArray | None]
) -> FloatArray:
    """Return what verdicts tell of each point, NaN of the series of which they tell nothing."""
    of_series = [(told(row.judged), len(row.series)) for row in rows]
    return np.concatenate(
        [np.broadcast_to(np.nan if v is None else v, size) for v, size in of_series]
    )


ENDPOINT = Endpoint(
    "/v1/detect",
    "Find the anomalies of one or many series, each with its reason.",
    Detecting,
    DetectOptions,
    DetectAnswer,
    {"y": [10, 11, 10, 9, 10, 55, 11, 10, 9, 10], "detector": "band"},
    position=2,
)
