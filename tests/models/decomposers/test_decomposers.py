"""Every decomposition: its parts give the series back, and awkward series have a defined answer."""

from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import registry
from models.data.series import RawSeries
from models.decomposers.base import PARTS, Decomposer, Decomposition
from models.errors import BadValues, SeasonUnknown, SeriesTooShort, UnknownName
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

NAMES = list(registry.registered("decomposition"))
SEASONAL = ["classical", "mstl", "stl"]
CHOICES = [
    *(ModelSpec(name) for name in NAMES),
    ModelSpec("classical", {"model": "multiplicative"}),
    ModelSpec("classical", {"two_sided": False}),
    ModelSpec("classical", {"extrapolate": True}),
    ModelSpec("stl", {"robust": True}),
    ModelSpec("sma", {"centered": False}),
    ModelSpec("sma", {"window": 4}),
    ModelSpec("ewma", {"alpha": 1.0}),
    ModelSpec("hp", {"smoothness": 1e-3}),
]


def make(name: str, **params: Any) -> Decomposer[Any]:
    return registry.create(Decomposer, ModelSpec(name, params))


def seasonal_series(size: int, m: int, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    t = np.arange(size)
    return 100 + 0.3 * t + 10 * np.sin(2 * np.pi * t / m) + rng.normal(size=size)


def check(y: FloatArray, found: Decomposition) -> None:
    """Whether the parts are whole, finite but at the ends, and give the series back."""
    assert {len(part) for part in found.columns.values()} == {len(y)}
    assert not any(np.isinf(part).any() for part in found.columns.values())
    whole = found.together()
    known = np.isfinite(whole)
    np.testing.assert_allclose(whole[known], y[known], rtol=1e-9, atol=1e-9 * np.abs(y).max())


def test_all_methods_of_the_contract_are_there() -> None:
    assert NAMES == ["classical", "ewma", "hp", "mstl", "sma", "stl"]


@pytest.mark.parametrize("spec", CHOICES, ids=str)
@settings(max_examples=25)
@given(size=st.integers(15, 80), seed=st.integers(0, 99), scale=st.sampled_from([1e-12, 1.0, 1e12]))
def test_the_parts_give_the_series_back(
    spec: ModelSpec, size: int, seed: int, scale: float
) -> None:
    y = seasonal_series(size, 7, seed) * scale
    model = registry.create(Decomposer, spec)
    found = model.decompose(series_of(y, season_length=7))
    check(y, found)
    assert np.isfinite(found.together()).sum() >= size - 8
    assert tuple(name for name in found.columns if name in PARTS) == model.parts


@pytest.mark.parametrize("spec", CHOICES, ids=str)
@pytest.mark.parametrize("m", [1, 2, 4, 7, 12])
def test_every_length_has_an_answer_or_a_named_error(spec: ModelSpec, m: int) -> None:
    for size in range(1, 31):
        model = registry.create(Decomposer, spec)
        y = seasonal_series(size, 7)
        needed = model.required_observations(m)
        refused: Any = None
        if spec.name in SEASONAL and m == 1 and size > 1:
            refused = pytest.raises(SeasonUnknown)
        elif (
            size > 1
            and size < needed
            and not (spec.name == "sma" and not spec.params.get("window"))
        ):
            refused = pytest.raises(SeriesTooShort, match=f"at least {needed} .*got {size}")
        with refused or nullcontext():
            check(y, model.decompose(series_of(y, season_length=m)))


@pytest.mark.parametrize("spec", CHOICES, ids=str)
@pytest.mark.parametrize("value", [0.0, -3.0, 1e12, 1e-12])
@pytest.mark.parametrize("size", [1, 2, 30])
def test_a_constant_is_all_trend(spec: ModelSpec, value: float, size: int) -> None:
    model = registry.create(Decomposer, spec)
    found = model.decompose(series_of([value] * size, season_length=None))
    nothing = 0.0 if found.combined == "sum" else 1.0
    for name, part in found.columns.items():
        assert part.tolist() == [value if name == "trend" else nothing] * size
    check(np.full(size, value), found)


@pytest.mark.parametrize("name", SEASONAL)
def test_a_seasonal_method_needs_a_season(name: str) -> None:
    noise = np.random.default_rng(0).normal(size=60)
    with pytest.raises(SeasonUnknown, match=f"{name} needs a season") as caught:
        make(name).decompose(series_of(noise, season_length=1))
    assert "season_length" in (caught.value.hint or "")
    make(name, season_length=6).decompose(series_of(noise, season_length=1))


@pytest.mark.parametrize(("name", "needed"), [("classical", 24), ("stl", 25), ("mstl", 25)])
def test_too_short_names_the_least_length(name: str, needed: int) -> None:
    y = seasonal_series(needed, 12)
    make(name).decompose(series_of(y, season_length=12))
    with pytest.raises(SeriesTooShort, match=f"at least {needed} observations for a season of 12"):
        make(name).decompose(series_of(y[:-1], season_length=12))


def test_it_does_not_change_its_input() -> None:
    y = seasonal_series(60, 7)
    for name in NAMES:
        series = series_of(y.copy(), season_length=7)
        make(name).decompose(series)
        np.testing.assert_array_equal(series.y, y)


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="unknown method 'slt'") as caught:
        make("slt")
    assert caught.value.hint == "did you mean 'stl'?"


def test_a_product_needs_positive_values_and_names_the_first_other() -> None:
    y = seasonal_series(60, 7)
    y[20], y[30] = 0.0, -5.0
    with pytest.raises(BadValues, match="above 0, got 0 at 20"):
        make("classical", model="multiplicative").decompose(series_of(y, season_length=7))


def test_the_season_of_airpassengers_grows_with_its_level() -> None:
    _, y = load("airpassengers")
    found = make("classical", model="multiplicative").decompose(series_of(y, season_length=12))
    figure = found.columns["seasonal"][:12]
    # Figures of R's decompose(AirPassengers, "multiplicative").
    r = [0.9102, 0.8836, 1.0074, 0.9759, 0.9814, 1.1128, 1.2266, 1.2199, 1.0605, 0.9218, 0.8012]
    np.testing.assert_allclose(figure[:11], r, atol=5e-5)


@pytest.mark.parametrize("freq", ["h", "15min", "s"])
def test_the_trend_stays_smooth_where_lambda_is_huge(freq: str) -> None:
    y = np.random.default_rng(0).normal(size=2000).cumsum()
    [prepared] = prepare([RawSeries("a", y, start="2024-01-01", freq=freq)], PreparationOptions())
    assert prepared.series is not None
    found = make("hp").decompose(prepared.series)
    check(y, found)
    line = np.polynomial.Polynomial.fit(np.arange(2000), y, 1)(np.arange(2000))
    np.testing.assert_allclose(found.columns["trend"], line, atol=0.02 * np.ptp(y))
