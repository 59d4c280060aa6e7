"""All that a fitted model can say, as arrays; run as a program, what revived ones say.

``python -m tests.contracts.answers FOLDER`` revives each ``*.state`` there and writes its answers beside it.
"""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from models import registry
from models.contract.model import Model
from models.contract.state import State
from models.data.series import Series
from models.detectors.base import Detector
from models.errors import InvalidRequest
from models.forecasters.base import Forecaster
from models.types import FloatArray
from tests.contracts.stand_ins import STAND_INS
from tests.models.build import series_of

HORIZON, SEASON = 5, 4
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


def verdicts_of(detector: Detector[Any], points: FloatArray) -> dict[str, FloatArray]:
    """Scores, thresholds and expected values of the next points, which come in blocks of two sizes."""
    found = {}
    for number, block in enumerate(np.split(points, [7], axis=-1)):
        scores = detector.observe(block, 99.0)
        found |= {f"raw {number}": scores.raw, f"threshold {number}": np.asarray(scores.threshold)}
        if scores.expected is not None:
            found[f"expected {number}"] = scores.expected
    return found


def scores_of(detector: Detector[Any], series: Series) -> dict[str, FloatArray]:
    """Scores, thresholds and expected values of a series that is known as a whole."""
    [scores] = detector.score([series], 99.0)
    found = {"raw": scores.raw, "threshold": np.asarray(scores.threshold)}
    return found if scores.expected is None else {**found, "expected": scores.expected}


def revived(state: State) -> Model[Any]:
    if state.name in STAND_INS:
        model = STAND_INS[state.name]
        return model.revive(model.params_type()(**state.params), state, {})
    return registry.revive(state)


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.state")):
        model = revived(State.from_bytes(path.read_bytes()))
        whole = path.with_suffix(".whole.npy")
        if isinstance(model, Detector) and whole.exists():
            found = scores_of(model, series_of(np.load(whole), SEASON))
        elif isinstance(model, Detector):
            found = verdicts_of(model, np.load(path.with_suffix(".points.npy")))
        else:
            assert isinstance(model, Forecaster)
            found = answers_of(model)
        np.savez(path.with_suffix(".npz"), **found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
