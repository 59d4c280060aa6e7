"""One request's work on an engine: series in, an outcome for each out, whatever happens on the way."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from app.engine.base import (
    Budget,
    Cancelled,
    Engine,
    EngineStopped,
    OutOfMemory,
    OutOfTime,
    WorkerDied,
)
from app.engine.chunks import cut
from app.failures import MemoryExceeded, Unavailable
from models.data.results import Outcome
from models.data.series import Series
from models.errors import BudgetExceeded, SeriesError, WorkerLost
from models.types import FloatArray

Work = Callable[[Any, Sequence[Series]], list[Outcome[Any]]]
"""``forecast_many`` or ``detect_many``: a task and its series to outcomes, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One task over some series; ``costs`` in seconds, shape (n,). ``in_place``: not worth a hop."""

    work: Work
    task: Any
    series: Sequence[Series]
    costs: FloatArray
    in_place: bool = False


@dataclass(slots=True, eq=False)
class _Piece:
    unit: int
    positions: Sequence[int]
    deaths: int = 0


class Audience:
    """Who waits for a request's answer; when they leave, its work ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self._gone = False

    def leave(self) -> None:
        """Do what was registered, and from now on at once what will be."""
        with self._lock:
            self._gone = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def on_leave(self, action: Callable[[], None]) -> None:
        """Register what to do when nobody waits any more."""
        with self._lock:
            if not self._gone:
                self._actions.append(action)
                return
        action()


audience: ContextVar[Audience | None] = ContextVar("audience", default=None)
"""Who waits for what this thread does."""


@dataclass(slots=True)
class Progress:
    """How many series are done, of how many."""

    total: int = 0
    done: int = 0


Stop = Callable[[Outcome[Any]], bool]


@dataclass(slots=True, eq=False)
class Run:
    """The work of one request.

    ``stop``: tells of each outcome whether the rest is still wanted; what is not done then has
    the error ``BudgetExceeded``, as has what is not done at the deadline.
    """

    engine: Engine
    budget: Budget
    units: Sequence[Unit]
    stop: Stop = lambda outcome: False
    progress: Progress = field(default_factory=Progress)
    _jobs: dict[Future[Any], _Piece] = field(default_factory=dict)
    _outcomes: list[list[Outcome[Any] | None]] = field(default_factory=list)
    _stopped: bool = False

    def outcomes(self) -> list[list[Outcome[Any]]]:
        """Do the work; return one list per unit, in the order of its series.

        Raises ``InvalidRequest`` for what is wrong with a task, ``Unavailable`` if the engine is stopping.
        """
        self._outcomes = [[None] * len(unit.series) for unit in self.units]
        self.progress.total = sum(len(unit.series) for unit in self.units)
        if (waiting := audience.get()) is not None:
            waiting.on_leave(self.cancel)
        try:
            self._submit_all()
            for number, unit in enumerate(self.units):
                if unit.in_place:
                    piece = _Piece(number, range(len(unit.series)))
                    self._keep(piece, unit.work(unit.task, unit.series))
            self._wait()
        except (EngineStopped, Cancelled, CancelledError):
            raise Unavailable(
                "the server is stopping", "send the request again in a moment"
            ) from None
        finally:
            self.cancel()
        return [
            [found or _out_of_budget(one) for found, one in zip(outcomes, unit.series, strict=True)]
            for outcomes, unit in zip(self._outcomes, self.units, strict=True)
        ]

    def cancel(self) -> None:
        """Stop what still runs."""
        self._stopped = True
        for job in list(self._jobs):
            job.cancel()

    def _submit_all(self) -> None:
        for number, unit in enumerate(self.units):
            if not unit.in_place:
                for positions in cut(unit.costs, self.engine.workers):
                    self._submit(_Piece(number, positions.tolist()))

    def _submit(self, piece: _Piece) -> None:
        unit = self.units[piece.unit]
        series = [unit.series[position] for position in piece.positions]
        self._jobs[self.engine.submit(self.budget, unit.work, unit.task, series)] = piece

    def _wait(self) -> None:
        while self._jobs and not self._stopped:
            done, _ = wait(self._jobs, timeout=self._remaining(), return_when=FIRST_COMPLETED)
            if not done:
                return
            for job in done:
                self._settle(job, self._jobs.pop(job))

    def _remaining(self) -> float | None:
        remaining = self.budget.remaining()
        return None if remaining is None else max(0.0, remaining)

    def _settle(self, job: Future[Any], piece: _Piece) -> None:
        try:
            self._keep(piece, job.result())
        except OutOfTime:
            pass  # told at the end, as for all that is not done
        except WorkerDied:
            self._after_death(piece)
        except OutOfMemory as error:
            self._after_overflow(piece, error)

    def _after_death(self, piece: _Piece) -> None:
        """Try again once as it was, then each series alone, so that only the culprit is lost."""
        piece.deaths += 1
        if piece.deaths == 1:
            self._submit(piece)
        elif len(piece.positions) > 1:
            self._submit_singly(piece)
        else:
            self._keep(
                piece, [Outcome(one.unique_id, error=_lost(one)) for one in self._series(piece)]
            )

    def _after_overflow(self, piece: _Piece, error: OutOfMemory) -> None:
        if len(piece.positions) > 1:
            self._submit_singly(piece)
        else:
            self._keep(
                piece,
                [
                    Outcome(one.unique_id, error=_overflow(one, error))
                    for one in self._series(piece)
                ],
            )

    def _submit_singly(self, piece: _Piece) -> None:
        for position in piece.positions:
            self._submit(_Piece(piece.unit, [position], piece.deaths))

    def _series(self, piece: _Piece) -> list[Series]:
        return [self.units[piece.unit].series[position] for position in piece.positions]

    def _keep(self, piece: _Piece, outcomes: Sequence[Outcome[Any]]) -> None:
        kept = self._outcomes[piece.unit]
        for position, outcome in zip(piece.positions, outcomes, strict=True):
            kept[position] = outcome
        self.progress.done += len(outcomes)
        self._stopped = self._stopped or any(self.stop(outcome) for outcome in outcomes)


def _out_of_budget(series: Series) -> Outcome[Any]:
    return _failed(
        series,
        BudgetExceeded(
            "the time budget ran out before this series was done",
            "raise timeout_s, send fewer series, or choose a faster model",
            unique_id=series.unique_id,
        ),
    )


def _failed(series: Series, error: SeriesError) -> Outcome[Any]:
    return Outcome(series.unique_id, error=error)


def _lost(series: Series) -> WorkerLost:
    return WorkerLost(
        "the process that worked on this series died, and so did a second one",
        "send the series again; if it happens again, choose another model",
        unique_id=series.unique_id,
    )


def _overflow(series: Series, error: OutOfMemory) -> MemoryExceeded:
    return MemoryExceeded(
        f"fitting this series took more memory than a process may have: {error}",
        "send a shorter series, choose another model, or have TIDECAST_MAX_CHUNK_BYTES raised",
        unique_id=series.unique_id,
    )
