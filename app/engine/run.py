"""One request's work on an engine: series in, an outcome for each out, whatever happens on the way."""

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from app.engine.base import (
    Budget,
    Engine,
    EngineStopped,
    Needs,
    OutOfMemory,
    OutOfTime,
    Piece,
    Work,
    WorkCancelled,
    WorkerDied,
)
from app.engine.cancellation import RunProgress
from app.engine.chunks import cut
from app.failures import MemoryExceeded, Unavailable
from models import errors
from models.contract.context import Context
from models.data.panel import Panel
from models.data.results import Outcome
from models.data.series import Series
from models.errors import BudgetExceeded, SeriesError, WorkerLost
from models.types import FloatArray, IntArray

Many = Callable[[Any, Sequence[Series], Context], Sequence[Outcome[Any]]]
"""``forecast_many`` or ``detect_many``: a task and its series to outcomes, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What each of some series takes: ``seconds`` and ``memory_bytes``, shape (n,) each.

    ``on_gpu``: on a graphics processor if there is one. ``shared_bytes``: of these, what series that make one
    model together take once, (n,), None for nothing.
    """

    seconds: FloatArray
    memory_bytes: IntArray
    on_gpu: bool = False
    shared_bytes: IntArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One task over some series.

    ``in_place``: not worth a hop. ``together``: series of an equal key are one piece whatever happens, since they
    make one model; None for series that may be parted. ``ends_early``: whether it has a result whenever its time
    is over, so that it can leave time to the pieces behind it.
    """

    work: Many
    task: Any
    series: Sequence[Series]
    costs: Costs
    in_place: bool = False
    together: Sequence[Hashable] | None = None
    random_state: int = 0
    ends_early: bool = False


@dataclass(slots=True, eq=False)
class _Part:
    """Some series of a unit, done as one piece; ``behind``: see ``Work``."""

    unit: int
    positions: Sequence[int]
    deaths: int = 0
    behind: FloatArray = field(default_factory=lambda: np.empty(0))


Stop = Callable[[Sequence[Outcome[Any]]], bool]


@dataclass(slots=True, eq=False)
class Run:
    """The work of one request.

    ``stop``: tells of outcomes whether the rest is no longer wanted; what is not done then has
    the error ``BudgetExceeded``, as has what is not done at the deadline.
    """

    engine: Engine
    budget: Budget
    units: Sequence[Unit]
    stop: Stop = lambda outcomes: False
    _done: int = 0
    _parts: dict[Piece[Any], _Part] = field(default_factory=dict)
    _outcomes: list[list[Outcome[Any] | None]] = field(default_factory=list)
    _here: dict[int, Sequence[Outcome[Any]]] = field(default_factory=dict)
    _stopped: bool = False
    _cancelled: bool = False

    def outcomes(self) -> list[Sequence[Outcome[Any]]]:
        """Do the work; return the outcomes of each unit, in the order of its series.

        Raises ``InvalidRequest`` for what is wrong with a task, ``Unavailable`` if the engine is stopping.
        """
        self._outcomes = [[None] * len(unit.series) for unit in self.units]
        self.budget.cancellation.on_cancel(self.cancel)
        self.budget.cancellation.how_far = lambda: self.progress
        try:
            self._submit_all()
            for number, unit in enumerate(self.units):
                if self._is_here(unit) and not self._stopped:
                    try:
                        made = unit.work(unit.task, unit.series, self._context(unit))
                    except MemoryError as error:
                        why = str(error)
                        made = [_failed(one, _overflow(one, why)) for one in unit.series]
                    self._here[number] = made  # as a whole, whatever kind of sequence it is
                    self._count(made)
            self._wait()
            if self._cancelled:
                raise WorkCancelled
        except (EngineStopped, WorkCancelled, CancelledError, errors.Cancelled):
            raise Unavailable(
                "the server is stopping", "send the request again in a moment"
            ) from None
        finally:
            self._end()
        return [self._here.get(i) or self._completed(i) for i in range(len(self.units))]

    @property
    def progress(self) -> RunProgress:
        """What is done by now, with what running pieces tell of themselves."""
        total = sum(len(unit.series) for unit in self.units)
        running = [(one.progress, len(part.positions)) for one, part in [*self._parts.items()]]
        done = self._done + sum(one.share * count for one, count in running)
        told = [one for one, _ in running if one.facts]
        facts = min(told, key=lambda one: one.share).facts if told else {}
        return RunProgress(total, self._done, min(1.0, done / total if total else 1.0), facts)

    def cancel(self) -> None:
        """Stop what still runs; ``outcomes`` raises ``Unavailable`` then, however far it was."""
        self._cancelled = True
        self._end()

    def _end(self) -> None:
        self._stopped = True
        for piece in list(self._parts):
            piece.cancel()

    def _submit_all(self) -> None:
        parts = [
            _Part(number, positions.tolist())
            for number, unit in enumerate(self.units)
            if not self._is_here(unit)
            for positions in cut(unit.costs.seconds, self.engine.workers, unit.together)
        ]
        for on_device in (False, True):
            queue = [part for part in parts if self._is_on_device(part) == on_device]
            lanes = len(self.engine.devices) if on_device else self.engine.workers
            seconds = np.array([self._seconds(part) for part in queue])
            for place, part in enumerate(queue):
                if self.units[part.unit].ends_early:
                    part.behind = seconds[place + lanes :: lanes]
        for part in parts:
            self._submit(part)

    def _is_on_device(self, part: _Part) -> bool:
        return self.units[part.unit].costs.on_gpu and bool(self.engine.devices)

    def _seconds(self, part: _Part) -> float:
        """Return about how long a part takes: series that make one model together, as long as the longest."""
        unit = self.units[part.unit]
        each = unit.costs.seconds[part.positions]
        return float(each.sum() if unit.together is None else each.max())

    def _is_here(self, unit: Unit) -> bool:
        """Whether work is done in this process: nothing that may not even be done in one of its own."""
        return unit.in_place and self._fits(int(unit.costs.memory_bytes.max(initial=0)))

    def _fits(self, needed: int) -> bool:
        return self.budget.memory_bytes is None or needed <= self.budget.memory_bytes

    def _memory(self, part: _Part) -> int:
        """Return the bytes that a part is estimated to hold at once: all its series, if they make one model."""
        unit = self.units[part.unit]
        of_each = unit.costs.memory_bytes[part.positions]
        if unit.together is None:
            return int(of_each.max())
        if unit.costs.shared_bytes is None:
            return int(of_each.sum())
        shared = unit.costs.shared_bytes[part.positions]
        return int((of_each - shared).sum() + shared.max())

    def _context(self, unit: Unit) -> Context:
        """Return what surrounds work that is done here."""
        return Context(
            self.budget.deadline,
            random_state=unit.random_state,
            is_cancelled=lambda: self._stopped,
        )

    def _submit(self, part: _Part) -> None:
        """Hand over what may fit; what would take more memory than a piece may have is not begun."""
        unit, needed = self.units[part.unit], self._memory(part)
        if not self._fits(needed):
            self._fail_or_part(part, lambda one: _too_large(one, needed, self.budget.memory_bytes))
            return
        series = (
            unit.series[part.positions] if isinstance(unit.series, Panel) else self._series(part)
        )
        device: Literal["cpu", "gpu"] = "gpu" if unit.costs.on_gpu else "cpu"
        needs = Needs(device, self.budget.memory_bytes, expected_bytes=needed)
        args = (unit.task, series)
        work = Work(unit.work, args, needs, self.budget.deadline, unit.random_state, part.behind)
        self._parts[self.engine.submit(work)] = part

    def _wait(self) -> None:
        while self._parts and not self._stopped:
            wait(self._parts, timeout=self._remaining(), return_when=FIRST_COMPLETED)
            done = [piece for piece in self._parts if piece.done()]
            if not done:
                return
            for piece in done:
                self._settle(piece, self._parts.pop(piece))

    def _remaining(self) -> float | None:
        remaining = self.budget.remaining()
        return None if remaining is None else max(0.0, remaining)

    def _settle(self, piece: Piece[Any], part: _Part) -> None:
        try:
            self._keep(part, piece.result(), piece.device)
        except OutOfTime:
            pass  # told at the end, as for all that is not done
        except WorkerDied:
            self._after_death(part)
        except OutOfMemory as error:
            why = str(error)
            self._fail_or_part(part, lambda one: _overflow(one, why))

    def _after_death(self, part: _Part) -> None:
        """Try again once as it was, then each series alone, so that only the culprit is lost."""
        part.deaths += 1
        if part.deaths == 1:
            self._submit(part)
        else:
            self._fail_or_part(part, _lost)

    def _fail_or_part(self, part: _Part, error_of: Callable[[Series], SeriesError]) -> None:
        """Do each series alone, if they make no model together; what cannot be parted has failed."""
        if len(part.positions) > 1 and self.units[part.unit].together is None:
            for position in part.positions:
                self._submit(_Part(part.unit, [position], part.deaths))
            return
        self._keep(part, [_failed(one, error_of(one)) for one in self._series(part)])

    def _series(self, part: _Part) -> list[Series]:
        return [self.units[part.unit].series[position] for position in part.positions]

    def _keep(self, part: _Part, outcomes: Sequence[Outcome[Any]], device: str = "cpu") -> None:
        kept = self._outcomes[part.unit]
        for position, outcome in zip(part.positions, outcomes, strict=True):
            outcome.device = device
            kept[position] = outcome
        self._count(outcomes)

    def _count(self, outcomes: Sequence[Outcome[Any]]) -> None:
        self._done += len(outcomes)
        self._stopped = self._stopped or self.stop(outcomes)

    def _completed(self, number: int) -> list[Outcome[Any]]:
        """Return the outcomes of a unit, errors for what is not done."""
        pairs = zip(self._outcomes[number], self.units[number].series, strict=True)
        return [found or _out_of_budget(one) for found, one in pairs]


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


def _too_large(series: Series, needed: int, most: int | None) -> MemoryExceeded:
    return MemoryExceeded(
        f"this would take about {_mib(needed)} of memory, and a process may have {_mib(most or 0)}:"
        " it was not begun",
        "send a shorter series, choose another model, or have TIDECAST_MAX_CHUNK_BYTES raised",
        unique_id=series.unique_id,
    )


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def _overflow(series: Series, why: str) -> MemoryExceeded:
    return MemoryExceeded(
        f"fitting this series took more memory than a process may have: {why}",
        "send a shorter series, choose another model, or have TIDECAST_MAX_CHUNK_BYTES raised",
        unique_id=series.unique_id,
    )
