"""What every request passes: an id, a log line, safe headers, and a net under the handlers."""

import logging
import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http import problems as errors
from app.logging import request_id

_log = logging.getLogger("app.access")
PROBES = ("/healthz", "/readyz")
"""Asked every few seconds by whoever watches the server: not worth a line each."""
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
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
SECURITY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestMiddleware:
    """Gives each request an id (or takes the caller's), logs it, and answers what nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
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

    async def through(self, app: ASGIApp) -> None:
        begin = perf_counter()
        try:
            await app(self.scope, self.receive, self.send)
        except Exception:
            _log.exception("unforeseen error", extra=self._fields())
            if self.status is None:
                await errors.opaque(self.scope["path"])(self.scope, self.receive, self.send)
        spent = round((perf_counter() - begin) * 1e3, 2)
        level = logging.DEBUG if self.scope["path"] in PROBES else logging.INFO
        _log.log(level, "request", extra={**self._fields(), "status": self.status, "ms": spent})

    async def send(self, message: Message) -> None:
        """Pass a message on, with the headers that all answers have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.name
            for key, value in SECURITY_HEADERS.items():
                headers[key] = value
        await self._send(message)

    def _fields(self) -> dict[str, str]:
        return {"method": self.scope["method"], "path": self.scope["path"]}


def _id_of(sent: str) -> str:
    return sent if _ID.fullmatch(sent) else uuid4().hex
