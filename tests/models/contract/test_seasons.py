"""The seasons of a series are those given, else found once and kept."""

import numpy as np
import pytest

from models.contract import seasons
from models.contract.seasons import seasons_for, seasons_of
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
