"""How far several columns together lie from what is usual of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.contract.seasons import seasons_of
from models.data.results import SCORE_CAP, Leading, Scores
from models.data.series import Notice, Series
from models.detectors.base import Detector
from models.detectors.predictive.stl_residual import StlResidual, StlResidualParams
from models.errors import FitFailed
from models.params import SeasonalParams
from models.stats.cleaning import explained
from models.stats.neighbours import evenly
from models.stats.tails import LognormalTail
from models.types import FloatArray

_LEAST = 12
_MOST_LEARNED = 2000
"""With more points, the covariance is that of so many evenly spaced ones."""
_CLEAN = 0.9
_LEAST_SHRINKAGE = 1e-3
"""Columns that are the same in all points but rounding have an inverse after it."""
_FARTHEST = 1e6
"""A deviation, in usual ones, counts as no more."""
_TOLD = 20
"""Of so many of the strangest points it is told what each column has to do with it."""
_TOLD_LEVEL = 99.0


class MultivariateParams(SeasonalParams):
    """How much columns are taken to belong together."""

    shrinkage: float | None = Field(
        None,
        ge=0,
        le=1,
        title="Shrinkage",
        description="Shrinkage of the correlations towards zero: 1 judges each column by itself. If"
        " omitted, the number of columns over that of points, at least 0.001.",
    )


class Multivariate(Detector[MultivariateParams]):
    """Flag points at which the value and the exogenous columns do not go together as they usually do.

    Each column is what trend and season leave of it, in its standard deviations; the distance is Mahalanobis' by
    the covariance of the most regular three quarters or so of the points. Columns of two values mark points: what
    they explain of the others is usual. Load and temperature may each be usual,
    and a load that is high while it is mild is not. The details tell the part of each column in the strangest
    points.

    Reference: Rousseeuw and Van Driessen (1999), A fast algorithm for the minimum covariance determinant
    estimator, Technometrics 41; Mahalanobis (1936), On the generalised distance in statistics.
    """

    name = "multivariate"
    state_version = 2
    title = "Columns together"
    summary = (
        "Points at which a value does not fit its exogenous columns; reports the part of each."
    )
    reference = (
        "Rousseeuw & Van Driessen (1999), A fast algorithm for the minimum covariance determinant,"
        " Technometrics 41"
    )
    has_expected = False
    fit_is_empty = False
    takes_exogenous = True
    min_observations = _LEAST
    columns_: Sequence[str]
    """Names of the columns beside the values."""
    contributions_: Sequence[Mapping[str, Any]] = ()
    """The part of each column in the strangest points of the series that was judged last."""

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate the decomposition of a few columns, and a covariance."""
        points = float(work.observations.sum())
        return Cost(0.05 * len(work.observations) + 1e-5 * points)

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        self.columns_ = sorted(history[0].exog)
        deviations = []
        for one in history:
            context.check()
            z = self._deviations(one)
            deviations.append(z[one.is_observed])
            self._known[id(one)] = one, z
        z = np.concatenate(deviations)
        self.precision_ = _precision(z, self.params.shrinkage, self.random_state)
        self.tail_ = LognormalTail.of(self._distance(z), clean=_CLEAN)

    def _score(self, series: Series) -> Scores:
        if sorted(series.exog) != self.columns_:
            raise FitFailed(
                f"the columns {', '.join(self.columns_) or '(none)'} were learned, here are"
                f" {', '.join(sorted(series.exog)) or '(none)'}",
                "send the same columns with every series",
            )
        known, z = self._known.pop(id(series), (None, None))
        if z is None or known is not series:
            z = self._deviations(series)
        raw, off = self._distance(z), self._off(z)
        parts = self._parts(off)
        self.contributions_ = self._told_of(np.where(series.is_observed, raw, 0.0), parts)
        return Scores(raw, leading=self._leading(series, off, parts))

    def notices(self) -> Sequence[Notice]:
        """Tell of a series that has nothing beside its values."""
        if self.columns_:
            return ()
        text = f"there is no column beside the values: {self.name} judges how they go together"
        return (Notice("no_columns", text, "send further columns, or choose the detector auto"),)

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        """Return where the tail of the distances of the history ends."""
        return self.tail_.threshold(level)

    def _deviations(self, series: Series) -> FloatArray:
        """Return how many standard deviations each column lies off its trend and season, (t, 1 + d).

        What a column lacks is what was expected of it. A column of two values is a mark, such as a promotion:
        what it explains of the others is usual, and it lies off nothing itself.
        """
        found = np.zeros((len(series), 1 + len(series.exog)))
        columns = [series.y, *(series.exog[name] for name in sorted(series.exog))]
        marks = [values for values in columns[1:] if _is_mark(values)]
        judge = StlResidual(StlResidualParams(season_length=self.params.season_length))
        for place, values in enumerate(columns):
            there = np.isfinite(values)
            if place and (not there.any() or _is_mark(values)):
                continue
            filled = np.interp(np.arange(len(values)), np.flatnonzero(there), values[there])
            seen = series.is_observed if place == 0 else there
            one = replace(
                series,
                y=filled,
                observed=seen,
                exog={},
                future={},
                season_length=seasons_of(series),
            )
            [scores] = judge.score([one], _TOLD_LEVEL)
            if scores.expected is not None:
                off = np.minimum(scores.raw, _FARTHEST) * np.sign(filled - scores.expected)
                usual = explained(off, np.nan_to_num(np.column_stack(marks))) if marks else 0.0
                found[:, place] = np.where(seen, off - usual, 0.0)
        return np.clip(found, -_FARTHEST, _FARTHEST)

    def _distance(self, z: FloatArray) -> FloatArray:
        squares = np.einsum("ij,jk,ik->i", z, self.precision_, z)
        return np.asarray(np.minimum(np.sqrt(np.maximum(squares, 0.0)), SCORE_CAP))

    def _off(self, z: FloatArray) -> FloatArray:
        """Return how many of its deviations each column lies off what the others tell of it, (t, 1 + d).

        That of a Gaussian given the others; a column that goes with none is off what trend and season leave.
        """
        return np.asarray(z @ self.precision_ / np.sqrt(np.diag(self.precision_)))

    def _parts(self, off: FloatArray) -> FloatArray:
        """Return the part of each column in how far off each point is, (t, 1 + d), ≥ 0 and 1 in all or 0."""
        part = off**2
        return np.asarray(part / np.maximum(part.sum(axis=1, keepdims=True), np.finfo(float).tiny))

    def _leading(self, series: Series, off: FloatArray, parts: FloatArray) -> Leading:
        """Return which column has the largest part in each point."""
        values = np.column_stack([series.y, *(series.exog[name] for name in self.columns_)])
        column = parts.argmax(axis=1)
        share, value, by = (
            np.take_along_axis(one, column[:, None], axis=1)[:, 0] for one in (parts, values, off)
        )
        return Leading(("y", *self.columns_), column.astype(np.float64), share, value, by)

    def _told_of(self, raw: FloatArray, parts: FloatArray) -> list[dict[str, Any]]:
        """Return the part of each column in the distance of the strangest points, strangest first."""
        strangest = np.argsort(-raw, kind="stable")[:_TOLD]
        names, told = ("y", *self.columns_), []
        for place in strangest[raw[strangest] > self.tail_.threshold(_TOLD_LEVEL)].tolist():
            share = parts[place].round(4).tolist()
            told.append({"point": place, "parts": dict(zip(names, share, strict=True))})
        return told

    def _details(self) -> dict[str, Any]:
        """Return which columns were judged, and the part of each in the strangest points."""
        return {"columns": ["y", *self.columns_], "contributions": self.contributions_}

    @cached_property
    def _known(self) -> dict[int, tuple[Series, FloatArray]]:
        """Deviations that the fit has found on its way, with their series."""
        return {}


