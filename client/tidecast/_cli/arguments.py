"""The command line's grammar."""

from __future__ import annotations

import argparse
import difflib
import json
import re
from collections.abc import Sequence
from typing import Any

from .._version import __version__

_EXAMPLES = """\
examples:
  tidecast forecast sales.csv --h 12 --model ets --out forecast.csv
  tidecast forecast sales.csv --h 12 --param season_length=12 --level 80 --level 95
  tidecast detect load.parquet --detector rolling_band --plot load.png
  tidecast backtest sales.csv --h 12 --model ets --model auto_arima --n-windows 4
  tidecast backtest load.csv --labels incident --detector auto --detector rolling_band
  tidecast profile sales.csv
  tidecast catalog ets

TIDECAST_URL names the server, TIDECAST_API_KEY the key. Exit status: 0 with an answer (series that
failed are told of), 1 if there is none, 2 for a wrong command line, 3 for findings with --exit-code.
"""


class _Parser(argparse.ArgumentParser):
    """A parser that says which flag was probably meant by one that it does not know."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            known = re.findall(r"--[a-z-]+", self.format_help())
            flags = (word.partition("=")[0] for word in unknown if word.startswith("--"))
            near = [one for flag in flags for one in difflib.get_close_matches(flag, known, n=1)]
            self.error(f"not known: {' '.join(unknown)}" + (f"; hint: {near[0]}?" if near else ""))
        return found, unknown


def parser() -> argparse.ArgumentParser:
    """Return the parser; each command is left in `command`."""
    main = _Parser(
        prog="tidecast",
        description="Forecast series and find anomalies in them, by a Tidecast server.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main.add_argument("--version", action="version", version=f"tidecast {__version__}")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_forecast(commands)
    _add_detect(commands)
    _add_backtest(commands)
    _add_profile(commands)
    _add_decompose(commands)
    _add_changepoints(commands)
    _add_catalog(commands)
    return main


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the arguments of the command line; what is wrong with it ends the program with 2."""
    found = parser().parse_args(argv)
    if found.command == "backtest":
        if (found.h is None) == (found.labels is None):
            parser().error("backtest: --h N compares forecasts, --labels NAME detectors; say one")
        if found.detector and found.labels is None:
            parser().error("backtest: --detector needs --labels NAME")
    return found


def _add_forecast(commands: Any) -> None:
    command = commands.add_parser("forecast", help="forecast every series of a file")
    _add_data(command)
    _add_horizon(command)
    command.add_argument("--future", metavar="FILE", help="future values of --exog columns")
    _add_output(command)
    _add_plot(command)


def _add_detect(commands: Any) -> None:
    command = commands.add_parser("detect", help="find the anomalies in every series of a file")
    _add_data(command)
    command.add_argument("--detector", metavar="NAME", default="auto", help="default auto")
    command.add_argument("--level", type=float, metavar="PERCENT", help="share that is normal")
    command.add_argument("--sensitivity", type=float, metavar="0..100", help="instead of --level")
    _add_output(command)
    _add_exit_code(command, "a point is an anomaly")
    _add_plot(command)


def _add_backtest(commands: Any) -> None:
    command = commands.add_parser(
        "backtest",
        help="rank models by forecasts of the past, or detectors by labelled anomalies",
    )
    _add_data(command)
    _add_horizon(command, required=False)
    command.add_argument("--labels", metavar="NAME", help="column with 1 for anomalies, 0 else")
    command.add_argument(
        "--detector",
        action="append",
        metavar="NAME",
        help="with --labels; default auto; repeatable",
    )
    command.add_argument("--n-windows", type=_positive, metavar="N", help="cutoffs to start from")
    command.add_argument("--step-size", type=_positive, metavar="N", help="steps between cutoffs")
    _add_output(command)
    command.add_argument(
        "--forecasts", metavar="FILE", help="write every forecast, or with --labels every score"
    )


def _add_profile(commands: Any) -> None:
    command = commands.add_parser("profile", help="describe every series, and name what suits it")
    _add_data(command)
    _add_output(command)


