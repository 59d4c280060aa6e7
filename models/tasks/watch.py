"""A stream that is watched: a detector and all that stands around it between two points."""

from dataclasses import replace
from typing import Any, Self

import numpy as np

from models.contract.context import QUIET, Context
from models.contract.model import Model
from models.contract.state import Reader, State, Writer
from models.data.results import CalibratedScores, Detection
from models.data.series import Series
from models.decisions.alarms import DecisionState
from models.decisions.feedback import (
    MOST_REMARKS,
    Remarks,
    ScoredLabel,
    threshold_of,
    thresholds_so_far,
)
from models.decisions.labels import marked
from models.decisions.live_clock import LiveClock
from models.decisions.restoring import BoundedTransform
from models.decisions.scale import calibrate, moved
from models.decisions.verdicts import decide_next, only_last, unjudged_so_far
from models.detectors.base import Detector
from models.errors import BadStamps, StateUnreadable
from models.registry import revive
from models.tasks.detect_task import DetectTask
from models.tasks.stages import LocalTime, apply_stages
from models.time.grid import Grid
from models.types import FloatArray

_KIND = "watch"
_CARRIED = ("detector_", "highest_", "clock_", "decisions_", "remarks_")


class Watch:
    """What judges the next points of a stream as a replay of all of them would.

    It carries the detector, what the rules remember, the transforms and the place on the wall clock. One
    point of every step is expected, NaN where it is missing.
    """

    def __init__(self, task: DetectTask, series: Series, detector: Detector[Any]) -> None:
        """Begin at the first stamp of a series, whose values tell only whether the transforms take them."""
        self.marks = [*marked(task.feedback, series)]
        self.task, self.detector_ = replace(task.at_steps_of(series), feedback=()), detector
        self.units = BoundedTransform(task.transform.fit(series.y, series.grid), task.bounds)
        self.calendar = task.calendar
        self.highest_ = float(series.y.max())
        self.clock_ = LiveClock.of(series.grid) if _counts_seasons(detector, series) else None
        self.decisions_ = DecisionState()
        self.remarks_: Remarks = ()

    def state(self) -> State:
        """Return all that is carried from point to point, and what was asked for."""
        writer = Writer(lambda value: value.state() if isinstance(value, Model) else None)
        values = {name: writer.written(getattr(self, name), name) for name in _CARRIED}
        asked = self.task.to_json()
        return State(
            _KIND,
            self.detector_.name,
            asked,
            values=values,
            arrays=writer.arrays,
            parts=writer.parts,
        )

    @classmethod
    def revive(cls, state: State) -> Self:
        """Return the watch that was kept; raises ``StateUnreadable``."""
        if state.kind != _KIND or state.values.keys() != {*_CARRIED}:
            raise StateUnreadable(
                f"what was kept of {state.name:.60} is no watched stream",
                "begin again with the points so far",
            )
        task = DetectTask.of_json(state.params)
        reader = Reader(state, {place: revive(part) for place, part in state.parts.items()})
        watch = cls.__new__(cls)
        watch.task, watch.marks = task, []
        for name, written in state.values.items():
            setattr(watch, name, reader.read(written))
        # What a watch takes treats each value by itself, so that any one that was seen will do.
        chain = task.transform.fit(np.array([watch.highest_]))
        watch.units, watch.calendar = BoundedTransform(chain, task.bounds), task.calendar
        return watch

    @classmethod
    def begin(cls, task: DetectTask, history: Series, context: Context = QUIET) -> Self:
        """Return the watch for the points that follow a history.

        Raises ``InvalidRequest`` for what is wrong with the task, ``SeriesError`` with the history.
        """
        detector = replace(task, causal=True).make()
        watch = cls(task, history, detector)
        watch._start(history, history, context)
        watch._next(history.y_observed)
        return watch

    @classmethod
    def replay(
        cls,
        task: DetectTask,
        detector: Detector[Any],
        series: Series,
        context: Context = QUIET,
    ) -> tuple[Self, Detection]:
        """Judge the points of a series as if they came one by one; return the watch for those after them.

        A detector that must be fitted learns from as many first points as it needs, which are not judged. Where
        last points alone are asked for, others may only be remembered: see ``DetectTask.only_remembered``.
        """
        if task.calendar and detector.takes_calendar:
            _require_every_step(series)
        watch, y = cls(task, series, detector), series.y_observed
        if detector.fit_is_empty or detector.learns_on_the_way:
            watch._start(series, None, context)
            first = task.only_remembered(detector, series)
            watch._remember(y[:first])
            watch.decisions_ = unjudged_so_far(y[:first])
        else:
            first = min(detector.required_for(series), len(series))
            watch._start(series, series.head(first), context)
            watch._next(y[:first])
        asked = task.rules.detection_size
        judged = replace(only_last(watch._next(y[first:]), asked), unjudged=first)
        return watch, judged if asked else judged.in_full()

    def observe(self, points: FloatArray) -> Detection:
        """Judge the next points, shape (k,), NaN where missing.

        Raises ``BadValues`` for one that the transforms do not take.
        """
        if self.task.options.transform:
            self.task.transform.fit(points[np.isfinite(points)])
        return self._next(points)

    @property
    def threshold(self) -> float:
        """The score, without feedback, that is the edge of normal now."""
        return threshold_of(self.remarks_)

    def learn(self, score: float, *, is_anomaly: bool) -> None:
        """Take up what was said of a point whose score was told, when the edge was where it is now."""
        remark = ScoredLabel(is_anomaly, score * self.threshold)
        self.remarks_ = (*self.remarks_, remark)[-MOST_REMARKS:]

    def _start(self, series: Series, history: Series | None, context: Context) -> None:
        """Fit the detector to a history, if it needs one, and let it begin at the first stamp of a series."""
        learns_before = not (self.detector_.fit_is_empty or self.detector_.learns_on_the_way)
        if history is not None and learns_before:
            laid = apply_stages(
                (LocalTime(self.detector_.named_seasons, first=True),), history
            ).series
            self.detector_.fit([self.units.chain.transformed(laid)], context)
        if self.clock_ is not None:
            local = series.grid.local(series.grid.stamps[:1])
            series = replace(series, grid=Grid(series.grid.freq, local))
        self.detector_.begin([series])

    def _remember(self, y: FloatArray) -> None:
        """Take up points before those that are judged."""
        if not len(y):
            return
        values = y if self.clock_ is None else self.clock_.skip(y)
        with np.errstate(all="ignore"):
            self.detector_.remember(self.units.taken(values), self.calendar)

    def _next(self, y: FloatArray) -> Detection:
        rules, detector = self.task.rules, self.detector_
        laid = None if self.clock_ is None else self.clock_.lay(y)
        values = y if laid is None else laid.values
        with np.errstate(all="ignore"):
            z = self.units.taken(values)
            scores = detector.observe(z, rules.level, calendar=self.calendar)
            found = self.units.restored(calibrate(scores), values)
            if self.clock_ is not None and laid is not None:
                found = self.clock_.back(found, laid, y)
            found = self._moved(moved(found, rules.threshold))
            name = detector.band_name(rules.level)
            detection, self.decisions_ = decide_next(y, found, rules, self.decisions_, name)
        return detection

    def _moved(self, found: CalibratedScores) -> CalibratedScores:
        """Return what was found in the next points with the edge where feedback has moved it."""
        if not self.marks and not self.remarks_:
            return found
        seen = self.decisions_.seen
        marks = [one._replace(first=one.first - seen, after=one.after - seen) for one in self.marks]
        marks = [one for one in marks if 0 < one.after <= len(found.score)]
        thresholds, self.remarks_ = thresholds_so_far(marks, found.score, self.remarks_)
        return moved(found, thresholds)


def _counts_seasons(detector: Detector[Any], series: Series) -> bool:
    """Whether seasons matter, those included that are yet to be found, so that the wall clock does."""
    seasons = detector.named_seasons(series)
    return seasons is None or max(seasons, default=1) > 1


def _require_every_step(series: Series) -> None:
    """Raise ``BadStamps`` where points were dropped: a causal detector counts the days by its points."""
    stamps = series.grid.stamps
    if len(series) > 1 and series.grid.head(1).future(len(series) - 1)[-1] != stamps[-1]:
        raise BadStamps(
            "points were dropped, so that a causal detector would take later days for earlier holidays",
            "fill them by another policy of missing, or leave holidays and calendar out",
        )
