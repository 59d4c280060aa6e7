"""``auto``: what it forecast before, what it says of it, and every short, empty or odd series."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.data.results import Forecast, Outcome
from models.data.series import RawSeries, Series
from models.errors import InvalidParameter, InvalidRequest
from models.forecasters.base import Forecaster
from models.forecasters.combination._laws import exact_law
from models.forecasters.combination.auto import Auto, AutoParams
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec, create
from models.tasks.forecast import ForecastTask, forecast_many
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import series_of

GOLDEN: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "golden/auto.json").read_text(encoding="utf-8")
)
PASSENGERS = load("airpassengers")[1]


def outcome_of(series: Series, horizon: int = 6, **options: Any) -> Outcome[Forecast]:
    (outcome,) = forecast_many(
        ForecastTask(ModelSpec("auto"), horizon, (80.0, 95.0), **options), [series]
    )
    return outcome


def dated(y: FloatArray, freq: str, season_length: int | list[int] | None = None) -> Series:
    raw = RawSeries("a", y, start="2020-01-01", freq=freq)
    (prepared,) = prepare([raw], PreparationOptions(season_length=season_length))
    assert prepared.series is not None
    return prepared.series


@pytest.mark.parametrize("name", GOLDEN)
def test_forecasts_and_intervals_are_as_recorded(name: str) -> None:
    golden = GOLDEN[name]
    horizon = len(golden["mean"])
    model = Auto().fit_one(series_of(golden["y"], golden["season"]))
    size = np.abs(golden["y"]).max()
    np.testing.assert_allclose(
        model.predict(horizon).mean[0], golden["mean"], rtol=1e-6, atol=1e-8 * size
    )
    assert list(model.info().season_length) == golden["seasons"]
    for level, (lower, upper) in golden["bands"].items():
        band = model.predict(horizon).interval(float(level))
        assert band is not None
        np.testing.assert_allclose(band.lower[0], lower, rtol=1e-5, atol=1e-7 * size)
        np.testing.assert_allclose(band.upper[0], upper, rtol=1e-5, atol=1e-7 * size)


def test_it_beats_the_seasonal_naive_forecast_and_says_what_it_did() -> None:
    series, actual = series_of(PASSENGERS[:-12], 12), PASSENGERS[-12:]
    model = Auto().fit_one(series)
    naive = create(Forecaster, ModelSpec("seasonal_naive")).fit_one(series)
    assert (
        np.abs(model.predict(12).mean[0] - actual).mean()
        < np.abs(naive.predict(12).mean[0] - actual).mean() / 2
    )
    info = model.info()
    assert info.title == f"Combination of {len(info.details['candidates'])}"
    assert info.season_length == (12,)
    assert sum(one["weight"] for one in info.details["candidates"]) == pytest.approx(1, abs=1e-3)
    weights, errors = zip(
        *((one["weight"], one["rmse"]) for one in info.details["candidates"]), strict=True
    )
    assert weights[int(np.argmin(errors))] > np.min(weights)
    assert 5 < min(errors) < 30  # in passengers
    best = info.details["candidates"][int(np.argmax(weights))]["name"]
    assert f"'{best}' counts most" in info.details["why"]
    assert info.details["log"] is True


def test_intervals_are_called_what_they_are() -> None:
    series = series_of(PASSENGERS, 12)
    for method, made in (
        ("auto", "conformal"),
        ("conformal", "conformal"),
        ("parametric", "parametric"),
        ("bootstrap", "bootstrap"),
    ):
        outcome = outcome_of(series, interval_method=method)
        assert outcome.result is not None
        assert outcome.result.interval_method == made
    with pytest.raises(InvalidParameter, match="auto has no dropout"):
        outcome_of(series, interval_method="mc_dropout")


@pytest.mark.parametrize(
    ("given", "asked", "seasons"),
    [(None, None, (12,)), ([], None, ()), (1, None, ()), (6, None, (6,)), (6, 4, (4,))],
)
def test_a_season_that_is_named_wins(
    given: int | list[int] | None, asked: int | None, seasons: tuple[int, ...]
) -> None:
    model = Auto(AutoParams(season_length=asked)).fit_one(dated(PASSENGERS, "MS", given))
    assert model.info().season_length == seasons


def test_seasons_come_from_the_calendar_if_there_is_one_and_from_the_values_if_not() -> None:
    hours = np.random.default_rng(0).normal(size=400)
    assert Auto().fit_one(dated(hours, "h")).info().season_length == (24,)
    weekly = hours + 3.0 * (np.arange(400) // 24 % 7 > 4)
    assert Auto().fit_one(dated(weekly, "h")).info().season_length == (24, 168)
    assert Auto().fit_one(series_of(hours, None)).info().season_length == ()
    assert Auto().fit_one(dated(hours[:99], "YS")).info().season_length == ()
    terms = hours[:40] + 9.0 * (np.arange(40) % 4 == 2)
    assert Auto().fit_one(dated(terms, "YS")).info().season_length == (4,)
    assert Auto().fit_one(dated(terms, "YS", 1)).info().season_length == ()
    wave = np.sin(2 * np.pi * np.arange(400) / 24) + hours / 10
    assert Auto().fit_one(series_of(wave, None)).info().season_length[0] == 24


def test_finding_seasons_is_left_to_the_fit() -> None:
    series = series_of(PASSENGERS, None)
    Auto().fit_one(series)
    assert series.found_seasons is None


@pytest.mark.parametrize("values", [[4.0, 6.0], [1.0, 9.0, 2.0], [0.0, -1.0]])
def test_very_short_series_get_their_median_and_a_notice(values: list[float]) -> None:
    outcome = outcome_of(series_of(values, None))
    assert outcome.result is not None
    assert (outcome.result.mean == np.median(values)).all()
    (notice,) = outcome.notices
    assert notice.code == "short_series"
    assert notice.message.startswith(f"{len(values)} observation")
    band = outcome.result.bands[95.0]
    assert (np.diff(band.upper - band.lower) >= 0).all()


def test_only_what_was_held_out_has_an_error_and_sentences_count_it() -> None:
    def details_of(values: list[float], season: int | None) -> dict[str, Any]:
        model = Auto().fit_one(series_of(values, season))
        model.predict(3)
        return model.info().details

    three_years = details_of(list(PASSENGERS[-36:]), 12)
    errors = {one["name"]: one["rmse"] for one in three_years["candidates"]}
    assert errors.pop("aggregated") is None  # it forecasts from three years on
    assert all(error > 0 for error in errors.values())
    five = details_of([3.0, 1.0, 4.0, 1.0, 5.0], None)
    assert "the last value without knowing it; the smaller its error there" in five["why"]
    four = details_of([3.0, 1.0, 4.0, 1.0], None)
    assert four["why"].endswith(
        "too short to compare the candidates on: they count as on other series"
    )
    assert {one["rmse"] for one in four["candidates"]} == {None}


@pytest.mark.parametrize(("size", "told"), [(4, True), (9, True), (19, True), (20, False)])
def test_intervals_that_rest_on_few_errors_say_so(size: int, told: bool) -> None:
    values = 10 + np.random.default_rng(5).normal(size=size)
    outcome = outcome_of(series_of(values, None))
    assert [one.code for one in outcome.notices] == ["interval_uncertain"] * told
    model = Auto().fit_one(series_of(values, None))
    assert np.isfinite(model.predict(3).mean).all()
    assert list(model.notices()) == []  # nobody asked for intervals


@pytest.mark.parametrize(
    ("values", "ahead"),
    [
        ([1, 2, 3], [4, 5, 6]),
        (range(1, 13), [13, 14, 15]),
        ([5 - 2.5 * t for t in range(20)], [-45, -47.5, -50]),
        ([1e12 + t for t in range(9)], [1e12 + 9, 1e12 + 10, 1e12 + 11]),
        ([2**t for t in range(10)], [1024, 2048, 4096]),
        ([80, 40, 20, 10], [5, 2.5, 1.25]),
        ([3, 2, 1], [0, 0, 0]),
        ([1, 5, 2, 9] * 4, [1, 5, 2]),
        ([1, 2] * 6, [1, 2, 1]),
        ([1, 2, 1, 2], [1, 2, 1]),
        ([3, 1, 2, 3, 1, 2, 3], [1, 2, 3]),
        ([1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6], [4, 5, 6]),
        ([9.1, 9.1, 8.1, 8.1, 7.1, 7.1], [6.1, 6.1, 5.1]),
        ([0, 0, 0, 1, 0, 0, 0, 1, 0], [0, 0, 1]),
        ([-1e-9, 2e-9, -1e-9, 2e-9, -1e-9], [2e-9, -1e-9, 2e-9]),
        ([1, 4, 9, 16, 25], [36, 49, 64]),
        ([30 + 2.5 * t - 0.5 * t * t for t in range(30)], [-345.0, -373.0, -402.0]),
        ([1, 1, 2, 3, 5, 8, 13], [21, 34, 55]),
        ([1, 3, 7, 15, 31], [63, 127, 255]),
        ([8, 4, 6, 5, 5.5, 5.25], [5.375, 5.3125, 5.34375]),
        (np.sin(np.arange(50) / 3), np.sin(np.arange(50, 53) / 3)),
    ],
)
def test_what_follows_a_law_goes_on_as_it_did(values: list[float], ahead: list[float]) -> None:
    outcome = outcome_of(series_of(values, None), 3)
    assert outcome.result is not None
    assert outcome.result.mean == pytest.approx(ahead, rel=1e-9, abs=1e-9)
    assert outcome.model is not None
    if outcome.model.details["candidates"][0]["name"] == "law":
        assert "continued" in outcome.model.details["why"]


@pytest.mark.parametrize(
    "values", [[5, 0, 0, 0, 0, 0, 0, 0], [1, 5, 5, 5, 5, 5], [2, 3, 5, 7, 11, 13, 17], [1, 8, 3, 4]]
)
def test_what_a_recurrence_fits_by_its_many_coefficients_is_no_law(values: list[float]) -> None:
    assert exact_law(np.array(values) / max(values), 3) is None


def test_a_code_for_missing_values_is_not_learned_from() -> None:
    random, day = np.random.default_rng(0), np.arange(207)
    true = 50 + 10 * np.sin(2 * np.pi * day / 7)
    y = true[:200] + random.normal(0, 2, 200)
    y[random.choice(190, 14, replace=False)] = -999
    made = Auto().fit_one(series_of(y, None)).predict(7)
    assert np.abs(made.mean[0] - true[200:]).mean() < 2
    band = made.interval(80.0)
    assert band is not None
    assert (band.upper - band.lower).max() < 12


def test_what_was_zero_until_it_began_is_not_rare_demand() -> None:
    outcome = outcome_of(series_of([0] * 20 + [5, 6, 5, 7, 6, 5, 6, 7], None), 3)
    assert outcome.result is not None
    assert ((outcome.result.mean > 5) & (outcome.result.mean < 8)).all()
    rare = outcome_of(series_of([0] * 20 + [5, 0, 0, 7, 0, 5, 0, 0], None), 3)
    assert rare.result is not None
    assert rare.result.mean.max() < 3


def test_a_line_that_nears_zero_has_bounds_of_its_own_steps() -> None:
    outcome = outcome_of(series_of(range(10, 0, -1), None), 5)
    assert outcome.result is not None
    assert outcome.result.bands[95.0].upper.max() < 10


def test_noise_far_from_zero_is_no_law() -> None:
    noisy = 1e9 + np.random.default_rng(0).normal(size=30)
    outcome = outcome_of(series_of(noisy, None), 3)
    assert outcome.model is not None
    assert "law" not in {one["name"] for one in outcome.model.details["candidates"]}


@pytest.mark.parametrize("growth", [1.2, 1.3, 1.5])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_steady_growth_that_is_no_exact_law_goes_on(growth: float, noise: float) -> None:
    steps = np.arange(24)
    scatter = np.exp(noise * np.random.default_rng(3).normal(size=20))
    cases = np.round(100.0 * growth ** steps[:20] * scatter)
    outcome = outcome_of(series_of(cases, 1), 4)
    assert outcome.result is not None
    np.testing.assert_allclose(outcome.result.mean, 100.0 * growth ** steps[20:], rtol=0.12)


def test_growth_goes_on_without_end_within_numbers() -> None:
    outcome = outcome_of(series_of([1e98 * 2.0**t for t in range(5)], None), 3000)
    assert outcome.result is not None
    assert np.isfinite(outcome.result.mean).all()


@pytest.mark.parametrize("value", [4.0, 0.0, -3.0])
def test_one_value_is_repeated_and_says_nothing_of_its_deviation(value: float) -> None:
    outcome = outcome_of(series_of([value], None))
    assert outcome.result is not None
    assert (outcome.result.mean == value).all()
    assert {notice.code for notice in outcome.notices} == {"short_series", "interval_unavailable"}
    assert np.isnan(outcome.result.bands[95.0].lower).all()


def test_what_was_never_negative_stays_so() -> None:
    falling = np.maximum(30.0 - np.arange(30) + np.random.default_rng(1).normal(size=30), 0.1)
    outcome = outcome_of(series_of(falling, 1), 20)
    assert outcome.result is not None
    assert outcome.result.mean.min() >= 0
    assert outcome.result.bands[95.0].lower.min() >= 0
    below = outcome_of(series_of(falling - 20, 1), 20)
    assert below.result is not None
    assert below.result.mean.min() < -18


@pytest.mark.parametrize("still", [0, 12])
def test_what_never_fell_goes_on_from_where_it_is(still: int) -> None:
    made = np.random.default_rng(5).poisson(5, 60 + still).astype(float)
    made[60:] = 0
    reading = 1000.0 + made.cumsum()
    outcome = outcome_of(series_of(reading, 1), 20, add_history=True)
    assert outcome.result is not None
    assert outcome.result.bands[95.0].lower.min() == pytest.approx(reading[-1])
    assert (outcome.result.mean >= reading[-1]).all()
    assert outcome.result.fitted is not None
    assert np.nanmin(outcome.result.fitted) < reading[30]
    few = outcome_of(series_of(reading[:30], 1), 20)
    assert few.result is not None
    assert few.result.bands[80.0].lower.min() == pytest.approx(reading[29])  # 95 % would need 38
    reading[20] += 30
    fell = outcome_of(series_of(reading, 1), 20)
    assert fell.result is not None
    assert fell.result.bands[95.0].lower.min() < reading[-1]


@pytest.mark.parametrize("size", range(5, 60, 6))
def test_bounds_of_what_never_fell_are_around_its_forecast(size: int) -> None:
    steps = np.random.default_rng(size).exponential(np.linspace(9, 0.01, size) ** 2)
    made = outcome_of(series_of(steps.cumsum(), 1), 20).result
    assert made is not None
    lower = [made.bands[level].lower for level in (95.0, 80.0)]
    assert (lower[0] <= lower[1]).all()
    assert (lower[1] <= made.mean + 1e-9).all()


def test_mostly_zeros_are_forecast_by_their_mean() -> None:
    y = np.random.default_rng(0).permutation(np.repeat([0.0, 0.0, 0.0, 4.0], 15))
    outcome = outcome_of(series_of(y, 4), add_history=True)
    assert outcome.result is not None
    assert outcome.result.mean == pytest.approx(np.full(6, 1.0), abs=0.6)
    assert outcome.result.bands[95.0].lower.min() == 0
    assert outcome.model is not None
    assert "most values are zero" in outcome.model.details["why"]
    assert outcome.result.fitted is not None
    assert np.isnan(outcome.result.fitted[0])
    assert np.isfinite(outcome.result.fitted[1:]).all()


def test_history_is_fitted_one_step_ahead() -> None:
    fitted = Auto().fit_one(series_of(PASSENGERS, 12)).fitted()[0]
    assert fitted is not None
    known = np.isfinite(fitted)
    assert known[5:].all()
    late = slice(len(PASSENGERS) // 2, None)
    errors = np.abs(fitted - PASSENGERS)[late]
    assert errors.mean() < np.abs(np.diff(PASSENGERS))[late].mean() / 2


def test_the_future_of_a_held_out_value_does_not_matter() -> None:
    y = PASSENGERS.copy()
    before = Auto().fit_one(series_of(y[:140], 12)).fitted()[0]
    y[139] *= 1.1
    after = Auto().fit_one(series_of(y[:140], 12)).fitted()[0]
    assert before is not None
    assert after is not None
    # only units, the weights of the members and the lag a ridge pulls to look at everything
    np.testing.assert_allclose(after[96:139], before[96:139], rtol=0.02)


@pytest.mark.parametrize(
    ("values", "season"),
    [
        (PASSENGERS, 12),
        (PASSENGERS[:31], 12),
        (PASSENGERS[:9] - 120, 1),
        (np.tile(PASSENGERS, 4), [12, 144]),
    ],
)
def test_a_forecast_begins_the_same_however_far_it_goes(
    values: FloatArray, season: int | list[int]
) -> None:
    model = Auto().fit_one(series_of(values, season))
    far = model.predict(90)
    wide = far.interval(80.0)
    assert wide is not None
    for horizon in (1, 2, 3, 17, 50):
        made = model.predict(horizon)
        band = made.interval(80.0)
        assert band is not None
        assert made.mean.shape == band.lower.shape == (1, horizon)
        for near, whole in (
            (made.mean, far.mean),
            (band.lower, wide.lower),
            (band.upper, wide.upper),
        ):
            np.testing.assert_allclose(near, whole[:, :horizon], rtol=1e-9)


def test_an_unfitted_model_can_be_described() -> None:
    info = Auto().unfitted_info()
    assert (info.title, info.season_length, info.details) == ("Automatic", (), {})


def test_a_christmas_on_a_thursday_makes_no_later_thursday_dip() -> None:
    ds, y = load("births_daily")
    (births,) = prepare([RawSeries("births", y, ds=ds)], PreparationOptions())
    assert births.series is not None
    model = Auto().fit_one(births.series)
    ahead = model.predict(28).mean[0]
    days = np.asarray(births.series.grid.stamps).astype("datetime64[D]")
    thursdays = (days.astype(np.int64) + 3) % 7 == 3
    usual = np.median(np.asarray(births.series.y)[thursdays][-12:])
    steps = (np.arange(1, 29) + days[-1].astype(np.int64) + 3) % 7 == 3
    ordinary = ahead[steps][1:]  # the first is New Year's Day
    np.testing.assert_allclose(ordinary, usual, rtol=0.1)
    (notice,) = model.notices()
    assert notice.code == "outliers_discounted"
    assert "2003" in notice.message or "2002" in notice.message


def test_a_spike_is_not_repeated_a_week_later() -> None:
    t = np.arange(24 * 28)
    y = 100 + 20 * np.sin(2 * np.pi * t / 24) + np.random.default_rng(0).normal(0, 2, len(t))
    spiked = y.copy()
    spiked[[-170, -60]] += (120, -80)
    plain, calm = (Auto().fit_one(series_of(one, [24, 168])) for one in (y, spiked))
    np.testing.assert_allclose(calm.predict(168).mean, plain.predict(168).mean, atol=4)
    (notice,) = calm.notices()
    assert "502" in notice.message


def test_a_new_level_at_the_end_is_followed() -> None:
    y = np.r_[np.full(60, 100.0), np.full(4, 150.0)] + np.random.default_rng(1).normal(size=64)
    assert Auto().fit_one(series_of(y, 1)).predict(3).mean.min() > 125


def test_intervals_know_of_wild_values() -> None:
    y = 100 + np.random.default_rng(2).normal(size=300)
    y[10::25] += 30
    band = Auto().fit_one(series_of(y, 1)).predict(5).interval(99)
    assert band is not None
    assert band.upper.max() > 110


@pytest.mark.parametrize(("m", "size"), [(4, 8), (7, 14), (12, 24), (24, 48), (24, 57), (52, 104)])
def test_two_cycles_of_a_named_season_are_enough(m: int, size: int) -> None:
    rng = np.random.default_rng(m)
    cycle = 100 + 30 * rng.normal(size=m)
    y = np.resize(cycle, size + m) + rng.normal(size=size + m)
    ahead = Auto().fit_one(series_of(y[:size], m)).predict(m).mean[0]
    assert np.abs(ahead - y[size:]).mean() < 4.0


def test_a_season_that_does_not_grow_with_the_level_is_no_share_of_it() -> None:
    pattern = np.array([-60, -48, -36, 14, 0, -24, 2, -16, -7, 16, 3, 15])
    steps = np.arange(60)
    added = 100.0 + 5.0 * steps + pattern[steps % 12]
    model = Auto().fit_one(series_of(added[:48], 12))
    np.testing.assert_allclose(model.predict(12).mean[0], added[48:], rtol=1e-3)
    assert model.info().details["log"] is False
    share = (100.0 + 5.0 * steps) * (1.0 + pattern[steps % 12] / 200.0)
    model = Auto().fit_one(series_of(share[:48], 12))
    model.predict(12)
    assert model.info().details["log"] is True


def test_another_series_is_continued_with_the_weights_that_were_learned() -> None:
    model = Auto().fit_one(series_of(load("airpassengers")[1], 12))
    own = model.predict(12)
    learned = {one["name"]: one["weight"] for one in model.info().details["candidates"]}
    noise = np.random.default_rng(5).normal(size=144)
    applied = model.apply_one(series_of(100.0 + noise, 1))
    applied.predict(12)
    told = applied.info().details
    assert {one["name"]: one["weight"] for one in told["candidates"]} == learned
    assert told["why"].endswith("worth on the series that was fitted")
    np.testing.assert_array_equal(model.predict(12).mean, own.mean)
    wandering = model.apply_one(series_of(100.0 + noise.cumsum(), 1))  # its means come too late
    wandering.predict(12)
    told = {one["name"]: one["weight"] for one in wandering.info().details["candidates"]}
    left = 1.0 - learned.pop("aggregated")
    assert told == pytest.approx({name: one / left for name, one in learned.items()}, abs=1e-3)
    few = applied.apply_one(series_of([3.0, 9.0], 1))
    assert few.predict(1).mean[0, 0] == pytest.approx(6.0)


def test_a_model_that_weighed_nothing_weighs_the_series_that_it_continues() -> None:
    model = Auto().fit_one(series_of([4.0, 4.0, 4.0], 1))
    y = load("airpassengers")[1]
    applied, own = model.apply_one(series_of(y, 12)), Auto().fit_one(series_of(y, 12))
    np.testing.assert_array_equal(applied.predict(6).mean, own.predict(6).mean)


def test_regressors_are_used_of_another_series_too() -> None:
    heat = np.random.default_rng(1).normal(size=230).cumsum()
    load_ = 50.0 + 6.0 * np.abs(heat)

    def told(y: FloatArray, size: int) -> Series:
        return replace(
            series_of(y[:size], 1), exog={"heat": heat[:size]}, future={"heat": heat[size:]}
        )

    model = Auto().fit_one(told(load_, 200))
    applied = model.apply_one(told(10.0 * load_, 120))
    made = applied.predict(10).mean[0]
    assert applied.info().details["regressors"]["weight"] > 0.5
    np.testing.assert_allclose(made, 10.0 * load_[120:130], rtol=0.3)
    with pytest.raises(InvalidRequest, match="fitted with heat, which another series lacks"):
        model.apply_one(series_of(load_, 1))


def test_a_dip_of_half_a_year_does_not_flatten_the_season() -> None:
    year = np.array([80.0, 75, 90, 95, 110, 130, 150, 145, 120, 100, 105, 160])
    y = np.resize(year, 84) * (1 + 0.02 * np.random.default_rng(1).normal(size=84))
    dipped = y[:72].copy()
    dipped[44:50] *= 0.35
    ahead = Auto().fit_one(series_of(dipped, 12)).predict(12).mean[0]
    np.testing.assert_allclose(ahead, year, rtol=0.06)


def test_two_holidays_on_the_last_two_saturdays_make_no_saturday_dip() -> None:
    week = np.array([100.0, 95, 97, 105, 140, 200, 180])
    y = np.resize(week, 120) + 4 * np.random.default_rng(31).normal(size=120)
    y[[110, 117]] = 10.0, 12.0
    ahead = Auto().fit_one(series_of(y, 7)).predict(14).mean[0]
    np.testing.assert_allclose(ahead, np.resize(np.roll(week, -1), 14), rtol=0.06)
