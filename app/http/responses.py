"""Small JSON answers, by orjson."""

from typing import Any

import orjson
from fastapi import Response


def json_response(value: Any) -> Response:
    """Return a value as JSON."""
    return Response(orjson.dumps(value), media_type="application/json")
