"""A sign of life while the server works, on a terminal only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_SIGNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FIRST_AFTER_S, _EVERY_S = 0.3, 0.1


@contextmanager
def spinner(text: str, stream: TextIO, *, shown: bool) -> Iterator[None]:
    """Show a turning sign and the seconds passed; leaves the line empty behind."""
    if not shown:
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_turn, args=(text, stream, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _turn(text: str, stream: TextIO, done: threading.Event) -> None:
    started, turn = time.monotonic(), 0
    if done.wait(_FIRST_AFTER_S):
        return
    while not done.wait(_EVERY_S):
        passed = time.monotonic() - started
        stream.write(f"\r{_SIGNS[turn % len(_SIGNS)]} {text} {passed:.1f} s")
        stream.flush()
        turn += 1
    stream.write("\r\x1b[K")
    stream.flush()
