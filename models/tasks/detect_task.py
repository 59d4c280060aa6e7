"""What is asked of a detector: which one, by which rules, on what scale; for many series or one stream."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from models import registry
from models.data.series import Series
from models.decisions.labels import Label
from models.decisions.rules import Rules
from models.detectors.base import Detector
from models.errors import InvalidParameter, InvalidRequest, StateUnreadable
from models.params import Params
from models.registry import ModelSpec
from models.tasks.task import Task, TaskOptions


@dataclass(frozen=True, slots=True)
class DetectTask(Task):
    """How to judge any number of series; the rules are in the units of the series, whatever the transform.

    ``feedback``: what people said of points so far; it is not kept with the task but by what has learned from it.
    """

    model: ModelSpec
    rules: Rules = Rules()
    causal: bool = False
    feedback: tuple[Label, ...] = ()

    def make(self) -> Detector[Any]:
        """Make the detector; raises ``InvalidRequest`` for a name, params, mode or rules that it has not."""
        detector = registry.create(Detector, self.model, self.options.random_state)
        if self.causal and not detector.is_causal:
            raise InvalidParameter(
                f"{detector.name} looks at the whole series and cannot be causal",
                f"use one of {_named('causal')}, or causal: false",
                path=("causal",),
            )
        if self.causal and self.transform.unfixed:
            raise InvalidParameter(
                f"{self.transform.unfixed[0]} needs more than the value itself, and a causal detector"
                " judges each point as it comes",
                "use log, log1p or boxcox with a lmbda from 0 on, or causal: false; what follows from the"
                f" values before is for the forecaster of {registry.around_forecasters('detector')}",
                path=("transform",),
            )
        refused = () if detector.has_expected else self.rules.needs_expected
        if refused:
            raise InvalidParameter(
                f"{detector.name} expects no value that {refused[0]} could compare with",
                f"leave {refused[0]} out, or use one of {_named('expected_value')}",
                path=(refused[0],),
            )
        return detector

    def at_steps_of(self, series: Series) -> Self:
        """Return the task with durations counted in points of a series; raises ``BadStamps``."""
        rules = self.rules.in_points(series.grid.freq)
        return self if rules is self.rules else replace(self, rules=rules)

    def to_json(self) -> dict[str, Any]:
        """Return all that was asked for, to be kept."""
        return {
            "detector": {"name": self.model.name, "params": _json_of(self.make().params)},
            "rules": _json_of(self.rules),
            "causal": self.causal,
            "options": _json_of(self.options),
        }

    @classmethod
    def of_json(cls, asked: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; raises ``StateUnreadable``."""
        try:
            return cls(
                ModelSpec(asked["detector"]["name"], asked["detector"]["params"]),
                Rules.model_validate_json(json.dumps(asked["rules"])),
                bool(asked["causal"]),
                options=TaskOptions.model_validate_json(json.dumps(asked["options"])),
            )
        except (KeyError, TypeError, ValueError, InvalidRequest) as error:
            raise StateUnreadable(
                f"what was asked of the kept detector cannot be read: {error}",
                "fit and keep it again with this version",
            ) from None

    def only_remembered(self, detector: Detector[Any], series: Series) -> int:
        """Return how many first points of a series a detector has only to remember, as only last ones are judged.

        What it expects then rests on the same points as if it had followed them all, and how sure it is on the
        errors of those that it followed. Unless it remembers exactly, the last digits of a score may
        differ, at a fraction of the time, and only a causal one does it.
        """
        size, run = self.rules.detection_size, self._memory
        if size is None or run is None:
            return 0
        if not self.causal and not detector.remembers_exactly:
            return 0
        settling = detector.settling
        return 0 if settling is None else _place_before(series, len(series) - size - run, settling)

    @property
    def _memory(self) -> int | None:
        """On how many points before it a verdict depends; None for all, as where any may have been labelled."""
        return None if self.feedback else self.rules.memory(self.causal)


def _place_before(series: Series, judged: int, count: int) -> int:
    """Return the place from which on so many points that teach stand before the first judged one, or 0."""
    if judged <= count:
        return 0
    if series.observed is None or not count:
        return judged - count
    taught = np.flatnonzero(series.observed[:judged])
    return int(taught[-count]) if len(taught) > count else 0


def _named(capability: str) -> str:
    """List the detectors that have a capability."""
    kinds = registry.registered("detector").items()
    return ", ".join(name for name, kind in kinds if kind.capabilities()[capability])


def _json_of(params: Params) -> dict[str, Any]:
    return params.model_dump(mode="json")
