"""Columns of texts to numbers: the decimal sign is one of the whole file, and what was read is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from . import kinds, marks
from .errors import OpenQuestion

_MISSING = frozenset(
    ["", "na", "nan", "n/a", "n.a.", "n/d", "n/e", "n.v.", "n.d.", "no data", "k.a.", "k. a.", "null", "none",
     "nat", "nil", "missing", "not available", "unavailable", "unknown", "<na>", "(null)", "\\n", ":", "—", "–",
     "…", "#n/a", "#na", "#n/a n/a", "#nv", "#n/d", "#nd", "#null!", "#value!", "#wert!", "#valeur!", "#valor!",
     "#¡valor!", "#ref!", "#bezug!", "#div/0!", "#num!", "#zahl!", "#nombre!", "#name?"]
)  # fmt: skip
"""Beside cells of one sign alone, such as -- and ...: see `is_blank`."""
_PADDED = re.compile(r"[-+]?0\d")
_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_MONEY = re.compile(f"^(?:{marks.MONEY})|(?:{marks.MONEY}|[%‰])$")
_POWER = re.compile(
    r"(?<=[\d.,])(?:\s?[×x*·]\s?10(?:(?:\^|\*\*)([-+]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))|[dD]([-+]\d+))"
)
"""An exponent without an e: 1.5×10^3, and 1.5D+03 of Fortran."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_FLAGGED = re.compile(r":\s?[a-z]{1,2}")  # of statistical offices: missing, and why
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’_]")
_POINT = re.compile(r"(([1-9]\d{0,2}(,\d{2,3})*,\d{3}|\d+)(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_COMMA = re.compile(r"(([1-9]\d{0,2}(\.\d{2,3})*\.\d{3}|\d+)(,\d*)?|,\d+)([eE][-+]?\d{1,3})?")
_SPACED = re.compile(r"\d{1,3}([\s\u00a0\u202f\u2009'’]\d{3})+([.,]\d*)?")
_SIGNS_OF_SCRIPTS = str.maketrans("\u2212\u2013\u2010\uff0d\u066b\u066c\uff0e\uff0c", "----.,.,")
# or fractions of three digits throughout
_THOUSANDS = re.compile(r"[-+]?([1-9]\d{0,2}\.\d{3}|\d{1,3})")
_WITH_DECIMAL_COMMAS = (*"\t;|^~:",)  # signs between columns beside which these need no quotes
_SHARE_OF_NUMBERS, _MOST_NOTES = 0.8, 6
_MOST_DIGITS = 300  # of what a number can hold
_MOST_KEPT = 1 << 17  # numerals, while one table is read


def is_blank(text: str) -> bool:
    """Say whether a cell stands for a missing value."""
    plain = text.strip().lower()
    if plain in _MISSING or (plain[0] in "*-.?" and len({*plain}) == 1):
        return True
    return plain[0] == ":" and _FLAGGED.fullmatch(plain) is not None


def number(text: str) -> int | float | None:
    """Return a number as programs write it, or None; 007 and 20240101_1 are other texts."""
    if len(text) > _MOST_DIGITS or not _PLAIN.fullmatch(text) or _PADDED.match(text):
        return None
    try:
        return int(text)
    except ValueError:
        found = float(text)
        return found if isfinite(found) else None


def typed(
    texts: Mapping[str, Sequence[str]], delimiter: str, decimal: str | None = None
) -> tuple[dict[str, list[Any]], list[str]]:
    """Return columns of numbers, or of texts where some are none, and what was said of them."""
    cells = {name: _cells(column) for name, column in texts.items()}
    bare = {name: marks.without(column, _is_readable) for name, column in cells.items()}
    cells |= {name: found[0] for name, found in bare.items() if found is not None}
    sign = decimal or _sign_of_file(cells)
    columns: dict[str, list[Any]] = {}
    notes: list[str] = []
    for name, column in cells.items():
        columns[name], note = _column(name, column, sign, delimiter)
        found = bare[name]
        if found is not None:
            _, factors, said = found
            columns[name] = [_times(value, n) for value, n in zip(columns[name], factors)]
            note = f"column {name}: {said}"
        if None in columns[name] and not any(map(is_number, columns[name])):
            columns[name] = _with_words(columns[name], texts[name])
        notes += [note] if note else []
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES - 1 :] = [f"{len(notes) + 1 - _MOST_NOTES} columns more are read alike"]
    _numeral.cache_clear()
    return columns, notes


