"""Work on many series, one after the other: what fails is told of its series, the others go on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

import numpy as np

from models.data.results import Outcome
from models.data.series import Series
from models.errors import FitFailed, InvalidRequest, NoObservations, TidecastError

T = TypeVar("T")


def outcomes(
    name: str, series: Sequence[Series], work: Callable[[Series], Outcome[T]]
) -> list[Outcome[T]]:
    """Return the outcome of each series, in order, timed; ``name``: who failed, in a sentence.

    Raises ``InvalidRequest`` for what is wrong whatever the series.
    """
    return [_outcome(name, one, work) for one in series]


def _outcome(name: str, series: Series, work: Callable[[Series], Outcome[T]]) -> Outcome[T]:
    begin = perf_counter()
    try:
        if not len(series):
            raise NoObservations("the series has no points", "send at least one value")
        with np.errstate(all="ignore"):
            found = work(series)
    except InvalidRequest:
        raise
    except TidecastError as error:
        return Outcome(series.unique_id, error=_of(series, error))
    except Exception as error:  # libraries raise whatever they like; the caller is told the series
        return Outcome(series.unique_id, error=_failed(name, series, error))
    return replace(found, fit_ms=(perf_counter() - begin) * 1e3)


def _of(series: Series, error: TidecastError) -> TidecastError:
    """Return the error with the name of the series."""
    named = [replace(problem, unique_id=series.unique_id) for problem in error.problems]
    return type(error).of(named)


def _failed(name: str, series: Series, error: Exception) -> FitFailed:
    return FitFailed(
        f"{name} failed for this series: {type(error).__name__}: {error}",
        "look at its values, or leave it out",
        unique_id=series.unique_id,
    )
