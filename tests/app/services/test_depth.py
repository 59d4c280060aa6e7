"""How far it is from a use case to its model: who reads a trace has to understand every frame of it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from app.services import forecasting, plans, trials
from models.detectors.statistical.band import Band
from models.forecasters.baseline.naive import Naive
from models.forecasters.smoothing.ets import ETS
from tests.app.helpers import Api, answered

MOST = 10
BETWEEN = 10
"""Frames between the use case and the model, where several models are tried."""
Y = [3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 8.0, 7.5, 9.0, 8.0, 9.5, 11.0] * 2


def frames_from(module: str) -> list[str]:
    """Return the functions from the caller's caller up to the use case of a module, that included."""
    frame: FrameType | None = sys._getframe(2)
    names = []
    while frame is not None:
        names.append(frame.f_code.co_name)
        if frame.f_code.co_name == "answer" and Path(frame.f_code.co_filename).stem == module:
            return names
        frame = frame.f_back
    return []


def watched(
    monkeypatch: pytest.MonkeyPatch, kind: type, method: str, module: str
) -> list[list[str]]:
    """Have a method note how it was reached."""
    seen: list[list[str]] = []
    inside: Callable[..., Any] = getattr(kind, method)

    def noted(self: Any, *args: Any) -> Any:
        seen.append([method, *frames_from(module)])
        return inside(self, *args)

    monkeypatch.setattr(kind, method, noted)
    return seen


def in_place(*args: Any) -> Any:
    return replace(plans.unit_of(*args), in_place=True)


@pytest.mark.parametrize(
    ("name", "kind", "method"), [("naive", Naive, "_fit_panel"), ("ets", ETS, "_fit")]
)
def test_a_forecaster_is_ten_frames_from_its_use_case(
    api: Api, monkeypatch: pytest.MonkeyPatch, name: str, kind: type, method: str
) -> None:
    seen = watched(monkeypatch, kind, method, "forecasting")
    monkeypatch.setattr(forecasting, "unit_of", in_place)
    api.forecast(y=Y, h=3, model=name, season_length=1)
    assert seen
    assert seen[0][-1] == "answer"
    assert len(seen[0]) <= MOST, seen[0]


def test_ten_frames_lie_between_a_backtest_and_its_forecasters(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watched(monkeypatch, ETS, "_fit", "backtesting")
    monkeypatch.setattr(trials, "unit_of", in_place)
    answered(api.post("/v1/backtest", {"y": Y, "h": 3, "models": ["ets"], "season_length": 1}))
    assert seen[0][-1] == "answer"
    assert len(seen[0]) - 2 <= BETWEEN, seen[0]


def test_a_detector_is_ten_frames_from_its_use_case(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watched(monkeypatch, Band, "_score", "detecting")
    api.detect(y=Y, detector="band")
    assert seen[0][-1] == "answer"
    assert len(seen[0]) <= MOST, seen[0]
