"""Steps that are larger than steps usually are."""

import math
from collections.abc import Sequence
from dataclasses import replace

import bottleneck as bn
import numpy as np
from pydantic import Field

from models.data.results import Scores, TwoPieceScale
from models.data.series import Series
from models.decisions.learning import Learning
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.recent import SETTLED_AFTER, RecentDeviations
from models.detectors.scores import scores_by_side
from models.stats.error_distribution import UNKNOWN
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
        description="Steps are taken from the value so many points before; a season compares like with like.",
    )
    window: int = Field(
        200,
        ge=10,
        le=100_000,
        title="Window",
        description="How many steps before tell how large steps usually are.",
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
    state_version = 2
    title = "Differences"
    summary = "Steps larger than steps usually are; for jumps in series that wander, season by season with a lag."
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
        expected, below, above, df_below, df_above = np.full((5, len(points.y)), np.nan)
        taught = zip(points.y.tolist(), points.teaches.tolist(), strict=True)
        for i, (y, teaches) in enumerate(taught):
            usual = self._next_point(points, y, teaches)
            expected[i] = usual.center
            below[i], above[i] = usual.below.scale, usual.above.scale
            df_below[i], df_above[i] = usual.below.df, usual.above.df
        return scores_by_side(points.y, expected, TwoPieceScale(below, above, df_below, df_above))

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

    def _next_point(self, points: Points, y: float, teaches: bool) -> Tails:
        """Return what was usual of a point; learn from it."""
        before, steps = self.before_.values, self.steps_.values
        if len(before) < self.params.lag:
            if teaches:
                self.before_.append(y)
            return replace(UNKNOWN, center=math.nan)
        is_ready = len(steps) >= _WARM_UP
        scale = _usual(steps) if is_ready else math.nan
        df = max(MAD_DF * (len(steps) - 1.0), 1.0)
        usual = self.recent_.usual(float(before[0]), scale, df)
        if teaches:
            self._learn(y, usual, scale, points.learning.after(0))
        return usual

    def _learn(self, y: float, usual: Tails, scale: float, learning: Learning) -> None:
        """Move on by one point; ``learning``: how long a level was tells nothing of a step."""
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
