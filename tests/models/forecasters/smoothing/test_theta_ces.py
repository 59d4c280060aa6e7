"""Theta and CES against statsforecast; scale and shift of theta; the season test; the interval of CES."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import SeriesTooShort
from models.forecasters.base import Forecaster
from models.forecasters.smoothing._drift import fit_drift
from models.forecasters.smoothing._dynamic_theta import fit_dynamic, growth
from models.forecasters.smoothing.ces import CES, CESParams, advance, impulse
from models.forecasters.smoothing.optimized_theta import OptimizedTheta, OptimizedThetaParams
from models.forecasters.smoothing.theta import Theta, ThetaParams
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "golden/smoothing.json").read_text(encoding="utf-8")
)
PASSENGERS = load("airpassengers")[1]


def varied(count: int = 48) -> list[FloatArray]:
    """Walks, autoregressions, trends, growth, noise and quick waves of 12 to 100 values."""
    made = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        t, noise = np.arange((12, 20, 40, 100)[seed // 6 % 4]), random.normal(size=100)
        noise = noise[: len(t)]
        kinds = (
            100 + (noise + 0.2).cumsum(),
            50 + noise[1:] + 0.8 * noise[:-1],
            100 + 0.5 * t + 2 * noise,
            np.exp(0.03 * t + 0.1 * noise),
            20 + noise,
            100 + 10 * np.sin(t / 2) + 2 * noise,
        )
        made.append(kinds[seed % 6])
    return made


def from_the_library(y: FloatArray, kind: str, given: Sequence[float] = (np.nan,) * 3) -> Any:
    """Fit statsforecast's theta model, or run it with its first level, alpha and theta given."""
    from statsforecast.theta import thetamodel

    return thetamodel(y, 1, kind, *given, nmse=3)


@pytest.mark.parametrize("decomposition", ["multiplicative", "additive"])
def test_theta_of_the_airline_passengers_is_about_that_of_statsforecast(decomposition: Any) -> None:
    # not to the last digit: its search leaves out the first three errors, and stops a little early
    model = Theta(ThetaParams(decomposition=decomposition)).fit_one(series_of(PASSENGERS, 12))
    expected = GOLDEN["theta"][f"STM {decomposition}"]
    np.testing.assert_allclose(model.predict(15).mean[0], expected, rtol=1e-3)


@pytest.mark.parametrize("decomposition", ["multiplicative", "additive"])
def test_optimised_theta_of_the_airline_passengers_is_near_that_of_statsforecast(
    decomposition: Any,
) -> None:
    # its search begins elsewhere on another level or in another unit, ours does not
    params = OptimizedThetaParams(decomposition=decomposition)
    model = OptimizedTheta(params).fit_one(series_of(PASSENGERS, 12))
    expected = GOLDEN["theta"][f"DOTM {decomposition}"]
    np.testing.assert_allclose(model.predict(15).mean[0], expected, rtol=2e-2)


def test_optimised_theta_fits_as_well_as_statsforecast_s_own_and_forecasts_as_it_would() -> None:
    from statsforecast.theta import forecast_theta

    ratios, apart = [], []
    for y in varied():
        library, ours = from_the_library(y, "DOTM"), OptimizedTheta().fit_one(series_of(y))
        theirs = library["residuals"][3:]
        mine = (y - ours.fitted_)[3:]
        ratios.append((mine @ mine) / (theirs @ theirs))
        ahead = forecast_theta(library, 6)["mean"]
        apart.append(np.abs(ours.predict(6).mean[0] - ahead).mean() / np.abs(np.diff(y)).mean())
    assert np.median(ratios) == pytest.approx(1.0, abs=0.005)
    assert np.quantile(ratios, 0.9) < 1.05
    assert np.median(apart) < 0.1


@pytest.mark.parametrize("shift", [0.0, -250.0, 1e3])
def test_the_dynamic_line_is_the_library_s_filter_at_the_same_parameters(shift: float) -> None:
    from statsforecast.theta import forecast_theta

    for y in varied(12):
        x = (y - y[0]) / y.std() + 1.0
        library = from_the_library(x, "DOTM")
        ours = OptimizedTheta().fit_one(series_of(y + shift))
        expected = (forecast_theta(library, 9)["mean"] - 1.0) * y.std() + y[0] + shift
        np.testing.assert_allclose(ours.predict(9).mean[0], expected, rtol=1e-6, atol=1e-4)


