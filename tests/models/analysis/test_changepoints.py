"""Planted changes are found where they are, and few where there are none."""

from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from models.analysis.changepoints import LEAST, ChangeRules, find_changes
from models.analysis.changes import Change
from models.data.series import Series
from models.errors import InvalidParameter, SeriesTooShort
from models.params import validate
from models.tasks.changepoints import ChangesTask, find_changes_many
from models.types import FloatArray
from tests.datasets import load
from tests.models.build import noise, series_of

T = np.arange(200)
LATER = (T >= 120) * 1.0


def found(y: FloatArray, season: int | list[int] | None = 1, **rules: Any) -> list[Change]:
    return list(find_changes(series_of(y, season), validate(ChangeRules, rules)))


def autoregression(size: int, likeness: float, seed: int) -> FloatArray:
    return np.asarray(lfilter([1.0], [1.0, -likeness], noise(size + 100, seed))[100:])


def test_a_step_is_found_where_it_is_with_its_size() -> None:
    [change] = found(10 + noise() + 4 * LATER)
    assert abs(change.index - 120) <= 2
    assert change.kind == "level"
    assert change.before == pytest.approx(10, abs=0.4)
    assert change.after == pytest.approx(14, abs=0.4)
    assert change.score > 5
    assert change.reason.startswith("the level rises by ")


def test_a_bend_is_found_with_both_slopes() -> None:
    [change] = found(noise() + 0.2 * np.maximum(0, T - 120))
    assert abs(change.index - 120) <= 8
    assert change.kind == "trend"
    assert change.before == pytest.approx(0, abs=0.02)
    assert change.after == pytest.approx(0.2, abs=0.03)
    assert "steeper" in change.reason


def test_a_wider_scatter_is_found_with_both_deviations() -> None:
    [change] = found(noise() * (1 + 2 * LATER))
    assert abs(change.index - 120) <= 8
    assert change.kind == "variance"
    assert change.before == pytest.approx(1, rel=0.25)
    assert change.after == pytest.approx(3, rel=0.25)
    assert "widens" in change.reason


def test_a_step_on_a_trend_is_a_change_of_level_alone() -> None:
    [change] = found(noise() + 0.3 * T + 8 * LATER)
    assert (change.kind, abs(change.index - 120) <= 1) == ("level", True)
    assert change.after - change.before == pytest.approx(8, abs=1)


def test_a_step_and_a_bend_at_once_are_both_told() -> None:
    y = noise() + 10 * LATER + 0.3 * np.maximum(0, T - 120)
    assert sorted(change.kind for change in found(y)) == ["level", "trend"]
    assert {abs(change.index - 120) <= 1 for change in found(y)} == {True}


def test_several_changes_come_in_order() -> None:
    y = noise(400) + np.repeat([0.0, 5.0, 1.0, 8.0], 100)
    changes = found(y)
    assert [change.kind for change in changes] == ["level"] * 3
    np.testing.assert_allclose([change.index for change in changes], [100, 200, 300], atol=2)


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (5.0 + LATER, [("level", 120, 5.0, 6.0)]),
        (-0.5 * np.abs(T - 90.0), [("trend", 90, 0.5, -0.5)]),
    ],
)
def test_without_noise_changes_are_exact(y: FloatArray, expected: list[Any]) -> None:
    [change] = found(y)
    assert [(change.kind, change.index)] == [one[:2] for one in expected]
    assert (change.before, change.after) == pytest.approx(expected[0][2:], abs=1e-6)


def test_the_nile_fell_in_1899() -> None:
    """The usual example; Cobb (1978), Biometrika 65, dates the change to 1898."""
    nile = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958
        1140 1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969
        831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796 1040 759 781 865 845
        944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890 744 749 838 1050 918 986
        797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""
    [change] = found(np.array(nile.split(), dtype=np.float64))
    assert (change.kind, 1871 + change.index) == ("level", 1899)
    assert change.before == pytest.approx(1098, abs=3)
    assert change.after == pytest.approx(850, abs=3)


