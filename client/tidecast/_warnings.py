"""What the server warned of, as Python warnings, so that a bare table hides nothing."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_PACKAGE = str(Path(__file__).parent)
_SHOWN_IDS = 5


class TidecastWarning(UserWarning):
    """The server answered, and remarks on the data or on what it did with them."""


class PartialAnswerWarning(TidecastWarning):
    """The server answered for some series only; the message names those that are missing."""


def warn_of(remarks: Iterable[Mapping[str, Any]], kind: type[TidecastWarning]) -> None:
    """Give one warning per code, from the caller's own line."""
    for text in sentences(remarks):
        warnings.warn(text, kind, stacklevel=caller_level())


def sentences(remarks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one sentence per code, naming the series: a thousand of them make no flood."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for remark in remarks:
        groups.setdefault(str(remark.get("code") or "remark"), []).append(remark)
    return [_sentence(code, group) for code, group in groups.items()]


def _sentence(code: str, group: list[Mapping[str, Any]]) -> str:
    first = group[0]
    text = f"{code}{_who(group)}: {first.get('message') or 'no message'}"
    return f"{text} (hint: {first['hint']})" if first.get("hint") else text


def _who(group: list[Mapping[str, Any]]) -> str:
    ids = list(dict.fromkeys(str(r["unique_id"]) for r in group if r.get("unique_id") is not None))
    if not ids:
        return "" if len(group) == 1 else f" [{len(group)} times]"
    more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
    return f" [{', '.join(ids[:_SHOWN_IDS])}{more}]"


def caller_level() -> int:
    """Return the stack level of the first frame outside this package, as `warn_of` sees it."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
