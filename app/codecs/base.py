"""What a codec does: bytes to series and options, an answer to bytes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from app.codecs.frame import Frame
from app.settings import Limits
from models.data.table import Table


@dataclass(frozen=True, slots=True)
class Content:
    """What a request holds: series, future values of exogenous variables if there are any, options.

    ``in_address``: the options stood in the address, where a list of one looks like a single value.
    """

    table: Table
    future: Table | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    in_address: bool = False


Query = Sequence[tuple[str, str]]
"""Parameters of an address in their order; a name may stand there several times."""


class Codec(ABC):
    """One format: a module of this folder that calls an instance ``CODEC`` is all that it takes."""

    media_type: ClassVar[str]
    position: ClassVar[int] = 100
    """Its place among the formats; the first one is written where a client names none."""

    @abstractmethod
    def decode(self, body: bytes, query: Query, limits: Limits) -> Content:
        """Read a request.

        Raises ``MalformedBody``, ``InvalidBody`` or ``LimitExceeded``.
        """

    @abstractmethod
    def encode(self, frame: Frame) -> bytes:
        """Write an answer; NaN and infinity become missing values."""

    def headers(self, frame: Frame) -> Mapping[str, str]:
        """Return the headers that tell of an answer what the format cannot say."""
        return {}

    def described(self, schema: Mapping[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the OpenAPI document says of a request in this format.

        ``schema``: of series and options as one object. ``examples``: such objects by their names. A format
        that does not take this schema gives its own, which answers have, too.
        """
        return {}
