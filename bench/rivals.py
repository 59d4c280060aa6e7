"""Is ``auto`` better than a plain mean of three library models, and as fast as one: ``make bench-rivals``.

Each series is forecast by ``auto`` with both intervals and by statsforecast's AutoETS with both, which take turns
and of which the processor's own time is counted, then by DynamicOptimizedTheta and AutoCES: with the official
season of the set, ``auto`` with what it finds. Their plain mean is compared with ``auto`` on all series of a set
and frequency, and on many random halves of them. Folder and scorer are those of ``bench.accuracy``.
"""

import time
import warnings
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from bench.options import asked, loaded, scored
from bench.report import markdown, publish
from bench.sets import ForecastSet, forecast_sets, prepare_one
from models.forecasters.combination.auto import Auto
from models.types import FloatArray

BESIDE = ("DynamicOptimizedTheta", "AutoCES")
LEVELS = (80.0, 95.0)
HALVES = 1000


def main() -> None:
    parser = scored(__doc__)
    parser.add_argument("--sets", nargs="*", help="names of sets; all if left out")
    parser.add_argument("--most", type=int, help="only so many series of a set, evenly spread")
    options = asked(parser)
    scorer = loaded(options.scorer)
    rows: list[Mapping[str, object]] = []
    for found in forecast_sets(options.data, options.sets):
        rows += _rows(found.spread(options.most), scorer)
    publish("rivals", markdown(rows), write=options.write)


def _rows(chosen: ForecastSet, scorer: ModuleType) -> Iterator[Mapping[str, object]]:
    """Yield a row for each frequency of a set, and for all of them where there are several."""
    _compared(*next(chosen.series()), scorer)  # compiles what is compiled once
    groups: dict[str, list[tuple[float, ...]]] = {}
    for part, row in chosen.series():
        one = _compared(part, row, scorer)
        if one is not None:
            groups.setdefault(str(row["frequency"]), []).append(one)
    if len(groups) > 1:
        groups["all"] = [one for group in groups.values() for one in group]
    for frequency, group in groups.items():
        found = np.array(group)  # (n, 8)
        spent, made = found[:, :2], found[:, 2:].reshape(-1, 3, 2)
        won = [_is_better(made[half]) for half in _halves(len(made))]
        yield {
            "set": chosen.name,
            "frequency": frequency,
            "n": len(found),
            "OWA, auto": _owa(made, 0),
            "plain mean": _owa(made, 1),
            "better on halves %": 100 * float(np.mean(won)),
            "ms, auto": float(spent[:, 0].mean()),
            "ms, AutoETS": float(spent[:, 1].mean()),
            "auto / AutoETS": float(spent[:, 0].sum() / spent[:, 1].sum()),
        }


def _compared(
    part: pd.DataFrame, row: "pd.Series[Any]", scorer: ModuleType
) -> tuple[float, ...] | None:
    """Return ms of auto and AutoETS, then sMAPE and MASE of auto, the plain mean and Naive2; None if unscored."""
    y = part[part["split"] == "train"]["y"].to_numpy(float)
    actual = part[part["split"] == "test"]["y"].to_numpy(float)
    horizon, season = len(actual), int(row["season_length"])
    if not scorer.seasonal_scale(y, season) > 0:
        return None
    begin = time.process_time()
    ours = _auto(y, row, horizon)
    ours_spent = time.process_time() - begin
    whole = pd.Series(y).interpolate(limit_direction="both").to_numpy()
    begin = time.process_time()
    means = [_library("AutoETS", whole, season, horizon, level=[80, 95])]
    theirs_spent = time.process_time() - begin
    means += [_library(name, whole, season, horizon) for name in BESIDE]
    plain = np.mean([one for one in means if np.isfinite(one).all()], axis=0)
    made = (ours, plain, scorer.naive2(y, horizon, season))
    scores = [
        score
        for one in made
        for score in (scorer.smape(actual, one), scorer.mase(actual, one, y, season))
    ]
    return (1e3 * ours_spent, 1e3 * theirs_spent, *scores)


def _auto(y: FloatArray, row: "pd.Series[Any]", horizon: int) -> FloatArray:
    prepared = prepare_one(y, row)
    if prepared.series is None:
        raise SystemExit(f"{row['unique_id']} cannot be prepared: {prepared.error}")
    made = Auto().fit_one(prepared.series).predict(horizon)
    for level in LEVELS:
        made.interval(level)
    return np.asarray(made.mean[0])


def _library(name: str, y: FloatArray, season: int, horizon: int, **options: Any) -> FloatArray:
    """Forecast by a model of statsforecast; NaN where it cannot."""
    from statsforecast import models

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = getattr(models, name)(season_length=season).forecast(y, h=horizon, **options)
        except Exception:  # it raises what it likes of series that are too short for it
            return np.full(horizon, np.nan)
    return np.asarray(made["mean"], dtype=np.float64)


def _halves(size: int) -> Iterator[Any]:
    random = np.random.default_rng(0)
    for _ in range(HALVES):
        yield random.permutation(size)[: max(size // 2, 1)]


def _owa(made: FloatArray, which: int) -> float:
    """Return the OWA of one of the forecasts, of their sMAPE and MASE, (n, 3, 2), the last being Naive2's."""
    mean = made.mean(axis=0)
    return float((mean[which] / mean[2]).mean())


def _is_better(made: FloatArray) -> bool:
    return _owa(made, 0) < _owa(made, 1)


if __name__ == "__main__":
    main()
