"""Timestamps as they are sent, read into arrays."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from models.errors import BadStamps, InvalidParameter
from models.time.digits import any_date, could_be_short, dates_of, years_of
from models.time.iso_dates import in_days
from models.time.periods import period_of
from models.time.zones import to_absolute, zone_name
from models.types import StampArray

_ZONE = re.compile(r"[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d+)?)?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)$")
_CLOCK_COLUMN = len("2024-01-01T")
LONGEST = 40
_LARGEST_INTEGER = 2**53
_EARLIEST, _LATEST = np.datetime64("1678-01-01", "us"), np.datetime64("2261-12-31", "us")
_HINT = (
    "send ISO 8601 timestamps such as '2024-03-01T12:00:00', dates, periods such as '2024-W09', '2024-Q1'"
    " or 'Mar 2024', or integers"
)


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """Timestamps of one series, read but not yet ordered.

    ``values``: shape (t,), ``int64``, or ``datetime64[ns]`` (in UTC if ``tz`` is set).
    ``never``: shape (k,), wall-clock times as sent that never were. ``assumed``: how many were ambiguous.
    ``digits``: how numbers were read as dates, as "YYYYMM"; "" if they were not. ``maybe``: integers that
    could be dates written so. ``periods``: what texts that name no day are, as "quarters"; "" if none does.
    """

    values: StampArray
    tz: str | None = None
    never: StampArray = field(default_factory=lambda: np.empty(0, dtype="datetime64[ns]"))
    assumed: int = 0
    digits: str = ""
    maybe: str = ""
    periods: str = ""


class _Parsed(NamedTuple):
    """``values``: shape (t,), naive or in UTC; ``zone``: the one offset that all stamps carry."""

    values: StampArray
    zone: str | None


Meaning = Literal["counts", "years"]
"""What numbers are, if the step that was asked for says it: integer time, or, with four digits, years."""


def read_stamps(
    ds: Any, tz: str | None, own_zone: str | None = None, *, meant: Meaning | None = None
) -> Stamps:
    """Read timestamps: integers, dates, ISO 8601 strings with or without offset; in lists or arrays.

    Numbers that are dates throughout, as 20240131, are dates, unless they are ``meant`` as something
    else. ``tz``: zone for stamps without offset, and of the result. ``own_zone``: zone of a
    datetime64 array in UTC that came with one. Raises ``BadStamps`` naming the first stamp that is
    in the way.
    """
    sent = in_array(ds)
    if isinstance(sent, np.ndarray) and sent.dtype.kind in "iufM":
        return _read_array(sent, tz, own_zone, meant=meant)
    if _is_text(sent):
        parsed = _parse_alike(sent)
        texts = sent.astype(np.str_).tolist()
        return _read_text(texts, tz, meant=meant) if parsed is None else _settle_zone(parsed, tz)
    values = list(sent)
    if None in values:
        raise _missing_stamp(values.index(None))
    if all(type(value) is str for value in values):
        return _read_text(values, tz, meant=meant)
    return _read_numbers(_numbers(values), tz, meant=meant)


def in_array(ds: Any) -> Any:
    """Return timestamps in an array, shape (t,), as they were sent if they fit into none.

    Integers are ``int64``, texts bytes of one width with zeros behind the shorter ones. What else may be sent,
    texts that no timestamp has among it, is what it was.
    """
    if isinstance(ds, np.ndarray) or not len(ds):
        return ds
    try:
        text = "".join(ds)
    except TypeError:
        return _integers(ds)
    widths = {*map(len, ds)}
    if not text.isascii() or "\0" in text or not 0 < max(widths) <= LONGEST:
        return ds
    kind = f"S{max(widths)}"
    return np.frombuffer(text.encode(), kind) if len(widths) == 1 else np.array(ds, dtype=kind)


def _integers(ds: Sequence[Any]) -> Any:
    if any(type(value) is not int for value in ds):
        return ds
    try:
        return np.array(ds, dtype=np.int64)
    except OverflowError:
        return ds


def _is_text(ds: Any) -> bool:
    return isinstance(ds, np.ndarray) and ds.dtype.kind == "S"


def read_alike(
    ds: Any, tz: str | None, own_zone: str | None = None, *, meant: Meaning | None = None
) -> Stamps | None:
    """Read timestamps of several series at once, one behind the other; None if each takes a look of its own.

    That is so where something is wrong with one of them, where they are not all written alike, and where
    what is read depends on the stamps around: local times, which a zone may have twice.
    """
    sent = in_array(ds)
    if not isinstance(sent, np.ndarray):
        return None
    try:
        if _is_text(sent):
            parsed = _parse_alike(sent)
            return (
                None
                if parsed is None or parsed.zone != tz is not None
                else _settle_zone(parsed, tz)
            )
        local = sent.dtype.kind == "M" and own_zone is None
        if local and tz is not None:
            return None
        if sent.dtype.kind == "i" and meant != "counts" and (meant == "years" or any_date(sent)):
            return None
        return read_stamps(sent, tz, own_zone, meant=meant)
    except BadStamps:
        return None


def _read_array(
    ds: StampArray, tz: str | None, own_zone: str | None, *, meant: Meaning | None
) -> Stamps:
    if ds.dtype.kind != "M":
        return _read_numbers(ds, tz, meant=meant)
    absent = np.isnat(ds)
    if absent.any():
        raise _missing_stamp(int(absent.argmax()))
    zone = None if own_zone is None else zone_name(own_zone)
    return _settle_zone(_Parsed(_nanoseconds(ds), zone), tz)


def _read_numbers(values: StampArray, tz: str | None, *, meant: Meaning | None) -> Stamps:
    """Return dates for numbers that are dates throughout, else integer time."""
    whole = values
    if values.dtype.kind == "f" and (np.abs(values) < _LARGEST_INTEGER).all():
        whole = values.astype(np.int64)
        whole = whole if (whole == values).all() else values
    if meant == "counts" or whole.dtype.kind != "i":
        return _read_integers(values, tz)
    whole = whole.astype(np.int64)
    found = (years_of(whole) if meant == "years" else None) or dates_of(whole)
    if found is None:
        read = _read_integers(values, tz)
        return replace(read, maybe="YYMMDD") if could_be_short(read.values) else read
    return replace(_settle_zone(_Parsed(found.values, found.zone), tz), digits=found.form)


def _read_integers(values: StampArray, tz: str | None) -> Stamps:
    """Return integer time; floats must be whole numbers."""
    if tz is not None:
        raise BadStamps(
            f"tz={tz!r} was given, but the timestamps are integers",
            "leave tz out, or send ISO 8601 timestamps",
        )
    wrong = (values > _LARGEST_INTEGER) | (values < -_LARGEST_INTEGER)
    if values.dtype.kind == "f":
        wrong |= values != np.floor(values)
    if wrong.any():
        row = int(wrong.argmax())
        value = values[row].item()
        raise BadStamps(
            f"integer timestamps must be whole numbers up to 2^53, got {value!r} in row {row}",
            _HINT,
            ds=str(value),
        )
    return Stamps(values.astype(np.int64))


def _numbers(values: Sequence[Any]) -> StampArray:
    for row, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadStamps(
                f"timestamps must be all strings or all integers, got {value!r:.40} in row {row}",
                _HINT,
                ds=str(value)[:LONGEST],
            )
    try:
        return np.array(values, dtype=np.float64 if float in map(type, values) else np.int64)
    except OverflowError:
        return np.array([_as_float(value) for value in values])


def _as_float(value: float) -> float:
    """Return a number as a float, infinity where none holds it."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _missing_stamp(row: int) -> BadStamps:
    return BadStamps(f"the timestamp of row {row} is missing", "give every row a timestamp")


