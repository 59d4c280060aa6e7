"""What a series is like: known series are told as they are, and every measure against its source."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from statsmodels.tsa.seasonal import MSTL, STL

from models import registry
from models.analysis.intermittency import intermittency
from models.analysis.profile import Profile, profile
from models.analysis.strength import strengths
from models.analysis.suggestions import SeriesCharacteristics, Suggestion, suggest
from models.data.series import RawSeries, Series
from models.params import validate
from models.prepare import PreparationOptions, prepare
from models.tasks.profile import ProfileTask, profile_many
from tests.datasets import load, log_passengers
from tests.models.build import noise, series_of


def example(name: str) -> Series:
    ds, y = load(name)
    [prepared] = prepare([RawSeries(name, y, ds=ds)], PreparationOptions())
    assert prepared.series is not None
    return prepared.series


def names(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.name for one in suggestions]


# --- known series ------------------------------------------------------------


def test_airpassengers() -> None:
    found = profile(example("airpassengers"))
    assert found.seasons.used == found.seasons.acf == (12,)
    assert [peak.season_length for peak in found.seasons.spectrum] == [12]
    assert found.strengths is not None
    assert found.strengths.trend == pytest.approx(0.997, abs=0.002)
    assert found.strengths.seasonal == pytest.approx(0.98, abs=0.01)
    assert found.strengths.multiplicative
    assert found.stationarity is not None
    assert found.stationarity.verdict == "difference-stationary"
    assert found.noise is not None
    assert not found.noise.is_white_noise
    assert (found.holt_winters.is_candidate, found.holt_winters.seasonal) == (
        True,
        "multiplicative",
    )
    assert "grow with the level" in found.holt_winters.reason
    assert names(found.suggestions.forecasters)[:2] == ["auto", "holt_winters"]
    assert names(found.suggestions.detectors) == ["auto", "prediction_interval"]


def test_the_logarithm_of_airpassengers_is_additive() -> None:
    y = log_passengers()
    assert profile(series_of(y, 12)).holt_winters.seasonal == "additive"


def test_sunspots_come_every_eleven_years() -> None:
    found = profile(example("sunspots"))
    assert found.seasons.spectrum[0].period == pytest.approx(11.1, abs=0.2)
    assert found.seasons.acf[0] in (10, 11)


def test_bikes_have_days_and_weeks_which_holt_winters_cannot_take() -> None:
    found = profile(example("bike_rentals_hourly"))
    assert found.seasons.used == (24, 168)
    assert found.seasons.spectrum[0].season_length == 24
    assert not found.holt_winters.is_candidate
    assert "24, 168" in found.holt_winters.reason
    assert "stl" in names(found.suggestions.forecasters)


def test_a_long_season_is_too_long_for_holt_winters() -> None:
    found = profile(example("co2_weekly"))
    assert found.seasons.used == (52,)
    assert "52 is too long" in found.holt_winters.reason


def test_white_noise_is_recognised() -> None:
    found = profile(series_of(5 + noise(), None))
    assert found.noise is not None
    assert found.noise.is_white_noise
    assert found.stationarity is not None
    assert found.stationarity.verdict == "stationary"
    assert found.strengths is not None
    assert found.strengths.trend is not None
    assert found.strengths.trend < 0.1
    assert names(found.suggestions.forecasters)[0] == "mean"
    assert "white noise" in found.suggestions.forecasters[0].reason
    assert names(found.suggestions.detectors) == ["auto", "band"]


def test_demand_that_comes_now_and_then() -> None:
    found = profile(series_of(np.random.default_rng(0).poisson(0.3, 200).astype(float), None))
    assert found.demand is not None
    assert found.demand.is_intermittent
    assert names(found.suggestions.forecasters)[0] == "croston"
    assert not found.holt_winters.is_candidate
    assert found.values.zeros == pytest.approx(np.exp(-0.3), abs=0.1)


@pytest.mark.parametrize("closed", [2, 4])
def test_closed_days_are_a_season_not_rare_demand(closed: int) -> None:
    days = np.arange(365) % 7 >= closed
    y = days * np.random.default_rng(3).integers(90, 110, 365).astype(float)
    found = profile(series_of(y, None))
    assert found.demand is not None
    assert found.demand.is_intermittent
    suggested = found.suggestions
    assert names(suggested.forecasters)[0] == "auto"
    assert "croston" not in names(suggested.forecasters)
    assert not any("mostly zero" in one.reason for one in suggested.forecasters)
    assert "prediction_interval" in names(suggested.detectors)


def test_a_trend_is_damped_and_a_wandering_level_has_the_last_value() -> None:
    found = profile(series_of(np.arange(100) + noise(100), None))
    assert names(found.suggestions.forecasters)[:2] == ["auto", "holt"]
    assert found.suggestions.forecasters[1].params == {"damped": True}
    wandering = profile(series_of(noise(200, 3).cumsum(), None))
    assert "naive" in names(wandering.suggestions.forecasters)
    assert "rolling_band" in names(wandering.suggestions.detectors)


# --- measures ----------------------------------------------------------------


def test_strengths_are_those_of_the_book() -> None:
    y = load("airpassengers")[1]
    parts = STL(y, period=12, seasonal=11).fit()
    found = strengths(y, (12,))
    rest = np.var(parts.resid)
    assert found.trend == pytest.approx(1 - rest / np.var(parts.resid + parts.trend))
    assert found.seasonal == pytest.approx(1 - rest / np.var(parts.resid + parts.seasonal))
    bikes = load("bike_rentals_hourly")[1]
    several = MSTL(bikes, periods=(24, 168)).fit()
    expected = 1 - np.var(several.resid) / np.var(several.resid + several.seasonal[:, 1])
    assert strengths(bikes, (24, 168)).seasons[1].strength == pytest.approx(expected)


@pytest.mark.parametrize(("season", "freq"), [(4, "QS"), (12, "MS"), (7, "D")])
def test_two_cycles_show_their_season_but_not_more_of_it_than_there_is(
    season: int, freq: str
) -> None:
    rng = np.random.default_rng(1)
    y = np.tile(rng.uniform(50.0, 150.0, season), 2)
    y += rng.normal(scale=10.0, size=2 * season)
    [prepared] = prepare([RawSeries("a", y, start="2022-01-01", freq=freq)], PreparationOptions())
    assert prepared.series is not None
    found = profile(prepared.series)
    assert found.seasons.used == (season,)
    assert found.strengths is not None
    assert 0.8 < found.strengths.seasonal < 0.999  # a curve through two points leaves nothing


@pytest.mark.parametrize("size", [24, 25, 28, 32, 35])
def test_fewer_than_three_cycles_of_noise_have_no_season_that_explains_all(size: int) -> None:
    found = [strengths(noise(size, seed=seed), (12,)) for seed in range(20)]
    assert np.mean([one.seasonal for one in found]) < 0.6
    assert np.mean([one.trend for one in found if one.trend is not None]) < 0.2


def test_two_years_of_days_keep_what_week_and_year_leave() -> None:
    found = strengths(load("births_daily")[1], (7, 365))
    assert [one.season_length for one in found.seasons] == [7, 365]
    assert all(0.8 < one.strength < 0.99 for one in found.seasons)
    assert found.trend is not None
    assert found.trend < 0.3
    assert found.outliers > 0  # the holidays


def test_a_straight_line_is_all_trend() -> None:
    assert strengths(np.arange(50.0), ()).trend == pytest.approx(1.0)


def test_outliers_are_counted() -> None:
    y = noise(300)
    y[[10, 100, 200]] += [20, -30, 40]
    found = strengths(y, ())
    assert (found.outliers, found.outlier_share) == (3, pytest.approx(0.01))


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([4, 5, 6, 5], ("smooth", 1.0, 0.02)),
        ([1, 20, 1, 1], ("erratic", 1.0, 2.047)),
        ([0, 5, 0, 5, 0, 5], ("intermittent", 2.0, 0.0)),
        ([0, 1, 0, 0, 20, 0, 1, 0], ("lumpy", 8 / 3, 1.491)),
    ],
)
def test_demand_has_the_four_classes(y: list[float], expected: tuple[str, float, float]) -> None:
    found = intermittency(np.array(y, dtype=float))
    assert found is not None
    assert (found.demand_class, found.adi, found.cv2) == (
        expected[0],
        pytest.approx(expected[1]),
        pytest.approx(expected[2], abs=1e-3),
    )


def test_what_is_no_demand() -> None:
    assert intermittency(np.array([-1.0, 2.0])) is None
    assert intermittency(np.zeros(5)) is None


# --- suggestions and awkward series ------------------------------------------


def grid() -> list[Series]:
    rng = np.random.default_rng(0)
    made = []
    for size in (*range(1, 31), 100):
        t = np.arange(size)
        for y in (
            rng.normal(size=size),
            rng.normal(size=size).cumsum(),
            t * 1.0,
            (t % 7 == 0) * 3.0,
            np.full(size, 4.0),
            np.zeros(size),
            -(t**2.0),
            1e12 + t % 4,
            1e-12 * rng.normal(size=size),
        ):
            made += [series_of(y, m) for m in (None, 1, 4, 12)]
    return made


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in numbers(one)]
    if isinstance(value, list | tuple):
        return [number for one in value for number in numbers(one)]
    return [value] if isinstance(value, float) else []


def test_every_awkward_series_has_a_finite_profile_with_suggestions_that_exist() -> None:
    outcomes = profile_many(ProfileTask(), grid())
    assert len(outcomes) == 31 * 9 * 4
    for outcome in outcomes:
        assert outcome.error is None, outcome.error
        found = outcome.result
        assert isinstance(found, Profile)
        assert np.isfinite(numbers(asdict(found))).all()
        json.dumps(asdict(found))  # plain values, no numpy scalars
        check_suggestions(found.suggestions.forecasters, "forecaster")
        check_suggestions(found.suggestions.detectors, "detector")
        assert found.holt_winters.is_candidate == (found.holt_winters.seasonal is not None)


def check_suggestions(suggestions: tuple[Suggestion, ...], kind: Any) -> None:
    assert suggestions
    assert len(set(names(suggestions))) == len(suggestions)
    for one in suggestions:
        model = registry.find(kind, one.name)
        validate(model.params_type(), one.params)
        assert one.reason


def test_every_rule_names_models_that_exist() -> None:
    """By the names in the source, whatever the data lead to."""
    import inspect
    import re

    from models.analysis import suggestions

    named = set(re.findall(r'Suggestion\(\s*"(\w+)"', inspect.getsource(suggestions)))
    known = {*registry.registered("forecaster"), *registry.registered("detector")}
    assert len(named) > 12
    assert named <= known


@pytest.mark.parametrize(("size", "code"), [(5, "short_series"), (40, None)])
def test_a_short_series_is_told(size: int, code: str | None) -> None:
    [outcome] = profile_many(ProfileTask(), [series_of(noise(size))])
    assert [notice.code for notice in outcome.notices] == ([code] if code else [])


def test_values_that_were_filled_in_do_not_count_in_the_summary() -> None:
    y = np.r_[noise(50), np.full(10, 99.0)]
    series = series_of(y)
    filled = Series("a", y, series.grid, (1,), np.arange(60) < 50)
    found = profile(filled)
    assert (found.length, found.observed) == (60, 50)
    assert found.values.greatest < 5


def test_facts_without_measures_still_have_suggestions() -> None:
    found = suggest(SeriesCharacteristics(9, False, (), None, None, None, None))
    assert names(found.forecasters)[0] == "auto"
    assert names(found.detectors)[0] == "auto"
