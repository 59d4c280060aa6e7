"""Detectors that judge by what a recurrent network expected: ``lstm_residual`` and ``mc_dropout``."""

import numpy as np
import pytest

from models import registry
from models.contract.context import Context
from models.contract.state import State
from models.decisions.rules import Rules
from models.detectors.base import Detector
from models.detectors.neural.mc_dropout import McDropout, McDropoutParams
from models.errors import Cancelled
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of

NAMES = ("lstm_residual", "mc_dropout")
each = pytest.mark.parametrize("name", NAMES)


def wave(size: int = 500, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=size)
    return 50 + 5 * np.sin(2 * np.pi * np.arange(size) / 24) + 0.5 * noise


def made(name: str, **params) -> Detector:
    return registry.create(Detector, ModelSpec(name, {"epochs": 8, **params}), 1)


@each
def test_what_was_learned_is_kept_and_judges_another_series(name):
    detector = made(name).fit([series_of(wave(), 24)])
    new = wave(200, seed=3)
    new[150] += 6.0
    again = registry.revive(State.from_bytes(detector.state().to_bytes()))
    [before], [after] = (one.score([series_of(new, 24)], 99.0) for one in (detector, again))
    np.testing.assert_array_equal(before.raw, after.raw)
    assert int(np.nanargmax(after.raw)) == 150
    assert np.mean(after.raw[48:] > np.broadcast_to(after.threshold, new.shape)[48:]) < 0.06
    assert again.info() == detector.info()


@each
def test_it_learns_from_several_series_and_from_no_outlier(name):
    several = [wave(300, seed) for seed in range(3)]
    several[1][100:104] += 40.0
    panel = [series_of(y, 24) for y in several]
    detector = made(name).fit(panel)
    found = [one.raw > one.threshold for one in detector.score(panel, 99.0)]
    assert found[1][100:104].all()
    assert max(np.mean(found[0]), np.mean(found[2])) < 0.04
    assert np.sum(found[1]) < 4 + 0.04 * 300


@pytest.mark.no_cover
@each
def test_level_means_what_it_says_in_a_clean_series(name):
    share = []
    for seed in range(3):
        [scores] = made(name).fit([s := series_of(wave(1000, seed), 24)]).score([s], 99.0)
        share.append(np.mean(scores.raw > scores.threshold))
    assert 0.001 < np.mean(share) < 0.02


def test_the_passes_tell_how_sure_it_is():
    series = series_of(wave(), 24)
    plain = McDropout(McDropoutParams(epochs=8, dropout=0.05), random_state=1).fit([series])
    much = McDropout(McDropoutParams(epochs=8, dropout=0.5), random_state=1).fit([series])
    doubts = [one._said(one.forecaster_)[1][48:] for one in (plain, much)]
    assert (doubts[0] > 0.0).all()
    assert np.median(doubts[1]) > 1.5 * np.median(doubts[0])


def test_mean_and_spread_of_passes_are_those_of_single_forecasts():
    """The last origin by the passes that the forecast's own intervals are made of."""
    detector = McDropout(McDropoutParams(epochs=4, n_passes=400), random_state=1)
    model = detector.fit([series_of(wave(), 24)]).forecaster_
    [(mean, spread)] = model.passes_of_fitted()
    [fitted] = model.fitted()
    known = np.isfinite(fitted)
    np.testing.assert_array_equal(known, np.isfinite(mean))
    assert np.abs(mean - fitted)[known].max() < np.nanmax(spread)
    series = series_of(wave()[:-1], 24)
    parts = model.apply_one(series)
    parts._by_dropout(np.zeros((1, 1)))
    passed = np.hypot(parts._parts["model"], parts._parts["misspecification"])[0, 0]
    assert 0.3 * passed < spread[-1] < 3.0 * passed


@each
def test_it_is_cancelled_in_the_training(name):
    asked = iter([False] * 4)
    context = Context(is_cancelled=lambda: next(asked, True))
    task = DetectTask(ModelSpec(name, {"epochs": 1000}), Rules())
    with pytest.raises(Cancelled):
        detect_many(task, [series_of(wave(), 24)], context)
