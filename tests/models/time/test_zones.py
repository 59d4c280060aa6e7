"""Both days on which the clocks change, on daily, hourly and quarter-hourly grids."""

import pandas as pd
import pytest

from tests.models.prepare.build import codes, prepared, raw, ready, texts

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = "2024-03-31", "2024-10-27"


def local_day(alias: str, day: str) -> pd.DatetimeIndex:
    """The stamps of the day and its neighbours, as clocks in Berlin show them."""
    first = pd.Timestamp(day) - pd.Timedelta("1D")
    return pd.date_range(first, first + pd.Timedelta("3D"), freq=alias, inclusive="left", tz=BERLIN)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize(("alias", "per_day"), [("D", 1), ("h", 24), ("15min", 96)])
def test_a_change_of_clocks_leaves_no_gap_and_no_duplicate(
    alias: str, per_day: int, day: str
) -> None:
    index = local_day(alias, day)
    switch = {SPRING: -1, AUTUMN: 1}[day] * (per_day // 24)
    assert len(index) == 3 * per_day + switch
    naive = index.tz_localize(None).strftime("%Y-%m-%dT%H:%M").tolist()
    result = prepared(raw(range(len(index)), naive), tz=BERLIN)
    series = ready(result)
    assert series.grid.freq.alias == alias
    assert texts(series) == [stamp.isoformat() for stamp in index]
    assert series.y.tolist() == list(range(len(index)))
    assert (result.report.gaps, result.report.duplicates, codes(result)) == (0, 0, [])


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("alias", ["D", "h", "15min"])
def test_a_regular_start_crosses_the_change(alias: str, day: str) -> None:
    index = local_day(alias, day)
    start = index[0].tz_localize(None).isoformat()
    series = ready(prepared(raw(range(len(index)), start=start, freq=alias), tz=BERLIN))
    assert texts(series) == [stamp.isoformat() for stamp in index]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("alias", ["D", "h", "15min"])
def test_a_gap_over_the_change_is_filled_with_what_the_clock_showed(alias: str, day: str) -> None:
    index = local_day(alias, day)
    # All of the day is missing but its neighbours.
    kept = index[index.strftime("%Y-%m-%d") != day]
    before = local_day("D", day)[:1] - pd.Timedelta("2D")
    ds = [stamp.isoformat() for stamp in [*before, *before + pd.Timedelta("1D"), *kept]]
    if alias != "D":
        ds = ds[2:]
    result = prepared(raw(range(len(ds)), ds), tz=BERLIN)
    shown = [text for text in texts(ready(result)) if text.startswith(day)]
    assert shown == [stamp.isoformat() for stamp in index if stamp.isoformat().startswith(day)]
    assert result.report.gaps == len(shown)


def test_without_the_zone_the_repeated_hour_is_a_duplicate_and_the_hint_says_tz() -> None:
    naive = local_day("h", AUTUMN).tz_localize(None).strftime("%Y-%m-%dT%H:%M").tolist()
    error = prepared(raw(range(len(naive)), naive)).error
    assert error is not None
    assert "set tz" in (error.hint or "")


def test_local_times_that_never_were_are_moved_and_told() -> None:
    naive = ["2024-03-29T02:30", "2024-03-30T02:30", "2024-03-31T02:30", "2024-04-01T02:30"]
    result = prepared(raw(range(4), naive), tz=BERLIN)
    assert texts(ready(result)) == [
        "2024-03-29T02:30:00+01:00",
        "2024-03-30T02:30:00+01:00",
        "2024-03-31T03:00:00+02:00",
        "2024-04-01T02:30:00+02:00",
    ]
    assert codes(result) == ["nonexistent_times"]


@pytest.mark.parametrize("beside", ["03:00", "02:00", "02:30"])
def test_a_time_that_never_was_beside_the_one_it_becomes_is_explained(beside: str) -> None:
    ds = ["2024-03-31T01:00", "2024-03-31T02:00", f"2024-03-31T{beside}"]
    error = prepared(raw(range(3), ds), tz=BERLIN).error
    assert error is not None
    assert error.problems[0].ds == "2024-03-31T02:00:00"
    assert "2024-03-31T02:00:00 does not exist in Europe/Berlin" in error.message
    assert "read as 2024-03-31T03:00:00+02:00" in error.message
    assert "duplicates" in (error.hint or "")
    assert "'+01:00'" in (error.hint or "")


def test_a_plain_duplicate_in_a_zone_is_not_told_to_set_it() -> None:
    ds = ["2024-03-31T01:00", "2024-03-31T01:00", "2024-03-31T02:00"]
    error = prepared(raw(range(3), ds), tz=BERLIN).error
    assert error is not None
    assert "2024-03-31T01:00:00+01:00 occurs more than once" in error.message
    assert "set tz" not in (error.hint or "")


def test_a_single_ambiguous_time_is_told() -> None:
    naive = ["2024-10-26T02:30", "2024-10-27T02:30", "2024-10-28T02:30"]
    result = prepared(raw(range(3), naive), tz=BERLIN)
    assert texts(ready(result))[1] == "2024-10-27T02:30:00+02:00"
    assert codes(result) == ["ambiguous_times"]


def test_stamps_with_offsets_are_counted_in_the_zone_asked_for() -> None:
    index = local_day("D", SPRING)
    utc = [stamp.isoformat() for stamp in index.tz_convert("UTC")]
    series = ready(prepared(raw(range(3), utc), tz=BERLIN))
    assert series.grid.freq.alias == "D"
    assert texts(series) == [stamp.isoformat() for stamp in index]
