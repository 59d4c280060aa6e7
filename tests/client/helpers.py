"""A server made of canned answers, which remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import tidecast


class Server:
    """Gives the answers in order, the last one for ever; an exception is raised instead."""

    def __init__(self, *answers: httpx.Response | Exception | Mapping[str, Any]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def body(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.requests[-1].content)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    def client(self, **arguments: Any) -> tidecast.Client:
        """A client of this server that notes its waits instead of waiting, with no jitter."""
        client = tidecast.Client(transport=self.transport, **arguments)
        client._http.retry = replace(
            client._http.retry, sleep=self.slept.append, now=lambda: 1_000.0, draw=lambda: 0.0
        )
        return client


def problem(status: int, headers: Mapping[str, str] | None = None, **fields: Any) -> httpx.Response:
    """An answer in problem+json."""
    content = json.dumps({"status": status, **fields})
    kind = {"Content-Type": "application/problem+json"}
    return httpx.Response(status, content=content, headers={**kind, **(headers or {})})


def forecast(ds: list[Any], yhat: list[Any], ids: list[str] | None = None, **rest: Any) -> Any:
    """An answer of `/v1/forecast`."""
    table = {"unique_id": ids or ["series"] * len(ds), "ds": ds, "yhat": yhat}
    return {"request_id": "r1", "forecast": table, "warnings": [], "errors": [], **rest}


def detection(ds: list[Any], y: list[Any], flags: list[bool], **rest: Any) -> Any:
    """An answer of `/v1/detect`; a flagged point is 10 above what was expected."""
    nothing = [None] * len(ds)
    yhat = [v - 10 if flag else v for v, flag in zip(y, flags, strict=True)]
    table = {
        "unique_id": ["series"] * len(ds),
        "ds": ds,
        "y": y,
        "is_anomaly": flags,
        "score": [2.5 if flag else 0.5 for flag in flags],
        "severity": [0.9 if flag else 0.0 for flag in flags],
        "direction": ["above" if flag else None for flag in flags],
        "yhat": yhat,
        "yhat_lower": [v - 3.0 for v in yhat],
        "yhat_upper": nothing if not any(flags) else [v + 3.0 for v in yhat],
        "reason": ["10 above 5" if flag else None for flag in flags],
    }
    return {"detection": table, "warnings": [], "errors": [], **rest}
