"""Compressed bodies, in and out; what comes in is never larger than a limit."""

from collections.abc import Callable, Iterator
from gzip import BadGzipFile
from io import BytesIO

import zstandard
from isal import igzip, isal_zlib

from app.failures import LimitExceeded, MalformedBody, UnsupportedMedia, over_limit
from models.errors import Problem

_PIECE = 1 << 20
_GZIP_ERROR: type[Exception] = isal_zlib.error  # type: ignore[assignment]
_BROKEN = (zstandard.ZstdError, BadGzipFile, EOFError, _GZIP_ERROR)
_LARGEST_WINDOW = 1 << 27
WORTHWHILE_BYTES = 1 << 20
"""Answers smaller than this travel as they are: compressing takes longer than sending."""


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo a ``Content-Encoding``.

    Raises ``UnsupportedMedia``, ``MalformedBody``, or ``LimitExceeded`` beyond ``limit`` bytes.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name not in _READERS:
        raise UnsupportedMedia.of(
            [
                Problem(
                    f"cannot read the content encoding '{encoding}'",
                    f"use one of {', '.join(_READERS)}, or none",
                )
            ]
        )
    try:
        return _collect(_READERS[name](body), limit)
    except _BROKEN as error:
        why = "it ends too early" if isinstance(error, EOFError) else error
        raise MalformedBody(
            f"the body is not {name}: {why}", f"send {name}, or no Content-Encoding"
        ) from None


def _collect(pieces: Iterator[bytes], limit: int) -> bytes:
    collected = bytearray()
    for piece in pieces:
        collected += piece
        if len(collected) > limit:
            raise _too_large(limit)
    return bytes(collected)


def _too_large(limit: int) -> LimitExceeded:
    return over_limit("max_body_bytes", f"more than {limit} after decompression", limit)


def _gunzip(body: bytes) -> Iterator[bytes]:
    """Read all members of a gzip file, of which there may be millions, piece by piece."""
    with igzip.open(BytesIO(body)) as reader:  # type: ignore[no-untyped-call]
        while piece := reader.read(_PIECE):
            yield piece


def _unzstd(body: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(
        body, read_across_frames=True
    )
    while piece := reader.read(_PIECE):
        yield piece


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "zstd": _unzstd,
}


def compress(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """Return the body as the client likes it (``Accept-Encoding``), and the encoding if there is one."""
    if len(body) < WORTHWHILE_BYTES:
        return body, None
    wanted = _accepted(accepted)
    if "zstd" in wanted:
        return zstandard.ZstdCompressor(level=1).compress(body), "zstd"
    if "gzip" in wanted:
        return igzip.compress(body, compresslevel=1), "gzip"
    return body, None


def _accepted(header: str) -> set[str]:
    """Return the encodings of an ``Accept-Encoding`` header that are not refused."""
    found = set()
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip())
    return found
