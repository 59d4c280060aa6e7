import json
import logging
from collections.abc import Callable

import pytest

from app.logging import JsonFormatter, request_id
from tests.app.helpers import Api


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("app.x", logging.WARNING, "f.py", 1, message, None, None)
    vars(made).update(extra)
    return made


def test_a_line_is_one_json_object_with_the_id_of_its_request() -> None:
    token = request_id.set("r-1")
    try:
        line = JsonFormatter().format(record("two\nlines", status=200))
    finally:
        request_id.reset(token)
    assert "\n" not in line
    fields = json.loads(line)
    assert fields.pop("time").startswith("20")
    assert fields == {
        "level": "warning",
        "logger": "app.x",
        "message": "two\nlines",
        "request_id": "r-1",
        "status": 200,
    }


def test_an_exception_is_in_its_line() -> None:
    try:
        raise ValueError("why")
    except ValueError as error:
        made = record("failed")
        made.exc_info = (type(error), error, error.__traceback__)
    assert "ValueError: why" in json.loads(JsonFormatter().format(made))["exception"]


def test_each_request_leaves_a_line(
    make_api: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    api = make_api()
    with caplog.at_level(logging.INFO, logger="app.access"):
        api.client.get("/v1/nothing")
    [line] = [vars(r) for r in caplog.records if r.name == "app.access"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/nothing", 404)
    assert line["ms"] >= 0
    assert (line["problem"], line["client"]) == ("not_found", "testclient")


def test_a_line_holds_no_more_of_a_path_than_tells_what_it_was(
    make_api: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    api = make_api()
    with caplog.at_level(logging.INFO, logger="app.access"):
        assert api.client.get("/" + "x" * 5000).status_code == 404
    [line] = [vars(r) for r in caplog.records if r.name == "app.access"]
    assert line["path"] == "/" + "x" * 199


def test_the_line_of_a_request_with_series_tells_what_was_asked(
    make_api: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    api = make_api()
    series = [{"unique_id": i, "y": [1, 2, 3]} for i in "ab"]
    with caplog.at_level(logging.INFO, logger="app.access"):
        api.forecast(series=series, h=1, models=["naive", {"name": "ses"}])
        api.refused("/v1/detect", {"series": series, "detector": "bond"})
    first, second = (vars(r) for r in caplog.records if r.name == "app.access")
    assert (first["series"], first["points"], first["model"]) == (2, 6, "naive, ses")
    assert "problem" not in first
    assert (second["status"], second["model"]) == (422, "bond")
    assert second["problem"] == "unknown_name"


def test_probes_leave_a_line_for_debugging_only(
    make_api: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    api = make_api()
    with caplog.at_level(logging.DEBUG, logger="app.access"):
        api.client.get("/healthz")
    [line] = [record for record in caplog.records if record.name == "app.access"]
    assert line.levelno == logging.DEBUG
