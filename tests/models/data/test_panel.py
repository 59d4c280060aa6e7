import pickle
from dataclasses import replace

import numpy as np
import pytest

from models.data.panel import Panel, asked_once
from models.data.series import Series
from tests.models.build import series_of


def three() -> list[Series]:
    first = series_of([1.0, 2.0, 3.0], unique_id="a", season_length=3)
    second = replace(series_of([4.0], unique_id="b"), observed=np.array([False]))
    third = replace(
        series_of([5.0, 6.0], unique_id="c"),
        exog={"price": np.array([7.0, 8.0])},
        future={"price": np.array([9.0])},
    )
    return [first, second, third]


def flat(panel: Panel) -> Panel:
    """The same arrays, without the series that they were made from."""
    return Panel(
        panel.ids,
        panel.values,
        panel.offsets,
        panel.grids,
        panel.season_length,
        observed=panel.observed,
        exog=panel.exog,
        future=panel.future,
        future_offsets=panel.future_offsets,
    )


@pytest.mark.parametrize("keep", [list, lambda panel: panel, lambda panel: panel[::1]])
def test_a_series_comes_out_as_it_went_in(keep: object) -> None:
    for sent, found in zip(three(), keep(flat(Panel.of(three()))), strict=True):  # type: ignore[operator]
        assert (sent.unique_id, sent.season_length) == (found.unique_id, found.season_length)
        np.testing.assert_array_equal(sent.y, found.y)
        np.testing.assert_array_equal(sent.is_observed, found.is_observed)
        assert {k: v.tolist() for k, v in sent.exog.items()} == {
            k: v.tolist() for k, v in found.exog.items()
        }
        assert {k: v.tolist() for k, v in sent.future.items()} == {
            k: v.tolist() for k, v in found.future.items()
        }


def test_rows_are_picked_in_any_order() -> None:
    panel = flat(Panel.of(three()))[[2, 0]]
    assert panel.ids == ["c", "a"]
    assert panel.values.tolist() == [5.0, 6.0, 1.0, 2.0, 3.0]
    assert panel[0].future["price"].tolist() == [9.0]
    assert panel[1].future == {}


def test_a_series_is_made_once() -> None:
    panel = flat(Panel.of(three()))
    assert panel[0] is panel[0]
    assert panel[[0, 1]][0] is panel[0]


def test_equal_lengths_are_one_matrix() -> None:
    panel = Panel.of([*three(), series_of([0.0, 1.0, 2.0])])
    found = {matrix.shape: rows.tolist() for rows, matrix in panel.by_length()}
    assert found == {(1, 1): [1], (1, 2): [2], (2, 3): [0, 3]}


def test_it_travels_without_its_views() -> None:
    sent = flat(Panel.of(three()))
    alone = pickle.dumps(sent)
    list(sent)
    assert pickle.dumps(sent) == alone
    assert pickle.loads(alone)[2].exog["price"].tolist() == [7.0, 8.0]


def test_no_series_are_a_panel_too() -> None:
    assert len(Panel.of([])) == 0
    assert len(Panel.of(three())[[]]) == 0


def test_a_regressor_is_a_column_that_a_series_has_and_of_which_the_future_is_known() -> None:
    price = {"price": np.array([7.0, 8.0])}
    past = replace(series_of([5.0, 6.0], unique_id="d"), exog=price)
    assert Panel.of([*three(), past]).regressors.tolist() == [0, 0, 1, 0]
    assert Panel.of(three()[:2]).regressors.tolist() == [0, 0]


def test_series_that_differ_by_a_regressor_are_asked_apart() -> None:
    plain, told = series_of([1.0, 2.0]), three()[-1]
    asked: list[str] = []

    def ask(one: Series) -> int:
        asked.append(one.unique_id)
        return len(one.future)

    assert asked_once([plain, told, told, plain], ask) == [0, 1, 1, 0]
    assert asked == [plain.unique_id, told.unique_id]
