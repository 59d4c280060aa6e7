"""Every fitted model can be kept as JSON and arrays, and goes on in a fresh process as if it had stayed."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.model import Model
from models.contract.state import State
from models.data.series import Series
from models.detectors.base import Detector
from models.errors import StateUnreadable
from models.forecasters.base import Forecaster
from models.forecasters.transformed import TransformedForecaster
from models.registry import ModelSpec
from models.transforms.chain import TransformChain
from models.types import FloatArray
from tests.contracts import answers
from tests.contracts.small import params_of
from tests.contracts.stand_ins import Honest, InCache, OnClass, Stray, Trained, Unkeepable
from tests.models.build import series_of

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
SEASON = answers.SEASON
ONE_OF_EACH = {name: params_of(name) for name in registry.registered("forecaster")}
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
DIFFERENCED = TransformChain.of(["log", "difference", "minmax"])
SHORT = [name for name in ONE_OF_EACH if name not in ("prophet", "auto_arima")]
"""Models that are kept after few values without a season, too: all but two slow ones."""
SHORTEST = 12
CAUSAL = [name for name, kind in registry.registered("detector").items() if kind.is_causal]
WATCHED: list[tuple[str, dict[str, Any]]] = [
    *((name, params_of(name, "detector")) for name in CAUSAL),
    ("rolling_band", {"window": 12, "center": "mean"}),
    ("prediction_interval", {"forecaster": "theta", "memory": 30, "refit_every": 5}),
]
DETECTORS = list(registry.registered("detector"))
CUTS = (0, 10, 41, 58)
JUDGED = [
    (name, params, cut, streams)
    for name, params in WATCHED
    for cut in CUTS
    for streams in ((1, 2) if cut == CUTS[-1] else (1,))
]
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


def under_a_difference(name: str, params: dict[str, Any], series: Series) -> Forecaster[Any]:
    return TransformedForecaster.of(ModelSpec(name, params), DIFFERENCED, 7).fit_one(series)


def on_a_line() -> Forecaster[Any]:
    """What needs no fit: differences that are all the same."""
    around = TransformedForecaster.of(ModelSpec("drift"), TransformChain.of("difference"))
    return around.fit_one(series_of(3.0 + 2.0 * np.arange(60.0), SEASON))


def keep(model: Model[Any], path: Path, points: FloatArray | None = None) -> None:
    path.with_name(path.name + ".state").write_bytes(model.state().to_bytes())
    if points is not None:
        np.save(path.with_name(path.name + ".points.npy"), points)


def stream(streams: int) -> FloatArray:
    """Ninety points with a season, a spike, a shift and some that are missing; (k,) or (streams, k)."""
    t = np.arange(90.0)
    y = 10 + np.sin(t * 2 * np.pi / 7) + 0.2 * np.random.default_rng(3).normal(size=90)
    y[[5, 30, 31, 66]] = np.nan
    y[44] += 8.0
    y[70:] += 2.0
    return y if streams == 1 else y + np.arange(streams)[:, None]


def watching(name: str, params: dict[str, Any], streams: int) -> Detector[Any]:
    detector = registry.create(Detector, ModelSpec(name, params), 7)
    return detector.begin([series_of(stream(1), 7)] * streams)


def taught(name: str, series: Series) -> Detector[Any]:
    """A detector that was fitted to a series known as a whole, beside others where it compares them."""
    spec = ModelSpec(name, params_of(name, "detector"))
    detector = registry.create(Detector, spec, 7)
    others = [series_of(series.y + shift, SEASON) for shift in range(1, 6)]
    return detector.fit([series, *(others if detector.judges_together else ())])


def many() -> FloatArray:
    return np.random.default_rng(8).normal(size=(100, 40)) + 3.0


def trained() -> Detector[Any]:
    detector = Trained().fit([sixty(), sixty().head(30)])
    detector.begin([sixty()] * 100).observe(many()[:, :20], 99.0)
    return detector


@pytest.fixture(scope="module")
def revived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where a fresh process wrote what the models say that this one kept there."""
    folder = tmp_path_factory.mktemp("kept")
    for number, (name, params) in enumerate(CASES):
        model = fitted(name, params, sixty())
        keep(model, folder / str(number))
        keep(under_a_difference(name, params, sixty()), folder / f"differenced {number}")
    keep(on_a_line(), folder / "differenced line")
    for name in ("arima", "prophet"):
        keep(fitted(name, {}, with_price(sixty())), folder / f"{name} with price")
    for name in SHORT:
        keep(fitted(name, ONE_OF_EACH[name], sixty(1).head(SHORTEST)), folder / f"short {name}")
    for cls in (Honest, OnClass, InCache):
        keep(cls().fit_one(sixty()), folder / cls.name)
    for number, (name, params, cut, streams) in enumerate(JUDGED):
        detector = watching(name, params, streams)
        detector.observe(stream(streams)[..., :cut], 99.0)
        keep(detector, folder / f"d{number}", stream(streams)[..., cut:])
    keep(trained(), folder / "trained", many()[:, 20:])
    for name in DETECTORS:
        keep(taught(name, sixty()), folder / f"taught {name}")
        np.save(folder / f"taught {name}.whole.npy", sixty().y)
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


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_so_it_does_under_a_difference(revived: Path, number: int) -> None:
    model = under_a_difference(*CASES[number], sixty())
    assert_same(revived / f"differenced {number}.npz", answers.answers_of(model))
    other = registry.revive(State.from_bytes(model.state().to_bytes()))
    assert isinstance(other, Forecaster)
    other.predict(answers.HORIZON)
    assert other.name == CASES[number][0]
    assert (other.info(), other.notices()) == (model.info(), model.notices())


