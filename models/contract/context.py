"""What surrounds a fit: how long it may take, where it runs, whether it is still wanted, who watches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """

    deadline: float | None = None
    device: str = "cpu"
    random_state: int = 0
    is_cancelled: Callable[[], bool] = _never
    reported: Report = _to_nobody

    def remaining(self) -> float | None:
        """Return the seconds left, negative if there are none; None without a deadline."""
        return None if self.deadline is None else self.deadline - monotonic()

    def report(self, share: float, **facts: float) -> None:
        """Tell how much is done, from 0 to 1, and what else is worth knowing: epoch, loss, eta_s."""
        self.reported(share, facts)

    def check(self) -> None:
        """Raise ``Cancelled`` if nobody wants the result any more, ``BudgetExceeded`` after the deadline."""
        if self.is_cancelled():
            raise Cancelled(
                "the work was cancelled", "send the request again if it is still wanted"
            )
        remaining = self.remaining()
        if remaining is not None and remaining <= 0.0:
            raise BudgetExceeded(
                "the time budget ran out before this series was done",
                "raise timeout_s, send fewer series, or choose a faster model",
            )


QUIET = Context()
"""No deadline, nobody who watches."""
