"""Decompositions of transformed series: their parts, transformed back, are parts of the series."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.decomposers.base import PARTS, Decomposition
from models.errors import InvalidParameter
from models.registry import ModelSpec
from models.tasks.decompose import DecomposeTask, decompose_many
from models.tasks.task import TaskOptions
from models.transforms.transform import BoxCox
from models.types import FloatArray
from tests.models.build import series_of

METHODS = [
    *(ModelSpec(name) for name in ("classical", "ewma", "hp", "sma", "stl")),
    ModelSpec("mstl", {"season_length": [4, 14]}),
    ModelSpec("classical", {"model": "multiplicative"}),
]
TRANSFORMS: list[Any] = [
    *("log", "log1p", "boxcox", "standard", "minmax", "robust"),
    ["log", "standard"],
    BoxCox(lmbda=-0.5),
]


def growing(size: int, seed: int, scale: float = 1.0) -> FloatArray:
    """Positive values above ``3 scale``, whose season and scatter grow with their level."""
    rng, t = np.random.default_rng(seed), np.arange(size)
    season = 0.3 * np.sin(2 * np.pi * t / 7) + 0.1 * np.cos(2 * np.pi * t / 4)
    return np.asarray(scale * np.exp(3 + 0.01 * t + season + rng.normal(0, 0.1, size)))


def taken_apart(y: FloatArray, method: ModelSpec, transform: Any) -> Decomposition:
    task = DecomposeTask(method, options=TaskOptions(transform=transform))
    (outcome,) = decompose_many(task, [series_of(y, season_length=7)])
    assert outcome.result is not None, outcome.error
    return outcome.result


@pytest.mark.parametrize("method", METHODS, ids=str)
@settings(max_examples=25)
@given(st.integers(35, 90), st.integers(0, 99), st.sampled_from([1.0, 1e3, 1e9]))
def test_the_parts_of_a_logarithm_give_the_series_back(
    method: ModelSpec, size: int, seed: int, scale: float
) -> None:
    y = growing(size, seed, scale)
    found = taken_apart(y, method, "log")
    whole = found.together()
    known = np.isfinite(whole)
    assert known.sum() >= size - 8
    np.testing.assert_allclose(whole[known], y[known], rtol=1e-9)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=str)
@pytest.mark.parametrize("method", METHODS[:-1], ids=str)
def test_so_do_those_of_every_transform(method: ModelSpec, transform: Any) -> None:
    y = growing(60, 0)
    whole = taken_apart(y, method, transform).together()
    known = np.isfinite(whole)
    np.testing.assert_allclose(whole[known], y[known], rtol=1e-9)


def test_a_part_is_what_it_adds_to_the_parts_before_it() -> None:
    y = growing(80, 1)
    logs = taken_apart(np.log(y), ModelSpec("stl"), None).columns
    found = taken_apart(y, ModelSpec("stl"), "log").columns
    np.testing.assert_allclose(found["trend"], np.exp(logs["trend"]))
    both = np.exp(logs["trend"] + logs["seasonal"])
    np.testing.assert_allclose(found["seasonal"], both - np.exp(logs["trend"]))
    np.testing.assert_allclose(found["residual"], y - both, atol=1e-9)


def test_several_seasons_follow_each_other_and_add_up_to_the_season() -> None:
    found = taken_apart(growing(90, 2), METHODS[5], "log").columns
    assert list(found) == ["trend", "seasonal", "residual", "seasonal_4", "seasonal_14"]
    np.testing.assert_allclose(found["seasonal"], found["seasonal_4"] + found["seasonal_14"])
    assert np.ptp(found["seasonal_4"]) > 0


def test_where_parts_multiply_ratios_come_back() -> None:
    y = growing(60, 3)
    logs = taken_apart(np.log(y), METHODS[-1], None).columns
    found = taken_apart(y, METHODS[-1], "log")
    assert found.combined == "product"
    inner = slice(3, -3)
    ratio = np.exp(logs["trend"] * logs["seasonal"] - logs["trend"])
    np.testing.assert_allclose(found.columns["seasonal"][inner], ratio[inner])
    assert np.isnan(found.columns["trend"][0])


def test_shifts_and_scales_change_nothing() -> None:
    y = growing(60, 4)
    plain = taken_apart(y, ModelSpec("stl"), None).columns
    for name, part in taken_apart(y, ModelSpec("stl"), "standard").columns.items():
        np.testing.assert_allclose(part, plain[name], atol=1e-8 * y.max())


def test_a_constant_is_all_trend_whatever_the_transform() -> None:
    found = taken_apart(np.full(20, 3.0), ModelSpec("hp"), "log")
    assert found.columns["trend"].tolist() == [3.0] * 20


def test_differences_are_refused() -> None:
    task = DecomposeTask(ModelSpec("hp"), options=TaskOptions(transform=["log", "difference"]))
    with pytest.raises(InvalidParameter, match="difference") as caught:
        decompose_many(task, [])
    assert caught.value.problems[0].path == ("transform",)
    assert caught.value.hint


def test_an_error_of_the_method_tells_that_values_were_transformed() -> None:
    task = DecomposeTask(METHODS[-1], options=TaskOptions(transform="log"))
    (outcome,) = decompose_many(task, [series_of(growing(30, 0) / 1e3, season_length=7)])
    assert outcome.error is not None
    assert outcome.error.code == "bad_values"
    assert outcome.error.message.endswith("(after log)")


def test_columns_are_parts_in_order() -> None:
    found = taken_apart(growing(60, 5), ModelSpec("hp"), "log")
    assert [name for name in found.columns if name in PARTS] == ["trend", "cycle"]
