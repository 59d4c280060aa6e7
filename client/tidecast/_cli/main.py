"""The commands: read, ask, write, and say on standard error what was guessed or remarked."""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import httpx

from .. import _files as files
from .._answer import Answer
from .._client import DEFAULT_TIMEOUT, Client
from .._drawing import chart, image
from .._drawing.panels import Panel, keys_of
from .._errors import DataError, SettingError, TidecastError
from .._reading.columns import assign, future_columns
from .._reading.reading import laid_out
from .._reading.roles import Roles
from .._reading.table import Table
from .._reading.wanted import Wanted
from .._warnings import sentences
from . import show
from .arguments import parsed, parser
from .commands import COMMANDS, FOUND, Command, Drawing
from .spinner import spinner


def run() -> None:
    """Run the command line of this process and leave with its exit status."""
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Run one command and return its exit status; a wrong command line exits with 2.

    Args:
        argv: The arguments after the program's name; those of the process if None.
        transport: Replaces the network, as in `Client`.
    """
    arguments = parsed(argv)
    try:
        with _client(arguments, transport) as client:
            if arguments.command in COMMANDS:
                return _ask(client, arguments)
            _catalog(client, arguments)
    except TidecastError as error:
        print(f"tidecast: {error}", file=sys.stderr)
        return 1
    return 0


def _client(arguments: Namespace, transport: httpx.BaseTransport | None) -> Client:
    try:
        return Client(
            arguments.url,
            timeout=DEFAULT_TIMEOUT if arguments.timeout is None else arguments.timeout,
            retries=arguments.retries,
            transport=transport,
            progress=False,  # the spinner has the line
        )
    except SettingError as error:
        parser().error(str(error))


def _catalog(client: Client, arguments: Namespace) -> None:
    catalog = client.catalog()
    width = shutil.get_terminal_size((100, 24)).columns
    if arguments.json:
        print(json.dumps(catalog, indent=2, ensure_ascii=False))
    elif arguments.name:
        print(show.entry_text(catalog, arguments.name, width))
    else:
        print(show.catalog_text(catalog, width if sys.stdout.isatty() else sys.maxsize))


def _ask(client: Client, arguments: Namespace) -> int:
    command = COMMANDS[arguments.command]
    say = _speaker(arguments)
    _check_outputs(arguments)
    wanted = _wanted(arguments)
    roles = assign(_table(arguments, wanted, say), wanted, say)
    options = command.options(arguments) | _shared_options(arguments)
    if getattr(arguments, "future", None):
        future = files.read_table(
            arguments.future, Wanted(decimal=arguments.decimal, encoding=arguments.encoding)
        )
        options["future"] = future_columns(future, roles, wanted)
    with spinner(f"{arguments.command} ...", sys.stderr, shown=_is_lively(arguments)):
        answer = client.ask(arguments.command, roles.data(), **options, **roles.names())
    return _write(arguments, answer, roles, command)


def _check_outputs(arguments: Namespace) -> None:
    """Raise before any work if something that is asked for cannot be written."""
    for path in (arguments.out, getattr(arguments, "forecasts", None)):
        if path:
            files.check_writable(path)
    if arguments.report:
        files.check_json(arguments.report)
    picture = getattr(arguments, "plot", None)
    if picture:
        files.check_folder(picture)
        image.check(picture)


def _table(arguments: Namespace, wanted: Wanted, say: Callable[[str], None]) -> Table:
    """Return the file's table in long form, and say what was read."""
    long, _ = laid_out(files.read_table(arguments.file, wanted), wanted)
    for note in long.notes:
        say(note)
    return long


def _wanted(arguments: Namespace) -> Wanted:
    return Wanted(
        arguments.id_col,
        arguments.time_col,
        arguments.target_col,
        (*arguments.exog, *_labels(arguments)),
        arguments.time_format,
        repeats=arguments.tz is not None or "duplicates" in dict(arguments.option),
        wide=arguments.wide,
        decimal=arguments.decimal,
        dates=arguments.dates,
        sheet=arguments.sheet,
        keep_nines=arguments.keep_nines,
        encoding=arguments.encoding,
    )


