"""Parquet, the options in the address, the rest of an answer in its metadata."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pyarrow.parquet

from app.codecs.base import Codec, Content, Query
from app.codecs.columns import BYTES, content_of, opened, with_rest
from app.codecs.frame import Frame
from app.reading import parquet
from app.settings import Limits


class ParquetFile(Codec):
    """``application/vnd.apache.parquet``."""

    media_type = "application/vnd.apache.parquet"

    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        """Read series from a table, options from the address."""
        return content_of(opened(parquet.opened, body, limits), query, limits)

    def encode(self, frame: Frame) -> bytes:
        """Write an answer, missing values as null."""
        written = BytesIO()
        pyarrow.parquet.write_table(with_rest(frame), written)
        return written.getvalue()

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return that it is bytes."""
        return BYTES


CODEC = ParquetFile()
