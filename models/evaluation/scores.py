"""Scores of backtests per series and over all of them, and the ranking of models by one of these.

A score over all series is that over all their points, each counting the same; scaled and percentage
scores are comparable between series, the others are dominated by series with large values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.contract.seasons import seasons_of
from models.data.columns import in_name
from models.data.results import Interval
from models.data.series import Series
from models.evaluation import metrics
from models.evaluation.backtest import Backtest, BacktestTask, training_part
from models.types import BoolArray, FloatArray, IntArray

RankBy = Literal["mase", "mae", "rmse", "mse", "mape", "smape", "rmsse", "crps"]
SECOND_CHOICE: RankBy = "mae"
"""What ranks the models where the wanted score is known for no series."""
_TIE = 1e-9
"""Scores that differ by less, relative to their size, are equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Actuals:
    """What forecasts of n series at w cutoffs over a horizon h are held against.

    ``y``: (n, w, h), NaN where nothing was observed. ``absolute`` and ``squared``: (n, w), scales by
    the in-sample error of the seasonal naive forecast. ``season``: (n,), the seasons of these.
    """

    y: FloatArray
    absolute: FloatArray
    squared: FloatArray
    season: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class LossSums:
    """The losses of each series, summed and counted, (n,), and whether the root of their mean is meant."""

    total: FloatArray
    count: IntArray
    root: bool = False

    def per_series(self) -> FloatArray:
        """Return the score of each series, NaN where it has none; shape (n,)."""
        return self._finished(metrics.ratio(self.total, self.count))

    def pooled(self, rows: BoolArray | slice = slice(None)) -> float:
        """Return the score over the points of some series, which ``rows`` (n,) or a slice names."""
        with np.errstate(over="ignore"):
            total = np.asarray(self.total[rows].sum())
        return float(self._finished(metrics.ratio(total, self.count[rows].sum())))

    def _finished(self, mean: FloatArray) -> FloatArray:
        return np.sqrt(mean) if self.root else mean


def actuals(task: BacktestTask, series: Sequence[Series]) -> Actuals:
    """Return what the backtests of some series are scored by.

    The season of the scale is the one given, else the one that the last training part shows.
    """
    observed = [one.y_observed for one in series]
    cuts = [task.windows.cutoffs(len(one)) for one in series]
    seasons = [
        _season(one, int(cut[-1]), task.missing) for one, cut in zip(series, cuts, strict=True)
    ]
    scales = [
        metrics.naive_scale(y, season, cut)
        for y, season, cut in zip(observed, seasons, cuts, strict=True)
    ]
    return Actuals(
        np.stack([y[task.windows.spans(len(y))] for y in observed]),
        np.stack([absolute for absolute, _ in scales]),
        np.stack([squared for _, squared in scales]),
        np.array(seasons),
    )


def _season(series: Series, size: int, policy: str) -> int:
    seasons = seasons_of(training_part(series, size, policy))
    return seasons[0] if seasons else 1


def loss_sums(
    actual: Actuals, backtests: Sequence[Backtest | None], levels: Sequence[float]
) -> dict[str, LossSums]:
    """Return the losses of one model under the names of their scores; a series that failed has none."""
    nothing = np.full(actual.y.shape[1:], np.nan)
    mean = np.stack([nothing if one is None else one.mean for one in backtests])
    median = np.stack([nothing if one is None else one.center for one in backtests])
    bands = {level: _band(backtests, level, nothing) for level in levels}
    with np.errstate(all="ignore"):  # what is not finite does not count
        return {**_of_points(actual, mean), **_of_intervals(actual, median, bands)}


def _band(backtests: Sequence[Backtest | None], level: float, nothing: FloatArray) -> Interval:
    none = Interval(nothing, nothing)
    bands = [none if one is None else one.bands.get(level, none) for one in backtests]
    return Interval(np.stack([b.lower for b in bands]), np.stack([b.upper for b in bands]))


