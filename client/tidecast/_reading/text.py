"""Bytes of a file to its text: in which encoding, and whether it is a text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from .errors import DataError, OpenQuestion

_MAGIC = {
    b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive", b"\xd0\xcf\x11\xe0": "an old Excel file (save it as .xlsx or CSV)",
    b"PK\x03\x04": "a ZIP archive", b"PAR1": "Parquet (name it .parquet)",
    b"FEA1": "Feather of its first kind (save it as .parquet)",
    b"BZh": "a bzip2 archive", b"RIFF": "a sound or picture", b"\x7fELF": "a program", b"SQLite": "a database",
}  # fmt: skip
_ENCODINGS = (
    "ascii", "big5", "cp", "euc", "gb", "hz", "iso", "johab",
    "koi8", "kz1048", "mac", "ptcp", "shift", "tis", "utf",
)  # fmt: skip
"""What names of encodings of texts begin with: Python has others too, such as rot13."""
_WORDS_OF_TIME = {
    "gb18030": "日期 时间 年份 月份",
    "big5": "日期 時間 年份 月份",
    "shift_jis euc_jp": "日付 日時 年月 年度 月日",
    "cp949": "날짜 일자 일시 시간 연도 기간",
    "cp1251 koi8-r cp866": "дата день время период месяц",
    "cp1253": "ημερομηνία ημέρα ώρα έτος περίοδος",
    "cp1255": "תאריך שנה חודש שעה",
    "cp1256": "التاريخ تاريخ السنة الشهر",
    "cp1250 iso8859-2 cp852": "miesiąc dzień styczeń październik měsíc únor březen září říjen",
    "cp1254": "yıl ayı şubat ağustos",  # noqa: RUF001
}
"""What heads or fills columns of times in letters that are not of Western Europe, by the encodings for these."""
_WESTERN = ("cp1252", "cp850", "mac-roman")  # of Windows, DOS and the Macintosh
_BEYOND_WEST = "\u0180"  # what is behind Latin-1 and Latin Extended-A
_INSIDE_A_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[a-z])|(?<=[A-Z])[^\x00-\x7f](?=[A-Z])")
_HEAD = 20_000  # bytes in which the names of columns stand
_MARKUP = re.compile(r"\s*<(!|\?|[a-z][\w:-]*(\s|>(?!\s*[,;|\t])))", re.IGNORECASE)
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|table)", re.IGNORECASE)


class Text(NamedTuple):
    """The text of a file, the encoding that it is in, and what to say of it."""

    letters: str
    encoding: str = "utf-8"
    notes: Sequence[str] = ()


def decode(data: bytes, encoding: str | None = None) -> Text:
    """Return the text of a file.

    Raises:
        DataError: It is no text, or a text of another kind, such as a web page.
        OpenQuestion: It is none in the encoding that is said.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise _no_table(kind)
    text = _guessed(data) if encoding is None else _decoded(data, encoding)
    if _MARKUP.match(text.letters):
        raise _no_table("a web page" if _WEB_PAGE.match(text.letters) else "XML")
    return text


def _no_table(kind: str) -> DataError:
    return DataError(
        f"this is {kind}, no table; hint: CSV, Excel, Parquet, Arrow and JSON are read"
    )


def _guessed(data: bytes) -> Text:
    """Return a text in the encoding that its marks, zeros or words tell, else in UTF-8 or in Windows-1252."""
    wide = _of_two_bytes_or_four(data)
    if wide is not None:
        told = wide[:6].upper()
        return Text(data.decode(wide, errors="replace"), wide, [f"read as {told}"])
    try:
        text = Text(data.decode("utf-8-sig").rstrip("\0"))
    except UnicodeDecodeError:
        text = _of_one_byte_or_two(data)
    controls = sum(c < " " and c not in "\t\r\n\f\x1a" for c in text.letters[:1000])
    if controls or "\0" in text.letters:
        raise _no_table("binary data")
    return text


def _of_one_byte_or_two(data: bytes) -> Text:
    """Return a text in the encoding in which it has words for time, else in one of Western Europe."""
    able = ((e, words) for encodings, words in _WORDS_OF_TIME.items() for e in encodings.split())
    found = {encoding: _words_in(data, words, encoding) for encoding, words in able}
    encoding = max(found, key=lambda one: len(found[one]))
    if found[encoding]:
        return _told(data, encoding, f"{encoding}, in which it has {found[encoding][0]!r}")
    texts = {one: data[:_HEAD].decode(one, errors="replace") for one in _WESTERN}
    encoding = min(texts, key=lambda one: _faults(texts[one]))
    known = "Windows-1252" if encoding == "cp1252" else f"{encoding}, in which words are of letters"
    return _told(data, encoding, known)


def _told(data: bytes, encoding: str, as_what: str) -> Text:
    note = f"not UTF-8: read as {as_what} (--encoding NAME reads it as another)"
    return Text(data.decode(encoding, errors="replace").rstrip("\0"), encoding, [note])


def _words_in(data: bytes, words: str, encoding: str) -> list[str]:
    """Return the words that stand in the beginning of a text which can be in an encoding."""
    head = data[:_HEAD]
    return [
        word
        for word in words.split()
        if any(one.encode(encoding) in head for one in (word, word.capitalize(), word.upper()))
        and _is_in(data, encoding)
    ]


def _faults(text: str) -> int:
    """Return how many signs within words are no letters of the West, or of another case than the next letter."""
    inside = [(match[0], text[match.end()]) for match in _INSIDE_A_WORD.finditer(text)]
    right = sum(
        sign == "’"
        or (sign.isalpha() and sign < _BEYOND_WEST and sign.islower() == behind.islower())
        for sign, behind in inside
    )
    return len(inside) - right + text.count("\ufffd")


def _is_in(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _of_two_bytes_or_four(data: bytes) -> str | None:
    """Return which encoding of several bytes a letter a text has: by its mark, or by where zeros stand."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:1000]
    first, second = head[::2].count(b"\0"), head[1::2].count(b"\0")
    if abs(second - first) <= len(head) // 4:
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _decoded(data: bytes, encoding: str) -> Text:
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        known = ""
    if not known.startswith(_ENCODINGS):
        raise DataError(
            f"there is no encoding {encoding!r}; hint: cp1250, cp1251, shift_jis and the like"
        )
    try:
        return Text(data.decode(known).lstrip("\ufeff"), known)
    except UnicodeDecodeError as error:
        raise OpenQuestion(
            f"this is no {known}: byte {error.start + 1} stands for nothing in it; "
            "hint: --encoding NAME says another, without it the encoding is guessed",
            "encoding",
        ) from None
