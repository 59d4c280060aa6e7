"""Naive-like models: small tables to check in the head, statsforecast's numbers, intervals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import InvalidParameter
from models.forecasters.base import Forecaster
from models.forecasters.baseline.drift import Drift
from models.forecasters.baseline.ewma import EWMA, EWMAParams
from models.forecasters.baseline.naive import Naive
from models.forecasters.baseline.seasonal_naive import SeasonalNaive, SeasonalNaiveParams
from models.forecasters.baseline.sma import SMA, SMAParams
from models.params import validate
from tests.datasets import load
from tests.models.build import series_of

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "golden/smoothing.json").read_text(encoding="utf-8")
)
PASSENGERS = load("airpassengers")[1]

IN_THE_HEAD: list[tuple[Forecaster[Any], list[float], int, list[float]]] = [
    (Naive(), [5, 3], 1, [3, 3, 3]),
    (SeasonalNaive(), [1, 2, 3, 4, 5], 2, [4, 5, 4]),
    (SeasonalNaive(SeasonalNaiveParams(season_length=3)), [1, 2, 3, 4, 5], 2, [3, 4, 5]),
    (SeasonalNaive(), [1, 2], 1, [2, 2, 2]),
    (Drift(), [1, 7, 5], 1, [7, 9, 11]),
    (SMA(), [9, 1, 2, 3], 1, [2, 2, 2]),
    (SMA(SMAParams(window=2)), [9, 1, 2, 4], 1, [3, 3, 3]),
    (SMA(SMAParams(window=3, drift=True)), [1, 2, 3, 4], 1, [5, 6, 7]),
    (SMA(SMAParams(window=1, drift=True)), [1, 7, 5], 1, [7, 9, 11]),
    (EWMA(EWMAParams(alpha=0.5)), [0, 4, 4], 1, [3, 3, 3]),
    (EWMA(EWMAParams(span=3)), [0, 4, 4], 1, [3, 3, 3]),
    (EWMA(EWMAParams(alpha=1)), [5, 3], 1, [3, 3, 3]),
]


@pytest.mark.parametrize(("model", "y", "season", "expected"), IN_THE_HEAD)
def test_in_the_head(
    model: Forecaster[Any], y: list[float], season: int, expected: list[float]
) -> None:
    np.testing.assert_allclose(
        model.clone().fit_one(series_of(y, season)).predict(3).mean[0], expected
    )


@pytest.mark.parametrize("model", [Naive(), SeasonalNaive(), Drift()])
def test_forecast_and_interval_are_those_of_statsforecast(model: Forecaster[Any]) -> None:
    golden = GOLDEN["baselines"][model.name]
    model.fit_one(series_of(PASSENGERS, 12))
    np.testing.assert_allclose(model.predict(15).mean[0], golden["mean"], rtol=1e-8)
    low, high = model.predict(15).interval(80.0), model.predict(15).interval(95.0)
    assert low is not None
    assert high is not None
    np.testing.assert_allclose(low.lower[0], golden["lo-80"], rtol=3e-3)
    np.testing.assert_allclose(high.upper[0], golden["hi-95"], rtol=3e-3)


def test_the_moving_average_is_that_of_statsforecast() -> None:
    model = SMA(SMAParams(window=4)).fit_one(series_of(PASSENGERS, 12))
    np.testing.assert_allclose(model.predict(15).mean[0], GOLDEN["baselines"]["sma"]["mean"])


@pytest.mark.parametrize("drift", [False, True])
def test_a_window_of_one_has_the_interval_of_the_textbook(drift: bool) -> None:
    model = SMA(SMAParams(window=1, drift=drift)).fit_one(series_of(PASSENGERS))
    textbook = (Drift() if drift else Naive()).fit_one(series_of(PASSENGERS))
    mine, theirs = model.predict(15).interval(80.0), textbook.predict(15).interval(80.0)
    assert mine is not None
    assert theirs is not None
    np.testing.assert_allclose(mine.lower, theirs.lower)


@pytest.mark.parametrize(
    "params", [{"window": 0}, {"window": 2.5}, {"window": "three"}, {"drift": "perhaps"}]
)
def test_a_bad_window_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        validate(SMAParams, params)


@pytest.mark.parametrize("name", ["sunspots", "births_daily"])
def test_the_weighted_average_is_that_of_pandas_and_statsmodels(name: str) -> None:
    golden = GOLDEN["simple"][name]
    y = load(name)[1]
    y = y[-120:] if name == "sunspots" else y[:200]
    for key, params in (("alpha 0.3", EWMAParams(alpha=0.3)), ("span 9", EWMAParams(span=9))):
        model = EWMA(params).fit_one(series_of(y))
        assert model.predict(1).mean[0][0] == pytest.approx(golden[f"ewma {key}"][-1])
        assert model.fitted_[0, -1] == pytest.approx(golden[f"ewma {key}"][-2])
    model = EWMA().fit_one(series_of(y))
    expected = golden["fitted from the first value"]
    assert model.alpha_[0, 0] == pytest.approx(expected["alpha"], abs=1e-4)
    assert np.nansum((y - model.fitted_[0]) ** 2) == pytest.approx(expected["sse"], rel=1e-6)


def test_every_member_of_a_group_has_its_own_factor() -> None:
    random = np.random.default_rng(4)
    calm, walking = random.normal(size=80), np.cumsum(random.normal(size=80))
    [both] = EWMA().fit([series_of(calm), series_of(walking)]).parts
    factors = [info.params["alpha"] for info in both.model.infos(2)]
    assert factors[0] < 0.3
    assert factors[1] > 0.7
    alone = [EWMA().fit_one(series_of(y)).info().params["alpha"] for y in (calm, walking)]
    assert alone == pytest.approx(factors)


def test_intervals_of_ewma_widen_as_those_of_exponential_smoothing() -> None:
    made = EWMA(EWMAParams(alpha=0.5)).fit_one(series_of([1, 3, 2, 5, 4, 4])).predict(4)
    band = made.interval(80.0)
    assert band is not None
    half = (band.upper - band.lower)[0]
    np.testing.assert_allclose((half / half[0]) ** 2, 1.0 + 0.25 * np.arange(4))


def test_alpha_and_span_exclude_each_other() -> None:
    with pytest.raises(InvalidParameter, match="either alpha or span"):
        validate(EWMAParams, {"alpha": 0.3, "span": 5})


def test_two_points_tell_nothing_of_the_uncertainty_of_a_drift() -> None:
    band = Drift().fit_one(series_of([1.0, 2.0])).predict(3).interval(80.0)
    assert band is not None
    assert np.isnan(band.lower).all()
