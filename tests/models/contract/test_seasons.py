"""The seasons of a series are those given, else found once and kept."""

from dataclasses import replace

import numpy as np
import pytest

from models.contract import seasons
from models.contract.seasons import may_have_cycles, season_of_scatter, seasons_for, seasons_of
from models.data.series import RawSeries, Series
from models.prepare import PreparationOptions, prepare
from tests.models.build import series_of

YEAR = np.sin(2 * np.pi * np.arange(96) / 12)


def test_those_given_are_in_order_and_above_one() -> None:
    assert seasons_of(series_of(YEAR, [24, 1, 12])) == (12, 24)
    assert seasons_of(series_of(YEAR, 1)) == ()


def test_those_found_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    series = series_of(YEAR, None)
    assert series.known_seasons is None
    assert seasons_of(series) == (12,)
    monkeypatch.setattr(seasons, "detect_seasons", lambda *_: 1 / 0)
    assert seasons_of(series) == (12,)
    assert seasons_of(series.head(10)) == seasons_of(series.with_values(-YEAR)) == (12,)


def test_nothing_found_is_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    series = series_of(np.random.default_rng(1).normal(size=60), None)
    assert seasons_of(series) == ()
    monkeypatch.setattr(seasons, "detect_seasons", lambda *_: 1 / 0)
    assert seasons_of(series) == ()


def test_a_season_that_is_asked_for_is_the_only_one() -> None:
    series = series_of(np.tile([1.0, 5.0, 2.0, 7.0], 20), [4, 8])
    assert seasons_for(series, None) == (4, 8)
    assert seasons_for(series, 6) == (6,)
    assert seasons_for(series, 1) == ()


def test_quiet_times_make_a_season_of_scatter_unless_a_season_was_told() -> None:
    hour = np.arange(28 * 24)
    noise = np.random.default_rng(0).normal(size=len(hour))
    off = np.where(hour % 24 < 6, 10.0, 1.0) * noise
    assert season_of_scatter(hourly(off), None, off) == 24
    assert season_of_scatter(hourly(off), 1, off) == 1
    assert season_of_scatter(replace(hourly(off), season_length=()), None, off) == 1
    assert season_of_scatter(hourly(noise), None, noise) == 1
    louder = np.where(hour % 24 < 6, 2.0, 1.0) * noise
    assert season_of_scatter(hourly(louder), None, louder) == 1


def test_twelve_days_of_hours_may_have_a_weekend_that_does_not_come_twice() -> None:
    assert may_have_cycles(hourly(np.zeros(12 * 24)))
    assert not may_have_cycles(hourly(np.zeros(14 * 24)))
    assert not may_have_cycles(series_of(np.zeros(12 * 24), None))


def hourly(y: np.ndarray) -> Series:
    raw = RawSeries("hours", y, start="2024-01-01", freq="h")
    (prepared,) = prepare([raw], PreparationOptions())
    assert prepared.series is not None
    return prepared.series
