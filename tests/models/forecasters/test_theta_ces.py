"""Theta and CES: equal to statsforecast; the season test; the interval of CES by probing its filter."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import SeriesTooShort
from models.forecasters._season import is_seasonal, seasonal_figure
from models.forecasters.base import Forecaster
from models.forecasters.ces import CES, CESParams, advance, impulse
from models.forecasters.optimized_theta import OptimizedTheta, OptimizedThetaParams
from models.forecasters.theta import Theta, ThetaParams
from tests.datasets import load
from tests.models.build import series_of

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden/smoothing.json").read_text(encoding="utf-8")
)
PASSENGERS = load("airpassengers")[1]


@pytest.mark.parametrize("decomposition", ["multiplicative", "additive"])
@pytest.mark.parametrize(
    ("kind", "model", "params"),
    [("STM", Theta, ThetaParams), ("OTM", OptimizedTheta, OptimizedThetaParams)],
)
def test_theta_is_that_of_statsforecast(
    kind: str, model: Any, params: Any, decomposition: str
) -> None:
    fitted = model(params(decomposition=decomposition)).fit(series_of(PASSENGERS, 12))
    np.testing.assert_allclose(fitted.predict(15), GOLDEN["theta"][f"{kind} {decomposition}"])


@pytest.mark.parametrize("seasonal", ["none", "simple", "partial", "full"])
def test_ces_is_that_of_statsforecast(seasonal: Any) -> None:
    model = CES(CESParams(seasonal=seasonal)).fit(series_of(PASSENGERS, 12))
    np.testing.assert_allclose(model.predict(15), GOLDEN["ces"][seasonal], rtol=1e-6)


def test_ces_chooses_a_season_where_there_is_one() -> None:
    assert CES().fit(series_of(PASSENGERS, 12)).info().title == "CES (full season)"
    assert CES().fit(series_of(PASSENGERS, 1)).info().title == "CES (no season)"
    assert CES().fit(series_of(PASSENGERS[:20], 12)).info().season_length == ()


@pytest.mark.parametrize("seasonal", ["N", "S", "P", "F"])
def test_the_impulse_is_what_one_error_does_to_the_library_s_filter(seasonal: str) -> None:
    from statsforecast._lib import ces as library

    m = 1 if seasonal == "N" else 4
    par = np.array([1.3, 0.95, 0.4 if seasonal == "P" else 1.2, 0.9])
    columns = {"N": 2, "S": 2, "P": 3, "F": 4}[seasonal]
    paths = []
    for error in (0.0, 1.0):
        y = np.zeros(12)
        y[0] = error
        states = np.zeros((len(y) + 2 * m, columns))
        errors, mse = np.zeros(len(y)), np.zeros(3)
        kind = library.switch_ces(seasonal)
        library.cescalc(y, states, m, kind, *par, errors, mse, 3, 0)
        paths.append(errors)
    expected = [1.0]
    ours = impulse(seasonal, par, m, 12)
    # with all later values 0, the errors e solve: 0 = e_t + sum over j of weight_j times e_(t-j)
    solved = np.zeros(12)
    solved[0] = 1.0
    for step in range(1, 12):
        solved[step] = -np.dot(ours[1 : step + 1], solved[step - 1 :: -1][:step])
    np.testing.assert_allclose(paths[1] - paths[0], solved, atol=1e-9)
    assert expected[0] == ours[0]


def test_a_perfect_fit_is_no_failure_of_ces() -> None:
    model = CES().fit(series_of(np.tile([0.0, 1.0], 7)[:13], 4))
    np.testing.assert_allclose(model.predict(4), [1, 0, 1, 0], atol=1e-9)


@pytest.mark.parametrize("seasonal", ["none", "simple", "partial", "full"])
def test_an_update_of_ces_equals_the_library_s_filter(seasonal: str) -> None:
    from statsforecast.ces import auto_ces

    fit = auto_ces(PASSENGERS, 12, model=seasonal[0].upper())
    m, states = fit["m"], np.asarray(fit["states"])
    par = np.array([float(value) for value in fit["par"].values()])
    state = states[100 : 100 + m]
    for value, expected in zip(PASSENGERS[100:], fit["fitted"][100:], strict=True):
        mean, state = advance(seasonal[0].upper(), par, state, value)
        assert mean == pytest.approx(expected)
    np.testing.assert_allclose(state, states[144 : 144 + m])


def test_an_update_of_theta_at_once_equals_one_by_one() -> None:
    model = Theta().fit(series_of(PASSENGERS[:100], 1))
    before = model.fitted_.tolist()
    model.update(PASSENGERS[100:])
    assert model.fitted_[:100].tolist() == before
    one_by_one = Theta().fit(series_of(PASSENGERS[:100], 1))
    for step in range(100, 144):
        expected = one_by_one.predict(1)[0]
        assert model.fitted_[step] == pytest.approx(expected)
        one_by_one.update(PASSENGERS[step : step + 1])


def test_the_season_test_tells_a_season_from_noise() -> None:
    assert is_seasonal(PASSENGERS, 12)
    assert not is_seasonal(np.random.default_rng(0).normal(size=100), 12)
    assert not is_seasonal(PASSENGERS[:23], 12)
    assert not is_seasonal(np.ones(50), 12)


@pytest.mark.parametrize("multiplicative", [False, True])
@pytest.mark.parametrize("m", [4, 7, 12])
def test_the_seasonal_figure_is_that_of_statsmodels(m: int, multiplicative: bool) -> None:
    from statsmodels.tsa.seasonal import seasonal_decompose

    kind = "multiplicative" if multiplicative else "additive"
    expected = seasonal_decompose(PASSENGERS, model=kind, period=m).seasonal[:m]
    np.testing.assert_allclose(seasonal_figure(PASSENGERS, m, multiplicative), expected)


@pytest.mark.parametrize("model", [Theta(), OptimizedTheta(), CES()])
def test_the_interval_holds_the_last_year_of_the_airline_passengers(model: Forecaster[Any]) -> None:
    band = model.fit(series_of(PASSENGERS[:-12], 12)).band_group(12, 95.0)
    assert band is not None
    inside = (band.lower[0] <= PASSENGERS[-12:]) & (band.upper[0] >= PASSENGERS[-12:])
    assert inside.sum() >= 9


def test_a_season_of_ces_wants_two_cycles() -> None:
    with pytest.raises(SeriesTooShort, match="at least 24"):
        CES(CESParams(seasonal="full")).fit(series_of(PASSENGERS[:20], 12))


def test_values_below_zero_have_an_additive_season() -> None:
    model = Theta().fit(series_of(PASSENGERS - 300, 12))
    assert not model.multiplicative_
    assert len(model.figure_) == 12
