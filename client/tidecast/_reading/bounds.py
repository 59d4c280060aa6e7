"""What a file may hold at most, asked before anything of that size is made."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import TooLarge


@dataclass(frozen=True)
class Bounds:
    """What a file may hold at most; None where there is no bound.

    Attributes:
        bytes: Bytes after decompression.
        cells: Cells of the table.
    """

    bytes: int | None = None
    cells: int | None = None

    def check_bytes(self, found: int) -> None:
        """Raise `TooLarge` beyond the bytes that are allowed."""
        if self.bytes is not None and found > self.bytes:
            raise TooLarge("max_body_bytes", found, self.bytes)

    def check_cells(self, found: int) -> None:
        """Raise `TooLarge` beyond the cells that are allowed."""
        if self.cells is not None and found > self.cells:
            raise TooLarge("max_read_cells", found, self.cells)


UNBOUND = Bounds()
