"""How much more values vary at one phase of a season than at another."""

import bottleneck as bn
import numpy as np
from scipy.ndimage import uniform_filter1d

from models.stats.distributions import quantiles_of_sorted
from models.stats.robust import robust_scale
from models.types import BoolArray, FloatArray

_LEAST_CYCLES, _ENOUGH_CYCLES = 3, 4
"""With two for each half their agreement tells that the phases differ; with fewer it must be plain."""
_LEAST_VALUES = 24
"""Neighbouring phases are taken together until so many values tell their scale."""
_SURE, _SURELY = 2.5, 0.85
"""Standard deviations of a correlation by chance beyond which the halves agree; what is enough anyway."""
_REACH, _LEAST_AROUND, _ALIKE = 2, 8, 3.0 * 2.0**0.5
"""Neighbours before and behind that a phase may be like, of a season with eight times as many phases at least:
those from which it differs by no more than three standard deviations of the difference of two."""
_TINY = 1e-12
_FAR = 5.0
"""What is so many times as large as half of its phase is an outlier."""
_QUIETEST = 1e-3
"""No phase is said to vary less than this share of the one that varies most."""
_QUIET, _MANY_QUIET = 0.2, 0.1
"""A phase is quiet if it varies by less than this share of a loud one; so many of them make a quiet time."""