def rare(
    size: int, rate: FloatArray | float, mean: FloatArray | float | None, seed: int
) -> FloatArray:
    rng = np.random.default_rng(seed)
    happens = (rng.random(size) < rate) * 1.0
    return happens if mean is None else happens * rng.poisson(mean, size)


@pytest.mark.no_cover
@pytest.mark.parametrize("mean", [None, 5.0])
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.3, 0.5, 0.8])
def test_steady_rare_demand_does_not_change(rate: float, mean: float | None) -> None:
    assert sum(bool(found(rare(200, rate, mean, seed))) for seed in range(60)) <= 3


@pytest.mark.parametrize("mean", [0.2, 0.3])
def test_small_counts_do_not_change(mean: float) -> None:
    assert sum(bool(found(rare(200, 1.0, mean, seed))) for seed in range(60)) <= 3


def test_a_higher_rate_of_demand_is_a_level() -> None:
    changes = [found(rare(200, 0.1 + 0.4 * LATER, None, seed)) for seed in range(20)]
    hits = [one[0] for one in changes if len(one) == 1 and abs(one[0].index - 120) <= 15]
    assert len(hits) >= 17
    assert {change.kind for change in hits} == {"level"}
    assert np.median([change.before for change in hits]) == pytest.approx(0.1, abs=0.03)
    assert np.median([change.after for change in hits]) == pytest.approx(0.5, abs=0.06)


def test_demand_that_triples_is_a_level_though_it_is_as_rare_as_before() -> None:
    later = np.repeat([0.0, 1.0], 150)
    changes = [found(rare(300, 0.4, 5 + 10 * later, seed)) for seed in range(20)]
    assert sum(any(abs(change.index - 150) <= 15 for change in one) for one in changes) >= 18


def test_a_series_that_begins_to_move_is_no_rare_demand() -> None:
    [change] = found(0.2 * np.maximum(0.0, T - 120))
    assert change.kind == "trend"


@pytest.mark.parametrize(("likeness", "most"), [(0.0, 1), (0.5, 2), (0.8, 3)])
def test_false_alarms_are_rare(likeness: float, most: int) -> None:
    alarms = [bool(found(autoregression(500, likeness, seed))) for seed in range(30)]
    assert sum(alarms) <= most


@pytest.mark.parametrize("amplitude", [1.0, 20.0])
def test_a_season_is_no_change_and_hides_none(amplitude: float) -> None:
    t = np.arange(360)
    season = amplitude * np.sin(2 * np.pi * t / 12)
    assert found(season + noise(360), 12) == []
    [change] = found(season + noise(360) + 4 * (t >= 200), 12)
    assert (change.kind, abs(change.index - 200) <= 3) == ("level", True)


def test_spikes_are_no_changes() -> None:
    y = noise()
    y[[40, 41, 90, 150]] += [30, 25, -40, 1e6]
    assert found(y) == []


@pytest.mark.parametrize("at", [30, 60, 100])
@pytest.mark.parametrize(("slope", "jump"), [(0.5, -20.0), (2.0, -20.0), (-1.0, 8.0)])
def test_a_jump_against_the_slope_is_one_change_of_the_level(
    slope: float, jump: float, at: int
) -> None:
    y = slope * np.arange(130.0)
    y[at:] += jump
    assert [(one.index, one.kind) for one in found(y)] == [(at, "level")]


@pytest.mark.parametrize("seed", range(6))
def test_noise_beside_a_steep_slope_is_no_incident_before_a_jump_against_it(seed: int) -> None:
    y = np.arange(150.0) + noise(150, seed) - 30.0 * (np.arange(150) >= 90)
    [change] = found(y)
    assert (change.kind, change.index) == ("level", 90)


@pytest.mark.parametrize("seed", range(4))
def test_a_level_that_halves_with_its_season_is_found_in_few_cycles(seed: int) -> None:
    month = np.arange(96)
    y = (100.0 + 30.0 * np.sin(2.0 * np.pi * month / 12)) * np.where(month < 50, 1.0, 0.5)
    changes = found(y + 2.0 * noise(96, seed), 12)
    assert [one.index for one in changes if one.kind == "level"] == [50]
    strongest = max(changes, key=lambda one: one.score)
    assert (strongest.kind, strongest.index) == ("level", 50)
    assert changes[0].index >= 46  # in logarithms the same noise doubles there, too


