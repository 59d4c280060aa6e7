"""Remarks and questions, which are in the words of the command line, for those who type none."""

from __future__ import annotations

import re

_FLAG = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
_ADVICE = re.compile(r"; --[^()]*(?=\))| \(--[^()]*\)")
_HINT = "; hint: "


def in_arguments(text: str) -> str:
    """Return a remark in the words of Python: `--time-col` is `time_col`."""
    return _FLAG.sub(lambda flag: flag[1].replace("-", "_"), text)


def without_advice(text: str) -> str:
    """Return a remark without what could be typed instead."""
    return _ADVICE.sub("", text)


def message_and_hint(text: str) -> tuple[str, str | None]:
    """Split an error into what is wrong and what to do."""
    message, _, hint = text.partition(_HINT)
    return message, hint or None
