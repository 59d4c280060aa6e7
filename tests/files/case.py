"""Small files as people have them, each with what must be read of it, or said."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
MONTHS = ["2015-01-01", "2015-02-01", "2015-03-01"]
QUARTERS = ["2000-01-01", "2000-04-01", "2000-07-01"]
WEEKS = ["2024-01-01", "2024-01-08", "2024-01-15"]
HOURS = ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"]
Y = [5, 6.5, 8]
CALENDAR = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it.

    ``series``: the columns that are sent. ``said``: parts of what is told of the reading. ``problem``: what is
    asked or refused instead. ``options``: what the person says, by the names of the arguments.
    """

    name: str
    data: bytes
    series: dict[str, list[Any]] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    problem: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def read(name: str, data: str | bytes, ds: list[Any] = DAYS, y: list[Any] = Y, **more: Any) -> Case:
    """A file of one series."""
    return several(name, data, {"ds": ds, "y": y}, **more)


def several(name: str, data: str | bytes, series: dict[str, list[Any]], **more: Any) -> Case:
    said = more.pop("said", ())
    told = (said,) if isinstance(said, str) else said
    return Case(name, bytes_of(data), series, told, options=more)


def asked(name: str, data: str | bytes, problem: str, **options: Any) -> Case:
    """A file of which something is asked, or that is refused."""
    return Case(name, bytes_of(data), problem=problem, options=options)


def bytes_of(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def dated(name: str, stamps: list[str], ds: list[Any], said: str = "", **options: Any) -> Case:
    """A file whose times are written in a certain way."""
    lines = [f'"{stamp}",{value}' for stamp, value in zip(stamps, Y, strict=True)]
    return read(name, "when,sold\n" + "\n".join(lines) + "\n", ds, said=said, **options)


def valued(name: str, cells: list[str], y: list[Any], separator: str = ",", **options: Any) -> Case:
    """A file whose values are written in a certain way."""
    lines = [f'{day}{separator}"{cell}"' for day, cell in zip(DAYS, cells, strict=True)]
    return read(name, f"day{separator}sold\n" + "\n".join(lines) + "\n", DAYS, y, **options)


def archive(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return out.getvalue()


def dumped(value: Any, *path: str) -> str:
    """JSON of a value within objects of these names, each with something beside it."""
    for name in reversed(path):
        value = {"about": "sales", name: value}
    return json.dumps(value)


def workbook(
    rows: list[list[Any]],
    *,
    sheets: int = 1,
    before: list[list[Any]] | None = None,
    merged: tuple[str, ...] = (),
) -> bytes:
    """An .xlsx; int and Fraction are dates, Decimal are durations; ``before`` is a sheet before the others."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    dated, timed = '<c s="1"><v>{}</v></c>', '<c s="2"><v>{}</v></c>'
    cells = {int: dated, Fraction: dated, float: "<c><v>{}</v></c>", Decimal: timed}
    cells[bool] = '<c t="b"><v>{:d}</v></c>'
    text, formula = '<c t="inlineStr"><is><t>{}</t></is></c>', "<c><f>{}</f></c>"

    def written(value: Any) -> str:
        if isinstance(value, str) and value.startswith("="):
            return formula.format(value[1:])
        plain = float(value) if isinstance(value, Fraction) else value
        return cells.get(type(value), text).format(plain)

    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        tabs = [*([before] if before else []), *[rows] * sheets]
        for sheet, tab in enumerate(tabs, start=1):
            body = "".join(f"<row>{''.join(map(written, row))}</row>" for row in tab)
            data = f"<sheetData>{body}</sheetData><mergeCells>{ranges}</mergeCells>"
            book.writestr(
                f"xl/worksheets/sheet{sheet}.xml", f"<worksheet {main}>{data}</worksheet>"
            )
        styles = '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
        own = '<numFmts><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts>'
        look = f"<styleSheet {main}>{own}<cellXfs>{styles}</cellXfs></styleSheet>"
        book.writestr("xl/styles.xml", look)
    return out.getvalue()


def parquet(columns: dict[str, list[Any]]) -> bytes:
    return stored(pa.table(columns))


def stored(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def feathered(table: pa.Table, how: str) -> bytes:
    out = io.BytesIO()
    feather.write_feather(table, out, compression=how)
    return out.getvalue()


def streamed(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


PLAIN = "day,sold\n2024-01-01,5\n2024-01-02,6.5\n2024-01-03,8\n"
ROWS = [{"day": day, "sold": value} for day, value in zip(DAYS, Y, strict=True)]
TWO = {"unique_id": ["a"] * 3 + ["b"] * 3, "ds": DAYS * 2, "y": [1, 2, 3, 4, 5, 6]}
SHOPS = [(shop, day, 3 * i + k + 1) for i, shop in enumerate("ab") for k, day in enumerate(DAYS)]
LONG = "".join(f"{shop},{day},{value}\n" for shop, day, value in SHOPS)
YEAR = [f"2015-{month:02d}-01" for month in range(1, 13)]
PAIRS = [[day, value] for day, value in zip(DAYS, Y, strict=True)]
HOURLY = [f"{day}T{h:02d}:00:00" for day in DAYS[:2] for h in range(24)]
