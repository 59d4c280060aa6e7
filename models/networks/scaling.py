"""Values brought to about the same size, series by series, by what is known of their training part."""

from collections.abc import Sequence

import numpy as np

from models.networks.options import ScalerName
from models.types import FloatArray

_NORMAL_IQR = 1.349
"""The interquartile range of the standard normal distribution."""


def fit_scaler(y: FloatArray, kind: ScalerName) -> tuple[float, float]:
    """Return the centre of values (t,) and a unit over zero, such that ``(y - centre) / unit`` is of size one."""
    if kind == "standard":
        center, unit = float(y.mean()), float(y.std())
    elif kind == "minmax":
        low, high = float(y.min()), float(y.max())
        center, unit = low + (high - low) / 2, (high - low) / 2
    else:
        low, center, high = np.quantile(y, [0.25, 0.5, 0.75]).tolist()
        unit = (high - low) / _NORMAL_IQR
    return center, unit if unit > _smallest(center) else 0.0


def fit_scalers(
    training: Sequence[FloatArray], whole: Sequence[FloatArray], kind: ScalerName, *, shared: bool
) -> tuple[FloatArray, FloatArray]:
    """Return centres and units, each (n,), from the training part of each series, or of all if ``shared``.

    Where that does not vary, the unit is that of the whole series, or 1.
    """
    if shared:
        pair = _first_unit([np.concatenate(training), np.concatenate(whole)], kind)
        pairs = [pair] * len(whole)
    else:
        pairs = [_first_unit(two, kind) for two in zip(training, whole, strict=True)]
    center, unit = np.array(pairs).T
    return center, unit


def _first_unit(parts: Sequence[FloatArray], kind: ScalerName) -> tuple[float, float]:
    """Return what is fitted to the first of the parts that varies."""
    center = 0.0
    for part in parts:
        for one in (kind, "standard"):
            center, unit = fit_scaler(part, one)
            if unit:
                return center, unit
    return center, 1.0


def _smallest(center: float) -> float:
    """Return what is nothing but rounding beside the centre."""
    return 16 * float(np.finfo(np.float64).eps) * abs(center)
