import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from models.contract.seasons import seasons_of
from models.data.results import Forecast, Interval
from models.data.series import Series
from models.errors import BadValues, SeriesTooShort
from models.time.frequency import Frequency
from models.time.grid import Grid, regular_stamps
from models.transforms.chain import FittedChain, TransformChain
from models.transforms.transform import BoxCox, Difference, Log, Transforms
from tests.datasets import load

NAMES = ["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"]
AIR = load("airpassengers")[1]
Y = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def fitted(option: Any, y: np.ndarray = Y, **rest: Any) -> FittedChain:
    return TransformChain.of(option).fit(y, **rest)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("log", np.log(Y)),
        ("log1p", np.log1p(Y)),
        (BoxCox(lmbda=0.5), 2 * (np.sqrt(Y) - 1)),
        (BoxCox(lmbda=-1), 1 - 1 / Y),
        (BoxCox(lmbda=0), np.log(Y)),
        ("standard", (Y - 6.2) / np.std(Y)),
        ("minmax", (Y - 1) / 15),
        ("robust", (Y - 4) / 6),
        ("difference", [1, 2, 4, 8]),
        (Difference(lag=2), [3, 6, 12]),
        (["log", "difference"], np.full(4, np.log(2))),
        (["difference", "log"], np.log([1, 2, 4, 8])),
        ([], Y),
        (None, Y),
    ],
)
def test_values_are_transformed(option: Any, expected: Any) -> None:
    np.testing.assert_allclose(fitted(option).apply(Y), expected, atol=1e-12)


@pytest.mark.parametrize("option", ["log1p", ["minmax", "log1p"], BoxCox(lmbda=0.5)])
def test_what_was_never_negative_is_not_after_a_curve_either(option: Any) -> None:
    far = np.full(3, -5.0)
    assert (fitted(option).invert(far) == 0).all()
    assert (fitted(option).invert_mean(far, np.ones(3)) >= 0).all()
    if option == "log1p":
        assert (fitted(option, Y - 1.5).invert(far) < 0).all()


@pytest.mark.parametrize(
    ("option", "ahead", "expected"),
    [
        ("log", [0, np.log(5)], [1, 5]),
        ("log1p", [0, np.log(5)], [0, 4]),
        (BoxCox(lmbda=0.5), [2, -9], [4, 0]),
        ("minmax", [0, 2], [1, 31]),
        ("robust", [0, 1], [4, 10]),
        ("difference", [1, 2, 3], [17, 19, 22]),
        (Difference(lag=2), [1, 2, 3], [9, 18, 12]),
        (["log", "difference"], [np.log(2), np.log(2)], [32, 64]),
        (["difference", "difference"], [0, 0], [24, 32]),
        ([Difference(lag=2), "difference"], [0, 0, 0], [20, 28, 32]),
    ],
)
def test_what_follows_is_transformed_back(option: Any, ahead: Any, expected: Any) -> None:
    chain = fitted(option)
    np.testing.assert_allclose(chain.invert(np.array(ahead, dtype=float)), expected)
    # Several paths at once are transformed each by itself.
    both = chain.invert(np.array([ahead, ahead], dtype=float))
    np.testing.assert_allclose(both, [expected, expected])


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.lists(st.floats(0.01, 1e4), min_size=8, max_size=40),
    st.integers(1, 6),
)
def test_the_continuation_of_a_series_survives_the_way_there_and_back(
    names: list[str], values: list[float], horizon: int
) -> None:
    y, ahead = np.array(values[:-horizon]), np.array(values[-horizon:])
    try:
        chain = fitted(names, y)
    except (BadValues, SeriesTooShort):
        return  # a logarithm of what was centred or differenced before
    with np.errstate(invalid="ignore", divide="ignore"):
        z = chain.apply(np.concatenate([y, ahead]))[-horizon:]
    if np.isfinite(z).all():
        np.testing.assert_allclose(chain.invert(z), ahead, rtol=1e-4, atol=1e-3 * y.max())


@pytest.mark.parametrize(
    "option", [*NAMES, ["log", "difference"], ["boxcox", Difference(lag=12), "difference"]]
)
def test_perfect_fitted_values_come_back_as_the_series(option: Any) -> None:
    chain = fitted(option, AIR)
    back = chain.invert_fitted(chain.apply(AIR))
    assert np.isnan(back[: chain.points_lost]).all()
    np.testing.assert_allclose(back[chain.points_lost :], AIR[chain.points_lost :])


