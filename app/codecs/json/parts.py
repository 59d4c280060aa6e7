"""The parts of a JSON document, read one at a time so that each error has its place."""

from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from app.codecs.json.errors import malformed, translated
from app.failures import MalformedBody
from models.errors import Path, Problem

T = TypeVar("T")


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


def parts_of(raw: Raw | bytes, path: Path) -> dict[str, Raw]:
    """Return the values of an object, unread; raises ``MalformedBody`` for a key that occurs twice."""
    parts: dict[str, Raw] = {}
    for key, value in read(_OBJECT, raw, path).items():
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


def first_byte(raw: Raw) -> bytes:
    """Return the first byte that is no space: it tells what kind of value follows."""
    return bytes(memoryview(raw)[:64]).lstrip()[:1]


def read(decoder: "msgspec.json.Decoder[T]", raw: Raw | bytes, path: Path) -> T:
    """Decode one value; raises ``InvalidBody`` or ``MalformedBody`` with its place."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise translated(error, path) from None
    except msgspec.DecodeError as error:
        raise malformed(error, raw) from None
