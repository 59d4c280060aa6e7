"""From a task and its series to decompositions; what a worker runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models import registry
from models.decomposers.base import Decomposer, Decomposition
from models.each import outcomes
from models.registry import ModelSpec
from models.results import Outcome
from models.series import Notice, Series


@dataclass(frozen=True, slots=True)
class DecomposeTask:
    """How to take any number of series apart; without a method, each gets the one that suits it."""

    method: ModelSpec | None = None
    random_state: int = 0

    def decomposer(self, series: Series) -> Decomposer[Any]:
        """Make the method; raises ``InvalidRequest`` for a name or params that it has not."""
        return registry.decomposer(self.method or suited(series), self.random_state)


def suited(series: Series) -> ModelSpec:
    """Return STL for one season of which there are two cycles, MSTL for several, else the HP filter."""
    seasons = [] if series.is_constant else [m for m in series.seasons if 2 * m < len(series)]
    if not seasons:
        return ModelSpec("hp")
    name = "stl" if len(seasons) == 1 else "mstl"
    return ModelSpec(name, {"season_length": seasons[0] if name == "stl" else seasons})


def cost_seconds(task: DecomposeTask, series: Series) -> float:
    """Estimate the time of one series in seconds of one core."""
    method = registry.find("decomposition", task.method.name if task.method else "mstl")
    season = max(series.season_length or (1,))
    return float(method.cost_seconds(len(series), season))  # type: ignore[attr-defined]


def decompose_many(task: DecomposeTask, series: Sequence[Series]) -> list[Outcome[Decomposition]]:
    """Take every series apart, in order; what fails is told in its outcome.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    name = "the decomposition" if task.method is None else task.method.name
    return outcomes(name, series, lambda one: _outcome(task, one))


def _outcome(task: DecomposeTask, series: Series) -> Outcome[Decomposition]:
    method = task.decomposer(series)
    found = method.decompose(series)
    notices = [replace(one, unique_id=series.unique_id) for one in method.notices()]
    if series.is_constant and len(series) > 1:
        text = f"all {len(series)} values are {series.y[0]:g}: the series is its trend"
        hint = "check that the series is what you meant to send"
        notices.append(Notice("constant_series", text, hint, series.unique_id))
    return Outcome(series.unique_id, found, method.info(), notices=tuple(notices))
