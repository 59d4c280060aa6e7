"""What is read from a prediction: levels, quantiles, and the ways to its distribution."""

import numpy as np
import pytest

from models.data.prediction import (
    Curve,
    Distribution,
    NeverNarrowing,
    Normal,
    Prediction,
    Quantiles,
    Samples,
)
from models.data.results import Interval

MEAN = np.array([[1.0, 2.0]])


def test_a_normal_one_has_the_quantiles_of_the_normal_distribution() -> None:
    made = Prediction(MEAN, {"parametric": lambda: Normal(np.array([[1.0, 2.0]]))})
    band = made.interval(95.0)
    assert band is not None
    np.testing.assert_allclose(band.upper, [[1 + 1.959964, 2 + 2 * 1.959964]], rtol=1e-6)
    np.testing.assert_allclose(made.quantile(0.975), band.upper)
    np.testing.assert_allclose(made.quantile(0.025), band.lower)
    np.testing.assert_array_equal(made.quantile(0.5), MEAN)
    assert made.method == "parametric"


def test_samples_and_quantiles_are_read_as_they_are() -> None:
    values = np.arange(11.0)[None, :, None] * np.ones(2)
    drawn = Prediction(values.mean(axis=1), {"mc_dropout": lambda: Samples(values)})
    heads = Prediction(
        values.mean(axis=1), {"parametric": lambda: Quantiles(np.linspace(0, 1, 11), values)}
    )
    for made in (drawn, heads):
        np.testing.assert_allclose(made.quantile(0.85), [[8.5, 8.5]])


def test_quantiles_beyond_the_outermost_are_those() -> None:
    heads = Quantiles(np.array([0.1, 0.9]), np.array([[[0.0], [4.0]]]))
    band = heads.interval(np.array([[2.0]]), 99.0)
    assert (band.lower[0, 0], band.upper[0, 0]) == (0.0, 4.0)


def test_no_distribution_has_no_interval() -> None:
    for made in (Prediction(MEAN), Prediction(MEAN, {"parametric": lambda: None})):
        assert made.interval(80.0) is None
        assert made.quantile(0.9) is None
        assert made.method == "none"


def test_a_distribution_is_made_once_and_only_if_it_is_read() -> None:
    made: list[int] = []

    def way() -> Distribution:
        made.append(1)
        return Normal(np.ones((1, 2)))

    prediction = Prediction(MEAN, {"parametric": way})
    assert not made
    assert [prediction.interval(level) is not None for level in (50.0, 80.0)] == [True, True]
    assert len(made) == 1


def test_another_method_of_the_model_can_be_asked_for() -> None:
    ways = {
        "conformal": lambda: Normal(np.ones((1, 2))),
        "mc_dropout": lambda: Normal(np.full((1, 2), 2.0)),
        "parametric": lambda: None,
    }
    made = Prediction(MEAN, ways)
    dropped = made.by("mc_dropout")
    assert dropped is not None
    wide, narrow = dropped.interval(80.0), made.interval(80.0)
    assert wide is not None
    assert narrow is not None
    assert (wide.upper > narrow.upper).all()
    assert made.by("conformal") is made
    assert made.by("parametric") is None
    assert made.by("bootstrap") is None


def test_the_mean_is_inside_and_later_steps_are_no_surer() -> None:
    skewed = Curve(lambda level: Interval(np.array([[1.5, 1.9]]), np.array([[3.0, 2.1]])))
    made = Prediction(MEAN, {"parametric": lambda: skewed})
    band = made.interval(80.0)
    assert band is not None
    assert band.lower[0, 0] == 1.0
    kept = NeverNarrowing(skewed).interval(MEAN, 80.0)
    assert kept.upper[0, 1] - 2.0 == pytest.approx(2.0)
