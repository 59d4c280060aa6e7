"""STL as a forecaster: its seasons are statsmodels', its rest any forecaster's."""

import numpy as np
import pytest
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.seasonal import MSTL
from statsmodels.tsa.statespace.sarimax import SARIMAX

from models.errors import InvalidParameter, SeriesTooShort
from models.forecasters.decomposition.stl import STL, STLParams
from models.params import validate
from tests.datasets import load, log_passengers
from tests.models.build import series_of


def test_it_equals_the_original_with_a_random_walk_for_the_rest() -> None:
    _, y = load("airpassengers")
    original = STLForecast(y, SARIMAX, model_kwargs={"order": (0, 1, 0)}, period=12).fit(
        fit_kwargs={"disp": False}
    )
    model = STL(STLParams(forecaster="naive")).fit_one(series_of(y, season_length=12))
    np.testing.assert_allclose(model.predict(30).mean[0], original.forecast(30), rtol=1e-10)


def test_several_seasons_are_those_of_mstl() -> None:
    t = np.arange(24 * 28)
    rng = np.random.default_rng(0)
    y = np.sin(2 * np.pi * t / 24) + 2 * np.sin(2 * np.pi * t / 168) + 0.1 * rng.normal(size=t.size)
    model = STL(STLParams(forecaster="naive")).fit_one(series_of(y, season_length=[24, 168]))
    found = MSTL(y, periods=(24, 168)).fit().seasonal
    for m, cycle, part in zip((24, 168), model.last_cycles_, found.T, strict=True):
        np.testing.assert_allclose(cycle, part[-m:])
    ahead = np.arange(t.size, t.size + 168)
    truth = np.sin(2 * np.pi * ahead / 24) + 2 * np.sin(2 * np.pi * ahead / 168)
    assert np.abs(model.predict(168).mean[0] - truth).max() < 0.6
    assert model.info().season_length == (24, 168)


def test_robust_keeps_an_outlier_out_of_the_season() -> None:
    clean = log_passengers()
    dirty = clean.copy()
    dirty[-18] += 3.0

    def shift(*, robust: bool) -> float:
        params = STLParams(forecaster="naive", robust=robust)
        with_it, without = (
            STL(params).fit_one(series_of(y, season_length=12)).predict(12).mean[0]
            for y in (dirty, clean)
        )
        return float(np.abs(with_it - without).sum())

    assert shift(robust=True) < shift(robust=False) / 2


def test_the_title_names_what_is_within() -> None:
    _, y = load("airpassengers")
    model = STL(STLParams(forecaster="drift")).fit_one(series_of(y, season_length=12))
    assert model.info().title.startswith("STL + ")


def test_it_is_not_its_own_forecaster() -> None:
    with pytest.raises(InvalidParameter, match="within itself"):
        validate(STLParams, {"forecaster": "stl"})


def test_two_cycles_are_the_least() -> None:
    with pytest.raises(SeriesTooShort, match="at least 24"):
        STL().fit_one(series_of(np.arange(23.0), season_length=12))
    cycle = np.sin(np.arange(12.0))
    model = STL().fit_one(series_of(np.tile(cycle, 2), season_length=12))
    np.testing.assert_allclose(model.predict(12).mean[0], cycle, atol=0.1)


def test_what_was_learned_continues_another_series_with_its_own_season() -> None:
    t = np.arange(72)
    model = STL(STLParams(forecaster="ses")).fit_one(
        series_of(np.sin(2 * np.pi * t / 12), season_length=12)
    )
    other = series_of(50.0 + 9.0 * np.cos(2 * np.pi * t / 12), season_length=12)
    (part,) = model.apply([other]).parts
    np.testing.assert_allclose(part.model.predict(12).mean[0], other.y[:12], atol=0.2)
    found = model.apply([other.head(20)])
    assert isinstance(found.errors[0], SeriesTooShort)
