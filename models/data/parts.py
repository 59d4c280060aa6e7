"""What a forecast is made of: what each part adds at every step, in the units of the series.

    {"trend": ..., "seasonal": ..., "holidays": ..., "regressor_price": ...}    # (horizon,) each

They sum to the forecast; what none of them tells is the ``REST``.
"""

from collections.abc import Callable, Mapping
from itertools import accumulate, pairwise

import numpy as np

from models.types import FloatArray

Parts = Mapping[str, FloatArray]

TREND, SEASONAL, CYCLE, HOLIDAYS, CALENDAR, REST = (
    *("trend", "seasonal", "cycle", "holidays", "calendar", "rest"),
)
_ROUNDING = 1e-9


def added(pairs: list[tuple[str, FloatArray]]) -> dict[str, FloatArray]:
    """Return parts, (horizon,) each, by name, those of one name added up."""
    found: dict[str, FloatArray] = {}
    for name, values in pairs:
        found[name] = found[name] + values if name in found else values
    return found


def inverted(parts: Parts, invert: Callable[[FloatArray], FloatArray]) -> Parts:
    """Return parts of transformed values as parts of the values: what each adds, (horizon,)."""
    with np.errstate(all="ignore"):  # what is not finite is null in the answer
        whole = [invert(values) for values in accumulate(parts.values(), np.add)]
    return dict(zip(parts, [*whole[:1], *(b - a for a, b in pairwise(whole))], strict=True))


def closed(parts: Parts, mean: FloatArray) -> Parts:
    """Return parts that sum to the forecast (horizon,), what is left being the rest."""
    with np.errstate(invalid="ignore"):
        left = mean - np.sum([*parts.values()], axis=0)
    if np.abs(left).max() <= _ROUNDING * np.abs(mean).max():
        return parts
    return {**parts, REST: parts.get(REST, 0.0) + left}
