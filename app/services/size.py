"""How large an answer will be, estimated from its series before anything is made of them."""

import json  # which writes integers of any size, as a parameter may be sent
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import orjson

from app.services.choice import Selection
from models.types import IntArray

_CELL_BYTES = 20
"""A number with all its digits and a comma."""
_STAMP_BYTES = 28
ENTRY_BYTES = 1000
"""What is told of a series beside its rows: its model, its data, a warning or two."""
_MENTIONS = 3
"""How often what is told of a series names it."""


@dataclass(frozen=True, slots=True)
class AnswerSize:
    """The rows of each series and what is told of it.

    ``rows``: shape (n,). ``columns``: of the table, series and time included. ``entries``: how many there are of
    each series; ``entry_bytes``: what each takes beside its names.
    """

    ids: Sequence[str]
    rows: IntArray
    columns: int
    entries: int = 1
    entry_bytes: int = ENTRY_BYTES

    @property
    def cells(self) -> int:
        """Cells of the table."""
        return int(self.rows.sum()) * self.columns

    @property
    def bytes(self) -> int:
        """Bytes as JSON, of which the other formats take no more."""
        # Names repeat in every row, and a letter may take six bytes.
        names = np.array([len(orjson.dumps(one)) + 1 for one in self.ids], dtype=np.int64)
        of_row = names + _STAMP_BYTES + max(0, self.columns - 2) * _CELL_BYTES
        told = self.entry_bytes + _MENTIONS * names
        return int((self.rows * of_row + self.entries * told).sum())


def told_bytes(chosen: Sequence[Selection]) -> int:
    """Return what an entry takes on average, with the parameters of its model."""
    params = [len(json.dumps(one.spec.params, default=str)) for one in chosen]
    return ENTRY_BYTES + sum(params) // max(1, len(params))
