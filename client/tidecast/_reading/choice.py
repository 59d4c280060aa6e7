"""One column of several that could be meant: the only one, or the one that such columns are named as."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .errors import OpenQuestion

_MOST_LISTED = 20

Say = Callable[[str], None]
"""What is told of a guess: a sentence in the words of the command line."""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED + 1 else ""
    return ", ".join(names[:_MOST_LISTED] if more else names) + more


def one_of(names: Sequence[str], preferred: Sequence[str], what: str, option: str) -> str:
    """Return the only name, or the one that is named as such columns are.

    Raises:
        DataError: Several are as likely.
    """
    if len(names) == 1:
        return names[0]
    lower = {name.strip().lower(): name for name in reversed(names)}
    named = [lower[name] for name in preferred if name in lower]
    if named:
        return named[0]
    wide = ", or --wide takes each as a series" if option == "--target-col" else ""
    raise OpenQuestion(
        f"several columns {what}: {_listed(names)}; hint: {option} NAME says which{wide}",
        option[2:].replace("-", "_"),
        names,
    )