def _nanoseconds(ds: StampArray) -> StampArray:
    outside = (ds < _EARLIEST) | (ds > _LATEST)
    if outside.any():
        raise _beyond(str(ds[int(outside.argmax())]))
    return ds.astype("datetime64[ns]")


def _beyond(text: str) -> BadStamps:
    return BadStamps(
        f"timestamps must be in the years 1678 to 2261, got {text}",
        "use integer time for other years",
        ds=text,
    )


def _read_text(values: list[str], tz: str | None, *, meant: Meaning | None) -> Stamps:
    lengths = [len(value) for value in values]
    if not min(lengths):
        raise _missing_stamp(lengths.index(0))
    if max(lengths) > LONGEST:
        row = lengths.index(max(lengths))
        raise _unreadable(values[row], row)
    numbers = _written_numbers(values)
    if numbers is not None:
        read = _read_numbers(numbers, tz, meant=meant)
        # In text, eight digits are how ISO 8601 writes a date: there is nothing to tell.
        return replace(read, digits="") if read.digits == "YYYYMMDD" else read
    written, periods = _rewritten(values)
    return replace(_settle_zone(_parse_any(written), tz), periods=periods)


def _written_numbers(values: list[str]) -> StampArray | None:
    """Return numbers that are written as text, None if others are among them."""
    if not values[0].lstrip("+-").replace(".0", "").isdigit():
        return None
    for kind in (np.int64, np.float64):
        try:
            return np.array(values, dtype=np.str_).astype(kind)
        except (ValueError, OverflowError):
            continue
    return None


def _parse_alike(texts: StampArray) -> _Parsed | None:
    """Parse stamps, as bytes, that are all written alike, with the same offset or none; None if they are not.

    The common case, in a few array operations on the matrix of letters.
    """
    width = texts.dtype.itemsize
    letters = np.ascontiguousarray(texts).view(np.uint8).reshape(len(texts), width)
    if width < len("2024-01") or not letters[:, -1].all():
        return None
    cut = _offset_column(letters)
    if cut is None or not _is_extended(letters[:, :cut]):
        return None
    try:
        body = np.ascontiguousarray(letters[:, :cut]).view(f"S{cut}").ravel()
        stamps = body.astype("datetime64[us]")
    except ValueError:
        return None
    if cut == width:
        return _Parsed(_nanoseconds(stamps), None)
    first = texts[0].decode()
    zone = _zone_of(first[cut:], first, 0)
    return _Parsed(to_absolute(_nanoseconds(stamps), zone).stamps, zone)