def test_lambda_is_that_of_scipy_and_of_the_forecast_package() -> None:
    (mle,) = fitted("boxcox", AIR).stages
    expected = stats.boxcox_normmax(AIR, method="mle", brack=(-1, 2))
    assert mle.lmbda == pytest.approx(expected, abs=1e-4)  # type: ignore[attr-defined]
    (guerrero,) = fitted(BoxCox(method="guerrero"), AIR, season_length=12).stages
    # BoxCox.lambda(AirPassengers) in R's forecast package.
    assert guerrero.lmbda == pytest.approx(-0.2947156, abs=1e-3)  # type: ignore[attr-defined]


def test_of_less_than_two_seasons_lambda_is_the_likeliest() -> None:
    (short,) = fitted(BoxCox(method="guerrero"), AIR[:23], season_length=12).stages
    (likeliest,) = fitted("boxcox", AIR[:23]).stages
    assert short.lmbda == likeliest.lmbda  # type: ignore[attr-defined]


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12, 1e90])
def test_lambda_does_not_depend_on_the_unit(scale: float) -> None:
    (stage,) = fitted("boxcox", AIR * scale).stages
    assert stage.lmbda == pytest.approx(0.1480, abs=1e-3)  # type: ignore[attr-defined]


@pytest.mark.parametrize("option", NAMES[3:6])
@pytest.mark.parametrize("value", [0.0, 7.0])
def test_scaling_a_constant_stays_finite(option: str, value: float) -> None:
    chain = fitted(option, np.full(9, value))
    assert chain.apply(np.full(9, value)).tolist() == [0.0] * 9
    assert chain.invert(np.zeros(2)).tolist() == [value, value]


@pytest.mark.parametrize(
    ("option", "y", "message"),
    [
        ("log", [3, 0, -2], "log needs values above 0, got 0 at 2024-02-01"),
        ("boxcox", [3, 1, -2], "boxcox needs values above 0, got -2 at 2024-03-01"),
        ("log1p", [3, -1, -2], "log1p needs values above -1, got -1 at 2024-02-01"),
        (["difference", "log"], [3, 4, 4], "log after difference needs values above 0, got 0 at 2024-03-01"),
        (["standard", "log"], [1, 2, 3], "log after standard needs values above 0"),
    ],
)  # fmt: skip
def test_the_first_impossible_value_is_named(option: Any, y: list[float], message: str) -> None:
    freq = Frequency.parse("MS")
    grid = Grid(freq, regular_stamps(freq, np.datetime64("2024-01-01", "ns"), 3))
    with pytest.raises(BadValues) as caught:
        fitted(option, np.array(y, dtype=float), grid=grid)
    assert message in caught.value.message
    assert caught.value.problems[0].ds in caught.value.message
    assert caught.value.hint


def test_without_a_grid_the_row_is_named() -> None:
    with pytest.raises(BadValues) as caught:
        fitted(["difference", "log"], np.array([1.0, 2.0, 4.0, 4.0]))
    assert caught.value.problems[0].ds == "3"


def test_overflow_is_refused() -> None:
    with pytest.raises(BadValues, match="too large for boxcox"):
        fitted(BoxCox(lmbda=5), np.array([1.0, 1e90]))


def test_differences_need_a_value_more_than_their_lag() -> None:
    with pytest.raises(SeriesTooShort, match="at least 13 values, got 12"):
        fitted(Difference(lag=12), np.arange(12.0))


@pytest.mark.parametrize("option", ["log", "log1p", "boxcox"])
def test_nothing_absurd_comes_back(option: str) -> None:
    back = fitted(option, AIR).invert(np.array([-1e300, -1e3, 1e3, 1e300]))
    assert np.isfinite(back).all()
    assert (back >= -1).all()
    negative = fitted(BoxCox(lmbda=-0.5), AIR).invert(np.array([1.9, 2.0, 50.0]))
    assert (np.diff(negative) >= 0).all()
    assert negative[-1] == pytest.approx(10 * AIR.max())


def bands(center: np.ndarray, spread: np.ndarray, *levels: float) -> dict[float, Interval]:
    half = {level: stats.norm.ppf(0.5 + level / 200) * spread for level in levels}
    return {level: Interval(center - half[level], center + half[level]) for level in levels}


@pytest.mark.parametrize(
    ("option", "mean"),
    [
        # Hyndman & Athanasopoulos, FPP3, eq. 5.2.
        ("log", np.exp(1.5) * (1 + 0.3**2 / 2)),
        ("log1p", np.exp(1.5) * (1 + 0.3**2 / 2) - 1),
        (BoxCox(lmbda=0.5), 1.75**2 * (1 + 0.3**2 * 0.5 / (2 * 1.75**2))),
        (BoxCox(lmbda=-0.5), 0.25**-2 * (1 + 0.3**2 * 1.5 / (2 * 0.25**2))),
        (BoxCox(lmbda=1), 2.5),
        ("standard", 1.5 * np.std(Y) + 6.2),
        ("difference", 17.5),
        (["difference", "standard"], 16 + 1.5 * np.std([1, 2, 4, 8]) + 3.75),
    ],
)
def test_means_are_corrected_for_bias(option: Any, mean: float) -> None:
    chain = fitted(option)
    corrected = chain.invert_mean(np.array([1.5]), np.array([0.3]))
    assert corrected[0] == pytest.approx(mean)


