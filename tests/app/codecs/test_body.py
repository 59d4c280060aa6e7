"""Reading, working and writing are three steps; what is between them can be kept."""

import csv
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

import app.codecs
from app.codecs.body import Body
from app.codecs.frame import Frame
from app.codecs.negotiation import codecs, writer_of
from app.engine.local.engine import LocalEngine
from app.failures import UnsupportedMedia
from app.services.endpoint import declared
from app.services.request import Clock, SeriesRequest
from app.services.workbench import Workbench
from app.settings import Settings
from tests.app.helpers import Api, answered

FORMATS = Path(__file__).with_name("formats")
TABLE = b"unique_id,ds,y\na,2024-01-01,1\nb,2024-01-01,5\na,2024-01-02,2\nb,2024-01-02,7\na,2024-01-03,\n"
CSV = {"content-type": "text/csv", "accept": "text/csv"}


@pytest.fixture
def csv_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more file in the folder of codecs."""
    monkeypatch.setattr(app.codecs, "__path__", [*app.codecs.__path__, str(FORMATS)])
    codecs.cache_clear()
    yield
    monkeypatch.undo()
    codecs.cache_clear()


@pytest.mark.usefixtures("csv_table")
def test_a_format_is_one_file(make_api: Callable[..., Api]) -> None:
    assert list(codecs()) == ["application/json", "text/csv"]
    api = make_api()
    query = 'h=2&level=80&level=95&bounds={"lower": 0}&model=naive'
    answer = api.client.post(f"/v1/forecast?{query}", content=TABLE, headers=CSV)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(answer.text.splitlines())
    bands = [f"yhat_{side}_{level}" for level in (80, 95) for side in ("lo", "hi")]
    assert header == ["unique_id", "ds", "yhat", *bands]
    assert [row[:3] for row in rows] == [
        ["a", "2024-01-04", "2.0"],
        ["a", "2024-01-05", "2.0"],
        ["b", "2024-01-03", "7.0"],
        ["b", "2024-01-04", "7.0"],
    ]
    missing = {"unique_id": "a", "start": "2024-01-01", "freq": "D", "y": [1, 2, None]}
    told = answered(api.post("/v1/forecast", {"series": [missing], "h": 2, "model": "naive"}))
    assert len(told["warnings"]) == int(answer.headers["tidecast-warnings"]) == 2
    assert answer.headers["tidecast-errors"] == "0"


@pytest.mark.usefixtures("csv_table")
@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_each_endpoint_reads_and_writes_it(endpoint: Any, make_api: Callable[..., Api]) -> None:
    """In and out by each of two formats, of which either is asked for by its own header."""
    api = make_api()
    sent = dict(endpoint.example)
    y = sent.pop("y")
    options = {name: one for name, one in sent.items() if name not in ("start", "freq")}
    days = np.datetime64("2024-01-01") + np.arange(len(y))
    table = "\n".join(["ds,y", *(f"{day},{value}" for day, value in zip(days, y, strict=True))])
    query = {name: json.dumps(value) for name, value in options.items()}
    body = {**options, "series": {"ds": days.astype(str).tolist(), "y": y}}
    found = {
        (kind, accept): api.client.post(
            endpoint.path,
            params=query if kind == "text/csv" else None,
            content=table if kind == "text/csv" else json.dumps(body),
            headers={"content-type": kind, "accept": accept},
        )
        for kind in codecs()
        for accept in codecs()
    }
    assert {answer.status_code for answer in found.values()} == {200}
    assert all(one.headers["content-type"].startswith(kind) for (_, kind), one in found.items())
    one, other = (found["text/csv", kind].content for kind in codecs())
    assert other == found["application/json", "text/csv"].content
    columns = other.decode().splitlines()[0].split(",")
    assert table_with(columns, one) == table_with(columns, found[JSON, JSON].content)


JSON = "application/json"


def table_with(columns: list[str], answer: bytes) -> Any:
    """The part of an answer in JSON that has these columns."""
    return next(part for part in json.loads(answer).values() if [*part] == columns)


@pytest.mark.usefixtures("csv_table")
def test_the_document_and_refusals_tell_of_it(make_api: Callable[..., Api]) -> None:
    api = make_api(max_points=4)
    document = api.client.get("/openapi.json").json()
    for endpoint in declared():
        told = document["paths"][endpoint.path]["post"]["requestBody"]["content"]
        assert told["text/csv"]["schema"] == {"type": "string"}
        assert "$ref" in json.dumps(told["application/json"]["schema"])
    assert "text/csv" in api.refused("/v1/forecast", b"", content_type="text/html").first["hint"]
    assert api.refused("/v1/forecast?h=1", TABLE, **CSV).code == "limit_exceeded"
    refusal = api.refused("/v1/forecast?h=x", TABLE[:30], **CSV)
    assert (refusal.status, refusal.pointer) == (422, "/h")


def test_a_format_that_is_taken_away_is_unknown() -> None:
    with pytest.raises(UnsupportedMedia):
        Body(TABLE, "text/csv").content(Settings())


def frame_of(endpoint: Any, engine: LocalEngine) -> Frame:
    settings = Settings()
    body = Body(orjson.dumps({**endpoint.example, "random_state": 1}), "application/json")
    kept = pickle.loads(pickle.dumps(body))
    asked = SeriesRequest(kept.content(settings), "r", Clock())
    frame: Frame = endpoint.answered(Workbench(engine, settings), asked)
    return frame


@pytest.mark.usefixtures("csv_table")
@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_an_answer_is_kept_and_written_later(endpoint: Any, engine: LocalEngine) -> None:
    frame = frame_of(endpoint, engine)
    kept = pickle.loads(pickle.dumps(frame))
    assert writer_of("application/json").encode(kept) == writer_of("").encode(frame)
    writer = writer_of("text/csv")
    assert writer.encode(kept) == writer.encode(frame)
