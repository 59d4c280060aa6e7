"""Every decomposition against the library that it follows, with defaults and without."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.filters.hp_filter import hpfilter
from statsmodels.tsa.seasonal import MSTL, STL, seasonal_decompose

from models import registry
from models.decomposers.base import Decomposer, Decomposition
from models.registry import ModelSpec
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

AIR = load("airpassengers")[1]
BIKES = load("bike_rentals_hourly")[1]


def split(y: FloatArray, season: int | list[int], name: str, **params: Any) -> Decomposition:
    model = registry.create(Decomposer, ModelSpec(name, params))
    return model.decompose(series_of(y, season_length=season))


def equal(found: FloatArray, expected: Any) -> None:
    np.testing.assert_allclose(found, np.asarray(expected), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("params", "theirs"),
    [
        ({}, {}),
        ({"model": "multiplicative"}, {"model": "multiplicative"}),
        ({"two_sided": False}, {"two_sided": False}),
        ({"extrapolate": True}, {"extrapolate_trend": 12}),
    ],
)
def test_classical(params: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = split(AIR, 12, "classical", **params)
    expected = seasonal_decompose(AIR, period=12, **theirs)
    equal(found.columns["trend"], expected.trend)
    equal(found.columns["seasonal"], expected.seasonal)
    equal(found.columns["residual"], expected.resid)


@pytest.mark.parametrize("params", [{}, {"seasonal": 13}, {"trend": 25}, {"robust": True}])
def test_stl(params: dict[str, Any]) -> None:
    found = split(AIR, 12, "stl", **params)
    expected = STL(AIR, period=12, **params).fit()
    equal(found.columns["trend"], expected.trend)
    equal(found.columns["seasonal"], expected.seasonal)
    equal(found.columns["residual"], expected.resid)


def test_a_season_of_its_own_counts() -> None:
    equal(split(AIR, 12, "stl", season_length=6).columns["trend"], STL(AIR, period=6).fit().trend)


def test_a_trend_window_within_the_season_is_widened_and_told() -> None:
    model = registry.create(Decomposer, ModelSpec("stl", {"trend": 5}))
    found = model.decompose(series_of(AIR, season_length=12))
    equal(found.columns["trend"], STL(AIR, period=12, trend=13).fit().trend)
    [notice] = model.notices()
    assert notice.code == "window_widened"
    assert "13" in notice.message


@pytest.mark.parametrize(
    ("params", "theirs"),
    [
        ({}, {}),
        ({"windows": [21, 31]}, {"windows": (21, 31)}),
        ({"windows": [9]}, {"windows": (9, 9)}),
        ({"robust": True, "trend": 301}, {"stl_kwargs": {"robust": True, "trend": 301}}),
    ],
)
def test_mstl(params: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = split(BIKES, [168, 24], "mstl", **params)
    expected = MSTL(BIKES, periods=(24, 168), **theirs).fit()
    assert list(found.columns) == ["trend", "seasonal", "residual", "seasonal_24", "seasonal_168"]
    equal(found.columns["trend"], expected.trend)
    equal(found.columns["seasonal_24"], expected.seasonal[:, 0])
    equal(found.columns["seasonal_168"], expected.seasonal[:, 1])
    equal(found.columns["seasonal"], expected.seasonal.sum(axis=1))
    equal(found.columns["residual"], expected.resid)


def test_mstl_leaves_out_a_season_without_two_cycles_and_tells() -> None:
    model = registry.create(Decomposer, ModelSpec("mstl", {"season_length": [24, 400]}))
    found = model.decompose(series_of(BIKES))
    assert "seasonal_24" in found.columns
    assert "seasonal_400" not in found.columns
    assert [notice.code for notice in model.notices()] == ["season_left_out"]
    assert model.info().season_length == (24,)


@pytest.mark.parametrize(("params", "smoothness"), [({}, 1600.0), ({"smoothness": 7.0}, 7.0)])
def test_hp(params: dict[str, Any], smoothness: float) -> None:
    found = split(AIR, 1, "hp", **params)
    cycle, trend = hpfilter(AIR, smoothness)
    equal(found.columns["trend"], trend)
    equal(found.columns["cycle"], cycle)


def test_lambda_is_another_name() -> None:
    short = split(AIR, 1, "hp", **{"lambda": 100.0})
    equal(short.columns["trend"], split(AIR, 1, "hp", smoothness=100.0).columns["trend"])


@pytest.mark.parametrize("window", [3, 4, 12])
def test_sma(window: int) -> None:
    rolled = pd.Series(AIR).rolling(window)
    equal(split(AIR, 1, "sma", window=window, centered=False).columns["trend"], rolled.mean())
    centred = pd.Series(AIR).rolling(window, center=True).mean()
    if window % 2 == 0:
        centred = rolled.mean().rolling(2).mean().shift(-(window // 2))
    found = split(AIR, 1, "sma", window=window)
    equal(found.columns["trend"], centred)
    equal(found.columns["residual"], AIR - centred)


def test_the_window_is_the_season_unless_said_otherwise() -> None:
    equal(split(AIR, 12, "sma").columns["trend"], split(AIR, 1, "sma", window=12).columns["trend"])


@pytest.mark.parametrize(
    ("params", "theirs"),
    [({"alpha": 0.3}, {"alpha": 0.3}), ({"span": 9.0}, {"span": 9}), ({}, {"span": 5})],
)
def test_ewma(params: dict[str, Any], theirs: dict[str, Any]) -> None:
    expected = pd.Series(AIR).ewm(adjust=False, **theirs).mean()
    equal(split(AIR, 1, "ewma", **params).columns["trend"], expected)