def _with_words(column: list[Any], texts: Sequence[str]) -> list[Any]:
    """Return a column of texts with its words, which may be keys: NA is Namibia, and unknown a place."""
    words = [text.strip() if text.strip().isalpha() else None for text in texts]
    if not any(column) and len({*words} - {None}) < 2:
        return column
    return [word if value is None else value for value, word in zip(column, words)]


def mixed_signs(values: Sequence[Any]) -> tuple[str, str] | None:
    """Return two numbers of a column that mean different things: money of two kinds, or a percentage and none."""
    first: dict[str, str] = {}
    for text in dict.fromkeys(value for value in values if isinstance(value, str)):
        found = _MONEY.search(text.strip())
        if is_number(text) and (found or re.search("[1-9]", text)):  # nothing is 0 in all of them
            first.setdefault(found[0].rstrip(".") if found else "", text)
    if "%" not in first:
        first.pop("", None)
    told = list(first.values())
    return (told[0], told[1]) if len(told) > 1 else None


def _times(value: Any, factor: int) -> Any:
    if factor == 1 or not isinstance(value, (int, float)):
        return value
    product = float(Decimal(str(value)) * factor)
    return int(product) if product.is_integer() else product


def _cells(texts: Sequence[str]) -> list[str | None]:
    known = {text: None if is_blank(text) else text.strip() for text in set(texts)}
    return [known[text] for text in texts]


def mostly_numbers(values: Sequence[Any]) -> bool:
    """Say whether a column is of numbers but for a few cells."""
    present = [value for value in values if value is not None]
    good = sum(is_number(value) for value in present)
    return len(present) > 2 and good >= _SHARE_OF_NUMBERS * len(present)


def first_fault(values: Sequence[Any]) -> int | None:
    """Return the first row that holds something other than a number, None if there is none."""
    return next((i for i, v in enumerate(values) if v is not None and not is_number(v)), None)


# --- one cell --------------------------------------------------------------------


class _Numeral(NamedTuple):
    """A number as it is written: digits and the signs between them, and which may begin the fraction."""

    core: str
    is_negative: bool
    with_point: bool
    with_comma: bool


@lru_cache(_MOST_KEPT)
def _numeral(text: str) -> _Numeral | None:
    """Return the number that a cell holds, written in one of the ways of people, None if it holds none."""
    core = _core(text) or ""
    point, comma = (pattern.fullmatch(core) is not None for pattern in (_POINT, _COMMA))
    if not (point or comma):
        return None
    bare = _bare(text)
    return _Numeral(core, bare.startswith(("-", "(")) or bare.endswith("-"), point, comma)


def _core(text: str) -> str | None:
    """Return the digits and signs of a number without money, brackets and blanks."""
    text = text.strip()
    if len(text) > _MOST_DIGITS or (_PADDED.match(text) and not re.match(r"[-+]?0[.,]", text)):
        return None
    text, written = _bare(text), text
    if text == "-" != written:
        return "0"  # in accounts, beside the sign of the money
    if text.startswith("(") and text.endswith(")"):
        text = _bare(text[1:-1])
    text = _bare(text.lstrip("+-")).lstrip("+-").strip().removesuffix("-")
    if _BLANKS.search(text) and not _SPACED.fullmatch(text):
        return None
    return _BLANKS.sub("", text)


def _bare(text: str) -> str:
    """Return a text without the signs of money around it, digits and signs as programs write them."""
    text = _POWER.sub(_exponent, text)
    if not text.isascii():
        plain = text.translate(_SIGNS_OF_SCRIPTS)
        text = "".join(str(int(one)) if one.isdecimal() else one for one in plain)
    return _MONEY.sub("", text.strip()).strip()


