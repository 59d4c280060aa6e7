"""Do the constants of ``auto`` carry over: ``make bench-constants``.

``auto`` forecasts the series of every set with each constant in use, and with others in its place, one at a
time. Each whole set is left out in turn: the value with which the others have the least mean logarithm of OWA is
the one that they would have chosen for it. With the regressors of the sets that have any, the models that use
them are tried alone and together. Folder and scorer are those of ``bench.accuracy``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bench.options import asked, loaded, scored
from bench.report import markdown, publish
from bench.sets import ForecastSet, forecast_sets, prepare_one
from models.data.series import Series
from models.forecasters.combination import _seasonal
from models.forecasters.combination.auto import Auto
from models.stats import cleaning
from models.types import FloatArray


class Constant(NamedTuple):
    """A constant of a module, what it decides, and the values that are tried: the one in use first."""

    where: ModuleType
    name: str
    about: str
    values: Sequence[float]


CONSTANTS = (
    Constant(
        _seasonal, "_LIKELY", "a calendar season counts below this p-value", (0.2, 0.5, 0.05, 0.95)
    ),
    Constant(
        _seasonal, "_CLEAR", "a calendar season rivals others below this p-value", (0.05, 0.001)
    ),
    Constant(
        cleaning, "_GROSS", "standard deviations beyond which a value is wild", (5.0, 3.5, 8.0, 1e9)
    ),
    Constant(cleaning, "_RARE", "where more than this share is wild, none is", (0.05, 0.01, 0.2)),
    Constant(
        cleaning, "_MOVED", "share of the last cycles beyond which seasons move", (0.4, 0.2, 1.1)
    ),
    Constant(cleaning, "_LEAST_VALUES", "of fewer values none is wild", (20, 15, 30, 60)),
)
EXPLAINED = 10
"""About so many series of a set are forecast with regressors, which takes long."""
SHARES: Mapping[str, tuple[float, float]] = {
    "trees and splines": (1.0, 1.0),
    "trees": (1.0, 0.0),
    "splines": (0.0, 1.0),
    "neither": (0.0, 0.0),
}


class Case(NamedTuple):
    """A series, what came after it (horizon,), and sMAPE and MASE of a forecast of that, and of Naive2's."""

    series: Series
    y: FloatArray
    actual: FloatArray
    season: int
    naive: FloatArray


