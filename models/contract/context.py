"""What surrounds a fit: how long it may take, where it runs, whether it is still wanted, who watches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

from models.errors import BudgetExceeded, Cancelled

Report = Callable[[float, Mapping[str, float]], None]


def _never() -> bool:
    return False


def _to_nobody(share: float, facts: Mapping[str, float]) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Context:
    """Made by whoever runs the work and handed down to whatever may take long.

    ``deadline``: as ``time.monotonic`` counts, None for none. ``device``: "cpu", "cuda:0", …
    ``memory_bytes``: what the work may take, None for no limit.
    """

    deadline: float | None = None
    device: str = "cpu"
    random_state: int = 0
    memory_bytes: int | None = None
    is_cancelled: Callable[[], bool] = _never
    reported: Report = _to_nobody

    def remaining(self) -> float | None:
        """Return the seconds left, negative if there are none; None without a deadline."""
        return None if self.deadline is None else self.deadline - monotonic()

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        left = self.remaining()
        return left is not None and left <= 0.0

    def until(self, share: float) -> "Context":
        """Return the context of what may take such a share of the time that is left."""
        left = self.remaining()
        return self if left is None else replace(self, deadline=monotonic() + share * left)

    def part(self, done: float, share: float) -> "Context":
        """Return the context of a part of the work, of such a share, which begins when so much is done."""

        def reported(of_part: float, facts: Mapping[str, float]) -> None:
            self.reported(done + share * of_part, facts)

        return replace(self, reported=reported)

    def report(self, share: float, **facts: float) -> None:
        """Tell how much is done, from 0 to 1, and what else is worth knowing: epoch, loss, eta_s."""
        self.reported(share, facts)

    def check(self) -> None:
        """Raise ``Cancelled`` if nobody wants the result any more, ``BudgetExceeded`` after the deadline."""
        if self.is_cancelled():
            raise Cancelled(
                "the work was cancelled", "send the request again if it is still wanted"
            )
        if self.is_late:
            raise BudgetExceeded(
                "the time budget ran out before this series was done",
                "raise timeout_s, send fewer series, or choose a faster model",
            )


QUIET = Context()
"""No deadline, nobody who watches."""
