"""One request, from parsed JSON to parsed JSON: retries, and errors rebuilt from problem+json.

Every endpoint and every later group of endpoints goes through `Http.request`. Request bodies are
not compressed: a million numbers are 18 MB of JSON, which gzip at its fastest halves in 0.18 s
while loopback carries them in 0.01 s, so it would pay on links below some 400 Mbit/s only.
Answers are asked for compressed, except from this machine.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from typing import Any

import httpx

from ._errors import (
    BudgetExceededError,
    ConnectionFailedError,
    InvalidAnswerError,
    ResponseError,
    SettingError,
    TimedOutError,
    response_error,
)
from ._retry import Retry
from ._version import __version__

_RETRIED_STATUSES = frozenset({429, 502, 503, 504})


class Http:
    """A pool of connections to one server."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        *,
        timeout: float | httpx.Timeout,
        retry: Retry,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self.base_url = _checked_url(base_url)
        self.retry = retry
        here = _is_loopback(self.base_url)
        self._client = httpx.Client(
            base_url=self.base_url,
            headers=_headers(api_key) | ({"Accept-Encoding": "identity"} if here else {}),
            timeout=timeout,
            transport=transport,
            trust_env=not here,  # a proxy cannot reach our own machine
        )

    def __enter__(self) -> Http:
        self._client.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._client.__exit__(*raised)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Send JSON and return the answer's object, trying again where that can help.

        Raises:
            ConnectionFailedError: No answer came.
            ResponseError: The server refused.
            InvalidAnswerError: The answer is not a JSON object.
        """
        content = None if body is None else encode(body)
        attempt = 0
        while True:
            try:
                return self._once(method, path, content)
            except (ConnectionFailedError, ResponseError) as error:
                wait = self._wait_s(error, attempt)
                if wait is None:
                    raise
            self.retry.sleep(wait)
            attempt += 1

    def _once(self, method: str, path: str, content: bytes | None) -> dict[str, Any]:
        headers = {} if content is None else {"Content-Type": "application/json"}
        try:
            response = self._client.request(method, path, content=content, headers=headers)
        except httpx.TransportError as error:
            raise _connection_error(error, self.base_url) from error
        except httpx.DecodingError as error:
            raise InvalidAnswerError(f"the answer of {self.base_url} cannot be decoded") from error
        if not response.is_success:
            raise self._refusal(response)
        return _object_of(response)

    def _refusal(self, response: httpx.Response) -> ResponseError:
        problem = _problem_of(response)
        return response_error(
            response.status_code,
            problem or _stand_in(response),
            from_tidecast=problem is not None,
            retry_after=self.retry.retry_after_s(response.headers.get("Retry-After")),
        )

    def _wait_s(self, error: ConnectionFailedError | ResponseError, attempt: int) -> float | None:
        if not _is_worth_retrying(error):
            return None
        retry_after = error.retry_after if isinstance(error, ResponseError) else None
        return self.retry.wait_s(attempt, retry_after)


def encode(body: object) -> bytes:
    """Return compact JSON; NaN and infinity have been dealt with before and are refused here."""
    return json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(api_key: str | None) -> dict[str, str]:
    headers = {"User-Agent": f"tidecast/{__version__}", "Accept": "application/json"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    return headers


def _checked_url(base_url: str) -> str:
    url = httpx.URL(base_url)
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingError(
            f"base_url must be an http or https address such as http://127.0.0.1:8000, "
            f"got {base_url!r}"
        )
    return str(url).rstrip("/")


def _is_loopback(base_url: str) -> bool:
    host = httpx.URL(base_url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_worth_retrying(error: ConnectionFailedError | ResponseError) -> bool:
    """Say whether the same request may succeed later; all of ours may be repeated safely."""
    if isinstance(error, TimedOutError):
        return False  # the server is still busy with the first one
    if isinstance(error, ResponseError):
        return error.status in _RETRIED_STATUSES and not isinstance(error, BudgetExceededError)
    return not isinstance(error.__cause__, httpx.UnsupportedProtocol)


def _connection_error(error: httpx.TransportError, base_url: str) -> ConnectionFailedError:
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return TimedOutError(
            f"no answer from {base_url} in time ({type(error).__name__}); "
            "hint: raise the client's timeout, or send fewer series at once"
        )
    reason = str(error) or type(error).__name__
    return ConnectionFailedError(
        f"no connection to {base_url} ({reason}); "
        "hint: is the server running, and is TIDECAST_URL or base_url right?"
    )


def _object_of(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        kind = response.headers.get("Content-Type", "no content type")
        raise InvalidAnswerError(
            f"{response.url} answered {response.status_code} with {kind} instead of a JSON object; "
            "hint: is this the address of a Tidecast server?"
        )
    return answer


def _problem_of(response: httpx.Response) -> Mapping[str, Any] | None:
    """Return the problem+json object, or None if something else answered."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind != "application/problem+json":
        return None
    try:
        problem = response.json()
    except ValueError:
        return None
    return problem if isinstance(problem, dict) else None


def _stand_in(response: httpx.Response) -> Mapping[str, Any]:
    """Return a problem for an answer that did not come from Tidecast."""
    text = f"{response.reason_phrase or 'refused'}, not from a Tidecast server"
    location = response.headers.get("Location")
    if location:
        text = f"redirected to {location}; hint: use that address as base_url"
    return {"detail": text}
