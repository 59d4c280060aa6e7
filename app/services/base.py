"""What forecasting and detection share: reading options, preparing, running, telling."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter
from typing import Any, TypeVar

import numpy as np

from app.codecs.base import Content, Frame
from app.engine.base import Budget, Engine
from app.engine.run import Run, Unit
from app.failures import NothingWorked, over_limit
from app.schemas.options import Choice, SharedOptions
from app.settings import Settings
from models import params, registry
from models.contract.model import Kind, Model
from models.data.results import ModelInfo, Outcome
from models.data.series import Notice, Series
from models.errors import InvalidParameter, InvalidRequest, SeriesError, TidecastError
from models.prepare import Prepared, prepare
from models.registry import ModelSpec
from models.types import FloatArray

Options = TypeVar("Options", bound=SharedOptions)
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Clock:
    """Where the time of a request went, in milliseconds."""

    begin: float = field(default_factory=perf_counter)
    spent: dict[str, float] = field(default_factory=dict)
    _mark: float = field(default_factory=perf_counter)

    def lap(self, name: str) -> None:
        """Add the time since the last lap to a name."""
        now = perf_counter()
        self.spent[name] = self.spent.get(name, 0.0) + (now - self._mark) * 1e3
        self._mark = now

    def totals(self) -> dict[str, float]:
        """Return all laps and the total, rounded to microseconds."""
        total = (perf_counter() - self.begin) * 1e3
        return {name: round(value, 3) for name, value in {**self.spent, "total": total}.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for work on series, before its options are read."""

    content: Content
    request_id: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model that was asked for: its class and what makes it."""

    kind: Kind
    model: type[Model[Any]]
    spec: ModelSpec


@dataclass(slots=True)
class Findings:
    """What goes around the table of an answer."""

    series: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    failures: list[SeriesError] = field(default_factory=list)


def read_options(kind: type[Options], values: Mapping[str, Any]) -> Options:
    """Read options; raises ``InvalidParameter`` or ``UnknownName``."""
    return params.validate(kind, values)


def choose(kind: Kind, choice: Choice, own: Mapping[str, Any], path: Path) -> Chosen:
    """Find the model that was asked for; ``own``: parameters from beside it in the request.

    Raises ``UnknownName`` or ``InvalidParameter`` with the place in the request.
    """
    if isinstance(choice, str):
        model, sources = registry.find(kind, choice, path), [_Source(("params",), own)]
    else:
        model = registry.find(kind, choice.name, (*path, "name"))
        beside, below = _Source(path, choice.beside), _Source((*path, "params"), choice.params)
        sources = [beside, below, _Source(("params",), own)]
    values = _merged(sources)
    try:
        params.validate(model.params_type(), values)
    except InvalidRequest as error:
        raise _placed(error, sources) from None
    return Chosen(kind, model, ModelSpec(model.name, values))


@dataclass(frozen=True, slots=True)
class _Source:
    """A place of the request where parameters of a model stand."""

    path: Path
    values: Mapping[str, Any]


def _merged(sources: Sequence[_Source]) -> dict[str, Any]:
    """Return the parameters of all places; raises ``InvalidParameter`` for one that stands at two."""
    found: dict[str, Any] = {}
    for source in sources:
        for name in sorted(found.keys() & source.values):
            raise InvalidParameter(
                f"{name} is given twice, beside the model's name and in params",
                "send it once",
                path=(*source.path, name),
            )
        found |= source.values
    return found


def _placed(error: InvalidRequest, sources: Sequence[_Source]) -> InvalidRequest:
    """Return the error with the places of the parameters in the request."""

    def home(name: str | int | None) -> Path:
        holding = [source for source in sources if name in source.values]
        return (holding or [source for source in sources if source.values] or sources)[0].path

    return type(error).of(
        replace(one, path=(*home(next(iter(one.path), None)), *one.path)) for one in error.problems
    )


def prepare_all(content: Content, options: SharedOptions) -> list[Prepared]:
    """Prepare every series."""
    return prepare(content.series, options, content.future)


def costs(series: Sequence[Series], cost_of: Callable[[Series], float]) -> FloatArray:
    """Estimate the seconds of each series, asking once for each length and season; shape (n,)."""
    known: dict[Any, float] = {}
    found = np.empty(len(series))
    for i, one in enumerate(series):
        key = (len(one.y), one.season_length)
        if key not in known:
            known[key] = cost_of(one)
        found[i] = known[key]
    return found


@dataclass(frozen=True, slots=True)
class Bench:
    """The engine with the limits of its work."""

    engine: Engine
    settings: Settings

    def budget(self, options: SharedOptions) -> Budget:
        """Return what the request may take from now on."""
        seconds = min(options.timeout_s or self.settings.timeout_s, self.settings.timeout_s)
        return Budget(monotonic() + seconds, self.settings.max_chunk_bytes)

    def run(
        self, units: Sequence[Unit], options: SharedOptions, budget: Budget
    ) -> list[list[Outcome[Any]]]:
        """Do the work; with ``on_error`` fail, the first failing series fails it."""
        stop = _failed if options.on_error == "fail" else _never
        outcomes = Run(self.engine, budget, units, stop).outcomes()
        if options.on_error == "fail":
            _raise_first(outcomes)
        return outcomes

    def check_cells(self, rows: int, columns: int) -> None:
        """Raise ``LimitExceeded`` if the table of the answer would be too large."""
        if rows * columns > self.settings.max_cells_out:
            raise over_limit("max_cells_out", rows * columns, self.settings.max_cells_out)


def _failed(outcome: Outcome[Any]) -> bool:
    return outcome.error is not None


def _never(outcome: Outcome[Any]) -> bool:
    return False


def _raise_first(outcomes: Sequence[Sequence[Outcome[Any]]]) -> None:
    failures = [o.error for unit in outcomes for o in unit if isinstance(o.error, SeriesError)]
    if failures:
        # What was stopped because of the first failure is not a failure of its own.
        real = [error for error in failures if error.code != "budget_exceeded"]
        raise NothingWorked.because((real or failures)[:1])


def refuse_failed_preparation(prepared: Sequence[Prepared], options: SharedOptions) -> None:
    """Raise ``NothingWorked`` if a series failed and that must fail the request."""
    failures = [one.error for one in prepared if one.error is not None]
    if failures and (options.on_error == "fail" or len(failures) == len(prepared)):
        raise NothingWorked.because(failures[:1] if options.on_error == "fail" else failures)


def timeout_notices(options: SharedOptions, settings: Settings) -> list[Notice]:
    """Tell that less time was given than was asked for."""
    if options.timeout_s is None or options.timeout_s <= settings.timeout_s:
        return []
    return [
        Notice(
            "timeout_capped",
            f"timeout_s was {options.timeout_s:g}, the server gives at most {settings.timeout_s:g}",
            "have TIDECAST_TIMEOUT_S raised, or send fewer series",
        )
    ]


def seasons_notices(
    options: SharedOptions, chosen: Chosen, outcomes: Iterable[Outcome[Any]]
) -> list[Notice]:
    """Tell of seasons that the caller named and a model did not use that takes one only."""
    given = options.season_length if isinstance(options.season_length, list) else []
    named, name = {season for season in given if season > 1}, chosen.spec.name
    if len(named) < 2 or chosen.model.takes_several_seasons:
        return []
    infos = [one.model for one in outcomes if one.model is not None and one.model.name == name]
    several = sorted({info.season_length for info in infos if info.season_length})
    hint = _several_seasons(chosen.kind)
    return [
        Notice("seasons_unused", f"{name} takes one season: {_of_seasons(used, named)}", hint)
        for used in several
        if named - {*used}
    ]


def _of_seasons(used: Sequence[int], named: set[int]) -> str:
    was, rest = (" and ".join(map(str, one)) for one in (used, sorted(named - {*used})))
    return f"{was} was used, {rest} was not"


def _several_seasons(kind: Kind) -> str:
    """Name the models that take several seasons."""
    source: Kind = "decomposition" if kind == "decomposition" else "forecaster"
    models = registry.registered(source).items()
    names = ", ".join(name for name, model in models if model.takes_several_seasons)
    if kind == "detector":
        return f"use prediction_interval with a forecaster that takes several: {names}"
    return f"name one season, or use what takes several: {names}"


class Entries:
    """Builds what the answer tells of each series, each model's part once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ModelInfo, dict[str, Any]]] = {}

    def entry(self, prepared: Prepared, outcome: Outcome[Any], **more: Any) -> dict[str, Any]:
        """Return the entry of one series and model."""
        series = prepared.series
        return {
            "unique_id": prepared.unique_id,
            "model": None if outcome.model is None else self._model(outcome.model),
            "freq": None if series is None else series.grid.freq.wire,
            "data_report": prepared.report,
            "fit_ms": round(outcome.fit_ms, 4),
            **more,
        }

    def _model(self, info: ModelInfo) -> dict[str, Any]:
        if id(info) not in self._known:
            self._known[id(info)] = (info, model_entry(info))
        return self._known[id(info)][1]


