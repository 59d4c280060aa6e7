"""JSON bodies: five shapes of series in, one table out; numbers never pass through pydantic."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec
import numpy as np
from msgspec import Raw

from app.codecs.base import Codec, Content
from app.codecs.frame import Frame
from app.codecs.json.encode import encoded
from app.codecs.json.errors import Path, invalid, malformed, named, not_a_number, place, translated
from app.codecs.rows import ID, STAMP, STAMPS, TABLE_KEYS, Y, group_rows
from app.failures import InvalidBody, MalformedBody, over_limit
from app.settings import Limits
from models.data.series import RawSeries
from models.errors import Problem
from models.types import FloatArray

T = TypeVar("T")

SINGLE = "series"
"""The ``unique_id`` of a single series that was sent without one."""
SERIES_KEYS = ("y", "series", "future", "unique_id", "ds", "start")
"""Top-level keys that hold series; all others are options."""
_COMMAS_PER_POINT = 4
_Y_KEY = re.compile(rb'"y"')  # twice as fast as bytes.count
_OPTION_DEPTH = 3


class JsonCodec(Codec):
    """``application/json``."""

    media_type = "application/json"

    def decode(self, body: bytes, query: Mapping[str, Any], limits: Limits) -> Content:
        """Read series and options from one object."""
        if query:
            name = next(iter(query))
            raise invalid(
                f"a JSON body holds its options itself, got query parameter '{name}'",
                (),
                f"move '{name}' into the body",
            )
        _check_bytes(body, limits)
        try:
            return _content(body, limits)
        except UnicodeDecodeError as error:
            raise MalformedBody(f"the body is not UTF-8: {error.reason}", "send UTF-8") from None
        except RecursionError:
            raise MalformedBody("the body is nested too deeply", "send tables, not trees") from None

    def encode(self, frame: Frame) -> bytes:
        """Write an answer; NaN and infinity become null."""
        return encoded(frame)


class _Compact(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A series without exogenous variables."""

    y: list[float | None]
    unique_id: int | str | None = None
    ds: list[int | str] | None = None
    start: int | str | None = None
    freq: int | str | None = None