def test_the_error_of_the_dynamic_line_grows_as_in_simulated_futures() -> None:
    line = fit_dynamic(varied()[8]).line
    random, ends = np.random.default_rng(0), []
    for _ in range(4000):
        now, path = line, []
        for error in random.normal(size=12).tolist():
            path.append(now.ahead + error)
            now = now.after(path[-1])
        ends.append(path)
    np.testing.assert_allclose(np.std(ends, axis=0), growth(line, 12), rtol=0.06)


def test_a_long_series_is_searched_in_its_last_values_and_followed_from_its_first() -> None:
    y = 100 + np.random.default_rng(3).normal(size=1500).cumsum()
    model, late = (OptimizedTheta().fit_one(series_of(one)) for one in (y, y[-1000:]))
    assert (model.alpha_, model.theta_) == (late.alpha_, late.theta_)
    assert np.isfinite(model.fitted_[1:]).all()
    np.testing.assert_allclose(model.predict(3).mean[0], late.predict(3).mean[0], atol=0.5)


def test_theta_is_the_model_of_statsforecast_at_a_better_optimum() -> None:
    for y in varied():
        ours = fit_drift(y, 0.5)
        theirs = from_the_library(y, "STM")["residuals"]
        assert ours.squares <= float(theirs @ theirs) * (1 + 1e-6)
        slope, first = np.polyfit(np.arange(1, len(y) + 1), y, 1)
        level = (y - ours.errors)[0] - 0.5 * (slope + first)
        same = from_the_library(y, "STM", (level, ours.alpha, 2.0))
        np.testing.assert_allclose(same["residuals"], ours.errors, atol=1e-6 * np.abs(y).mean())


def test_the_forecast_is_that_of_statsforecast_with_the_same_parameters() -> None:
    from statsforecast.theta import forecast_theta

    y = varied()[2]
    model = Theta().fit_one(series_of(y))
    slope, first = np.polyfit(np.arange(1, len(y) + 1), y, 1)
    given = (model.fitted_[0] - 0.5 * (slope + first), model.alpha_, 2.0)
    expected = forecast_theta(from_the_library(y, "STM", given), 15)["mean"]
    np.testing.assert_allclose(model.predict(15).mean[0], expected)


@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
@pytest.mark.parametrize("unit", [1e-90, 1e-9, 1e-3, 1e4, 1e9, 1e90])
def test_theta_is_the_same_in_other_units(model: Any, unit: float) -> None:
    season = 100 + 10 * np.sin(np.arange(100) * np.pi / 6)
    noisy = season + 2 * np.random.default_rng(1).normal(size=100)
    for y in [noisy, PASSENGERS, *varied(12)]:
        one, other = model().fit_one(series_of(y, 12)), model().fit_one(series_of(y * unit, 12))
        np.testing.assert_allclose(
            other.predict(6).mean[0] / unit, one.predict(6).mean[0], rtol=1e-9
        )
        bands = one.predict(6).interval(80.0), other.predict(6).interval(80.0)
        np.testing.assert_allclose(bands[1].upper / unit, bands[0].upper, rtol=1e-9)


@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
@pytest.mark.parametrize("shift", [-100.0, 1e2, 1e4, 1e6, 1e9])
def test_theta_without_a_season_moves_with_the_series(model: Any, shift: float) -> None:
    for y in [30 + np.random.default_rng(2).normal(size=80).cumsum(), *varied(12)]:
        one, other = model().fit_one(series_of(y)), model().fit_one(series_of(y + shift))
        np.testing.assert_allclose(
            other.predict(6).mean[0] - shift, one.predict(6).mean[0], atol=1e-5
        )
        assert other.alpha_ == pytest.approx(one.alpha_, abs=1e-5)


def test_optimised_theta_follows_a_trend_and_draws_none_where_there_is_none() -> None:
    random, t = np.random.default_rng(4), np.arange(60)
    flat = OptimizedTheta().fit_one(series_of(100 + random.normal(size=60)))
    steep = OptimizedTheta().fit_one(series_of(100 + 2.0 * t + random.normal(size=60)))
    assert np.ptp(flat.predict(9).mean[0]) < 0.2
    np.testing.assert_allclose(np.diff(steep.predict(9).mean[0]), 2.0, rtol=0.1)


