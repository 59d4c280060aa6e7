"""JSON, the format that every client speaks."""

from collections.abc import Mapping
from typing import Any

from app.codecs.base import Codec, Content
from app.codecs.frame import Frame
from app.codecs.json.decode import decoded
from app.codecs.json.encode import encoded
from app.codecs.json.errors import invalid
from app.settings import Limits


class JsonCodec(Codec):
    """``application/json``."""

    media_type = "application/json"
    position = 0

    def decode(self, body: bytes, query: Mapping[str, Any], limits: Limits) -> Content:
        """Read series and options from one object."""
        if query:
            name = next(iter(query))
            raise invalid(
                f"a JSON body holds its options itself, got query parameter '{name}'",
                (),
                f"move '{name}' into the body",
            )
        return decoded(body, limits)

    def encode(self, frame: Frame) -> bytes:
        """Write an answer; NaN and infinity become null."""
        return encoded(frame)


CODEC = JsonCodec()
