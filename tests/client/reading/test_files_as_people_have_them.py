"""Small files of every kind: what must be read, or said, by the command line's own path."""

import contextlib
import gzip
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import tidecast
from tidecast import _files as files
from tidecast._reading import columns
from tidecast._reading import rows as cells_in_rows
from tidecast._reading.file import table_of
from tidecast._reading.headers import names_of
from tidecast._reading.marks import is_unit
from tidecast._reading.reading import laid_out
from tidecast._reading.wanted import Wanted

FIRST = date(2015, 1, 1)
DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
MONTHS = ["2015-01-01", "2015-02-01", "2015-03-01"]


def read(path: Path, data: bytes | str, **wanted: Any) -> tuple[Any, list[str]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    asked = Wanted(**wanted)
    long, _ = laid_out(files.read_table(str(path), asked), asked)
    said = list(long.notes)
    return columns.assign(long, asked, said.append), said


def rows(stamps: list[str]) -> str:
    return "when,sales\n" + "".join(f'"{t}",{i}\n' for i, t in enumerate(stamps, start=5))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (["2024-01-01", "2024-01-02", "2024-01-03"], DAYS),
        (["2024/1/1", "2024/1/2", "2024/1/3"], DAYS),
        (["2024.01.01", "2024.01.02", "2024.01.03"], DAYS),
        (["20240101", "20240102", "20240103"], DAYS),
        (["01.01.2024", "02.01.2024", "03.01.2024"], DAYS),
        (["1 Jan 2024", "2 Jan 2024", "3 Jan 2024"], DAYS),
        (["01-Jan-2024", "02-Jan-2024", "03-Jan-2024"], DAYS),
        (["Jan 1, 2024", "Jan 2, 2024", "Jan 3, 2024"], DAYS),
        (["Mon, 1 Jan 2024", "Tue, 2 Jan 2024", "Wed, 3 Jan 2024"], DAYS),
        (["2024-001", "2024-002", "2024-003"], DAYS),
        (["1. Januar 2024", "2. Januar 2024", "3. Januar 2024"], DAYS),
        (["Jan 2015", "Feb 2015", "Mar 2015"], MONTHS),
        (["Jan-15", "Feb-15", "Mar-15"], MONTHS),
        (["January 2015", "February 2015", "March 2015"], MONTHS),
        (["2015 Jan", "2015 Feb", "2015 Mar"], MONTHS),
        (["2015M01", "2015M02", "2015M03"], MONTHS),
        (["201501", "201502", "201503"], MONTHS),
        (["01/2015", "02/2015", "03/2015"], MONTHS),
        (["2015-01", "2015-02", "2015-03"], MONTHS),
        (["2000-Q1", "2000-Q2", "2000-Q3"], ["2000-01-01", "2000-04-01", "2000-07-01"]),
        (["2000Q1", "2000Q2", "2000Q3"], ["2000-01-01", "2000-04-01", "2000-07-01"]),
        (["Q1 2000", "Q2 2000", "Q3 2000"], ["2000-01-01", "2000-04-01", "2000-07-01"]),
        (["2024-W01", "2024-W02", "2024-W03"], ["2024-01-01", "2024-01-08", "2024-01-15"]),
        (["2024W01", "2024W02", "2024W03"], ["2024-01-01", "2024-01-08", "2024-01-15"]),
        (["13/01/2024", "14/01/2024", "15/01/2024"], ["2024-01-13", "2024-01-14", "2024-01-15"]),
        (["01/13/2024", "01/14/2024", "01/15/2024"], ["2024-01-13", "2024-01-14", "2024-01-15"]),
        (["2024010106", "2024010107"], ["2024-01-01T06:00:00", "2024-01-01T07:00:00"]),
        (["202401010630", "202401010640"], ["2024-01-01T06:30:00", "2024-01-01T06:40:00"]),
        (["20240101T063000", "20240101T064000"], ["2024-01-01T06:30:00", "2024-01-01T06:40:00"]),
        (["1704067200", "1704070800"], ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"]),
        (["1704067200000", "1704070800000"], ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"]),
        (
            ["1704067200000000", "1704070800000000"],
            ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"],
        ),
        (
            ["1704067200000000000", "1704070800000000000"],
            ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"],
        ),
        (["2024-01-01 24:00", "2024-01-02 24:00"], ["2024-01-02T00:00:00", "2024-01-03T00:00:00"]),
        (
            ["1/13/2024 1:05 PM", "1/14/2024 1:05 PM"],
            ["2024-01-13T13:05:00", "2024-01-14T13:05:00"],
        ),
        (
            ["2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00"],
            ["2024-03-31T00:00:00Z", "2024-03-31T01:00:00Z"],
        ),
    ],
)
def test_times_as_people_write_them(tmp_path: Path, written: list[str], read_as: list[str]) -> None:
    roles, _ = read(tmp_path / "a.csv", rows(written))
    assert roles.columns == {"when": read_as, "sales": list(range(5, 5 + len(written)))}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10069.12", 10069.12), ('"10,069.12"', 10069.12), ('"1,234,567"', 1234567),
        ('"$1,200.50"', 1200.5), ("€ 7.25", 7.25), ('"(1,200.00)"', -1200.0),
        ("(5)", -5), ("−5.5", -5.5), ("1 234 567.5", 1234567.5), ("5-", -5), ("1e3", 1000.0),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(tmp_path: Path, written: str, value: float) -> None:
    text = f"date,sales\n{DAYS[0]},{written}\n{DAYS[1]},3.5\n{DAYS[2]},#N/A\n"
    roles, _ = read(tmp_path / "a.csv", text)
    assert roles.columns["sales"] == [value, 3.5, None]


@pytest.mark.parametrize(
    "text",
    [
        "date;sales\n2024-01-01;1,5\n2024-01-02;1.002,5\n2024-01-03;-\n",
        "date\tsales\n2024-01-01\t1.5\n2024-01-02\t1002.5\n2024-01-03\tn.a.\n",
        "date|sales\n2024-01-01|1.5\n2024-01-02|1002.5\n2024-01-03|NULL\n",
        "date sales\n2024-01-01 1.5\n2024-01-02 1002.5\n2024-01-03 NaN\n",
        "sep=;\ndate;sales\n2024-01-01;1.5\n2024-01-02;1002.5\n2024-01-03;\n",
        "Sales of 2024\n\ndate,sales\n2024-01-01,1.5\n2024-01-02,1002.5\n2024-01-03,\n",
        "# made by hand\ndate,sales\n2024-01-01,1.5\n2024-01-02,1002.5\n2024-01-03,NA\nTotal,1004\n",
        "date , sales \n2024-01-01, 1.5\n2024-01-02, 1002.5\n2024-01-03, NA\n",
        ",date,sales\n0,2024-01-01,1.5\n1,2024-01-02,1002.5\n2,2024-01-03,\n",
        "rownames,date,sales\n1,2024-01-01,1.5\n2,2024-01-02,1002.5\n3,2024-01-03,\n",
        "date,year,month,store,sales\n2024-01-01,2024,1,7,1.5\n2024-01-02,2024,1,7,1002.5\n"
        "2024-01-03,2024,1,7,\n",
        "date,sales\n2024-01-03,\n2024-01-02,1002.5\n2024-01-01,1.5\n",
        "date,sales\r\n2024-01-01,1.5\r\n2024-01-02,1002.5\r\n2024-01-03,\r\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_every_dress(tmp_path: Path, text: str, encoding: str) -> None:
    roles, _ = read(tmp_path / "a.csv", text.encode(encoding))
    assert roles.columns == {"date": DAYS, "sales": [1.5, 1002.5, None]}


def excel(cells: list[list[Any]]) -> bytes:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    body = "".join(
        "<row>" + "".join(
            f'<c s="1"><v>{v}</v></c>' if isinstance(v, int) else
            f"<c><v>{v}</v></c>" if isinstance(v, float) else
            f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in row) + "</row>"
        for row in cells
    )  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>",
        )
        styles = '<xf numFmtId="0"/><xf numFmtId="14"/>'
        book.writestr(
            "xl/styles.xml", f"<styleSheet {main}><cellXfs>{styles}</cellXfs></styleSheet>"
        )
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        excel([["date", "sales"], [45292, 5.0], [45293, 6.5], [45294, 7.0]]),
        gzip.compress(b"date,sales\n2024-01-01,5\n2024-01-02,6.5\n2024-01-03,7\n"),
        json.dumps({"date": DAYS, "sales": [5, 6.5, 7]}).encode(),
        json.dumps(
            [{"date": d, "sales": v} for d, v in zip(DAYS, [5, 6.5, 7], strict=True)]
        ).encode(),
        "\n".join(
            json.dumps({"date": d, "sales": v}) for d, v in zip(DAYS, [5, 6.5, 7], strict=True)
        ).encode(),
    ],
)
def test_other_kinds_of_files(tmp_path: Path, data: bytes) -> None:
    roles, _ = read(tmp_path / "a", data)
    assert roles.columns == {"date": DAYS, "sales": [5, 6.5, 7]}


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ("date,a,b\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n", {"wide": True}),
        ("shop,2024-01-01,2024-01-02,2024-01-03\na,1,2,3\nb,4,5,6\n", {}),
        ("shop,date,v\n" + "".join(f"{k},{d},{v}\n" for k, v0 in (("a", 1), ("b", 4))
                                   for v, d in enumerate(DAYS, start=v0)), {}),
    ],
)  # fmt: skip
def test_several_series(tmp_path: Path, data: str, options: dict[str, Any]) -> None:
    roles, _ = read(tmp_path / "a.csv", data, **options)
    assert roles.times_by_id() == {"a": DAYS, "b": DAYS}
    assert roles.values_by_id() == {"a": [1, 2, 3], "b": [4, 5, 6]}


