"""Any length, season, horizon and pattern has a finite forecast with bounds in order."""

import numpy as np
import pytest

from models.forecasters.combination._combined import History, combined, fitted
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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("horizon", [1, 13])
def test_every_length_and_season(kind: str, horizon: int) -> None:
    named = (None, (), (4,), (12,), (3, 9), (2, 1000))
    for size in [*range(2, 31), 61, 130]:
        y = pattern(kind, size)
        history = History.of(y, named[size % len(named)])
        made = combined(history, horizon)
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
    one, other = (combined(History.of(y * size, (4,)), 8) for size in (1.0, 2.0**40))
    np.testing.assert_array_equal(one.mean * 2.0**40, other.mean)


def test_old_values_only_cost_time() -> None:
    y = np.random.default_rng(0).normal(size=9000)
    history = History.of(y, (7,))
    assert len(history.recent) == 3000
    values = fitted(history)
    assert np.isnan(values[:6000]).all()
    assert np.isfinite(values[-1000:]).all()
    assert len(History.of(y, (1000,)).recent) == 5000
