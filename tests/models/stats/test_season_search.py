import numpy as np
import pytest
from scipy.signal import lfilter
from statsmodels.datasets import sunspots

from models.stats.season_search import detect_seasons
from models.time.frequency import Frequency
from tests.datasets import load

INTEGER = Frequency.integer(1)


def season(size: int, *periods: int, noise: float = 0.3, seed: int = 0) -> np.ndarray:
    t = np.arange(size)
    waves = sum(np.sin(2 * np.pi * t / m) + 0.5 * np.cos(4 * np.pi * t / m) for m in periods)
    return waves + np.random.default_rng(seed).normal(0, noise, size)


@pytest.mark.parametrize("freq", [INTEGER, Frequency.parse("MS")])
def test_airline_passengers_have_a_year(freq: Frequency) -> None:
    _, y = load("airpassengers")
    assert detect_seasons(y, freq) == (12,)


def test_sunspots_have_their_cycle_though_years_have_no_season() -> None:
    y = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
    assert detect_seasons(y, Frequency.parse("YS"))[0] in (10, 11)


@pytest.mark.parametrize("freq", [INTEGER, Frequency.parse("h")])
def test_day_and_week_are_both_found(freq: Frequency) -> None:
    assert detect_seasons(season(1400, 24, 168), freq) == (24, 168)


def test_a_day_alone_is_no_week() -> None:
    assert detect_seasons(season(1400, 24), Frequency.parse("h")) == (24,)


@pytest.mark.parametrize("size", [336, 340, 351, 362, 400])
def test_two_weeks_show_a_week_and_days_that_change_do_not(size: int) -> None:
    hours, days = np.arange(size), size // 24 + 1
    weekend = hours // 24 % 7 > 4
    assert detect_seasons(season(size, 24) - 2.0 * weekend, Frequency.parse("h")) == (24, 168)
    found = 0
    for seed in range(20):
        steps = np.random.default_rng(seed).normal(size=(days, 24)).cumsum(axis=0)
        found += 168 in detect_seasons(
            season(size, seed=seed) + 0.2 * steps.ravel()[:size], Frequency.parse("h")
        )
    assert found <= 2


def test_a_growing_season_is_not_its_multiple() -> None:
    y = season(480, 12) * np.linspace(1, 4, 480)
    assert detect_seasons(y, INTEGER) == (12,)


def test_an_unusual_cycle_is_found_without_a_calendar() -> None:
    assert detect_seasons(season(600, 31), INTEGER) == (31,)


def test_steep_trend_hides_no_season() -> None:
    y = season(72, 12) + 0.5 * np.arange(72) ** 1.5
    assert detect_seasons(y, Frequency.parse("MS")) == (12,)


@pytest.mark.parametrize("size", [24, 25, 27, 29, 36])
def test_two_cycles_of_a_clear_season_suffice(size: int) -> None:
    assert detect_seasons(season(size, 12), Frequency.parse("MS")) == (12,)
    assert detect_seasons(season(23, 12), Frequency.parse("MS")) == ()


def test_noise_of_two_cycles_has_no_season() -> None:
    draws = [np.random.default_rng(seed).normal(size=25) for seed in range(100)]
    assert sum(bool(detect_seasons(y, Frequency.parse("MS"))) for y in draws) <= 10


@pytest.mark.parametrize("shape", ["wave", "burst", "steps"])
@pytest.mark.parametrize(
    ("m", "size", "freq"), [(10, 300, "D"), (14, 400, "D"), (7, 200, "W"), (17, 500, "h")]
)
def test_a_dated_season_outside_the_calendar_is_found(
    m: int, size: int, freq: str, shape: str
) -> None:
    rng = np.random.default_rng(m)
    phase = np.arange(size) % m
    cycle = {
        "wave": 3 * np.sin(2 * np.pi * np.arange(m) / m),
        "burst": 8.0 * (np.arange(m) == 3),
        "steps": rng.normal(0, 3, m),
    }[shape]
    y = cycle[phase] + rng.normal(size=size)
    assert detect_seasons(y, Frequency.parse(freq)) == (m,)


@pytest.mark.parametrize(
    ("m", "size", "freq"), [(13, 45, "W"), (26, 60, "W"), (26, 78, "W"), (4, 23, "MS")]
)
def test_a_part_of_a_cycle_that_is_too_long_to_be_seen_is_a_season(
    m: int, size: int, freq: str
) -> None:
    rng = np.random.default_rng(m)
    y = rng.normal(0, 4, m)[np.arange(size) % m] + rng.normal(size=size)
    assert detect_seasons(y, Frequency.parse(freq)) == (m,)


