"""Every limit, from outside, with a small setting."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import zstandard

from app.engine.local.engine import LocalEngine
from app.settings import Limits
from tests.app.conftest import Slow
from tests.app.helpers import Api, Refusal, answered
from tests.waiting import until

FORECAST = "/v1/forecast"
BODY: dict[str, Any] = {"y": [1, 2, 4], "h": 2, "model": "naive"}


def two(**options: Any) -> dict[str, Any]:
    series = [{"unique_id": i, "y": [1, 2, 4]} for i in "ab"]
    return {"series": series, "h": 2, "model": "naive", **options}


CASES: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    # limit: (setting, a body at the limit, a body over it)
    "max_points": (6, two(), {**BODY, "y": [1] * 7}),
    "max_series": (1, BODY, two()),
    "max_horizon": (2, BODY, {**BODY, "h": 3}),
    "max_models": (
        1,
        {"y": [1, 2, 4], "h": 2, "models": ["naive"]},
        {"y": [1, 2, 4], "h": 2, "models": ["naive", "naive"]},
    ),
    "max_cells_out": (14, BODY, two()),
    "max_body_bytes": (200, BODY, {**BODY, "y": [1.5] * 60}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_limit_holds_and_is_named(make_api: Callable[..., Api], name: str) -> None:
    setting, within, over = CASES[name]
    api = make_api(**{name: setting})
    answered(api.post(FORECAST, within))
    refusal = api.refused(FORECAST, over)
    assert (refusal.status, refusal.code) == (413, "limit_exceeded")
    assert refusal.first["message"].startswith(f"{name} is {setting}, got ")
    assert f"TIDECAST_{name.upper()}" in refusal.first["hint"]


def test_history_and_detections_count_as_cells(make_api: Callable[..., Api]) -> None:
    api = make_api(max_cells_out=30)
    answered(api.post(FORECAST, BODY))
    assert api.refused(FORECAST, {**BODY, "add_history": True}).status == 413
    assert api.refused("/v1/detect", {"y": [1, 2, 4], "detector": "band"}).status == 413


def test_every_limit_has_a_test_and_is_shown(make_api: Callable[..., Api]) -> None:
    others = {"max_requests", "max_chunk_bytes", "max_fit_points", "timeout_s"}
    assert set(CASES) | others == set(Limits.model_fields)
    api = make_api(max_horizon=7)
    shown = answered(api.client.get("/v1/limits"))
    assert list(shown) == list(Limits.model_fields)
    assert shown["max_horizon"] == 7
    described = answered(api.client.get("/openapi.json"))["components"]["schemas"]["LimitsAnswer"]
    assert described["required"] == list(Limits.model_fields)
    for name, limit in Limits.model_fields.items():
        assert described["properties"][name]["description"] == limit.description


# A season of no season spares the detection; theta is worth a hop to a worker.
DEAR = {"series": [{"unique_id": i, "y": [*range(500), i]} for i in range(8)], "h": 2}
THETA = {**DEAR, "model": {"name": "theta", "season_length": 1}}


def test_the_whole_budget_is_the_servers(make_api: Callable[..., Api], engine: LocalEngine) -> None:
    api = make_api(Slow(engine), timeout_s=0.5)
    begin = time.monotonic()
    refusal = api.refused(FORECAST, THETA)
    assert (refusal.status, refusal.code) == (504, "budget_exceeded")
    assert len(refusal.errors) == 8
    assert time.monotonic() - begin >= 0.5
    answer = api.forecast(**BODY, timeout_s=100)
    assert [w["code"] for w in answer["warnings"]] == ["timeout_capped"]


def test_a_request_may_ask_for_less_time(make_api: Callable[..., Api], engine: LocalEngine) -> None:
    assert make_api(Slow(engine)).refused(FORECAST, {**THETA, "timeout_s": 0.5}).status == 504


def test_memory_of_a_piece_is_limited(make_api: Callable[..., Api]) -> None:
    y = [float(i % 7) for i in range(200)]
    body = {"y": y, "h": 10_000, "model": "holt", "n_paths": 10}
    refusal = make_api(max_chunk_bytes=2**20).refused(FORECAST, body)
    assert refusal.code in ("memory_exceeded", "fit_failed")
    assert "memory" in refusal.first["message"].lower()


def test_too_many_requests_at_once_are_turned_away(make_api: Callable[..., Api]) -> None:
    api = make_api(max_requests=1)
    y = [float(i % 7) + i * 0.1 for i in range(3000)]
    slow = {
        **{"series": [{"unique_id": i, "y": y} for i in range(40)], "h": 2, "model": "ets"},
        **{"season_length": 7, "timeout_s": 3},
    }
    thread = threading.Thread(target=lambda: api.post(FORECAST, slow))
    thread.start()
    gate = api.client.app.state.gate  # type: ignore[attr-defined]
    until(lambda: gate.inside, "the first request")
    refusal = api.refused(FORECAST, BODY)
    thread.join()
    assert (refusal.status, refusal.code) == (503, "unavailable")
    assert refusal.response.headers["retry-after"]
    assert "max_requests is 1" in refusal.first["message"]
    answered(api.post(FORECAST, BODY))


# --- bodies --------------------------------------------------------------------


def test_a_long_body_is_refused_by_what_it_announces(make_api: Callable[..., Api]) -> None:
    api = make_api(max_body_bytes=1000)
    refusal = api.refused(FORECAST, b" " * 1001)
    assert refusal.first["message"] == "max_body_bytes is 1000, got 1001"


def test_a_long_body_of_unknown_length_is_counted(make_api: Callable[..., Api]) -> None:
    api = make_api(max_body_bytes=1000)

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 100

    refusal = Refusal(api.client.post(FORECAST, content=pieces()))
    assert refusal.status == 413
    assert refusal.first["message"] == "max_body_bytes is 1000, got more than 1000"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_refused(make_api: Callable[..., Api], encoding: str) -> None:
    packers = {"gzip": gzip.compress, "zstd": zstandard.compress}
    bomb = packers[encoding](b" " * 50_000_000)
    api = make_api(max_body_bytes=100_000)
    refusal = api.refused(FORECAST, bomb, content_encoding=encoding)
    assert (refusal.status, refusal.code) == (413, "limit_exceeded")
    assert "after decompression" in refusal.first["message"]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_compressed_bodies_are_answered_like_plain_ones(api: Api, encoding: str) -> None:
    packers = {"gzip": gzip.compress, "zstd": zstandard.compress}
    packed = packers[encoding](json.dumps(BODY).encode())
    answer = answered(api.post(FORECAST, packed, content_encoding=encoding))
    assert answer["forecast"] == api.forecast(**BODY)["forecast"]


@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_large_answers_are_compressed(api: Api, encoding: str) -> None:
    body = {**BODY, "y": [1, 2, 4] * 1000, "h": 10_000, "add_history": True}
    response = api.post(FORECAST, body, accept_encoding=encoding)
    assert response.headers["content-encoding"] == encoding
    assert "accept-encoding" in response.headers["vary"].lower()
    assert answered(response)["forecast"]["yhat"][-1] == 4.0
    small = api.post(FORECAST, BODY, accept_encoding=encoding)
    assert "content-encoding" not in small.headers
