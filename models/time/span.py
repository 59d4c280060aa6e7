"""Stretches of time that are asked for as a number of points or as a duration."""

from typing import Annotated

from pydantic import AfterValidator, Field

from models.errors import BadStamps, InvalidParameter
from models.time.frequency import Frequency


def _duration(text: str) -> str:
    """Take a pandas alias, an ISO 8601 duration or digits, which are points."""
    try:
        Frequency.parse(text)
    except InvalidParameter:
        raise InvalidParameter(
            f"{text[:40]!r} is neither a number of points nor a duration",
            "send for example 12, '6h' or 'P1D'",
        ) from None
    return text


Duration = Annotated[str, AfterValidator(_duration)]
Span = Annotated[int, Field(ge=0, le=1_000_000_000)] | Duration
"""A number of points, or a duration."""


def points_within(span: int | str, freq: Frequency, name: str) -> int:
    """Return how many steps of a frequency lie within a span.

    ``name``: what asked for it. Raises ``BadStamps`` for a duration where time is counted in integers.
    """
    if isinstance(span, int):
        return span
    asked = Frequency.parse(span)
    if asked.step is None and freq.step is not None:
        raise BadStamps(
            f"{name} is {span}, and these times are integers",
            "send a number of points, or times with dates",
        )
    return asked.step if asked.step is not None else asked.length // freq.length
