"""What each command asks of the server, and which table of the answer it shows."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._answer import Answer
from .._drawing.panels import Panel, detection_panel, forecast_panel
from .._reading.roles import Roles
from . import show

FOUND = 3

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Table: TypeAlias = dict[str, list[Any]]
Drawing: TypeAlias = Callable[[Roles, Any, Any], Panel]


def _aligned(answer: Answer) -> str:
    return show.aligned(answer.table)


def _is_filled(table: Table) -> bool:
    return show.row_count(table) > 0


def _first(answer: Answer) -> Table:
    table: Table = answer.table
    return table


@dataclass(frozen=True)
class Command:
    """One command that takes data; its name is that of the endpoint.

    Attributes:
        options: What the command's own arguments say to the server.
        table: What is printed to a pipe and written by `--out`.
        text: What a terminal gets instead.
        panel: How one series is drawn, None if it is not.
        found: Whether `--exit-code` has something to tell.
    """

    options: Callable[[Namespace], dict[str, Any]]
    table: Callable[[Answer], Table] = _first
    text: Callable[[Answer], str] = _aligned
    panel: Drawing | None = None
    found: Callable[[Table], bool] = _is_filled


def _named(*names: str) -> Callable[[Namespace], dict[str, Any]]:
    """Return a reader of the arguments that are called as the server's options are."""

    def read(arguments: Namespace) -> dict[str, Any]:
        values = {name: getattr(arguments, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    return read


def _forecast(arguments: Namespace) -> dict[str, Any]:
    models = arguments.model or ["auto"]
    chosen = {"model": models[0]} if len(models) == 1 else {"models": models}
    return _named("h")(arguments) | chosen | _named("level")(arguments)


def _backtest(arguments: Namespace) -> dict[str, Any]:
    if arguments.labels is not None:
        detectors = {"detectors": arguments.detector or ["auto"]}
        return detectors | _named("labels")(arguments)
    chosen = {"models": arguments.model or ["auto"]}
    return chosen | _named("h", "n_windows", "step_size", "level")(arguments)


def _overall(answer: Answer) -> Table:
    """Return the scores over all series, the best model first."""
    scores = answer.raw["scores"]
    rows = [i for i, key in enumerate(scores["unique_id"]) if key is None]
    rows.sort(key=lambda i: (scores["rank"][i] is None, scores["rank"][i]))
    return {
        name: [values[i] for i in rows] for name, values in scores.items() if name != "unique_id"
    }


def _flagged(table: Table) -> bool:
    return any(table["is_anomaly"])


COMMANDS = {
    "forecast": Command(_forecast, panel=forecast_panel),
    "detect": Command(
        _named("detector", "level", "sensitivity"),
        text=show.anomalies_text,
        panel=detection_panel,
        found=_flagged,
    ),
    "backtest": Command(
        _backtest, table=_overall, text=lambda answer: show.ranking_text(_overall(answer))
    ),
    "profile": Command(_named(), text=show.profile_text),
    "decompose": Command(_named("method")),
    "changepoints": Command(_named(), text=lambda answer: show.changes_text(answer.table)),
}
