"""CSV as the contract has it."""

from collections.abc import Callable

import pytest

from tests.app.codecs.tables import CSV, headers
from tests.app.helpers import Api, answered

TABLE = "unique_id,ds,y\na,2024-01-01,1\nb,2024-01-01,5\na,2024-01-02,2\nb,2024-01-02,7\na,2024-01-03,\n"
ASKED = "/v1/forecast?h=2&model=naive"


def test_a_table_in_a_table_out(make_api: Callable[..., Api]) -> None:
    api = make_api()
    answer = api.client.post(ASKED + "&level=80", content=TABLE, headers=headers(CSV))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, *rows = answer.text.splitlines()
    assert header == "unique_id,ds,yhat,yhat_lo_80,yhat_hi_80"
    assert [row.split(",")[:3] for row in rows] == [
        ["a", "2024-01-04", "2"],
        ["a", "2024-01-05", "2"],
        ["b", "2024-01-03", "7"],
        ["b", "2024-01-04", "7"],
    ]
    missing = {"unique_id": "a", "start": "2024-01-01", "freq": "D", "y": [1, 2, None]}
    told = answered(api.post("/v1/forecast", {"series": [missing], "h": 2, "model": "naive"}))
    assert len(told["warnings"]) == int(answer.headers["tidecast-warnings"]) == 2
    assert answer.headers["tidecast-errors"] == "0"


@pytest.mark.parametrize(
    ("body", "ids", "first"),
    [
        ("\ufeffds,y\r\n2024-01-01,1\r\n2024-01-02,2\r\n", ["series"] * 2, "2024-01-03"),
        ("ds,y\n1,1\n2,2\n", ["series"] * 2, 3),
        ("ds,y\n20240101,1\n20240102,2\n", ["series"] * 2, "2024-01-03"),
        ("ds,y\n2024Q3,1\n2024Q4,2\n", ["series"] * 2, "2025-01-01"),
        ("unique_id,y\nNA,1\n007,2\n", ["NA", "NA", "007", "007"], 1),
        ('unique_id,y\n"a,""b""\nc",1\n', ['a,"b"\nc'] * 2, 1),
        ("y\n1\nNA\nnull\n4\n", ["series"] * 2, 4),
    ],
)
def test_what_is_in_the_cells(
    body: str, ids: list[str], first: str | int, make_api: Callable[..., Api]
) -> None:
    sent = {"content-type": CSV, "accept": "application/json"}
    told = answered(make_api().client.post(ASKED, content=body.encode(), headers=sent))
    assert told["forecast"]["unique_id"] == ids
    assert told["forecast"]["ds"][0] == first


def test_quotes_stand_where_a_text_needs_them(make_api: Callable[..., Api]) -> None:
    body = 'unique_id,y\n"a,""b""",1\n'
    answer = make_api().client.post(ASKED, content=body, headers=headers(CSV))
    assert answer.text.splitlines()[1].startswith('"a,""b""",')


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "Empty CSV"),
        (b"ds,y\n1,2,3\n", 400, "Expected 2 columns, got 3"),
        (b"ds;y\n1;2\n", 400, "one column, 'ds;y'"),
        (b"ds,y\n\xff,1\nb,2\n", 400, "UTF8"),
        (b"\xff,y\n1,2\n", 400, "decode byte 0xff"),
        (b"y\n", 422, "no rows"),
        (b"ds,x\n1,2\n", 422, "y is required, the columns are 'ds', 'x'"),
        (b"2024-01-01,1\n2024-01-02,2\n", 422, "y is required, the columns are '2024-01-01', '1'"),
        (b"unique_id,y\n,1\n", 422, "unique_id is missing in row 0"),
        (b"ds,y\n2024-01-01,1\n2024-01-02,1.000,5\n", 400, "got 3"),
        (b'ds,y\n2024-01-01,1\n2024-01-02,"1,5"\n', 422, "got '1,5' in row 1"),
        (b"ds,y\n2024-01-01,1\n2024-01-02,inf\n", 422, "got 'infinity' in row 1"),
    ],
)
def test_what_is_no_table_of_series(
    body: bytes, status: int, says: str, make_api: Callable[..., Api]
) -> None:
    refusal = make_api().refused(ASKED, body, content_type=CSV)
    assert refusal.status == status
    assert says in refusal.first["message"]


def test_options_are_refused_by_their_names(make_api: Callable[..., Api]) -> None:
    api = make_api()
    assert api.refused("/v1/forecast?h=x", TABLE.encode(), content_type=CSV).pointer == "/h"
    assert (
        api.refused(f"{ASKED}&modle=ets", TABLE.encode(), content_type=CSV).code == "unknown_name"
    )
    assert api.refused(f"{ASKED}&h=3", TABLE.encode(), content_type=CSV).pointer == "/h"
    assert api.refused(f"{ASKED}&future=1", TABLE.encode(), content_type=CSV).pointer == "/future"
    twice = api.refused(f'{ASKED}&future={{"x":[1]}}&future=1', TABLE.encode(), content_type=CSV)
    assert twice.first["message"] == "future stands in the address 2 times"