def _of_points(actual: Actuals, mean: FloatArray) -> dict[str, LossSums]:
    off, square = metrics.absolute_error(actual.y, mean), metrics.squared_error(actual.y, mean)
    return {
        "mae": _tally(off),
        "mse": _tally(square),
        "rmse": _tally(square, root=True),
        "mape": _tally(metrics.percentage_error(actual.y, mean)),
        "smape": _tally(metrics.symmetric_percentage_error(actual.y, mean)),
        "mase": _tally(metrics.ratio(off, actual.absolute[:, :, None])),
        "rmsse": _tally(metrics.ratio(square, actual.squared[:, :, None]), root=True),
    }


def _of_intervals(
    actual: Actuals, median: FloatArray, bands: Mapping[float, Interval]
) -> dict[str, LossSums]:
    """Return the losses of intervals and of the quantiles that they and the medians are."""
    if not bands:
        return {}
    quantiles = {0.5: median}
    for level, band in bands.items():
        quantiles[round(0.5 - level / 200.0, 12)] = band.lower
        quantiles[round(0.5 + level / 200.0, 12)] = band.upper
    found = {"crps": _tally(metrics.ranked_probability_score(actual.y, quantiles))}
    for quantile in sorted(quantiles):
        loss = metrics.quantile_loss(actual.y, quantiles[quantile], quantile)
        found[f"pinball_{in_name(quantile)}"] = _tally(loss)
    for level, band in bands.items():
        name, score = in_name(level), metrics.interval_score(actual.y, band, level)
        found[f"coverage_{name}"] = _tally(metrics.covered(actual.y, band))
        found[f"width_{name}"] = _tally(band.upper - band.lower)
        found[f"msis_{name}"] = _tally(metrics.ratio(score, actual.absolute[:, :, None]))
    return found


def _tally(losses: FloatArray, *, root: bool = False) -> LossSums:
    """Sum the losses of each series that are known; ``losses``: (n, w, h)."""
    known = np.isfinite(losses)
    total = np.where(known, losses, 0.0).sum(axis=(1, 2))
    return LossSums(total, known.sum(axis=(1, 2)), root)


# --- ranking -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """How m models compare over n series, best first.

    ``by``: the score that decided. ``order``: positions of the models, (m,). ``rank``: (m,), 1 is best,
    equals share theirs, 0 without a score. ``score``: (m,) over the series in ``compared``, (n,), NaN
    without one. ``wins``: (m,), series in which no model was better. ``common``: whether every model
    could do the series in ``compared``; False if there is none that all could do, hence each model's
    own are compared. ``per_series``: ranks, (m, n).
    """

    by: RankBy
    order: IntArray
    rank: IntArray
    score: FloatArray
    wins: IntArray
    compared: BoolArray
    common: bool
    per_series: IntArray


def rank(models: Sequence[Mapping[str, LossSums]], by: RankBy) -> Ranking:
    """Rank models by a score, the lower the better, on the series that all of them could do.

    A model without any score comes last and leaves the others' series alone. Where the wanted score is
    known of no series (say, all training parts are constant), the mean absolute error decides.
    """
    scores = np.stack([one[by].per_series() for one in models])
    if not np.isfinite(scores).any():
        by = SECOND_CHOICE
        scores = np.stack([one[by].per_series() for one in models])
    known = np.isfinite(scores)
    shared = np.logical_and.reduce(known[known.any(axis=1)], axis=0)
    compared = shared if shared.any() else np.logical_or.reduce(known, axis=0)
    score = np.array([one[by].pooled(compared) for one in models])
    ranks = competition_ranks(score[:, None])[:, 0]
    order = np.argsort(np.where(ranks == 0, len(ranks) + 1, ranks), kind="stable")
    each = competition_ranks(scores)
    wins = (each == 1).sum(axis=1)
    return Ranking(by, order, ranks, score, wins, compared, bool(shared.any()), each)


def competition_ranks(scores: FloatArray) -> IntArray:
    """Return 1 plus how many are better, down each column of (m, n); 0 where there is no score."""
    limit = scores - _TIE * np.abs(scores)
    better = np.stack([(scores < one).sum(axis=0) for one in limit])
    return np.where(np.isfinite(scores), better + 1, 0)
