"""Every fitted forecaster can be kept as JSON and arrays, and goes on in a fresh process as if it had stayed."""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.state import State
from models.data.series import Series
from models.errors import StateUnreadable
from models.forecasters.base import Forecaster
from models.params import Params
from models.registry import ModelSpec
from models.types import FloatArray
from tests.contracts import answers
from tests.models.build import series_of

ROOT = Path(__file__).parents[2]
SEASON = 4
ONE_OF_EACH = {name: {} for name in registry.registered("forecaster")}
OTHERS: dict[str, dict[str, Any]] = {
    "holt_winters": {"season_length": SEASON},
    "ensemble": {"models": ["ets", "arima", "naive"], "method": "weighted"},
    "stl": {"forecaster": {"name": "arima", "params": {"order": [1, 0, 1]}}},
    "hp_filter": {"trend": "theta"},
    "arima": {"order": [2, 1, 1], "trend": "linear"},
    "auto_arima": {"season_length": 30},
    "linear_ar": {"season_length": SEASON},
    "prophet": {"growth": "logistic", "cap": 30.0},
}
CASES = [*ONE_OF_EACH.items(), *OTHERS.items()]
LARGEST_KB = 64
"""A model of 60 points; Prophet keeps its history and its parameters as text."""


def sixty(season: int | None = SEASON) -> Series:
    t = np.arange(60.0)
    noise = np.random.default_rng(5).normal(size=60)
    return series_of(12 + 0.05 * t + 3 * np.sin(t * 2 * np.pi / SEASON) + 0.3 * noise, season)


def with_price(series: Series) -> Series:
    price = np.linspace(1.0, 2.0, len(series) + answers.HORIZON)
    rows = len(series)
    return replace(series, exog={"price": price[:rows]}, future={"price": price[rows:]})


def fitted(name: str, params: dict[str, Any], series: Series) -> Forecaster[Any]:
    return registry.create(Forecaster, ModelSpec(name, params), 7).fit_one(series)


@pytest.fixture(scope="module")
def revived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where a fresh process wrote what the models say that this one kept there."""
    folder = tmp_path_factory.mktemp("kept")
    for number, (name, params) in enumerate(CASES):
        model = fitted(name, params, sixty())
        (folder / f"{number}.state").write_bytes(model.state().to_bytes())
    for name in ("arima", "prophet"):
        state = fitted(name, {}, with_price(sixty())).state()
        (folder / f"{name} with price.state").write_bytes(state.to_bytes())
    command = [sys.executable, "-m", "tests.contracts.answers", str(folder)]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    return folder


def assert_same(path: Path, expected: dict[str, FloatArray]) -> None:
    with np.load(path) as found:
        assert set(found.files) == set(expected)
        for key, values in expected.items():
            np.testing.assert_array_equal(found[key], values, err_msg=key)


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_it_goes_on_in_a_fresh_process_to_the_last_bit(revived: Path, number: int) -> None:
    name, params = CASES[number]
    expected = answers.answers_of(fitted(name, params, sixty()))
    assert len(expected) >= 1
    assert_same(revived / f"{number}.npz", expected)
    size = (revived / f"{number}.state").stat().st_size
    print(f"{name}: {size / 1024:.1f} kB")
    assert size < LARGEST_KB * 1024


@pytest.mark.parametrize("name", ["arima", "prophet"])
def test_so_it_does_with_regressors(revived: Path, name: str) -> None:
    model = fitted(name, {}, with_price(sixty()))
    prediction = model.predict(answers.HORIZON)
    with np.load(revived / f"{name} with price.npz") as found:
        np.testing.assert_array_equal(found["before mean"], prediction.mean)


def test_every_forecaster_ran() -> None:
    assert len(ONE_OF_EACH) >= 29


@pytest.mark.parametrize("name", ["ets", "arima", "ensemble"])
def test_a_kept_model_can_be_kept_again(name: str) -> None:
    state = fitted(name, {}, sixty()).state()
    again = registry.revive(State.from_bytes(state.to_bytes())).state()
    assert again.to_bytes() == state.to_bytes()


@pytest.mark.parametrize("name", list(ONE_OF_EACH))
def test_what_it_tells_of_itself_is_kept(name: str) -> None:
    model = fitted(name, {}, sixty())
    model.predict(answers.HORIZON)
    other = registry.revive(State.from_bytes(model.state().to_bytes()))
    assert isinstance(other, Forecaster)
    other.predict(answers.HORIZON)
    assert other.info() == model.info()
    assert other.notices() == model.notices()


class StrayParams(Params):
    """None."""


class Stray(Forecaster[StrayParams]):
    """Keeps what it learned where nobody looks."""

    name = "stray"
    title = summary = reference = "a stand-in"

    def _fit(self, series: Series) -> None:
        self.level_ = float(series.y[-1])
        self._last = series.y[-1]

    def _predict(self, horizon: int) -> FloatArray:
        return np.full(horizon, self._last)


class Unkeepable(Stray):
    """Keeps what is neither a number nor an array."""

    def _fit(self, series: Series) -> None:
        self.level_ = object()

    @cached_property
    def _last(self) -> float:
        return 1.0


@pytest.mark.parametrize(("model", "what"), [(Stray, "_last"), (Unkeepable, "level_")])
def test_a_model_that_keeps_anything_elsewhere_is_told_so(model: Any, what: str) -> None:
    with pytest.raises(TypeError, match=what):
        model(StrayParams()).fit_one(sixty()).state()


def test_a_damaged_state_is_refused_by_name() -> None:
    data = fitted("ets", {}, sixty()).state().to_bytes()
    for broken in (
        b"",
        b"{}",
        data[:40],
        data[:-9],
        b"\x00" * 64,
        data.replace(b'"name', b'"mane'),
    ):
        with pytest.raises(StateUnreadable):
            registry.revive(State.from_bytes(broken))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "nothing"},
        {"kind": "nothing"},
        {"version": 2},
        {"params": {"alpha": 3}},
        {"values": {"params": 1}},
        {"values": {"state": {"array": "nowhere"}}},
        {"values": {"state_": {"array": "nowhere"}}},
        {"values": {"state_": {"object": "Path", "fields": []}}},
        {"values": {"state_": {"code": "print()"}}},
    ],
)
def test_a_state_of_something_else_is_refused(change: dict[str, Any]) -> None:
    state = replace(fitted("ets", {}, sixty()).state(), **change)
    with pytest.raises(StateUnreadable):
        registry.revive(State.from_bytes(state.to_bytes()))
