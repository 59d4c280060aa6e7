from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from models.data.series import Series
from models.errors import InvalidParameter, UnknownName
from models.features.calendar import calendar_columns, with_calendar
from models.features.holiday_calendar import HolidayCalendar, HolidayOption
from models.time.frequency import Frequency
from models.time.grid import Grid

GERMANY = HolidayCalendar(country="DE")


def series(alias: str, start: str, size: int, tz: str | None = None) -> Series:
    index = pd.date_range(start, periods=size, freq=alias, tz=tz)
    stamps = index.tz_convert("UTC").tz_localize(None) if tz else index
    grid = Grid(Frequency.parse(alias), stamps.to_numpy(), tz)
    return Series("a", np.arange(float(size)), grid)


def column(one: Series, name: str = "holiday", **what: Any) -> list[float]:
    return calendar_columns(one.grid, one.grid.stamps, **what)[name].tolist()


def test_days_know_their_holidays_ahead() -> None:
    # 25 and 26 December and 1 January are holidays in Germany.
    added, notices = with_calendar(series("D", "2023-12-23", 6), 5, holidays=GERMANY)
    assert added.exog["holiday"].tolist() == [0, 0, 1, 1, 0, 0]
    assert added.future["holiday"].tolist() == [0, 0, 0, 1, 0]
    assert notices == ()


def test_a_state_may_have_more_holidays() -> None:
    epiphany = series("D", "2024-01-05", 3)
    assert column(epiphany, holidays=GERMANY) == [0, 0, 0]
    bavaria = HolidayCalendar(country="de", subdivision="BY")
    assert column(epiphany, holidays=bavaria) == [0, 1, 0]


def test_own_days_alone_or_beside_a_country() -> None:
    days = series("D", "2024-12-24", 3)
    assert column(days, holidays=[date(2024, 12, 24)]) == [1, 0, 0]
    both = HolidayCalendar(country="DE", dates=[date(2024, 12, 24)])
    assert column(days, holidays=both) == [1, 1, 1]


def test_neighbours_of_holidays_have_columns_of_their_own() -> None:
    option = HolidayCalendar(country="DE", before=2, after=1)
    days = series("D", "2024-12-22", 7)
    assert column(days, holidays=option) == [0, 0, 0, 1, 1, 0, 0]
    assert column(days, "holiday_before", holidays=option) == [0, 1, 1, 0, 0, 0, 0]
    assert column(days, "holiday_after", holidays=option) == [0, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("alias", "start", "counts"),
    [
        # Germany 2024: 1 January, 29 March, 1 April, 1, 9 and 20 May, 3 October, 25 and 26 December.
        ("MS", "2024-01-01", [1, 0, 1, 1, 3]),
        ("ME", "2024-01-31", [1, 0, 1, 1, 3]),
        ("2MS", "2024-01-01", [1, 2, 3, 0, 1]),
        ("QS-JAN", "2024-01-01", [2, 4, 0, 3, 1]),
        ("QE-DEC", "2024-03-31", [2, 4, 0, 3, 1]),
        ("YE-DEC", "2023-12-31", [9, 9, 9]),
        ("W-MON", "2024-03-25", [1, 1, 0]),
        ("W-SUN", "2024-03-31", [1, 1, 0]),
        ("2W-MON", "2024-03-25", [2, 0, 1]),
        ("10D", "2024-03-25", [2, 0, 0]),
        ("B", "2024-03-28", [0, 1, 1, 0]),
    ],
)
def test_longer_steps_count_their_holidays(alias: str, start: str, counts: list[float]) -> None:
    assert column(series(alias, start, len(counts)), holidays=GERMANY) == counts


def test_all_hours_of_a_holiday_on_the_wall_clock() -> None:
    hours = series("h", "2024-03-31 22:00", 28, "Europe/Berlin")
    assert column(hours, holidays=GERMANY) == [0] * 2 + [1] * 24 + [0] * 2


