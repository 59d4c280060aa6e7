"""Options that stand in an address, beside a body that holds the table alone."""

from contextlib import suppress
from typing import Any

from msgspec import Raw

from app.codecs.base import Query
from app.codecs.json.decode import option
from app.codecs.json.shapes import future_of
from app.codecs.rows import FUTURE
from app.failures import InvalidBody, ServiceError
from models.data.table import Table
from models.errors import Problem


def options_of(query: Query) -> dict[str, Any]:
    """Return options by their names; nested ones are JSON, and one that is there several times is a list."""
    several: dict[str, list[Any]] = {}
    for name, text in query:
        if name != FUTURE:
            several.setdefault(name, []).append(_value(name, text))
    return {name: found[0] if len(found) == 1 else found for name, found in several.items()}


def _value(name: str, text: str) -> Any:
    """Return what a text stands for: itself, unless it is JSON."""
    with suppress(ServiceError, UnicodeDecodeError, RecursionError):
        return option(Raw(text.encode()), (name,))
    return text


def future_in(query: Query) -> Table | None:
    """Return the future values of exogenous variables that an address holds, in any shape of JSON.

    Raises ``InvalidBody`` if they are there twice, or in no such shape.
    """
    texts = [text for name, text in query if name == FUTURE]
    if len(texts) > 1:
        text = f"{FUTURE} stands in the address {len(texts)} times"
        raise InvalidBody.of([Problem(text, "send it once, with all its rows", (FUTURE,))])
    return future_of(Raw(texts[0].encode())) if texts else None
