"""What stands around numbers: magnitudes, units, marks of footnotes, signs of limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_CODES = "USD|EUR|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|NZD|INR|BRL|ZAR|TRY|RUB|MXN|KRW|SGD|HKD"
MONEY = "(?:US|A|C|R|NZ|HK|S)?[$]|[€£¥₹₽₩₺₪₴₫฿]|zł|kr\\.?|Kč|Ft|Rs\\.?|Fr\\.|[円元원]|" + _CODES
_MONEY_BEHIND = re.compile(rf"(?<=[^\W\d_.])\.?\s*(?:{MONEY})$")
_LIMIT = re.compile(r"^[<>≤≥~≈]\s*")
_MARK = re.compile(r"\s*(?:\*+|[†‡§]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\([a-zA-Z]{1,2}\)|\[[a-zA-Z0-9]{1,2}\])$")
_FLAG = re.compile(r"(?<=\d)\s+[bcdefnprsuz]{1,2}$")  # of statistical offices
_SUFFIX = re.compile(r"(?<=[\d.,])\s*(?P<word>[^\W\d_]+\.?|[^\d\s]*[°/³²][^\d\s]*)$")
_MAGNITUDES = {
    "k": 10**3, "K": 10**3, "tsd": 10**3, "thousand": 10**3,
    "M": 10**6, "mn": 10**6, "mio": 10**6, "mln": 10**6, "million": 10**6, "millions": 10**6,
    "B": 10**9, "bn": 10**9, "mrd": 10**9, "mlrd": 10**9, "billion": 10**9,
}  # fmt: skip
_UNIT_WORDS = """
    w kw mw gw wh kwh mwh gwh v kv a ma °c °f k ° pa hpa kpa bar mbar m km cm mm m³ m3 m² m2 l ml hl kg g mg t
    lb lbs oz h hr hrs min s sec ms d pcs pc stk stück st units unit % pp bp bps ppm mph km/h m/s mm/h w/m² w/m2
    kb mb gb tb rpm hz db degc degf hours days
"""
_UNITS = frozenset(_UNIT_WORDS.split())
_PRICE = re.compile(rf"(?:{MONEY})(?:/\w+)?|[a-z]{{3}}/[a-z]+", re.IGNORECASE)
_FORMAT = re.compile(r"[ymdhs][-/.: tymdhs]*[ymdhs][-/.: t]*|utc|gmt|cet|local time", re.IGNORECASE)
_FIRST_TEXTS = 50
_LONGEST = 300  # characters of a unit, or of a number with what stands around it

Readable = Callable[[str], bool]


def magnitude(word: str) -> int | None:
    """Return the factor that a word behind a number stands for: k, M, bn, Mio."""
    plain = word.rstrip(".")
    return _MAGNITUDES.get(plain) or _MAGNITUDES.get(plain.lower() if len(plain) > 1 else "")


def is_unit(text: str) -> bool:
    """Say whether a cell below a name is a unit, or says how the column is written."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return False
    if re.fullmatch(r"[\[(].*[\])]", bare) or bare in ("-", "–"):
        return True
    plain = bare.lower().rstrip(".")
    known = plain in _UNITS or magnitude(bare) is not None
    return known or bool(_PRICE.fullmatch(bare) or _FORMAT.fullmatch(bare))


def without(
    column: Sequence[str | None], readable: Readable
) -> tuple[list[str | None], list[int], str] | None:
    """Return the numbers of a column whose cells bear more, the factor of each, and what was left out.

    None where the cells are numbers as they are, or are none without it.
    """
    present = [*dict.fromkeys(text for text in column if text is not None)]
    if all(map(readable, present)) or _bare_numbers(present[:_FIRST_TEXTS], readable) is None:
        return None  # a column of texts is told by its first ones
    found = _bare_numbers(present, readable)
    if found is None:
        return None
    bare, factors = found
    example = next(text for text in present if text != bare[text])
    told = f"{example!r} is read without what stands around the number"
    if factors[example] > 1:
        told = f"{example!r} is read as a number times {factors[example]:,}"
    return (
        [None if text is None else bare[text] for text in column],
        [1 if text is None else factors[text] for text in column],
        told,
    )


def _bare_numbers(
    texts: Sequence[str], readable: Readable
) -> tuple[dict[str, str], dict[str, int]] | None:
    """Return the number in each text and its factor, None if one is none; what holds for all holds for some."""
    if any(len(text) > _LONGEST for text in texts):
        return None
    bare = {text: _MONEY_BEHIND.sub("", _LIMIT.sub("", text)) for text in texts}
    bare = {text: one if readable(one) else _MARK.sub("", one) for text, one in bare.items()}
    words = {text: _word(one, readable) for text, one in bare.items()}
    if {*words.values()} == {""} or not _can_be_left_out(words, bare, readable):
        factors = dict.fromkeys(texts, 1)
        bare = {text: one if readable(one) else _FLAG.sub("", one) for text, one in bare.items()}
    else:
        factors = {text: magnitude(word) or 1 for text, word in words.items()}
        bare = {text: one[: len(one) - len(words[text])].rstrip() for text, one in bare.items()}
    return (bare, factors) if all(map(readable, bare.values())) else None


def _word(text: str, readable: Readable) -> str:
    """Return the word behind a number, "" where there is none."""
    match = None if readable(text) else _SUFFIX.search(text)
    return match["word"] if match else ""


def _can_be_left_out(words: dict[str, str], bare: dict[str, str], readable: Readable) -> bool:
    """Say whether words are magnitudes throughout, but for cells that are numbers, or one and the same unit."""
    lacking = [text for text, word in words.items() if not word]
    said = set(words.values()) - {""}
    if all(magnitude(word) for word in said):
        return all(readable(bare[text]) for text in lacking)
    return not lacking and len(said) == 1 and next(iter(said)).lower() in _UNITS
