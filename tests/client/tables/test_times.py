"""Timestamps as text: how long, in which zone, and read back."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import numpy as np
import pytest
import tidecast
from tidecast._tables._times import Stamps, from_iso, plain_times, to_iso, zone_name


@pytest.mark.parametrize(
    ("stamps", "texts"),
    [
        (["2024-01-01", "2024-02-01"], ["2024-01-01", "2024-02-01"]),
        (["2024-01-01", "2024-01-01T12"], ["2024-01-01T00:00:00", "2024-01-01T12:00:00"]),
        (["2024-01-01T00:00:00.5"], ["2024-01-01T00:00:00.500"]),
        (["2024-01-01T00:00:00.000001"], ["2024-01-01T00:00:00.000001"]),
        (["NaT", "2024-01-01"], [None, "2024-01-01"]),
        ([], []),
    ],
)
def test_texts_are_as_short_as_all_of_them_allow(stamps: list[str], texts: list[Any]) -> None:
    assert to_iso(Stamps(np.array(stamps, dtype="datetime64[us]"))) == texts


def test_years_that_nanoseconds_cannot_reach() -> None:
    assert plain_times([date(3000, 1, 1), date(1, 1, 1)], "ds").wire == ["3000-01-01", "0001-01-01"]
    times = plain_times([datetime(3000, 1, 1, 5)], "ds")
    assert times.wire == ["3000-01-01T05:00:00"]
    assert times.restore(["3000-01-01T06:00:00"]) == [datetime(3000, 1, 1, 6)]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00"),
        ("2024-01-01T00:00:00+02:00", "2023-12-31T22:00"),
        ("2024-01-01 00:00:00-0330", "2024-01-01T03:30"),
        ("2024-01-01T00:00:00.25-00:30", "2024-01-01T00:30:00.25"),
    ],
)
def test_offsets_are_read(text: str, utc: str) -> None:
    stamps = from_iso([text, None], None)
    assert stamps.zone is UTC
    assert stamps.values[0] == np.datetime64(utc)
    assert np.isnat(stamps.values[1])


def test_a_date_has_no_offset() -> None:
    stamps = from_iso(["2024-01-01", "2024-01-02"], None)
    assert stamps.zone is None
    assert stamps.values.astype("datetime64[D]").tolist() == [date(2024, 1, 1), date(2024, 1, 2)]


def test_integers_come_from_whole_numbers_of_any_type() -> None:
    assert plain_times([1, np.int8(2), 3.0, None], "ds").wire == [1, 2, 3, None]
    assert plain_times(np.array([1.0, 2.0]), "ds").wire == [1, 2]
    assert plain_times(np.array([1, 2]), "ds").restore([3]).tolist() == [3]


def test_numpy_stamps_keep_their_unit_unless_the_answer_is_finer() -> None:
    times = plain_times(np.array(["2024-01"], dtype="datetime64[M]"), "ds")
    assert times.restore(["2024-02-01"]).dtype == "datetime64[M]"
    assert times.restore(["2024-02-15"]).tolist() == [datetime(2024, 2, 15)]
    assert plain_times([np.datetime64("2024-01-01")], "ds").wire == ["2024-01-01"]


class Nameless(tzinfo):
    """A zone that changes its offset and has no name."""

    def utcoffset(self, when: datetime | None, /) -> timedelta | None:
        return None if when is None else timedelta(hours=when.month % 2)

    def dst(self, when: datetime | None, /) -> timedelta | None:
        return None


def test_a_changing_zone_needs_a_name() -> None:
    assert zone_name(None) is None
    assert zone_name(timezone(timedelta(hours=2))) is None
    with pytest.raises(tidecast.DataError, match=r"has no name; hint: use zoneinfo\.ZoneInfo"):
        zone_name(Nameless())
