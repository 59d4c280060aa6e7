"""Files of other kinds: workbooks, Parquet, Arrow, archives."""

import gzip
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from tests.files.case import (
    DAYS,
    PLAIN,
    SHOPS,
    TWO,
    Y,
    archive,
    asked,
    feathered,
    parquet,
    read,
    several,
    stored,
    streamed,
    workbook,
)

TABLE = pa.table({"day": DAYS, "sold": Y})
KINDS = [
    read("Excel", workbook([["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]])),
    read("Excel with a title and two sheets", workbook(
        [["Sales"], [], ["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0], ["Total", 19.5]], sheets=2),
        said="the first of 2 sheets"),
    read("Parquet", parquet({"day": DAYS, "sold": Y})),
    read("gzip", gzip.compress(PLAIN.encode())),
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
    read("an archive of one file", archive({"sales.csv": PLAIN, "__MACOSX/sales.csv": "x"})),
    read("another sheet of Excel", workbook([["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]],
                                            before=[["day", "price"], [45292, 1.0], [45293, 2.0]]),
         sheet="Sheet2", said="number 2 of 2 sheets is read, 'Sheet2'"),
    read("a summary before the sheet of times", workbook(
        [["day", "sold"], [45292, 5.0], [45293, 6.5], [45294, 8.0]], before=[["what", "value"], ["sum", 19.5]]),
        said="number 2 of 2 sheets is read"),
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
    *(read(f"Feather, {how}", feathered(TABLE, how)) for how in ("lz4", "zstd", "uncompressed")),
    read("a stream of Arrow", streamed(TABLE)),
    read("Arrow with categories", streamed(pa.table(
        {"shop": pa.array(["a"] * 3).dictionary_encode(), "day": DAYS, "sold": Y}))),
    asked("half of an Arrow stream", streamed(TABLE)[:-60], "no Arrow"),
    asked("Feather of its first kind", b"FEA1" + bytes(60), "Feather of its first kind"),
    read("truth in a sheet", workbook([["day", "sold", "open"], *(
        [45292 + n, float(value), n != 1] for n, value in enumerate(Y))])),
]  # fmt: skip
