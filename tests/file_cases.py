"""Small files as people have them, each with what must be read of it, or said."""

import gzip
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

SEPARATORS = [
    read("commas", PLAIN),
    read("semicolons", PLAIN.replace(",", ";")),
    read("tabs", PLAIN.replace(",", "\t")),
    read("bars", PLAIN.replace(",", "|")),
    read("blanks", PLAIN.replace(",", "  ")),
    read("a line that tells the separator", "sep=;\n" + PLAIN.replace(",", ";")),
    read("blanks after separators", PLAIN.replace(",", " , ")),
    read("ends of lines of Windows", PLAIN.replace("\n", "\r\n")),
    read("ends of lines of old Macintoshes", PLAIN.replace("\n", "\r")),
    read("empty lines", PLAIN.replace("\n", "\n\n")),
    read("separators at the ends of lines", PLAIN.replace("\n", ",\n")),
]
NUMBERS = [
    valued("decimal commas", ["5,0", "6,5", "8,25"], [5, 6.5, 8.25], ";", said="'5,0' is read as 5.0"),
    valued("decimal commas in quotes", ["5,0", "6,5", "8,25"], [5, 6.5, 8.25]),
    valued("thousands with commas", ["10,069.12", "1,234,567", "8"], [10069.12, 1234567, 8]),
    valued("thousands with points", ["10.069,12", "1.234.567", "8"], [10069.12, 1234567, 8], ";"),
    valued("thousands with blanks", ["10 069,12", "1 234", "8"], [10069.12, 1234, 8], ";"),
    valued("thousands of Switzerland", ["10'069.12", "1'234", "8"], [10069.12, 1234, 8]),
    valued("lakhs", ["1,00,000", "12,34,567.5", "8"], [100000, 1234567.5, 8]),
    asked("a thousand or a fraction", "day;sold\n2024-01-01;1,234\n2024-01-02;2,345\n",
          "1,234' may be a thousand or a fraction"),
    valued("a fraction as said", ["1,234", "2,345", "3,456"], [1.234, 2.345, 3.456], ";", decimal=","),
    valued("dollars", ["$5.00", "$1,206.50", "-$8"], [5, 1206.5, -8]),
    valued("euros behind", ["5,00 €", "6,50 €", "8,00 €"], Y, ";"),
    valued("percent", ["5%", "6.5%", "8 %"], Y),
    valued("brackets for negatives", ["(5)", "6.5", "(1,008.00)"], [-5, 6.5, -1008]),
    valued("signs behind and long signs", ["5-", "−6.5", "8"], [-5, -6.5, 8]),
    valued("exponents", ["5e0", "6.5E0", "8"], Y),
    valued("#N/A and its kin", ["5", "#N/A", "8"], [5, None, 8]),
    valued("NA, null and dashes", ["n.a.", "NULL", "8"], [None, None, 8]),
    valued("errors of spreadsheets", ["5", "#DIV/0!", "-"], [5, None, None]),
]  # fmt: skip
TIMES = [
    dated("days with slashes", ["2024/1/1", "2024/1/2", "2024/1/3"], DAYS),
    dated("days with points", ["01.01.2024", "02.01.2024", "03.01.2024"], DAYS, "day first"),
    valued("magnitudes", ["1.2M", "980k", "1,234k"], [1200000, 980000, 1234000]),
    valued("millions and billions in German", ["1,2 Mio.", "0,9 Mio.", "1,1 Mrd."],
           [1200000, 900000, 1100000000], ";"),
    valued("a unit behind each value", ["5 kWh", "6.5 kWh", "8 kWh"], Y),
    valued("degrees", ["5°C", "6.5°C", "8°C"], Y),
    valued("stars of footnotes", ["5*", "6.5", "8**"], Y),
    valued("preliminary and estimated", ["5 (p)", "6.5", "8 (e)"], Y),
    valued("flags of Eurostat", ["5 p", "6.5", ":"], [5, 6.5, None]),
    valued("raised figures", ["5¹", "6.5", "8²"], Y),
    valued("below a limit, as Google Trends", ["<1", "52", "60"], [1, 52, 60]),
    valued("about", ["~5", "≈6.5", "8"], Y),
    valued("narrow blanks between thousands", ["1\u202f234", "1\u00a0300", "980"], [1234, 1300, 980], ";"),
    valued("apostrophes between thousands", ["1'234", "1'300", "980"], [1234, 1300, 980]),
    valued("points of FRED", ["3.7", ".", "3.8"], [3.7, None, 3.8]),
    dated("a zone by its letters", [f"2024-01-01 0{h}:00 CET" for h in range(3)],
          [f"2024-01-01T0{h}:00:00+01:00" for h in range(3)]),
    dated("a zone by its place", [f"2024-07-01 0{h}:00 Europe/Berlin" for h in range(3)],
          [f"2024-07-01T0{h}:00:00+02:00" for h in range(3)]),
    dated("an offset and its place", [f"2024-01-01T0{h}:00+01:00[Europe/Berlin]" for h in range(3)],
          [f"2024-01-01T0{h}:00:00+01:00" for h in range(3)]),
    dated("letters that change in spring", ["2024-03-31 01:00 CET", "2024-03-31 03:00 CEST",
                                            "2024-03-31 04:00 CEST"],
          [f"2024-03-31T0{h}:00:00Z" for h in range(3)], "offsets differ"),
    dated("dates of JavaScript", [f"Mon Jan 01 2024 0{h}:00:00 GMT+0100 (CET)" for h in range(3)],
          [f"2024-01-01T0{h}:00:00+01:00" for h in range(3)], "month by name"),
    dated("dates of mail", [f"Mon, 01 Jan 2024 0{h}:00:00 GMT" for h in range(3)], HOURS, "month by name"),
    dated("French days", ["1er janvier 2024", "2 janvier 2024", "3 janvier 2024"], DAYS, "month by name"),
    dated("French months", ["janvier 2015", "février 2015", "mars 2015"], MONTHS, "months by name"),
    dated("Spanish days", [f"{d} de enero de 2024" for d in (1, 2, 3)], DAYS, "month by name"),
    dated("Spanish months", ["enero 2015", "febrero 2015", "marzo 2015"], MONTHS, "months by name"),
    dated("Italian months", ["gennaio 2015", "febbraio 2015", "marzo 2015"], MONTHS, "months by name"),
    dated("Portuguese months", ["janeiro de 2015", "fevereiro de 2015", "março de 2015"], MONTHS,
          "months by name"),
    dated("Dutch months", ["januari 2015", "februari 2015", "maart 2015"], MONTHS, "months by name"),
    dated("quarters of Eurostat", ["2000Q1", "2000Q2", "2000Q3"], QUARTERS, "quarters"),
    dated("months of Eurostat", ["2015M01", "2015M02", "2015M03"], MONTHS, "months"),
    dated("halves of years", ["2024-H1", "2024-H2", "2025-H1"], ["2024-01-01", "2024-07-01", "2025-01-01"],
          "halves of years"),
    dated("fiscal years", ["FY2020", "FY2021", "FY2022"], [f"{y}-01-01" for y in (2020, 2021, 2022)],
          "years by their first"),
    dated("years over the turn", ["2020/21", "2021/22", "2022/23"],
          [f"{y}-01-01" for y in (2020, 2021, 2022)], "years by their first"),
    dated("years over the turn that look like months", ["2009-10", "2010-11", "2011-12"],
          [f"{y}-01-01" for y in (2009, 2010, 2011)], "years by their first"),
    dated("weeks by both ends", ["2024-01-01/2024-01-07", "2024-01-08/2024-01-14", "2024-01-15/2024-01-21"],
          WEEKS, "by its beginning"),
    dated("hours by both ends",
          [f"01.01.2024 0{h}:00 - 01.01.2024 0{h + 1}:00" for h in range(3)],
          [f"2024-01-01T0{h}:00:00" for h in range(3)], "by its beginning"),
    dated("short American dates", ["12/31/24", "01/01/25", "01/02/25"],
          ["2024-12-31", "2025-01-01", "2025-01-02"], "month first"),
    dated("afternoons", [f"1/31/2024 {h}:00 PM" for h in (1, 2, 3)],
          [f"2024-01-31T{h}:00:00" for h in (13, 14, 15)], "month first"),
    read("days as Excel counts them", "Date,sold\n45292,5\n45293,6.5\n45294,8\n", said="spreadsheets"),
    read("units below the names", "date;load\n;MW\n2024-01-01;5\n2024-01-02;6,5\n2024-01-03;8\n",
         said="line 2 is taken for units: load MW"),
    read("units in brackets", "date;load\n[-];[MW]\n2024-01-01;5\n2024-01-02;6,5\n2024-01-03;8\n",
         said="taken for units"),
    read("how dates are written", "when,sold\nyyyy-mm-dd,MWh\n2024-01-01,5\n2024-01-02,6.5\n2024-01-03,8\n",
         said="taken for units"),
    read("a list of SAP", "|Kal.tag   |Menge    |\n|----------|---------|\n|01.01.2024|1.005,00-|\n"
         "|02.01.2024|6,50     |\n|03.01.2024|8,00     |\n", y=[-1005, 6.5, 8]),
    read("single quotes", "'when','sold'\n'2024-01-01','5'\n'2024-01-02','6.5'\n'2024-01-03','8'\n"),
    read("line ends of several kinds", "when,sold\r\n2024-01-01,5\n2024-01-02,6.5\r2024-01-03,8\r\n"),
    read("empty columns", "when,,sold,,\n2024-01-01,,5,,\n2024-01-02,,6.5,,\n2024-01-03,,8,,\n"),
    read("Google Trends", "Category: All categories\n\nWeek,tea: (Worldwide)\n2024-01-01,<1\n2024-01-08,6\n"
         "2024-01-15,8\n", WEEKS, [1, 6, 8], said="'<1'"),
    read("a row per year", "Year," + ",".join(CALENDAR) + ",Total\n2022,1,2,3,4,5,6,7,8,9,10,11,12,78\n"
         "2023,13,14,,,,,,,,,,,27\n",
         [f"2022-{m:02d}-01" for m in range(1, 13)] + ["2023-01-01", "2023-02-01"], [*range(1, 15)],
         said="a row per year and a column per month; not read: Total"),
    read("a row per year, months by number", "year," + ",".join(map(str, range(1, 13))) + "\n"
         "2022,1,2,3,4,5,6,7,8,9,10,11,12\n", [f"2022-{m:02d}-01" for m in range(1, 13)], [*range(1, 13)],
         said="a column per month"),
    read("a row per year, a column per quarter", "Jahr;Q1;Q2;Q3;Q4\n2000;5;6,5;8;9\n2001;1;2;3;\n",
         [*QUARTERS, "2000-10-01", "2001-01-01", "2001-04-01", "2001-07-01"], [*Y, 9, 1, 2, 3],
         said="a column per quarter"),
    asked("prices of Yahoo", "Date,Open,Close,Volume\n2024-01-02,187.1,185.6,82\n2024-01-03,184.2,184.3,58\n",
          "several columns hold numbers: Open, Close, Volume"),
    asked("two rows of names", "Price,Close,Close\nTicker,AAPL,MSFT\n2024-01-02,185.64,370.87\n",
          "several columns hold numbers: Close AAPL, Close MSFT"),
    asked("thousands or fractions of thousands", 'day;sold\n2024-01-01;1,234k\n2024-01-02;1,250k\n',
          "may be a thousand or a fraction"),
    dated("digits of days", ["20240101", "20240102", "20240103"], DAYS, "YYYYMMDD"),
    dated("digits of months", ["201501", "201502", "201503"], MONTHS, "YYYYMM"),
    dated("digits to the minute", ["202401010000", "202401010010", "202401010020"],
          ["2024-01-01T00:00:00", "2024-01-01T00:10:00", "2024-01-01T00:20:00"]),
    dated("months by name", ["Jan 2015", "Feb 2015", "Mar 2015"], MONTHS, "months by name"),
    dated("months as spreadsheets shorten them", ["Jan-15", "Feb-15", "Mar-15"], MONTHS),
    dated("months of Germany", ["Januar 2015", "Februar 2015", "März 2015"], MONTHS),
    dated("months of France", ["janv. 2015", "févr. 2015", "mars 2015"], MONTHS),
    dated("days with a month by name", ["1 Jan 2024", "2 Jan 2024", "3 Jan 2024"], DAYS),
    dated("days of America by name", ["Jan 1, 2024", "Jan 2, 2024", "Jan 3, 2024"], DAYS),
    dated("quarters", ["2000-Q1", "2000-Q2", "2000-Q3"], QUARTERS, "quarters"),
    dated("quarters with the year behind", ["Q1 2000", "Q2 2000", "Q3 2000"], QUARTERS),
    dated("weeks", ["2024-W01", "2024-W02", "2024-W03"], WEEKS, "each by its Monday"),
    dated("days of the year", ["2024-001", "2024-002", "2024-003"], DAYS),
    dated("months of statistics", ["2015M01", "2015M02", "2015M03"], MONTHS),
    dated("years with fractions", ["2015.000", "2015.083", "2015.167"], MONTHS, "years with fractions",
          time_col="when"),
    read("years with fractions by their name", "time,value\n1949,112\n1949.08333,118\n1949.16667,132\n"
         "1949.25,129\n", ["1949-01-01", "1949-02-01", "1949-03-01", "1949-04-01"], [112, 118, 132, 129]),
    read("year and month around a point", "date,cpi\n2000.09,1\n2000.1,2\n2000.11,3\n2000.12,4\n",
         ["2000-09-01", "2000-10-01", "2000-11-01", "2000-12-01"], [1, 2, 3, 4]),
    dated("seconds since 1970", ["1704067200", "1704070800", "1704074400"], HOURS, "seconds since 1970"),
    dated("milliseconds", ["1704067200000", "1704070800000", "1704074400000"], HOURS, "milliseconds"),
    dated("microseconds", [f"{s}000000" for s in (1704067200, 1704070800, 1704074400)], HOURS, "microseconds"),
    dated("nanoseconds", [f"{s}000000000" for s in (1704067200, 1704070800, 1704074400)], HOURS, "nanoseconds"),
    dated("the day first, as 13 tells", ["11/1/2024", "12/1/2024", "13/1/2024"],
          ["2024-01-11", "2024-01-12", "2024-01-13"], "day first"),
    dated("the month first, as steps tell", ["1/1/2024", "1/2/2024", "1/3/2024"], DAYS, "month first",
          dates="month"),
    asked("the day or the month first", "d,y\n01/02/2024,1\n05/02/2024,2\n06/03/2024,3\n",
          "may have the day first or the month first"),
    dated("the day first, as said", ["01/02/2024", "05/02/2024", "06/03/2024"],
          ["2024-02-01", "2024-02-05", "2024-03-06"], dates="day"),
    dated("clocks of twelve hours", ["1/13/2024 1:05 PM", "1/14/2024 1:05 PM", "1/15/2024 1:05 PM"],
          ["2024-01-13T13:05:00", "2024-01-14T13:05:00", "2024-01-15T13:05:00"]),
    dated("24:00", ["2024-01-01 23:00", "2024-01-01 24:00", "2024-01-02 01:00"],
          ["2024-01-01T23:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00"]),
    dated("a leap second", ["2016-12-31 23:59:58", "2016-12-31 23:59:59", "2016-12-31 23:59:60"],
          ["2016-12-31T23:59:58", "2016-12-31T23:59:59", "2017-01-01T00:00:00"]),
    dated("offsets that change",
          ["2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00", "2024-03-31T04:00:00+02:00"],
          ["2024-03-31T00:00:00Z", "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"], "sent in UTC"),
    dated("a format as said", ["1st:01-24", "1st:02-24", "1st:03-24"],
          ["2024-01-01T00:00:00", "2024-02-01T00:00:00", "2024-03-01T00:00:00"],
          time_col="when", time_format="1st:%m-%y"),
    read("year and month in columns", "year,month,sold\n2015,1,5\n2015,2,6.5\n2015,3,8\n", MONTHS,
         said="made of year, month"),
    read("day and hour in columns", "date,hour,load\n2024-01-01,0,5\n2024-01-01,1,6.5\n2024-01-01,2,8\n",
         ["2024-01-01T00:00:00", "2024-01-01T01:00:00", "2024-01-01T02:00:00"]),
    read("digits of weeks", "Week,sold\n202451,5\n202452,6.5\n202501,8\n",
         ["2024-12-16", "2024-12-23", "2024-12-30"], said="weeks as YYYYWW"),
    read("days as spreadsheets count them", "Date,sold\n45292,5\n45293,6.5\n45294,8\n", said="as spreadsheets"),
    read("years", "Year,spots\n1700,5\n1701,6.5\n1702,8\n", [1700, 1701, 1702]),
]  # fmt: skip
ENCODINGS = [
    read("UTF-8 with a mark", PLAIN.encode("utf-8-sig")),
    read("UTF-16", PLAIN.encode("utf-16"), said="UTF-16"),
    read("UTF-16 without a mark", PLAIN.encode("utf-16-le"), said="UTF-16"),
    read("Latin-1", PLAIN.replace("sold", "größe").encode("latin-1"), said="Windows-1252"),
]
AROUND = [
    read("a title", "Sales of 2024\n\n" + PLAIN, said="lines not read: 1"),
    read("comments", "# made by hand\n# twice\n" + PLAIN),
    read("a total", PLAIN + "Total,19.5\n", said="lines not read: 5"),
    read("a remark below", PLAIN + "\nSource: the till\n"),
    read("the header again", PLAIN + "day,sold\n2024-01-04,9\n", [*DAYS, "2024-01-04"], [*Y, 9]),
    read("blanks in headers", PLAIN.replace("day,sold", "the day , units sold")),
    read("an index without a name", ",day,sold\n0,2024-01-01,5\n1,2024-01-02,6.5\n2,2024-01-03,8\n"),
    read("row names of R", '"day","sold"\n"1",2024-01-01,5\n"2",2024-01-02,6.5\n"3",2024-01-03,8\n'),
    read("no header", PLAIN.split("\n", 1)[1]),
    read("newest first", "Week,sold\n2024-01-15,8\n2024-01-08,6.5\n2024-01-01,5\n", WEEKS, said="newest first"),
    read("parts of the calendar", "day,year,month,store,sold\n2024-01-01,2024,1,7,5\n2024-01-02,2024,1,7,6.5\n"
         "2024-01-03,2024,1,7,8\n", said="columns not used: year, month, store"),
    several("values alone", "sold\n5\n6.5\n8\n", {"y": Y}, said="equally spaced"),
    asked("only an index and a store", "day,store\n2024-01-01,1\n2024-01-02,1\n2024-01-03,1\n",
          "an index, an id"),
    asked("two columns of values", "day,a,b\n2024-01-01,1,2\n2024-01-02,2,3\n2024-01-03,3,5\n",
          "several columns hold numbers: a, b"),
    read("the one of two that is said", "day,a,sold\n2024-01-01,1,5\n2024-01-02,2,6.5\n2024-01-03,3,8\n",
         target_col="sold", said="columns not used: a"),
    asked("two columns of dates", "ordered,paid,y\n2024-01-01,2024-01-02,1\n2024-02-01,2024-02-02,1\n",
          "several columns hold dates"),
]  # fmt: skip
SERIES = [
    several("a key", "shop,day,sold\n" + LONG, TWO, said="id column: shop"),
    several("a key of numbers", ("store,day,sold\n" + LONG).replace("a,", "1,").replace("b,", "2,"),
            {**TWO, "unique_id": [1] * 3 + [2] * 3}, said="id column: store"),
    several("a number of the row beside the key", "id,day,shop,sold\n" + "".join(
        f"{row},{day},{shop},{value}\n" for row, (shop, day, value) in enumerate(SHOPS)), TWO,
        said="id column: shop", target_col="sold"),
    asked("an order in every row", "order_id,day,sold\n7,2024-01-01,5\n8,2024-01-01,6.5\n9,2024-01-02,8\n",
          "holds 2024-01-01 in lines 2 and 3"),
    several("two columns that are the key", "shop,item,day,sold\n" + "".join(
        f"{shop},{item},{DAYS[0]},{value}\n{shop},{item},{DAYS[1]},{value}\n"
        for value, (shop, item) in enumerate([("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")])),
        {"unique_id": [k for k in ("a/x", "a/z", "b/x", "b/z") for _ in (0, 1)], "ds": DAYS[:2] * 4,
         "y": [0, 0, 1, 1, 2, 2, 3, 3]}),
    several("a column per series", "day,a,b\n2024-01-01,1,4\n2024-01-02,2,5\n2024-01-03,3,6\n", TWO, wide=True,
            said="a column per series: 2 series"),
    several("a column per date", "shop,2024-01-01,2024-01-02,2024-01-03\na,1,2,3\nb,4,5,6\n", TWO,
            said="a column per date: 2 series"),
    several("a column per month by name", "shop;Jan 15;Feb 15;Mar 15\na;1,5;2;3\nb;4;5;6\n",
            {**TWO, "ds": MONTHS * 2, "y": [1.5, 2, 3, 4, 5, 6]}),
    asked("no key where one is needed", "day,sold\n2024-01-01,5\n2024-01-01,6\n2024-01-02,7\n",
          "2024-01-01 in lines 2 and 3"),
]  # fmt: skip
KINDS = [
    read("Excel", workbook([["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]])),
    read("Excel with a title and two sheets", workbook(
        [["Sales"], [], ["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0], ["Total", 19.5]], sheets=2),
        said="the first of 2 sheets"),
    read("Parquet", parquet({"day": DAYS, "sold": Y})),
    read("JSON of rows", json.dumps(ROWS)),
    read("JSON of columns", json.dumps({"day": DAYS, "sold": Y})),
    read("JSON of lines", "\n".join(map(json.dumps, ROWS))),
    read("JSON of pairs", json.dumps([[day, value] for day, value in zip(DAYS, Y, strict=True)])),
    several("JSON of values", "[5, 6.5, 8]", {"y": Y}),
    read("gzip", gzip.compress(PLAIN.encode())),
]  # fmt: skip
REFUSED = [
    asked("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG image, no table"),
    asked("a PDF", b"%PDF-1.7\n%...", "a PDF, no table"),
    asked("a page", "<!doctype html><html><table></table></html>", "a web page, no table"),
    asked("an old Excel file", b"\xd0\xcf\x11\xe0" + bytes(99), "save it as .xlsx"),
    asked("bytes", bytes(range(9)) * 20, "binary data, no table"),
    asked("nothing", "", "the file is empty"),
    asked("a header alone", "day,sold\n", "no rows below the header"),
    asked("words", "day,sold\n2024-01-01,five\n2024-01-02,six\n2024-01-03,seven\n", "no column of numbers"),
    asked("too many cells", PLAIN + "2024-01-04,9,9\n", "line 5 has 3 cells, the header 2"),
    asked("a word among numbers", "title\n\n" + PLAIN + "2024-01-04,9\n2024-01-05,many\n",
          "line 8, column 'sold': 'many' is no number"),
    asked("a day that is not there", PLAIN + "2024-01-04,9\n2024-02-30,9\n",
          "line 6, column 'day': '2024-02-30'"),
    asked("times with and without an offset", "t,y\n2024-01-01T00:00Z,1\n2024-01-01T01:00,2\n",
          "mixes times with and without a time zone"),
]  # fmt: skip
MIXTURES = [
    read("a German spreadsheet", "Umsatz 2024;\n;\nDatum;Größe (€)\n01.01.2024;1.005,00 €\n02.01.2024;#NV\n"
         "03.01.2024;(8,50) €\nSumme;996,50 €\n".encode("cp1252"), DAYS, [1005, None, -8.5]),
    several("an export of a till", "sep=;\n\ufeffStore;Week;Net\n7;2024-W03;$3\n7;2024-W02;$2\n7;2024-W01;$1\n"
            "8;2024-W03;$6\n8;2024-W02;$5\n8;2024-W01;$4\n".encode("utf-16"),
            {"unique_id": [7] * 3 + [8] * 3, "ds": WEEKS * 2, "y": [1, 2, 3, 4, 5, 6]}),
    read("a frame with its index", ",Unnamed: 0,date,value\n0,3,20240101,5\n1,4,20240102,6.5\n2,5,20240103,8\n",
         target_col="value"),
    several("wide, with quarters and missing values", "quarter\tnorth\tsouth\n2000Q1\t1\t4\n2000Q2\tn/a\t5\n"
            "2000Q3\t3\t6\n", {"unique_id": ["north"] * 3 + ["south"] * 3, "ds": QUARTERS * 2,
                               "y": [1, None, 3, 4, 5, 6]}, wide=True),
]  # fmt: skip
NINES = [
    read("-9999 where nothing was measured", PLAIN + "2024-01-04,-9999\n2024-01-05,7\n",
         [*DAYS, "2024-01-04", "2024-01-05"], [*Y, None, 7], said="-9999 is taken for a missing value (line 5)"),
    read("999.9 again and again", PLAIN + "2024-01-04,999.9\n2024-01-05,999.90\n",
         [*DAYS, "2024-01-04", "2024-01-05"], [*Y, None, None], said="999.9 is taken for a missing value"),
    read("-999 among large numbers of one sign", "day,sold\n2024-01-01,50000\n2024-01-02,0\n2024-01-03,-999\n"
         "2024-01-04,300\n2024-01-05,-999\n", [*DAYS, "2024-01-04", "2024-01-05"], [50000, 0, None, 300, None],
         said="-999 is taken for a missing value (lines 4, 6)"),
    read("9999 that is a value", "day,sold\n2024-01-01,9997\n2024-01-02,9998\n2024-01-03,9999\n",
         y=[9997, 9998, 9999]),
    read("9999 once, which may be a peak", PLAIN + "2024-01-04,9999\n", [*DAYS, "2024-01-04"], [*Y, 9999]),
]  # fmt: skip
HEADS = [
    several("groups above names", ",North,,South,\nday,sold,price,sold,price\n" + "".join(
        f"{day},{n},{n + 3},{n + 6},{n + 9}\n" for n, day in enumerate(DAYS)),
        {"unique_id": [one for one in ("North sold", "North price", "South sold", "South price") for _ in DAYS],
         "ds": DAYS * 4, "y": [*range(12)]}, wide=True, said="lines 1 to 2 are read as one row of names"),
    read("the name of the index in a row of its own", "Price,Close,Close\nTicker,AAPL,MSFT\nDate,,\n" + "".join(
        f"{day},{value},1\n" for day, value in zip(DAYS, Y, strict=True)), target_col="Close AAPL",
        said="lines 1 to 3 are read as one row of names"),
    read("groups above three columns each", "Hall A,,,Hall B,,\nday,sold,price,day of,left,spare\n" + "".join(
        f"{day},{value},1,x,2,3\n" for day, value in zip(DAYS, Y, strict=True)), target_col="sold"),
    read("kinds below the names", "when,sold\ndate,float\n" + PLAIN.split("\n", 1)[1],
         said="line 2 is taken for second names: when date, sold float"),
    read("zone and unit below the names", "when,flow\nUTC,cfs\n" + PLAIN.split("\n", 1)[1],
         said="taken for second names"),
    read("names in a comment", "# made by hand\n# day,sold\n" + PLAIN.split("\n", 1)[1], said="not read: 1 "),
    read("names behind a sign alone", "#day sold\n" + PLAIN.split("\n", 1)[1].replace(",", " ")),
    read("comments of other languages", "% made by hand\n// twice, or so\n" + PLAIN, said="lines not read: 1, 2"),
]  # fmt: skip
BELOW = [
    read("totals of several kinds", PLAIN + "Total,19.5\nAverage,6.5\nMin,5\nMax,8\nStd. dev.,1\nCount,3\n",
         said="lines not read: 5, 6, 7, 8, 9, 10"),
    read("totals between", "month,sold\n2015-01,5\n2015-02,6.5\n2015-03,8\nTotal Q1,19.5\n2015-04,9\n"
         "2015-05,9\n2015-06,9\nTotal Q2,27\n", [*MONTHS, "2015-04-01", "2015-05-01", "2015-06-01"],
         [*Y, 9, 9, 9], said="lines not read: 5, 9"),
    read("a sum without a name", PLAIN + ",19.5\n", said="lines not read: 5"),
    read("footnotes and sources", PLAIN + "\n* estimated\nSource: the till, 2024\n(c) us, all rights\n",
         said="lines not read: 6, 7, 8"),
    several("a series that is called Total", "region,day,sold\n" + LONG.replace("a,", "North,").replace(
        "b,", "Total,"), {**TWO, "unique_id": ["North"] * 3 + ["Total"] * 3}, said="id column: region"),
]  # fmt: skip
YEAR = [f"2015-{month:02d}-01" for month in range(1, 13)]
PAIRS = [[day, value] for day, value in zip(DAYS, Y, strict=True)]
PARTS = [
    read("year and week", "year,week,sold\n2024,1,5\n2024,2,6.5\n2024,3,8\n", WEEKS, said="of year, week"),
    read("year and quarter", "year,quarter,sold\n2000,1,5\n2000,2,6.5\n2000,3,8\n", QUARTERS),
    read("year and quarter by name", "Year,Qtr,sold\n2000,Q1,5\n2000,Q2,6.5\n2000,Q3,8\n", QUARTERS),
    read("year and month by name", "Jahr;Monat;Menge\n2015;Januar;5\n2015;Februar;6,5\n2015;März;8\n", MONTHS),
    read("year and day of it", "year,doy,sold\n2024,1,5\n2024,2,6.5\n2024,3,8\n"),
    read("five parts, as buoys have them", "#YY MM DD hh mm WVHT\n#yr mo dy hr mn m\n" + "".join(
        f"2024 01 01 0{h} 30 {value}\n" for h, value in enumerate(Y)),
        [f"2024-01-01T0{h}:30:00" for h in range(3)], said="made of YY, MM, DD, hh, mm"),
    read("day and clock in German", "Datum;Uhrzeit;Last\n01.01.2024;00:00;5\n01.01.2024;01:00;6,5\n"
         "01.01.2024;02:00;8\n", [f"2024-01-01T0{h}:00:00" for h in range(3)], said="made of Datum, Uhrzeit"),
    read("a clock of twelve hours beside the day", "Date,Time,load\n2024-01-01,12:00 AM,5\n"
         "2024-01-01,6:30 AM,6.5\n2024-01-01,6:30 PM,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "06:30", "18:30")]),
    read("a day with the beginning and the end of hours", "Datum;Anfang;Ende;Last [MWh]\n" + "".join(
        f"01.01.2024;0{h}:00;0{h + 1}:00;{h + 1}.012,25\n" for h in range(3)),
        [f"2024-01-01T0{h}:00:00" for h in range(3)], [1012.25, 2012.25, 3012.25]),
    read("hours that end at 24", "date,hour,load\n2024-01-01,23,5\n2024-01-01,24,6.5\n2024-01-02,1,8\n",
         ["2024-01-01T23:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00"]),
    read("day and clock without names", "2024-01-01 00:00 5\n2024-01-01 01:00 6.5\n2024-01-01 02:00 8\n",
         [f"2024-01-01T0{h}:00:00" for h in range(3)]),
    dated("hours by both clocks", [f"2024-01-01 0{h}:00-0{h + 1}:00" for h in range(3)],
          [f"2024-01-01T0{h}:00:00" for h in range(3)], "by its beginning"),
    dated("the year first in two digits", ["24/12/29", "24/12/30", "24/12/31"],
          ["2024-12-29", "2024-12-30", "2024-12-31"], "year first"),
    dated("year and month as spreadsheets turn them", ["15-Jan", "15-Feb", "15-Mar"], MONTHS, "by name"),
    dated("days of the week before dates", ["Mo, 01.01.2024", "Di, 02.01.2024", "Mi, 03.01.2024"], DAYS),
    dated("days of China", ["2024年1月1日", "2024年1月2日", "2024年1月3日"], DAYS, "East Asia"),
    dated("days of Poland in October", [f"{d} października 2024" for d in (1, 2, 3)],
          ["2024-10-01", "2024-10-02", "2024-10-03"], "month by name"),
    dated("months of Poland as spreadsheets shorten them", ["sty 15", "lut 15", "mar 15"], MONTHS),
    dated("months of Finland", ["tammikuu 2015", "helmikuu 2015", "maaliskuu 2015"], MONTHS),
    dated("days of Turkey", ["1 Oca 2024", "2 Oca 2024", "3 Oca 2024"], DAYS, "month by name"),
    dated("days of Hungary", ["2024. 01. 01.", "2024. 01. 02.", "2024. 01. 03."], DAYS),
    dated("days of Poland", [f"{d} stycznia 2024" for d in (1, 2, 3)], DAYS, "month by name"),
    dated("quarters in words", ["1. Quartal 2000", "2. Quartal 2000", "3. Quartal 2000"], QUARTERS),
    dated("quarters of Rome", ["I/2000", "II/2000", "III/2000"], QUARTERS),
    dated("weeks in words", ["Week 1, 2024", "Week 2, 2024", "Week 3, 2024"], WEEKS),
    dated("weeks with the number first", ["1. KW 2024", "2. KW 2024", "3. KW 2024"], WEEKS),
    dated("weeks of two digits", ["24W01", "24W02", "24W03"], WEEKS),
    dated("lines of a log", [f"01/Jan/2024:0{h}:00:00 +0000" for h in range(3)],
          [f"2024-01-01T0{h}:00:00+00:00" for h in range(3)]),
    dated("clocks with points", [f"01.01.2024 0{h}.00" for h in range(3)],
          [f"2024-01-01T0{h}:00:00" for h in range(3)]),
    dated("o'clock in German", [f"01.01.2024 0{h}:00 Uhr" for h in range(3)],
          [f"2024-01-01T0{h}:00:00" for h in range(3)]),
    dated("stamps of Oracle", [f"0{d}-JAN-24 10.15.00.000000 AM" for d in (1, 2, 3)],
          [f"{day}T10:15:00.000000" for day in DAYS]),
    dated("seconds with parts", ["1704067200.25", "1704067201.25", "1704067202.25"],
          [f"2024-01-01T00:00:0{s}.25Z" for s in range(3)]),
    dated("several ways in one column", ["01.01.2024", "2024-01-02", "3 Jan 2024"], DAYS, "in several ways"),
    dated("both years of a season", ["2009-2010", "2010-2011", "2011-2012"],
          [f"{y}-01-01" for y in (2009, 2010, 2011)], "years by their first"),
]  # fmt: skip
HOURLY = [f"{day}T{h:02d}:00:00" for day in DAYS[:2] for h in range(24)]
PARTS += [
    read("the year once for its months", "Year,Month,sold\n2015,January,5\n,February,6.5\n,March,8\n"
         "2016,January,1\n,February,2\n,March,3\n", [*MONTHS, "2016-01-01", "2016-02-01", "2016-03-01"],
         [*Y, 1, 2, 3], said="empty cells are read as the one above"),
    read("periods of the year", "id,Year,Period,sold\nx,2015,M01,5\nx,2015,M02,6.5\nx,2015,M03,8\n", MONTHS),
    read("clocks without a colon", "date,time,sold\n2024-01-01,0000,5\n2024-01-01,0030,6.5\n2024-01-01,1400,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "00:30", "14:00")]),
    read("a row per day, a column per clock", ",".join(["date", *(f"{h:02d}:00" for h in range(24))]) + "\n"
         + "".join(f"{day},{','.join(map(str, range(24)))}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2,
        said="a column per hour: 00:00 is 2024-01-01T00:00:00"),
    read("a row per day, hours by number", "date;" + ";".join(f"H{h}" for h in range(1, 25)) + "\n" + "".join(
        f"{day};{';'.join(map(str, range(24)))}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2,
        said="a column per hour: H1 is 2024-01-01T00:00:00"),
    read("serials below another name", "When,sold\n45292,5.5\n45293,6.5\n45294,8.5\n", y=[5.5, 6.5, 8.5],
         said="as spreadsheets count them"),
]  # fmt: skip
BELOW += [
    several("a total per group", "region,day,sold\n" + LONG.replace("b,2024-01-01", "a,Total,6\nb,2024-01-01")
            + "b,Total,15\n", TWO, said="lines not read: 5, 9"),
    several("a total per group beside dates", "region,shop,2024-01-01,2024-01-02,2024-01-03\nN,a,1,2,3\n"
            "N total,,1,2,3\nS,b,4,5,6\nS total,,4,5,6\nGrand total,,5,7,9\n",
            {**TWO, "unique_id": ["N/a"] * 3 + ["S/b"] * 3}, said="lines not read: 3, 5, 6"),
    several("series that are named as averages are", "what,2024-01-01,2024-01-02,2024-01-03\nMax load,1,2,3\n"
            "Mean load,4,5,6\nTotal load,7,8,9\nload,1,1,1\n", {
                "unique_id": [n for n in ("Max load", "Mean load", "Total load", "load") for _ in DAYS],
                "ds": DAYS * 4, "y": [*range(1, 10), 1, 1, 1]}),
    read("five nines once", PLAIN + "2024-01-04,9999.9\n", [*DAYS, "2024-01-04"], [*Y, None],
         said="9999.9 is taken for a missing value"),
    asked("decimal points and commas", "day;sold\n2024-01-01;1,5\n2024-01-02;2.5\n2024-01-03;3,5\n",
          "numbers of several ways of writing, such as '1,5' and '2.5'"),
]  # fmt: skip
AMOUNTS = [
    valued("money of Poland", ["1 200,50 zł", "6,50 zł", "8,00 zł"], [1200.5, 6.5, 8], ";"),
    valued("money of Brazil", ["R$ 1.200,50", "R$ 6,50", "-R$ 8,00"], [1200.5, 6.5, -8], ";"),
    valued("crowns", ["1 200,50 kr", "6,50 kr", "8,00 kr"], [1200.5, 6.5, 8], ";"),
    valued("codes of money", ["1,200.50 SEK", "6.50 SEK", "SEK 8.00"], [1200.5, 6.5, 8]),
    valued("exponents with a comma", ["1,5E+03", "6,5E0", "8"], [1500, 6.5, 8], ";"),
    valued("long dashes and k.A.", ["—", "k.A.", "8"], [None, None, 8]),
]  # fmt: skip
SHAPES = [
    read("JSON with names apart, as pandas splits it", dumped({"columns": ["day", "sold"], "index": [0, 1, 2],
                                                                "data": PAIRS})),
    read("JSON with the times as index", dumped({"columns": ["sold"], "index": DAYS, "data": [[v] for v in Y]})),
    read("JSON of a series, as pandas splits it", dumped({"name": "sold", "index": DAYS, "data": Y})),
    read("JSON of rows by their number", dumped(dict(enumerate(ROWS)))),
    several("JSON of columns by their number and of rows by their time",
            dumped({"0": dict(zip(DAYS, [1, 2, 3], strict=True)), "1": dict(zip(DAYS, [4, 5, 6], strict=True))}),
            {"unique_id": ["0"] * 3 + ["1"] * 3, "ds": DAYS * 2, "y": [1, 2, 3, 4, 5, 6]}, wide=True),
    read("JSON of columns by time", dumped({"sold": dict(PAIRS)})),
    read("JSON of rows by time", dumped({day: {"sold": value} for day, value in PAIRS})),
    read("JSON of values by time", dumped(dict(PAIRS))),
    read("JSON within data", dumped(ROWS, "data"), said="read what is within 'data'"),
    read("JSON deep within", dumped({"day": DAYS, "sold": Y}, "result", "data"), said="'result.data'"),
    read("JSON of a table with its schema", dumped({"schema": {"fields": [{"name": "day"}]}, "data": ROWS})),
    read("JSON of rows with objects", dumped([{"day": day, "sold": {"kg": v}} for day, v in PAIRS])),
    read("JSON of numbers in texts", dumped([{"day": day, "sold": str(v)} for day, v in PAIRS])),
    read("JSON with NaN in texts", dumped([{"day": day, "sold": "NaN" if v == 5 else v} for day, v in PAIRS]),
         y=[None, 6.5, 8]),
    several("JSON of pairs by name", dumped({"a": list(zip(DAYS, [1, 2, 3], strict=True)),
                                              "b": list(zip(DAYS, [4, 5, 6], strict=True))}), TWO),
    several("JSON of Prometheus", dumped([
        {"metric": {"job": key}, "values": [[1704067200 + 3600 * h, f"{3 * k + h + 1}"] for h in range(3)]}
        for k, key in enumerate("ab")], "data", "result"), {**TWO, "ds": HOURS * 2}),
    read("JSON of InfluxDB", dumped([{"series": [{"name": "till", "columns": ["day", "sold"], "values": PAIRS}]}],
                                     "results")),
    read("JSON of lists below their names", dumped([["day", "sold"], *PAIRS])),
    read("JSON with fields beside rows", dumped({"fields": [{"name": "day"}, {"name": "sold"}], "rows": PAIRS})),
    read("JSON of Grafana", dumped([{"target": "till", "datapoints": [[v, 1704067200000 + 3600000 * h]
                                                                       for h, v in enumerate(Y)]}]), HOURS),
    read("JSON of a page and its rows", dumped([{"page": 1}, ROWS])),
    asked("JSON with times and values apart", dumped({"timestamp": [1704067200, 1704153600], "rest": [1, 2, 3]},
                                                      "chart"), "this JSON holds no table"),
    read("UTF-32", PLAIN.encode("utf-32"), said="UTF-32"),
    asked("JSON of two tables", dumped({"north": ROWS, "south": ROWS}), "several tables: north, south"),
    asked("JSON of nothing", dumped({"name": "x"}), "this JSON holds no table"),
    read("Parquet with its index", parquet({"day": DAYS, "sold": Y, "__index_level_0__": [7, 3, 9]})),
    read("Parquet with objects", parquet({"day": DAYS, "till": [{"sold": value} for value in Y]})),
    read("Parquet with lists beside the values", parquet({"day": DAYS, "tags": [["x"]] * 3, "sold": Y}),
         said="columns not used: tags"),
    asked("Parquet with a name twice", stored(pa.table([DAYS, Y, Y], names=["day", "a", "a"])),
          "several columns are named 'a'"),
    read("a year of Excel below a page of remarks", workbook(
        [["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]], before=[["Sales"], ["ask Jo"]]),
        said="number 2 of 2 sheets is read"),
    several("Excel with cells that are merged downwards", workbook(
        [["shop", "day", "sold"], *([shop if day == DAYS[0] else "", 45292 + DAYS.index(day), float(value)]
                                    for shop, day, value in SHOPS)], merged=("A2:A4", "A5:A7")), TWO),
    read("Excel with the clock in a column", workbook([["date", "time", "load"], *(
        [45292, f"0{h}:30:00", float(value)] for h, value in enumerate(Y))]),
        [f"2024-01-01T0{h}:30:00" for h in range(3)]),
    several("keys that stand once", "shop,day,sold\n" + "".join(
        f"{shop if day == DAYS[0] else ''},{day},{value}\n" for shop, day, value in SHOPS), TWO,
        said="empty cells are read as the one above"),
    read("months below, years beside", "Month,2014,2015,Total\n" + "".join(
        f"{name},{n},7,0\n" for n, name in enumerate(CALENDAR)),
        [f"2014-{m:02d}-01" for m in range(1, 13)] + YEAR, [*range(12), *[7] * 12],
        said="a column per year and a row per part of it; not read: Total"),
    read("a table as R prints it", "     Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec\n"
         "2015  11  12  13  14  15  16  17  18  19  20  21  22\n", YEAR, [*range(11, 23)]),
    read("rows as R prints them", "         day sold\n1 2024-01-01  5.0\n2 2024-01-02  6.5\n3 2024-01-03  8.0\n"),
    several("dates beside, a total behind", "shop,2024-01-01,2024-01-02,2024-01-03,Total\na,1,2,3,6\nb,4,5,6,15\n"
            "Total,5,7,9,21\n", TWO, said="columns not read: Total"),
    several("years with their codes", "Country,2000 [YR2000],2001 [YR2001],2002 [YR2002]\na,1,2,3\nb,4,5,6\n",
            {**TWO, "ds": [2000, 2001, 2002] * 2}),
    read("dates above their values", "Jan 15,Feb 15,Mar 15\n5,6.5,8\n", MONTHS),
    several("one line of values", "5,6.5,8\n", {"y": Y}),
    read("a table of MySQL", "+------------+------+\n| day        | sold |\n+------------+------+\n"
         "| 2024-01-01 |  5.0 |\n| 2024-01-02 |  6.5 |\n| 2024-01-03 |    8 |\n+------------+------+\n"
         "3 rows in set\n"),
    read("a table of Markdown", "| day | sold |\n|:----|-----:|\n| 2024-01-01 | 5 |\n| 2024-01-02 | 6.5 |\n"
         "| 2024-01-03 | 8 |\n"),
    read("lines in quotes", "".join(f'"{line}"\n' for line in PLAIN.splitlines())),
    read("zeros behind the end", PLAIN.encode() + bytes(40)),
    read("an archive of one file", archive({"sales.csv": PLAIN, "__MACOSX/sales.csv": "x"})),
    asked("an archive of two files", archive({"a.csv": PLAIN, "b.csv": PLAIN}), "a ZIP archive, no table"),
    asked("a Word document", archive({"word/document.xml": "<x/>", "a": ""}), "a Word document, no table"),
    asked("OpenDocument", archive({"content.xml": "<x/>", "mimetype": "x"}), "an OpenDocument file, no table"),
    asked("a table of HTML", "<table><tr><td>2024-01-01</td></tr></table>", "a web page, no table"),
    asked("zeros among the values", PLAIN.replace("5\n", "5\0\n", 1), "binary data, no table"),
    asked("decimal commas without quotes", "day,sold\n2024-01-01,5,5\n2024-01-02,6,5\n2024-01-03,8,5\n",
          "line 2 has 3 cells, the header 2"),
]  # fmt: skip
SCRIPTS = [
    read("-999 that was measured", PLAIN + "2024-01-04,-999\n2024-01-05,-999\n",
         [*DAYS, "2024-01-04", "2024-01-05"], [*Y, -999, -999], keep_nines=True),
    read("another sheet of Excel", workbook([["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]],
                                            before=[["day", "price"], [45292, 1.0], [45293, 2.0]]),
         sheet="Sheet2", said="number 2 of 2 sheets is read, 'Sheet2'"),
    read("a clock and its half of the day apart", "Date,Time,AM/PM,load\n2024-01-01,12:00,AM,5\n"
         "2024-01-01,6:30,AM,6.5\n2024-01-01,6:30,PM,8\n",
         [f"2024-01-01T{at}:00" for at in ("00:00", "06:30", "18:30")], said="made of Date, Time, AM/PM"),
    read("an hour and its half of the day apart", "date,hour,half,load\n1/14/2024,12,a.m.,5\n"
         "1/14/2024,1,a.m.,6.5\n1/14/2024,1,p.m.,8\n", [f"2024-01-14T{at}:00:00" for at in ("00", "01", "13")]),
    read("times and their half of the day apart", "when,half,load\n2024-01-01 12:00,AM,5\n"
         "2024-01-01 01:00,AM,6.5\n2024-01-01 01:00,PM,8\n",
         [f"2024-01-01T{at}:00:00" for at in ("00", "01", "13")]),
    read("hours with a zero before", "date,hour,load\n2024-01-01,08,5\n2024-01-01,09,6.5\n2024-01-01,10,8\n",
         [f"2024-01-01T{at}:00:00" for at in ("08", "09", "10")]),
    read("quarters in words beside the year", "Jahr;Quartal;sold\n2000;1. Quartal;5\n2000;2. Quartal;6,5\n"
         "2000;3. Quartal;8\n", QUARTERS, said="made of Jahr, Quartal"),
    read("weeks in words beside the year", "Year,Week,sold\n2024,Week 1,5\n2024,Week 2,6.5\n2024,Week 3,8\n",
         WEEKS),
    asked("points that may part thousands", "Tag;Menge\n01.01.2024;1.200\n02.01.2024;980\n03.01.2024;1.300\n",
          "'1.200' may be a thousand or a fraction"),
    valued("points that part thousands, as said", ["1.200", "980", "1.300"], [1200, 980, 1300], ";", decimal=","),
    valued("fractions that begin with zero", ["0,125", "1,250", "0,5"], [0.125, 1.25, 0.5], ";"),
    valued("dashes for signs", ["\u20135", "\u22126.5", "\uff0d8"], [-5, -6.5, -8]),
    valued("Arabic digits", ["\u0665", "\u0666\u066b\u0665", "\u0661\u066c\u0662\u0660\u0660\u066b\u0665"],
           [5, 6.5, 1200.5]),
    valued("wide digits", ["\uff15", "\uff16\uff0e\uff15", "\uff18"], Y),
]  # fmt: skip
A_DAY = ",".join(str(value) for value in range(24))
EXPORTS = [
    read("hours by number alone", "date," + ",".join(map(str, range(1, 25))) + "\n" + "".join(
        f"{day},{A_DAY}\n" for day in DAYS[:2]), HOURLY, [*range(24)] * 2, said="1 is 2024-01-01T00:00:00"),
    read("clocks that end quarters", "date," + ",".join(f"{h % 24:02d}:00" for h in range(1, 25)) + "\n"
         + "".join(f"{day},{A_DAY}\n" for day in DAYS[:2]), [*HOURLY[1:], "2024-01-03T00:00:00"],
         [*range(24)] * 2),
    read("cells that keep spreadsheets from reading", 'day,sold\n="2024-01-01",="5"\n="2024-01-02",="6.5"\n'
         '="2024-01-03",="8"\n'),
    read("keys that begin with a hash", "order,day,sold\n#1001,2024-01-01,5\n#1002,2024-01-02,6.5\n"
         "#1003,2024-01-03,8\n", said="columns not used: order"),
    several("results of groups in German", "region,day,sold\n" + LONG.replace("b,2024-01-01", "a Ergebnis,,6\n"
            "b,2024-01-01") + "b Ergebnis,,15\nGesamtergebnis,,21\n", TWO, said="lines not read: 5, 9, 10"),
    read("one moment of export in every row", "as of,day,sold\n" + "".join(
        f"01/02/24 23:00,{day},{value}\n" for day, value in PAIRS), said="columns not used: as of"),
    read("a time twice, once since 1970", "unix,date,sold\n" + "".join(
        f"{1704067200 + 86400 * k},{day},{value}\n" for k, (day, value) in enumerate(PAIRS)),
        said="columns not used: unix"),
    read("seconds and milliseconds", "ts,sold\n1704067200,5\n1704070800000,6.5\n1704074400,8\n", HOURS,
         said="in units of several kinds"),
    read("days and parts of spreadsheets", "Timestamp,sold\n45292.0,5\n45292.25,6.5\n45292.5,8\n",
         ["2024-01-01", "2024-01-01T06:00:00", "2024-01-01T12:00:00"], said="as spreadsheets count them"),
    read("periods of SAP", "Periode;sold\n001.2015;5\n002.2015;6,5\n003.2015;8\n", MONTHS,
         said="periods as months"),
    asked("days without their year", "day,sold\nJan 30,5\nJan 31,6.5\nFeb 01,8\n",
          "'Jan 30' in line 2 cannot be read"),
    asked("a day that is none", "day,sold\n" + "".join(f"2024-02-{d},{d}\n" for d in range(27, 31)),
          "'2024-02-30' in line 5 cannot be read"),
    asked("series without times", "shop,sold\na,5\na,6.5\nb,8\nb,9\n", "the rows come in blocks by 'shop'"),
    several("series without times as one", "shop,sold\na,5\na,6.5\nb,8\nb,9\n", {"y": [5, 6.5, 8, 9]}, id_col=""),
    read("where and what of a series above it", "latitude,longitude,elevation\n52.52,13.41,38.0\n\n" + PLAIN,
         said="lines not read: 1, 2"),
    read("facts between names and times", '"Title","index"\n"CDID","D7BT"\n"Source","MM23"\n"Unit","2015=100"\n'
         '"2015 JAN","5"\n"2015 FEB","6.5"\n"2015 MAR","8"\n', MONTHS, said="lines not read: 2, 3, 4"),
    asked("a row without its time", PLAIN + ",9\n2024-01-05,9\n", "line 5, column 'day' is empty"),
    read("stars for what is missing", "year," + ",".join(CALENDAR) + ",DJF\n"
         "2015,5,6.5,***,1,1,1,1,1,1,1,1,1,***\n", YEAR, [5, 6.5, None, *[1] * 9]),
    several("keys of two columns, one cell of which is empty", "part,land,2024-01-01,2024-01-02,2024-01-03\n"
            ",a,1,2,3\nx,b,4,5,6\n", {**TWO, "unique_id": ["a"] * 3 + ["x/b"] * 3}),
    read("a place in every row", "day,lat,sold\n" + "".join(f"{day},52.5,{value}\n" for day, value in PAIRS),
         said="columns not used: lat"),
    read("hours in words", "date,HOUR ENDING,load\n2024-01-01,23,5\n2024-01-01,24,6.5\n2024-01-02,1,8\n",
         ["2024-01-01T23:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00"], said="made of date, HOUR ENDING"),
    read("a summary before the sheet of times", workbook(
        [["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]], before=[["what", "value"], ["sum", 19.5]]),
        said="number 2 of 2 sheets is read"),
    asked("XML", "<?xml version='1.0'?><rows/>", "this is XML, no table"),
    read("year and month without names", "Prices;;\n;;index\n;;2020=100\n2015;Januar;5\n2015;Februar;6,5\n"
         "2015;März;8\n____;;\n", MONTHS),
]  # fmt: skip
SPACED = [
    read("titles above cells that blanks part", "Bean sales in Oxford, of the hall at the market, 51.761 -1.262\n"
         "Estimates are marked with * and what is missing with ---\n   yyyy  mm   sold    rain\n"
         "               kg      mm\n   2015   1    5.0    62.8\n   2015   2    6.5*    ---\n"
         "   2015   3    8.0    25.9\n", MONTHS, target_col="sold", said="line 4 is taken for units"),
    read("facts, an empty line and cells that blanks part", "Title: Sales of beans\nUnits: kg\n\nDATE  VALUE\n"
         + PLAIN.split("\n", 1)[1].replace(",", "   "), said="lines not read: 1, 2"),
    read("comments above cells that blanks part", "# by hand\n# all of the hall\n"
         + PLAIN.replace(",", " "), said="lines not read: 1, 2"),
    read("quotes around cells that blanks part", '"the day" "sold"\n"1" "2024-01-01" 5\n"2" "2024-01-02" 6.5\n'
         '"3" "2024-01-03" 8\n'),
    read("a row per year since 1659", "Year " + " ".join(CALENDAR) + " All\n1659 1 2 3 4 5 6 7 8 9 10 11 12 6\n"
         "1660 1 2 3 4 5 6 7 8 9 10 -99.9 -99.9 -99.9\n",
         [f"{y}-{m:02d}-01" for y in (1659, 1660) for m in range(1, 13)],
         [*range(1, 13), *range(1, 11), None, None], said="-99.9 is taken for a missing value (line 3)"),
]  # fmt: skip
ABOVE = [
    read("facts with more cells than the table", "Point;Kind;Since\n123;load;01/01/2024\nday;sold\n"
         + PLAIN.split("\n", 1)[1].replace(",", ";"), said="lines not read: 1, 2"),
    read("a station above an empty line", "Name;Number\nLund;53430\n\nday;sold;kind;;about\n2024-01-01;5;G;;x\n"
         "2024-01-02;6.5;G;;y\n2024-01-03;8;G;;\n", said="value column: sold"),
    read("as many facts as rows", "Name,JO DOE\nAddress,1 X ST\nNumber,123\nService,1\n\nKIND,day,sold,note\n"
         "E,2024-01-01,5,\nE,2024-01-02,6.5,\nE,2024-01-03,8,\n", said="lines not read: 1, 2, 3, 4"),
    read("no names above texts that come again", "S1,2024-01-01,TMAX,5,E\nS1,2024-01-02,TMAX,6.5,E\n"
         "S1,2024-01-03,TMAX,8,E\n", said="time column: column_2"),
    several("no names above keys that come again", "S1,20240101,5\nS2,20240101,6\nS1,20240102,7\nS2,20240102,8\n",
            {"unique_id": ["S1", "S2"] * 2, "ds": ["2024-01-01"] * 2 + ["2024-01-02"] * 2, "y": [5, 6, 7, 8]},
            time_col="column_2", said="id column: column_1"),
]  # fmt: skip
ENDS = [
    dated("hours by both ends, the day first", [f"27/10/2024 0{h}:00 - 27/10/2024 0{h + 1}:00" for h in range(3)],
          [f"2024-10-27T0{h}:00:00" for h in range(3)], "by its beginning, day first"),
    dated("hours by both ends, the month first", [f"1/31/2024 {h}:00 - 1/31/2024 {h + 1}:00" for h in range(3)],
          [f"2024-01-31T0{h}:00:00" for h in range(3)], "by its beginning, month first"),
    dated("a zone in brackets that changes", ["27/10/2024 01:00 (CEST) - 27/10/2024 02:00 (CEST)",
                                              "27/10/2024 02:00 (CEST) - 27/10/2024 02:00 (CET)",
                                              "27/10/2024 02:00 (CET) - 27/10/2024 03:00 (CET)"],
          ["2024-10-26T23:00:00Z", "2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z"], "offsets differ"),
    read("days beside hours by both ends", "Prices\n\n\tHours\tSYS\n" + "".join(
        f"01-01-2024\t0{h} - 0{h + 1}\t{value}\n" for h, value in enumerate(["5,0", "6,5", "8,0"])),
        [f"2024-01-01T0{h}:00:00" for h in range(3)], said="made of column_1, Hours"),
    read("days that clocks fill, written with slashes", "when,load\n" + "".join(
        f"0{day}/01/2024 {h}:00,{h}\n" for day in (1, 2, 3) for h in (1, 13)),
        [f"{day}T{h}:00:00" for day in DAYS for h in ("01", "13")], [1, 13] * 3, said="day first"),
    dated("seconds with and without parts", ["1704067200", "1704067215.5", "1704067230"],
          ["2024-01-01T00:00:00Z", "2024-01-01T00:00:15.5Z", "2024-01-01T00:00:30Z"], "seconds since 1970"),
    valued("n/e of markets of energy", ["5", "n/e", "8"], [5, None, 8]),
    read("an hour that comes twice beside the others", "day;" + ";".join(
        f"{h:02d}:00" for h in range(24)) + ";02:00 again\n" + "".join(f"{day};{A_DAY.replace(',', ';')};2\n"
                                                                     for day in DAYS[:2]),
        HOURLY, [*range(24)] * 2, said="not read: 02:00 again"),
]  # fmt: skip
MORE = [
    read("names in angles", "<TICKER>,<DATE>,<TIME>,<CLOSE>\nX,20240101,000000,5\nX,20240102,000000,6.5\n"
         "X,20240103,000000,8\n", target_col="<CLOSE>"),
    several("keys that elsewhere stand for nothing", "land,day,sold\n" + LONG.replace("a,", "NA,").replace(
        "b,", "unknown,"),
            {**TWO, "unique_id": ["NA"] * 3 + ["unknown"] * 3}, said="id column: land"),
    asked("a quote that is never closed", 'day,sold\n2024-01-01,"5\n2024-01-02,6\n',
          "the quote before '5' is never closed"),
    valued("accounts, with a dash for nothing", [" $ (1,234.50)", " $ 2,000.00 ", " $ -   "], [-1234.5, 2000, 0]),
    valued("magnitudes before money", ["1,2 Mio. €", "980 Tsd. €", "1,1 Mio. €"],
           [1200000, 980000, 1100000], ";"),
    several("a column per series, one of which is of words", "day,a,b,note\n2024-01-01,1,4,x\n2024-01-02,2,5,y\n"
            "2024-01-03,3,6,z\n", TWO, wide=True, said="2 series; not read: note"),
    asked("money of two kinds", 'day,sold\n2024-01-01,$5\n2024-01-02,€6\n2024-01-03,$8\n',
          "several ways of writing, such as '$5' and '€6'"),
    asked("percentages and shares", 'day,sold\n2024-01-01,5%\n2024-01-02,0.06\n2024-01-03,8%\n',
          "several ways of writing, such as '5%' and '0.06'"),
    valued("percentages and nothing", ["5%", "0", "8%"], [5, 0, 8]),
    valued("money that not all numbers bear", ["$5", "6.50", "$8"], Y),
    asked("a year among its months", "id\tyear\tperiod\tsold\n" + "".join(
        f"x\t2015\tM{month:02d}\t{month}\n" for month in range(1, 14)),
        "line 14, column 'period': 'M13' is no part of a year"),
    asked("a day that no month has, in parts", "year,month,day,sold\n" + "".join(
        f"2015,2,{day},{day}\n" for day in range(24, 30)), "line 7, column 'day': 29 is no part of a year"),
    valued("states of sensors", ["5", "unavailable", "unknown"], [5, None, None]),
    read("JSON of lists of texts below their names", dumped([["day", "sold"], *([f"1/{13 + n}/2024", f"${value}"]
                                                             for n, value in enumerate(Y))], "values"),
         ["2024-01-13", "2024-01-14", "2024-01-15"]),
    asked("JSON with one start for many values",
          dumped([{"item_id": "a", "start": "2024-01-01", "target": [1, 2, 3]}]),
          "each row has one start for all the values of 'target'"),
]  # fmt: skip
BOOKS = [
    read("Excel with durations", workbook([["day", "took"], *([45292 + n, Decimal(str(value))]
                                                               for n, value in enumerate(Y))])),
    read("Excel with parts of seconds", workbook([["time", "load"], *(
        [45292 + Fraction(2 * n + 1, 2 * 86400), float(value)] for n, value in enumerate(Y))]),
        [f"2024-01-01T00:00:0{n}.500000" for n in range(3)]),
    read("Excel with formulas that nothing computed", workbook([["day", "sold", "twice"], *(
        [45292 + n, float(value), f"=B{n + 2}*2"] for n, value in enumerate(Y))]),
        said="column twice has formulas without results"),
    asked("Excel with formulas alone", workbook([["day", "sold"], *([45292 + n, "=A1"] for n in range(3))]),
          "no column of numbers"),
]  # fmt: skip
RUSSIAN = "день;число\n2024-01-01;5,0\n2024-01-02;6,5\n2024-01-03;8,0\n"
LETTERS = [
    read(
        "letters of Russia", RUSSIAN.encode("cp1251"), encoding="cp1251", said="time column: день"
    ),
    read(
        "letters of Japan", PLAIN.replace("sold", "売上").encode("shift_jis"), encoding="shift_jis"
    ),
    read("letters of old Unix", RUSSIAN.encode("koi8-r"), encoding="koi8-r"),
    asked(
        "letters as they are not", RUSSIAN.encode("cp1251"), "this is no utf-8", encoding="utf-8"
    ),
]
LINES = [{"label": "a", "data": [1, 2, 3]}, {"label": "b", "data": [4, 5, 6]}]
CELLS = [{"c": [{"v": f"Date(2024,0,{n + 1})"}, {"v": value}]} for n, value in enumerate(Y)]
POINTS = [{"x": day, "y": value} for day, value in zip(DAYS, Y, strict=True)]
CHARTS = [
    read(
        "one line of Chart.js",
        dumped({"labels": DAYS, "datasets": [{"label": "sold", "data": Y}]}, "data"),
        said="read what is within 'data'",
    ),
    several("two lines of Chart.js", dumped({"labels": DAYS, "datasets": LINES}), TWO),
    read("points of Chart.js", dumped({"datasets": [{"data": POINTS}]}, "chart")),
    several("lines of Highcharts", dumped({"xAxis": {"categories": DAYS}, "series": LINES}), TWO),
    read(
        "a line of ECharts",
        dumped({"xAxis": [{"data": DAYS}], "series": [{"name": "sold", "data": Y}]}),
    ),
    read(
        "cells of Google Charts",
        dumped({"cols": [{"label": "day"}, {"label": "sold"}], "rows": CELLS}),
    ),
]
SIGNS = [
    *(read(f"cells between {sign}", PLAIN.replace(",", sign)) for sign in "^~:"),
    read(
        "clocks between carets", PLAIN.replace(",", " 00:10^"), [f"{day}T00:10:00" for day in DAYS]
    ),
    read("decimal commas between tildes", PLAIN.replace(",", "~").replace(".", ",")),
    several("numbers that are about right", "sold\n~5\n~6.5\n~8\n", {"y": Y}),
]
SIX = [
    read("YYMMDD", PLAIN.replace("2024-01-", "2401"), said="YYMMDD, 240101 is 2024-01-01"),
    read(
        "YYMMDD of the last century",
        PLAIN.replace("2024-01-", "9901"),
        ["1999-01-01", "1999-01-02", "1999-01-03"],
    ),
    read(
        "YYMMDD with a zero",
        PLAIN.replace("2024-01-", "0501"),
        ["2005-01-01", "2005-01-02", "2005-01-03"],
    ),
    asked(
        "months or days",
        PLAIN.replace("2024-01-", "2001"),
        "200101 may be 2020-01-01 or 2001-01-01",
    ),
    read(
        "months of a date",
        PLAIN.replace("day", "date").replace("2024-01-0", "20010"),
        ["2001-01-01T00:00:00", "2001-02-01T00:00:00", "2001-03-01T00:00:00"],
        time_format="%Y%m",
    ),
]
NAMED = [
    asked(
        "DDMMYY",
        "Datum;Menge\n010124;5\n020124;6,5\n030124;8\n",
        "'010124' in line 2 cannot be read",
    ),
    read(
        "DDMMYY as said",
        "Datum;Menge\n010124;5\n020124;6,5\n030124;8\n",
        [f"{day}T00:00:00" for day in DAYS],
        time_format="%d%m%y",
    ),
    read(
        "years in French",
        "année;prix\n2020;5\n2021;6,5\n2022;8\n",
        [2020, 2021, 2022],
        said="time column: année",
    ),
    read(
        "weeks and years below a name",
        "week,sold\n01/2024,5\n02/2024,6.5\n03/2024,8\n",
        WEEKS,
        said="weeks by the name of the column",
    ),
    read(
        "late weeks below a name",
        "KW;sold\n2023-51;5\n2023-52;6,5\n2024-01;8\n",
        ["2023-12-18", "2023-12-25", "2024-01-01"],
    ),
    read(
        "two rows in a way that is said",
        "d,sold\n01-2024-05,5\n02-2024-05,6.5\n",
        ["2024-05-01T00:00:00", "2024-05-02T00:00:00"],
        Y[:2],
        time_format="%d-%Y-%m",
    ),
]
TABLE = pa.table({"day": DAYS, "sold": Y})
FEATHERS = [
    *(read(f"Feather, {how}", feathered(TABLE, how)) for how in ("lz4", "zstd", "uncompressed")),
    read("a stream of Arrow", streamed(TABLE)),
    read("Arrow with categories", streamed(pa.table(
        {"shop": pa.array(["a"] * 3).dictionary_encode(), "day": DAYS, "sold": Y}))),
    asked("half of an Arrow stream", streamed(TABLE)[:-60], "no Arrow"),
    asked("Feather of its first kind", b"FEA1" + bytes(60), "Feather of its first kind"),
]  # fmt: skip
HALVES = ["2020-01-01", "2020-07-01", "2021-01-01"]
OFFICES = [
    *(dated(f"quarters of fiscal years, as {stamps[0]}", stamps, QUARTERS, "taken for those of the calendar")
      for stamps in (
        ["Q1 FY2000", "Q2 FY2000", "Q3 FY2000"], ["FY2000 Q1", "FY2000 Q2", "FY2000 Q3"],
        ["FY00Q1", "FY00Q2", "FY00Q3"], ["1QFY00", "2QFY00", "3QFY00"])),
    dated("fiscal years of two digits", ["FY20", "FY21", "FY22"], [f"{y}-01-01" for y in (2020, 2021, 2022)],
          "years by their first"),
    dated("fiscal years over the turn", ["FY2020/21", "FY2021/22", "FY2022/23"],
          [f"{y}-01-01" for y in (2020, 2021, 2022)], "years by their first"),
    dated("halves in words", ["1. Halbjahr 2020", "2. Halbjahr 2020", "1. Halbjahr 2021"], HALVES,
          "halves of years"),
    dated("halves with the number first", ["1H20", "2H20", "1H21"], HALVES, "halves of years"),
    dated("quarters with ordinals", ["1st quarter 2000", "2nd quarter 2000", "3rd quarter 2000"], QUARTERS),
    dated("quarters by their months", ["Jan-Mar 2000", "Apr-Jun 2000", "Jul-Sep 2000"], QUARTERS,
          "by its beginning"),
    dated("weeks whose ends share a year", ["01.01.-07.01.2024", "08.01.-14.01.2024", "15.01.-21.01.2024"], WEEKS,
          "by its beginning, day first"),
    dated("brackets of a web server", [f"[01/Jan/2024:0{h}:00:00 +0000]" for h in range(3)],
          [f"2024-01-01T0{h}:00:00+00:00" for h in range(3)], "month by name"),
    read("a log of a web server", "".join(
        f'10.0.0.1 - - [01/Jan/2024:0{h}:00:00 +0000] "GET / HTTP/1.1" 200 {size}\n' for h, size in enumerate(Y)),
        [f"2024-01-01T0{h}:00:00+00:00" for h in range(3)], said="time column: column_4"),
    read("apostrophes that keep cells texts", PLAIN.replace("2024", "'2024").replace(",6", ",'6")),
    read("the German central bank", '"";BBK01.X;BBK01.X_FLAGS\n"";"Zins";\n"Einheit";"%";\n'
         '"Stand vom";"12.02.2024 10:00:00";\n2015-01;5;\n2015-02;6,5;vorl\n2015-03;.;Kein Wert vorhanden\n',
         MONTHS, [5, 6.5, None], said="lines not read: 2, 3, 4"),
    read("the German office of statistics", "Index: Monate;;\nDeutschland;;\n;;Index\n;;2020=100\n2015;Januar;5\n"
         '2015;Februar;6,5\n2015;März;...\n____;;\n"Stand: 12.02.2024";;\n', MONTHS, [5, 6.5, None],
         said="Index 2020=100"),
    asked("years and then their quarters", '"Title","GDP"\n"CDID","ABMI"\n"Unit","m"\n"Release","22-12-2023"\n'
          + "".join(f'"{year}","5"\n' for year in (1955, 1956, 1957))
          + "".join(f'"{year} Q{n}","1"\n' for year in (1955, 1956, 1957) for n in (1, 2, 3, 4)),
          "'1955' is not a timestamp that can be read"),
    read("ends of periods in a column", "Datum von;Datum bis;Last\n" + "".join(
        f"{day} 00:00;{day} 01:00;{value}\n" for day, value in PAIRS).replace(".", ","),
        [f"{day}T00:00:00" for day in DAYS], said="time column: Datum von (by its name"),
    asked("names that come twice above units", "day,sold,sold\n,kg,eur\n2024-01-01,5,1\n2024-01-02,6.5,2\n"
          "2024-01-03,8,3\n", "several columns hold numbers: sold kg, sold eur"),
    dated("clocks behind a line", [f"2024-01-01_0{h}:00" for h in range(3)],
          [f"2024-01-01T0{h}:00:00" for h in range(3)]),
    valued("codes of money behind magnitudes", ["1,2 Mio. EUR", "0,5 Mio. EUR", "3 Mio. EUR"],
           [1200000, 500000, 3000000], ";"),
    valued("millions of euros", ["1.2 MEUR", "0.5 MEUR", "3 MEUR"], [1200000, 500000, 3000000]),
    read("units of money below the names", "day;sold\n;SEK/MWh\n" + PLAIN.split("\n", 1)[1].replace(",", ";"),
         said="taken for units: sold SEK/MWh"),
    valued("money of East Asia", ["1,000円", "900円", "1,100円"], [1000, 900, 1100]),
    valued("what is not available in German", ["5", "n.v.", "8"], [5, None, 8]),
    asked("a cell that is no number among a few that are", "day,sold\n2024-01-01,5\n2024-01-02,inf\n",
          "line 3, column 'sold': 'inf' is no number"),
    *(read(f"a word for time in {encoding}", PLAIN.replace("day", word).encode(encoding),
           said=f"read as {encoding}, in which it has {word.lower()!r}")
      for encoding, word in (("gb18030", "日期"), ("big5", "日期"), ("shift_jis", "日付"), ("cp949", "날짜"),
                             ("cp1251", "Дата"), ("koi8-r", "Дата"), ("cp1253", "Ημερομηνία"))),
]  # fmt: skip
WRITTEN = [
    *(dated(f"quarters in words, as {stamps[0]}", stamps, QUARTERS, "quarters") for stamps in (
        ["First quarter 2000", "Second quarter 2000", "Third quarter 2000"],
        ["first quarter of 2000", "second quarter of 2000", "third quarter of 2000"])),
    *(dated(f"years of Thailand, as {stamps[0]}", stamps, [*DAYS[:2], "2024-02-29"],
            "years of the Buddhist calendar")
      for stamps in (["01/01/2567", "02/01/2567", "29/02/2567"], ["2567-01-01", "2567-01-02", "2567-02-29"],
                     ["25670101", "25670102", "25670229"])),
    *(read(f"digits below {name}, as {stamps[0]}", f"{name},sold\n" + "".join(
        f"{stamp},{value}\n" for stamp, value in zip(stamps, Y, strict=True)), ds, said=said)
      for name, stamps, ds, said in (
        ("date", [2024001, 2024002, 2024003], DAYS, "YYYYDDD"),
        ("period", [202352, 202401, 202402], ["2023-12-25", *WEEKS[:2]], "YYYYWW"),
        ("quarter", [20001, 20002, 20003], QUARTERS, "YYYYQ"),
        ("date", [201503, 201504, 201601], ["2015-07-01", "2015-10-01", "2016-01-01"], "YYYYQ"),
        ("Quarter", [200001, 200002, 200003], QUARTERS, "YYYYQ"))),
    dated("a line between day and clock", [f"20240101_{h:02d}00" for h in range(3)], HOURLY[:3], "YYYYMMDDHHMM"),
    dated("halves of the day in Spanish", [f"{n}/01/2024 1:00 p. m." for n in (13, 14, 15)],
          [f"2024-01-{n}T13:00:00" for n in (13, 14, 15)]),
    valued("powers of ten", ["1.5×10^3", "2.5×10³", "-1x10^-2"], [1500, 2500, -0.01],
           said="'1.5×10^3' is read as 1500"),
    valued("exponents of Fortran", ["1.5D+03", "2D+00", "1D-02"], [1500, 2, 0.01]),
    *(read(f"letters of {encoding}", ("Période,Quantité" + PLAIN.removeprefix("day,sold")).encode(encoding),
           said=f"read as {encoding}") for encoding in ("cp850", "mac-roman")),
    *(read(f"letters of {encoding}, in Polish", (
        "Miesiąc;Sprzedaż\nstyczeń 2015;5\nluty 2015;6,5\nmarzec 2015;8\n").encode(encoding), MONTHS,
           said=f"read as {encoding}") for encoding in ("cp1250", "iso8859-2", "cp852")),
    read("truth in a sheet", workbook([["day", "sold", "open"], *(
        [45292 + n, float(value), n != 1] for n, value in enumerate(Y))])),
]  # fmt: skip
GRID = {"ds": HOURLY, "y": [*range(48)]}
NORTH_AND_SOUTH = [(place, n) for place in (1, 2) for n in range(2)]
PIVOT = [["Row Labels", "Sum of sold"], ["2022", 99.0], *([m, float(n)] for n, m in enumerate(CALENDAR)),
         ["2023", 99.0], *([m, float(n)] for n, m in enumerate(CALENDAR)), ["Grand Total", 198.0]]  # fmt: skip
TWO_YEARS = [f"{year}-{month:02d}-01" for year in (2022, 2023) for month in range(1, 13)]
GRIDS = [
    *(several(f"a row per day, hours as {names[0]}", "date," + ",".join(names) + "\n" + "".join(
        f"{day}," + ",".join(str(24 * n + h) for h in range(24)) + "\n" for n, day in enumerate(DAYS[:2])), GRID)
      for names in ([f"{h % 12 or 12} {'AM' if h < 12 else 'PM'}" for h in range(24)],
                    [f"{h:02d}-{h + 1:02d}" for h in range(24)],
                    [f"{h:02d}:00-{h + 1:02d}:00" for h in range(24)])),
    several("hours beside the parts of a day and a number of its series", "zone_id,year,month,day,"
            + ",".join(f"h{h}" for h in range(1, 25)) + "\n" + "".join(
                f"{place},2024,1,{n + 1}," + ",".join(str(24 * n + h) for h in range(24)) + "\n"
                for place, n in NORTH_AND_SOUTH),
            {"unique_id": ["1"] * 48 + ["2"] * 48, "ds": HOURLY * 2, "y": [*range(48)] * 2}),
    *(several(f"a row per hour as {cells[0]} and a column per day", "Hour," + ",".join(DAYS) + "\n" + "".join(
        f"{cell}," + ",".join(str(24 * n + h) for n in range(3)) + "\n" for h, cell in enumerate(cells)),
        {"ds": [f"{day}T{h:02d}:00:00" for day in DAYS for h in range(24)], "y": [*range(72)]})
      for cells in ([f"{h:02d}:00" for h in range(24)], [*map(str, range(24))], [*map(str, range(1, 25))])),
    several("half hours by number", "Settlement Date,Settlement Period,Demand\n" + "".join(
        f"{day},{n + 1},{n}\n" for day in DAYS for n in range(48)),
        {"ds": [f"{day}T{n // 2:02d}:{n % 2 * 30:02d}:00" for day in DAYS for n in range(48)],
         "y": [*range(48)] * 3}, said="made of Settlement Date, Settlement Period"),
    several("hours by both clocks below a name that says nothing", "Day;Period;load\n" + "".join(
        f"{day};{h:02d}:00-{h + 1:02d}:00;{24 * n + h}\n" for n, day in enumerate(DAYS[:2])
        for h in range(24)), GRID),
    several("steps by number beside the names of series", "id,shop," + ",".join(f"d_{n}" for n in range(1, 15))
            + "\n" + "".join(f"{key},{key}1," + ",".join(map(str, range(14))) + "\n" for key in "xy"),
            {"unique_id": ["x/x1"] * 14 + ["y/y1"] * 14, "ds": [*range(1, 15)] * 2, "y": [*range(14)] * 2},
            said="a column per step, as d_1"),
    several("steps by number of series that end earlier", '"V1",' + ",".join(f'"V{n}"' for n in range(2, 15))
            + '\n"M1",' + ",".join(map(str, range(13))) + '\n"M2",1,2' + "," * 11 + "\n",
            {"unique_id": ["M1"] * 13 + ["M2"] * 2, "ds": [*range(2, 15), 2, 3], "y": [*range(13), 1, 2]}),
    several("months below their years", workbook(PIVOT), {"ds": TWO_YEARS, "y": [*range(12)] * 2},
            said="months are read below their years"),
    several("quarters below their years, and months below these", "Row Labels,sold\n2022,9\n" + "".join(
        f"Qtr{q + 1},9\n" + "".join(f"{m},{3 * q + n}\n" for n, m in enumerate(CALENDAR[3 * q : 3 * q + 3]))
        for q in range(4)), {"ds": TWO_YEARS[:12], "y": [*range(12)]}),
    several("years, quarters and months of a pivot table", "Years,Quarters,Date,sold\n" + "".join(
        f"{'' if n % 12 else 2022 + n // 12},{'' if n % 3 else f'Qtr{n // 3 % 4 + 1}'},{CALENDAR[n % 12]},{n}\n"
        for n in range(24)), {"ds": TWO_YEARS, "y": [*range(24)]}, said="made of Years, Date"),
]  # fmt: skip
STATION = "".join(f'"{stamp}",{n},{n}.25\n' for n, stamp in enumerate(HOURLY[:9]))
LOGGERS = [
    several("a logger of Campbell", '"TOA5","CR1000","CR1000","12345","OS","CPU:x.CR1","5","Data"\n'
            '"TIMESTAMP","RECORD","Air"\n"TS","RN","Deg C"\n"","","Avg"\n' + STATION,
            {"ds": HOURLY[:9], "y": [n + 0.25 for n in range(9)]}, target_col="Air",
            said="line 4 is taken for second names: Air Avg"),
    read("facts of each column above the names", "location,Basel,Basel\nlat,47.5,47.5\nasl,279,279\n"
         "variable,Temperature,Rain\nunit,°C,mm\nresolution,daily,daily\ntimestamp,Basel T,Basel R\n"
         + "".join(f"{day},{value},0\n" for day, value in PAIRS), target_col="Temperature"),
    read("names of pandas in three rows", "Price,Close,High\nTicker,A,A\nDate,,\n"
         + "".join(f"{day},{value},9\n" for day, value in PAIRS), target_col="Close",
         said="line 3 is taken for second names: Price Date"),
    read("a text of a central bank", "Title:     Rate\nSource:    BLS\nUnits:     Percent\nNotes:     of those\n"
         "           who ask for work\n\nDATE        VALUE\n" + "".join(f"{d}  {y}\n" for d, y in PAIRS),
         said="value column: VALUE"),
    several("why values are missing", "geo\\TIME_PERIOD\t2024-01 \t2024-02 \t2024-03 \nAT\t5 \t5.3 b\t: c\n"
            "DE\t1 \t: \t2 p\n", {"unique_id": ["AT"] * 3 + ["DE"] * 3,
                                   "ds": ["2024-01-01", "2024-02-01", "2024-03-01"] * 2,
                                   "y": [5, 5.3, None, 1, None, 2]}),
    asked("a letter", "Dear all,\nplease find attached the report.\nBest, Anna\n", "no table"),
    asked("a row per day whose day is not sure", "day," + ",".join(f"{h}:00" for h in range(24)) + "\n" + "".join(
        f"0{n}/01/2024" + ",1" * 24 + "\n" for n in (1, 2, 3)), "may have the day first or the month first"),
]  # fmt: skip
FRAME = {"schema": {"fields": [{"name": "Time"}, {"name": "load"}]}, "data": {"values": [DAYS, Y]}}
NESTED = [
    read("objects in objects of rows", json.dumps([
        {"t": day, "m": {"load": {"value": value, "unit": "MW"}}} for day, value in PAIRS])),
    read("rows in lists", json.dumps([[row] for row in ROWS])),
    read("columns beside what is said of them", json.dumps({"unit": "MW", "unix_seconds": DAYS, "price": Y})),
    *(read(f"a frame of Grafana {where}", json.dumps(value)) for where, value in (
        ("alone", FRAME), ("in a list", [FRAME]))),
]  # fmt: skip
CASES = [
    *(*SEPARATORS, *NUMBERS, *TIMES, *ENCODINGS, *AROUND, *SERIES, *KINDS, *REFUSED, *MIXTURES),
    *(*NINES, *HEADS, *BELOW, *PARTS, *AMOUNTS, *SHAPES, *SCRIPTS, *EXPORTS),
    *(*SPACED, *ABOVE, *ENDS, *MORE, *BOOKS, *OFFICES),
    *(*LETTERS, *CHARTS, *SIGNS, *SIX, *NAMED, *FEATHERS, *WRITTEN, *GRIDS, *LOGGERS, *NESTED),
]
