"""A band around the centre of the whole series."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtri

from models.contract.seasons import may_have_cycles
from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, WidthParams
from models.detectors.scores import deviation_scores, sided_scores
from models.params import refuse_unused
from models.stats.distributions import student_quantile
from models.stats.error_distribution import Deviations, error_distribution
from models.stats.incidents import baseline_of
from models.stats.robust import MAD_DF, least_scale, robust_scale, tail_df
from models.types import FloatArray

_LEAST_FOR_MEAN = 3
"""With fewer values, none can leave the band of their mean."""


class BandParams(WidthParams):
    """How centre and scale are measured."""

    center: Literal["mean", "median", "quartiles"] = Field(
        "median",
        title="Centre",
        description="mean ± k standard deviations, median ± k median absolute deviations (robust), or the middle"
        " between the quartiles ± k times their distance, scaled to standard deviations: k of 2.698 are the"
        " whiskers of a box plot.",
    )
    quantile: float = Field(
        0.25,
        ge=0.01,
        le=0.45,
        title="Quantile",
        description="With center quartiles: the quantile that is taken for the lower quartile; the upper"
        " one mirrors it.",
    )

    @model_validator(mode="after")
    def _quartiles_are_asked_for(self) -> Self:
        if self.center != "quartiles":
            because = f"tells where quartiles lie, and center '{self.center}' has none"
            refuse_unused(self, ("quantile",), because, "send center 'quartiles' with it")
        return self


class Band(Detector[BandParams]):
    """Flag what lies far from the centre of all values.

    The edge of the mean's band is the modified Thompson tau, because the judged point is itself in
    mean and standard deviation: a lone spike among n points never reaches more than (n - 1) / √n
    standard deviations. That of the median's band is Student's t with the tails of the values' bulk.

    Reference: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC; Thompson (1985),
    A note on restricted maximum likelihood estimation with an alternative outlier model, JRSS B 47; Tukey (1977),
    Exploratory Data Analysis, for the quartiles.
    """

    name = "band"
    title = "Statistical band"
    summary = "Points far from the mean or median of the whole series; for series without trend or season."
    reference = (
        "Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Basic References 16"
    )
    min_observations = 1
    _us_per_point = 0.5

    def _score(self, series: Series) -> Scores:
        y, seen = series.y, series.y[series.is_observed]
        if self.params.center == "mean":
            usual = float(np.std(seen, ddof=1)) if len(seen) > 1 else 0.0
            return deviation_scores(y, float(np.mean(seen)), usual, len(seen) - 2.0)
        if self.params.center == "quartiles":
            return self._by_quartiles(y, seen)
        center, least = float(np.median(seen)), least_scale(seen)
        in_cycles = may_have_cycles(series)
        course = baseline_of(y, (), None, series.is_observed, may_be_cycle=in_cycles)
        inside = series.is_observed & ~course.is_incident
        deviations = Deviations.alike(y[inside] - center)
        distribution = error_distribution(deviations, inside.sum() - 1.0, least)
        return sided_scores(y, np.full(len(y), center), 1.0, distribution.tails, least)

    def _by_quartiles(self, y: FloatArray, seen: FloatArray) -> Scores:
        """Return how many standard deviations points lie off the middle between two quantiles.

        Where more values than lie between the quantiles are the same, the others tell the standard deviation.
        """
        share = self.params.quantile
        low, high = np.quantile(seen, (share, 1.0 - share))
        center = 0.5 * (float(low) + float(high))
        deviations = seen - center
        usual = float(high - low) / (-2.0 * float(ndtri(share))) or robust_scale(deviations)
        df = max(1.0, min(MAD_DF * (len(seen) - 1.0), tail_df(deviations)))
        return deviation_scores(y, center, max(usual, least_scale(seen)), df)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return Student's t, and for the mean what becomes of it inside a sample."""
        if self.params.center != "mean" or scores.degrees_of_freedom is None:
            return super()._threshold(scores, level)
        df = np.maximum(scores.degrees_of_freedom, 1.0)
        quantile, size = student_quantile(level, df), df + 2.0
        return (size - 1.0) / np.sqrt(size) * (quantile / np.hypot(np.sqrt(df), quantile))

    def required_observations(self, season_length: int) -> int:
        """Return 3 for the mean, under which no point can leave its band, and 1 for the others."""
        return _LEAST_FOR_MEAN if self.params.center == "mean" else 1
