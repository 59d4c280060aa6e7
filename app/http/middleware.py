"""What every request passes: an id, a log line, safe headers, and a net under the handlers."""

import logging
import re
from time import perf_counter
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http import problems as errors
from app.http.exchange import GONE
from app.logging import noting, request_id
from app.settings import PATH_PREFIX

_log = logging.getLogger("app.access")
_HANG_UP = 499
"""What the log says of a request whose client did not wait: a status of nginx's, which nobody is sent."""
_PROBES = ("/healthz", "/readyz")
"""Asked every few seconds by whoever watches the server: not worth a line each."""
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOGGED_CHARS = 200
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_SECURITY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestMiddleware:
    """Gives each request an id (or takes the caller's), logs it, and answers what nobody caught."""

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self.app, self.root_path = app, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _settle_prefix(scope, self.root_path)
        name = _id_of(Headers(scope=scope).get("x-request-id", ""))
        token = request_id.set(name)
        try:
            await _Call(scope, receive, send, name).through(self.app)
        finally:
            request_id.reset(token)


class _Call:
    """One request on its way through the app."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, name: str) -> None:
        self.scope, self.receive, self._send, self.name = scope, receive, send, name
        self.status: int | None = None
        self.is_head = scope["method"] == "HEAD"
        if self.is_head:  # a copy: the server below must still know that no body is due
            self.scope = {**scope, "method": "GET"}
        self.facts: dict[str, Any] = {}

    async def through(self, app: ASGIApp) -> None:
        begin = perf_counter()
        with noting() as self.facts:
            await self._handled(app)
        self._told(perf_counter() - begin)

    async def _handled(self, app: ASGIApp) -> None:
        try:
            await app(self.scope, self.receive, self.send)
        except ClientDisconnect:
            self.scope[GONE] = True
        except Exception:
            _log.exception("unforeseen error", extra=self._fields())
            if self.status is None:
                await errors.opaque(self.scope["path"])(self.scope, self.receive, self.send)

    def _told(self, seconds: float) -> None:
        """Log and count the request."""
        status = _HANG_UP if self.scope.get(GONE) else self.status
        fields = self._fields()
        metrics = self.scope["app"].state.metrics
        metrics.answered(fields["method"], _template(self.scope), status or 500, seconds)
        timing = {"status": status, "ms": round(seconds * 1e3, 2)}
        if status == _HANG_UP:  # the work was broken off, of which nobody was told
            self.facts.pop("problem", None)
        level = logging.DEBUG if _route(self.scope) in _PROBES else logging.INFO
        _log.log(level, "request", extra={**fields, **timing, **self.facts})

    async def send(self, message: Message) -> None:
        """Pass a message on, with the headers that all answers have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.name
            for key, value in _SECURITY_HEADERS.items():
                headers[key] = value
        elif self.is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def _fields(self) -> dict[str, str]:
        method = "HEAD" if self.is_head else self.scope["method"]
        client = self.scope.get("client")
        known = {"method": method, "path": self.scope["path"][:_LOGGED_CHARS]}
        return {**known, "client": client[0]} if client else known


def _settle_prefix(scope: Scope, own: str) -> None:
    """Have path and prefix agree, whether or not the proxy in front took the prefix off the path."""
    told = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
    prefix = own or scope.get("root_path") or (told if re.fullmatch(PATH_PREFIX, told) else "")
    scope["root_path"] = prefix
    if prefix and not f"{scope['path']}/".startswith(f"{prefix}/"):
        scope["path"] = prefix + scope["path"]


def _route(scope: Scope) -> str:
    """Return the path below the prefix."""
    return scope["path"].removeprefix(scope["root_path"])  # type: ignore[no-any-return]


def _template(scope: Scope) -> str:
    """Return the path of the route that was taken, of which there are few."""
    route = scope.get("route")
    return getattr(route, "path", None) or "other"


def _id_of(sent: str) -> str:
    return sent if _ID.fullmatch(sent) else uuid4().hex
