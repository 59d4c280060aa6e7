"""When the client tries again, how long it waits, and when it stops."""

from email.utils import formatdate

import httpx
import pytest
import tidecast
from tidecast._retry import Retry

from tests.client.helpers import Server, problem

GOOD = {"models": []}


def busy(retry_after: str | None = None, status: int = 503) -> httpx.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return problem(status, headers, detail="busy", code="busy")


@pytest.mark.parametrize(
    "failure",
    [
        busy(status=429),
        httpx.Response(502, text="bad gateway"),
        busy(status=503),
        httpx.Response(504, text="gateway timeout"),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.ReadError("reset"),
    ],
)
def test_what_may_pass_is_tried_again(failure: httpx.Response | Exception) -> None:
    server = Server(failure, failure, GOOD)
    assert server.client().catalog() == GOOD
    assert len(server.requests) == 3
    assert server.slept == [0.25, 0.5]  # half of 0.5 s and of 1 s, as the jitter is drawn as 0


@pytest.mark.parametrize(
    "failure",
    [
        *(problem(status, detail="no") for status in (400, 401, 403, 404, 409, 413, 422, 500)),
        problem(504, detail="the budget of 30 s ran out", code="budget_exceeded"),
        httpx.ReadTimeout("slow"),
        httpx.UnsupportedProtocol("gopher"),
    ],
)
def test_what_will_not_pass_is_not(failure: httpx.Response | Exception) -> None:
    server = Server(failure, GOOD)
    with pytest.raises(tidecast.TidecastError):
        server.client().catalog()
    assert (len(server.requests), server.slept) == (1, [])


def test_a_wait_in_seconds_is_obeyed() -> None:
    server = Server(busy("7", status=429), GOOD)
    server.client().catalog()
    assert server.slept == [7.0]


def test_a_wait_until_a_date_is_obeyed() -> None:
    server = Server(busy(formatdate(1_012.0, usegmt=True)), GOOD)  # the clock stands at 1000
    server.client().catalog()
    assert server.slept == [12.0]


def test_a_date_in_the_past_means_now() -> None:
    server = Server(busy(formatdate(900.0, usegmt=True)), GOOD)
    server.client().catalog()
    assert server.slept == [0.0]


@pytest.mark.parametrize("header", ["soon", "-3", "1.5e", ""])
def test_an_unreadable_wait_is_ignored(header: str) -> None:
    server = Server(busy(header), GOOD)
    server.client().catalog()
    assert server.slept == [0.25]


def test_a_wait_that_is_too_long_ends_the_tries() -> None:
    server = Server(busy("61", status=429), GOOD)
    with pytest.raises(tidecast.RateLimitedError) as caught:
        server.client().catalog()
    assert (caught.value.retry_after, server.slept) == (61.0, [])


def test_tries_are_bounded_and_the_last_failure_is_raised() -> None:
    server = Server(busy("1"), busy("2"), busy("3"))
    with pytest.raises(tidecast.ServerBusyError) as caught:
        server.client(retries=2).catalog()
    assert (len(server.requests), server.slept) == (3, [1.0, 2.0])
    assert caught.value.retry_after == 3.0


def test_no_retries_means_one_try() -> None:
    server = Server(busy())
    with pytest.raises(tidecast.ServerBusyError):
        server.client(retries=0).catalog()
    assert len(server.requests) == 1


def test_negative_retries_are_refused() -> None:
    with pytest.raises(tidecast.SettingError, match="retries must be ≥ 0, got -1"):
        tidecast.Client(retries=-1)


def test_the_same_body_is_sent_each_time() -> None:
    answer = {"forecast": {"ds": [3], "yhat": [3.0]}}
    server = Server(busy(), answer)
    server.client().forecast([1, 2, 3], h=1)
    first, second = server.requests
    assert first.content == second.content == b'{"y":[1,2,3],"h":1,"model":"auto"}'


def test_waits_double_up_to_the_longest_and_are_jittered() -> None:
    low = Retry(retries=20, draw=lambda: 0.0)
    high = Retry(retries=20, draw=lambda: 1.0)
    assert [low.wait_s(n, None) for n in (0, 1, 2, 3)] == [0.25, 0.5, 1.0, 2.0]
    assert [high.wait_s(n, None) for n in (0, 1, 2, 3)] == [0.5, 1.0, 2.0, 4.0]
    assert high.wait_s(19, None) == 60.0
    assert high.wait_s(20, None) is None


def test_jitter_only_ever_lengthens_what_the_server_asked_for() -> None:
    assert Retry(draw=lambda: 1.0).wait_s(0, 5.0) == 5.25


def test_no_connection_is_told_with_the_address() -> None:
    server = Server(httpx.ConnectError("Connection refused"))
    with pytest.raises(tidecast.ConnectionFailedError, match="is the server running") as caught:
        server.client(retries=0, base_url="http://10.0.0.1:9").catalog()
    assert "http://10.0.0.1:9 (Connection refused)" in str(caught.value)
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def test_a_timeout_has_its_own_error() -> None:
    with pytest.raises(tidecast.TimedOutError, match="raise the client's timeout"):
        Server(httpx.ReadTimeout("")).client().catalog()
