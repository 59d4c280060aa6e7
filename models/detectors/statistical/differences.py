"""Steps that are larger than steps usually are."""

import math
from collections.abc import Sequence

import bottleneck as bn
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.decisions.learning import Learning
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.recent import SETTLED_AFTER, RecentDeviations
from models.detectors.scores import scores_by_tails
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF, NORMAL_MAD
from models.stats.sided_tails import Tails
from models.types import FloatArray

_WARM_UP = 10


class DifferencesParams(WidthParams):
    """Between which points steps are taken."""

    lag: int = Field(
        1,
        ge=1,
        le=10_000,
        title="Lag",
        description="A step is the difference from the value so many points before; a season compares equal"
        " phases.",
    )
    window: int = Field(
        200,
        ge=10,
        le=100_000,
        title="Window",
        description="Number of steps before that tell how large steps usually are.",
    )


class Differences(Detector[DifferencesParams]):
    """Flag a value that is farther from the one before than steps usually are.

    After a jump the next value is not compared with what was strange, but with the edge of what was believed,
    until eight in a row say that the level has moved: there and back again is one anomaly. Each side has its own
    tails, those of the steps so far.

    Reference: Tukey (1977), Exploratory Data Analysis, on first differences; Hampel (1974), The influence curve
    and its role in robust estimation, JASA 69, for how large steps usually are.
    """

    name = "differences"
    state_version = 3
    title = "Differences"
    summary = (
        "Steps larger than usual; for jumps in series that wander; with a lag, from season to"
        " season."
    )
    reference = "Hampel (1974), The influence curve and its role in robust estimation, JASA 69"
    is_causal = True

    def required_observations(self, season_length: int) -> int:
        """Return the steps of the warm-up and one to judge."""
        return self.params.lag + _WARM_UP + 1

    def _begin(self, streams: Sequence[Series]) -> None:
        self.before_ = RingBuffer(self.params.lag)
        self.steps_ = RingBuffer(self.params.window)
        self.run_ = 0
        self.recent_ = RecentDeviations()

    def _observe(self, points: Points) -> Scores:
        learning = points.learning.after(0)  # how long a level was tells nothing of a step
        usual = [self._next_point(*one, learning) for one in points.one_by_one()]
        return scores_by_tails(points.y, usual)

    @property
    def settling(self) -> int:
        """As many as tell how large steps are, after as many that tell what to believe of their points."""
        return self.params.window + SETTLED_AFTER + self.params.lag

    def _remember(self, points: Points) -> None:
        """Take up points as they are."""
        taught = points.y[points.teaches]
        steps = max(len(self.before_.values) + len(taught) - self.params.lag, 0)
        self.recent_.skip(taught[len(taught) - steps :])
        self.before_.extend(taught)

    def _next_point(self, y: float, teaches: bool, learning: Learning) -> Tails | None:
        """Return what was usual of a point, None of the first ones; learn from it."""
        before, steps = self.before_.values, self.steps_.values
        if len(before) < self.params.lag:
            if teaches:
                self.before_.append(y)
            return None
        is_ready = len(steps) >= _WARM_UP
        scale = _usual(steps) if is_ready else math.nan
        df = max(MAD_DF * (len(steps) - 1.0), 1.0)
        usual = self.recent_.usual(float(before[0]), scale, df)
        if teaches:
            self._learn(y, usual, scale, learning)
        return usual

    def _learn(self, y: float, usual: Tails, scale: float, learning: Learning) -> None:
        """Move on by one point."""
        expected = float(self.before_.values[0])
        side = usual.above if y > usual.center else usual.below
        reach = learning.reach(side.scale, side.df)
        winsorised, self.run_ = learning.winsorised(y, usual.center, reach, self.run_)
        self.before_.append(winsorised)
        self.steps_.append(abs(y - expected))
        self.recent_.see(y)
        if math.isfinite(scale):
            self.recent_.learn(y - expected, scale)


def _usual(steps: FloatArray) -> float:
    """Return the usual step of steps, (n,), n ≥ 1; of those that are none if most are none."""
    middle = float(bn.median(steps))
    if middle > 0.0:
        return NORMAL_MAD * middle
    others = steps[steps > 0.0]
    return NORMAL_MAD * float(bn.median(others)) if 10 * len(others) >= len(steps) else 0.0
