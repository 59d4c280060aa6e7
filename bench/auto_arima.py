"""Compare auto_arima with pmdarima's search: ``make bench-auto-arima ARGS="--data DATA"``.

On series of M1, evenly spread, both search with the same differences and in turns. The criterion of
each choice is that of statsmodels' exact likelihood of the differenced series.
"""

import argparse
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.options import published
from bench.report import markdown, publish
from models.data.series import RawSeries, Series
from models.forecasters.arima._fit import SearchLimits, aicc, fit_exactly
from models.forecasters.arima._order import Order
from models.forecasters.arima._order_search import search_pmdarima
from models.forecasters.arima.auto_arima import AutoARIMA
from models.prepare import PreparationOptions, prepare
from models.types import FloatArray

TOLERANCE = 0.01
"""Of the criterion: more than that is worse."""
LONG = 500
PMDARIMAS_MOST = 5
"""The largest order, by its default."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One series searched by both."""

    season: int
    own_s: float
    other_s: float
    own_aicc: float
    other_aicc: float
    short_of_statsmodels: float
    """How far our log-likelihood is below statsmodels' own maximum for our order."""


def main() -> None:
    options = _options()
    publish("auto-arima", markdown(list(_rows(options))), write=options.write)


def _options() -> argparse.Namespace:
    parser = published(__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("BENCH_DATA"))
    parser.add_argument("--limit", type=int, default=100, help="series of M1, evenly spread")
    parser.add_argument("--no-long", action="store_true", help=f"leave out the {LONG} points")
    options = parser.parse_args()
    if not options.data:
        parser.error("say where the data are: --data or BENCH_DATA")
    options.data = Path(options.data)
    return options


def _rows(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    warnings.simplefilter("ignore")
    compare(np.random.default_rng(0).normal(size=60), 4)  # imports are not timed
    found = [compare(y, season) for y, season in m1(options.data, options.limit)]
    for season in sorted({one.season for one in found}):
        yield summary(f"M1, season {season}", [one for one in found if one.season == season])
    yield summary("M1", found)
    if not options.no_long:
        for name, y in long_series():
            yield summary(name, [compare(y, 12)])


def m1(folder: Path, limit: int) -> Iterator[tuple[FloatArray, int]]:
    """Yield the training parts of evenly spread series with their official seasons."""
    data, meta = pd.read_parquet(folder / "m1.parquet"), pd.read_csv(folder / "m1.meta.csv")
    train = data[data["split"] == "train"]
    values = {name: part for name, part in train.groupby("unique_id", observed=True)["y"]}
    chosen = meta.iloc[np.linspace(0, len(meta) - 1, min(limit, len(meta))).astype(int)]
    for name, season in zip(chosen["unique_id"], chosen["season_length"].tolist(), strict=True):
        yield values[name].to_numpy(dtype=np.float64), int(season)


def long_series() -> Iterator[tuple[str, FloatArray]]:
    """Yield 500 months: made by a seasonal ARIMA, and of the carbon dioxide in the air of Mauna Loa."""
    from statsmodels.datasets import co2

    yield f"simulated, n = {LONG}, season 12", simulated(LONG)
    months = co2.load_pandas().data["co2"].resample("MS").mean().interpolate()
    yield f"carbon dioxide, n = {LONG}, season 12", months.to_numpy()[-LONG:]


def simulated(size: int, season: int = 12, seed: int = 1) -> FloatArray:
    """Return a path of ARIMA(1,0,1)(0,1,1)[season]."""
    noise = np.random.default_rng(seed).normal(size=size + 10 * season)
    shock = noise.copy()
    shock[1:] += 0.3 * noise[:-1]
    shock[season:] -= 0.6 * noise[:-season]
    shock[season + 1 :] -= 0.18 * noise[: -season - 1]
    y = np.zeros(len(noise))
    w = np.zeros(len(noise))
    for t in range(season, len(noise)):
        w[t] = 0.6 * w[t - 1] + shock[t]
        y[t] = y[t - season] + w[t]
    return 100.0 + y[-size:]


def compare(y: FloatArray, season: int) -> Compared:
    """Let both search one series, in units near 1."""
    y = (y - y.mean()) / (y.std() or 1.0)
    model, own_s = _timed(lambda: AutoARIMA().fit_one(_prepared(y, season)))
    other, other_s = _timed(lambda: search_pmdarima(y, season, None, PMDARIMAS_MOST).order)
    order: Order = model.fitted_order
    size = len(order.difference(y))
    short = _statsmodels(order, y) - model.log_likelihood_
    best = max(
        _statsmodels(other, y), fit_exactly(other, y, None, None, SearchLimits()).log_likelihood
    )
    return Compared(season, own_s, other_s, model.aicc_, aicc(best, other.parameters, size), short)


def _prepared(y: FloatArray, season: int) -> Series:
    (prepared,) = prepare([RawSeries("a", y)], PreparationOptions(season_length=season))
    if prepared.series is None:
        raise SystemExit(f"not a series: {prepared.error}")
    return prepared.series


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return an answer and the processor time it took, which other work on the machine changes little."""
    begin = time.process_time()
    return call(), time.process_time() - begin


def _statsmodels(order: Order, y: FloatArray) -> float:
    """Return the log-likelihood at the maximum that statsmodels finds from its own starting values."""
    model = order.sarimax(y, None, simple=True)
    if not model.k_params:
        return float(model.filter([]).llf)
    with warnings.catch_warnings():  # statsmodels sets filters of its own when it is imported
        warnings.simplefilter("ignore")
        return float(model.fit(disp=False, maxiter=300, cov_type="none").llf)


def summary(name: str, found: Sequence[Compared]) -> dict[str, object]:
    """Return one row of the table."""
    own, other = [one.own_s for one in found], [one.other_s for one in found]
    gained = np.array([one.other_aicc - one.own_aicc for one in found])
    return {
        "series": name,
        "count": len(found),
        "auto_arima s": float(np.mean(own)),
        "slowest s": max(own),
        "pmdarima s": float(np.mean(other)),
        "times faster": sum(other) / sum(own),
        "AICc not worse %": float(100.0 * np.mean(gained >= -TOLERANCE)),
        "median AICc gain": float(np.median(gained)),
        "log-likelihood below statsmodels' at most": max(one.short_of_statsmodels for one in found),
    }


if __name__ == "__main__":
    main()
