"""Do the constants of the widths of ``auto`` carry over: ``make bench-widths``.

The members of every series are run once, from its end and from one and two horizons before; then the widths
are made with each constant in use, and with others in its place, one at a time. Each whole set is left out in
turn: the value by which the others have the least interval scores at 80 and 95 % is the one that they would have
chosen for it. Folder and scorer are those of ``bench.accuracy``; of the scorer, the scale of MASE is used.

Reference: Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from bench.constants import Constant
from bench.options import asked, loaded, sampled
from bench.report import markdown, publish
from bench.sets import forecast_sets, prepare_one
from models.forecasters.combination import _error_scale, _expected_errors, _growth_curve, _widths
from models.forecasters.combination._combined import TrainingSeries, _members_and_errors, context_of
from models.forecasters.combination._context import EvaluationContext
from models.forecasters.combination._seasonal import named_seasons
from models.forecasters.combination._weights import combine, weights_of
from models.intervals import heteroskedasticity
from models.types import FloatArray

LEVELS = (80.0, 95.0)
ENDS = ("last", "earlier", "earlier")
LEAST_CYCLES = 3
"""An earlier end is forecast from if so many horizons come before it."""
MOST = 3.0
"""No series counts more than so many times what 99 % of its group stay below."""
CONSTANTS = (
    Constant(_growth_curve, "_GROWTH_PRIOR", "weight of the expected growth", (1.0, 0.0, 2.0, 5.0)),
    Constant(
        heteroskedasticity, "_POSITIVE_EVIDENCE", "evidence for narrower steps", (3.0, 0.01, 20.0)
    ),
    Constant(_error_scale, "_ERROR_HALF_LIFE", "half-life of errors", (0.07, 0.05, 0.1, 0.2)),
    Constant(_error_scale, "_OLD_ERRORS", "what old errors count", (0.005, 0.0, 0.002, 0.01)),
    Constant(
        _expected_errors, "_SMOOTHING_HALF_LIFE", "half-life of smoothing's", (0.3, 0.15, 0.6, 5.0)
    ),
    Constant(_error_scale, "_PRIOR_STEPS", "steps as heavy as the prior", (30.0, 20.0, 50.0)),
    Constant(_error_scale, "_DRIFT", "drift", (2.0, 1.0, 1.5, 2.5, 3.0)),
    Constant(_error_scale, "_USUAL", "usual share of the level", (0.18, 0.12, 0.15, 0.22)),
    Constant(_error_scale, "_USUAL_SHARE", "how far it draws", (0.25, 0.0, 0.15, 0.35)),
    Constant(_error_scale, "_MEMBERS_SHARE", "share of the members", (0.4, 0.2, 0.3, 0.5)),
    Constant(_error_scale, "_MEMBERS_FACTOR", "their factor", (3.0, 2.0, 2.5, 3.6)),
    Constant(_error_scale, "_LEVEL_EXPONENT", "level exponent", (0.7, 0.4, 0.55, 0.85)),
    Constant(_growth_curve, "_STEP_PRIOR_WINDOWS", "windows for a single step", (4.0, 2.0, 8.0)),
    Constant(heteroskedasticity, "PHASE_PRIOR_CYCLES", "cycles for a phase", (15.0, 8.0, 25.0)),
    Constant(_widths, "_PRIOR_80", "deviations for 80 %", (1.02, 0.95, 1.1, 1.18)),
    Constant(_widths, "_DEGREES", "degrees", (3.6, 3.0, 4.5, 6.0)),
    Constant(_widths, "_FEW_STEPS", "few steps", (8.5, 4.0, 6.0, 12.0)),
    Constant(_widths, "_MISSES_WANTED", "misses wanted", (0.25, 0.1, 0.5)),
)


@dataclass(frozen=True, eq=False)
class Case:
    """A series up to one of its ends, forecasts (origins, horizon) of its members and of all, and what came.

    ``actual``: shape (horizon,); ``scale``: that of MASE; both in the unit of the forecasts.
    """

    history: TrainingSeries
    context: EvaluationContext
    members: Mapping[str, FloatArray]
    forecast: FloatArray
    actual: FloatArray
    scale: float

    def scores(self) -> FloatArray:
        """Return the interval scores at the levels, (levels,)."""
        errors = _error_scale.held_out_errors(self.context, self.forecast, self.members)
        widths = _widths.widths_of(self.context, errors).until(len(self.actual))
        unit = self.history.unit
        mean = np.maximum(self.forecast[-1, : len(self.actual)], self.history.floor / unit)
        made = []
        for level in LEVELS:
            below, above = widths.sides(level)
            least = np.minimum(mean, self.history.floor_at(level) / unit)
            lower, upper = np.maximum(mean - below, least), mean + above
            out = np.maximum(np.maximum(lower - self.actual, self.actual - upper), 0.0)
            made.append(np.mean(upper - lower + out / (0.5 - level / 200)))
        return np.array(made) / self.scale


Key = tuple[str, str, str]
"""Set, frequency and end."""
Groups = dict[Key, list[Case]]
Losses = dict[Key, FloatArray]
Group = TypeVar("Group")
"""What is scored together: series of a set with one frequency and end."""


def main() -> None:
    options = asked(sampled(__doc__))
    scorer = loaded(options.scorer)
    groups: Groups = {}
    for found in forecast_sets(options.data):
        for part, row in found.every(options.every).series():
            for end, case in _cases(part.sort_values("ds")["y"].to_numpy(float), row, scorer):
                groups.setdefault((found.name, str(row["frequency"]), end), []).append(case)
    publish(
        "widths", markdown(list(leave_sets_out(groups, CONSTANTS, _scores))), write=options.write
    )


def _cases(y: FloatArray, row: "pd.Series[Any]", scorer: ModuleType) -> Iterator[tuple[str, Case]]:
    """Yield a series up to each of its ends that is combined and can be scored."""
    horizon = int(row["horizon"])
    for back, end in enumerate(ENDS):
        until = len(y) - (back + 1) * horizon
        known, actual = y[:until], y[until : until + horizon]
        if (back and len(known) < LEAST_CYCLES * horizon) or not np.isfinite(actual).all():
            continue
        prepared = prepare_one(known, row)
        scale = scorer.seasonal_scale(known, int(row["season_length"]))
        if prepared.series is None or not scale > 0:
            continue
        series = prepared.series
        calendar = series.grid.freq.calendar_seasons()
        history = TrainingSeries.of(series.y, named_seasons(series), calendar)
        if history.kind != "ordinary":
            continue
        context = context_of(history, horizon)
        members, errors = _members_and_errors(context)
        forecast = combine(members, weights_of(context, errors))
        unit = history.unit
        yield end, Case(history, context, members, forecast, actual / unit, scale / unit)


def leave_sets_out(
    groups: Mapping[Key, Group],
    constants: Sequence[Constant],
    scores: Callable[[Group], FloatArray],
) -> Iterator[Mapping[str, object]]:
    """Yield, per constant, the value that each set would be given by the others, and how its scores change.

    ``scores``: of a group, (n, levels).
    """
    sets = sorted({name for name, _, _ in groups})
    in_use = {key: scores(group) for key, group in groups.items()}
    counts = {key: len(found) for key, found in in_use.items()}
    most = {key: MOST * np.quantile(found, 0.99, axis=0) for key, found in in_use.items()}
    before = {key: _loss(found, most[key]) for key, found in in_use.items()}
    for constant in constants:
        changes: list[Losses] = []
        for value in constant.values:
            setattr(constant.where, constant.name, value)
            losses = {key: _loss(scores(group), most[key]) for key, group in groups.items()}
            changes.append({key: 100 * (losses[key] - before[key]) for key in groups})
        setattr(constant.where, constant.name, constant.values[0])
        told, of_left = {}, []
        for left in sets:
            rest = [key for key in groups if key[0] != left]
            best = int(np.argmin([_mean(one, counts, rest).sum() for one in changes]))
            own = [key for key in groups if key[0] == left]
            of_left.append(_mean(changes[best], counts, own))
            told[left] = f"{constant.values[best]:g}: " + ", ".join(f"{x:.1f}" for x in of_left[-1])
        mean = ", ".join(f"{x:.2f}" for x in np.mean(of_left, axis=0))
        yield {"constant": constant.about, "in use": constant.values[0], **told, "mean": mean}


def _scores(cases: list[Case]) -> FloatArray:
    _widths._tails.cache_clear()  # of a constant that is another one now
    return np.array([case.scores() for case in cases])


def _loss(scores: FloatArray, most: FloatArray) -> FloatArray:
    """Return the logarithm of the mean of scores (n, levels), limited to ``most``; (levels,)."""
    return np.asarray(np.log(np.minimum(scores, most).mean(axis=0)))


def _mean(changes: Losses, counts: Mapping[Key, int], chosen: list[Key]) -> FloatArray:
    """Return the mean over chosen groups, each counting by √n up to 10; (levels,)."""
    weight = [min(counts[key], 100) ** 0.5 for key in chosen]
    return np.asarray(np.average([changes[key] for key in chosen], axis=0, weights=weight))


if __name__ == "__main__":
    main()
