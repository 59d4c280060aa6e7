"""JSON bodies: series in one of five shapes, and options beside them; numbers never pass through pydantic."""

from typing import Any

import msgspec
from msgspec import Raw

from app.codecs.base import Content
from app.codecs.contents import check, most_cells
from app.codecs.json.parts import first_byte, parts_of, read
from app.codecs.json.shapes import future_of, series_of
from app.failures import MalformedBody, over_limit
from app.settings import Limits
from models.errors import Path

_SERIES_KEYS = ("y", "series", "future", "unique_id", "ds", "start")
"""Top-level keys that hold series; all others are options."""
_Y = b'"y"'
"""Stands once in every row, or in every series."""
_OPTION_DEPTH = 3
_ANY = msgspec.json.Decoder()


def decoded(body: bytes, limits: Limits) -> Content:
    """Read series and options from one object; raises ``MalformedBody``, ``InvalidBody`` or ``LimitExceeded``."""
    _check_bytes(body, limits)
    try:
        return _content(body, limits)
    except UnicodeDecodeError as error:
        raise MalformedBody(f"the body is not UTF-8: {error.reason}", "send UTF-8") from None
    except RecursionError:
        raise MalformedBody("the body is nested too deeply", "send tables, not trees") from None


def _check_bytes(body: bytes, limits: Limits) -> None:
    """Refuse what need not be parsed to be refused."""
    if not body.strip(b" \t\r\n"):
        raise MalformedBody(
            "the body is empty", 'send a JSON object such as {"y": [1, 2, 3], "h": 2}'
        )
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedBody("the body begins with a byte order mark", "send UTF-8 without one")
    # A parsed number takes ten times the memory of its text: count before parsing.
    most = most_cells(limits)
    too_many = len(body) > 2 * most and body.count(b",") > most
    if too_many or (len(body) > 4 * limits.max_points and body.count(_Y) > limits.max_points):
        raise over_limit("max_points", f"over {limits.max_points}", limits.max_points)


def _content(body: bytes, limits: Limits) -> Content:
    sent = parts_of(body, ())
    parts = {k: raw for k, raw in sent.items() if k not in _SERIES_KEYS or first_byte(raw) != b"n"}
    options = {k: option(raw, (k,)) for k, raw in parts.items() if k not in _SERIES_KEYS}
    table = series_of(parts, body)
    future = future_of(parts["future"]) if "future" in parts else None
    content = Content(table, future, options)
    check(content, limits)
    return content


def option(raw: Raw, path: Path) -> Any:
    """Read an option; raises ``InvalidBody`` or ``MalformedBody`` with its place."""
    if first_byte(raw) == b"{" and len(path) <= _OPTION_DEPTH:
        return {key: option(value, (*path, key)) for key, value in parts_of(raw, path).items()}
    return read(_ANY, raw, path)
