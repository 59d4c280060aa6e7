"""The requests of ``make fuzz``, some of them in process: what they are, and that nothing breaks the service."""

import json
from collections import Counter

import pytest

from bench.fuzz.__main__ import kept_requests, wrong, wrong_lines
from bench.fuzz.requests import Maker, Sent
from tests.app.helpers import Api, answered


@pytest.fixture(scope="module")
def maker(api: Api) -> Maker:
    document, catalog = (answered(api.client.get(p)) for p in ("/openapi.json", "/v1/catalog"))
    return Maker(document, catalog, seed=1)


def test_a_request_follows_from_its_number(maker: Maker) -> None:
    assert [maker.request(i) for i in range(50)] == [maker.request(i) for i in range(50)]


def test_every_endpoint_option_and_model_has_its_turn(maker: Maker) -> None:
    sent = [maker.request(i) for i in range(3000)]
    counts = Counter(one.path for one in sent)
    assert all(counts[path] > 100 for path in maker.posts)
    whole = b"".join(one.body for one in sent)
    for schema, _ in (body for bodies in maker.posts.values() for body in bodies):
        for name in schema["properties"]:
            assert json.dumps(name).encode() in whole, name
    for entries in maker.catalog.values():
        for entry in entries:
            assert json.dumps(entry["name"]).encode() in whole, entry["name"]


def test_nothing_breaks_the_service(api: Api, maker: Maker) -> None:
    statuses: Counter[int] = Counter()
    for name, sent in [*kept_requests(), *((str(i), maker.request(i)) for i in range(150))]:
        response = api.client.request(
            sent.method,
            sent.path,
            content=sent.body,
            headers=dict(sent.headers),
            follow_redirects=False,
        )
        assert wrong(sent, response.status_code, response.content, 0.0) is None, name
        statuses[response.status_code] += 1
    assert min(statuses[200], statuses[422]) > 20


def test_errors_and_chatter_in_the_log_are_seen() -> None:
    fine = '{"level":"warning","message":"a worker process was lost"}'
    assert wrong_lines(f'{fine}\nChain [1]\n{{"level":"error"}}') == [
        "a line of the log is not JSON: Chain [1]",
        'the log tells of an error: {"level":"error"}',
    ]


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (500, b"{}", 0.0),
        (503, b"{}", 0.0),
        (200, b'{"yhat":[NaN]}', 0.0),
        (200, b"{}", 1000.0),
        (422, b'{"status":422,"code":"","detail":""}', 0.0),
    ],
)
def test_what_is_wrong_is_seen(status: int, body: bytes, seconds: float) -> None:
    sent = Sent("POST", "/v1/forecast", b'{"timeout_s": 3}')
    assert wrong(sent, status, body, seconds) is not None
