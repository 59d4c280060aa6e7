"""Intermittent demand and plain means: equal to statsforecast, and a few in the head."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import BadValues
from models.forecasters.base import Forecaster
from models.forecasters.baseline.mean import Mean
from models.forecasters.baseline.seasonal_window_mean import (
    SeasonalWindowMean,
    SeasonalWindowMeanParams,
)
from models.forecasters.baseline.window_mean import WindowMean, WindowMeanParams
from models.forecasters.intermittent.adida import ADIDA, ADIDAParams
from models.forecasters.intermittent.croston import Croston, CrostonParams
from models.forecasters.intermittent.tsb import TSB, TSBParams
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from tests.models.build import series_of

GOLDEN: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "golden/intermittent.json").read_text(encoding="utf-8")
)
MODELS: list[tuple[str, Forecaster[Any], int]] = [
    ("croston classic", Croston(CrostonParams(variant="classic")), 1),
    ("croston optimized", Croston(CrostonParams(variant="optimized")), 1),
    ("croston sba", Croston(), 1),
    ("tsb", TSB(), 1),
    ("adida", ADIDA(), 1),
    ("seasonal_window_mean", SeasonalWindowMean(), 7),
    ("mean", Mean(), 1),
]


@pytest.mark.parametrize("golden", GOLDEN)
@pytest.mark.parametrize(("key", "model", "season"), MODELS)
def test_the_forecast_is_that_of_statsforecast(
    key: str, model: Forecaster[Any], season: int, golden: dict[str, Any]
) -> None:
    fitted = model.clone().fit_one(series_of(golden["y"], season))
    rtol = 1e-3 if key in ("croston optimized", "adida") else 1e-9  # those search for a factor
    np.testing.assert_allclose(fitted.predict(3).mean[0], golden[key], rtol=rtol)


@pytest.mark.parametrize("golden", GOLDEN)
@pytest.mark.parametrize(("key", "model", "season"), [MODELS[0], MODELS[3]])
def test_the_fitted_values_are_those_of_statsforecast(
    key: str, model: Forecaster[Any], season: int, golden: dict[str, Any]
) -> None:
    fitted = model.clone().fit_one(series_of(golden["y"], season)).fitted()
    assert fitted is not None
    expected = np.array(golden["fitted"][key], dtype=float)
    known = np.isfinite(fitted[0]) & np.isfinite(expected)
    assert known.sum() > 40
    np.testing.assert_allclose(fitted[0][known], expected[known])


@pytest.mark.parametrize("method", ["auto", "bootstrap", "parametric"])
@pytest.mark.parametrize("name", ["croston", "tsb", "adida"])
def test_no_interval_reaches_below_no_demand(name: str, method: Any) -> None:
    rng = np.random.default_rng(3)
    y = np.where(rng.random(80) < 0.3, rng.integers(1, 9, 80), 0).astype(float)
    task = ForecastTask(ModelSpec(name), 6, levels=(80.0, 95.0), interval_method=method)
    (outcome,) = forecast_many(task, [series_of(y)])
    assert outcome.result is not None
    assert {0.0} == {float(band.lower.min()) for band in outcome.result.bands.values()}


def test_the_interval_of_a_mean_is_that_of_statsforecast() -> None:
    band = Mean().fit_one(series_of(GOLDEN[0]["y"])).predict(3).interval(80.0)
    assert band is not None
    np.testing.assert_allclose(band.lower[0], GOLDEN[0]["mean lo-80"], rtol=1e-6)


IN_THE_HEAD: list[tuple[Forecaster[Any], list[float], int, list[float]]] = [
    (Mean(), [1, 2, 6], 1, [3, 3, 3]),
    (WindowMean(WindowMeanParams(window=2)), [1, 2, 6], 1, [4, 4, 4]),
    (WindowMean(), [1, 2, 6], 1, [3, 3, 3]),
    (SeasonalWindowMean(), [1, 5, 3, 7], 2, [2, 6, 2]),
    (SeasonalWindowMean(SeasonalWindowMeanParams(cycles=1)), [1, 5, 3, 7], 2, [3, 7, 3]),
    (Croston(CrostonParams(variant="classic", alpha=1.0)), [0, 2, 0, 6], 1, [3, 3, 3]),
    (Croston(CrostonParams(alpha=1.0)), [0, 2, 0, 6], 1, [1.5, 1.5, 1.5]),
    (TSB(TSBParams(alpha_size=1.0, alpha_probability=0.5)), [0, 4, 0, 0], 1, [0.5, 0.5, 0.5]),
    (ADIDA(ADIDAParams(bucket=4)), [9, 0, 4, 0, 0], 1, [1, 1, 1]),
]


@pytest.mark.parametrize(("model", "y", "season", "expected"), IN_THE_HEAD)
def test_in_the_head(
    model: Forecaster[Any], y: list[float], season: int, expected: list[float]
) -> None:
    np.testing.assert_allclose(
        model.clone().fit_one(series_of(y, season)).predict(3).mean[0], expected
    )


def test_demand_that_dies_out_is_forgotten_by_tsb_only() -> None:
    y = [3.0, 0.0, 2.0, 4.0, *[0.0] * 40]
    assert TSB().fit_one(series_of(y)).predict(1).mean[0][0] < 0.01
    assert Croston().fit_one(series_of(y)).predict(1).mean[0][0] > 1


@pytest.mark.parametrize("model", [Croston(), TSB(), ADIDA()])
def test_demand_is_never_negative(model: Forecaster[Any]) -> None:
    with pytest.raises(BadValues, match="row 1 is -2"):
        model.clone().fit_one(series_of([1.0, -2.0, 3.0]))


@pytest.mark.parametrize("model", [Croston(), TSB(), ADIDA()])
def test_no_demand_at_all_is_forecast_as_none(model: Forecaster[Any]) -> None:
    assert (model.clone().fit_one(series_of([0.0, 0.0, 0.0])).predict(2).mean[0] == 0).all()


@pytest.mark.parametrize("model", [ADIDA(), Croston(CrostonParams(variant="optimized"))])
def test_what_was_learned_stays_when_another_series_is_continued(model: Forecaster[Any]) -> None:
    y = np.array([0, 0, 3, 0, 0, 0, 2, 0, 0, 6, 0, 0, 1, 0, 0, 5] * 3, dtype=float)
    learned = model.clone().fit_one(series_of(y))
    (part,) = learned.apply([series_of(np.repeat([4.0, 9.0, 0.0], 12))]).parts
    assert part.model.learned_ == learned.learned_
    assert part.model.predict(1).mean[0, 0] != learned.predict(1).mean[0, 0]


@pytest.mark.parametrize("model", [Croston(), TSB(), ADIDA()])
def test_a_season_that_a_flat_forecast_leaves_out_is_told(model: Forecaster[Any]) -> None:
    random, day = np.random.default_rng(0), np.arange(140)
    shop = np.where(np.isin(day % 7, (1, 3, 4)), random.poisson(8, 140) + 1.0, 0.0)
    rare = np.where(random.random(140) < 0.2, random.poisson(3, 140) + 1.0, 0.0)
    (told,) = model.clone().fit_one(series_of(shop, None)).notices()
    assert told.code == "season_left_out"
    assert "7" in told.message
    assert not model.clone().fit_one(series_of(rare, None)).notices()