def _is_mark(values: FloatArray) -> bool:
    """Whether a column, shape (t,), has two values, NaN aside."""
    return len(np.unique(values[np.isfinite(values)])) == 2


def _precision(z: FloatArray, shrinkage: float | None, seed: int) -> FloatArray:
    """Return the inverse of the covariance of the most regular points, (d, d), of deviations (n, d).

    A column that never deviates from what is usual of it goes together with no other.
    """
    from sklearn.covariance import MinCovDet

    size = z.shape[1]
    some = z[evenly(len(z), _MOST_LEARNED)]
    varies = np.median(np.abs(some), axis=0) > 0.0
    correlation = np.eye(size)
    std = np.ones(size)
    if varies.any() and len(some) > 2 * size:
        usual = MinCovDet(random_state=seed, assume_centered=True).fit(some[:, varies])
        covariance = usual.covariance_
        own = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
        places = np.flatnonzero(varies)
        correlation[np.ix_(places, places)] = covariance / np.outer(own, own)
        std[places] = own
    drawn = max(_LEAST_SHRINKAGE, size / len(z)) if shrinkage is None else shrinkage
    mixed = (1.0 - drawn) * correlation + drawn * np.eye(size)
    return np.asarray(np.linalg.pinv(mixed) / np.outer(std, std))
