"""Which codec reads a request and which writes its answer: one table of the codecs in this folder."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import app.codecs
from app.codecs.base import Codec
from app.failures import NotAcceptable, UnsupportedMedia
from models.errors import Problem


@cache
def codecs() -> Mapping[str, Codec]:
    """Return every codec that a module of this folder calls ``CODEC``, by its media type, in their order."""
    names = [found.name for found in iter_modules(app.codecs.__path__, "app.codecs.")]
    made = [getattr(import_module(name), "CODEC", None) for name in names]
    found = [codec for codec in made if isinstance(codec, Codec)]
    ordered = sorted(found, key=lambda codec: (codec.position, codec.media_type))
    return {codec.media_type: codec for codec in ordered}


_JSON = "application/json"
_TAKEN_FOR_JSON = ("", "application/x-www-form-urlencoded", "text/json")
"""No content type, that of ``curl -d``, and an old name."""
_CHARSETS = ("utf-8", "utf8", "us-ascii")


def reader_of(content_type: str) -> Codec:
    """Return the codec for a ``Content-Type``; raises ``UnsupportedMedia``."""
    media_type, parameters = _parsed(content_type)
    if media_type in _TAKEN_FOR_JSON:
        return codecs()[_JSON]
    codec = codecs().get(media_type)
    if codec is None:
        raise UnsupportedMedia.of([Problem(f"cannot read the content type '{media_type}'", _use())])
    if parameters.get("charset", "utf-8").strip('"').lower() not in _CHARSETS:
        raise UnsupportedMedia.of(
            [Problem(f"cannot read the charset of '{content_type}'", "send UTF-8")]
        )
    return codec


def writer_of(accept: str) -> Codec:
    """Return the codec that the client likes best; raises ``NotAcceptable``."""
    if not accept.strip():
        return next(iter(codecs().values()))
    wishes = dict(_wish(part) for part in accept.split(",") if part.strip())
    liked = [(_quality(media_type, wishes), codec) for media_type, codec in codecs().items()]
    quality, codec = max(liked, key=lambda one: one[0])
    if quality > 0.0:
        return codec
    raise NotAcceptable.of([Problem(f"cannot write any of '{accept}'", _use())])


def _use() -> str:
    listed = ", ".join(codecs())
    return f"use one of {listed}" if len(codecs()) > 1 else f"use {listed}"


def _wish(part: str) -> tuple[str, float]:
    media_range, parameters = _parsed(part)
    try:
        return media_range, float(parameters.get("q", "1"))
    except ValueError:
        return media_range, 0.0


def _quality(media_type: str, wishes: Mapping[str, float]) -> float:
    """Return how much a format is liked: what is said of it by name counts before its family and ``*/*``."""
    family = media_type.partition("/")[0]
    ranges = (media_type, f"{family}/*", "*/*")
    return next((wishes[one] for one in ranges if one in wishes), 0.0)


def _parsed(value: str) -> tuple[str, dict[str, str]]:
    """Split a media type from its parameters."""
    media_type, *rest = value.split(";")
    pairs = (part.partition("=") for part in rest)
    return media_type.strip().lower(), {
        name.strip().lower(): text.strip() for name, _, text in pairs
    }
