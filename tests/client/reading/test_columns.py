"""Which column is what, guessed and said."""

from typing import Any

import pytest
import tidecast
from tidecast._reading.columns import assign, future_columns
from tidecast._reading.reading import laid_out
from tidecast._reading.roles import Roles
from tidecast._reading.table import Table
from tidecast._reading.wanted import Wanted

DAYS = ["2024-01-01", "2024-01-02"]


def assigned(table: Any, **wanted: Any) -> tuple[Roles, list[str]]:
    said: list[str] = []
    return assign(Table(table), Wanted(**wanted), said.append), said


def test_the_usual_names_need_no_guess() -> None:
    table = {"y": [1, 2], "ds": DAYS, "unique_id": ["a", "b"]}
    roles, said = assigned(table)
    assert (roles.id, roles.time, roles.target) == ("unique_id", "ds", "y")
    assert said == []
    assert roles.data() == table


def test_the_only_dates_and_the_only_numbers_are_taken_and_said() -> None:
    table = {
        "shop": ["a", "b"],
        "Month": ["2024-01", "2024-02"],
        "sold": [1, None],
        "store": [3, 4],
    }
    roles, said = assigned(table)
    assert (roles.id, roles.time, roles.target) == (None, "Month", "sold")
    assert roles.columns == {"Month": ["2024-01-01", "2024-02-01"], "sold": [1, None]}
    assert roles.names() == {"time_col": "Month", "target_col": "sold"}
    assert said == [
        "time column: Month (the only one with dates; --time-col names another)",
        "value column: sold (the only one with numbers to forecast; --target-col names another)",
        "columns not used: shop, store (--exog NAME sends one along)",
    ]


def test_a_time_of_numbers_is_known_by_its_name() -> None:
    roles, said = assigned({"Year": [1700, 1701], "spots": [5, 11]})
    assert (roles.time, roles.target) == ("Year", "spots")
    assert said[0] == "time column: Year (by its name; --time-col names another)"


def test_without_a_time_column_the_values_go_alone() -> None:
    roles, said = assigned({"sold": [1, 2]})
    assert roles.data() == [1, 2]
    assert roles.names() == {}
    assert said[0].startswith("no time column: the rows are taken to be equally spaced")
    roles, _ = assigned({"unique_id": ["b", "a", "b"], "y": [1, 2, 3]})
    assert roles.data() == {"b": [1, 3], "a": [2]}


def test_the_user_decides() -> None:
    table = {"k": ["a", "b"], "d": DAYS, "e": DAYS, "x": [1, 2], "z": [3, 4], "w": [5, 6]}
    roles, said = assigned(table, id="k", time="e", target="z", exog=("x",))
    assert roles.columns == {"k": ["a", "b"], "e": DAYS, "z": [3, 4], "x": [1, 2]}
    assert roles.names() == {"id_col": "k", "time_col": "e", "target_col": "z"}
    assert said == ["columns not used: d, w (--exog NAME sends one along)"]


@pytest.mark.parametrize("flags", [["True", "False"], ["yes", "NO"], [True, False]])
def test_true_and_false_of_exogenous_columns_are_read_as_one_and_zero(flags: list[Any]) -> None:
    table = {"ds": DAYS, "y": [1, 2], "x": flags, "z": ["true", "perhaps"]}
    roles, said = assigned(table, exog=("x", "z"))
    assert (roles.columns["x"], roles.columns["z"]) == ([1, 0], ["true", "perhaps"])
    assert "column 'x': true is read as 1, false as 0" in said
    ahead = Table({"ds": ["2024-01-03"], "x": flags[:1]})
    assert future_columns(ahead, roles, Wanted(exog=("x",)))["x"] == [1]


def test_exogenous_columns_are_not_guessed_as_values() -> None:
    roles, _ = assigned({"ds": DAYS, "x": [1, 2], "z": [3, 4]}, exog=("x",))
    assert roles.target == "z"


def test_a_time_format_says_how_to_read_days_that_come_first() -> None:
    table = {"d": ["05/01/2024 10:00", None], "y": [1, 2]}
    roles, _ = assigned(table, time="d", time_format="%d/%m/%Y %H:%M")
    assert roles.columns["d"] == ["2024-01-05T10:00:00", None]
    roles, _ = assigned({"d": [20240105], "y": [1]}, time="d", time_format="%Y%m%d")
    assert roles.columns["d"] == ["2024-01-05T00:00:00"]


@pytest.mark.parametrize(
    ("table", "wanted", "message"),
    [
        ({"sold": [1]}, {"target": "solt"}, r"no column 'solt' among \['sold'\]; hint: 'sold'\?"),
        ({"ds": DAYS, "k": ["a", "b"]}, {}, "no column of numbers among .*--target-col"),
        ({"d": ["05/01/2024"], "y": [1]}, {"time": "d"}, "hint: --dates day"),
        ({"d": ["x"], "y": [1]}, {"time": "d", "time_format": "%Y"}, "column 'd': time data 'x'"),
        ({"x": [1], "y": [1]}, {"exog": ("x",)}, "--exog needs a time column"),
    ],
)
def test_what_cannot_be_assigned_is_told(table: Any, wanted: Any, message: str) -> None:
    with pytest.raises(tidecast.DataError, match=message):
        assigned(table, **wanted)


def test_future_columns_have_the_names_of_the_past() -> None:
    wanted = Wanted(exog=("x",))
    roles = assign(Table({"d": DAYS, "y": [1, 2], "x": [1, 2]}), wanted, lambda _: None)
    coming = Table({"d": ["2024-01"], "x": [3], "other": [0]})
    assert future_columns(coming, roles, wanted) == {"d": ["2024-01-01"], "x": [3]}
    with pytest.raises(tidecast.DataError, match="no column 'x'"):
        future_columns(Table({"d": DAYS}), roles, wanted)
    timeless = assign(Table({"y": [1]}), Wanted(), lambda _: None)
    with pytest.raises(tidecast.DataError, match="--future needs a time column"):
        future_columns(coming, timeless, wanted)


def test_a_table_of_series_lacks_the_column_that_is_named() -> None:
    with pytest.raises(tidecast.DataError, match="no column 'when' among"):
        laid_out(Table({"day": DAYS, "a": [1, 2]}), Wanted(wide=True, time="when"))


def test_the_future_has_its_times_in_parts_as_the_past() -> None:
    wanted = Wanted(exog=("promo",))
    past = Table({"year": [2015, 2015], "month": ["Jan", "Feb"], "y": [1, 2], "promo": [0, 1]})
    roles = assign(past, wanted, lambda _: None)
    coming = Table({"year": [2015], "month": ["Mar"], "promo": [1]})
    assert future_columns(coming, roles, wanted) == {"ds": ["2015-03-01"], "promo": [1]}


def test_series_are_told_apart_for_drawing() -> None:
    table = {"unique_id": ["b", "a", "b"], "ds": [1, 1, 2], "y": [1, 2, 3]}
    roles, _ = assigned(table)
    assert roles.values_by_id() == {"b": [1, 3], "a": [2]}
    assert roles.times_by_id() == {"b": [1, 2], "a": [1]}
    assert assigned({"y": [5, 6]})[0].times_by_id() == {"": [0, 1]}
