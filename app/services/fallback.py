"""What failed once is done again by another model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from models.data.results import Outcome
from models.data.series import Notice

T = TypeVar("T")


def fall_back(
    outcomes: list[Outcome[T]], name: str, again: Callable[[list[int]], Sequence[Outcome[T]]]
) -> set[int]:
    """Replace the outcomes of series that failed, and return the places of those replaced.

    ``name``: the fallback model. ``again``: does the series at some places by it, in their order.
    """
    failed = [i for i, outcome in enumerate(outcomes) if outcome.error is not None]
    replaced = set()
    for i, outcome in zip(failed, again(failed) if failed else (), strict=True):
        error = outcomes[i].error
        if outcome.error is None and error is not None:
            text = f"{name} was used instead: {error.message}"
            notice = Notice("fallback_used", text, error.hint, outcome.unique_id)
            outcomes[i] = replace(outcome, notices=(notice, *outcome.notices))
            replaced.add(i)
    return replaced
