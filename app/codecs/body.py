"""The body of a request as it came, which can be kept and read later."""

from dataclasses import dataclass

from app.codecs.base import Content, Query
from app.codecs.compression import decompress
from app.codecs.negotiation import reader_of
from app.settings import Limits


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes with what tells how to read them: headers as they were sent, parameters of the address."""

    data: bytes
    content_type: str = ""
    encoding: str = ""
    query: Query = ()

    def content(self, limits: Limits) -> Content:
        """Read the series and options.

        Raises ``UnsupportedMedia``, ``MalformedBody``, ``InvalidBody`` or ``LimitExceeded``.
        """
        reader = reader_of(self.content_type)
        plain = decompress(self.data, self.encoding, limits.max_body_bytes)
        return reader.decode(plain, self.query, limits)