def _add_decompose(commands: Any) -> None:
    command = commands.add_parser("decompose", help="split every series into trend, season, rest")
    _add_data(command)
    command.add_argument("--method", metavar="NAME", help="such as stl; default hp")
    _add_output(command)


def _add_changepoints(commands: Any) -> None:
    command = commands.add_parser(
        "changepoints", help="find where level, trend or variance changed"
    )
    _add_data(command)
    _add_output(command)
    _add_exit_code(command, "there is a change")


def _add_horizon(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    command.add_argument(
        "--h", "--horizon", dest="h", type=_positive, required=required, help="steps ahead"
    )
    command.add_argument(
        "--model", action="append", metavar="NAME", help="default auto; repeat to compare"
    )
    command.add_argument(
        "--level", action="append", type=float, metavar="PERCENT", help="interval; repeatable"
    )


def _add_catalog(commands: Any) -> None:
    command = commands.add_parser("catalog", help="list the models, or show one")
    command.add_argument("name", nargs="?", metavar="NAME", help="show this one's parameters")
    command.add_argument("--json", action="store_true", help="print the server's own JSON")
    _add_connection(command)


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", metavar="FILE", help="CSV, Excel, Parquet, Arrow or JSON; - reads stdin"
    )
    data = command.add_argument_group("data (columns are guessed, and said, if not named)")
    data.add_argument(
        "--id-col", metavar="NAME", help="series key; default unique_id, if there, else guessed"
    )
    data.add_argument("--time-col", metavar="NAME", help="default ds, else the one with dates")
    data.add_argument(
        "--target-col", metavar="NAME", help="default y, else the only one with numbers"
    )
    data.add_argument(
        "--exog", action="append", default=[], metavar="NAME", help="exogenous column; repeatable"
    )
    data.add_argument("--wide", action="store_true", help="a column of numbers is a series each")
    data.add_argument("--decimal", choices=[",", "."], help="the decimal separator")
    data.add_argument("--dates", choices=["day", "month"], help="what 1/2/2024 begins with")
    data.add_argument("--time-format", metavar="FORMAT", help="as for strptime: %%d/%%m/%%Y")
    data.add_argument("--sheet", metavar="NAME", help="of an Excel file, or its number from 1")
    data.add_argument(
        "--keep-nines", action="store_true", help="take numbers such as -9999 for values"
    )
    data.add_argument("--encoding", metavar="NAME", help="of a text that is not UTF-8: cp1251")
    data.add_argument("--freq", metavar="ALIAS", help="such as D, MS, 15min or P1M")
    data.add_argument("--tz", metavar="ZONE", help="zone of times that have none")
    data.add_argument(
        "--season-length", action="append", type=_positive, metavar="N", help="repeatable"
    )
    data.add_argument(
        "--param",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="parameter of the model; repeatable",
    )
    data.add_argument(
        "--option",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="any option of the REST interface, its value as JSON; repeatable",
    )
    _add_connection(command)


def _add_connection(command: argparse.ArgumentParser) -> None:
    server = command.add_argument_group("server")
    server.add_argument("--url", help="default TIDECAST_URL, else http://127.0.0.1:8000")
    server.add_argument("--timeout", type=float, metavar="S", help="for an answer; default 330")
    server.add_argument("--retries", type=int, default=3, metavar="N", help="default 3")


def _add_output(command: argparse.ArgumentParser) -> None:
    output = command.add_argument_group("output")
    output.add_argument("--out", metavar="FILE", help="by its ending: .csv, .tsv, .json, .parquet")
    output.add_argument("--json", action="store_true", help="print the server's own JSON")
    output.add_argument(
        "--report", metavar="FILE", help="JSON of models, what was done to the data, and remarks"
    )
    output.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _add_plot(command: argparse.ArgumentParser) -> None:
    picture = command.add_argument_group("picture")
    picture.add_argument("--plot", metavar="FILE", help="image, by matplotlib")
    picture.add_argument("--no-plot", action="store_true", help="no chart in the terminal")


def _add_exit_code(command: argparse.ArgumentParser, found: str) -> None:
    command.add_argument("--exit-code", action="store_true", help=f"exit with 3 if {found}")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text!r}")
    return int(text)


def _pair(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, got {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