@pytest.mark.parametrize(("m", "size"), [(5, 36), (5, 48), (5, 60), (7, 42), (7, 60)])
def test_months_next_to_a_part_of_a_year_are_found(m: int, size: int) -> None:
    random = np.random.default_rng(3)
    y = 100 + random.normal(0, 10, m)[np.arange(size) % m] + random.normal(0, 2, size)
    assert detect_seasons(y, Frequency.parse("MS")) == (m,)


def test_a_noisy_year_of_months_has_no_season_next_to_its_parts() -> None:
    rng = np.random.default_rng(5)
    draws = [rng.normal(0, 2, 12)[np.arange(48) % 12] + rng.normal(size=48) for _ in range(100)]
    found = [m for y in draws for m in detect_seasons(y, Frequency.parse("MS"))]
    assert sum(12 % m != 0 for m in found) <= 1


@pytest.mark.parametrize(("size", "freq"), [(60, "W"), (100, "W"), (20, "MS"), (40, "h")])
def test_noise_has_no_part_of_a_cycle_either(size: int, freq: str) -> None:
    rng = np.random.default_rng(size)
    draws = [rng.normal(size=size) for _ in range(100)]
    assert sum(bool(detect_seasons(y, Frequency.parse(freq))) for y in draws) <= 8


@pytest.mark.no_cover
@pytest.mark.parametrize("walks", [False, True], ids=["noise", "random walk"])
@pytest.mark.parametrize("freq", [INTEGER, *map(Frequency.parse, ("MS", "D", "h"))])
@pytest.mark.parametrize("size", [60, 300])
def test_noise_has_no_season(freq: Frequency, size: int, walks: bool) -> None:
    rng = np.random.default_rng(size)
    draws = [rng.normal(size=size) for _ in range(200)]
    found = sum(bool(detect_seasons(y.cumsum() if walks else y, freq)) for y in draws)
    # 5 % of 200 is 10; 17 is the 98.7 % quantile of that.
    assert found <= 17


@pytest.mark.parametrize(
    "y",
    [
        np.empty(0), np.ones(1), np.ones(100), np.arange(200.0), 1e12 + np.arange(200.0),
        np.zeros(400), np.r_[np.zeros(399), 1.0],
    ],
)  # fmt: skip
@pytest.mark.parametrize("freq", [INTEGER, Frequency.parse("MS")])
def test_degenerate_series_have_none(y: np.ndarray, freq: Frequency) -> None:
    assert detect_seasons(y, freq) == ()


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_scale_and_offset_change_nothing(scale: float) -> None:
    y = season(240, 12)
    assert detect_seasons(scale * (y + 3), INTEGER) == detect_seasons(y, INTEGER) == (12,)


@pytest.mark.parametrize(
    ("m", "cycles", "amplitude", "noise", "freq"),
    [
        (60, 12, 3, 1, INTEGER), (30, 12, 3, 1, INTEGER), (30, 40, 3, 2, INTEGER),
        (24, 12, 3, 1, INTEGER), (10, 12, 3, 2, INTEGER), (24, 7, 2, 1, Frequency.parse("h")),
        (12, 4, 2, 1, Frequency.parse("MS")),
    ],
)  # fmt: skip
def test_smooth_cycles_are_found(
    m: int, cycles: int, amplitude: float, noise: float, freq: Frequency
) -> None:
    wave = amplitude * np.sin(2 * np.pi * np.arange(m * cycles) / m)
    draws = [np.random.default_rng(s).normal(0, noise, len(wave)) for s in range(20)]
    assert sum(m in detect_seasons(wave + draw, freq) for draw in draws) >= 19


@pytest.mark.parametrize("freq", [INTEGER, Frequency.parse("h")])
@pytest.mark.parametrize("weeks", [5, 12, 26])
def test_a_smooth_week_is_found_beside_a_smooth_day(weeks: int, freq: Frequency) -> None:
    t = np.arange(168 * weeks)
    wave = 3 * np.sin(2 * np.pi * t / 24) + 3 * np.sin(2 * np.pi * t / 168)
    draws = [np.random.default_rng(s).normal(size=len(t)) for s in range(10)]
    assert sum(set(detect_seasons(wave + draw, freq)) >= {24, 168} for draw in draws) >= 9


