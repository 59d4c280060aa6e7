"""What members of ``auto`` are worth on sets that they were not weighed on: ``make bench-carryover``.

The members of every short series (yearly, quarterly, monthly) of a folder are run once. Then each whole set
is left out in turn: the priors of the members, with a season and without one, are learned on the other sets,
and its series are forecast with them. The folder and the scorer are those of ``bench.accuracy``; of the scorer,
sMAPE, MASE and Naive2 are used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import pandas as pd

from bench.options import asked, loaded, sampled
from bench.report import markdown, publish
from bench.sets import ForecastSet, forecast_sets, prepare_one
from models.forecasters.combination._combined import TrainingSeries, context_of
from models.forecasters.combination._members import run_members
from models.forecasters.combination._seasonal import named_seasons
from models.forecasters.combination._weights import (
    MEMBERS,
    SEASONAL,
    STEADY,
    doubted,
    power_of,
    relative_errors,
)
from models.types import FloatArray, IntArray

SHORT = ("yearly", "quarterly", "monthly")
STEPS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
"""Values of a prior that are tried, one member after the other."""
ROUNDS = 3
PULL = 0.002
"""Of priors that are as good, those near one half are taken: so much for the mean square from it."""


@dataclass(frozen=True, eq=False)
class Group:
    """The series of one set and frequency.

    ``forecasts``: shape (n, members, horizon), NaN without a member; ``errors``: shape (n, members), logarithms
    of relative errors, small ones made less; ``power``: shape (n,); ``steady``: shape (n,), 1 without a season;
    ``actual``: shape (n, horizon); ``scale``: shape (n,), that of MASE; ``naive``: shape (n, 2), sMAPE and MASE
    of Naive2; ``floor``: shape (n,).
    """

    forecasts: FloatArray
    errors: FloatArray
    power: FloatArray
    steady: IntArray
    actual: FloatArray
    scale: FloatArray
    naive: FloatArray
    floor: FloatArray

    def sums(self, prior: FloatArray) -> FloatArray:
        """Return the sums of sMAPE and MASE, and of those of Naive2, (2, 2), with priors (2, members)."""
        there = np.isfinite(self.forecasts[:, :, 0])
        weight = np.log(np.maximum(prior, 1e-9))[self.steady] - self.power[:, None] * self.errors
        weight = np.where(there, np.exp(weight - weight.max(axis=1, keepdims=True)), 0.0)
        mean = np.einsum("nk,nkh->nh", weight, np.nan_to_num(self.forecasts))
        mean = np.maximum(mean / weight.sum(axis=1)[:, None], self.floor[:, None])
        error, size = np.abs(self.actual - mean), np.abs(self.actual) + np.abs(mean)
        smape = np.where(size > 0, 200 * error / np.where(size > 0, size, 1), 0).mean(axis=1)
        both = np.stack([smape, error.mean(axis=1) / self.scale], axis=1)
        return np.stack([both.sum(axis=0), self.naive.sum(axis=0)])


Groups = dict[tuple[str, str], Group]


def main() -> None:
    options = asked(sampled(__doc__))
    scorer = loaded(options.scorer)
    groups: Groups = {}
    for found in forecast_sets(options.data):
        short = found.meta[found.meta["frequency"].isin(SHORT)]
        for frequency, chosen in short.groupby("frequency"):
            some = replace(found, meta=chosen).every(options.every)
            groups[found.name, str(frequency)] = _group(some, scorer)
    publish("carryover", markdown(list(_rows(groups))), write=options.write)


# ---- members


def _group(chosen: ForecastSet, scorer: ModuleType) -> Group:
    made = (_members(part, row, scorer) for part, row in chosen.series())
    found = [one for one in made if one is not None]
    return Group(*(np.array(column) for column in zip(*found, strict=True)))


def _members(part: pd.DataFrame, row: pd.Series, scorer: ModuleType) -> tuple[object, ...] | None:
    """Return what a group knows of one series; None of one that is not combined, or cannot be scored."""
    train = part[part["split"] == "train"]["y"].to_numpy(float)
    actual = part[part["split"] == "test"]["y"].to_numpy(float)
    horizon, season = len(actual), int(row["season_length"])
    prepared = prepare_one(train, row)
    if prepared.series is None:
        return None
    series = prepared.series
    calendar = series.grid.freq.calendar_seasons()
    history = TrainingSeries.of(series.y, named_seasons(series), calendar)
    scale = scorer.seasonal_scale(train, season)
    if history.kind != "ordinary" or not scale > 0:
        return None
    p = context_of(history, horizon)
    made = run_members(p)
    relative = relative_errors(p, made)
    silent = np.full(horizon, np.nan)
    forecasts = [
        made[name][-1, :horizon] * history.unit if name in made else silent for name in MEMBERS
    ]
    errors = np.log(doubted(np.array([relative.get(name, 1.0) for name in MEMBERS])))
    base = scorer.naive2(train, horizon, season)
    naive = scorer.smape(actual, base), scorer.mase(actual, base, train, season)
    power = power_of(p, short=True)
    steady = int(not p.seasons)
    return forecasts, errors, power, steady, actual, scale, naive, history.floor


# ---- priors


def _rows(groups: Groups) -> Iterator[Mapping[str, object]]:
    """Yield, per set and frequency, the scores with equal, learned and kept priors, and those learned."""
    kept = np.array([list(SEASONAL.values()), list(STEADY.values())])
    for left in sorted({name for name, _ in groups}):
        rest = {key: group for key, group in groups.items() if key[0] != left}
        learned = _learned(rest) * (kept > 0)  # of members that are never there, nothing is learned
        for key, group in groups.items():
            if key[0] == left:
                yield {
                    "set": left,
                    "frequency": key[1],
                    "n": len(group.scale),
                    "OWA, members alike": _owa(group, np.ones_like(kept)),
                    "priors of the other sets": _owa(group, learned),
                    "priors in use": _owa(group, kept),
                    "learned on the others, with a season": _told(learned[0]),
                    "and without one": _told(learned[1]),
                }


def _told(prior: FloatArray) -> str:
    pairs = zip(MEMBERS, prior.tolist(), strict=True)
    return ", ".join(f"{name} {value:g}" for name, value in pairs if value)


def _learned(groups: Groups) -> FloatArray:
    """Return the priors (2, members) of the least mean logarithm of OWA, one of them changed at a time."""
    prior = np.ones((2, len(MEMBERS)))
    best = _loss(groups, prior)
    for _ in range(ROUNDS):
        before = best
        for place in np.ndindex(prior.shape):
            for value in STEPS:
                tried = prior.copy()
                tried[place] = value
                loss = _loss(groups, tried) if tried.any(axis=1).all() else np.inf
                if loss < best:
                    prior, best = tried, loss
        if best == before:
            break
    return prior


def _loss(groups: Groups, prior: FloatArray) -> float:
    weight = np.array([min(len(group.scale), 100) ** 0.5 for group in groups.values()])
    owa = np.array([_owa(group, prior) for group in groups.values()])
    return float(weight @ np.log(owa) / weight.sum() + PULL * np.mean((prior - 0.5) ** 2))


def _owa(group: Group, prior: FloatArray) -> float:
    made, naive = group.sums(prior)
    return float((made / naive).mean())


if __name__ == "__main__":
    main()
