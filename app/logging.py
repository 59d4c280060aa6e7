"""Logs as one JSON object a line, each with the id of its request."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being worked on."""

_facts: ContextVar[dict[str, Any] | None] = ContextVar("facts", default=None)


@contextmanager
def noting() -> Iterator[dict[str, Any]]:
    """Gather what is noted of the request that is worked on, in threads that it starts too."""
    found: dict[str, Any] = {}
    token = _facts.set(found)
    try:
        yield found
    finally:
        _facts.reset(token)


def note(**facts: Any) -> None:
    """Have the log line of the request that is worked on tell something of it."""
    found = _facts.get()
    if found is not None:
        found.update(facts)


_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON; what was given as ``extra`` becomes fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        kept = {name: value for name, value in fields.items() if value is not None}
        return orjson.dumps(kept, default=str).decode()


def configure(level: str) -> None:
    """Log JSON to standard error from a level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.captureWarnings(True)
    root.setLevel(level.upper())
