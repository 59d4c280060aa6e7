import numpy as np

from models.data.series import RawSeries
from models.data.table import Table


def raw(name: str, size: int, **more: object) -> RawSeries:
    return RawSeries(name, np.arange(float(size)), **more)  # type: ignore[arg-type]


def test_series_come_out_as_they_went_in() -> None:
    exog = {"price": np.arange(3.0)}
    table = Table.of(
        [raw("a", 3, ds=["x", "y", "z"], exog=exog), raw("b", 3, ds=["x", "y", "w"], exog=exog)]
    )
    assert [one.unique_id for one in table] == ["a", "b"]
    assert table.loose is None
    np.testing.assert_array_equal(table[1].ds, [b"x", b"y", b"w"])
    np.testing.assert_array_equal(table[-1].exog["price"], exog["price"])
    assert [len(one.y) for one in table[0:2]] == [3, 3]


def test_equal_stamps_are_held_once() -> None:
    table = Table.of([raw(name, 3, ds=[1, 2, 3]) for name in "abc"])
    assert table.shares_stamps
    np.testing.assert_array_equal(table.stamps, [1, 2, 3])
    assert table[2].ds is table.stamps


def test_series_of_one_length_but_other_stamps_do_not_share() -> None:
    stamps = np.arange(4)
    table = Table.of([raw("a", 4, ds=stamps), raw("b", 4, ds=stamps + 1)])
    assert not table.shares_stamps
    np.testing.assert_array_equal(table.stamps, [0, 1, 2, 3, 1, 2, 3, 4])


def test_a_single_series_shares_with_nobody() -> None:
    table = Table.of([raw("a", 2, ds=[1, 2])])
    assert not table.shares_stamps
    np.testing.assert_array_equal(table[0].ds, [1, 2])


def test_stamps_that_fit_into_no_array_stay_as_they_are() -> None:
    for ds in (["2024-01-01", 5], ["x" * 100, "y"], [1, 2**70], ["2024-01-01", "ö"]):
        assert Table.of([raw("a", 2, ds=ds)]).stamps == ds


def test_series_with_columns_of_their_own_stay_as_they_are() -> None:
    short, odd = raw("a", 3, ds=[1, 2]), raw("b", 3, ds=[1, 2, 3], exog={"x": np.arange(2.0)})
    for series in ([short, odd], [raw("a", 2), raw("b", 2, ds=[1, 2])]):
        table = Table.of(series)
        assert [one.unique_id for one in table] == ["a", "b"]
        for kept, one in zip(table, series, strict=True):
            np.testing.assert_array_equal(kept.ds, one.ds)
            assert (kept.y is one.y, kept.exog) == (True, one.exog)
        assert len(table.y) == sum(len(one.y) for one in series)


def test_rows_in_any_order_become_series_in_order_of_appearance() -> None:
    table = Table.of_rows(["b", "a", "b"], [1, 2, 3], {"y": np.array([1.0, 2.0, 3.0])})
    assert table.ids == ["b", "a"]
    assert table.offsets.tolist() == [0, 2, 3]
    assert table.y.tolist() == [1.0, 3.0, 2.0]
    np.testing.assert_array_equal(table.stamps, [1, 3, 2])


def test_arrays_of_rows_stay_arrays() -> None:
    days = np.datetime64("2024-01-01") + np.arange(4)
    y = np.arange(4.0)
    sorted_rows = Table.of_rows(np.array([7, 7, 8, 8]), days, {"y": y})
    assert sorted_rows.y is y
    assert sorted_rows.stamps is days
    mixed = Table.of_rows(np.array([7, 8, 7, 8]), days, {"y": y})
    assert mixed.ids == ["7", "8"]
    np.testing.assert_array_equal(mixed.stamps, days[[0, 2, 1, 3]])


def test_a_number_and_its_text_are_one_id() -> None:
    table = Table.of_rows([1, "1", "x"], None, {"y": np.arange(3.0)})
    assert table.ids == ["1", "x"]
    assert table.offsets.tolist() == [0, 2, 3]