class _Key:
    """A key that equals no other, so that a dict keeps keys that occur twice."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def _key(kind: type, value: Any) -> _Key:
    if kind is _Key and isinstance(value, str):
        return _Key(value)
    raise NotImplementedError


_OBJECT = msgspec.json.Decoder(dict[_Key, Raw], dec_hook=_key)
_LIST = msgspec.json.Decoder(list[Raw])
_COMPACT = msgspec.json.Decoder(list[_Compact])
_ROWS = msgspec.json.Decoder(list[dict[str, int | float | str | None]])
_NUMBER = msgspec.json.Decoder(float | None)
_NUMBERS = msgspec.json.Decoder(list[float | None])
_STAMPS = msgspec.json.Decoder(list[int | str] | None)
_NAME = msgspec.json.Decoder(int | str | None)
_ANY = msgspec.json.Decoder()


def _check_bytes(body: bytes, limits: Limits) -> None:
    """Refuse what need not be parsed to be refused."""
    if not body.strip(b" \t\r\n"):
        raise MalformedBody(
            "the body is empty", 'send a JSON object such as {"y": [1, 2, 3], "h": 2}'
        )
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedBody("the body begins with a byte order mark", "send UTF-8 without one")
    # A parsed number takes ten times the memory of its text: count before parsing.
    most = _COMMAS_PER_POINT * limits.max_points + 100_000
    if len(body) > 2 * most and body.count(b",") > most:
        raise over_limit("max_points", f"over {limits.max_points}", limits.max_points)


def _content(body: bytes, limits: Limits) -> Content:
    sent = _parts(body, ())
    parts = {k: raw for k, raw in sent.items() if k not in SERIES_KEYS or _first_byte(raw) != b"n"}
    options = {k: _option(raw, (k,)) for k, raw in parts.items() if k not in SERIES_KEYS}
    series = _all_series(parts, body)
    _check_counts(series, limits)
    future = _future(parts["future"]) if "future" in parts else ()
    return Content(series, future, options)


def _check_counts(series: Sequence[RawSeries], limits: Limits) -> None:
    if len(series) > limits.max_series:
        raise over_limit("max_series", len(series), limits.max_series, ("series",))
    points = sum(len(one.y) for one in series)
    if points > limits.max_points:
        raise over_limit("max_points", points, limits.max_points, ("series",))


def _all_series(parts: Mapping[str, Raw], body: bytes) -> Sequence[RawSeries]:
    if "y" in parts and "series" in parts:
        raise invalid("the body holds both y and series", ("y",), "send one of them")
    if "y" in parts:
        return [_single(parts)]
    if "series" not in parts:
        raise invalid(
            "the body holds no series", (), 'send "y" for one series or "series" for several'
        )
    for stray in ("ds", "start", "unique_id"):
        if stray in parts:
            raise invalid(
                f"{stray} belongs into the series", (stray,), f"move {stray} into each series"
            )
    fast = _fast(parts["series"], body)
    return _shaped(parts["series"], ("series",), with_y=True) if fast is None else fast


def _single(parts: Mapping[str, Raw]) -> RawSeries:
    own = {key: parts[key] for key in ("y", "unique_id", "ds", "start") if key in parts}
    return _compact(own, (), with_y=True)


def _future(raw: Raw) -> Sequence[RawSeries]:
    return _shaped(raw, ("future",), with_y=False)


def _shaped(raw: Raw, path: Path, *, with_y: bool) -> Sequence[RawSeries]:
    """Read series in any of the shapes of a list or an object."""
    kind = _first_byte(raw)
    if kind == b"{":
        return _columns(_parts(raw, path), path, with_y=with_y)
    if kind != b"[":
        raise invalid(
            f"{path[0]} must be a list or an object of columns", path, "see the API reference"
        )
    items: list[Raw] = _read(_LIST, raw, path)
    if not items:
        raise invalid(f"{path[0]} is an empty list", path, "send at least one series")
    if _is_row(_parts(items[0], (*path, 0))):
        return _rows(raw, path, with_y=with_y)
    return _several(items, path, with_y=with_y)


def _fast(raw: Raw, body: bytes) -> Sequence[RawSeries] | None:
    """Read compact series without exogenous variables; None if it takes a closer look."""
    try:
        items = _COMPACT.decode(raw)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
    if not items or len(_Y_KEY.findall(body)) != len(items):  # a key may occur twice
        return None
    if any(one.ds is not None and one.start is not None for one in items):
        return None
    identified = [
        _identified(item.unique_id, i, len(items), ("series",)) for i, item in enumerate(items)
    ]
    _check_distinct(identified, ("series",))
    return [
        RawSeries(unique_id, _array(one.y), cast(Any, one.ds), one.start, one.freq)
        for unique_id, one in zip(identified, items, strict=True)
    ]


def _array(values: list[float | None]) -> FloatArray:
    """Return numbers as an array, NaN for null; the quick way is for lists without null."""
    try:
        return np.fromiter(cast(Any, values), np.float64, len(values))
    except TypeError:
        return np.array(values, dtype=np.float64)


def _is_row(item: Mapping[str, Raw]) -> bool:
    """Whether an object is one row of a table: none of its values is a list."""
    return bool(item) and not any(_first_byte(raw) == b"[" for raw in item.values())


def _several(items: Sequence[Raw], path: Path, *, with_y: bool) -> Sequence[RawSeries]:
    found = [
        _compact(_parts(item, (*path, i)), (*path, i), with_y=with_y, count=len(items))
        for i, item in enumerate(items)
    ]
    _check_distinct([one.unique_id for one in found], path)
    return found


def _compact(item: Mapping[str, Raw], path: Path, *, with_y: bool, count: int = 1) -> RawSeries:
    """Read a series whose columns are lists."""
    number = path[-1] if path and isinstance(path[-1], int) else 0
    exog = {
        key: _numbers(raw, (*path, key))
        for key, raw in item.items()
        if key not in (*TABLE_KEYS, "start", "freq")
    }
    ds = _maybe(_STAMPS, item, STAMP, path)
    start = _maybe(_NAME, item, "start", path)
    if ds is not None and start is not None:
        text = "ds already tells when the series begins, and start was sent as well"
        raise invalid(text, (*path, "start"), "send one of them")
    return RawSeries(
        _identified(_maybe(_NAME, item, ID, path), number, count, path[:-1]),
        _y_of(item, path) if with_y else _no_y(item, path, exog, ds),
        ds,
        start,
        _maybe(_NAME, item, "freq", path),
        exog,
    )


def _maybe(decoder: Any, item: Mapping[str, Raw], key: str, path: Path) -> Any:
    """Read a value that may be left out or null."""
    return _read(decoder, item[key], (*path, key)) if key in item else None


def _y_of(item: Mapping[str, Raw], path: Path) -> FloatArray:
    if Y not in item:
        raise invalid("y is required", (*path, Y), "add the list of values")
    return _numbers(item[Y], (*path, Y))


def _no_y(
    item: Mapping[str, Raw], path: Path, exog: Mapping[str, FloatArray], ds: Any
) -> FloatArray:
    """Return as many missing values as there are rows of the future."""
    if Y in item:
        raise invalid("the future has no y", (*path, Y), "leave y out of future")
    length = len(ds) if ds is not None else max((len(v) for v in exog.values()), default=0)
    return np.full(length, np.nan)


def _identified(name: int | str | None, number: int, count: int, path: Path) -> str:
    if name is None and count > 1:
        raise invalid(
            "unique_id is required where there are several series",
            (*path, number, ID),
            "name each series",
        )
    return SINGLE if name is None else str(name)


def _check_distinct(names: Sequence[str], path: Path) -> None:
    if len(set(names)) == len(names):
        return
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            raise invalid(
                f"unique_id '{name}' occurs twice", (*path, i, ID), "give each series its own"
            )
        seen.add(name)


def _columns(parts: Mapping[str, Raw], path: Path, *, with_y: bool) -> Sequence[RawSeries]:
    """Read a table of columns."""
    ids = _maybe(_STAMPS, parts, ID, path)
    stamps = _maybe(_STAMPS, parts, STAMP, path)
    numbers = {
        key: _numbers(raw, (*path, key)) for key, raw in parts.items() if key not in (ID, STAMP)
    }
    listed = {ID: ids, STAMP: stamps, **numbers}
    _check_lengths({name: column for name, column in listed.items() if column is not None}, path)
    return group_rows(ids, stamps, numbers, SINGLE, path, with_y=with_y)


def _check_lengths(columns: Mapping[str, Sequence[Any] | FloatArray], path: Path) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise invalid(
            f"columns must have equal lengths, got {listed}", path, "send one value per row"
        )


def _rows(raw: Raw, path: Path, *, with_y: bool) -> Sequence[RawSeries]:
    """Read a table of rows."""
    try:
        rows = _ROWS.decode(raw)
    except msgspec.ValidationError as error:
        raise _bad_row(error, raw, path) from None
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    ids = (
        [_row_value(v, (*path, i, ID)) for i, v in enumerate(columns[ID])]
        if ID in columns
        else None
    )
    stamps = (
        [_row_value(v, (*path, i, STAMP)) for i, v in enumerate(columns[STAMP])]
        if STAMP in columns
        else None
    )
    numbers = {
        name: _row_numbers(values, name, path)
        for name, values in columns.items()
        if name not in (ID, STAMP)
    }
    return group_rows(ids, stamps, numbers, SINGLE, path, with_y=with_y)


def _row_value(value: Any, path: Path) -> int | str:
    if value is None or isinstance(value, float):
        raise invalid(
            f"{path[-1]} must be a string or an integer, got {named(value)}",
            path,
            STAMPS if path[-1] == STAMP else "name each series",
        )
    return value  # type: ignore[no-any-return]


def _row_numbers(values: Sequence[Any], name: str, path: Path) -> FloatArray:
    for i, value in enumerate(values):
        if type(value) is str:
            raise not_a_number(value, (*path, i, name))
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise invalid(
            f"a number of {name} is out of range", (*path, name), "send numbers below 1e308"
        ) from None


def _bad_row(error: msgspec.ValidationError, raw: Raw, path: Path) -> InvalidBody:
    """Name the value that is in the way; msgspec tells the row, not the key."""
    at = place(error)
    if len(at) > 1:
        where = (*path, at[0])
        for key, value in _parts(_LIST.decode(raw)[int(at[0])], where).items():
            _read(_NAME if key in (ID, STAMP) else _NUMBER, value, (*where, key))
    return translated(error, path)


# --- the parts of the document ---------------------------------------------


def _parts(raw: Raw | bytes, path: Path) -> dict[str, Raw]:
    """Return the values of an object, unread; refuses keys that occur twice."""
    parts: dict[str, Raw] = {}
    for key, value in _read(_OBJECT, raw, path).items():
        if key.text in parts:
            raise MalformedBody.of(
                [
                    Problem(
                        f"the key '{key.text}' occurs twice",
                        "send each key once",
                        (*path, key.text),
                    )
                ]
            )
        parts[key.text] = value
    return parts


def _option(raw: Raw, path: Path) -> Any:
    if _first_byte(raw) == b"{" and len(path) <= _OPTION_DEPTH:
        return {key: _option(value, (*path, key)) for key, value in _parts(raw, path).items()}
    return _read(_ANY, raw, path)


def _numbers(raw: Raw, path: Path) -> FloatArray:
    return np.array(_read(_NUMBERS, raw, path), dtype=np.float64)


def _first_byte(raw: Raw) -> bytes:
    return bytes(memoryview(raw)[:64]).lstrip()[:1]


def _read(decoder: "msgspec.json.Decoder[T]", raw: Raw | bytes, path: Path) -> T:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise translated(error, path) from None
    except msgspec.DecodeError as error:
        raise malformed(error, raw) from None
