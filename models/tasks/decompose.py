"""From a task and its series to decompositions; what a worker runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from models import registry
from models.contract.cost import Workload
from models.contract.seasons import seasons_of
from models.data.outcomes import outcomes
from models.data.results import Outcome
from models.data.series import Notice, Series
from models.decomposers.base import PARTS, Decomposer, Decomposition
from models.errors import BadValues, InvalidParameter
from models.registry import ModelSpec
from models.transforms.chain import FittedChain, TransformChain
from models.transforms.wall_clock import WallClock, wall_clock
from models.types import FloatArray

_COMBINED: Mapping[str, tuple[np.ufunc, np.ufunc]] = {
    "sum": (np.add, np.subtract),
    "product": (np.multiply, np.divide),
}
"""How parts are put together, and how one is told from the whole with it and the whole before."""


@dataclass(frozen=True, slots=True)
class DecomposeTask:
    """How to take any number of series apart; without a method, each gets the one that suits it.

    With a transform, the transformed series is taken apart, and its parts are transformed back.
    """

    method: ModelSpec | None = None
    random_state: int = 0
    transform: TransformChain = TransformChain()

    def check(self) -> None:
        """Raise ``InvalidParameter`` for a transform through which parts do not come back."""
        if "difference" in self.transform.names:
            raise InvalidParameter(
                "parts of differences are none of the series: decompose takes no transform 'difference'",
                "leave difference out; the trend is a part of its own",
                path=("transform",),
            )

    def decomposer(self, series: Series) -> Decomposer[Any]:
        """Make the method; raises ``InvalidRequest`` for a name or params that it has not."""
        return registry.create(Decomposer, self.method or suited(series), self.random_state)

    def named_seasons(self, series: Series) -> tuple[int, ...] | None:
        """Return the seasons that are named, () for a method without; None if they are to be found."""
        if self.method is None:
            return series.season_length
        return registry.create(Decomposer, self.method, self.random_state).named_seasons(series)


def suited(series: Series) -> ModelSpec:
    """Return STL for one season of which there are two cycles, MSTL for several, else the HP filter."""
    seasons = [] if series.is_constant else [m for m in seasons_of(series) if 2 * m < len(series)]
    if not seasons:
        return ModelSpec("hp")
    name = "stl" if len(seasons) == 1 else "mstl"
    return ModelSpec(name, {"season_length": seasons[0] if name == "stl" else seasons})


def cost_seconds(task: DecomposeTask, series: Series) -> float:
    """Estimate the time of one series in seconds of one core."""
    method = registry.create(Decomposer, task.method or ModelSpec("mstl"), task.random_state)
    work = Workload.of_one(len(series), max(series.season_length or (1,)))
    return method.cost(work).seconds


def decompose_many(task: DecomposeTask, series: Sequence[Series]) -> list[Outcome[Decomposition]]:
    """Take every series apart, in order; what fails is told in its outcome.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    task.check()
    name = "the decomposition" if task.method is None else task.method.name
    return outcomes(name, series, lambda one: _outcome(task, one))


def restored(found: Decomposition, chain: FittedChain, y: FloatArray) -> Decomposition:
    """Return the parts of a transformed series as parts of ``y``, shape (t,), which they give back.

    One after the other, a part is what it adds to the parts before (by what it multiplies them, where
    parts multiply) once these are transformed back; the last one is the rest. So the parts of a part,
    as several seasons, follow each other in place of it. Where a part before is unknown, so is a part.
    """
    if not chain.stages:
        return found
    join, tell = _COMBINED[found.combined]
    several = {name: _several(name, found) for name in PARTS if name in found.columns}
    steps = [step for names in several.values() for step in names]
    together = accumulate((found.columns[step] for step in steps), join)
    whole = [chain.invert(values) for values in together]
    whole[-1] = np.where(np.isfinite(whole[-1]), y, np.nan)
    columns = dict(zip(steps, [whole[0], *(tell(b, a) for a, b in pairwise(whole))], strict=True))
    columns |= {
        name: reduce(join, (columns[one] for one in names)) for name, names in several.items()
    }
    return Decomposition({name: _known(columns[name]) for name in found.columns}, found.combined)


def _several(name: str, found: Decomposition) -> list[str]:
    """Return the columns that make up a part: itself, unless it has parts of its own."""
    return [one for one in found.columns if one.startswith(f"{name}_")] or [name]


def _known(values: FloatArray) -> FloatArray:
    """Return the values, NaN where a ratio to zero is none."""
    return np.where(np.isfinite(values), values, np.nan)


def _of_rows(
    found: Decomposition, clock: WallClock, y: FloatArray, laid: FloatArray
) -> Decomposition:
    """Return the parts of a series on the grid of local time, ``laid``, at its rows, ``y``, shape (t,).

    Where the clock showed a time twice, the last part is what is left of each row.
    """
    columns = {name: clock.back(values) for name, values in found.columns.items()}
    join, tell = _COMBINED[found.combined]
    last = [name for name in PARTS if name in columns][-1]
    mean = clock.back(laid)
    rest = np.where(y == mean, columns[last], join(columns[last], tell(y, mean)))
    return Decomposition({**columns, last: _known(rest)}, found.combined)


def _on_scale_of(transform: TransformChain, error: BadValues) -> BadValues:
    """Return the error of a method, which speaks of transformed values, saying so."""
    after = f" (after {', '.join(transform.names)})" if transform else ""
    return BadValues.of([replace(one, message=one.message + after) for one in error.problems])


def _outcome(task: DecomposeTask, series: Series) -> Outcome[Decomposition]:
    clock = wall_clock(series, task.named_seasons(series))
    laid = series if clock is None else clock.laid(series)
    chain = task.transform.fit_to(laid)
    changed = chain.transformed(laid)
    method = task.decomposer(changed)
    try:
        found = restored(method.decompose(changed), chain, laid.y)
    except BadValues as error:
        raise _on_scale_of(task.transform, error) from None
    if clock is not None:
        found = _of_rows(found, clock, series.y, laid.y)
    notices = [replace(one, unique_id=series.unique_id) for one in method.notices()]
    if series.is_constant and len(series) > 1:
        text = f"all {len(series)} values are {series.y[0]:g}: the series is its trend"
        hint = "check that the series is what you meant to send"
        notices.append(Notice("constant_series", text, hint, series.unique_id))
    return Outcome(series.unique_id, found, method.info(), notices=tuple(notices))
