"""Reading, working and writing are three steps; what is between them can be kept."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
from tests.app.helpers import Api

LINES = '''
"""Lines of "id value", the shortest format there is."""

from app.codecs.base import Codec, Content
from app.codecs.frame import Repeated
from app.codecs.rows import table_of
import numpy as np


class Lines(Codec):
    media_type = "text/x-lines"

    def decode(self, body, query, limits):
        words = [line.split() for line in body.decode().splitlines()]
        y = np.array([float(value) for _, value in words])
        table = table_of([name for name, _ in words], None, {"y": y}, "series", (), with_y=True)
        return Content(table, None, {name: int(value) for name, value in query.items()})

    def encode(self, frame):
        ids = frame.table["unique_id"]
        assert isinstance(ids, Repeated)
        return " ".join(f"{name}*{n}" for name, n in zip(ids.values, ids.counts)).encode()


CODEC = Lines()
'''


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One more file in the folder of codecs."""
    (tmp_path / "lines.py").write_text(LINES)
    monkeypatch.setattr(app.codecs, "__path__", [*app.codecs.__path__, str(tmp_path)])
    codecs.cache_clear()
    yield
    monkeypatch.undo()
    codecs.cache_clear()


@pytest.mark.usefixtures("lines")
def test_a_format_is_one_file(make_api: Callable[..., Api]) -> None:
    assert list(codecs()) == ["application/json", "text/x-lines"]
    client = make_api().client
    answer = client.post(
        "/v1/forecast?h=3",
        content=b"a 1\nb 5\na 2\nb 7\na 3\nb 6",
        headers={"content-type": "text/x-lines", "accept": "text/x-lines"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.text == "a*3 b*3"
    assert "text/x-lines" in client.get("/openapi.json").text
    refused = client.post("/v1/forecast", content=b"", headers={"content-type": "text/csv"})
    assert "text/x-lines" in refused.text


def test_a_format_that_is_taken_away_is_unknown() -> None:
    with pytest.raises(UnsupportedMedia):
        Body(b"a 1", "text/x-lines").content(Settings())


def frame_of(endpoint: Any, engine: LocalEngine) -> Frame:
    settings = Settings()
    body = Body(orjson.dumps({**endpoint.example, "random_state": 1}), "application/json")
    kept = pickle.loads(pickle.dumps(body))
    asked = SeriesRequest(kept.content(settings), "r", Clock())
    frame: Frame = endpoint.answered(Workbench(engine, settings), asked)
    return frame


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_an_answer_is_kept_and_written_later(endpoint: Any, engine: LocalEngine) -> None:
    frame = frame_of(endpoint, engine)
    kept = pickle.loads(pickle.dumps(frame))
    assert writer_of("application/json").encode(kept) == writer_of("").encode(frame)
    if endpoint.name in ("forecast", "detect", "backtest", "decompose"):
        lines = writer_of("text/x-lines")
        assert lines.encode(kept) == lines.encode(frame)
