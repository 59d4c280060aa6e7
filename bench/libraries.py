"""Compare ``ets`` and ``optimized_theta`` with statsforecast's: ``make bench-libraries``.

Each series is fitted by AutoETS and DynamicOptimizedTheta with the official season of its set, by ours with the
same, and with a season that is found: all in turn, in one process. Folder and scorer are those of
``bench.accuracy``.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from bench.options import asked, loaded, sampled
from bench.report import markdown, publish
from bench.sets import prepare_one, read_set
from models import registry
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.registry import ModelSpec
from models.types import FloatArray

SETS = ("m1", "nn3", "nngc1", "tourism_part")
THEIRS = {"ets": "AutoETS", "optimized_theta": "DynamicOptimizedTheta"}
SLOW = "AutoARIMA"
"""A rival of `auto` that takes seconds a series."""


@dataclass(frozen=True, eq=False)
class Case:
    """A series to be continued: its row of the meta file, known values (t,), and prepared as ours take it."""

    row: Any
    y: FloatArray
    series: Series

    @property
    def horizon(self) -> int:
        """How many steps are scored."""
        return int(self.row["horizon"])

    @property
    def season(self) -> int:
        """The official season."""
        return int(self.row["season_length"])


def main() -> None:
    parser = sampled(__doc__)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--slow", action="store_true", help=f"statsforecast's {SLOW} too")
    options = asked(parser)
    scorer = loaded(options.scorer)
    rows: list[dict[str, object]] = []
    for name in options.sets:
        path = options.data / f"{name}.parquet"
        data, meta = read_set(path)
        fits = _fits() | ({f"statsforecast's {SLOW}": _library(SLOW)} if options.slow else {})
        rows += _compared(name, data, meta.iloc[:: options.every], scorer, fits)
    publish("libraries", markdown(rows), write=options.write)


def _compared(
    name: str,
    data: pd.DataFrame,
    meta: pd.DataFrame,
    scorer: ModuleType,
    fits: Mapping[str, Callable[[Case], FloatArray]],
) -> Iterator[dict[str, object]]:
    cases = list(_cases(data, meta))
    tables: dict[str, list[pd.DataFrame]] = {fit: [] for fit in fits}
    spent = dict.fromkeys(fits, 0.0)
    for case in cases:
        for fit, forecast in fits.items():
            begin = time.perf_counter()
            mean = forecast(case)
            spent[fit] += time.perf_counter() - begin
            stamps = len(case.y) + 1 + np.arange(case.horizon)
            uid = case.row["unique_id"]
            tables[fit].append(pd.DataFrame({"unique_id": uid, "ds": stamps, "mean": mean}))
    for fit, parts in tables.items():
        scores = scorer.score_forecasts(data, meta, pd.concat(parts))
        yield {"set": name, "model": fit, **scores, "ms/series": 1e3 * spent[fit] / len(cases)}


def _cases(data: pd.DataFrame, meta: pd.DataFrame) -> Iterator[Case]:
    train = data[data["split"] == "train"]
    values = {uid: part.to_numpy() for uid, part in train.groupby("unique_id", observed=True)["y"]}
    for _, row in meta.iterrows():
        y = values[row["unique_id"]]
        prepared = prepare_one(y, row)
        if prepared.series is None:
            raise SystemExit(f"{row['unique_id']} cannot be prepared: {prepared.error}")
        yield Case(row, y, prepared.series)


def _fits() -> dict[str, Callable[[Case], FloatArray]]:
    """Return all that is compared by what the table calls it."""
    registry.registered("forecaster")
    fits: dict[str, Callable[[Case], FloatArray]] = {}
    for name, theirs in THEIRS.items():
        fits[f"statsforecast's {theirs}"] = _library(theirs)
        fits[name] = _ours(name, given=True)
        fits[f"{name}, season found"] = _ours(name, given=False)
    return fits


def _library(name: str) -> Callable[[Case], FloatArray]:
    from statsforecast import models

    def forecast(case: Case) -> FloatArray:
        y = pd.Series(case.y).interpolate(limit_direction="both").to_numpy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = getattr(models, name)(season_length=case.season).forecast(y, h=case.horizon)
        return np.asarray(made["mean"])

    return forecast


def _ours(name: str, given: bool) -> Callable[[Case], FloatArray]:
    def forecast(case: Case) -> FloatArray:
        known = (case.season,) if case.season > 1 else ()
        series = replace(case.series, season_length=known) if given else case.series
        model = registry.create(Forecaster, ModelSpec(name, {})).fit_one(series)
        return model.predict(case.horizon).mean[0]

    return forecast


if __name__ == "__main__":
    main()
