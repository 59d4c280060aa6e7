"""Parts of a transformed series, or of one on the grid of local time, as parts of the series as it was."""

from collections.abc import Mapping
from functools import reduce
from itertools import accumulate, pairwise

import numpy as np

from models.decomposers.base import PARTS, Decomposition
from models.transforms.chain import FittedChain
from models.transforms.wall_clock import WallClock
from models.types import FloatArray

_COMBINED: Mapping[str, tuple[np.ufunc, np.ufunc]] = {
    "sum": (np.add, np.subtract),
    "product": (np.multiply, np.divide),
}
"""How parts are put together, and how one is told from the whole with it and the whole before."""


def restored(found: Decomposition, chain: FittedChain, y: FloatArray) -> Decomposition:
    """Return the parts of a transformed series as parts of ``y``, shape (t,), which they give back.

    One after the other, a part is what it adds to the parts before (by what it multiplies them, where
    parts multiply) once these are transformed back; the last one is the rest. So the parts of a part,
    as several seasons, follow each other in place of it. Where a part before is unknown, so is a part.
    """
    if not chain.stages:
        return found
    join, tell = _COMBINED[found.combined]
    several = {name: _several(name, found) for name in PARTS if name in found.columns}
    steps = [step for names in several.values() for step in names]
    together = accumulate((found.columns[step] for step in steps), join)
    whole = [chain.invert(values) for values in together]
    whole[-1] = np.where(np.isfinite(whole[-1]), y, np.nan)
    columns = dict(zip(steps, [whole[0], *(tell(b, a) for a, b in pairwise(whole))], strict=True))
    columns |= {
        name: reduce(join, (columns[one] for one in names)) for name, names in several.items()
    }
    return Decomposition({name: _known(columns[name]) for name in found.columns}, found.combined)


def _several(name: str, found: Decomposition) -> list[str]:
    """Return the columns that make up a part: itself, unless it has parts of its own."""
    return [one for one in found.columns if one.startswith(f"{name}_")] or [name]


def _known(values: FloatArray) -> FloatArray:
    """Return the values, NaN where a ratio to zero is none."""
    return np.where(np.isfinite(values), values, np.nan)


def of_rows(
    found: Decomposition, clock: WallClock, y: FloatArray, laid: FloatArray
) -> Decomposition:
    """Return the parts of a series on the grid of local time, ``laid``, at its rows, ``y``, shape (t,).

    Where the clock showed a time twice, the last part is what is left of each row.
    """
    columns = {name: clock.back(values) for name, values in found.columns.items()}
    join, tell = _COMBINED[found.combined]
    last = [name for name in PARTS if name in columns][-1]
    mean = clock.back(laid)
    rest = np.where(y == mean, columns[last], join(columns[last], tell(y, mean)))
    return Decomposition({**columns, last: _known(rest)}, found.combined)
