"""Reading, working and writing are three steps; what is between them can be kept."""

import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest

from app.codecs.body import Body
from app.codecs.frame import Frame
from app.codecs.negotiation import codecs
from app.engine.local.engine import LocalEngine
from app.services.endpoint import declared
from app.services.request import Clock, SeriesRequest
from app.services.workbench import Workbench
from app.settings import Settings
from tests.app.codecs.tables import ARROW, CSV, FORMATS, PARQUET, headers, table_in, written
from tests.app.helpers import Api


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_each_endpoint_reads_and_writes_each_format(
    endpoint: Any, kind: str, make_api: Callable[..., Api]
) -> None:
    """In and out by each of two formats, of which either is asked for by its own header."""
    api = make_api()
    sent = dict(endpoint.example)
    y = sent.pop("y")
    options = {name: one for name, one in sent.items() if name not in ("start", "freq")}
    days = (np.datetime64("2024-01-01") + np.arange(len(y))).astype(str).tolist()
    table = written(pa.table({"ds": days, "y": pa.array(y, pa.float64())}), kind)
    query = {name: json.dumps(value) for name, value in options.items()}
    body = json.dumps({**options, "series": {"ds": days, "y": y}})
    found = {
        (sent_as, accept): api.client.post(
            endpoint.path,
            params=query if sent_as == kind else None,
            content=table if sent_as == kind else body,
            headers=headers(sent_as, accept),
        )
        for sent_as in (kind, JSON)
        for accept in (kind, JSON)
    }
    one, other = table_in(found[kind, kind]), table_in(found[JSON, kind])
    assert one.equals(other)
    in_json = [
        table_with(one.column_names, found[sent_as, JSON].content) for sent_as in (kind, JSON)
    ]
    assert in_json[0] == in_json[1]
    assert one.num_rows == len(next(iter(in_json[0].values())))


JSON = "application/json"


def table_with(columns: list[str], answer: bytes) -> Any:
    """The part of an answer in JSON that has these columns."""
    return next(part for part in json.loads(answer).values() if [*part] == columns)


def test_the_document_tells_of_every_format(make_api: Callable[..., Api]) -> None:
    document = make_api().client.get("/openapi.json").json()
    for endpoint in declared():
        post = document["paths"][endpoint.path]["post"]
        asked, answered = post["requestBody"]["content"], post["responses"]["200"]["content"]
        assert [*asked] == [JSON, ARROW, PARQUET, CSV]
        assert {*answered} == {*asked}
        assert "$ref" in json.dumps(asked[JSON]["schema"])
        assert asked[CSV]["schema"]["type"] == "string"


def frame_of(endpoint: Any, engine: LocalEngine) -> Frame:
    settings = Settings()
    body = Body(orjson.dumps({**endpoint.example, "random_state": 1}), "application/json")
    kept = pickle.loads(pickle.dumps(body))
    asked = SeriesRequest(kept.content(settings), "r", Clock())
    frame: Frame = endpoint.answered(Workbench(engine, settings), asked)
    return frame


@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_an_answer_is_kept_and_written_later(endpoint: Any, engine: LocalEngine) -> None:
    frame = frame_of(endpoint, engine)
    kept = pickle.loads(pickle.dumps(frame))
    for codec in codecs().values():
        assert codec.encode(kept) == codec.encode(frame)
