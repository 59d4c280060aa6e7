"""What working days do to a month."""

import numpy as np
import pytest

from models.features.working_days import working_day_effect, working_days
from models.types import StampArray


def months(size: int, first: str = "1990-01") -> StampArray:
    return np.asarray((np.datetime64(first) + np.arange(size)).astype("datetime64[ns]"))


def test_weekdays_are_weighed_against_weekends() -> None:
    # five Fridays, Saturdays and Sundays; four of each day; five Mondays, Tuesdays and Wednesdays
    np.testing.assert_allclose(working_days(months(3, "2021-01")), [-4.0, 0.0, 3.0])
    assert working_days(months(12 * 400)).mean() == pytest.approx(0.0, abs=1e-2)


def test_any_day_of_the_month_may_mark_it() -> None:
    ends = (np.datetime64("2021-01") + np.arange(1, 4)).astype("datetime64[D]") - 1
    np.testing.assert_array_equal(
        working_days(ends.astype("datetime64[ns]")), working_days(months(3, "2021-01"))
    )


def noisy(size: int, deviation: float) -> np.ndarray:
    t = np.arange(size)
    noise = np.random.default_rng(7).normal(size=size)
    return 5 + 0.01 * t + 0.2 * np.sin(np.pi * t / 6) + deviation * noise


def test_the_effect_is_found_beside_trend_and_season() -> None:
    x = noisy(96, 0.01) + 0.01 * working_days(months(96))
    x[[20, 50]] += 1.0, -2.0
    assert working_day_effect(x, months(96)) == pytest.approx(0.01, rel=0.2)


def test_what_may_be_chance_is_no_effect() -> None:
    assert working_day_effect(noisy(96, 0.1), months(96)) == 0.0
    assert working_day_effect(np.full(96, 2.0), months(96)) == 0.0


def test_few_known_months_tell_nothing() -> None:
    x = noisy(96, 0.01) + 0.01 * working_days(months(96))
    assert working_day_effect(x[:48], months(48)) == 0.0
    x[::2] = np.nan
    assert working_day_effect(x, months(96)) == 0.0
