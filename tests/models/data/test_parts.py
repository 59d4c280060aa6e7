"""Parts of a forecast: they sum to it, and what cannot be told is not finite rather than an error."""

import numpy as np

from models.data.parts import REST, added, closed, inverted


def test_parts_of_transformed_values_are_what_each_adds_to_those_before() -> None:
    parts = inverted({"trend": np.array([1.0, 2.0]), "seasonal": np.array([0.5, -0.5])}, np.exp)
    assert np.allclose(parts["trend"], np.exp([1.0, 2.0]))
    assert np.allclose(parts["trend"] + parts["seasonal"], np.exp([1.5, 1.5]))


def test_what_no_part_tells_is_the_rest() -> None:
    parts = {"trend": np.array([1.0, 2.0]), "holidays": np.array([0.0, 1.0])}
    assert closed(parts, np.array([1.0, 3.0])) is parts
    assert np.allclose(closed(parts, np.array([1.0, 4.0]))[REST], [0.0, 1.0])
    assert np.allclose(closed({**parts, REST: np.ones(2)}, np.array([2.0, 5.0]))[REST], [1.0, 2.0])


def test_parts_of_one_name_are_added_up() -> None:
    pairs = [("holidays", np.ones(2)), ("trend", np.zeros(2)), ("holidays", np.ones(2))]
    assert {name: values.tolist() for name, values in added(pairs).items()} == {
        "holidays": [2.0, 2.0],
        "trend": [0.0, 0.0],
    }


def test_what_overflows_is_not_finite() -> None:
    parts = inverted({"trend": np.array([1e3]), "seasonal": np.array([-1e3])}, np.exp)
    assert np.isinf(parts["trend"]).all()
    assert not np.isfinite(closed(parts, np.array([1.0]))["seasonal"]).any()
