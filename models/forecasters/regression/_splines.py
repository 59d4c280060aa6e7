"""Columns of a regression that bends: B-splines of regressors, places in the calendar, and both at once."""

from collections.abc import Mapping

import numpy as np
from scipy.interpolate import BSpline

from models.types import FloatArray

_DEGREE = 3
_LEAST_VALUES = 10
"""The effect of a regressor with fewer different values is a straight line."""
_FEW_PLACES = 24
_HARMONICS = 3
_OF_DAY = 2
_YEAR = 365.25
_ROWS_PER_COLUMN = 10


def design(
    placed: Mapping[str, FloatArray],
    told: Mapping[str, Mapping[str, FloatArray]],
    size: int,
    knots: int,
) -> dict[str, FloatArray]:
    """Return the columns of each name, (t + h, k); ``size``: t, of which knots are made.

    ``placed``: places in calendar and seasons; ``told``: what comes of each regressor; (t + h,) each.
    """
    found = {name: one for name, x in placed.items() if (one := _place(name, x, size)) is not None}
    if "hour" in found and "weekday" in found:
        both = _crossed(found["hour"], found["weekday"])
        if size >= _ROWS_PER_COLUMN * both.shape[1]:
            found["hour of the weekday"] = both
    for name, columns in told.items():
        bent = [spline(x, size, knots) for x in columns.values()]
        if "hour" in placed:
            turning = _waves(placed["hour"] / 24.0, _OF_DAY)
            bent += [_crossed(one, turning) for one in bent if one.shape[1] > 1]
        found[name] = np.concatenate(bent, axis=1)
    return found


def spline(x: FloatArray, size: int, knots: int) -> FloatArray:
    """Return cubic B-splines of values between quantiles of the first ``size``, and a straight line beyond.

    Shape (t, knots + 3); the line alone, (t, 1), for values that are few, or without knots.
    """
    seen = x[:size]
    unit = float(seen.std()) or 1.0
    line = np.asarray((x - seen.mean()) / unit)[:, None]
    if len(np.unique(seen)) < _LEAST_VALUES:
        return line
    inner = np.unique(np.quantile(seen, np.linspace(0.0, 1.0, knots)))
    if len(inner) < 2:
        return line
    low, high = inner[0], inner[-1]
    full = np.concatenate([[low] * _DEGREE, inner, [high] * _DEGREE])
    basis = BSpline.design_matrix(np.clip(x, low, high), full, _DEGREE).toarray()
    return np.column_stack([line, basis[:, 1:]])


def _place(name: str, x: FloatArray, size: int) -> FloatArray | None:
    """Return a column for each place where these are few, else waves; none for a cycle not seen twice."""
    distinct = np.unique(x[:size])
    if len(distinct) <= _FEW_PLACES:
        stays = 1 + int(np.count_nonzero(np.diff(x[:size])))
        both = np.asarray(x[:, None] == distinct[None, :], dtype=np.float64)
        return both if stays >= 2 * len(distinct) else None
    period = _YEAR if name == "day of year" else float(distinct[-1] + 1.0)
    starts = int(np.count_nonzero(np.diff(x[:size]) < 0.0))
    return _waves(x / period, _HARMONICS) if starts >= 2 else None


def _waves(turns: FloatArray, count: int) -> FloatArray:
    """Return sine and cosine of so many harmonics of turns, (t, 2 * count)."""
    angle = 2.0 * np.pi * turns[:, None] * np.arange(1, count + 1)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def _crossed(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the products of all pairs of columns, (t, k * m)."""
    return np.asarray(first[:, :, None] * second[:, None, :]).reshape(len(first), -1)
