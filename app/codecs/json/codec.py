"""JSON, the format that every client speaks."""

from collections.abc import Mapping
from typing import Any

from app.codecs.base import Codec, Content, Query
from app.codecs.frame import Frame
from app.codecs.json.decode import decoded
from app.codecs.json.encode import encoded
from app.codecs.json.errors import invalid
from app.settings import Limits


class JsonCodec(Codec):
    """``application/json``."""

    media_type = "application/json"
    position = 0

    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        """Read series and options from one object."""
        if query:
            name = query[0][0]
            raise invalid(
                f"a JSON body holds its options itself, got query parameter '{name}'",
                (),
                f"move '{name}' into the body",
            )
        return decoded(body, limits)

    def encode(self, frame: Frame) -> bytes:
        """Write an answer; NaN and infinity become null."""
        return encoded(frame)

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return all of it: this is how it is sent."""
        return {"schema": schema, "examples": examples}


CODEC = JsonCodec()
