"""What is wrong with a JSON body, in plain words and with a place."""

import re
from typing import Any

import msgspec
from msgspec import Raw

from app.codecs.rows import ID, PLAIN, STAMP, STAMPS, TABLES
from app.failures import InvalidBody, MalformedBody
from models.errors import Path, Problem

_AT = re.compile(r" - at `(?:key in )?`?\$(.*)`$")
_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.([^.\[]+)")
_BYTE = re.compile(r"byte (\d+)")
_HALF = re.compile(rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])")
"""The first half of a character beyond 16 bits that no second half follows."""
_KINDS = {
    "array": "a list",
    "object": "an object",
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "null": "null",
}
_WANTED = {
    "float | null": "a number or null",
    "bool | float | null": "a number, true, false or null",
    "int | str": "a string or an integer",
    "int | str | null": "a string or an integer",
    "array | null": "a list",
    "bool | int | float | str | null": "a number, a string, true, false or null",
}


def invalid(message: str, path: Path, hint: str) -> InvalidBody:
    """Build the error for one place of the body."""
    return InvalidBody.of([Problem(message, hint, path)])


def place(error: msgspec.ValidationError) -> Path:
    """Return where msgspec found what is wrong."""
    at = _AT.search(str(error))
    steps = _STEP.findall(at.group(1)) if at else []
    return tuple(int(index) if index.isdecimal() else index or name for index, name in steps)


def translated(error: msgspec.ValidationError, path: Path) -> InvalidBody:
    """Say what msgspec found wrong with what was read at a path."""
    where = (*path, *place(error))
    text = _AT.sub("", str(error))
    match = re.fullmatch(r"Expected `(.*)`, got `(.*)`", text)
    name = next((part for part in reversed(where) if isinstance(part, str)), "the body")
    hint = _hint(where)
    if not match:
        out = text == "Number out of range"
        return invalid(
            f"{name}: {text[:1].lower()}{text[1:]}",
            where,
            "send numbers below 1e308" if out else hint,
        )
    wanted, got = match.groups()
    wanted = _WANTED.get(wanted, _KINDS.get(wanted, wanted))
    return invalid(f"{name} must be {wanted}, got {_KINDS.get(got, got)}", where, hint)


def _hint(where: Path) -> str:
    """Return the next step for what is of the wrong kind at a place."""
    if not where:
        return 'send an object such as {"y": [1, 2, 3], "h": 2}'
    keys = [part for part in where if isinstance(part, str)]
    texts = {STAMP: STAMPS, "start": STAMPS, ID: "send text or an integer"}
    texts |= dict.fromkeys(("series", "future"), TABLES)
    return texts.get(keys[-1], PLAIN) if keys else PLAIN


def not_a_number(value: str | bool, path: Path) -> InvalidBody:
    """Build the error for a string, or a boolean, where a number belongs."""
    got = repr(value[:40]) if isinstance(value, str) else _KINDS["bool"]
    return invalid(f"{path[-1]} must be a number or null, got {got}", path, PLAIN)


def named(value: Any) -> str:
    """Name the kind of a value."""
    kinds = {
        bool: "bool",
        list: "array",
        dict: "object",
        str: "str",
        float: "float",
        type(None): "null",
    }
    return _KINDS[kinds.get(type(value), "int")]


def malformed(error: msgspec.DecodeError, raw: Raw | bytes) -> MalformedBody:
    """Say what is wrong, and show the text around it."""
    text = str(error)
    if "surrogate" in text or _HALF.search(raw):
        return MalformedBody(
            "the body is not JSON: a text has one half of a character only, such as \\ud83d",
            "send characters as UTF-8, or both halves of the pair",
        )
    at = _BYTE.search(text)
    shown = ""
    if at:
        byte = int(at.group(1))
        around = bytes(memoryview(raw)[max(0, byte - 15) : byte + 15])
        shown = f", near {around.decode('utf-8', 'replace')!r}"
    hint = (
        "send null for missing values: JSON has no NaN or Infinity"
        if _is_nan(raw, at)
        else "send JSON"
    )
    return MalformedBody(f"the body is not JSON: {_reason(text)}{shown}", hint)


def _reason(text: str) -> str:
    reason = text.removeprefix("JSON is malformed: ")
    return "it ends too early" if "truncated" in reason else reason


def _is_nan(raw: Raw | bytes, at: "re.Match[str] | None") -> bool:
    if at is None:
        return False
    byte = int(at.group(1))
    rest = bytes(memoryview(raw)[byte : byte + 9]).lstrip(b"-")
    return rest.startswith((b"N", b"n", b"a", b"I"))
