"""One request with series and its answer, in three steps: body to content, content to frame, frame to bytes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import anyio
import anyio.to_thread
from fastapi import Request, Response

from app.codecs import negotiation
from app.codecs.base import Codec, Content
from app.codecs.body import Body
from app.codecs.compression import compress
from app.codecs.frame import Frame
from app.engine.cancellation import Cancellation
from app.failures import MalformedBody, Unavailable, over_limit
from app.logging import note, request_id
from app.services.request import Clock, SeriesRequest
from app.settings import Settings

GONE = "tidecast.gone"
"""Set in the scope of a request whose client went away before it had its answer."""
UseCase = Callable[[SeriesRequest], Frame]
_LOGGED_CHARS = 100
_LENGTH = re.compile("[0-9]{1,18}")
_POLITE_BYTES = 256 * 1024 * 1024
"""So much of a refused body is read and dropped, since few clients read an answer while they send."""


class AdmissionControl:
    """Counts the requests that are worked on, and closes when the server drains."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.inside = 0
        self.draining = False
        self.threads = anyio.CapacityLimiter(most)

    def __enter__(self) -> None:
        if self.draining:
            raise Unavailable("the server is about to stop", "send the request again in a moment")
        if self.inside >= self.most:
            raise Unavailable(
                f"max_requests is {self.most}, and as many are worked on",
                "send it again in a moment",
            )
        self.inside += 1

    def __exit__(self, *_: object) -> None:
        self.inside -= 1


Waiting = dict[str, Cancellation]
"""Those who wait for an answer, by the ids of their requests."""


class Exchange:
    """A request whose answer a use case gives."""

    def __init__(self, request: Request, settings: Settings, admission: AdmissionControl) -> None:
        self.request = request
        self.settings = settings
        self.admission = admission

    async def answer(self, use_case: UseCase) -> Response:
        """Receive the body; in a thread, read it, do the work and write what came of it."""
        header = self.request.headers
        content_type = header.get("content-type", "")
        negotiation.reader_of(content_type)  # what cannot be read need not be received
        writer = negotiation.writer_of(header.get("accept", ""))
        with self.admission:
            data = await read_body(self.request, self.settings.max_body_bytes)
            query = self.request.query_params.multi_items()
            body = Body(data, content_type, header.get("content-encoding", ""), query)
            async with self._listening() as cancellation:
                return await anyio.to_thread.run_sync(
                    self._work, body, use_case, writer, cancellation, limiter=self.admission.threads
                )

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[Cancellation]:
        """End the work if the client goes away before it has its answer."""
        cancellation, name = Cancellation(), request_id.get() or ""
        waiting: Waiting = self.request.app.state.waiting
        waiting[name] = cancellation
        listener = asyncio.create_task(self._until_gone(cancellation))
        try:
            yield cancellation
        finally:
            listener.cancel()
            if waiting.get(name) is cancellation:  # another request may have come with the same id
                del waiting[name]

    async def _until_gone(self, cancellation: Cancellation) -> None:
        while (await self.request.receive())["type"] != "http.disconnect":
            pass
        self.request.scope[GONE] = True
        cancellation.cancel()

    def _work(
        self, body: Body, use_case: UseCase, writer: Codec, cancellation: Cancellation
    ) -> Response:
        clock = Clock()
        content = body.content(self.settings)
        clock.lap("parse")
        note(**_facts_of(content))
        frame = use_case(SeriesRequest(content, request_id.get() or "", clock, cancellation))
        self.request.app.state.metrics.fitted(frame.around)
        encoded, encoding = compress(writer.encode(frame), self._accepted_encodings())
        headers = {**_headers(encoding), **writer.headers(frame)}
        return Response(encoded, 200, headers, writer.media_type)

    def _accepted_encodings(self) -> str:
        """Return what the client accepts; on this machine, sending is faster than compressing."""
        client = self.request.client
        if client is not None and _is_loopback(client.host):
            return ""
        return self.request.headers.get("accept-encoding", "")


def _facts_of(content: Content) -> dict[str, Any]:
    """Return what the log tells of a request: how much it holds, and the models it names."""
    facts: dict[str, Any] = {"series": len(content.table), "points": len(content.table.y)}
    for name in ("model", "models", "detector", "method"):
        asked = content.options.get(name)
        several = asked if isinstance(asked, list) else [asked]
        names = [one.get("name") if isinstance(one, dict) else one for one in several]
        told = [one for one in names if isinstance(one, str)]
        if told:
            facts["model"] = ", ".join(told)[:_LOGGED_CHARS]
    return facts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(encoding: str | None) -> dict[str, str]:
    vary = {"Vary": "Accept, Accept-Encoding"}
    return {**vary, "Content-Encoding": encoding} if encoding else vary


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body; raises ``LimitExceeded`` before more than ``limit`` bytes are in memory."""
    stream = request.stream()
    announced = _announced(request)
    if announced is not None and announced > limit:
        await _drop(stream, announced)
        raise over_limit("max_body_bytes", announced, limit)
    pieces: list[bytes] = []
    received = 0
    async for piece in stream:
        pieces.append(piece)
        received += len(piece)
        if received > limit:
            pieces.clear()
            await _drop(stream, _POLITE_BYTES)
            raise over_limit("max_body_bytes", f"more than {limit}", limit)
    return b"".join(pieces)


def _announced(request: Request) -> int | None:
    text = request.headers.get("content-length")
    if text is None:
        return None
    if not _LENGTH.fullmatch(text):
        raise MalformedBody(
            "the Content-Length is not a number", "send the length of the body in bytes"
        )
    return int(text)


async def _drop(stream: AsyncIterator[Any], announced: int) -> None:
    """Read what still comes and forget it, if it is not too much."""
    if announced > _POLITE_BYTES:
        return
    dropped = 0
    async for piece in stream:
        dropped += len(piece)
        if dropped > _POLITE_BYTES:
            return