def test_so_it_does_where_the_differences_needed_no_fit(revived: Path) -> None:
    model = on_a_line()
    assert_same(revived / "differenced line.npz", answers.answers_of(model))
    assert [notice.code for notice in model.notices()] == ["constant_series"]


@pytest.mark.parametrize("name", ["arima", "prophet"])
def test_so_it_does_with_regressors(revived: Path, name: str) -> None:
    model = fitted(name, {}, with_price(sixty()))
    prediction = model.predict(answers.HORIZON)
    with np.load(revived / f"{name} with price.npz") as found:
        np.testing.assert_array_equal(found["before mean"], prediction.mean)


@pytest.mark.parametrize("name", SHORT)
def test_so_it_does_after_few_values_without_a_season(revived: Path, name: str) -> None:
    expected = answers.answers_of(fitted(name, ONE_OF_EACH[name], sixty(1).head(SHORTEST)))
    assert_same(revived / f"short {name}.npz", expected)


@pytest.mark.parametrize(
    "number", range(len(JUDGED)), ids=lambda n: f"{JUDGED[n][0]}-{JUDGED[n][2:]}"
)
def test_a_causal_detector_goes_on_between_any_two_blocks(revived: Path, number: int) -> None:
    name, params, cut, streams = JUDGED[number]
    detector = watching(name, params, streams)
    detector.observe(stream(streams)[..., :cut], 99.0)
    expected = answers.verdicts_of(detector, stream(streams)[..., cut:])
    assert np.isfinite(expected["raw 1"]).sum() > 10 * streams
    assert_same(revived / f"d{number}.npz", expected)
    size = (revived / f"d{number}.state").stat().st_size
    print(f"{name} after {cut} points of {streams} streams: {size / 1024:.1f} kB")
    assert size < LARGEST_KB * 1024


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_judges_a_whole_series_in_a_fresh_process_to_the_last_bit(
    revived: Path, name: str
) -> None:
    series = sixty()
    detector = taught(name, series)
    expected = answers.scores_of(detector, series)
    assert_same(revived / f"taught {name}.npz", expected)
    again = answers.scores_of(detector, series)
    np.testing.assert_array_equal(again["raw"], expected["raw"], err_msg="asked twice")
    size = (revived / f"taught {name}.state").stat().st_size
    print(f"{name} fitted to a whole series: {size / 1024:.1f} kB")


def test_a_trained_detector_goes_on_with_a_hundred_streams(revived: Path) -> None:
    expected = answers.verdicts_of(trained(), many()[:, 20:])
    assert expected["raw 0"].shape == (100, 7)
    assert_same(revived / "trained.npz", expected)


def test_every_model_ran() -> None:
    assert len(ONE_OF_EACH) >= 39
    assert len(SHORT) >= 37
    assert len(CAUSAL) >= 19


def test_what_is_kept_elsewhere_than_in_the_model_makes_this_test_fail(revived: Path) -> None:
    assert_same(revived / "honest.npz", answers.answers_of(Honest().fit_one(sixty())))
    for cls in (OnClass, InCache):
        with pytest.raises(AssertionError, match="before mean"):
            assert_same(revived / f"{cls.name}.npz", answers.answers_of(cls().fit_one(sixty())))


@pytest.mark.parametrize("name", ["ets", "arima", "ensemble"])
def test_a_kept_model_can_be_kept_again(name: str) -> None:
    state = fitted(name, {}, sixty()).state()
    again = registry.revive(State.from_bytes(state.to_bytes())).state()
    assert again.to_bytes() == state.to_bytes()


@pytest.mark.parametrize("name", list(ONE_OF_EACH))
def test_what_it_tells_of_itself_is_kept(name: str) -> None:
    model = fitted(name, ONE_OF_EACH[name], sixty())
    model.predict(answers.HORIZON)
    other = registry.revive(State.from_bytes(model.state().to_bytes()))
    assert isinstance(other, Forecaster)
    other.predict(answers.HORIZON)
    assert other.info() == model.info()
    assert other.notices() == model.notices()


@pytest.mark.parametrize(("model", "what"), [(Stray, "_last"), (Unkeepable, "level_")])
def test_a_model_that_keeps_anything_elsewhere_is_told_so(model: Any, what: str) -> None:
    with pytest.raises(TypeError, match=what):
        model().fit_one(sixty()).state()


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
        {"values": {"a_": {"array": "state_"}, "b_": {"array": "state_"}}},
        {"values": {"a_": {"array": ["state_", "<M8[ns]", [10**9], False]}}},
        {"values": {"a_": {"array": ["state_", "O", [1], False]}}},
        {"values": {"a_": {"array": ["state_", "<f8", [10**30], False]}}},
        {"values": {"a_": {"tuple": 3}}},
        {"values": {"a_": {}}},
        {"values": {"a_": {"dict": [[[1], 2]]}}},
        {"values": {"a_": {"object": "Notice", "fields": [["code", "x"]]}}},
        {"values": {"a_": {"float": "1", "more": 2}}},
        {"values": {"__class__": 1}},
        {"values": {}},
        {"values": {}, "arrays": {}, "parts": {"a_": Honest().state()}},
        {"version": "1"},
        {"random_state": 0.5},
    ],
)
def test_a_state_of_something_else_is_refused(change: dict[str, Any]) -> None:
    state = replace(fitted("ets", {}, sixty()).state(), **change)
    with pytest.raises(StateUnreadable):
        registry.revive(State.from_bytes(state.to_bytes()))
