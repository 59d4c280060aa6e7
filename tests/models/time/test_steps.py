"""The arithmetic of steps against pandas, and marks that anyone can look up in a calendar."""

import numpy as np
import pandas as pd
import pytest

from models.time.arithmetic import steps_of
from models.time.steps import DAY, HOUR, Days, MonthDays, Months, OpenDays, Ticks, weekdays


def at(text: str) -> np.datetime64:
    return np.datetime64(text, "ns")


def floored(alias: str, text: str) -> str:
    [mark] = steps_of(alias).floor(np.array([at(text)]))
    return str(mark.astype("datetime64[m]"))


@pytest.mark.parametrize(
    ("alias", "kind", "length"),
    [
        ("6h", Ticks, 6 * HOUR),
        ("48h", Days, 2 * DAY),
        ("W-SUN", Days, 7 * DAY),
        ("B", OpenDays, DAY * 7 // 5),
        ("MS", Months, round(DAY * 365.2425 / 12)),
        ("BYE-JUN", Months, round(DAY * 365.2425)),
        ("SMS", MonthDays, round(DAY * 365.2425 / 24)),
    ],
)
def test_an_alias_is_of_one_family(alias: str, kind: type, length: int | None) -> None:
    steps = steps_of(alias)
    assert isinstance(steps, kind)
    assert length is None or steps.length == length


@pytest.mark.parametrize(
    ("alias", "stamp", "mark"),
    [
        ("6h", "2024-02-29T17:30", "2024-02-29T12:00"),
        ("D", "2024-02-29T17:30", "2024-02-29T00:00"),
        ("W-MON", "2024-02-29T17:30", "2024-02-26T00:00"),
        ("B", "2024-03-02T08:00", "2024-03-01T00:00"),
        ("ME", "2024-02-29T17:30", "2024-02-29T00:00"),
        ("ME", "2024-02-28T17:30", "2024-01-31T00:00"),
        ("BME", "2024-04-01T00:00", "2024-03-29T00:00"),
        ("QS-FEB", "2024-04-30T00:00", "2024-02-01T00:00"),
        ("YE-JUN", "2024-06-29T00:00", "2023-06-30T00:00"),
        ("SMS", "2024-02-20T00:00", "2024-02-15T00:00"),
    ],
)
def test_the_last_mark_before_a_stamp(alias: str, stamp: str, mark: str) -> None:
    assert floored(alias, stamp) == mark


@pytest.mark.parametrize(
    "alias", ["15min", "3D", "W-WED", "2B", "MS", "2ME", "BMS", "QE", "BQE-FEB", "YS-APR", "SME"]
)
def test_a_walk_from_a_mark_is_that_of_pandas(alias: str) -> None:
    expected = pd.date_range("2023-12-15", periods=40, freq=alias, unit="ns").to_numpy()
    np.testing.assert_array_equal(steps_of(alias).walk(expected[0], 40), expected)


def test_a_walk_keeps_its_distance_from_its_mark() -> None:
    walked = steps_of("ME").walk(at("2024-01-31T06:00"), 3)
    assert [str(one)[:13] for one in walked] == ["2024-01-31T06", "2024-02-29T06", "2024-03-31T06"]
    shifted = Months(1, 1, 0, at_end=True, business=False).shift(walked, -2)
    assert str(shifted[0])[:13] == "2023-11-30T06"


def test_weekdays_begin_with_monday() -> None:
    days = np.array(["1970-01-01", "2024-02-26", "2024-03-03"], dtype="datetime64[ns]")
    assert weekdays(days).tolist() == [3, 0, 6]
