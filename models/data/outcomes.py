"""Work on many series: what fails is told of its series, and the others go on."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TypeVar

import numpy as np

from models.data.results import Outcome
from models.data.series import Notice, Series
from models.errors import FitFailed, NoObservations, SeriesError, TidecastError

T = TypeVar("T")
E = TypeVar("E", bound=TidecastError)
K = TypeVar("K", bound=Hashable)
S = TypeVar("S")
R = TypeVar("R")

_LOOK = "look at its values, or leave it out"


def named(error: E, unique_id: str) -> E:
    """Return the error, with all its problems, as that of one series."""
    return type(error).of([replace(problem, unique_id=unique_id) for problem in error.problems])


@dataclass(slots=True)
class GuardResult:
    """What was raised inside a guard, None if nothing was, and how long it took."""

    error: SeriesError | None = None
    spent_ms: float = 0.0


@contextmanager
def guard(failing: str, hint: str) -> Iterator[GuardResult]:
    """Take what is raised inside ``with`` as the error of series; numpy's warnings are silent there.

    ``failing``: who failed, in a sentence, and ``hint``, what to do, for what a library raises. An error
    that concerns no series, as ``InvalidRequest`` or ``Cancelled``, is raised, and so is ``MemoryError``: who
    limits the memory tells of it.
    """
    caught, begin = GuardResult(), perf_counter()
    try:
        with np.errstate(all="ignore"):
            yield caught
    except SeriesError as error:
        caught.error = error
    except (TidecastError, MemoryError):
        raise
    except Exception as error:  # libraries raise whatever they like
        caught.error = FitFailed(f"{failing}: {type(error).__name__}: {error}", hint)
    caught.spent_ms = (perf_counter() - begin) * 1e3


def guarded(
    failing: str, series: Sequence[Series], work: Callable[[Series], Outcome[T]], hint: str = _LOOK
) -> list[Outcome[T]]:
    """Return the outcome of each series, in order, timed, where each is worked on by itself; see ``guard``.

    One without points has the error ``NoObservations``.
    """
    outcomes: list[Outcome[T]] = []
    for one in series:
        with guard(failing, hint) as caught:
            if not len(one):
                raise NoObservations("the series has no points", "send at least one value")
            found = work(one)
        if caught.error is not None:
            found = Outcome(one.unique_id, error=named(caught.error, one.unique_id))
        outcomes.append(replace(found, fit_ms=caught.spent_ms))
    return outcomes


def grouped(items: Iterable[S], key: Callable[[S], K]) -> dict[K, list[int]]:
    """Return the positions of the items of each key, both in order of appearance."""
    groups: dict[K, list[int]] = {}
    for position, item in enumerate(items):
        groups.setdefault(key(item), []).append(position)
    return groups


def in_order(parts: Iterable[tuple[Sequence[int], Sequence[R]]]) -> list[R]:
    """Return what was made of groups in the order of the items; a part has its positions and their results."""
    results: dict[int, R] = {}
    for positions, made in parts:
        results.update(zip(positions, made, strict=True))
    return [results[position] for position in range(len(results))]


def constant_notice(series: Series, follows: str = "", *, after: str = "") -> Notice:
    """Tell that all values are the same, what ``follows`` from that, and ``after`` what they became so."""
    several = "the only value is" if len(series) == 1 else f"all {len(series)} values are"
    text = f"{after}{several} {series.y[0]:g}{follows}"
    hint = "check that the series is what you meant to send"
    return Notice("constant_series", text, hint, series.unique_id)
