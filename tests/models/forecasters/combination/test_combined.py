"""Any length, season, horizon and pattern has a finite forecast with bounds in order."""

import numpy as np
import pytest

from models.forecasters.combination._combined import TrainingSeries, combination_of, fitted
from models.types import FloatArray

KINDS = ("noise", "positive", "line", "steps", "zeros", "alternating", "spike", "huge", "tiny")


def pattern(kind: str, size: int) -> FloatArray:
    random = np.random.default_rng(size)
    t = np.arange(size, dtype=np.float64)
    values = {
        "noise": random.normal(size=size),
        "positive": np.exp(random.normal(size=size).cumsum() * 0.1) * 100,
        "line": -3 + 2 * t,
        "steps": np.where(t < size // 2, 1.0, 1000.0),
        "zeros": random.poisson(0.3, size=size).astype(np.float64),
        "alternating": 1 + t % 2,
        "spike": np.where(t == size - 1, 1e6, 1.0),
        "huge": 1e99 * (1 + 0.1 * random.random(size)),
        "tiny": 1e-99 * (1 + 0.1 * random.random(size)),
    }
    return values[kind]


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("horizon", [1, 13])
def test_every_length_and_season(kind: str, horizon: int) -> None:
    named = (None, (), (4,), (12,), (3, 9), (2, 1000))
    for size in [*range(2, 31), 61, 130]:
        y = pattern(kind, size)
        history = TrainingSeries.of(y, named[size % len(named)])
        made = combination_of(history, horizon)
        assert made.mean.shape == (horizon,)
        assert np.isfinite(made.mean).all()
        slack = 1e-9 * np.abs(y).max()
        inner, outer = made.band(80.0), made.band(95.0)
        assert np.isfinite([outer.lower, outer.upper]).all()
        assert (outer.lower <= inner.lower + slack).all()
        assert (inner.lower <= made.mean + slack).all()
        assert (made.mean <= inner.upper + slack).all()
        assert (inner.upper <= outer.upper + slack).all()
        assert sum(one.weight for one in made.candidates) == pytest.approx(1)
        assert fitted(history).shape == (size,)


def test_the_unit_does_not_matter() -> None:
    y = pattern("positive", 80)
    one, other = (combination_of(TrainingSeries.of(y * size, (4,)), 8) for size in (1.0, 2.0**40))
    np.testing.assert_array_equal(one.mean * 2.0**40, other.mean)


def test_old_values_only_cost_time() -> None:
    y = np.random.default_rng(0).normal(size=9000)
    history = TrainingSeries.of(y, (7,))
    assert len(history.recent) == 3000
    values = fitted(history)
    assert np.isnan(values[:6000]).all()
    assert np.isfinite(values[-1000:]).all()
    assert len(TrainingSeries.of(y, (1000,)).recent) == 5000


def sunny(days: int) -> np.ndarray:
    light = np.random.default_rng(1).uniform(0.5, 1, days).repeat(24)
    height = np.sin((np.arange(24 * days) % 24 - 6) / 12 * np.pi)
    return np.maximum(0.0, 1000 * light * height).round(1)


def open_three_days(weeks: int) -> np.ndarray:
    days = np.arange(7 * weeks) % 7 > 3
    return days * np.random.default_rng(2).integers(80, 120, 7 * weeks).astype(float)


def winters(years: int) -> np.ndarray:
    cold = np.cos(2 * np.pi * np.arange(12 * years) / 12) - 0.2
    return np.maximum(0.0, 100 * cold + np.random.default_rng(3).normal(0, 8, 12 * years))


@pytest.mark.parametrize("named", [True, False], ids=["named", "found"])
@pytest.mark.parametrize(
    ("y", "m", "horizon"),
    [(sunny(32), 24, 48), (open_three_days(20), 7, 14), (winters(7), 12, 12)],
    ids=["sun", "shop", "snow"],
)
def test_zeros_by_the_clock_are_forecast_with_their_season(
    y: np.ndarray, m: int, horizon: int, named: bool
) -> None:
    train, test = y[:-horizon], y[-horizon:]
    history = TrainingSeries.of(train, (m,) if named else None)
    made = combination_of(history, horizon)
    repeated = np.resize(train[-m:], horizon)
    assert m in history.seasons
    assert np.abs(made.mean - test).mean() < 1.5 * np.abs(repeated - test).mean() + 5
    assert made.mean.min() >= 0
    assert made.band(95).lower.min() >= 0
    assert made.mean[test == 0].mean() < 0.05 * train.max()


def test_rare_demand_stays_without_a_season() -> None:
    kinds = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        y = (random.random(150) < 0.3) * random.integers(1, 9, 150).astype(float)
        kinds += [TrainingSeries.of(y, (7,)).kind, TrainingSeries.of(y, None).kind]
    assert kinds.count("ordinary") <= 2


def test_intervals_are_judged_by_what_came_and_forecasts_learn_from_other_values() -> None:
    y = 100.0 + np.random.default_rng(4).normal(size=300)
    history = TrainingSeries.of(y, ())
    came = y + np.where(np.arange(300) % 10 == 0, 20.0, 0.0)
    known, surprised = (combination_of(one, 8) for one in (history, history.judged_by(came)))
    np.testing.assert_array_equal(known.mean, surprised.mean)
    assert (surprised.band(95.0).upper > known.band(95.0).upper + 3.0).all()
    assert history.judged_by(None) is history


@pytest.mark.parametrize(("cycles", "level"), [(4, 500.0), (12, 650.0)])
def test_a_season_that_is_as_large_at_a_lower_level_is_not_one_of_shares(
    cycles: int, level: float
) -> None:
    """Space on a disk that is cleaned once a week, and fills all the same."""
    t = np.arange(168 * (cycles + 1))
    free = level - 0.8 * t + 100.0 * (t // 168)
    y = free + np.random.default_rng(cycles).normal(size=len(t))
    made = combination_of(TrainingSeries.of(y[:-168], None, (24, 168)), 48)
    assert np.abs(made.mean - free[-168:-120]).mean() < 2.0
