"""Aggregate, smooth, spread out again: intermittent demand in buckets that are rarely empty."""

from functools import partial

import numpy as np
from pydantic import Field

from models.forecasters.intermittent._model import IntermittentForecaster, best_alpha, gaps
from models.params import Params
from models.stats.exponential_mean import exponential_mean
from models.types import FloatArray


class ADIDAParams(Params):
    """How many steps make a bucket."""

    bucket: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Bucket",
        description="Steps per bucket; the mean interval between demands if omitted.",
    )


class ADIDA(IntermittentForecaster[ADIDAParams]):
    """Smooth the sums of buckets as long as the mean interval, then share a sum out evenly.

    Buckets end at the newest observation, so that none of it is lost.

    Reference: Nikolopoulos, Syntetos, Boylan, Petropoulos and Assimakopoulos (2011), An aggregate-
    disaggregate intermittent demand approach, Journal of the Operational Research Society 62.
    """

    name = "adida"
    title = "ADIDA"
    summary = "Intermittent demand aggregated in buckets, smoothed and distributed again."
    reference = "Nikolopoulos et al. (2011), An aggregate-disaggregate intermittent demand approach, JORS 62(3)"

    def _rates(self, y: FloatArray) -> FloatArray:
        usual = partial(_usual_gap, y)
        bucket = self.params.bucket or int(self._learned_once("bucket", usual))
        self.bucket_ = min(bucket, len(y))
        rates = np.full(len(y), np.nan)
        first = len(y) % self.bucket_
        sums = y[first:].reshape(-1, self.bucket_).sum(axis=1)
        ends = np.arange(first + self.bucket_ - 1, len(y), self.bucket_)
        alpha = self._learned_once("alpha", partial(best_alpha, sums))
        rates[ends] = exponential_mean(sums, alpha) / self.bucket_
        return _held(rates)


def _usual_gap(y: FloatArray) -> float:
    return max(1, round(float(gaps(y).mean())))


def _held(rates: FloatArray) -> FloatArray:
    """Return the latest known rate at every step, NaN before the first."""
    latest = np.maximum.accumulate(np.where(np.isfinite(rates), np.arange(len(rates)), -1))
    return np.asarray(np.where(latest >= 0, rates[latest], np.nan))
