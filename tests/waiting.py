"""Waiting for what happens in other threads and processes, on machines of any speed."""

import time
from collections.abc import Callable
from itertools import count

import pytest

PATIENCE_S = 240.0
"""How long a busy machine may take for what an idle one does at once; below the timeout of a test."""


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Return as soon as the condition holds; fails where it does not in all that time."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE_S:g} s"
        time.sleep(0.01)


def ticking(monkeypatch: pytest.MonkeyPatch, step_s: float) -> Callable[[], float]:
    """Make contexts count their own looks at the clock as time, so many seconds each; return that clock."""
    moments = count(1)

    def clock() -> float:
        return next(moments) * step_s

    monkeypatch.setattr("models.contract.context.monotonic", clock)
    return clock
