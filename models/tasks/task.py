"""What all tasks share, so that an option of all of them is threaded in one place."""

from dataclasses import dataclass

from models.features.calendar import Calendar
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
