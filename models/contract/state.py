"""What a fitted model has learned, as JSON and arrays: nested, versioned, never pickle.

As bytes it is one safetensors file: the arrays of the model and of the models within it, and the rest as JSON
in the file's metadata. Nothing in it names code: a class is found by its name in the registry, a value object
by its name among those that were declared ``kept``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from math import isfinite
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.data.series import Notice, Series
from models.errors import StateUnreadable
from models.time.frequency import Frequency
from models.time.grid import Grid

FORMAT = 1
"""The version of this encoding; a newer one is refused."""

V = TypeVar("V")
Arrays = dict[str, NDArray[Any]]

_KEPT: dict[str, type[Any]] = {one.__name__: one for one in (Frequency, Grid, Notice, Series)}
_PLAIN = "biuf"
_AS_NUMBERS = {"M": np.int64, "m": np.int64, "c": np.float64}
"""Kinds of arrays that a tensor file has not, and what they are written as."""
_FIELDS = {
    **{"kind": str, "name": str, "params": dict, "random_state": int},
    **{"version": int, "values": dict, "parts": dict},
}
_WRONG = (TypeError, ValueError, AttributeError, RecursionError)
"""What reading raises that was not written by ``to_bytes``."""


def kept(value_object: type[V]) -> type[V]:
    """Declare a dataclass to be a value that fitted models may keep; raises ``TypeError`` for a name taken."""
    if not is_dataclass(value_object) or value_object.__name__ in _KEPT:
        raise TypeError(f"{value_object.__name__} is no dataclass, or another one has its name")
    _KEPT[value_object.__name__] = value_object
    return value_object


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A fitted model: which one, and what it has learned.

    ``version``: of what this model keeps. ``values``: attributes as JSON, ``arrays``: those that they refer to;
    ``parts``: the models within it.
    """

    kind: str
    name: str
    params: Mapping[str, Any]
    random_state: int = 0
    version: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    parts: Mapping[str, "State"] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return one safetensors file."""
        from safetensors.numpy import save

        arrays: Arrays = {}
        text = json.dumps({"format": FORMAT, **self._written("", arrays)}, allow_nan=False)
        return save(arrays, {"tidecast": text})

    @classmethod
    def from_bytes(cls, data: bytes) -> "State":
        """Read what ``to_bytes`` wrote; raises ``StateUnreadable``."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            arrays = load(data)
            length = int.from_bytes(data[:8], "little")
            written = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["tidecast"])
        except (SafetensorError, ArithmeticError, LookupError, *_WRONG) as error:
            raise _unreadable(f"it is not what a model was kept as: {error}") from None
        if not isinstance(written, dict) or written.get("format") != FORMAT:
            raise _unreadable("it was written in another format, by a newer version perhaps")
        del written["format"]
        state = cls._read(written, "", arrays)
        if arrays:
            raise _unreadable(f"no model has the array {min(arrays):.60}")
        return state

    def _written(self, place: str, arrays: Arrays) -> dict[str, Any]:
        arrays |= {f"{place}{key}": array for key, array in self.arrays.items()}
        return {
            "kind": self.kind,
            "name": self.name,
            "params": dict(self.params),
            "random_state": self.random_state,
            "version": self.version,
            "values": dict(self.values),
            "parts": {k: part._written(f"{place}{k}/", arrays) for k, part in self.parts.items()},
        }

    @classmethod
    def _read(cls, written: Any, place: str, arrays: Arrays) -> "State":
        """Return the state of a model, whose arrays are taken out of those of the file."""
        try:
            if {key: type(value) for key, value in written.items()} != _FIELDS:
                raise ValueError(f"a model has {', '.join(_FIELDS)}, each of its own type")
            parts = {k: cls._read(v, f"{place}{k}/", arrays) for k, v in written["parts"].items()}
            own = [key for key in arrays if key.startswith(place) and "/" not in key[len(place) :]]
            held = {key.removeprefix(place): arrays.pop(key) for key in own}
            return cls(**{**written, "parts": parts}, arrays=held)
        except _WRONG as error:
            raise _unreadable(f"a field is missing or of another type: {error}") from None