def _labels(arguments: Namespace) -> list[str]:
    """Return the column of labels, if the command has one, that is not among those to be sent."""
    name = getattr(arguments, "labels", None)
    return [] if name is None or name in arguments.exog else [name]


def _shared_options(arguments: Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if arguments.param:
        options["params"] = dict(arguments.param)
    for name in ("freq", "tz"):
        if getattr(arguments, name):
            options[name] = getattr(arguments, name)
    seasons = arguments.season_length
    if seasons:
        options["season_length"] = seasons[0] if len(seasons) == 1 else seasons
    return options | dict(arguments.option)


def _write(arguments: Namespace, answer: Answer, roles: Roles, command: Command) -> int:
    """Say, save, draw and print the answer; return the exit status."""
    say = _speaker(arguments)
    for text in sentences(answer.errors):
        print(f"tidecast: no answer for {text}", file=sys.stderr)
    for text in sentences(answer.warnings):
        say(f"note: {text}")
    if answer.errors and not answer.series:
        raise DataError("every series failed")
    table = command.table(answer)
    _save(arguments, answer, table, say)
    if command.panel is not None:
        _picture(arguments, roles, table, command.panel)
    if arguments.json:
        files.write_json(answer.raw, sys.stdout)
    elif not arguments.out:
        _print(table, command.text(answer) if sys.stdout.isatty() else None)
    wanted = getattr(arguments, "exit_code", False)
    return FOUND if wanted and command.found(table) else 0


def _save(
    arguments: Namespace, answer: Answer, table: dict[str, list[Any]], say: Callable[[str], None]
) -> None:
    """Write the files that are asked for."""
    outputs = {arguments.out: table}
    if getattr(arguments, "forecasts", None):
        outputs[arguments.forecasts] = answer.table
    for path, rows in outputs.items():
        if path:
            files.write_table(rows, path)
            say(f"{show.row_count(rows)} rows written to {path}")
    if arguments.report:
        files.write_json_file(_report(answer), arguments.report)
        say(f"report written to {arguments.report}")


def _report(answer: Answer) -> dict[str, Any]:
    """Return what came beside the tables."""
    return {
        "request_id": answer.request_id,
        "series": answer.series,
        "warnings": answer.warnings,
        "errors": answer.errors,
        "timing_ms": answer.timing_ms,
    }


def _picture(
    arguments: Namespace, roles: Roles, table: dict[str, list[Any]], panel: Drawing
) -> None:
    keys = keys_of(roles, table)
    if arguments.plot:
        shown = keys[: image.MOST_PANELS]
        image.save([panel(roles, table, key) for key in shown], arguments.plot)
        say = _speaker(arguments)
        say(f"{len(shown)} of {len(keys)} series drawn in {arguments.plot}")
    elif keys and _is_lively(arguments) and not arguments.no_plot:
        _draw(panel(roles, table, keys[0]), len(keys))


def _print(table: dict[str, list[Any]], text: str | None) -> None:
    """Print everything as CSV to a pipe or file, and what fits the eye to a terminal."""
    if text is None:
        files.write_csv(table, sys.stdout)
    else:
        print(text)


def _draw(panel: Panel, count: int) -> None:
    size = shutil.get_terminal_size((80, 24))
    colour = "NO_COLOR" not in os.environ
    height = max(8, min(20, size.lines - 4))
    print(chart.draw(panel, min(size.columns, 120), height, colour=colour), file=sys.stderr)
    if count > 1:
        print(f"(the first of {count} series; --plot FILE draws more)", file=sys.stderr)


def _speaker(arguments: Namespace) -> Callable[[str], None]:
    def say(text: str) -> None:
        if not getattr(arguments, "quiet", False):
            print(f"tidecast: {text}", file=sys.stderr)

    return say


def _is_lively(arguments: Namespace) -> bool:
    """Say whether standard error is a terminal that can show Braille."""
    return not arguments.quiet and sys.stderr.isatty() and _is_unicode(sys.stderr)


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")
