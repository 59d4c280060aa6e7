"""What all tasks share, so that an option of all of them is threaded in one place."""

from dataclasses import dataclass

from models.features.calendar import Calendar
from models.tasks.stages import Examined, Stage, Transformed, Within
from models.transforms.bounds import Bounds
from models.transforms.chain import TransformChain


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to do with any number of series; ``make`` of a task that has a model makes it.

    ``transform``: what the model sees of the values; ``bounds``: what it answers may not leave these.
    ``calendar``: what a model that takes regressors is told. ``budget_s``: seconds that one series may take,
    None for any.
    """

    transform: TransformChain = TransformChain()
    bounds: Bounds = Bounds()
    calendar: Calendar = Calendar()
    budget_s: float | None = None
    random_state: int = 0

    def around(self, *, pointwise: bool = False, undone: bool = True) -> tuple[Stage, ...]:
        """Return the stages that all tasks have between the wall clock and the model, those that have work.

        ``pointwise``: a first difference, and what comes after it, is left to the model; ``undone``: what is
        found is told in the units of the series.
        """
        stages: list[Stage] = []
        if not self.bounds.is_open:
            stages.append(Within(self.bounds))
        if self.transform:
            changed = Transformed(self.transform, pointwise) if undone else Examined(self.transform)
            stages.append(changed)
        return tuple(stages)
