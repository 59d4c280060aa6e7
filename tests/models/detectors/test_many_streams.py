"""A detector that is trained, kept and loaded, and judges a point from each of many streams in one call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from models.contract.context import Context
from models.contract.state import State
from models.data.results import Scores
from models.data.series import Series
from models.detectors.base import Detector, Points
from models.detectors.statistical.rolling_band import RollingBand, RollingBandParams
from models.errors import SeriesTooShort
from models.params import Params
from models.types import FloatArray
from tests.models.build import series_of

STREAMS = 100


class TrainedParams(Params):
    """None."""


class Trained(Detector[TrainedParams]):
    """Learns how large changes are, as a network learns what is usual; counts how often it is called."""

    name = title = "trained"
    is_causal, fit_is_empty, observes_many, has_expected = True, False, True, False
    min_observations = 3
    calls = 0

    def _fit(self, history: Sequence[Series], context: Context) -> None:
        context.report(0.5, series=float(len(history)))
        self.changes_ = np.sort(np.abs(np.concatenate([np.diff(one.y) for one in history])))

    def _begin(self, streams: Sequence[Series]) -> None:
        self.before_ = np.full(len(streams), np.nan)

    def _observe(self, points: Points) -> Scores:
        type(self).calls += 1
        values = np.concatenate([self.before_[:, None], points.y], axis=1)
        self.before_ = values[:, -1]
        return Scores(np.abs(np.diff(values, axis=1)))

    def _threshold(self, scores: Scores, level: float) -> FloatArray | float:
        return float(np.quantile(self.changes_, level / 100.0))


def histories(count: int) -> list[Series]:
    random = np.random.default_rng(0)
    return [series_of(random.normal(size=20 + i)) for i in range(count)]


def loaded(detector: Trained) -> Trained:
    state = State.from_bytes(detector.state().to_bytes())
    return Trained.revive(TrainedParams(), state, {})


def test_a_point_from_each_of_100_streams_is_judged_in_one_call() -> None:
    told: list[tuple[float, Any]] = []
    context = Context(reported=lambda share, facts: told.append((share, facts)))
    trained = Trained().fit(histories(7), context).begin(histories(STREAMS))
    assert told == [(0.5, {"series": 7.0})]
    points = np.random.default_rng(1).normal(size=(STREAMS, 3))
    points[4, 2] += 50.0
    points[9, 1] = np.nan
    whole = Trained().fit(histories(7)).begin(histories(STREAMS)).observe(points, 99.0)
    Trained.calls = 0
    parts = []
    for column in range(3):
        trained = loaded(trained)
        parts.append(trained.observe(points[:, column : column + 1], 99.0))
    assert Trained.calls == 3
    raw = np.concatenate([part.raw for part in parts], axis=1)
    np.testing.assert_array_equal(raw, whole.raw)
    assert np.isnan(raw[9, 1])
    assert raw[9, 2] == abs(points[9, 2] - points[9, 0])
    assert np.argwhere(raw > parts[-1].threshold)[-1].tolist() != []
    assert raw[4, 2] > parts[-1].threshold


def test_a_history_that_is_too_short_is_named() -> None:
    with pytest.raises(SeriesTooShort):
        Trained().fit([series_of([1.0, 2.0])])


def test_several_value_columns_are_judged_together() -> None:
    class Columns(Trained):
        def _observe(self, points: Points) -> Scores:
            assert points.y.shape[2] == 2
            return Scores(points.y.sum(axis=2))

        def _begin(self, streams: Sequence[Series]) -> None:
            self.last_ = np.full((len(streams), 2), np.nan)

    detector = Columns().fit(histories(2)).begin(histories(3))
    points = np.ones((3, 4, 2))
    points[1, 2, 0] = np.nan
    scores = detector.observe(points, 99.0)
    assert scores.raw.shape == (3, 4)
    assert np.flatnonzero(np.isnan(scores.raw)).tolist() == [6]


def test_streams_of_a_detector_for_one_get_what_they_would_alone() -> None:
    y = np.random.default_rng(2).normal(size=(5, 60))
    params = RollingBandParams(window=10)
    many = RollingBand(params).begin([series_of(row) for row in y])
    blocks = [many.observe(block, 99.0) for block in np.split(y, [1, 30, 31], axis=1)]
    raw = np.concatenate([block.raw for block in blocks], axis=1)
    for row, found in zip(y, raw, strict=True):
        alone = RollingBand(params).begin([series_of(row)]).observe(row, 99.0)
        np.testing.assert_array_equal(found, alone.raw)
    state = State.from_bytes(many.state().to_bytes())
    assert len(state.parts) == 5


def test_a_point_may_be_judged_and_teach_nothing() -> None:
    y = np.random.default_rng(3).normal(size=60)
    told = np.r_[y, 1e6, y[:5]]
    teaches = told < 1e5
    params = RollingBandParams(window=10)
    with_event = RollingBand(params).begin([series_of(y)]).observe(told, 99.0, teaches=teaches)
    without = RollingBand(params).begin([series_of(y)]).observe(told[teaches], 99.0)
    assert with_event.raw[60] > 100.0
    np.testing.assert_array_equal(with_event.raw[teaches], without.raw)
