"""A band around the centre of the whole series."""

from typing import Literal

import numpy as np
from pydantic import Field

from models.detectors.base import Detector, deviation_scores
from models.params import Params
from models.results import Scores
from models.series import Series

NORMAL_MAD = 1.482602218505602
"""Standard deviation of a normal distribution in units of its median absolute deviation."""
NORMAL_MEAN_DEVIATION = 1.2533141373155003
"""The same in units of its mean absolute deviation."""


class BandParams(Params):
    """How centre and spread are measured."""

    center: Literal["mean", "median"] = Field(
        "median",
        title="Centre",
        description="mean ± k standard deviations, or median ± k median absolute deviations (robust).",
    )


class Band(Detector[BandParams]):
    """Flag what lies far from the centre of all values.

    Reference: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC.
    """

    name = "band"
    title = "Statistical band"
    summary = "Points far from the mean or median of the whole series; for series without trend or season."
    reference = "Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Basic References 16"
    family = "statistical"
    min_observations = 1

    def _score(self, series: Series) -> Scores:
        y = series.y
        if self.params.center == "mean":
            self.center_, self.spread_ = float(np.mean(y)), float(np.std(y))
        else:
            self.center_ = float(np.median(y))
            deviation = np.abs(y - self.center_)
            # With more than half of the values equal the MAD is zero: the mean deviation takes over.
            self.spread_ = NORMAL_MAD * float(np.median(deviation)) or NORMAL_MEAN_DEVIATION * float(
                np.mean(deviation)
            )
        return deviation_scores(y, np.array(self.center_), np.array(self.spread_))
