"""The exponentially weighted band: its recursion, and what it forgets."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from models.detectors.statistical.ewma_band import EwmaBand, EwmaBandParams
from tests.models.build import series_of


def judged(y, **params):
    detector = EwmaBand(EwmaBandParams(**params)).begin([series_of(y)])
    return detector.observe(np.asarray(y, dtype=float), 99.0)


def test_the_average_is_that_of_pandas_once_it_has_settled():
    y = np.random.default_rng(0).normal(10.0, 1.0, size=400)
    mean = pd.Series(y).ewm(alpha=0.05, adjust=False).mean().to_numpy()
    found = judged(y, alpha=0.05, k=1000.0)
    np.testing.assert_allclose(found.expected[300:], mean[299:-1], atol=0.2)


def test_a_new_level_is_believed_in_the_end():
    y = np.concatenate([np.random.default_rng(1).normal(0, 1, 100), np.full(200, 30.0)])
    found = judged(y, alpha=0.2)
    beyond = found.raw > found.threshold
    assert beyond[100:130].all()
    assert not beyond[140:].any()
    assert found.expected[140] == pytest.approx(30.0, abs=0.05)


@pytest.mark.parametrize("length", [1, 4, 10, 40])
def test_every_point_of_an_incident_is_flagged_and_hardly_one_after_it(length):
    y = np.random.default_rng(3).normal(100.0, 5.0, 600)
    y[400 : 400 + length] += 60.0
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[400 : 400 + length].all()
    assert beyond[400 + length : 460 + length].sum() <= 2


def test_what_comes_again_and_again_is_how_the_series_is():
    y = np.resize(np.repeat([0.0, 50.0], 12), 480) + np.random.default_rng(4).normal(size=480)
    assert (judged(y).raw[240:] > judged(y).threshold[240:]).mean() < 0.02


def test_a_giant_first_value_is_forgotten_at_once():
    y = np.random.default_rng(5).normal(100.0, 5.0, 60)
    y[0], y[40] = 1e9, 150.0
    found = judged(y)
    assert found.expected[10] == pytest.approx(100.0, abs=8.0)
    assert found.raw[40] > found.threshold[40]


def test_each_side_has_its_own_tail():
    y = np.random.default_rng(6).gamma(2.0, size=4000)
    found = judged(y)
    beyond = found.raw > found.threshold
    assert 0.003 < beyond.mean() < 0.018
    assert found.band.upper[-1] - found.expected[-1] > 1.4 * (
        found.expected[-1] - found.band.lower[-1]
    )


def test_warm_up_and_weight_are_as_asked_for():
    y = np.arange(40.0)
    assert np.isnan(judged(y, warm_up=25).raw[:25]).all()
    assert np.isfinite(judged(y, warm_up=25).raw[25:]).all()
    step = np.concatenate([np.random.default_rng(2).normal(size=60), np.full(5, 2.0)])
    assert judged(step, alpha=0.5).expected[-1] > judged(step, alpha=0.05).expected[-1] + 0.5


@pytest.mark.parametrize("size", [41, 45, 49, 51, 120])
def test_no_point_is_left_unjudged_where_sides_begin_to_have_tails_of_their_own(size):
    y = np.random.default_rng(2).gamma(2.0, size=size)
    assert np.isfinite(judged(y, warm_up=25).raw[25:]).all()


@pytest.mark.parametrize("share", [0.05, 0.08, 0.15])
def test_a_common_value_among_mostly_equal_ones_is_not_strange_nor_are_the_others(share):
    y = np.where(np.random.default_rng(7).uniform(size=1500) < share, 1.0, 0.0)
    y[1100] = 25.0
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[1100]
    assert beyond[200:].mean() < 0.02


def test_the_band_is_no_narrower_than_the_resolution():
    y = np.round(7.2 + np.random.default_rng(8).normal(scale=0.03, size=600), 1)
    y[410] = 8.1
    found = judged(y)
    beyond = found.raw > found.threshold
    assert beyond[410]
    assert beyond[100:].sum() <= 12


def test_a_scale_that_varies_by_chance_alone_hides_no_spikes_among_heavy_tails():
    found, flagged = [], []
    for seed in range(3):
        random = np.random.default_rng(seed)
        y, spikes = random.laplace(size=3000), np.arange(600, 3000, 150)
        y[spikes] = random.choice([-6.6, 6.6], len(spikes))
        (scores,) = EwmaBand().score([series_of(y)], 99.0)
        beyond = scores.raw > scores.threshold
        found.append(beyond[spikes].mean())
        flagged.append(np.delete(beyond, spikes)[500:].mean())
    assert np.mean(found) >= 0.95
    assert 0.003 <= np.mean(flagged) <= 0.015


def test_a_scale_that_tells_how_far_points_lie_off_is_followed():
    random = np.random.default_rng(0)
    size = np.repeat(np.resize([1.0, 8.0], 20), 200)
    (scores,) = EwmaBand().score([series_of(size * random.normal(size=len(size)))], 99.0)
    width = (scores.band.upper - scores.band.lower)[1000:].reshape(-1, 200)[:, 50:]
    calm, wild = width[1::2].mean(), width[::2].mean()
    calm, wild = min(calm, wild), max(calm, wild)
    assert wild > 4.0 * calm


def test_a_band_of_the_last_point_alone_has_no_width_and_is_refused():
    with pytest.raises(ValidationError, match="less than 1"):
        EwmaBandParams(alpha=1.0)


@pytest.mark.parametrize("share", [0.005, 0.02])
def test_what_was_rare_leaves_nothing_in_what_is_usual(share):
    random = np.random.default_rng(0)
    y = np.zeros(1000)
    is_event = random.random(1000) < share
    y[is_event] = 1.0 + random.poisson(5.0, is_event.sum())
    found = judged(y)
    beyond = found.raw > found.threshold
    assert not beyond[~is_event].any()
    assert beyond[is_event][1:].mean() >= 0.75
    assert np.all(found.expected[10:] == 0.0)
