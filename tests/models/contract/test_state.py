from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.contract.state import Reader, State, Writer
from models.data.series import Notice


def there_and_back(value: Any) -> Any:
    writer = Writer(lambda _: None)
    values = {"a_": writer.written(value, "a_")}
    state = State("forecaster", "x", {}, values=values, arrays=writer.arrays)
    read = State.from_bytes(state.to_bytes())
    return Reader(read, {}).read(read.values["a_"])


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(plain)
def test_json_comes_back_as_it_was(value: Any) -> None:
    found = there_and_back(value)
    assert found == value
    assert repr(found) == repr(value)


@given(
    arrays.arrays(
        st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16", "M8[ns]", "m8[s]"]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    )
)
def test_arrays_come_back_to_the_bit(array: Any) -> None:
    for sent in (array, np.asfortranarray(array), array.T):
        found = there_and_back(sent)
        assert (found.dtype, found.shape) == (sent.dtype, sent.shape)
        assert found.tobytes() == sent.tobytes()
        if sent.ndim > 1 and sent.size > 1:
            assert found.flags.f_contiguous == sent.flags.f_contiguous


@pytest.mark.parametrize("value", [np.float64(0.1), np.int64(3), np.bool_(True), np.float32(0.1)])
def test_scalars_keep_their_type(value: Any) -> None:
    assert type(there_and_back(value)) is type(value)
    assert there_and_back(value) == value


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinity_is_kept(value: float) -> None:
    assert there_and_back([value]) == [value]


def test_nan_is_kept() -> None:
    assert np.isnan(there_and_back(float("nan")))


def test_a_declared_value_object_is_kept() -> None:
    notice = Notice("code", "a sentence", None, "a")
    assert there_and_back([notice]) == [notice]


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", np.array(["a"]), np.array([None])])
def test_nothing_else_is(value: Any) -> None:
    with pytest.raises(TypeError, match="a_"):
        there_and_back(value)
