"""Every limit, from outside, with a small setting."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import zstandard

from app.engine.base import Piece, Work
from app.engine.local.engine import LocalEngine
from app.services.size import AnswerSize
from app.settings import Limits
from tests.app.conftest import Held, Lent, Slow
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
    "max_answer_bytes": (2000, BODY, two()),
    "max_text_chars": (20, {**BODY, "unique_id": "a" * 20}, {**BODY, "unique_id": "a" * 21}),
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


def column(name: str, *values: Any) -> dict[str, Any]:
    return {"series": {"y": [1, 2, 4], name: [*values]}}


LONG = "x" * 31
TEXTS: list[tuple[dict[str, Any], str | None]] = [
    ({"series": [{"unique_id": i, "y": [1, 2]} for i in ("a", LONG)]}, "/series"),
    (column("unique_id", "a", "a", LONG), "/series"),
    (column(LONG, 1, 2, 3), "/series"),
    (column("ds", "2024-01-01", "2024-01-02", LONG), "/series"),
    ({"series": [{"y": 1, "ds": 1}, {"y": 2, "ds": 2, LONG: 3}]}, "/series"),
    (
        {"series": [{"y": [1], "unique_id": "a"}, {"unique_id": "b", "y": [1, 2], LONG: [1, 2]}]},
        "/series/1",
    ),
    ({"y": [1, 2], "start": LONG}, "/series"),
    ({"y": [1, 2], "future": {"ds": [2], LONG: [3]}}, "/future"),
    ({"y": [1, 2], "model": LONG}, "/model"),
    ({"y": [1, 2], "model": {"name": "sma", "params": {LONG: 1}}}, "/model/params"),
    ({"y": [1, 2], "holidays": ["2024-01-01", LONG]}, "/holidays/1"),
    ({"y": [1, 2], LONG: 1}, None),
]


@pytest.mark.parametrize(("body", "pointer"), TEXTS)
def test_every_text_has_a_greatest_length(
    make_api: Callable[..., Api], body: dict[str, Any], pointer: str | None
) -> None:
    refusal = make_api(max_text_chars=30).refused(FORECAST, {"h": 1, **body})
    assert (refusal.status, refusal.pointer) == (413, pointer)
    assert refusal.first["message"] == f"max_text_chars is 30, got 31 in '{LONG[:20]}...'"


def test_an_answer_is_measured_before_it_is_made(make_api: Callable[..., Api]) -> None:
    long = {"unique_id": "a" * 900, "y": [1, 2, 4], "start": "2024-01-01", "freq": "D"}
    api = make_api(max_answer_bytes=100_000)
    series = {**long, "y": [*range(100)]}
    for path, small, large in (
        ("forecast", {"h": 150}, {"h": 150}),
        ("backtest", {"h": 1, "n_windows": 20}, {"h": 1, "n_windows": 90}),
    ):
        within = {"series": [{**series, "unique_id": "a"}], "model": "naive", **small}
        answered(api.post(f"/v1/{path}", within))
        over = {"series": [series], "model": "naive", **large}
        refusal = api.refused(f"/v1/{path}", over)
        assert "max_answer_bytes is 100000, got about " in refusal.first["message"]
    for path in ("detect", "decompose", "changepoints"):
        answered(api.post(f"/v1/{path}", {"series": [{**long, "y": [*range(80)]}]}))
        assert api.refused(f"/v1/{path}", {"series": [{**long, "y": [*range(200)]}]}).status == 413


@pytest.mark.parametrize("path", ["forecast", "detect", "decompose", "backtest", "profile"])
def test_the_estimate_is_near_what_is_answered(api: Api, path: str) -> None:
    noise = [(i * 7919 % 101) / 7 for i in range(300)]
    series = [
        {"unique_id": name, "y": noise, "start": "2024-01-01", "freq": "D"}
        for name in ("a", "b" * 500)
    ]
    more = {"forecast": {"h": 300, "models": ["naive", "ses"]}, "backtest": {"h": 50}}
    seen = []
    estimate = AnswerSize.bytes.fget
    assert estimate is not None

    def kept(size: AnswerSize) -> int:
        seen.append(estimate(size))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AnswerSize, "bytes", property(kept))
        response = api.post(f"/v1/{path}", {"series": series, **more.get(path, {})})
    answered(response)
    assert 0.5 < seen[0] / len(response.content) < 2.5


def test_history_and_detections_count_as_cells(make_api: Callable[..., Api]) -> None:
    api = make_api(max_cells_out=30)
    answered(api.post(FORECAST, BODY))
    assert api.refused(FORECAST, {**BODY, "add_history": True}).status == 413
    assert api.refused("/v1/detect", {"y": [1, 2, 4], "detector": "band"}).status == 413


def test_every_limit_has_a_test_and_is_shown(make_api: Callable[..., Api]) -> None:
    others = {"max_requests", "max_chunk_bytes", "max_fit_points", "max_read_cells", "timeout_s"}
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


@pytest.mark.parametrize("path", ["forecast", "detect", "backtest", "profile"])
def test_the_budget_covers_what_is_done_before_fits(api: Api, path: str) -> None:
    stamps = ["2024-01-{:02d}", "2024-02-{:02d}", "2024-03-{:02d}"]
    series = [
        {"unique_id": str(i), "ds": [one.format(1 + i % 28) for one in stamps], "y": [1, 2, i]}
        for i in range(4000)
    ]
    ahead = {"h": 1} if path in ("forecast", "backtest") else {}
    refusal = api.refused(f"/v1/{path}", {"series": series, "timeout_s": 0.001, **ahead})
    assert (refusal.status, refusal.code) == (504, "budget_exceeded")
    assert len(refusal.errors) == 1  # that of the request, not one for each series


def test_memory_of_a_piece_is_limited(make_api: Callable[..., Api]) -> None:
    y = [float(i % 7) for i in range(200)]
    body = {"y": y, "h": 10_000, "model": "holt", "n_paths": 10}
    refusal = make_api(max_chunk_bytes=2**20).refused(FORECAST, body)
    assert refusal.code in ("memory_exceeded", "fit_failed")
    assert "memory" in refusal.first["message"].lower()


class NeverAsked(Lent):
    """An engine that must not be given any work."""

    def submit(self, work: Work[Any]) -> Piece[Any]:
        raise AssertionError("work was begun")


HOURLY = [float(i % 24) + 0.01 * (i % 7) for i in range(3000)]


def test_what_needs_more_memory_than_a_process_may_have_is_not_begun(
    make_api: Callable[..., Api], engine: LocalEngine
) -> None:
    api = make_api(NeverAsked(engine), max_chunk_bytes=2**20)
    body = {"y": HOURLY, "h": 2, "model": "sarima", "season_length": 24}
    refusal = api.refused(FORECAST, body)
    assert (refusal.status, refusal.code) == (422, "memory_exceeded")
    assert (
        "MiB of memory, and a process may have 1 MiB: it was not begun" in refusal.first["message"]
    )
    assert "TIDECAST_MAX_CHUNK_BYTES" in refusal.first["hint"]
    detection = {"y": HOURLY * 5, "detector": {"name": "auto"}}
    assert api.refused("/v1/detect", detection).code == "memory_exceeded"


def test_series_that_need_less_memory_are_answered_beside_one_that_needs_too_much(
    make_api: Callable[..., Api],
) -> None:
    series = [{"unique_id": "long", "y": HOURLY}, {"unique_id": "short", "y": HOURLY[:60]}]
    asked = {"h": 2, "model": "sarima", "season_length": 2}
    answer = make_api(max_chunk_bytes=2**20).forecast(series=series, **asked)
    assert answer["forecast"]["unique_id"] == ["short"] * 2
    (error,) = answer["errors"]
    assert (error["unique_id"], error["code"]) == ("long", "memory_exceeded")


def test_too_many_requests_at_once_are_turned_away(
    make_api: Callable[..., Api], engine: LocalEngine
) -> None:
    held = Held(engine)
    api = make_api(held, max_requests=1)
    thread = threading.Thread(target=lambda: api.post(FORECAST, THETA))
    thread.start()
    admission = api.client.app.state.admission  # type: ignore[attr-defined]
    try:
        until(lambda: admission.inside, "the first request")
        refusal = api.refused(FORECAST, BODY)
    finally:
        held.let_go.set()
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


@pytest.mark.parametrize("length", ["9" * 5000, "1_0", "-1"])
def test_a_length_that_is_no_number_is_malformed(api: Api, length: str) -> None:
    refusal = api.refused(FORECAST, BODY, content_length=length)
    assert (refusal.status, refusal.code) == (400, "malformed_body")


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