def phase_scales(
    deviations: FloatArray, length: int, least: float = 0.0, levels: FloatArray | None = None
) -> FloatArray | None:
    """Return the size of deviations at each phase, (length,), phase 0 being the first; None if it is one size.

    ``deviations``: shape (t,), NaN where unknown. ``least``: what is left by the resolution of the values.
    Phases differ if their sizes in even cycles agree with those in odd ones. They are drawn to their common
    size, or to one that grows with a power of the ``levels``, shape (t,), as far as these do not agree beside it,
    and apart from it are as those of the neighbours that chance alone may part from them.

    Reference: Spearman (1910), Correlation calculated from faulty data, British Journal of Psychology 3; Fay and
    Herriot (1979), Estimates of income for small places: an application of James-Stein procedures to census data,
    JASA 74, who draw to a regression.
    """
    cycles = len(deviations) // length if length > 1 else 0
    if cycles < _LEAST_CYCLES:
        return None
    sizes = _winsorised(_by_cycle(np.abs(deviations), length))
    width = min(-(-_LEAST_VALUES // cycles), length)
    whole, even, odd = (_mean(part, width) for part in (sizes, sizes[::2], sizes[1::2]))
    floor = max(least, _QUIETEST * float(whole.max()))
    if floor <= 0.0:
        return None
    known, one, other = (np.log(np.maximum(part, floor)) for part in (whole, even, odd))
    by_chance = _SURE / np.sqrt(length / width) if cycles >= _ENOUGH_CYCLES else _SURELY
    if _correlation(one, other) < min(by_chance, _SURELY):
        return None
    told = whole > floor
    usual = np.full(length, known.mean())
    if levels is not None:
        level = np.nanmean(_by_cycle(levels, length), axis=0)
        usual = _grown(known, level, told & (level > 0.0))
    agreement = max(_correlation(one - usual, other - usual), 0.0)
    share = 2.0 * agreement / (1.0 + agreement)
    apart = (one - other)[told]
    doubt = 0.5 * robust_scale(apart) if len(apart) else 0.0
    beside = _like_neighbours(share * (known - usual), doubt)
    return np.asarray(np.maximum(np.exp(usual + beside), floor))


def _by_cycle(values: FloatArray, length: int) -> FloatArray:
    """Return values, shape (t,), of whole cycles as a table, (cycles, length), the first at phase 0."""
    first = len(values) % length
    return np.roll(values[first:].reshape(-1, length), first, axis=1)


def _grown(sizes: FloatArray, level: FloatArray, told: BoolArray) -> FloatArray:
    """Return logarithms of sizes, (length,), as they are where they grow with a power of the level.

    The power is 0 to 1, as of counts and shares. ``told``: the phases that tell it; of the others the size stays.
    """
    usual = np.full(len(sizes), sizes.mean())
    if told.sum() < _LEAST_AROUND:
        return usual
    x, y = np.log(level[told]), sizes[told]
    around = x - x.mean()
    power = float(np.clip(around @ y / max(around @ around, _TINY), 0.0, 1.0))
    usual = sizes.copy()
    usual[told] = y.mean() + power * around
    return usual


def phase_units(
    deviations: FloatArray, length: int, least: float = 0.0, levels: FloatArray | None = None
) -> FloatArray:
    """Return the size of deviations at the phase of each, (t,), in units of the usual phase; ones if one size.

    As ``phase_scales``.
    """
    scales = phase_scales(deviations, length, least, levels)
    if scales is None:
        return np.ones(len(deviations))
    return np.resize(scales / bn.median(scales), len(deviations))


def has_quiet_time(scales: FloatArray) -> bool:
    """Whether some phases of a season vary by next to nothing, against the loud ones; ``scales``: (length,)."""
    return bool(np.quantile(scales, _MANY_QUIET) < _QUIET * np.quantile(scales, 1.0 - _MANY_QUIET))


def is_loud(units: FloatArray) -> BoolArray:
    """Return where units, shape (t,), are not those of a quiet time."""
    loud = quantiles_of_sorted(np.sort(units), np.array(1.0 - _MANY_QUIET))
    return np.asarray(units >= _QUIET * loud)


def _winsorised(sizes: FloatArray) -> FloatArray:
    """Return a table of sizes, (cycles, length), those far off the usual ones of their phase winsorised."""
    known = np.where(np.isfinite(sizes).any(axis=0), sizes, 0.0)
    usual = bn.nanmedian(known, axis=0)
    return np.asarray(np.minimum(sizes, np.maximum(_FAR * usual, np.nanmean(known))))


def _mean(sizes: FloatArray, width: int) -> FloatArray:
    """Return the mean size at each phase, (length,), of a table (cycles, length).

    Of the phases around it, before it and behind it those are taken along that are most like it, so that a
    loud time and a quiet one do not run into each other.

    Reference: Kuwahara et al. (1976), Processing of RI-angiocardiographic images.
    """
    known = np.isfinite(sizes)
    total, count = np.where(known, sizes, 0.0).sum(axis=0), known.sum(axis=0).astype(np.float64)
    own = total / np.maximum(count, 1.0)
    half = width // 2
    if not half:
        return np.asarray(own)
    around = uniform_filter1d(total, 2 * half + 1, mode="wrap")
    around = np.maximum(around, 0.0) / np.maximum(
        uniform_filter1d(count, 2 * half + 1, mode="wrap"), 1.0 / width
    )
    choices = np.stack([np.roll(around, shift) for shift in (-half, 0, half)])
    nearest = np.abs(choices - own).argmin(axis=0)
    return np.asarray(np.take_along_axis(choices, nearest[None], axis=0)[0])


def _like_neighbours(sizes: FloatArray, doubt: float) -> FloatArray:
    """Return logarithms of sizes, (length,), each the mean of it and of the neighbours that are alike.

    ``doubt``: the standard deviation of each by chance.

    Reference: Lee (1983), Digital image smoothing and the sigma filter, Computer Vision, Graphics, and Image
    Processing 24.
    """
    reach = min(_REACH, len(sizes) // _LEAST_AROUND)
    around = np.stack([np.roll(sizes, shift) for shift in range(-reach, reach + 1)])
    alike = np.abs(around - sizes) <= _ALIKE * doubt
    return np.asarray(np.where(alike, around, 0.0).sum(axis=0) / alike.sum(axis=0))


def _correlation(one: FloatArray, other: FloatArray) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / norm if norm > 0.0 else 0.0
