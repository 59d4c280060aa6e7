"""When to try again, and how long to wait before it.

Waits double from half a second, with half of each drawn at random so that clients who failed
together do not come back together. A `Retry-After` is never undercut: the wait is at least that
long, and a server that asks for more than `longest_wait_s` gets no further try at all.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Retry:
    """A bounded schedule of waits; the three callables are replaced in tests only."""

    retries: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    draw: Callable[[], float] = random.random

    def wait_s(self, attempt: int, retry_after: float | None) -> float | None:
        """Return the seconds to wait after failed attempt 0, 1, ..., or None to give up."""
        if attempt >= self.retries:
            return None
        backoff = min(self.first_wait_s * 2.0**attempt, self.longest_wait_s)
        if retry_after is None:
            return backoff * (0.5 + 0.5 * self.draw())
        if retry_after > self.longest_wait_s:
            return None
        return retry_after + 0.5 * self.first_wait_s * self.draw()

    def retry_after_s(self, header: str | None) -> float | None:
        """Read a `Retry-After` of seconds or an HTTP date; None if absent or unreadable."""
        if header is None:
            return None
        text = header.strip()
        if text.isdecimal():
            return float(text)
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError):  # the former before Python 3.10
            return None
        return max(0.0, _aware(date).timestamp() - self.now())


def _aware(date: datetime) -> datetime:
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