def test_times_of_several_columns_are_put_together(tmp_path: Path) -> None:
    roles, _ = read(tmp_path / "a.csv", "year,month,sales\n2015,1,5\n2015,2,6\n2015,3,7\n")
    assert roles.columns == {"ds": MONTHS, "sales": [5, 6, 7]}
    roles, _ = read(tmp_path / "a.csv", "date,hour,load\n2024-01-01,0,5\n2024-01-01,1,9\n")
    assert roles.columns["ds"] == ["2024-01-01T00:00:00", "2024-01-01T01:00:00"]


def test_windows_letters_are_read_and_said(tmp_path: Path) -> None:
    roles, said = read(
        tmp_path / "a.csv", "date,größe\n2024-01-01,5\n2024-01-02,6\n".encode("cp1252")
    )
    assert roles.target == "größe"
    assert said[0].startswith("not UTF-8: read as Windows-1252 (--encoding NAME")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG image, no table"),
        (b"%PDF-1.7\n", "a PDF, no table"),
        ("<!doctype html><html></html>", "a web page, no table"),
        (bytes(range(9)) * 20, "binary data, no table"),
        (rows(["01/02/2024", "05/02/2024", "06/03/2024"]), "day first or the month first.*--dates day"),
        (rows(["x1-1", "x2-1", "x3-1"]), "cannot be read; hint: --time-format"),
        (rows(["2024-01-01"] * 3), r"holds 2024-01-01 in lines 2 and 3; hint: .*--id-col"),
        ("date,a,b\n2024-01-01,1,2\n2024-01-02,3,4\n", r"several columns hold numbers: a, b; hint: --target"),
        ("ordered,paid,y\n2024-01-01,2024-01-02,1\n2024-02-01,2024-02-02,1\n", "several columns hold dates"),
        ("date,store\n2024-01-01,1\n2024-01-02,1\n", "seem to be an index, an id or a part"),
        ("t\n\ndate,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04,4\n2024-01-05,x\n",
         "line 8, column 'v': 'x' is no number"),
        ("date,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04,4\n2024-13-05,5\n",
         "line 6, column 'date': '2024-13-05'"),
        ('date;v\n2024-01-01;1,234\n2024-01-02;2,345\n', "--decimal , or --decimal ."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_or_asked(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(tidecast.DataError, match=message):
        read(tmp_path / "a.csv", data)


def test_the_decimal_sign_and_the_format_of_times_are_honoured(tmp_path: Path) -> None:
    text = "date;v\n01/02/2024;1,234\n01/03/2024;2,345\n"
    roles, _ = read(tmp_path / "a.csv", text, decimal=",", time_format="%m/%d/%Y")
    assert roles.columns["v"] == [1.234, 2.345]
    assert roles.columns["date"] == ["2024-01-02T00:00:00", "2024-01-03T00:00:00"]
    with pytest.raises(tidecast.DataError, match="no column holds dates"):
        read(tmp_path / "a.csv", "v\n1\n2\n", time_format="%Y")


def test_what_kind_rows_are_is_judged_by_the_first_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    style = cells_in_rows.style_of
    count = lambda cells: looked.append(cells) or style(cells)  # noqa: E731
    monkeypatch.setattr(cells_in_rows, "style_of", count)
    lines = [f"{day:%d.%m.%Y};{day.day},5" for day in (FIRST + timedelta(n) for n in range(3000))]
    roles, _ = read(tmp_path / "a.csv", "\n".join(["when;sold", *lines]))
    assert len(roles.columns["sold"]) == 3000
    assert len(looked) < 1000


def test_an_empty_cell_among_the_keys_of_wide_rows_is_no_name(tmp_path: Path) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    values = ",".join(map(str, range(5, 17)))
    text = f"Year,shop,part,{','.join(months)}\n2023,a,x,{values}\n2023,a,,{values}\n"
    roles, _ = read(tmp_path / "a.csv", text)
    assert [*roles.values_by_id()] == ["a", "a/x"]


@pytest.mark.parametrize("cell", ["d" * 60 + "x", "a" + " " * 120_000 + "b", "1(" * 60_000])
@pytest.mark.parametrize(
    "text",
    [
        "day,sold\n{0},5\n2024-01-02,6\n2024-01-03,7\n",
        "day,{0}\n2024-01-01,5\n2024-01-02,6\n",
        "day,sold\n2024-01-01,{0}\n2024-01-02,6\n2024-01-03,7\n",
    ],
)
def test_patterns_do_not_go_through_all_parts_of_a_long_cell(text: str, cell: str) -> None:
    # what is read is told elsewhere: here it is that this ends
    with contextlib.suppress(tidecast.DataError):
        table_of(text.format(cell).encode())
    assert not cells_in_rows.is_time(cell)
    assert not is_unit(cell)


def test_a_million_names_are_not_compared_with_each_other() -> None:
    with pytest.raises(tidecast.DataError, match="several columns are named 'a'"):
        names_of(
            [cells_in_rows.Row(1, ["a"] * 1_000_000, 1_000_000), cells_in_rows.Row(2, ["b"], 1)]
        )
