"""Boosted trees: those of scikit-learn, on what is known ahead, with regressors that matter and not linearly."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from models import registry
from models.contract.state import State
from models.data.series import RawSeries, Series
from models.errors import InvalidRequest
from models.features.known_ahead import level, past, smoothed
from models.forecasters.regression import _trees
from models.forecasters.regression._boosted_intervals import LEVELS, between
from models.forecasters.regression._trees import Trees
from models.forecasters.regression.gradient_boosting import GradientBoosting, GradientBoostingParams
from models.intervals.conformal import half_width
from models.prepare import PreparationOptions, prepare
from tests.models.build import series_of


def with_regressor(y: np.ndarray, name: str, values: np.ndarray) -> Series:
    """A series with a regressor, of which the values beyond the series are its future."""
    size = len(y)
    return replace(series_of(y, 1), exog={name: values[:size]}, future={name: values[size:]})


SMALL = GradientBoostingParams(max_iter=60, min_samples_leaf=5)


@pytest.mark.parametrize("at_once", [1_000_000, 1_000])
def test_trees_kept_as_arrays_are_scikit_learns(monkeypatch: pytest.MonkeyPatch, at_once: int):
    monkeypatch.setattr(_trees, "_MOST_AT_ONCE", at_once)
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 3))
    x[::7, 1] = np.nan
    y = np.sin(3 * x[:, 0]) + np.nan_to_num(x[:, 1]) ** 2
    model = HistGradientBoostingRegressor(max_iter=40, early_stopping=False, random_state=1)
    model.fit(x, y)
    np.testing.assert_array_equal(Trees.of(model).predict(x), model.predict(x))
    assert Trees.of(model).importances[2] < 0.1


def test_a_regressor_whose_effect_is_not_linear_is_used():
    random = np.random.default_rng(2)
    heat = 20.0 + 10.0 * np.sin(np.arange(430) / 9.0) + random.normal(0, 2, 430)
    load = 100.0 + (heat - 20.0) ** 2 + random.normal(0, 3, 430)
    series = with_regressor(load[:400], "heat", heat)
    model = GradientBoosting(SMALL).aimed_at(30).fit_one(series)
    error = np.abs(model.predict(30).mean[0] - load[400:]).mean()
    without = GradientBoosting(SMALL).aimed_at(30).fit_one(series_of(load[:400], 1))
    assert error < 0.4 * np.abs(without.predict(30).mean[0] - load[400:]).mean()
    importances = model.info().details["importances"]
    assert next(iter(importances)).startswith("heat")
    assert sum(importances.values()) == pytest.approx(1.0, abs=0.05)


def test_a_season_and_a_level_that_wanders_are_followed():
    steps = np.arange(360)
    y = 10.0 + 0.1 * steps + 5.0 * np.sin(2 * np.pi * steps / 12)
    model = GradientBoosting(SMALL).aimed_at(12).fit_one(series_of(y[:348], 12))
    assert np.abs(model.predict(12).mean[0] - y[348:]).max() < 2.5


@pytest.mark.parametrize(("size", "told"), [(24, True), (35, True), (36, False)])
def test_a_season_of_two_cycles_is_told_to_be_too_little(size: int, told: bool):
    series = series_of(np.sin(np.arange(size) / 2) + np.arange(size) % 12, 12)
    codes = [one.code for one in GradientBoosting(SMALL).fit_one(series).notices()]
    assert codes == ["season_undecided"] * told


def test_other_futures_give_other_forecasts():
    random = np.random.default_rng(3)
    price = random.integers(1, 5, 200).astype(float)
    sold = 50.0 - 5.0 * price + random.normal(size=200)
    series = with_regressor(sold, "price", np.append(price, np.ones(4)))
    model = GradientBoosting(SMALL).fit_one(series)
    cheap, dear = model.predict(4).mean, model.predict(4, {"price": np.full((1, 4), 4.0)}).mean
    assert (cheap > dear + 8.0).all()


def test_the_past_is_no_nearer_than_the_horizon():
    y = np.arange(1.0, 11.0)
    assert list(past(y, 3, 3, (2,))) == ["lag 3", "lag 4", "lag 6"]
    np.testing.assert_array_equal(past(y, 3, 3, ())["lag 3"][-4:], [7, 8, 9, 10])
    np.testing.assert_array_equal(level(y, 3, 3, 2)[-3:], [7.5, 8.5, 9.5])


def test_smoothing_halves_what_was_after_its_half_life():
    x = np.concatenate([np.ones(50), np.zeros(13)])
    np.testing.assert_allclose(smoothed(x, 12)[[49, 61]], [1.0, 0.5])


@pytest.mark.parametrize("season", [1, 12])
def test_what_was_learned_continues_a_series_in_another_unit(season: int):
    t = np.arange(200)
    y = 50.0 + 8.0 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(3).normal(0, 0.5, 200)
    model = GradientBoosting(SMALL).aimed_at(6).fit_one(series_of(y, season))
    applied = model.apply_one(series_of(5.0 * y - 20.0, season))
    own, other = model.predict(6), applied.predict(6)
    np.testing.assert_allclose(other.mean, 5.0 * own.mean - 20.0, rtol=1e-6)
    narrow, wide = own.interval(80.0), other.interval(80.0)
    assert narrow is not None
    assert wide is not None
    np.testing.assert_allclose(
        wide.upper - wide.lower, 5.0 * (narrow.upper - narrow.lower), rtol=1e-6
    )
    again = applied.apply_one(series_of(y, season)).predict(6)
    np.testing.assert_allclose(again.mean, own.mean, rtol=1e-9)


def test_a_series_that_begins_elsewhere_in_the_season_is_continued_in_phase():
    raw = [
        RawSeries("a", 9.0 + (np.arange(130) % 10 == 0), ds=list(range(130))),
        RawSeries("b", 90.0 + 10.0 * (np.arange(7, 67) % 10 == 0), ds=list(range(7, 67))),
    ]
    one, other = prepare(raw, PreparationOptions(season_length=10))
    assert one.series is not None
    assert other.series is not None
    model = GradientBoosting(SMALL).aimed_at(10).fit_one(one.series)
    ahead = model.apply_one(other.series).predict(10).mean[0]
    assert int(np.argmax(ahead)) == 3


def test_a_constant_series_stays_constant():
    y = 5.0 + np.sin(np.arange(120))
    model = GradientBoosting(SMALL).fit_one(series_of(y, 1))
    np.testing.assert_allclose(model.apply_one(series_of(np.full(30, 7.0), 1)).predict(5).mean, 7.0)


def alike(count: int, size: int) -> list[Series]:
    """Series of one shape that is hard to see in any of them, at levels and sizes of their own."""
    random = np.random.default_rng(5)
    steps = np.arange(size)
    shape = np.where(steps % 12 < 3, 3.0, 0.0) + np.sin(2 * np.pi * steps / 12)
    return [
        replace(
            series_of(10.0**row * (20.0 + shape + random.normal(0, 1.5, size)), 12),
            unique_id=f"series {row}",
        )
        for row in range(count)
    ]


TOGETHER = GradientBoostingParams(max_iter=60, min_samples_leaf=5, scope="global")


def test_trees_that_learn_from_all_series_know_more_than_those_of_each() -> None:
    series = alike(6, 60)
    heads = [one.head(48) for one in series]
    errors = {}
    for params in (SMALL, TOGETHER):
        fit = GradientBoosting(params).aimed_at(12).fit(heads)
        assert not fit.errors
        ahead = fit.predict(12)
        shape = np.where(np.arange(48, 60) % 12 < 3, 3.0, 0.0) + np.sin(
            2 * np.pi * np.arange(48, 60) / 12
        )
        errors[params.scope] = np.mean(
            [np.abs(one / 10.0**row - 20.0 - shape).mean() for row, one in enumerate(ahead)]
        )
    assert errors["global"] < 0.8 * errors["local"]


def test_series_of_one_step_and_the_same_regressors_are_learned_together() -> None:
    heat = np.sin(np.arange(140) / 5.0)
    plain, warm = series_of(heat[:120] + 2.0, 1), with_regressor(heat[:120] + 2.0, "heat", heat)
    model = GradientBoosting(TOGETHER).aimed_at(10)
    assert [part.rows for part in model.fit([plain, warm, plain, warm]).parts] == [[0, 2], [1, 3]]
    assert len(GradientBoosting(SMALL).fit([plain, replace(plain)]).parts) == 2
    short = replace(warm, future={"heat": heat[:4]}, unique_id="short")
    fit = model.fit([warm, short, warm])
    assert [*fit.errors] == [1]
    assert fit.parts[0].rows == [0, 2]


def test_one_of_many_is_forecast_alike_kept_or_not_and_tells_its_own_spread() -> None:
    (part,) = GradientBoosting(TOGETHER).aimed_at(6).fit(alike(3, 60)).parts
    revived = registry.revive(State.from_bytes(part.model.state().to_bytes()))
    assert isinstance(revived, GradientBoosting)
    first, again = part.model.predict(6), revived.predict(6)
    np.testing.assert_array_equal(first.mean, again.mean)
    sigmas = [info.details["sigma"] for info in part.model.infos(3)]
    assert sigmas[1] > 4 * sigmas[0]
    band = first.interval(80.0)
    assert band is not None
    assert (band.upper - band.lower)[1, 0] > 4 * (band.upper - band.lower)[0, 0]
    with pytest.raises(InvalidRequest, match="fitted to 3 series"):
        part.model.update(np.array([20.0]))


def test_a_new_series_is_continued_with_what_all_have_taught() -> None:
    *learned, new = alike(6, 60)
    (part,) = GradientBoosting(TOGETHER).aimed_at(12).fit(learned).parts
    ahead = part.model.apply_one(new.head(48)).predict(12)
    assert np.abs(ahead.mean[0] / new.y[48:] - 1.0).mean() < 0.2


def noisy_by_weekday(size: int) -> np.ndarray:
    random = np.random.default_rng(8)
    spread = np.where(np.arange(size) % 7 < 2, 8.0, 1.0)
    return 50.0 + spread * random.normal(size=size)


def test_trees_for_quantiles_see_where_values_scatter_more() -> None:
    y = noisy_by_weekday(700 + 140)
    params = GradientBoostingParams(max_iter=60, intervals="quantile")
    model = GradientBoosting(params).aimed_at(140).fit_one(series_of(y[:700], 7))
    revived = registry.revive(State.from_bytes(model.state().to_bytes()))
    assert isinstance(revived, GradientBoosting)
    for promised, least, most in ((80.0, 70, 90), (95.0, 88, 99)):
        band = revived.predict(140).interval(promised)
        assert band is not None
        inside = (band.lower[0] <= y[700:]) & (y[700:] <= band.upper[0])
        assert least <= 100 * inside.mean() <= most
    width = (band.upper - band.lower)[0]
    loud = (700 + np.arange(140)) % 7 < 2
    assert width[loud].mean() > 3 * width[~loud].mean()
    wide, narrow = (revived.predict(140).interval(level) for level in (60.0, 50.0))
    assert wide is not None
    assert narrow is not None
    assert (wide.lower <= narrow.lower).all()
    assert (wide.upper >= narrow.upper).all()


@pytest.mark.parametrize("promised", [50.0, 80.0, 95.0, 99.0])
def test_widths_are_those_of_held_out_errors_and_grow_with_the_level(promised: float) -> None:
    errors = np.random.default_rng(1).standard_t(3, size=400)
    half = half_width(errors, promised)
    assert np.mean(np.abs(errors) <= half) == pytest.approx(promised / 100, abs=0.01)
    few = np.array([1.0, -2.0, 3.0])
    assert half_width(few, promised) <= half_width(few, promised + 0.5)
    assert half_width(few, 99.9) > 3.0
    assert half_width(np.empty(0), 95.0) == pytest.approx(1.96, abs=0.001)


def test_new_points_are_taken_with_their_regressors() -> None:
    heat = 20.0 + 10.0 * np.sin(np.arange(450) / 9.0)
    load = 100.0 + (heat - 20.0) ** 2
    series = with_regressor(load[:400], "heat", heat[:430])
    model = GradientBoosting(SMALL).aimed_at(30).fit_one(series)
    before = model.predict(30).mean[0]
    points = replace(
        series_of(load[400:420], 1), exog={"heat": heat[400:420]}, future={"heat": heat[420:]}
    )
    after = model.update(points).predict(30).mean[0]
    np.testing.assert_allclose(after[:10], before[20:], rtol=0.05)
    with pytest.raises(InvalidRequest, match="lacks"):
        model.update(load[420:430])


def test_points_one_by_one_are_as_all_at_once() -> None:
    y = noisy_by_weekday(300)
    model = GradientBoosting(SMALL).aimed_at(7).fit_one(series_of(y[:280], 7))
    other = GradientBoosting(SMALL).aimed_at(7).fit_one(series_of(y[:280], 7))
    for value in y[280:]:
        model.update(np.array([value]))
    np.testing.assert_allclose(model.predict(7).mean, other.update(y[280:]).predict(7).mean)


def test_a_holiday_of_fewer_days_than_a_leaf_has_its_own_effect() -> None:
    days = np.isin(np.arange(1000), [100, 350, 600, 850, 985]).astype(np.float64)
    y = 100.0 + 10.0 * (np.arange(1000) % 7 > 4) + 80.0 * days
    y += np.random.default_rng(0).normal(0, 3, 1000)
    model = GradientBoosting().aimed_at(30).fit_one(with_regressor(y[:970], "feast", days))
    missed = np.abs(model.predict(30).mean[0] - y[970:])
    assert missed[15] < 30.0
    assert np.delete(missed, 15).mean() < 5.0


@pytest.mark.parametrize(("season", "size"), [(7, 14), (7, 17), (12, 24), (24, 48)])
def test_a_season_of_two_cycles_goes_on_as_it_was(season: int, size: int) -> None:
    cycle = np.random.default_rng(season).normal(100.0, 30.0, season)
    fitted = GradientBoosting().aimed_at(season).fit_one(series_of(np.resize(cycle, size), season))
    ahead = np.resize(cycle, size + season)[size:]
    assert np.abs(fitted.predict(season).mean[0] - ahead).mean() < 5.0
    fitted.update(ahead)  # what was learned beside the season stays, however many cycles there are
    assert np.abs(fitted.predict(season).mean[0] - ahead).mean() < 5.0


def test_another_series_of_less_than_a_cycle_has_the_phases_that_it_shows() -> None:
    cycle = np.random.default_rng(0).normal(100.0, 30.0, 24)
    fitted = GradientBoosting().aimed_at(24).fit_one(series_of(np.resize(cycle, 48), 24))
    (part,) = fitted.apply([series_of(cycle[:20], 24)]).parts
    forecast = part.model.predict(24).mean[0]
    np.testing.assert_allclose(forecast[:4], cycle[:20].mean())
    np.testing.assert_allclose(forecast[4:], cycle[:20])


def test_between_two_levels_lies_a_straight_line_and_beyond_the_last_its_edge() -> None:
    edges = np.arange(len(LEVELS), dtype=np.float64)[:, None]
    middle = 0.5 * (LEVELS[-2] + LEVELS[-1])
    found = [float(between((-edges, edges), level).upper[0]) for level in (0.0, middle, 99.9)]
    np.testing.assert_allclose(found, [0.0, len(LEVELS) - 1.5, len(LEVELS) - 1.0])