def test_features_of_the_calendar() -> None:
    hours = series("6h", "2024-03-01", 3)
    what = {"features": ["hour", "weekday", "weekend", "month", "day_of_year"]}
    columns = calendar_columns(hours.grid, hours.grid.stamps, **what)  # type: ignore[arg-type]
    np.testing.assert_allclose(columns["hour_sin"], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(columns["hour_cos"], [1, 0, -1], atol=1e-12)
    # 2024-03-01 was a Friday, day 60 counted from 0.
    np.testing.assert_allclose(columns["weekday_sin"], np.sin(2 * np.pi * 4 / 7))
    np.testing.assert_allclose(columns["month_cos"], np.cos(2 * np.pi * 2 / 12), atol=1e-12)
    np.testing.assert_allclose(columns["day_of_year_sin"], np.sin(2 * np.pi * 60 / 365.25))
    assert columns["weekend"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("alias", "start"), [("MS", "2024-02-01"), ("ME", "2024-02-29")])
def test_months_have_days_and_working_days(alias: str, start: str) -> None:
    months = series(alias, start, 3)
    assert column(months, "days", features=["days"]) == [29, 31, 30]
    assert column(months, "working_days", features=["working_days"]) == [21, 21, 22]
    # Good Friday is in March, Easter Monday in April.
    what = {"features": ["working_days"], "holidays": GERMANY}
    assert column(months, "working_days", **what) == [21, 20, 21]


def test_a_column_that_never_changed_is_left_out_and_told() -> None:
    added, notices = with_calendar(series("D", "2024-02-01", 10), 5, holidays=GERMANY)
    assert (dict(added.exog), dict(added.future)) == ({}, {})
    assert [notice.code for notice in notices] == ["calendar_unused"]
    assert notices[0].unique_id == "a"


def test_integer_time_has_no_calendar() -> None:
    plain = Series("a", np.arange(3.0), Grid(Frequency.integer(1), np.arange(3)))
    same, notices = with_calendar(plain, 2, holidays=GERMANY)
    assert same is plain
    assert [notice.code for notice in notices] == ["calendar_unused"]
    assert with_calendar(plain, 2) == (plain, ())


def test_columns_of_the_caller_are_not_overwritten() -> None:
    one = series("D", "2023-12-23", 6)
    own = Series("a", one.y, one.grid, exog={"holiday": np.arange(6.0)})
    added, _ = with_calendar(own, 2, holidays=GERMANY)
    assert added.exog["holiday"].tolist() == [0, 1, 2, 3, 4, 5]
    assert added.exog["holiday_"].tolist() == [0, 0, 1, 1, 0, 0]


def test_an_unknown_country_or_state_is_named() -> None:
    one = series("D", "2024-01-01", 3)
    with pytest.raises(UnknownName) as caught:
        with_calendar(one, 1, holidays=HolidayCalendar(country="USS"))
    assert caught.value.problems[0].path == ("holidays", "country")
    assert caught.value.hint == "did you mean 'US'?"
    with pytest.raises(UnknownName) as caught:
        with_calendar(one, 1, holidays=HolidayCalendar(country="GX"))
    assert "ISO 3166" in (caught.value.hint or "")
    with pytest.raises(UnknownName, match="subdivision of DE 'ZZ'"):
        with_calendar(one, 1, holidays=HolidayCalendar(country="DE", subdivision="ZZ"))
    with pytest.raises(InvalidParameter, match="needs a country"):
        with_calendar(one, 1, holidays=HolidayCalendar(subdivision="BY"))


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"country": "DE"}, GERMANY),
        (["2024-01-01", "2024-12-24"], [date(2024, 1, 1), date(2024, 12, 24)]),
        ({"dates": ["2024-01-01"]}, HolidayCalendar(dates=[date(2024, 1, 1)])),
    ],
)
def test_the_option_is_a_calendar_or_a_list_of_days(option: Any, expected: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(HolidayOption)
    assert adapter.validate_python(option, strict=True) == expected


@pytest.mark.parametrize("option", [["soon"], {"country": "DE", "region": "BY"}, {"before": 99}])
def test_other_options_are_refused(option: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(HolidayOption).validate_python(option)


def test_holidays_of_a_country_have_a_column_each() -> None:
    added, notices = with_calendar(
        series("D", "2021-01-01", 1095), 60, holidays=HolidayCalendar(country="US")
    )
    thanksgiving = np.flatnonzero(added.exog["holiday Thanksgiving Day"])
    assert [added.grid.stamp(int(at)) for at in thanksgiving] == [
        *("2021-11-25", "2022-11-24", "2023-11-23")
    ]
    assert added.future["holiday New Year's Day"].tolist() == [1.0] + [0.0] * 59
    assert not notices


@pytest.mark.parametrize(("alias", "size"), [("D", 200), ("MS", 36)])
def test_holidays_seen_once_and_those_of_months_share_a_column(alias: str, size: int) -> None:
    one = series(alias, "2024-01-01", size)
    added, _ = with_calendar(one, 30, holidays=HolidayCalendar(country="US"))
    assert [*added.exog] == ["holiday"]


def test_days_off_that_come_once_share_what_is_left() -> None:
    one = series("D", "2020-01-01", 1460)
    added, _ = with_calendar(one, 5, holidays=HolidayCalendar(country="US"))
    total = sum(values for name, values in added.exog.items() if name.startswith("holiday"))
    expected = column(one, holidays=HolidayCalendar(country="US"))
    assert total.tolist() == expected


CHRISTMAS, SUMMER = (
    [date(year, 12, 25) for year in (2021, 2022)],
    [date(2021, 7, 4), date(2022, 7, 4)],
)


@pytest.mark.parametrize("as_list", [True, False])
def test_own_days_that_come_again_have_an_effect_for_each_date(as_list: bool) -> None:
    days = [*CHRISTMAS, *SUMMER, date(2022, 5, 7)]
    option = days if as_list else HolidayCalendar(dates=days)
    added, _ = with_calendar(series("D", "2021-01-01", 730), 5, holidays=option)
    assert {name: float(values.sum()) for name, values in added.exog.items()} == {
        "holiday": 1.0,
        "holiday 12-25": 2.0,
        "holiday 07-04": 2.0,
    }


def test_own_days_that_come_again_on_a_weekday_of_a_month_have_an_effect_of_their_own() -> None:
    thanksgiving = [date(2021, 11, 25), date(2022, 11, 24), date(2023, 11, 23)]
    memorial = [date(2021, 5, 31), date(2022, 5, 30), date(2023, 5, 29)]
    option = [*CHRISTMAS, *thanksgiving, *memorial]
    added, _ = with_calendar(series("D", "2021-01-01", 730), 365, holidays=option)
    assert {*added.exog} == {"holiday 11-THU-4", "holiday 05-MON-last", "holiday 12-25"}
    assert np.flatnonzero(added.future["holiday 11-THU-4"]).tolist() == [326]
    assert added.future["holiday 05-MON-last"].sum() == 1.0


@pytest.mark.parametrize(
    "days",
    [
        CHRISTMAS,
        [date(2021 + i // 12, i % 12 + 1, 15) for i in range(24)],
        [date(2021, 1, 8) + timedelta(weeks=4 * i) for i in range(25)],
        [date(2021, 4, 4), date(2022, 4, 17), date(2021, 5, 23), date(2022, 6, 5)],
        [*CHRISTMAS, *SUMMER, *(date(2021, month, 9) for month in range(1, 8))],
    ],
    ids=["one date", "every month", "every four weeks", "days that move", "many that come once"],
)
def test_other_own_days_share_one_effect(days: list[date]) -> None:
    added, _ = with_calendar(series("D", "2021-01-01", 730), 5, holidays=days)
    assert [*added.exog] == ["holiday"]