@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
@pytest.mark.parametrize(
    "y", [np.full(20, 0.1), np.zeros(9), np.arange(30.0), np.array([1.0, 2, 4, 3, 5])]
)
def test_theta_of_series_without_noise(model: Any, y: FloatArray) -> None:
    fitted = model().fit_one(series_of(y))
    assert np.isfinite(fitted.predict(5).mean[0]).all()
    if np.ptp(y) == 0:
        np.testing.assert_allclose(fitted.predict(5).mean[0], y[0])


@pytest.mark.parametrize("seasonal", ["none", "simple", "partial", "full"])
def test_ces_is_that_of_statsforecast(seasonal: Any) -> None:
    model = CES(CESParams(seasonal=seasonal)).fit_one(series_of(PASSENGERS, 12))
    np.testing.assert_allclose(model.predict(15).mean[0], GOLDEN["ces"][seasonal], rtol=1e-6)


def test_ces_chooses_a_season_where_there_is_one() -> None:
    assert CES().fit_one(series_of(PASSENGERS, 12)).info().title == "CES (full season)"
    assert CES().fit_one(series_of(PASSENGERS, 1)).info().title == "CES (no season)"
    assert CES().fit_one(series_of(PASSENGERS[:20], 12)).info().season_length == ()


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
    model = CES().fit_one(series_of(np.tile([0.0, 1.0], 7)[:13], 4))
    np.testing.assert_allclose(model.predict(4).mean[0], [1, 0, 1, 0], atol=1e-9)


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


@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
def test_an_update_of_theta_at_once_equals_one_by_one(model: Any) -> None:
    at_once = model().fit_one(series_of(PASSENGERS[:100], 1))
    before = at_once.fitted_.tolist()
    at_once.update(PASSENGERS[100:])
    np.testing.assert_array_equal(at_once.fitted_[:100], before)
    one_by_one = model().fit_one(series_of(PASSENGERS[:100], 1))
    for step in range(100, 144):
        expected = one_by_one.predict(1).mean[0][0]
        assert at_once.fitted_[step] == pytest.approx(expected)
        one_by_one.update(PASSENGERS[step : step + 1])
    np.testing.assert_allclose(at_once.predict(9).mean[0], one_by_one.predict(9).mean[0])


@pytest.mark.parametrize("model", [Theta(), OptimizedTheta(), CES()])
def test_the_interval_holds_the_last_year_of_the_airline_passengers(model: Forecaster[Any]) -> None:
    band = model.fit_one(series_of(PASSENGERS[:-12], 12)).predict(12).interval(95.0)
    assert band is not None
    inside = (band.lower[0] <= PASSENGERS[-12:]) & (band.upper[0] >= PASSENGERS[-12:])
    assert inside.sum() >= 9


def test_a_season_of_ces_wants_two_cycles() -> None:
    with pytest.raises(SeriesTooShort, match="at least 24"):
        CES(CESParams(seasonal="full")).fit_one(series_of(PASSENGERS[:20], 12))


def test_values_below_zero_have_an_additive_season() -> None:
    model = Theta().fit_one(series_of(PASSENGERS - 300, 12))
    assert not model.multiplicative_
    assert len(model.index_) == 12


@pytest.mark.parametrize("size", [24, 27, 30, 35])
@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
def test_two_cycles_of_a_clear_season_are_enough(
    size: int, model: type[Theta] | type[OptimizedTheta]
) -> None:
    season = 20.0 * np.sin(2 * np.pi * np.arange(size + 12) / 12)
    y = 100.0 + season + np.random.default_rng(size).normal(0, 2, size + 12)
    ahead = model().fit_one(series_of(y[:size], 12)).predict(12).mean[0]
    assert np.abs(ahead - y[size:]).mean() < 5.0
    noise = np.random.default_rng(size).normal(100, 2, size)
    assert np.ptp(model().fit_one(series_of(noise, 12)).predict(12).mean[0]) < 3.0


@pytest.mark.parametrize("model", [Theta, OptimizedTheta])
def test_a_season_in_a_trend_or_of_few_points_is_seen(
    model: type[Theta] | type[OptimizedTheta],
) -> None:
    steep = 100 + 5 * np.arange(48) + 20 * np.sin(np.arange(48) * np.pi / 6)
    trending = steep + np.random.default_rng(0).normal(size=48)
    assert len(model().fit_one(series_of(trending, 12)).index_) == 12
    repeated = model().fit_one(series_of(np.tile([1.0, 2.0, 3.0], 6), 3))
    assert repeated.predict(3).mean[0] == pytest.approx([1, 2, 3])