def _offset_column(letters: StampArray) -> int | None:
    """Return the column in which the offset begins, which all rows share; the width without one."""
    clock = letters[:, _CLOCK_COLUMN:]
    is_mark = (clock == ord("Z")) | (clock == ord("z")) | (clock == ord("+")) | (clock == ord("-"))
    if not is_mark.any():
        return int(letters.shape[1])
    first = int(is_mark[0].argmax())
    shared = is_mark[0].any() and not is_mark[:, :first].any()
    if shared and (clock[:, first:] == clock[0, first:]).all():
        return _CLOCK_COLUMN + first
    return None


def _is_extended(letters: StampArray) -> bool:
    """Whether all rows are 2024-03-01 or 2024-03-01T12:00 or alike, up to microseconds.

    Numpy reads more than that, but other things than ISO 8601 means.
    """
    if letters.shape[1] > len("2024-01-01T00:00:00.000000"):
        return False
    digits = (letters[:, 0] >= ord("0")) & (letters[:, 0] <= ord("9"))
    extended = (letters[:, 4] == ord("-")).all() and digits.all()
    has_minutes = letters.shape[1] > _CLOCK_COLUMN + 2
    return bool(extended and (not has_minutes or (letters[:, _CLOCK_COLUMN + 2] == ord(":")).all()))


def _parse_any(values: list[str]) -> _Parsed:
    """Parse stamps that are written differently, or not as they should be."""
    zones = [match.group(1) if (match := _ZONE.search(value)) else None for value in values]
    try:
        index = pd.to_datetime(values, format="ISO8601", utc=True)
    except (ValueError, OverflowError):
        raise _first_unreadable(values) from None
    if index.hasnans or not all(value[0].isdigit() for value in values):
        raise _first_unreadable(values)
    return _Parsed(_nanoseconds(index.tz_localize(None).to_numpy()), _common_zone(values, zones))


def _rewritten(values: list[str]) -> tuple[list[str], str]:
    """Return stamps by their days, and what those that name none are."""
    written, kinds = [], set()
    for row, value in enumerate(values):
        try:
            period = period_of(value)
            written.append(in_days(value) if period is None else period.begin)
        except (ValueError, OverflowError):
            raise _unreadable(value, row) from None
        kinds |= set() if period is None else {period.kind}
    return written, " and ".join(sorted(kinds))


def _common_zone(values: list[str], zones: list[str | None]) -> str | None:
    """Return the one offset that all stamps carry, a description of several, or None for none."""
    distinct = set(zones)
    if distinct == {None}:
        return None
    if None in distinct:
        row = zones.index(None)
        raise BadStamps(
            f"some timestamps carry an offset and others do not, first {values[row]!r} in row {row}",
            "write the offset on all of them, or on none and set tz",
            ds=values[row],
        )
    named = [_zone_of(str(text), values[row], row) for row, text in enumerate(zones)]
    other = next((row for row, zone in enumerate(named) if zone != named[0]), None)
    if other is None:
        return named[0]
    return f"{_SEVERAL}{named[0]} in row 0 and {named[other]} in row {other}"


_SEVERAL = "several: "


def _zone_of(text: str, stamp: str, row: int) -> str:
    """Return the canonical name of an offset; raises ``BadStamps`` if it cannot be one."""
    try:
        return zone_name(text.strip())
    except InvalidParameter:
        raise _unreadable(stamp, row) from None


def _settle_zone(parsed: _Parsed, tz: str | None) -> Stamps:
    """Settle the zone: the one asked for, else the one that the stamps carry."""
    stamps, zone = parsed
    if zone is not None and tz is None and zone.startswith(_SEVERAL):
        raise BadStamps(
            f"the timestamps carry several offsets ({zone.removeprefix(_SEVERAL)}),"
            " and no tz says which zone they belong to",
            "set tz, for example 'Europe/Berlin', or send all of them in UTC",
        )
    if zone is not None:
        return Stamps(stamps, tz or zone)
    if tz is None:
        return Stamps(stamps)
    absolute = to_absolute(stamps, tz)
    return Stamps(absolute.stamps, tz, stamps[absolute.shifted], int(absolute.assumed.sum()))


def _unreadable(value: str, row: int) -> BadStamps:
    shown = value[:LONGEST]
    return BadStamps(f"cannot read the timestamp {shown!r} in row {row}", _HINT, ds=shown)


def _first_unreadable(values: list[str]) -> BadStamps:
    """Find the first stamp that cannot be read."""
    for row, value in enumerate(values):
        try:
            stamp = pd.to_datetime([value], format="ISO8601", utc=True)
        except pd.errors.OutOfBoundsDatetime:
            return _beyond(value)
        except (ValueError, OverflowError):
            return _unreadable(value, row)
        if stamp.hasnans or not value[0].isdigit():
            return _unreadable(value, row)
    return BadStamps("cannot read the timestamps", _HINT)
