"""Steps that are larger than steps usually are."""

import math
from collections.abc import Sequence

import bottleneck as bn
import numpy as np
from pydantic import Field

from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points, WidthParams
from models.detectors.scores import deviation_scores
from models.stats.ring_buffer import RingBuffer
from models.stats.robust import MAD_DF, NORMAL_MAD, tail_df
from models.types import FloatArray

_WARM_UP = 10
_EVERY = 20
"""Points after which the tails are looked at anew."""


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
    until eight in a row say that the level has moved: there and back again is one anomaly.

    Reference: Tukey (1977), Exploratory Data Analysis, on first differences; Hampel (1974), The influence curve
    and its role in robust estimation, JASA 69, for how large steps usually are.
    """

    name = "differences"
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
        self.seen_, self.run_, self.tail_df_ = 0, 0, math.inf

    def _observe(self, points: Points) -> Scores:
        found = np.full((3, len(points.y)), np.nan)
        found[2] = 1.0
        for i, (y, teaches) in enumerate(
            zip(points.y.tolist(), points.teaches.tolist(), strict=True)
        ):
            found[:, i] = self._next_point(points, y, teaches)
        return deviation_scores(points.y, *found)

    @property
    def settling(self) -> int:
        """As many as tell how large steps are, after as many that tell what to believe of their points."""
        return 2 * self.params.window + _EVERY + self.params.lag

    def _remember(self, points: Points) -> None:
        """Take up points as they are."""
        taught = points.y[points.teaches]
        self.seen_ += max(len(taught) - self.params.lag + len(self.before_.values), 0)
        self.before_.extend(taught)

    def _next_point(self, points: Points, y: float, teaches: bool) -> tuple[float, float, float]:
        """Return what was expected of a point, the usual step and its degrees of freedom; learn."""
        before = self.before_.values
        if len(before) < self.params.lag:
            if teaches:
                self.before_.append(y)
            return math.nan, math.nan, 1.0
        expected, steps = float(before[0]), self.steps_.values
        is_ready = len(steps) >= _WARM_UP
        scale = _usual(steps) if is_ready else math.nan
        df = max(min(MAD_DF * (len(steps) - 1.0), self.tail_df_), 1.0)
        if teaches:
            learning = points.learning.after(0)  # how long a level was tells nothing of a step
            reach = learning.reach(scale, df) if is_ready else math.nan
            winsorised, self.run_ = learning.winsorised(y, expected, reach, self.run_)
            self.before_.append(winsorised)
            self.steps_.append(abs(y - expected))
            self.seen_ += 1
            if self.seen_ % _EVERY == 0:
                self.tail_df_ = tail_df(self.steps_.values)
        return expected, scale, df


def _usual(steps: FloatArray) -> float:
    """Return the usual step of steps, (n,), n ≥ 1; of those that are none if most are none."""
    middle = float(bn.median(steps))
    if middle > 0.0:
        return NORMAL_MAD * middle
    others = steps[steps > 0.0]
    return NORMAL_MAD * float(bn.median(others)) if 10 * len(others) >= len(steps) else 0.0