def test_scaling_after_the_log_changes_no_correction() -> None:
    plain, scaled = fitted("log", AIR), fitted(["log", "standard"], AIR)
    sd = np.log(AIR).std()
    w, spread = np.array([6.0, 6.5]), np.array([0.1, 0.4])
    np.testing.assert_allclose(
        scaled.invert_mean((w - np.log(AIR).mean()) / sd, spread / sd), plain.invert_mean(w, spread)
    )


def test_a_restored_mean_is_the_mean_of_restored_paths() -> None:
    rng = np.random.default_rng(0)
    chain = fitted("log", AIR)
    center, spread = np.full(6, 6.0), 0.04 * np.sqrt(np.arange(1, 7))
    paths = center + spread * rng.normal(size=(200_000, 6))
    expected = chain.invert(paths).mean(axis=0)
    np.testing.assert_allclose(chain.invert_mean(center, spread), expected, rtol=1e-3)
    medians = chain.invert(center)
    np.testing.assert_allclose(medians, np.median(chain.invert(paths), axis=0), rtol=2e-3)
    band = chain.invert_band(bands(center, spread, 80)[80])
    np.testing.assert_allclose(band.lower, np.quantile(chain.invert(paths), 0.1, axis=0), rtol=3e-3)
    np.testing.assert_allclose(band.upper, np.quantile(chain.invert(paths), 0.9, axis=0), rtol=3e-3)


def test_a_chain_is_parted_at_its_first_difference() -> None:
    option = ["log", "standard", Difference(lag=12), "difference", "robust"]
    rest = TransformChain.of(option).from_difference()
    assert rest.names == ("difference", "difference", "robust")
    assert rest.points_lost == 13
    assert not rest.is_nonlinear
    before = fitted(option, AIR).before_difference()
    np.testing.assert_array_equal(before.apply(AIR), fitted(["log", "standard"], AIR).apply(AIR))
    assert not TransformChain.of("log").from_difference()
    assert TransformChain.of("log").is_nonlinear


@pytest.mark.parametrize("option", [*NAMES[:-1], ["log", "standard"]])
def test_a_forecast_is_restored_as_a_whole(option: Any) -> None:
    chain = fitted(option, AIR)
    z = chain.apply(AIR)
    mean, spread = np.linspace(z[-1], z.max(), 4), np.full(4, 0.1)
    made = Forecast(
        mean,
        bands(mean, spread, 80, 95),
        "parametric",
        z,
        bands(z, np.full(len(z), 0.1), 80),
        np.stack([mean, mean + spread]),
    )
    forecast = chain.restore(made)
    wide, narrow = forecast.bands[95], forecast.bands[80]
    assert (wide.lower <= narrow.lower).all()
    assert (narrow.lower < forecast.mean).all()
    assert (forecast.mean < narrow.upper).all()
    assert (narrow.upper <= wide.upper).all()
    assert forecast.paths is not None
    np.testing.assert_allclose(forecast.paths[0], chain.invert(mean))
    assert forecast.fitted is not None
    np.testing.assert_allclose(forecast.fitted, AIR, rtol=0.02)
    assert len(forecast.fitted_bands[80].lower) == len(AIR)


def test_without_intervals_medians_come_back() -> None:
    mean = np.array([6.0, 6.1])
    plain = fitted("log", AIR).restore(Forecast(mean, {}, "none"))
    np.testing.assert_allclose(plain.mean, np.exp(mean))
    narrow = fitted("log", AIR).restore(
        Forecast(mean, bands(mean, np.full(2, 0.5), 80), "parametric")
    )
    np.testing.assert_allclose(narrow.mean, np.exp(mean))


def test_a_transformed_series_keeps_what_belongs_to_its_points() -> None:
    freq = Frequency.parse("MS")
    grid = Grid(freq, regular_stamps(freq, np.datetime64("1949-01-01", "ns"), 144))
    observed = np.ones(144, dtype=bool)
    observed[5] = False
    series = Series("a", AIR, grid, None, observed, {"x": np.arange(144.0)}, {"x": np.ones(3)})
    z = fitted([Difference(lag=12)], AIR).transformed(series)
    assert len(z) == len(z.grid) == 132
    assert z.grid.text(z.grid.stamps)[0] == "1950-01-01"
    assert z.exog["x"][0] == 12
    assert z.observed is not None
    assert z.observed.all()
    assert z.future["x"].tolist() == [1, 1, 1]
    assert seasons_of(z) == (12,)


