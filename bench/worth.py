"""Every network against ``auto`` on folders of series, with processor time: ``make bench-worth``.

The folder and the scorer are those of ``bench.accuracy``. What is measured is kept in ``--cache``, so that
a run that was stopped goes on where it was, and a model or a set is measured again by removing its lines.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd

from bench.accuracy import first, forecasts
from bench.options import asked, loaded, scored
from bench.report import WORTH, markdown, put
from bench.service import cpu_seconds, running_server
from bench.sets import read_set

NETWORKS = ["lstm", "gru", "rnn", "tcn", "mlp", "linear", "nhits", "patch_transformer"]
SEVERAL_SEEDS = ("m4_hourly_part", "m4_weekly", "load_hourly")
"""Sets on which ``lstm`` is trained with several seeds."""
KNOWN = {"load_hourly": ("auto", "linear", "lstm")}
"""Sets with a column of which the future is known, and the models that are told of it, too."""
FALLBACK = {"on_error": "fallback", "fallback_model": "auto"}
"""What forecasts the series that are too short for a network."""

Row = dict[str, Any]
Run = tuple[str, bool, str, int]
"""Set, whether its further columns are sent, model, seed."""


def main() -> None:
    options = _options()
    done = {_run_of(row): row for row in _kept(options.cache)}
    plan = list(_plan(options))
    missing = [run for run in plan if run not in done]
    if missing:
        scorer = loaded(options.scorer)
        with running_server(workers="1", timeout_s="3600", max_body_bytes=str(2**30)) as client:
            for run in missing:
                row = done[run] = _measured(client, scorer.score_forecasts, run, options)
                print(json.dumps(row), flush=True)
                if options.cache:
                    with options.cache.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(row) + "\n")
    rows = [done[run] for run in plan]
    tables = {"worth": _by_set(rows), "coverage": _coverage(rows), "seeds": _by_seed(rows)}
    for name, table in tables.items():
        text = markdown(table) if table else ""
        print(text, end="\n\n")
        if options.write and text:
            put(WORTH, name, text)


def _options() -> argparse.Namespace:
    parser = scored(__doc__)
    parser.add_argument("--models", nargs="*", default=["auto", *NETWORKS])
    parser.add_argument(
        "--sets", nargs="*", help="names of sets; all that are forecast if left out"
    )
    parser.add_argument("--seeds", type=int, default=3, help="of lstm, on some sets")
    parser.add_argument("--limit", type=int, help="only that many series of a set, evenly spread")
    parser.add_argument("--cache", type=Path, help="file of what was measured before, a line each")
    parser.set_defaults(season="detect", no_calendar=False)
    return asked(parser)


def _kept(cache: Path | None) -> list[Row]:
    if cache is None or not cache.exists():
        return []
    return [json.loads(line) for line in cache.read_text(encoding="utf-8").splitlines()]


def _run_of(row: Row) -> Run:
    return row["set"], row["known"], row["model"], row["seed"]


def _plan(options: argparse.Namespace) -> Iterator[Run]:
    """Yield what is to be measured: every model once on each set, then more seeds of one."""
    names = [path.stem for path in sorted(options.data.glob("*.parquet"))]
    names = [
        name
        for name in (options.sets or names)
        if "split" in pd.read_parquet(options.data / f"{name}.parquet").columns
    ]
    for model in options.models:
        yield from ((name, False, model, 0) for name in names)
        yield from ((name, True, model, 0) for name in names if model in KNOWN.get(name, ()))
    if "lstm" in options.models:
        several = [name for name in names if name in SEVERAL_SEEDS]
        yield from (
            (name, False, "lstm", seed) for name in several for seed in range(1, options.seeds)
        )


def _measured(
    client: httpx.Client, score: Any, run: Run, options: argparse.Namespace
) -> dict[str, Any]:
    """Return the scores of a model on a set, its processor time and what was told of it."""
    name, known, model, seed = run
    path = options.data / f"{name}.parquet"
    data, meta = read_set(path)
    data, meta = first(data, meta, options.limit)
    told = {"model": model, "random_state": seed, **FALLBACK}
    begun = cpu_seconds()
    table, answers = forecasts(
        client, data, meta, told, argparse.Namespace(**{**vars(options), "regressors": known})
    )
    spent = cpu_seconds() - begun
    codes = Counter(code for answer in answers for code in {w["code"] for w in answer["warnings"]})
    return {
        "set": name,
        "known": known,
        "model": model,
        "seed": seed,
        **score(data, meta, table),
        "minutes": spent / 60,
        "requests": len(answers),
        "warnings": dict(codes),
    }


# ---- tables


def _by_set(rows: Sequence[Row]) -> list[Row]:
    """Return OWA and, in brackets, minutes: a row for each model, a column for each set."""
    return _cross(rows, lambda row: f"{row['owa']:.3f} ({row['minutes']:.1f})")


def _coverage(rows: Sequence[Row]) -> list[Row]:
    """Return the shares that the 80 and 95 % intervals hold."""
    return _cross(rows, lambda row: f"{100 * row['cover80']:.0f}, {100 * row['cover95']:.0f}")


def _cross(rows: Sequence[Row], cell: Callable[[Row], str]) -> list[Row]:
    """Return a row for each model, a column for each set, of the runs with the first seed."""
    table: dict[str, Row] = {}
    for row in rows:
        if row["seed"] == 0:
            column = row["set"] + (", known" if row["known"] else "")
            table.setdefault(row["model"], {"model": row["model"]})[column] = cell(row)
    columns = {name: None for row in table.values() for name in row}
    return [{name: row.get(name) for name in columns} for row in table.values()]


def _by_seed(rows: Sequence[Row]) -> list[Row]:
    """Return the mean over seeds, smallest and largest in brackets, of what was measured with several."""
    runs: dict[tuple[str, bool, str], list[Row]] = {}
    for row in rows:
        runs.setdefault((row["set"], row["known"], row["model"]), []).append(row)
    return [
        {
            "set": name + (", known" if known else ""),
            "model": model,
            "seeds": len(each),
            "OWA": _range(each, "owa", 1, 3),
            "80 % intervals hold": _range(each, "cover80", 100, 1),
            "95 % intervals hold": _range(each, "cover95", 100, 1),
            "minutes": _range(each, "minutes", 1, 1),
        }
        for (name, known, model), each in runs.items()
        if len(each) > 1
    ]


def _range(rows: Sequence[Row], name: str, factor: float, digits: int) -> str:
    """Return the mean of a number, and the smallest and the largest in brackets."""
    values = [factor * row[name] for row in rows]
    mean, low, high = (f"{one:.{digits}f}" for one in (np.mean(values), min(values), max(values)))
    return f"{mean} ({low}–{high})"


if __name__ == "__main__":
    main()
