"""What a stream went by before a new level, which may have been a long incident."""

from dataclasses import dataclass

import numpy as np

from models.contract.state import kept
from models.detectors.predictive._errors import ErrorScale
from models.detectors.predictive._rolling import RollingForecaster
from models.stats.sided_tails import Tails, reach_of

_POINTS = 100
"""So many points after it began, at least, a new level may turn out to be an incident."""
_BACK = 3
"""So many points in a row that are back say that it was one."""


@kept
@dataclass(eq=False)
class FormerLevel:
    """The forecaster that followed a stream before its new level, for so many points that are ``left``.

    ``back``: how many of the last points are where it expects them, and not where the new level is.
    """

    rolling: RollingForecaster | None = None
    left: int = 0
    back: int = 0

    def begin(self, rolling: RollingForecaster, patience: int) -> None:
        """Keep what followed the stream until a new level of so many points, unless an earlier one is kept."""
        left = max(_POINTS, 2 * patience) - patience
        if self.rolling is None and left > 0:
            self.rolling, self.left, self.back = rolling, left, 0

    def usual(self, scale: ErrorScale) -> Tails | None:
        """Return what was usual of the next point then, None if that is not known or long ago."""
        if self.rolling is None:
            return None
        known = scale.expected(*self.rolling.expect())
        if not np.isfinite(known.center):
            self.rolling = None
            return None
        return known

    def move(self, value: float, expected: Tails, former: Tails) -> RollingForecaster | None:
        """Move on by one point, NaN if it is missing; return what follows the stream if it is back.

        ``expected``: what is expected of the point; ``former``: what was usual of it then.
        """
        if self.rolling is None:
            return None
        is_back = _reaches(former, value) and not _reaches(expected, value)
        if not np.isnan(value):
            self.back = self.back + 1 if is_back else 0
        self.rolling.move(value if is_back else former.center)
        self.left -= 1
        rolling = self.rolling if self.back >= _BACK else None
        if rolling is not None or not self.left:
            self.rolling = None
        return rolling


def _reaches(tails: Tails, value: float) -> bool:
    """Whether a value is usual."""
    side = tails.above if value > tails.center else tails.below
    return abs(value - tails.center) <= reach_of(side)