def test_input_is_not_changed_and_later_changes_do_not_matter() -> None:
    y = Y.copy()
    chain = fitted("difference", y)
    y[-1] = 99
    assert chain.invert(np.zeros(1)).tolist() == [16]


def test_chains_are_values() -> None:
    chain = TransformChain.of(["log", Difference(lag=12)])
    assert chain == TransformChain((Log(), Difference(lag=12)))
    assert hash(chain) == hash(pickle.loads(pickle.dumps(chain)))
    assert chain
    assert not TransformChain.of(None)


@pytest.mark.parametrize(
    ("option", "chain"),
    [
        ("log", (Log(),)),
        ({"name": "boxcox", "lmbda": 0.3}, (BoxCox(lmbda=0.3),)),
        (["log", {"name": "difference", "lag": 12}], (Log(), Difference(lag=12))),
    ],
)
def test_the_option_is_a_name_an_object_or_a_list(option: Any, chain: Any) -> None:
    parsed = TypeAdapter(Transforms).validate_python(option, strict=True)
    assert TransformChain.of(parsed).transforms == chain


@pytest.mark.parametrize(
    "option", ["sqrt", {"name": "boxcox", "lmbda": 9}, {"name": "difference", "lag": 0}, 3, {}]
)
def test_other_options_are_refused(option: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Transforms).validate_python(option)


def test_a_constant_is_transformed_no_more_than_checked() -> None:
    grid = Grid(Frequency.integer(1), np.arange(4))
    assert TransformChain.of(["log"]).fit_to(Series("a", np.full(4, 5.0), grid)).stages == ()
    with pytest.raises(BadValues, match="log needs values above 0, got -5 at 0"):
        TransformChain.of(["log"]).fit_to(Series("a", np.full(4, -5.0), grid))


def test_no_more_spread_is_believed_than_the_values_had() -> None:
    y = np.array([100.0, 110.0, 108.0, 105.0, 96.0, 94.0])
    chain = TransformChain.of("log").fit(y)
    middle = np.full(2, np.log(100.0))
    wild = chain.invert_mean(middle, np.array([0.05, 9.0]))
    np.testing.assert_allclose(wild, 100 * (1 + 0.5 * np.array([0.05, np.log(y).std()]) ** 2))


def test_a_repeated_value_does_not_climb_with_the_step() -> None:
    y = np.exp(np.random.default_rng(6).normal(6, 0.5, 260))
    chain = fitted("log1p", y)
    spread = np.log1p(y).std() * np.sqrt(2 * np.arange(1, 25))
    means = chain.invert_mean(np.full(24, np.log1p(y[-1])), spread)
    assert np.ptp(means) == 0.0
    assert 1 < means[0] / y[-1] < 1.2


def test_a_negative_lambda_has_to_be_clearly_better_than_a_logarithm() -> None:
    rates = np.array([31.0, 29, 34, 30, 28, 45, 33, 30, 29, 31, 32, 30]) / 1000
    for y in (rates, np.array([0.007, 0.005, 0.011, 0.006])):
        (stage,) = fitted("boxcox", y).stages
        assert stage.lmbda == 0.0  # type: ignore[attr-defined]
    risen = np.r_[np.full(20, 10.0), 40.0, 41.0, 39.0, 40.5]  # next to where the inverse of -1 ends
    (stage,) = fitted("boxcox", risen).stages
    assert stage.lmbda == 0.0  # type: ignore[attr-defined]
    clear = 1 / np.random.default_rng(0).normal(10, 2, 200)
    (stage,) = fitted("boxcox", clear).stages
    assert stage.lmbda < -0.5  # type: ignore[attr-defined]


@pytest.mark.parametrize("option", ["log", "log1p", BoxCox(lmbda=-1)])
def test_bounds_stop_within_ten_times_the_largest_value_and_that_is_told(option: Any) -> None:
    chain = fitted(option, AIR)
    median = chain.apply(AIR)[-1:]
    wild = Forecast(median, {95.0: Interval(median - 9, median + 9)}, "parametric")
    restored = chain.restore(wild)
    assert restored.bands[95].upper[0] <= AIR[-1] + 10 * AIR.max()
    (notice,) = chain.limited(wild, "a")
    assert notice.code == "interval_limited"
    calm = Forecast(median, {95.0: Interval(median, median)}, "parametric")
    assert chain.limited(calm, "a") == ()
