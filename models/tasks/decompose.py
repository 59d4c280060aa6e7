"""From a task and its series to decompositions; what a worker runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models import registry
from models.contract.context import QUIET, Context
from models.contract.cost import Cost, Workload
from models.contract.seasons import seasons_of
from models.data.outcomes import constant_notice, guarded
from models.data.results import Outcome
from models.data.series import Series
from models.decomposers.base import Decomposer, Decomposition
from models.errors import BadValues, InvalidParameter
from models.registry import ModelSpec
from models.tasks.stages import LocalTime, apply_stages
from models.tasks.task import Task
from models.transforms.chain import TransformChain


@dataclass(frozen=True, slots=True)
class DecomposeTask(Task):
    """How to take any number of series apart; without a model, each gets the method that suits it.

    With a transform, the transformed series is taken apart, and its parts are transformed back.
    """

    model: ModelSpec | None = None

    def check(self) -> None:
        """Raise ``InvalidParameter`` for a transform through which parts do not come back."""
        if "difference" in self.transform.names:
            raise InvalidParameter(
                "parts of differences are none of the series: decompose takes no transform 'difference'",
                "leave difference out; the trend is a part of its own",
                path=("transform",),
            )

    def make(self, series: Series) -> Decomposer[Any]:
        """Make the method; raises ``InvalidRequest`` for a name or params that it has not."""
        return registry.create(Decomposer, self.model or _suited(series), self.options.random_state)

    def named_seasons(self, series: Series) -> tuple[int, ...] | None:
        """Return the seasons that are named, () for a method without; None if they are to be found."""
        if self.model is None:
            return series.season_length
        return registry.create(Decomposer, self.model, self.options.random_state).named_seasons(
            series
        )


def _suited(series: Series) -> ModelSpec:
    """Return STL for one season of which there are two cycles, MSTL for several, else the HP filter."""
    seasons = [] if series.is_constant else [m for m in seasons_of(series) if 2 * m < len(series)]
    if not seasons:
        return ModelSpec("hp")
    name = "stl" if len(seasons) == 1 else "mstl"
    return ModelSpec(name, {"season_length": seasons[0] if name == "stl" else seasons})


def cost_of(task: DecomposeTask, series: Series) -> Cost:
    """Estimate what taking one series apart takes."""
    method = registry.create(Decomposer, task.model or ModelSpec("mstl"), task.options.random_state)
    work = Workload.of_series(series)
    return method.cost(work)


def decompose_many(
    task: DecomposeTask, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[Decomposition]]:
    """Take every series apart, in order; what fails is told in its outcome.

    Raises ``InvalidRequest`` for what is wrong with the task itself.
    """
    task.check()
    name = "the decomposition" if task.model is None else task.model.name
    return guarded(f"{name} failed for this series", series, lambda one: _outcome(task, one))


def _on_scale_of(transform: TransformChain, error: BadValues) -> BadValues:
    """Return the error of a method, which speaks of transformed values, saying so."""
    after = f" (after {', '.join(transform.names)})" if transform else ""
    return BadValues.of([replace(one, message=one.message + after) for one in error.problems])


def _outcome(task: DecomposeTask, series: Series) -> Outcome[Decomposition]:
    staged = apply_stages((LocalTime(task.named_seasons), *task.around()), series)
    method = task.make(staged.series)
    try:
        found = method.decompose(staged.series)
    except BadValues as error:
        raise _on_scale_of(task.transform, error) from None
    of_method = [replace(one, unique_id=series.unique_id) for one in method.notices()]
    notices = [*staged.notices, *of_method]
    if series.is_constant and len(series) > 1:
        notices.append(constant_notice(series, ": the series is its trend"))
    return Outcome(series.unique_id, staged.parts(found), method.info(), notices=tuple(notices))
