"""The search behind change points: lines through the values and scales of their innovations, in turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import binary_closing, find_objects, label, median_filter

from models.stats.distributions import normal_quantile
from models.stats.partitioning import (
    LineCost,
    RateCost,
    ScaleCost,
    cost_reductions,
    optimal_partition,
)
from models.stats.robust import KEPT, least_scale, trimmed_variance
from models.types import BoolArray, FloatArray

_ROUNDS = 3
_FAR = 3.0
"""Spikes are winsorised at so many standard deviations."""
_DOUBT = 1.5
"""Root-n error of the autocorrelation, by which it is raised."""
_LARGEST_PHI = 0.99
_LEAST_FOR_PHI, _UNKNOWN_PHI = 40, 0.5
"""Fewer values do not tell the autocorrelation; then it is taken for moderate."""
_USUAL_PHI, _COUNTS = 0.2, 30
"""A usual autocorrelation, and how many values it counts for: what 40 have of it by chance hid steps."""
_SLOPE_WINDOW = 41
"""Differences around each whose median is the slope there."""
_FEW = 20
"""Of fewer differences, a tenth is less than one change makes."""
_LEAST_FOR_SCALES = 40
_LEAST_HALF = 2
"""Of the five steps around a spike, two are its own."""
_LEAST_RUN, _LEAST_FOR_RUNS = 3, 4
"""Fewer points are spikes; shorter series, in halves of the window, do not tell an incident from a level."""
_LEAST_END = 3
"""A level begins with so many points: fewer are outliers."""
_LEAST_NOISE = 1e-5
"""Noise below this share of the whole deviation is rounding."""
_HALF_NORMAL = 0.571
"""The variance of absolute normal deviations over their squared mean."""
_BLOCKS = 4
_JUMP, _TWICE, _MOST_JUMPS = 12.0, 2.0, 0.01
"""A jump is so many deviations of steps at least, and twice as large as any that is none; few steps are jumps."""
_STEADY = 0.5
"""From a bend to the next it changes by less than this share of it; of noise, and of what wanders, by more."""
_LEAST_TURNS = 8
"""A value is usual if the series leaves it and comes back so often: not where it begins to move."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """What the search found in a series of t observations.

    ``lines`` and ``scales``: first indices of the pieces but the first, of one line and of one
    variance, with what each saves over what it must save. ``values``: without spikes, (t,);
    ``weights``: 1 / variance, relative, (t,); ``rest``: beside the lines, (t,); ``cost``: of lines; ``min_size``:
    of a piece.
    """

    lines: tuple[int, ...]
    line_scores: tuple[float, ...]
    scales: tuple[int, ...]
    scale_scores: tuple[float, ...]
    values: FloatArray
    weights: FloatArray
    rest: FloatArray
    cost: LineCost
    noise: float
    min_size: int


@dataclass(frozen=True, slots=True)
class _Limits:
    """What pieces keep to: so many points at least, a penalty for each parameter, no noise below the least."""

    min_size: int
    penalty: float
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class _Scales:
    """Pieces of one scale: their change points and scores, and the scale of each point, (t,), 1 on average."""

    change_points: list[int]
    scores: tuple[float, ...]
    of_points: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    change_points: list[int]
    values: FloatArray
    weights: FloatArray
    rest: FloatArray
    cost: LineCost
    phi: float
    noise: float


def search(y: FloatArray, time: FloatArray, min_size: int, penalty: float) -> Segmentation:
    """Find the pieces of a series, shape (t,), observed at ``time``, (t,) ascending.

    ``y``: roughly centred, its deviation about 1. ``penalty``: what each parameter must save of twice
    the log-likelihood.
    """
    limits = _Limits(min_size, penalty, max(least_scale(y), _LEAST_NOISE))
    y = _without_short_runs(y, min_size)
    scales = _scales_of_curvature(y, limits)
    lines = _lines(y, time, scales.of_points, limits)
    for _ in range(_ROUNDS):
        innovations = lines.rest.copy()
        innovations[1:] -= lines.phi * lines.rest[:-1]
        innovations[0] *= np.sqrt(1.0 - lines.phi**2)
        known, scales = scales.change_points, _scales(np.abs(innovations), limits)
        if scales.change_points == known or len(y) < _LEAST_FOR_SCALES:
            break
        lines = _lines(y, time, scales.of_points, limits)
    saved = cost_reductions(lines.cost, lines.change_points, len(y))
    return Segmentation(
        tuple(lines.change_points),
        tuple(gain / (2 * penalty) for gain in saved),
        tuple(scales.change_points),
        scales.scores,
        lines.values,
        lines.weights,
        lines.rest,
        lines.cost,
        lines.noise,
        min_size,
    )


def _without_short_runs(y: FloatArray, min_size: int) -> FloatArray:
    """Return the values, with what is over before a level may be, an incident, as the points before it lie.

    A run at an end may be the beginning of a level, or its end, but for one or two points, which are an outlier.
    """
    half = min_size - 1
    if half < _LEAST_RUN or len(y) < _LEAST_FOR_RUNS * half:
        return y
    middle = median_filter(y, 2 * half + 1, mode="reflect")
    usual = _FAR * float(np.sqrt(_variance_of_most(y - middle)))
    reach = _reach(usual, y, half)
    far = np.abs(y - middle) > reach
    runs, _ = label(far | binary_closing(far, np.ones(_LEAST_RUN, dtype=bool)))
    y = y.copy()
    for [run] in find_objects(runs):
        size, beside_end = run.stop - run.start, min(run.start, len(y) - run.stop)
        if beside_end < _LEAST_END if size < _LEAST_RUN else size <= half and beside_end > 0:
            beside = run.start - size if run.start >= size else run.stop
            like = slice(beside, beside + size)
            y[run] = middle[run] + y[like] - middle[like]
    return y


def _reach(usual: FloatArray | float, y: FloatArray, half: int) -> FloatArray:
    """Return how far values usually lie off the median of a window, (t,), on a slope by what leads in half of it.

    So far off is the last value before a jump against it, and what scatters about that is farther. ``usual``: how
    far values are off where there is no slope.
    """
    steps = np.pad(np.diff(y), (0, 1), mode="edge")
    size = median_filter(np.abs(steps), 2 * half + 1, mode="reflect")
    slope = median_filter(steps, max(_SLOPE_WINDOW, 2 * half + 1), mode="reflect")
    return np.asarray(np.maximum(half * 0.6 * size, usual + half * 1.1 * np.abs(slope)))


def _scales_of_curvature(y: FloatArray, limits: _Limits) -> _Scales:
    """Cut second differences, which see neither levels nor slopes; of a few, those at a step are too many."""
    if len(y) < _LEAST_FOR_SCALES:
        return _Scales([], (), np.ones(len(y)))
    return _scales(np.pad(np.abs(np.diff(y, 2)), 1, mode="edge"), limits)


def jumps_of(y: FloatArray, min_size: int, strictness: float) -> dict[int, float]:
    """Return where a series, shape (t,), jumps and stays, with the square of how far over how far it must.

    Of a series that wanders, whose level changes all the time, a piece says nothing, but one step may be
    larger than all others. ``strictness``: the penalty over the usual one.
    """
    steps = _beside_slopes(np.diff(y))
    size = np.abs(steps)
    usual = max(float(np.sqrt(_variance_of_most(steps))), _LEAST_NOISE * float(np.std(y)))
    least = _JUMP * float(np.sqrt(strictness)) * usual
    ordered = np.sort(size)[::-1]
    apart = np.flatnonzero(ordered[:-1] >= _TWICE * ordered[1:])
    few = apart[apart < max(1, int(_MOST_JUMPS * len(size)))]
    if not len(few):
        return {}
    found = {}
    for place in np.flatnonzero(size >= max(ordered[few[-1]], least)).tolist():
        cut, longer = place + 1, 2 * min_size  # of which an incident is less than half
        before, after = y[max(cut - longer, 0) : cut], y[cut : cut + longer]
        stays = abs(np.median(after) - np.median(before)) >= 0.5 * size[place]
        if stays and min(len(before), len(after)) >= min_size:
            found[cut] = float(size[place] / least) ** 2
    return found


def is_curve(y: FloatArray) -> bool:
    """Whether values, shape (t,), bend all the time, by much the same at each: noise bends to and fro.

    Such a course has neither levels nor straight lines, of which it would take the more, the finer one looks.
    """
    if len(y) < _FEW:
        return False
    bends, changes = (float(np.median(np.abs(np.diff(y, order)))) for order in (2, 3))
    return changes < _STEADY * bends


def usual_value(y: FloatArray, least_turns: int = _LEAST_TURNS) -> float | None:
    """Return the value that at least half of a series, (t,), has, with others in between; None without one.

    Such a series, as of rare demand, has no usual scatter: without the largest tenth, little is left.
    """
    values, counts = np.unique(y, return_counts=True)
    usual = float(values[counts.argmax()])
    turns = np.count_nonzero(np.diff(y == usual))
    return usual if 2 * counts.max() >= len(y) and turns >= least_turns else None


def search_rare(y: FloatArray, usual: float, min_size: int, penalty: float) -> dict[int, float]:
    """Find where it changes how often, and how much, a series differs from its usual value.

    ``y``: shape (t,). Returns the first index of each piece but the first, with what it saves over what it
    must save.
    """
    happens = y != usual
    changes = _rate_changes(happens.astype(np.float64), min_size, penalty)
    place = np.flatnonzero(happens)
    for cut, score in _size_changes(y[happens], min_size, penalty).items():
        if all(abs(place[cut] - known) >= min_size for known in changes):
            changes[int(place[cut])] = score
    return dict(sorted(changes.items()))


def _size_changes(sizes: FloatArray, min_size: int, penalty: float) -> dict[int, float]:
    if len(sizes) < 2 * min_size or np.ptp(sizes) == 0.0:
        return {}
    usual = usual_value(sizes, 1)
    if usual is not None:
        return search_rare(sizes, usual, min_size, penalty)
    unit = np.sqrt(trimmed_variance(sizes)) or np.ptp(sizes)
    time = np.arange(len(sizes), dtype=np.float64)
    found = search((sizes - np.median(sizes)) / unit, time, min_size, penalty)
    return dict(zip(found.lines, found.line_scores, strict=True))


def _rate_changes(happens: FloatArray, min_size: int, penalty: float) -> dict[int, float]:
    one, two = (np.mean((happens[lag:] - happens[:-lag]) ** 2) for lag in (1, 2))
    phi = max(0.0, float(two / one) - 1.0) + _DOUBT / float(np.sqrt(len(happens)))
    upper = min(phi, _LARGEST_PHI)
    cost = RateCost(happens, (1.0 + upper) / (1.0 - upper))
    change_points = optimal_partition(cost, len(happens), min_size, 2 * penalty)
    saved = cost_reductions(cost, change_points, len(happens))
    return {cut: gain / (2 * penalty) for cut, gain in zip(change_points, saved, strict=True)}


def _lines(y: FloatArray, time: FloatArray, scale: FloatArray, limits: _Limits) -> _Lines:
    """Cut into pieces that are level or straight, given the relative deviation of each point."""
    min_size, penalty = limits.min_size, limits.penalty
    values = _without_spikes(y, scale, min_size)
    noise, phi = _noise(values, scale, _moves(values, min_size))
    noise = max(noise, limits.least)
    weights = 1.0 / scale**2
    cost = LineCost(values / noise, weights, time, penalty)
    end_size = min(min_size, _LEAST_END)
    change_points = optimal_partition(cost, len(y), min_size, 2 * penalty, end_size)
    rest = y - fitted(values, weights, time, change_points, cost)
    return _Lines(change_points, values, weights, rest, cost, phi, noise)


def fitted(
    y: FloatArray,
    weights: FloatArray,
    time: FloatArray,
    change_points: Sequence[int],
    cost: LineCost,
) -> FloatArray:
    """Return the mean or the line of each piece, shape (t,)."""
    parts = []
    edges = [0, *change_points, len(y)]
    for first, behind in pairwise(edges):
        inside = slice(first, behind)
        w, x = weights[inside], time[inside] - time[first]
        columns = [np.ones(behind - first)] + ([] if cost.is_flat(first, behind) else [x * 1.0])
        design = np.stack(columns, axis=1)
        coefficients, _ = least_squares(design, y[inside], w)
        parts.append(design @ coefficients)
    return np.concatenate(parts)


def least_squares(
    design: FloatArray, y: FloatArray, weights: FloatArray
) -> tuple[FloatArray, float]:
    """Return the coefficients, (k,), of a weighted regression on (n, k), and the sum of its squared errors."""
    root = np.sqrt(weights)
    coefficients = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    errors = (y - design @ coefficients) * root
    return np.asarray(coefficients, dtype=np.float64), float(errors @ errors)


def _without_spikes(y: FloatArray, scale: FloatArray, min_size: int) -> FloatArray:
    """Return the values, those far off the median of their neighbours winsorised.

    The tip of a slope lies as far off as the slope leads in half a window, and stays.
    """
    half = max(min_size // 2, _LEAST_HALF)
    middle = median_filter(y, 2 * half + 1, mode="reflect")  # one value at an end is no majority
    usual = _FAR * np.sqrt(_variance_of_most((y - middle) / scale)) * scale
    usual = _reach(usual, y, half)
    return np.asarray(np.clip(y, middle - usual, middle + usual))


def _moves(y: FloatArray, min_size: int) -> BoolArray:
    """Return which values, (t,), are not among so many that are the same in a row; all if few are left.

    Before a service is in use, and after it is switched off, nothing tells of its noise.
    """
    runs = np.cumsum(np.append(False, np.diff(y) != 0.0))
    moves = np.asarray(np.bincount(runs)[runs] < min_size)
    return moves if moves.sum() >= _FEW else np.ones(len(y), dtype=bool)


def _noise(y: FloatArray, scale: FloatArray, moves: BoolArray) -> tuple[float, float]:
    """Return the root of the long-run variance of an AR(1), and its coefficient, told by values that move, (t,).

    The variances of differences over one and over two steps stand as 1 to 1 + coefficient.
    """
    one = _variance_of_most((_beside_slopes(np.diff(y)) / scale[1:])[moves[1:]])
    two = _variance_of_most((_beside_slopes(y[2:] - y[:-2]) / scale[2:])[moves[2:]])
    phi = two / max(one, 1e-300) - 1.0
    phi = (len(y) * phi + _COUNTS * _USUAL_PHI) / (len(y) + _COUNTS)
    upper = float(np.clip(phi + _DOUBT / np.sqrt(len(y)), 0.0, _LARGEST_PHI))
    if len(y) < _LEAST_FOR_PHI:
        phi, upper = 0.0, _UNKNOWN_PHI
    variance = one / (2.0 * (1.0 - upper))
    long_run = variance * (1.0 + upper) / (1.0 - upper)
    return float(np.sqrt(long_run)), float(np.clip(phi, 0.0, _LARGEST_PHI))


def _variance_of_most(x: FloatArray) -> float:
    """Return the variance by all but a tenth of the deviations, and by all but two of a few.

    A change is in two differences over two steps, and must not hide in the noise that it makes.
    """
    if len(x) >= _FEW:
        return trimmed_variance(x)
    squares = np.sort((x - np.median(x)) ** 2)
    kept = squares[: max(2, len(x) - 2)]
    share = len(kept) / len(x)
    z = normal_quantile(100.0 * share)
    normal = 1.0 - 2.0 * z * float(np.exp(-0.5 * z * z)) / np.sqrt(2.0 * np.pi) / share
    return float(kept.mean() / normal)


def _beside_slopes(differences: FloatArray) -> FloatArray:
    """Return differences less the usual one around each."""
    if len(differences) < _FEW:
        return np.asarray(differences - np.median(differences))
    width = min(_SLOPE_WINDOW, len(differences) // 2) | 1
    return np.asarray(differences - median_filter(differences, width, mode="nearest"))


def _scales(sizes: FloatArray, limits: _Limits) -> _Scales:
    """Cut absolute deviations, of which none tells less than the least one, into pieces of one scale."""
    min_size, penalty = limits.min_size, limits.penalty
    around = median_filter(sizes, 2 * min_size + 1, mode="reflect")
    overall = np.sort(sizes)[: int(np.ceil(KEPT * len(sizes)))].mean()
    usual = np.maximum(1.5 * around, 0.6 * overall)
    sizes = np.maximum(np.minimum(sizes, _FAR * usual), limits.least)
    cost = ScaleCost(sizes, _dispersion(sizes))
    change_points = optimal_partition(cost, len(sizes), min_size, 2 * penalty)
    edges = [0, *change_points, len(sizes)]
    means = [sizes[a:b].mean() for a, b in pairwise(edges)]
    of_points = np.repeat(means, np.diff(edges))
    scores = tuple(
        gain / (2 * penalty) for gain in cost_reductions(cost, change_points, len(sizes))
    )
    return _Scales(change_points, scores, of_points / np.exp(np.log(of_points).mean()))


def _dispersion(sizes: FloatArray) -> float:
    """Return how much means of blocks vary, times their length: what alternating blocks show of it."""
    length = max(5, min(10, len(sizes) // 12))
    count = len(sizes) // length
    if count < _BLOCKS:
        return 1.0
    blocks = np.log(sizes[: count * length].reshape(count, length).mean(axis=1))
    varied = length * trimmed_variance(np.diff(blocks)) / 2.0
    return max(_HALF_NORMAL, varied * (1.0 + 0.5 * _DOUBT / float(np.sqrt(count))))
