"""What a stream does in its first cycles is not known to be strange, and what is far outside is."""

import numpy as np
import pytest

from models.data.series import RawSeries
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.types import BoolArray, FloatArray
from tests.models.build import noise


def flagged(y: FloatArray, freq: str | None = "h") -> BoolArray:
    start = None if freq is None else "2024-01-01"
    [found] = prepare([RawSeries("a", y, start=start, freq=freq)], PreparationOptions())
    assert found.series is not None
    [outcome] = detect_many(DetectTask(ModelSpec("auto"), causal=True), [found.series])
    assert outcome.result is not None
    return outcome.result.is_anomaly


def by_day(days: int) -> FloatArray:
    """Return hours that are quiet at night."""
    hour = np.arange(24 * days) % 24
    sun = np.where((hour >= 6) & (hour <= 20), np.sin(np.pi * (hour - 6) / 14), 0.0)
    return 100.0 * sun + 5.0 * np.sqrt(np.maximum(sun, 0.0)) * noise(len(hour))


def test_the_first_days_are_no_row_of_alarms() -> None:
    assert flagged(by_day(4)).mean() < 0.1


def week_of_traffic(days: int, seed: int = 0) -> FloatArray:
    """Return hours with half as much on Saturdays and Sundays."""
    hour, day = np.arange(24 * days) % 24, np.arange(24 * days) // 24 % 7
    usual = 100.0 + 90.0 * np.sin(2.0 * np.pi * (hour - 8) / 24)
    return usual * np.where(day < 5, 1.0, 0.5) * (1.0 + 0.03 * noise(24 * days, seed))


def test_the_first_saturday_is_no_anomaly() -> None:
    for seed in range(2):
        assert flagged(week_of_traffic(7, seed))[5 * 24 :].sum() <= 1


def first_saturday(seed: int) -> FloatArray:
    """Return six days of hours, the last of which lies below the nights of the others, in heavy noise."""
    hour, day = np.arange(24 * 6) % 24, np.arange(24 * 6) // 24
    usual = 100.0 + 30.0 * np.sin(2.0 * np.pi * (hour - 9) / 24) + np.where(day < 5, 20.0, -30.0)
    return usual + 6.5 * np.random.default_rng(seed).standard_t(3, 24 * 6)


def test_a_first_saturday_below_the_nights_before_it_is_no_anomaly() -> None:
    saturdays = [flagged(first_saturday(seed))[5 * 24 :] for seed in range(3)]
    assert np.sum(saturdays) <= 3


@pytest.mark.parametrize("size", [-125.0, 150.0])
def test_what_lies_far_off_a_first_saturday_is_found(size: float) -> None:
    y = first_saturday(0)
    y[130:134] += size
    assert flagged(y)[130:134].any()


def test_giants_of_the_first_week_hide_no_later_ones() -> None:
    y, at = week_of_traffic(7), [80, 90, 91, 92, 110, 130]
    y[at] = 600.0
    assert flagged(y)[at].all()


def test_neither_are_the_weekends() -> None:
    weekend = np.arange(24 * 28) // 24 % 7 > 4
    y = 100.0 + 30.0 * np.sin(np.arange(24 * 28) * np.pi / 12) - 50.0 * weekend + noise(24 * 28)
    found = flagged(y)
    assert found.mean() < 0.015


def test_a_spike_right_after_two_weeks_is_found() -> None:
    size = 24 * 15
    weekend = np.arange(size) // 24 % 7 > 4
    y = 100.0 + 30.0 * np.sin(np.arange(size) * np.pi / 12) - 50.0 * weekend + 5.0 * noise(size)
    spikes = [337, 345, 353]
    y[spikes] += 32.0
    found = flagged(y)[336:]
    assert np.flatnonzero(found).tolist() == [place - 336 for place in spikes]


@pytest.mark.parametrize("freq", ["h", "D"])
def test_what_is_far_outside_is_found_in_the_first_cycles_too(freq: str) -> None:
    y = 100.0 + 5.0 * noise(60)
    y[[14, 18, 40]] = 1000.0, 150.0, 50.0
    found = flagged(y, freq)
    assert found[[14, 18, 40]].all()
    assert found.sum() < 6


def test_what_is_as_it_was_a_week_before_is_known_though_strange_now() -> None:
    y = 100.0 + 5.0 * noise(24 * 12)
    y[[50, 50 + 168]] = 200.0
    found = flagged(y)
    assert found[50]
    assert not found[50 + 168]


@pytest.mark.parametrize(("season", "freq"), [(13, "h"), (22, "5min"), (7, "15min")])
def test_in_a_season_that_is_none_of_the_calendar_no_day_and_no_week_is_waited_for(
    season: int, freq: str
) -> None:
    phase = np.arange(300) % season
    y = 40.0 + 10.0 * np.sin(2.0 * np.pi * phase / season) + 0.7 * noise(300)
    at = np.array([220, 250, 280])
    y[at] -= np.where(y[at] > 40.0, 7.0, -7.0)
    found = flagged(y, freq)
    assert found[at].all()
    assert found.mean() < 0.04


def test_half_a_day_is_of_the_calendar() -> None:
    y = week_of_traffic(7) + 60.0 * np.sin(np.arange(24 * 7) * np.pi / 6)
    assert flagged(y)[5 * 24 :].sum() <= 3


def test_values_that_take_turns_are_no_alarms_without_dates() -> None:
    y = np.resize([0.0, 1.0], 120)
    y[100] = 7.0
    assert np.flatnonzero(flagged(y, None)).tolist() == [100]


def test_a_counter_that_begins_anew_in_its_first_day_is_found() -> None:
    steps = np.random.default_rng(0).integers(40, 61, 900).astype(np.float64)
    y = np.cumsum(steps)
    y[400:] -= y[399]
    found = flagged(y, "min")
    assert found[400]
    assert found.mean() < 0.01


def test_what_jumps_back_into_the_range_of_the_first_days_is_found() -> None:
    y = week_of_traffic(6)
    night = 4 * 24 + 2
    y[night] = 180.0
    found = flagged(y)
    assert found[night]
    assert found.sum() <= 3


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(3))
def test_spikes_of_six_deviations_are_found_in_the_third_week(seed: int) -> None:
    hour, day = np.arange(24 * 21) % 24, np.arange(24 * 21) // 24 % 7
    usual = 100.0 + 30.0 * np.sin(2.0 * np.pi * hour / 24) + np.where(day < 5, 20.0, -30.0)
    y = usual + 5.0 * noise(24 * 21, seed)
    at = np.array([400, 425, 450, 475, 500])
    y[at] = usual[at] + 30.0 * np.array([1, -1, -1, 1, -1])
    found = flagged(y)
    assert found[at].all()
    assert np.delete(found, at)[14 * 24 :].sum() <= 6


def test_one_rare_value_hides_none_a_week_later() -> None:
    y = 100.0 + 5.0 * noise(24 * 18)
    y[[210, 250, 290]] = 150.0
    y[[210 + 168, 250 + 168]] = 140.0
    found = flagged(y)
    assert found[[210 + 168, 250 + 168]].all()


def test_what_came_in_both_weeks_before_is_known_in_the_third() -> None:
    y = 100.0 + 5.0 * noise(24 * 18)
    y[[50, 50 + 168, 50 + 336]] = 150.0
    assert not flagged(y)[50 + 336]
