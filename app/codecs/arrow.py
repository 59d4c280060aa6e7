"""Arrow's stream of columns, the options in the address, the rest of an answer in its metadata."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pyarrow as pa

from app.codecs.base import Codec, Content, Query
from app.codecs.columns import BYTES, content_of, opened, with_rest
from app.codecs.frame import Frame
from app.reading import arrow
from app.settings import Limits


class ArrowStream(Codec):
    """``application/vnd.apache.arrow.stream``."""

    media_type = "application/vnd.apache.arrow.stream"

    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        """Read series from a table, options from the address."""
        return content_of(opened(arrow.opened, body, limits), query, limits)

    def encode(self, frame: Frame) -> bytes:
        """Write an answer, missing values as null."""
        table, written = with_rest(frame), BytesIO()
        with pa.ipc.new_stream(written, table.schema) as stream:
            stream.write_table(table)
        return written.getvalue()

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return that it is bytes."""
        return BYTES


CODEC = ArrowStream()