def model_entry(info: ModelInfo) -> dict[str, Any]:
    """Return what the answer tells of a fitted model."""
    entry = {
        "name": info.name,
        "title": info.title,
        "params": dict(info.params),
        "season_length": list(info.season_length),
    }
    return {**entry, "details": dict(info.details)} if info.details else entry


def frame(
    name: str, table: Mapping[str, Any], found: Findings, asked: Asked, options: SharedOptions
) -> Frame:
    """Put the answer together."""
    asked.clock.lap("assemble")
    return Frame(
        name,
        table,
        {
            "request_id": asked.request_id,
            "series": found.series,
            "warnings": [notice_entry(notice) for notice in found.notices],
            "errors": [entry for error in found.failures for entry in error_entries(error)],
            "random_state": options.random_state,
            "device": "cpu",
            "timing_ms": asked.clock.totals(),
        },
    )


def notice_entry(notice: Notice) -> dict[str, Any]:
    """Return a notice as the answer tells it."""
    return {
        "code": notice.code,
        "unique_id": notice.unique_id,
        "message": notice.message,
        "hint": notice.hint,
    }


def error_entries(error: TidecastError) -> list[dict[str, Any]]:
    """Return the problems of one series as the answer tells them."""
    return [
        {
            "code": error.code,
            "unique_id": problem.unique_id,
            "ds": problem.ds,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in error.problems
    ]


def named(error: SeriesError, unique_id: str) -> SeriesError:
    """Return the error as that of one series."""
    return type(error).of([replace(one, unique_id=unique_id) for one in error.problems])


def fallback_notice(unique_id: str, error: TidecastError, name: str) -> Notice:
    """Tell that a series got the fallback model."""
    return Notice(
        "fallback_used", f"{name} was used instead: {error.message}", error.hint, unique_id
    )
