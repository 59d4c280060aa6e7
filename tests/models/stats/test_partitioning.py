"""Optimal partitions against all there are, and the costs of segments."""

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from models.stats.partitioning import (
    LineCost,
    RateCost,
    ScaleCost,
    cost_reductions,
    optimal_partition,
)
from tests.models.build import noise


def test_the_cheapest_change_points_are_found() -> None:
    """Against all possible changes of a short series."""
    y = noise(14, seed=3) + 3 * (np.arange(14) >= 6)
    lines = LineCost(y, np.ones(14), np.arange(14.0), 3.0)
    scales = ScaleCost(np.abs(y) + 0.1, 0.6)
    for cost in (lines, scales):
        for penalty in (0.5, 2.0, 6.0):
            every = [changes for k in range(4) for changes in combinations(range(1, 14), k)]
            allowed = [c for c in every if min(np.diff([0, *c, 14])) >= 3]

            def total(changes: Any, cost: Any = cost, penalty: float = penalty) -> float:
                edges = [0, *changes, 14]
                return sum(float(cost(a, b)) for a, b in pairwise(edges)) + penalty * len(changes)

            assert tuple(optimal_partition(cost, 14, 3, penalty)) == min(allowed, key=total)


def test_costs_are_those_of_regressions() -> None:
    y, x = noise(30, seed=1), np.arange(30.0)
    cost = LineCost(y, np.ones(30), x, 1e-9)
    line = np.polynomial.Polynomial.fit(x[4:20], y[4:20], 1)
    assert float(cost(4, 20)) == pytest.approx(
        float(np.sum((y[4:20] - line(x[4:20])) ** 2)), abs=1e-6
    )
    flat = LineCost(y, np.ones(30), x, np.inf)
    assert float(flat(4, 20)) == pytest.approx(16 * y[4:20].var())


def test_a_rate_costs_minus_twice_its_log_likelihood() -> None:
    cost = RateCost(np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0]), dispersion=1.0)
    assert float(cost(0, 4)) == pytest.approx(8 * np.log(2.0))
    assert float(cost(4, 6)) == 0.0


def test_a_scale_costs_the_logarithm_of_its_mean() -> None:
    cost = ScaleCost(np.array([1.0, 3.0, 2.0]), dispersion=0.5)
    assert float(cost(0, 2)) == pytest.approx(2 * 2 * np.log(2.0) / 0.5)


def test_a_change_point_saves_what_leaving_it_out_would_cost() -> None:
    y = np.repeat([0.0, 5.0], 10)
    cost = LineCost(y, np.ones(20), np.arange(20.0), np.inf)
    assert optimal_partition(cost, 20, 3, 2.0) == [10]
    assert cost_reductions(cost, [10], 20) == pytest.approx([20 * 2.5**2])


def test_a_long_series_is_cut_where_it_changes() -> None:
    y = np.repeat([0.0, 1.0], [1234, 2766]) + 0.1 * noise(4000)
    cost = LineCost(y, np.ones(4000), np.arange(4000.0), np.inf)
    (change,) = optimal_partition(cost, 4000, 10, 5.0)
    assert abs(change - 1234) <= 2


def test_too_few_points_for_two_segments_have_no_change() -> None:
    cost = LineCost(np.arange(5.0), np.ones(5), np.arange(5.0), np.inf)
    assert optimal_partition(cost, 5, 3, 0.0) == []
