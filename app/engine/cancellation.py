"""Who waits for an answer, and what ends when nobody does any more."""

import threading
from collections.abc import Callable


class Cancellation:
    """Handed down with a request: whoever works for it registers what to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self.is_cancelled = False

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
