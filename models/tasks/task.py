"""What all tasks share, so that an option of all of them is threaded in one place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from models.features.calendar import Calendar
from models.tasks.stages import Examined, Stage, Transformed, Within
from models.transforms.bounds import Bounds
from models.transforms.chain import Transform, TransformChain

_TRANSFORMS: TypeAdapter[list[Transform]] = TypeAdapter(list[Transform])
_CALENDAR = TypeAdapter(Calendar)


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

    def shared_json(self) -> dict[str, Any]:
        """Return what all tasks share but the budget, to be kept with what was asked for."""
        return {
            "random_state": self.random_state,
            "transform": [one.model_dump(mode="json") for one in self.transform.transforms],
            "bias_adjust": self.transform.bias_adjust,
            "bounds": self.bounds.model_dump(mode="json"),
            "calendar": _CALENDAR.dump_python(self.calendar, mode="json"),
        }

    @staticmethod
    def of_shared_json(asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return by name what ``shared_json`` wrote; raises ``KeyError``, ``TypeError`` or ``ValueError``."""
        transforms = _TRANSFORMS.validate_json(json.dumps(asked["transform"]))
        return {
            "random_state": int(asked["random_state"]),
            "transform": TransformChain(tuple(transforms), bias_adjust=bool(asked["bias_adjust"])),
            "bounds": Bounds.model_validate_json(json.dumps(asked["bounds"])),
            "calendar": _CALENDAR.validate_json(json.dumps(asked["calendar"])),
        }