class Writer:
    """Turns what one model has learned into JSON, the arrays and the parts that it refers to."""

    def __init__(self, part_of: Callable[[Any], "State | None"]) -> None:
        self.part_of = part_of
        self.arrays: Arrays = {}
        self.parts: dict[str, State] = {}

    def written(self, value: Any, place: str) -> Any:
        """Return a value as JSON; raises ``TypeError`` for what cannot be kept."""
        if value is None or isinstance(value, bool | str) or type(value) is int:
            return value
        if type(value) is float:
            return value if isfinite(value) else {"float": repr(value)}
        if isinstance(value, np.generic):
            return {"scalar": self._array(np.asarray(value), place)}
        if isinstance(value, np.ndarray):
            return {"array": self._array(value, place)}
        if isinstance(value, list | tuple):
            items = [self.written(one, f"{place}.{i}") for i, one in enumerate(value)]
            return {"tuple": items} if isinstance(value, tuple) else items
        if isinstance(value, Mapping):
            return {"dict": self._pairs(value, place)}
        if (part := self.part_of(value)) is not None:
            self.parts[place] = part
            return {"part": place}
        if _KEPT.get(type(value).__name__) is type(value):
            held = {one.name: getattr(value, one.name) for one in fields(value)}
            return {"object": type(value).__name__, "fields": self._pairs(held, place)}
        raise TypeError(f"{place} is a {type(value).__name__}, which is neither JSON nor an array")

    def _pairs(self, held: Mapping[Any, Any], place: str) -> list[Any]:
        return [
            [self.written(key, f"{place}.{i}k"), self.written(value, f"{place}.{i}")]
            for i, (key, value) in enumerate(held.items())
        ]

    def _array(self, array: NDArray[Any], place: str) -> Any:
        kind = array.dtype.kind
        if kind not in _PLAIN and kind not in _AS_NUMBERS:
            raise TypeError(f"{place} is an array of {array.dtype}, which cannot be kept")
        across = array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous
        turned = array.T if across else array
        dtype = array.dtype.newbyteorder("=")
        plain = np.ascontiguousarray(turned, dtype).reshape(turned.shape)
        self.arrays[place] = plain if kind in _PLAIN else plain.reshape(-1).view(_AS_NUMBERS[kind])
        if kind in _PLAIN and not across:
            return place
        # Sums may round otherwise in another order of memory.
        return [place, str(plain.dtype), list(plain.shape), across]


class Reader:
    """Turns what a ``Writer`` wrote into values again."""

    def __init__(self, state: State, parts: Mapping[str, Any]) -> None:
        self.arrays, self.parts = dict(state.arrays), dict(parts)

    def read(self, written: Any) -> Any:
        """Return the value; raises ``StateUnreadable``.

        An array or a part is read once: no few bytes become many arrays.
        """
        try:
            return self._value(written)
        except (ArithmeticError, LookupError, *_WRONG) as error:
            raise _unreadable(f"a value cannot be read: {error}") from None

    def finish(self) -> None:
        """Raise ``StateUnreadable`` if there is an array or a part that no value refers to."""
        if left := [*self.arrays, *self.parts]:
            raise _unreadable(f"nothing refers to {left[0]:.60}")

    def _value(self, written: Any) -> Any:
        if isinstance(written, list):
            return [self._value(one) for one in written]
        if not isinstance(written, dict):
            return written
        if "object" in written:
            return self._object(_KEPT[written["object"]], dict(self._pairs(written["fields"])))
        ((tag, inner),) = written.items()
        if tag == "float":
            return float(inner)
        if tag == "part":
            return self.parts.pop(inner)
        if tag == "tuple":
            return tuple(self._value(one) for one in inner)
        if tag == "dict":
            return dict(self._pairs(inner))
        if tag not in ("array", "scalar"):
            raise ValueError(f"unknown kind of value '{tag}'")
        array = self._array(inner)
        return array if tag == "array" else array[()]

    def _object(self, kept_class: type[Any], held: dict[str, Any]) -> Any:
        known = {one.name: one.init for one in fields(kept_class)}
        if held.keys() != known.keys():
            raise ValueError(f"{kept_class.__name__} has the fields {', '.join(known)}")
        made = kept_class(**{name: value for name, value in held.items() if known[name]})
        for name in (name for name, given in known.items() if not given):
            object.__setattr__(made, name, held[name])
        return made

    def _pairs(self, written: Sequence[Any]) -> list[tuple[Any, Any]]:
        return [(self._value(key), self._value(value)) for key, value in written]

    def _array(self, inner: Any) -> NDArray[Any]:
        plain = isinstance(inner, str)
        place, dtype, shape, across = (inner, "", (), False) if plain else inner
        array = self.arrays.pop(place)
        # A copy of its own, aligned and writable; any byte but 0 is true.
        array = array.view(np.uint8) != 0 if array.dtype == bool else np.array(array)
        if plain:
            return array
        if np.dtype(dtype).kind in _AS_NUMBERS:
            array = array.view(dtype)
        elif array.dtype != dtype:
            raise ValueError(f"{place} is no array of {dtype}")
        array = array.reshape(shape)
        return array.T if across else array


def _unreadable(why: str) -> StateUnreadable:
    return StateUnreadable(
        f"the kept model cannot be read: {why}", "fit and keep it again with this version"
    )
