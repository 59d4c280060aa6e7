"""Tables of every kind, to the columns of the wire and back to the kind they came as."""

from __future__ import annotations

from ._base import Encoded, Names
from ._encode import encode
from ._wide import melted

__all__ = ["Encoded", "Names", "encode", "melted"]