def _exponent(power: re.Match[str]) -> str:
    digits = power[1] or power[2] or power[3]
    return f"e{digits.translate(_RAISED)}"


def _value(text: str, decimal: str) -> int | float:
    numeral = _numeral(text)
    if numeral is None:  # a column is read as numbers only if all its cells are some
        raise ValueError(f"{text!r} is no number")
    group = "." if decimal == "," else ","
    digits = numeral.core.replace(group, "").replace(decimal, ".")
    found: int | float = float(digits) if re.search("[.eE]", digits) else int(digits)
    return -found if numeral.is_negative else found


def is_amount(text: str) -> bool:
    """Say whether a cell is a number, written in one of the ways of people."""
    return not is_blank(text) and _numeral(text) is not None


def _is_readable(text: str) -> bool:
    return is_blank(text) or _numeral(text) is not None


def is_number(value: Any) -> bool:
    """Say whether a value is a number, or a text that holds one."""
    return kinds.is_number(value) or (isinstance(value, str) and _numeral(value) is not None)


# --- one column ------------------------------------------------------------------


def _column(
    name: str, column: list[str | None], sign: str | None, delimiter: str
) -> tuple[list[Any], str | None]:
    """Return the numbers of a column, or its texts where some are none, and what to say of their way of writing.

    Raises:
        OpenQuestion: Signs in them may part thousands or begin fractions.
    """
    present = [text for text in column if text is not None]
    if sign is None and delimiter in _WITH_DECIMAL_COMMAS and _may_be_thousands(present):
        raise _thousand_or_fraction(name, next(text for text in present if "." in text))
    plain = {text: number(text) for text in {*present}}
    grouped = sign == "," and any(re.search(r"\d\.\d{3}$", text) for text in plain)
    if not grouped and None not in plain.values():
        return [None if text is None else plain[text] for text in column], None
    if not any(_readable_as(plain)) or mixed_signs(present) is not None:
        return list(column), None
    decimal = _decimal(name, present, sign, delimiter)
    values = {text: _value(text, decimal) for text in plain}
    example = next((text for text in present if plain[text] != values[text]), None)
    note = None if example is None else f"column {name}: {example!r} is read as {values[example]}"
    return [None if text is None else values[text] for text in column], note


def _decimal(name: str, present: Sequence[str], sign: str | None, delimiter: str) -> str:
    point, comma = _readable_as(present)
    if point is not comma:
        return "." if point else ","
    if sign is not None:
        return sign
    cores = (numeral.core for numeral in map(_numeral, present) if numeral is not None)
    with_comma = next((core for core in cores if "," in core), None)
    if with_comma is not None and delimiter != ",":
        raise _thousand_or_fraction(name, with_comma)
    return "."


def _may_be_thousands(present: Sequence[str]) -> bool:
    """Say whether numbers with points are of three digits behind each, as thousands are throughout."""
    return any("." in text for text in present) and all(map(_THOUSANDS.fullmatch, present))


def _thousand_or_fraction(name: str, example: str) -> OpenQuestion:
    return OpenQuestion(
        f"column {name!r}: {example!r} may be a thousand or a fraction; "
        "hint: --decimal , or --decimal . says which sign begins the fraction",
        "decimal",
        (",", "."),
    )


def _sign_of_file(columns: Mapping[str, Sequence[str | None]]) -> str | None:
    """Return the decimal sign that some column can have alone, None if no column tells."""
    for column in columns.values():
        point, comma = _readable_as({text for text in column if text is not None})
        if point is not comma:
            return "." if point else ","
    return None


def _readable_as(texts: Collection[str]) -> tuple[bool, bool]:
    """Say whether texts can be numbers with a decimal point, and with a decimal comma."""
    point = comma = bool(texts)
    for text in texts:
        numeral = _numeral(text)
        if numeral is None:
            return False, False
        point, comma = point and numeral.with_point, comma and numeral.with_comma
        if not (point or comma):
            break
    return point, comma
