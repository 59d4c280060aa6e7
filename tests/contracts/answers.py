"""All that a fitted forecaster can say, as arrays; run as a program, what revived ones say.

``python -m tests.contracts.answers FOLDER`` revives each ``*.state`` there and writes its answers beside it.
"""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from models import registry
from models.contract.state import State
from models.errors import InvalidRequest
from models.forecasters.base import Forecaster
from models.types import FloatArray

HORIZON = 5
LEVELS = (80.0, 95.0)
NEW_POINTS = np.array([13.0, 9.5, 14.25])


def answers_of(model: Forecaster[Any]) -> dict[str, FloatArray]:
    """Forecasts, intervals and fitted values, before and after an update."""
    found = _said(model, "before")
    if model.can_update():
        with suppress(InvalidRequest):  # an ensemble is updated if its members can be
            found |= _said(model.update(NEW_POINTS), "after")
    return found


def _said(model: Forecaster[Any], when: str) -> dict[str, FloatArray]:
    prediction = model.predict(HORIZON)
    found = {f"{when} mean": prediction.mean}
    for level in LEVELS:
        if (band := prediction.interval(level)) is not None:
            found |= {f"{when} lower {level:g}": band.lower, f"{when} upper {level:g}": band.upper}
    if (fitted := model.fitted()) is not None:
        found |= {f"{when} fitted {i}": row for i, row in enumerate(fitted)}
    return found


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.state")):
        model = registry.revive(State.from_bytes(path.read_bytes()))
        assert isinstance(model, Forecaster)
        np.savez(path.with_suffix(".npz"), **answers_of(model))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
