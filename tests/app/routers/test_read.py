"""A file's bytes in; series, what was read as what, and questions out."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from datetime import date, time
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.app.helpers import Api, Refusal, answered
from tests.files.case import Case, feathered, streamed
from tests.files.matrix import CASES

DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
SOLD = b"day;sold;note\n01.01.2024;1,5;a\n02.01.2024;1.002,5;b\n13.01.2024;-;c\n"


def ask(api: Api, data: bytes | str, **options: Any) -> Any:
    query = urlencode(options, doseq=True)
    sent = data.encode() if isinstance(data, str) else data
    return api.client.post(f"/v1/read?{query}", content=sent)


def read(api: Api, data: bytes | str, **options: Any) -> dict[str, Any]:
    return answered(ask(api, data, **options))


def test_series_come_with_what_was_read_as_what(api: Api) -> None:
    answer = read(api, SOLD)
    assert answer["series"] == {
        "ds": ["2024-01-01", "2024-01-02", "2024-01-13"],
        "y": [1.5, 1002.5, None],
    }
    assert answer["columns"] == [
        {"name": "day", "holds": "times"},
        {"name": "sold", "holds": "numbers"},
        {"name": "note", "holds": "texts"},
    ]
    assert (answer["rows"], answer["layout"], answer["begins"]) == (3, "long", "day")
    assert answer["roles"] == {"id_col": None, "time_col": "day", "target_col": "sold", "exog": []}
    assert answer["notes"] == [
        "column sold: '1,5' is read as 1.5",
        "time column: day (the only one with dates)",
        "times of day: day first, '01.01.2024' is 2024-01-01",
        "value column: sold (the only one with numbers to forecast)",
        "columns not used: note",
    ]
    assert answer["question"] is None


def test_numbers_of_nines_that_were_taken_for_missing_are_told_apart(api: Api) -> None:
    text = "day,sold\n2024-01-01,5\n2024-01-02,6\n2024-01-03,7\n2024-01-04,-9999\n"
    taken, kept = read(api, text), read(api, text, keep_nines=True)
    assert (taken["has_nines"], taken["series"]["y"]) == (True, [5, 6, 7, None])
    assert (kept["has_nines"], kept["series"]["y"]) == (False, [5, 6, 7, -9999])
    assert read(api, SOLD)["has_nines"] is False


def test_letters_are_read_as_what_is_said(api: Api) -> None:
    data = "число;объём\n2024-01-01;1\n2024-01-02;2\n".encode("cp1251")
    assert read(api, data)["notes"][0] == "not UTF-8: read as Windows-1252"
    assert read(api, data)["encoding"] == "cp1252"
    russian = read(api, data, encoding="windows-1251")
    assert (russian["roles"]["time_col"], russian["encoding"]) == ("число", "cp1251")
    assert read(api, SOLD)["encoding"] == "utf-8"
    assert read(api, parquet({"y": [1, 2]}))["encoding"] is None
    question = read(api, data, encoding="utf-8")["question"]
    assert (question["option"], question["hint"][:8]) == ("encoding", "encoding")
    assert "no encoding 'base64'" in Refusal(ask(api, data, encoding="base64")).first["message"]


def test_what_was_read_can_be_sent_on(api: Api) -> None:
    series = read(api, SOLD)["series"]
    assert api.forecast(series=series, h=1, model="naive")["forecast"]["yhat"] == [1002.5]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_file_of_the_matrix_is_read_or_told(api: Api, case: Case) -> None:
    response = ask(api, case.data, **case.options)
    if response.status_code == 422:
        told = Refusal(response).first["message"]
    else:
        answer = answered(response)
        assert case.problem or answer["series"] == case.series
        told = " ".join([*answer["notes"], (answer["question"] or {}).get("message", "")])
    assert case.problem in told
    assert all(part in told for part in case.said)


def test_a_column_of_true_and_false_is_one_of_flags(api: Api) -> None:
    text = "day,y,bad\n2024-01-01,1,True\n2024-01-02,2,\n2024-01-03,3,False\n"
    answer = read(api, text, exog=["bad"])
    assert answer["columns"][2] == {"name": "bad", "holds": "flags"}
    assert answer["series"]["bad"] == [1, None, 0]


def test_what_is_said_goes_before_what_is_guessed(api: Api) -> None:
    text = "a,b,when,k\n1,2,3/4/2024,x\n3,4,4/4/2024,x\n5,6,5/4/2024,x\n"
    answer = read(api, text, target_col="b", exog=["a"], dates="month")
    assert answer["series"] == {
        "ds": ["2024-03-04", "2024-04-04", "2024-05-04"],
        "y": [2, 4, 6],
        "a": [1, 3, 5],
    }
    wide = read(api, text, wide=True, dates="day")
    assert wide["layout"] == "series"
    assert wide["series"]["unique_id"] == ["a"] * 3 + ["b"] * 3
    assert read(api, text, time_col="", id_col="", target_col="a")["series"] == {"y": [1, 3, 5]}


@pytest.mark.parametrize(
    ("text", "option", "choices", "known"),
    [
        ("day,a,b\n2024-01-01,1,2\n2024-01-02,2,3\n", "target_col", ["a", "b"], {"time_col": "day"}),
        ("d,y\n01/02/2024,1\n05/02/2024,2\n06/03/2024,3\n", "dates", ["day", "month"], {"time_col": "d"}),
        ("d;y\n2024-01-01;1,234\n2024-01-02;2,345\n", "decimal", [",", "."], {}),
        ("ordered,paid,y\n2024-01-01,2024-01-02,1\n2024-02-01,2024-02-02,1\n", "time_col",
         ["ordered", "paid"], {}),
        ("day,y\n2024-01-01,1\n2024-01-02,x\n2024-01-03,3\n2024-01-04,3\n2024-01-05,3\n", "target_col",
         [], {"time_col": "day", "target_col": "y"}),
    ],
)  # fmt: skip
def test_what_could_be_wrong_is_asked(
    api: Api, text: str, option: str, choices: list[str], known: dict[str, str]
) -> None:
    answer = read(api, text)
    assert answer["series"] is None
    assert (answer["question"]["option"], answer["question"]["choices"]) == (option, choices)
    assert "--" not in answer["question"]["message"]
    assert "--" not in (answer["question"]["hint"] or "")
    assert {name: answer["roles"][name] for name in known} == known


def test_stamps_that_come_twice_are_asked_about_and_sent_as_they_are(api: Api) -> None:
    answer = read(api, "day,y\n2024-01-01,1\n2024-01-01,2\n2024-01-02,3\n")
    assert answer["question"]["option"] == "id_col"
    assert "in lines 2 and 3" in answer["question"]["message"]
    assert answer["series"]["y"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a PNG image, no table"),
        (b"", "the file is empty"),
        (b"[[[[", "no JSON"),
        (b'{"a": [{"b": 1}, 2]}', "this JSON holds no table"),
        (b"[" * 100_000, "nested too deeply"),
        (b"PK\x03\x04broken", "no Excel file"),
        (b"PAR1broken", "no Parquet"),
        (b"\x1f\x8bbroken", "gzip archive is broken"),
        (b"a,b\n1,2\n1,2,3\n", "line 3 has 3 cells, the header 2"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(api: Api, data: bytes, message: str) -> None:
    refusal = Refusal(ask(api, data))
    assert (refusal.status, refusal.code) == (422, "invalid_body")
    assert message in refusal.first["message"]


def test_a_column_that_is_not_there_is_refused_with_the_nearest(api: Api) -> None:
    refusal = Refusal(ask(api, SOLD, target_col="solt"))
    assert refusal.first["hint"] == "'sold'?"
    assert Refusal(ask(api, SOLD, target="sold")).status == 422


def parquet(columns: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_stamps_of_parquet_are_texts_whatever_their_unit_and_zone(api: Api, unit: str) -> None:
    days = pd.date_range("2024-03-30", periods=3, tz="Europe/Berlin").as_unit(unit)
    stamps = pa.array(days, pa.timestamp(unit, "Europe/Berlin"))
    found = read(api, parquet({"when": stamps, "sold": [1.0, 2.0, 3.0]}))
    assert found["series"]["ds"][:2] == ["2024-03-29T23:00:00Z", "2024-03-30T23:00:00Z"]
    assert any("their offsets differ" in note for note in found["notes"])


def test_a_table_without_rows_is_refused(api: Api) -> None:
    refusal = Refusal(
        ask(api, parquet({"ds": pa.array([], pa.timestamp("us")), "y": pa.array([], "f8")}))
    )
    assert refusal.first["message"] == "there are no rows below the names ['ds', 'y']"


def test_days_and_clocks_of_parquet_make_times(api: Api) -> None:
    clocks = pa.array([time(0), time(12)] * 3, pa.time32("s"))
    days = [date(2024, 1, day) for day in (1, 1, 2, 2, 3, 3)]
    found = read(api, parquet({"day": days, "time": clocks, "sold": [*range(6)]}))
    assert found["series"]["ds"][1] == "2024-01-01T12:00:00"


def test_parquet_and_gzip_are_read(api: Api) -> None:
    columns = {"day": DAYS, "sold": [1.0, float("nan"), 3.0]}
    assert read(api, parquet(columns))["series"]["y"] == [1.0, None, 3.0]
    assert read(api, gzip.compress(SOLD))["rows"] == 3
    packed = api.client.post(
        "/v1/read", content=gzip.compress(SOLD), headers={"Content-Encoding": "gzip"}
    )
    assert answered(packed)["rows"] == 3


def excel(sheet: str) -> bytes:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}>{sheet}</worksheet>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (gzip.compress(b"1," * 3_000_000), "max_body_bytes"),
        (excel("<row/>" * 700_000), "max_body_bytes"),
        (b"1,2,3\n" * 20_000, "max_read_cells"),
        (b"[" + b"1," * 60_000 + b"1]", "max_read_cells"),
        (parquet({"y": [0.0] * 60_000}), "max_read_cells"),
        # Small files whose tables are large: rows without most cells, texts that many cells share.
        (b",".join(b"%d" % i for i in range(2000)) + b"\n1,2" * 2000, "max_read_cells"),
        (b"[%s]" % b",".join(b'{"a%d":1}' % i for i in range(2000)), "max_read_cells"),
        (excel('<row><c r="XFD1"><v>1</v></c></row>' * 10), "max_read_cells"),
        (
            excel(f'<row><c t="inlineStr"><is><t>{"a" * 999}</t></is></c></row>' * 1990),
            "max_body_bytes",
        ),
        (parquet({"y": ["a" * 1000] * 3000}), "max_body_bytes"),
        (feathered(pa.table({"y": [0] * 60_000}), "zstd"), "max_read_cells"),
        (feathered(pa.table({"y": [bytes(1000)] * 3000}), "zstd"), "max_body_bytes"),
        (feathered(pa.table({"y": ["a" * 1000] * 3000}), "lz4"), "max_body_bytes"),
        (
            streamed(pa.table({"y": pa.array(["a" * 1000] * 3000).dictionary_encode()})),
            "max_body_bytes",
        ),
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_does(
    make_api: Callable[..., Api], data: bytes, limit: str
) -> None:
    api = make_api(max_body_bytes=2_000_000, max_read_cells=50_000)
    refusal = Refusal(ask(api, data))
    assert (refusal.status, refusal.code) == (413, "limit_exceeded")
    assert refusal.first["message"].startswith(f"{limit} is ")


@pytest.mark.parametrize("where", ['r="99999999999"', 'r="1"><c r="ZZZZZZ1"><v>1</v></c'])
def test_a_sheet_larger_than_sheets_can_be_is_refused(api: Api, where: str) -> None:
    refusal = Refusal(ask(api, excel(f"<sheetData><row {where}></row></sheetData>")))
    assert "beyond the last" in refusal.first["message"]


SEEDS = [
    SOLD,
    b'[{"day": "2024-01-01", "v": 1}, {"day": "2024-01-02", "v": 2}]',
    b"t\n\nstore,date,hour,v\n1,2024-12-31,23,(1,200)\n2,2024-W53,24,1e5\nTotal,,,3\n",
    "Datum\tÜ\n9999-12-31 24:00+23:59\t1\n0001-01-01T00:00+05:00\t2\n".encode("utf-16"),
    b"year,month,day,y\n2024,2,30,1\n0,0,0,2\n",
    excel('<sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData>'),
    parquet({"day": DAYS, "v": [1, 2, 3]}),
    feathered(pa.table({"day": DAYS, "v": [1, 2, 3]}), "zstd"),
    streamed(
        pa.table({"shop": pa.array(["a"] * 3).dictionary_encode(), "day": DAYS, "v": [1, 2, 3]})
    ),
    b'{"cols": [{"label": "day"}], "rows": [{"c": [{"v": "Date(2024,0,1)"}]}]}',
    b'{"labels": ["2024-01-01"], "datasets": [{"label": "sold", "data": [1]}]}',
]


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_no_bytes_break_it(api: Api, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(150):
        data = bytearray(SEEDS[seed])
        for _ in range(draw.randint(1, 4)):
            place = draw.randrange(len(data))
            piece = draw.choice(
                [bytes([draw.randrange(256)]), b"", b"9" * 400, b"-", b",", b"1e999", b"\n"]
            )
            data[place : place + draw.randint(0, 3)] = piece
        response = ask(api, bytes(data), **draw.choice([{}, {"wide": True}, {"time_col": ""}]))
        if response.status_code == 200:
            answered(response)
        else:
            assert Refusal(response).status in (413, 422), bytes(data)