def main() -> None:
    parser = scored(__doc__)
    parser.add_argument("--most", type=int, default=60, help="so many series of a set at most")
    options = asked(parser)
    scorer = loaded(options.scorer)
    sets = {
        found.name: cases
        for found in forecast_sets(options.data)
        if (cases := _cases(found.spread(options.most), scorer))
    }
    publish("constants", markdown(list(_rows(sets, scorer))), write=options.write)
    explained = {
        name: cases[:: max(1, len(cases) // EXPLAINED)]
        for name, cases in sets.items()
        if cases[0].series.exog
    }
    publish("shares", markdown(list(_shares(explained, scorer))), write=options.write)


def _cases(chosen: ForecastSet, scorer: ModuleType) -> list[Case]:
    made = (_case(part, row, scorer) for part, row in chosen.series())
    return [case for case in made if case is not None]


def _case(part: pd.DataFrame, row: "pd.Series[Any]", scorer: ModuleType) -> Case | None:
    train, test = part[part["split"] == "train"], part[part["split"] == "test"]
    y, actual, season = train["y"].to_numpy(float), test["y"].to_numpy(float), row["season_length"]
    if not scorer.seasonal_scale(y, int(season)) > 0:
        return None
    prepared = prepare_one(y, row)
    if prepared.series is None:
        return None
    names = [name for name in part.columns if name not in ("unique_id", "ds", "y", "split")]
    series = replace(
        prepared.series,
        exog={name: train[name].to_numpy(float) for name in names},
        future={name: test[name].to_numpy(float) for name in names},
    )
    base = scorer.naive2(y, len(actual), int(season))
    return Case(series, y, actual, int(season), _score(base, y, actual, int(season), scorer))


def _score(
    made: FloatArray, y: FloatArray, actual: FloatArray, season: int, scorer: ModuleType
) -> FloatArray:
    return np.array([scorer.smape(actual, made), scorer.mase(actual, made, y, season)])


def _owa(cases: Sequence[Case], made: Sequence[FloatArray], scorer: ModuleType) -> float:
    scores = [
        _score(one, case.y, case.actual, case.season, scorer)
        for case, one in zip(cases, made, strict=True)
    ]
    naive = np.mean([case.naive for case in cases], axis=0)
    return float(np.mean(np.mean(scores, axis=0) / naive))


# ---- constants


def _rows(sets: Mapping[str, list[Case]], scorer: ModuleType) -> Iterator[Mapping[str, object]]:
    in_use = _of_sets(sets, scorer)
    for constant in CONSTANTS:
        found = [in_use]
        for value in constant.values[1:]:
            setattr(constant.where, constant.name, value)
            found.append(_of_sets(sets, scorer))
        setattr(constant.where, constant.name, constant.values[0])
        yield from _told(constant, np.array(found), list(sets))


def _told(constant: Constant, owa: FloatArray, names: list[str]) -> Iterator[Mapping[str, object]]:
    """Yield a row for each value, the first being in use; ``owa``: shape (values, sets)."""
    chosen = _chosen(owa)
    for row, value in enumerate(constant.values):
        left = [name for name, one in zip(names, chosen, strict=True) if one == row]
        yield {
            "constant": constant.about if row == 0 else "",
            "value": value,
            **dict(zip(names, owa[row].tolist(), strict=True)),
            "chosen where left out": "all" if len(left) == len(names) else ", ".join(left),
        }


def _chosen(owa: FloatArray) -> list[int]:
    """Return, for each set that is left out, the value that is best on the others; the one in use if alike."""
    logs = np.log(owa)
    return [int(np.argmin(logs.sum(axis=1) - logs[:, left])) for left in range(owa.shape[1])]


def _of_sets(sets: Mapping[str, list[Case]], scorer: ModuleType) -> list[float]:
    return [_owa(cases, [_alone(case) for case in cases], scorer) for cases in sets.values()]


def _alone(case: Case) -> FloatArray:
    series = replace(case.series, exog={}, future={})
    return np.asarray(Auto().fit_one(series).predict(len(case.actual)).mean[0])


# ---- regressors


def _shares(sets: Mapping[str, list[Case]], scorer: ModuleType) -> Iterator[Mapping[str, object]]:
    """Yield the OWA of each choice of models with regressors, on every set that has some."""
    owa = []
    for cases in sets.values():
        made = [_with_regressors(case) for case in cases]
        owa.append([_owa(cases, [one[name] for one in made], scorer) for name in SHARES])
    columns = np.array(owa).T
    chosen = _chosen(columns)
    for row, name in enumerate(SHARES):
        left = [one for one, best in zip(sets, chosen, strict=True) if best == row]
        yield {
            "models with regressors": name,
            **dict(zip(sets, columns[row].tolist(), strict=True)),
            "chosen where left out": ", ".join(left),
        }


def _with_regressors(case: Case) -> Mapping[str, FloatArray]:
    """Return the forecast with each choice of models, which are fitted once."""
    horizon = len(case.actual)
    model = Auto().fit_one(case.series)
    model.predict(horizon)
    share = model._share
    alone = _alone(case)
    if share is None or not model.explained_:
        return dict.fromkeys(SHARES, alone)
    known = [one.predict(horizon).mean[0] for one in model.explained_]
    made = {}
    for name, which in SHARES.items():
        weights = share.weights * which
        total = float(weights.sum()) + (1.0 - share.total)
        mean = (1.0 - share.total) * alone
        for weight, one in zip(weights, known, strict=True):
            mean = mean + weight * one
        made[name] = mean / total
    return made


if __name__ == "__main__":
    main()
