"""How far a request in several parts is, as a bar on the terminal or as a call of one's own."""

from __future__ import annotations

import sys
from typing import Callable, TextIO, Union

Told = Union[bool, Callable[[int, int], None], None]
"""A function of series done and all of them; whether to show a bar; None shows one on a terminal."""
_WIDTH = 24


class Progress:
    """Counts the series that are done, and tells of them."""

    def __init__(self, total: int, told: Told, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._total, self._done = total, 0
        self._call: Callable[[int, int], None] | None = None
        if callable(told):
            self._call = told
        elif told or (told is None and self._stream.isatty()):
            self._call = self._draw

    def advance(self, count: int) -> None:
        """Count further series as done."""
        self._done += count
        if self._call is not None:
            self._call(self._done, self._total)

    def _draw(self, done: int, total: int) -> None:
        full = _WIDTH * done // max(total, 1)
        bar = "#" * full + "." * (_WIDTH - full)
        end = "\n" if done >= total else ""
        self._stream.write(f"\r[{bar}] {done:,} of {total:,} series{end}")
        self._stream.flush()
