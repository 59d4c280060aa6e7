"""CSV and Parquet, in and out."""

import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tidecast
from tidecast import _files as files
from tidecast._reading import records
from tidecast._reading.columns import assign
from tidecast._reading.table import Table
from tidecast._reading.wanted import Wanted


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (
            "ds,y\n2024-01-01,1\n2024-01-02,2.5\n",
            {"ds": ["2024-01-01", "2024-01-02"], "y": [1, 2.5]},
        ),
        ("a;b\n1;x\n2;y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ("a\tb\n1\t-2e3\n", {"a": [1], "b": [-2000.0]}),
        ("a|b\n1|2\n", {"a": [1], "b": [2]}),
        ("y\n1\n\nNA\nnull\n3\n", {"y": [1, None, None, 3]}),
        ("a,b\n1\n2,3\n", {"a": [1, 2], "b": [None, 3]}),
        ("id\n007\n8\n", {"id": ["007", "8"]}),
        ("x\n0\n0.5\n-0.5\n", {"x": [0, 0.5, -0.5]}),
        ('a,b\n"x,y",1\n', {"a": ["x,y"], "b": [1]}),
        ("112\n118\n", {"column_1": [112, 118]}),
        (" a ,\n1,2\n", {"a": [1], "column_2": [2]}),
        ("y\r\n1\r\n", {"y": [1]}),
    ],
)
def test_csv_is_read_with_types(text: str, table: Any) -> None:
    assert records.parse(text) == table


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("ds,y\n", r"no rows below the header \['ds', 'y'\]"),
        ("a,a\n1,2\n", "several columns are named 'a'"),
        ("a,b\n1,2\n1,2,3\n", "line 3 has 3 cells, the header 2"),
    ],
)
def test_what_is_no_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(tidecast.DataError, match=message):
        records.parse(text)


def test_a_byte_order_mark_is_no_part_of_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfds,y\n1,2\n")
    assert files.read_table(str(path)) == {"ds": [1], "y": [2]}


def test_files_that_cannot_be_read_are_told_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(tidecast.DataError, match=r"cannot read .*none\.csv: No such file"):
        files.read_table(str(tmp_path / "none.csv"))
    broken = tmp_path / "broken.parquet"
    broken.write_text("no parquet")
    with pytest.raises(tidecast.DataError, match=r"cannot read .*broken\.parquet"):
        files.read_table(str(broken))


def test_csv_is_written_with_iso_times_and_empty_cells() -> None:
    out = io.StringIO()
    files.write_csv(
        {
            "ds": [datetime(2024, 1, 1), datetime(2024, 1, 2, 3, tzinfo=UTC)],
            "day": [date(2024, 1, 1), None],
            "yhat": [0.1, None],
            "is_anomaly": [True, False],
            "reason": ["a, b", None],
        },
        out,
    )
    assert out.getvalue() == (
        "ds,day,yhat,is_anomaly,reason\n"
        '2024-01-01,2024-01-01,0.1,true,"a, b"\n'
        "2024-01-02T03:00:00+00:00,,,false,\n"
    )


def test_csv_round_trip_is_exact(tmp_path: Path) -> None:
    path = str(tmp_path / "out.csv")
    table = {"ds": ["2024-01-01", "2024-01-02"], "y": [0.1 + 0.2, 1e-12], "n": [3, None]}
    files.write_table(table, path)
    assert files.read_table(path) == table


def test_parquet_has_timestamps_where_texts_are_times(tmp_path: Path) -> None:
    path = str(tmp_path / "out.parquet")
    files.write_table(
        {
            "ds": ["2024-01-01", "2024-01-02T03:00:00"],
            "utc": ["2024-01-01T00:00:00Z", None],
            "yhat": [1.5, None],
            "reason": [None, None],
            "unique_id": ["a", "b"],
        },
        path,
    )
    schema = pq.read_schema(path)
    assert [str(schema.field(n).type) for n in schema.names] == [
        "timestamp[us]",
        "timestamp[us, tz=UTC]",
        "double",
        "double",
        "string",
    ]
    assert files.read_table(path)["ds"] == ["2024-01-01T00:00:00", "2024-01-02T03:00:00"]


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    path = str(tmp_path / "in.pq")
    pq.write_table(pa.table({"ds": [date(2024, 1, 1)], "y": [1.5]}), path)
    assert files.read_table(path) == {"ds": ["2024-01-01"], "y": [1.5]}


def test_without_pyarrow_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(tidecast.MissingDependencyError, match=r"pip install 'tidecast\[parquet\]'"):
        files.write_table({"y": [1]}, str(tmp_path / "out.parquet"))


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(tidecast.DataError, match=r"cannot write .*: there is no folder .*none"):
        files.write_table({"y": [1]}, str(tmp_path / "none" / "out.csv"))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01", "2024-01-01"),
        ("2024/1/5", "2024-01-05"),
        ("2024-01-05 7:30", "2024-01-05T07:30:00"),
        ("2024-01-05T07:30:15.25", "2024-01-05T07:30:15.25"),
        ("2024-01-05 07:30:00+02:00", "2024-01-05T07:30:00+02:00"),
        ("2024-01-05T07:30Z", "2024-01-05T07:30:00Z"),
    ],
)
def test_times_with_the_year_first_become_iso(text: str, iso: str) -> None:
    assert files.looks_like_time(text)
    roles = assign(Table({"d": [text], "y": [1.0]}), Wanted(time="d"), lambda _: None)
    assert roles.columns["d"] == [iso]


@pytest.mark.parametrize("text", ["05/01/2024", "2024", "20240105", "Jan 2024", "2024-01-05x"])
def test_other_texts_are_not_taken_for_times(text: str) -> None:
    assert not files.looks_like_time(text)
