"""Asking the app, and reading what it answers."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi.testclient import TestClient


@dataclass(frozen=True)
class Api:
    """The app behind its HTTP door."""

    client: TestClient

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=content, headers=named)

    def forecast(self, **body: Any) -> dict[str, Any]:
        """The answer to a forecast that must succeed."""
        return answered(self.post("/v1/forecast", body))

    def detect(self, **body: Any) -> dict[str, Any]:
        return answered(self.post("/v1/detect", body))

    def refused(self, path: str, body: Any, **headers: str) -> "Refusal":
        return Refusal(self.post(path, body, **headers))


def answered(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer: dict[str, Any] = json.loads(response.content, parse_constant=_no_constant)
    return answer


def _no_constant(text: str) -> None:
    raise AssertionError(f"{text} in an answer")


MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
ERROR_MEMBERS = {"pointer", "unique_id", "ds", "message", "hint"}


class Refusal:
    """A problem+json answer, checked for its shape."""

    def __init__(self, response: httpx.Response) -> None:
        assert response.status_code >= 400, response.text[:300]
        assert response.headers["content-type"] == "application/problem+json"
        body = response.json()
        assert set(body) == MEMBERS
        assert body["status"] == response.status_code
        assert body["request_id"] == response.headers["x-request-id"]
        assert all(set(one) == ERROR_MEMBERS for one in body["errors"])
        self.response, self.body = response, body
        self.status: int = body["status"]
        self.code: str = body["code"]
        self.errors: list[dict[str, Any]] = body["errors"]

    @property
    def first(self) -> dict[str, Any]:
        return self.errors[0]

    @property
    def pointer(self) -> str | None:
        pointer: str | None = self.first["pointer"]
        return pointer