@pytest.mark.parametrize("size", [40, 60])
def test_a_last_level_of_ten_values_is_found_whatever_neighbours_share_by_chance(size: int) -> None:
    series = [10.0 * (np.arange(size) >= size - 10) + noise(size, seed) for seed in range(12)]
    places = [[one.index for one in found(y) if one.kind == "level"] for y in series]
    assert sum(size - 10 in one for one in places) >= 11


def test_spikes_of_one_cycle_leave_no_echo_in_the_others_of_few() -> None:
    _, hourly = load("spiky_hourly")
    assert found(hourly, [24, 168]) == []
    y = noise(96) + 5 * np.sin(2 * np.pi * np.arange(96) / 24)
    y[[30, 58]] += [60, -80]
    assert found(y, 24) == []


@pytest.mark.parametrize(("weeks", "step"), [(4, 12.0), (5, 24.0)])
def test_a_step_leaves_no_echo_in_the_other_weeks_of_few(weeks: int, step: float) -> None:
    hour = np.arange(168 * weeks)
    y = 50.0 + 8.0 * np.sin(2.0 * np.pi * hour / 24) + 4.0 * (hour // 24 % 7 < 5)
    y += 2.0 * np.random.default_rng(5).normal(size=len(y)) + step * (hour >= len(y) // 2)
    changes = found(y, [24, 168])
    assert [change.kind for change in changes] == ["level"]
    assert abs(changes[0].index - len(y) // 2) <= 3


def test_what_is_told_is_written_in_figures_without_powers_of_ten() -> None:
    [change] = found(12000 + 100 * noise() - 1100 * LATER)
    assert change.reason == "the level falls by 1116, from 12008 to 10892"


def test_values_that_were_filled_in_do_not_count() -> None:
    y = noise(300)
    observed = np.ones(300, dtype=bool)
    y[100:160], observed[100:160] = np.linspace(y[99], y[160], 60), False
    whole = series_of(y)
    partly = Series("a", y, whole.grid, (1,), observed)
    assert "variance" in {change.kind for change in find_changes(whole)}
    assert find_changes(partly) == ()
    shifted = Series("a", y + 9 * (np.arange(300) >= 220), whole.grid, (1,), observed)
    [change] = find_changes(shifted)
    assert change.index == 220


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_unit_does_not_matter(scale: float) -> None:
    y = noise() + 4 * LATER
    [plain], [scaled] = found(y), found(scale * y)
    assert (scaled.index, scaled.kind) == (plain.index, plain.kind)
    assert scaled.score == pytest.approx(plain.score, rel=1e-6)
    assert scaled.after == pytest.approx(scale * plain.after, rel=1e-6)


def test_each_kind_can_be_asked_for_alone() -> None:
    y = noise(300) * np.repeat([1.0, 4.0], 150) + 30 * (np.arange(300) >= 80)
    assert {change.kind for change in found(y)} == {"level", "variance"}
    assert {change.kind for change in found(y, kinds=["level"])} == {"level"}
    assert {change.kind for change in found(y, kinds=["variance"])} == {"variance"}
    assert found(y, kinds=["trend"]) == []


def test_penalty_and_sensitivity_move_the_edge() -> None:
    y = noise() + 1.5 * LATER
    [change] = found(y, penalty=1)
    assert len(found(y, penalty=change.score * 0.95)) == 1
    assert found(y, penalty=change.score * 1.6) == []
    assert (
        len(found(y, sensitivity=100))
        >= len(found(y, sensitivity=50))
        >= len(found(y, sensitivity=0))
    )
    assert found(y, sensitivity=50) == found(y)
    assert found(y, sensitivity=75) == found(y, penalty=0.625)


def test_the_least_distance_is_kept() -> None:
    y = noise(100) + 50 * ((np.arange(100) >= 50) & (np.arange(100) < 56))
    assert [change.index for change in found(y, min_size=4, kinds=["level"])] == [50, 56]
    edges = [0, *(change.index for change in found(y, min_size=20, kinds=["level"])), 100]
    assert min(np.diff(edges)) >= 20


@pytest.mark.parametrize(
    "rules",
    [{"penalty": 0}, {"sensitivity": 101}, {"min_size": 1}, {"kinds": []}, {"kinds": ["levle"]}],
)
def test_options_have_bounds(rules: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameter):
        validate(ChangeRules, rules)


def test_every_length_has_an_answer_or_a_named_error() -> None:
    for size in range(1, 31):
        for season in (1, 4, 7):
            for y in (
                noise(size),
                T[:size] * 1.0,
                (T[:size] >= 5) * 1.0,
                (T[:size] % 3 == 0) * 1.0,
            ):
                series = series_of(y, season)
                if size >= LEAST or series.is_constant:
                    assert all(0 < change.index < size for change in find_changes(series))
                else:
                    with pytest.raises(SeriesTooShort, match=f"at least {LEAST} .*got {size}"):
                        find_changes(series)


def test_a_constant_never_changes_and_is_told() -> None:
    [outcome] = find_changes_many(ChangesTask(), [series_of([3.0] * 50)])
    assert outcome.result == ()
    assert [notice.code for notice in outcome.notices] == ["constant_series"]


@pytest.mark.parametrize("m", [3, 4, 7, 12])
def test_a_season_and_nothing_else_never_changes(m: int) -> None:
    assert found(1e6 + np.resize(noise(m), 20 * m), m) == []
    assert found(np.resize(noise(m), 5 * m), m) == []


def test_one_bad_series_does_not_spoil_the_others() -> None:
    short, long = find_changes_many(
        ChangesTask(), [series_of([1.0, 2.0]), series_of(noise() + 5 * LATER, unique_id="b")]
    )
    assert short.error is not None
    assert short.error.code == "series_too_short"
    assert short.error.problems[0].unique_id == "a"
    assert long.result is not None
    assert len(long.result) == 1
    assert long.fit_ms > 0


def test_a_long_series_is_cut_as_exactly() -> None:
    t = np.arange(20_000)
    [change] = found(noise(20_000) + 3 * (t >= 7_777))
    assert abs(change.index - 7_777) <= 2


def test_airpassengers_get_steeper() -> None:
    _, y = load("airpassengers")
    changes = found(y, 12)
    assert "trend" in {change.kind for change in changes}
    assert all(change.score >= 1 for change in changes)


@pytest.mark.parametrize(("season", "size"), [(365, 1200), (24, 96)])
def test_a_season_of_few_cycles_leaves_noise_as_even_as_it_was(season: int, size: int) -> None:
    for seed in range(5):
        noise = np.random.default_rng(seed).normal(size=size)
        wave = 5 * np.sin(2 * np.pi * np.arange(size) / season)
        for y in (50 + noise, 50 + wave + noise):
            assert find_changes(series_of(y, season)) == ()


@pytest.mark.parametrize("size", range(8, 31))
def test_a_step_is_found_in_as_few_values_as_are_said_to_do(size: int) -> None:
    half = size // 2
    places = []
    for seed in range(5):
        y = 10.0 + 0.5 * noise(size, seed) + 20.0 * (np.arange(size) >= half)
        places.append([c.index for c in found(y, None) if c.kind == "level"])
    assert sum(any(abs(index - half) <= 1 for index in one) for one in places) >= 4


def test_few_values_of_noise_have_no_changes_and_with_a_spike_as_few() -> None:
    alarms = []
    for seed in range(40):
        y = noise(8 + seed % 12, seed)
        alarms.append(bool(found(y)))
        y[len(y) // 2] += 30.0
        alarms.append(bool(found(y)))
    assert sum(alarms) <= 6


@pytest.mark.parametrize("behind", [3, 5, 8])
def test_a_step_near_the_end_is_a_step_and_no_wider_scatter(behind: int) -> None:
    for seed in range(3):
        y = noise(100, seed)
        y[-behind:] += 10.0
        assert [(c.index, c.kind) for c in found(y)] == [(100 - behind, "level")]


def test_one_far_value_at_the_end_is_no_change() -> None:
    y = noise(100, 1)
    y[-1] += 30.0
    assert not found(y)


def test_a_jump_on_a_slope_is_one_jump_wherever_it_lies_on_the_grid() -> None:
    t = np.arange(1000)
    for first in (473, 474, 475, 476):
        y = 0.004 * t + 6.28 * (t >= first) + 0.5 * noise(1000, 3)
        [change] = found(y)
        assert (change.index, change.kind) == (first, "level")


def test_more_sensitivity_loses_nothing() -> None:
    y = np.cumsum(0.1 + 0.8 * noise(200, 4)) + 15.0 * (T >= 83)
    known: set[tuple[int, str]] = set()
    for sensitivity in (0, 25, 50, 60, 75, 100):
        now = {(c.index, c.kind) for c in found(y, None, sensitivity=sensitivity)}
        assert all(any(k == kind and abs(i - at) < 10 for i, k in now) for at, kind in known)
        known = now


@pytest.mark.parametrize("season", [1, 24])
@pytest.mark.parametrize(("length", "size"), [(3, 25.0), (4, -30.0), (6, 15.0), (9, 50.0)])
def test_an_incident_shorter_than_a_level_may_be_is_no_change(
    length: int, size: float, season: int
) -> None:
    t = np.arange(504)
    y = 50.0 + noise(504, length) + (season > 1) * 15.0 * np.sin(2 * np.pi * t / 24)
    y[350 : 350 + length] += size
    assert found(y, season) == []


@pytest.mark.parametrize("length", [10, 15])
def test_a_level_as_short_as_it_may_be_is_two_changes(length: int) -> None:
    y = noise(300, 2)
    y[150 : 150 + length] += 6.0
    assert [(one.kind, one.index) for one in found(y)] == [("level", 150), ("level", 150 + length)]


@pytest.mark.parametrize("place", [0, 1, 198, 199])
def test_a_wild_value_next_to_an_end_is_no_change(place: int) -> None:
    y = 10.0 + noise(200, 200)
    y[place] += 80.0
    assert found(y) == []


def test_less_sensitivity_tells_changes_where_the_usual_one_does() -> None:
    y = noise(200, 5) + 2.0 * ((T >= 60) & (T < 140))
    usual = {(one.kind, one.index) for one in found(y)}
    for sensitivity in (0, 10, 25, 40):
        assert {(one.kind, one.index) for one in found(y, sensitivity=sensitivity)} <= usual


@pytest.mark.parametrize("seed", range(4))
def test_a_jump_that_a_wandering_level_does_not_hide_is_found_where_it_is(seed):
    steps = np.random.default_rng(seed).normal(scale=0.6, size=250)
    steps[100] += 12.0
    found = find_changes(series_of(50.0 + np.cumsum(steps)))
    assert (100, "level") in [(change.index, change.kind) for change in found]


@pytest.mark.parametrize("seed", [3, 5])
def test_rounding_feigns_no_changes_beside_the_one_there_is(seed):
    noise = np.random.default_rng(seed).normal(scale=0.3, size=200)
    y = np.round(np.repeat([3.0, 6.0], 100) + noise)
    [change] = find_changes(series_of(y))
    assert (change.kind, change.index) == ("level", 100)


@pytest.mark.parametrize(("length", "levels"), [(40, 4), (30, 4), (50, 4)])
@pytest.mark.parametrize("scatter", [0.0, 1.0])
def test_steps_of_one_height_and_length_are_no_season(
    length: int, levels: int, scatter: float
) -> None:
    y = 20.0 * np.repeat(np.arange(levels), length) + scatter * noise(length * levels)
    steps = [length * k for k in range(1, levels)]
    assert [(one.index, one.kind) for one in found(y, None)] == [(at, "level") for at in steps]


def test_teeth_of_a_saw_stay_a_season() -> None:
    y = np.arange(400) % 40 + 0.5 * noise(400)
    assert found(y, None) == []


_MONTH = 2 * np.pi * np.arange(240) / 12


@pytest.mark.parametrize("rate", [0.01, -0.01])
@pytest.mark.parametrize("swing", [0.0, 0.3])
def test_steady_growth_and_a_season_that_grows_with_it_are_no_changes(rate, swing):
    steps, changes = np.arange(240), []
    for seed in range(4):
        y = 100.0 * np.exp(rate * steps + 0.05 * noise(240, seed)) * (1 + swing * np.sin(_MONTH))
        changes += found(y, 12 if swing else 1)
    assert not changes  # three to eight of each


def test_growth_that_gets_faster_is_told_in_percent_a_step():
    steps = np.arange(240)
    y = 100.0 * np.exp(0.01 * steps + 0.02 * np.maximum(steps - 120, 0) + 0.04 * noise(240))
    [change] = found(y)
    assert abs(change.index - 120) <= 6
    assert change.kind == "trend"
    level = 100.0 * np.exp(1.2)
    assert change.before == pytest.approx(0.01 * level, rel=0.25)
    assert change.after == pytest.approx(0.03 * level, rel=0.25)
    assert "the trend gets steeper: +1" in change.reason
    assert "% a step before" in change.reason


def test_a_level_that_halves_while_all_grows_is_told_in_units_of_the_values():
    steps = np.arange(240)
    y = 100.0 * np.exp(0.01 * steps + 0.04 * noise(240)) * np.where(steps < 150, 1.0, 0.5)
    [change] = found(y)
    assert (change.index, change.kind) == (150, "level")
    assert change.before == pytest.approx(100.0 * np.exp(1.5), rel=0.1)
    assert change.after == pytest.approx(50.0 * np.exp(1.5), rel=0.1)


def test_a_scatter_in_shares_is_told_in_percent():
    steps = np.arange(240)
    share = np.where(steps < 130, 0.03, 0.12)
    [change] = found(100.0 * np.exp(0.01 * steps + share * noise(240)))
    assert abs(change.index - 130) <= 8
    assert change.kind == "variance"
    assert change.after / change.before == pytest.approx(4.0, rel=0.3)
    assert "standard deviation in % 3" in change.reason


@pytest.mark.parametrize(
    "curve",
    [
        np.sqrt(np.arange(200.0)) * 10.0,
        100.0 * (1.0 - np.exp(-np.arange(300) / 40.0)),
        np.arange(100.0) ** 2,
        100.0 / (1.0 + np.exp(-(np.arange(200) - 100) / 12.0)),
        np.round(1000.0 * 1.05 ** np.arange(60), 2),
    ],
)
def test_a_smooth_curve_is_no_row_of_bends_and_steps(curve):
    assert found(curve) == []  # 13 to 66
    jumped = curve + 0.3 * np.ptp(curve) * (np.arange(len(curve)) >= len(curve) // 2)
    assert [(one.index, one.kind) for one in found(jumped)] == [(len(curve) // 2, "level")]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("begins", [True, False])
def test_what_is_not_in_use_says_nothing_of_the_noise_of_what_is(begins: bool, seed: int) -> None:
    used, none = 30 + noise(100, seed), np.zeros(300)
    y = np.concatenate([none, used] if begins else [used, none])
    levels = [change.index for change in found(y) if change.kind != "variance"]
    assert levels == [300 if begins else 100]


@pytest.mark.parametrize(
    ("sizes", "levels"),
    [
        ([67, 108, 144, 123, 149, 151, 149, 59], [3.0, 12.0, 3.0, 11.0, 1.0, 13.0, 0.0, 10.0]),
        ([189, 130, 162, 97, 136, 124, 159, 57], [0.0, 10.0, 3.0, 12.0, 1.0, 11.0, 0.0, 13.0]),
    ],
)
def test_levels_that_go_up_and_down_a_few_times_are_no_season(
    sizes: list[int], levels: list[float]
) -> None:
    y = np.repeat(levels, sizes) + 0.8 * noise(sum(sizes))
    changes = found(y, None)
    assert [change.kind for change in changes] == ["level"] * 7
    steps = np.cumsum(sizes)[:-1]
    assert np.abs(np.array([change.index for change in changes]) - steps).max() <= 2