def test_a_sharp_cycle_is_neither_its_half_nor_its_double() -> None:
    burst = 4.0 * (np.arange(480) % 24 == 5)
    draws = [np.random.default_rng(s).normal(0, 0.5, 480) for s in range(20)]
    found = [detect_seasons(burst + draw, INTEGER) for draw in draws]
    assert all(24 in seasons and not {12, 48} & set(seasons) for seasons in found)


def test_years_of_weeks_are_found_though_their_period_is_no_whole_number() -> None:
    wave = 2 * np.sin(2 * np.pi * np.arange(1565) / 52.18)
    draws = [np.random.default_rng(s).normal(size=len(wave)) for s in range(10)]
    assert sum(52 in detect_seasons(wave + draw, INTEGER) for draw in draws) >= 9


def autoregression(size: int, weights: list[float], rng: np.random.Generator) -> np.ndarray:
    return lfilter([1.0], [1.0, *(-np.array(weights))], rng.normal(size=size + 200))[200:]


@pytest.mark.no_cover
@pytest.mark.parametrize("weights", [[-0.7], [0.9], [1.0, -0.6]], ids=["turns", "lasts", "swings"])
@pytest.mark.parametrize("freq", [INTEGER, Frequency.parse("MS")])
def test_autocorrelation_is_no_season(weights: list[float], freq: Frequency) -> None:
    rng = np.random.default_rng(7)
    draws = [autoregression(200, weights, rng) for _ in range(100)]
    # 5 % of 100 is 5; 10 is the 98.9 % quantile of that.
    assert sum(bool(detect_seasons(y, freq)) for y in draws) <= 10


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_rare_demand_has_no_season(share: float) -> None:
    rng = np.random.default_rng(5)
    draws = [(rng.random(200) < share) * rng.lognormal(1, 1, 200) for _ in range(100)]
    assert sum(bool(detect_seasons(y, INTEGER)) for y in draws) <= 10


@pytest.mark.parametrize("freq", [Frequency.parse("D"), Frequency.integer(1)])
def test_a_year_of_days_is_no_near_miss_of_its_weeks(freq: Frequency) -> None:
    t = np.arange(3000)
    week = np.array([0, 0.2, 0.1, 0.3, 0.8, -1.5, -1.8])[t % 7]
    year = 4 * np.sin(2 * np.pi * t / 365.25)
    y = week + year + np.random.default_rng(1).normal(size=3000)
    assert detect_seasons(y, freq) == (7, 365)


def test_a_short_cycle_is_found_beside_a_long_one() -> None:
    t = np.arange(960)
    cycles = 2 * np.sin(2 * np.pi * t / 7) + 6 * np.sin(2 * np.pi * t / 96)
    y = cycles + np.random.default_rng(0).normal(size=960)
    assert detect_seasons(y, Frequency.integer(1)) == (7, 96)


def test_a_week_of_five_minutes_is_looked_for_in_all_of_a_series():
    y = season(6048, 288, 2016, noise=1.0)
    assert 288 in detect_seasons(y, Frequency.parse("5min"))


@pytest.mark.parametrize(
    ("length", "size", "freq"), [(8, 240, "D"), (6, 200, "D"), (4, 200, "D"), (5, 150, "MS")]
)
def test_a_season_next_to_one_of_the_calendar_is_found_in_many_cycles(
    length: int, size: int, freq: str
) -> None:
    wave = 20 * np.cos(2 * np.pi * np.arange(size) / length)
    y = wave + np.random.default_rng(length).normal(100.0, 1.5, size)
    assert detect_seasons(y, Frequency.parse(freq)) == (length,)


def test_a_multiple_of_which_too_few_rounds_are_seen_is_no_season() -> None:
    # to rounding, twelve is found in what four leaves
    y = 1e12 * (10.0 + np.arange(24) % 4)
    assert detect_seasons(y / np.abs(y).max(), INTEGER)[0] == 4


@pytest.mark.parametrize("size", [672, 800])
def test_tides_of_hours_are_told_by_two_of_them(size: int) -> None:
    hour, random = np.arange(size), np.random.default_rng(0)
    y = 2.0 * np.sin(2 * np.pi * hour / 12.42) + 0.5 * np.sin(2 * np.pi * hour / 12)
    found = detect_seasons(y + random.normal(0.0, 0.1, size), Frequency.parse("h"))
    assert found[:1] == (25,)
