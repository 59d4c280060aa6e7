"""What tables of columns may hold, whichever format they came in."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.app.codecs.tables import ARROW, FORMATS, PARQUET, headers, table_in, written
from tests.app.helpers import Api, Refusal, answered

DAYS = np.datetime64("2024-01-01") + np.arange(4)
COLUMNAR = pytest.mark.parametrize("kind", [ARROW, PARQUET])
ASKED = "/v1/forecast?h=2&model=naive"


def table(**columns: Any) -> pa.Table:
    return pa.table({"ds": pa.array(DAYS), "y": [1.0, 2.0, 3.0, 4.0], **columns})


def sent(api: Api, kind: str, found: pa.Table, asked: str = ASKED) -> pa.Table:
    body = written(found, kind)
    return table_in(api.client.post(asked, content=body, headers=headers(kind)))


def refused(api: Api, kind: str, found: pa.Table, asked: str = ASKED) -> Refusal:
    return api.refused(asked, written(found, kind), content_type=kind)


@COLUMNAR
@pytest.mark.parametrize(
    ("stamps", "form"),
    [
        (pa.array(DAYS), pa.timestamp("ns")),
        (pa.array(DAYS.astype("datetime64[us]")), pa.timestamp("ns")),
        (pa.array(DAYS.astype("datetime64[s]")).cast(pa.timestamp("ms", "Europe/Berlin")), None),
        (pa.array(DAYS.astype(str)), pa.timestamp("ns")),
        (pa.array(DAYS.astype(str)).dictionary_encode(), pa.timestamp("ns")),
        (pa.array([7, 8, 9, 10], pa.int32()), pa.int64()),
    ],
    ids=str,
)
def test_timestamps_of_any_type_go_on_in_their_own(
    kind: str, stamps: Any, form: Any, make_api: Callable[..., Api]
) -> None:
    said = sent(make_api(), kind, table(ds=stamps))
    assert said.schema.field("ds").type == (form or pa.timestamp("ns", "Europe/Berlin"))
    expected = [11, 12] if form == pa.int64() else ["2024-01-05", "2024-01-06"]
    assert [str(one)[:10] for one in said["ds"].to_pylist()] == [str(one) for one in expected]


@COLUMNAR
@pytest.mark.parametrize(
    "ids",
    [
        ["b", "a", "b", "a"],
        pa.array(["b", "a", "b", "a"]).dictionary_encode(),
        pa.array(["b", "a", "b", "a"], pa.large_string()),
    ],
    ids=["texts", "words", "long"],
)
def test_series_keep_the_order_of_their_first_rows(
    kind: str, ids: Any, make_api: Callable[..., Api]
) -> None:
    said = sent(make_api(), kind, table(unique_id=ids))
    assert said["unique_id"].to_pylist() == ["b", "b", "a", "a"]
    assert said["yhat"].to_pylist() == [3.0, 3.0, 4.0, 4.0]


@COLUMNAR
def test_numbers_are_ids_as_text(kind: str, make_api: Callable[..., Api]) -> None:
    said = sent(make_api(), kind, table(unique_id=[20, 3, 20, 3]))
    assert said["unique_id"].to_pylist() == ["20", "20", "3", "3"]


@COLUMNAR
@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, 2, 3, 4], pa.uint8()),
        pa.array([1.0, 2.0, 3.0, 4.0]).cast(pa.decimal128(5, 2)),
        pa.array([1, 2, None, 4], pa.float32()),
        pa.array([1, 2, 3, 4]).dictionary_encode(),
        [1.0, float("nan"), 3.0, 4.0],
    ],
    ids=["bytes", "decimals", "null", "words", "NaN"],
)
def test_numbers_of_any_type_are_values(
    kind: str, values: Any, make_api: Callable[..., Api]
) -> None:
    assert sent(make_api(), kind, table(y=values))["yhat"].to_pylist() == [4.0, 4.0]


@COLUMNAR
def test_missing_values_are_null_and_the_rest_is_in_the_metadata(
    kind: str, make_api: Callable[..., Api]
) -> None:
    short = pa.table({"y": [5.0]})
    said = sent(make_api(), kind, short, "/v1/forecast?h=1&model=naive")
    assert said["yhat_lo_80"].to_pylist() == [None]
    rest = json.loads(said.schema.metadata[b"tidecast"])
    assert rest["warnings"]
    assert rest["errors"] == []
    assert rest["series"][0]["model"]["name"] == "naive"


@pytest.mark.parametrize("kind", FORMATS)
def test_options_in_the_address(kind: str, make_api: Callable[..., Api]) -> None:
    api = make_api()
    future = {"ds": ["2024-01-05", "2024-01-06"], "price": [5, 6]}
    asked = (
        f'/v1/forecast?h=2&models=naive&level=70&bounds={{"upper": 3}}&future={json.dumps(future)}'
    )
    said = sent(api, kind, table(price=[1.0, 2.0, 3.0, 4.0]), asked)
    assert said.column_names[2:] == ["yhat_naive", "yhat_naive_lo_70", "yhat_naive_hi_70"]
    assert said["yhat_naive"].to_pylist() == [3, 3]


@COLUMNAR
@pytest.mark.parametrize(
    ("columns", "pointer", "says"),
    [
        ({"y": ["1", "x", "3", "4"]}, "/series/y/1", "y must be a number, got 'x' in row 1"),
        ({"y": ["1", "2", "3", "4"]}, "/series/y/0", "got '1' in row 0"),
        ({"y": [1.0, 2.0, float("-inf"), 4.0]}, "/series/y/2", "got 'infinity' in row 2"),
        ({"y": pa.array(DAYS)}, "/series/y", "y must hold numbers, got date32"),
        ({"price": [[1], [2], [3], [4]]}, "/series/price", "price must hold numbers, got list"),
        ({"unique_id": ["a", None, "a", "a"]}, "/series/unique_id/1", "is missing in row 1"),
        (
            {"unique_id": [1.5, 2.0, 2.0, 2.0]},
            "/series/unique_id",
            "text or an integer, got double",
        ),
        ({"ds": ["2024-01-01", None, "2024-01-03", "2024-01-04"]}, "/series/ds/1", "is missing"),
        ({"ds": [0.5, 1.5, 2.5, 3.5]}, "/series/ds", "ds must hold timestamps, got double"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    kind: str, columns: Any, pointer: str, says: str, make_api: Callable[..., Api]
) -> None:
    refusal = refused(make_api(), kind, table(**columns))
    assert (refusal.status, refusal.pointer) == (422, pointer)
    assert says in refusal.first["message"]


@COLUMNAR
def test_columns_of_one_name_are_refused(kind: str, make_api: Callable[..., Api]) -> None:
    twice = pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0])], names=["y", "y"])
    assert "two columns are named 'y'" in refused(make_api(), kind, twice).first["message"]


@pytest.mark.parametrize("kind", FORMATS)
def test_limits_hold(kind: str, make_api: Callable[..., Api]) -> None:
    api = make_api(max_points=3)
    assert refused(api, kind, table()).code == "limit_exceeded"


def test_a_small_file_of_many_cells_is_refused_before_they_are_made(
    make_api: Callable[..., Api],
) -> None:
    flat = pa.table({f"x{number}": np.zeros(100_000) for number in range(300)})
    body = written(flat, PARQUET)
    assert len(body) < 1_000_000
    refusal = make_api(max_points=200_000).refused(ASKED, body, content_type=PARQUET)
    assert refusal.code == "limit_exceeded"
    assert "30000000 cells" in refusal.first["message"]


def test_a_long_text_that_is_repeated_is_there_once(make_api: Callable[..., Api]) -> None:
    words = pa.array(["x" * 200_000]).dictionary_encode()
    many = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(50_000, dtype=np.int32)), words.dictionary
    )
    found = pa.table({"unique_id": many, "y": np.zeros(50_000)})
    assert refused(make_api(), PARQUET, found).code == "limit_exceeded"  # of the texts


@COLUMNAR
@pytest.mark.parametrize("end", [0, 4, 40, -1])
def test_what_is_cut_off_is_refused(kind: str, end: int, make_api: Callable[..., Api]) -> None:
    refusal = make_api().refused(ASKED, written(table(), kind)[:end], content_type=kind)
    assert (refusal.status, refusal.code) == (400, "malformed_body")


@COLUMNAR
def test_a_name_that_is_no_text_is_refused(kind: str, make_api: Callable[..., Api]) -> None:
    body = written(table(nameless=[1.0, 2.0, 3.0, 4.0]), kind).replace(b"nameless", b"\xff" * 8)
    refusal = make_api().refused(ASKED, body, content_type=kind)
    assert (refusal.status, refusal.code) == (400, "malformed_body")


@COLUMNAR
def test_broken_bytes_are_never_an_error_of_the_server(
    kind: str, make_api: Callable[..., Api]
) -> None:
    api, random = make_api(), np.random.default_rng(0)
    whole = np.frombuffer(written(table(unique_id=["a", "b", "a", "ä"]), kind), np.uint8)
    for _ in range(60):
        broken = whole.copy()
        places = random.integers(0, len(whole), random.integers(1, 6))
        broken[places] = random.integers(0, 256, len(places))
        answer = api.client.post(ASKED, content=broken.tobytes(), headers=headers(kind))
        assert answer.status_code < 500, broken.tobytes()


def test_one_column_holds_both_dates_and_integers_as_text(make_api: Callable[..., Api]) -> None:
    body = {
        "series": [
            {"unique_id": "a", "ds": ["2024-01-01", "2024-01-02"], "y": [1, 2]},
            {"unique_id": "b", "ds": [1, 2], "y": [1, 2]},
        ],
        "h": 1,
        "model": "naive",
    }
    answer = make_api().client.post("/v1/forecast", json=body, headers={"accept": PARQUET})
    assert table_in(answer)["ds"].to_pylist() == ["2024-01-03", "3"]


def test_a_profile_of_dates_and_integers_is_written(make_api: Callable[..., Api]) -> None:
    body = {
        "series": [
            {"unique_id": "a", "start": "2024-01-01", "freq": "D", "y": [1, 2]},
            {"unique_id": "b", "y": [1, 2]},
        ]
    }
    for kind in FORMATS:
        answer = make_api().client.post("/v1/profile", json=body, headers={"accept": kind})
        assert [str(one)[:10] for one in table_in(answer)["start"].to_pylist()] == [
            "2024-01-01",
            "0",
        ]


def test_no_accept_is_json(make_api: Callable[..., Api]) -> None:
    out = BytesIO()
    pyarrow.parquet.write_table(table(), out)
    told = make_api().client.post(
        ASKED, content=out.getvalue(), headers={"content-type": PARQUET, "accept": "*/*"}
    )
    assert answered(told)["forecast"]["yhat"] == [4.0, 4.0]
