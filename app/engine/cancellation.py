"""Who waits for an answer: what ends when nobody does any more, and how far the work is meanwhile."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class RunProgress:
    """How many series are done, of how many, and how much of all work, from 0 to 1.

    ``facts``: what the piece that is the farthest from its end told last: epoch, loss, eta_s.
    """

    total: int = 0
    done: int = 0
    share: float = 0.0
    facts: Mapping[str, float] = field(default_factory=dict)


class Cancellation:
    """Handed down with a request: whoever works for it registers what to stop, and how to ask how far it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self.is_cancelled = False
        self.how_far: Callable[[], RunProgress] = RunProgress

    def cancel(self) -> None:
        """Do what was registered, and from now on at once what will be."""
        with self._lock:
            self.is_cancelled = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def on_cancel(self, action: Callable[[], None]) -> None:
        """Register what to do when nobody waits any more."""
        with self._lock:
            if not self.is_cancelled:
                self._actions.append(action)
                return
        action()
