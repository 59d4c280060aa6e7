"""Plain sentences that say why a point was flagged, with numbers as long as they need to be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import sub
from statistics import median

_FIXED = (1e-4, 1e15)
"""Magnitudes that are written without an exponent."""
_LEAST_WIDTHS, _MOST_WIDTHS = 0.1, 1e6
"""Between these, how many widths of a band a value lies beyond it is said as a number."""
_DIGITS = 4
"""Significant digits when nothing asks for more."""


def band_reason(value: float, expected: float, band: tuple[float, float], name: str) -> str:
    """Say on which side of the band a value lies, by how many of its widths, and what was expected."""
    side = "above" if value > expected else "below"
    if band[0] == band[1]:
        was, should = numbers(value, expected)
        return f"{was} is {side} {should}, the only value that is usual here."
    was, should, low, high = numbers(value, expected, *band)
    beyond = max(value - band[1], band[0] - value)
    if beyond < 0.0:  # strange for another reason than how far off it lies
        return f"{was} lies within the {name} from {low} to {high}, and is strange where it stands."
    by = _widths(beyond / (band[1] - band[0]))
    return f"{was} is {side} the {name} from {low} to {high}{by}; {should} was expected."


def stretch_reason(value: float, score: float, band: tuple[float, float], name: str) -> str:
    """Say how strange the values around one are that is inside the band."""
    was, low, high = numbers(value, *band)
    return (
        f"The values around this one are together {numbers(score)[0]} times as strange as is usual at most;"
        f" {was} itself is inside the {name} from {low} to {high}."
    )


def flat_reason(value: float, count: int) -> str:
    """Say of a stretch that is unlike all others how often its value is repeated."""
    return f"The values around this one are unlike all others: {count} in a row are {numbers(value)[0]}."


def repeat_reason(count: int) -> str:
    """Say how many values in a row are the same."""
    return f"{count} in a row are the same."


def range_reason(value: float, data_range: Sequence[float | None]) -> str:
    """Say which limit of what is possible a value breaks."""
    lower, upper = data_range
    if lower is not None and value < lower:
        was, limit = numbers(value, lower)
        return f"{was} is below {limit}, the least possible value."
    was, limit = numbers(value, math.inf if upper is None else upper)
    return f"{was} is above {limit}, the greatest possible value."


def score_reason(value: float, score: float, level: float) -> str:
    """Say how strange a value is where none was expected."""
    times = numbers(score)[0]
    return f"{numbers(value)[0]} is {times} times as strange as the edge of normal at level {level:g} %."


@dataclass(frozen=True, slots=True)
class LeadingPart:
    """The column with the largest part in how strange a point is.

    ``name``: of the column, empty for that of the values; ``share``: its part, in 0 to 1; ``value`` of it, and by
    how many usual deviations ``off`` that lies above what the others tell of it, or below.
    """

    name: str
    share: float
    value: float
    off: float


def columns_reason(value: float, score: float, level: float, part: LeadingPart) -> str:
    """Say how strange a value and its columns are together, and which of them has the largest part in it."""
    side, usual = "above" if part.off > 0.0 else "below", numbers(abs(part.off))[0]
    which = (
        "the value itself" if not part.name else f"{part.name}, which is {numbers(part.value)[0]}"
    )
    return (
        f"{numbers(value)[0]} and its columns are together {numbers(score)[0]} times as strange as the edge of"
        f" normal at level {level:g} %; the largest part, {100.0 * part.share:.0f} % of it, is due to {which}:"
        f" {usual} usual deviations {side} what the others tell of it."
    )


def same_time_reason(place: str, others: Sequence[float]) -> str:
    """Say what the values were, at least one, at a time; ``place``: that time, and on how many days."""
    ordered = sorted(others)
    low, middle, high = numbers(ordered[0], median(ordered), ordered[-1])
    if low == high:
        return f"{place} without an anomaly then it was {low}."
    return f"{place} without an anomaly then it was {low} to {high}, {middle} in the middle."


def numbers(*values: float) -> tuple[str, ...]:
    """Write numbers that stand in one sentence so that their differences can be seen.

    Example: ``numbers(1e12 + 3.14159, 1e12)`` is ``("1000000000003.1", "1000000000000")``.
    """
    ordered = sorted({value for value in values if math.isfinite(value)})
    top = max(-ordered[0], ordered[-1]) if ordered else 0.0
    if top == 0.0:
        return tuple(f"{value:g}" for value in values)
    gap = min(map(sub, ordered[1:], ordered), default=top)
    lead = math.floor(math.log10(top))
    needed = min(math.floor(math.log10(gap)) - 1, lead - _DIGITS + 1)
    last = max(needed, lead - 15)  # the power of ten of the last digit that is written
    if _FIXED[0] <= top < _FIXED[1]:
        digits = f".{max(0, -last)}f"
        return tuple([_fixed(value, digits) for value in values])
    return tuple([_written(value, top, last) for value in values])


def _widths(beyond: float) -> str:
    """Say how many widths of a band a value lies beyond it; nothing where that means nothing."""
    if not 0.0 < beyond < math.inf:
        return ""
    if beyond < _LEAST_WIDTHS:
        return ", by less than a tenth of its width"
    if beyond > _MOST_WIDTHS:
        return ", by over a million times its width"
    text = f"{beyond:.0f}" if beyond >= 100.0 else f"{beyond:.1f}".removesuffix(".0")
    return f", by {text} times its width"


def _written(value: float, top: float, last: int) -> str:
    """Write a number down to the power of ten ``last``, without needless zeros."""
    if not math.isfinite(value):
        return f"{value:g}"
    if value == 0.0 or (_FIXED[0] <= top and abs(value) < _FIXED[1]):
        return _fixed(value, f".{max(0, -last)}f")
    digits = max(0, math.floor(math.log10(abs(value))) - last)
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{_without_zeros(mantissa)}e{exponent}"


def _fixed(value: float, digits: str) -> str:
    """Write a number with digits behind the point as a format has them, without needless zeros."""
    text = _without_zeros(format(value, digits))
    return "0" if text == "-0" else text


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
