"""The exact likelihood of a seasonal ARMA in a tenth of a millisecond, and its maximum in a few.

Ansley's transformation makes the covariance of the series banded: a banded Cholesky factor gives
uncorrelated innovations and the determinant. Weighted by it, the innovations have a sum of squares whose
minimum is the likelihood's maximum, so Levenberg and Marquardt's steps find it.

Reference: Ansley (1979), An algorithm for the exact likelihood of a mixed autoregressive-moving average
process, Biometrika 66(1); Box and Jenkins (1976), Time Series Analysis, chapter 7; Golub and Pereyra (1973),
The differentiation of pseudo-inverses and nonlinear least squares problems (the regression coefficients).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.optimize import minimize
from scipy.signal import lfilter

from models.forecasters.arima._order import Order, is_stationary, padded
from models.types import FloatArray

LEAST_VARIANCE = 1e-18
"""In natural units: where the innovations are smaller, nothing is left to explain."""
_LEAST_SHARE = 1e-10
"""Of the largest singular value: regressors that add less add nothing new."""
_STEP = 1e-6
_DAMPING, _MOST_DAMPING = 1e-2, 1e8
_STEPS_TO_COME, _SURPRISE = 4.0, 1.0
"""So many times the gain predicted of the next step, and that much more, a log-likelihood may rise in the end."""


def whiten(ar: FloatArray, ma: FloatArray, z: FloatArray) -> tuple[FloatArray, float] | None:
    """Return the standardized innovations of the columns of ``z`` (n, k), and half the log-determinant.

    ``ar`` and ``ma`` are the whole polynomials; None if the covariance is not positive definite.
    """
    band = factor(ar, ma, len(z))
    if band is None:
        return None
    innovations: FloatArray
    innovations, _ = lapack.dtbtrs(band, transformed(ar, ma, z), uplo="L")
    half = float(np.log(band[0]).sum())
    return (innovations, half) if np.isfinite(half) else None


def factor(ar: FloatArray, ma: FloatArray, n: int) -> FloatArray | None:
    """Return the Cholesky factor of the covariance of n transformed values, as LAPACK's lower band, (width, n).

    None if it is not positive definite. That of fewer values is its leading part.
    """
    q = len(ma) - 1
    head = min(head_of(ar, ma), n)
    width = min(max(head - 1, q), n - 1)
    band = np.empty((width + 1, n), order="F")
    band[:] = padded(np.correlate(ma, ma, "full")[q:], width + 1)[:, None]
    if head:
        _fill_head(band, ar, ma, head)
    found, failed = lapack.dpbtrf(band, lower=1, overwrite_ab=1)
    return None if failed else found


def transformed(ar: FloatArray, ma: FloatArray, z: FloatArray) -> FloatArray:
    """Return the columns of ``z`` (n, k) as Ansley has them: from the head on, without the autoregression."""
    if len(ar) == 1:
        return z
    left = np.empty_like(z)
    for number, column in enumerate(z.T):  # lfilter takes six times as long for polynomials
        left[:, number] = np.convolve(ar, column)[: len(z)]
    head = head_of(ar, ma)
    left[:head] = z[:head]
    return left


def head_of(ar: FloatArray, ma: FloatArray) -> int:
    """Return how many values stay as they are; ``ar`` and ``ma`` are whole polynomials, (order + 1,)."""
    return max(len(ar), len(ma)) - 1 if len(ar) > 1 else 0


def _fill_head(band: FloatArray, ar: FloatArray, ma: FloatArray, head: int) -> None:
    """Set the covariances of the first values: among themselves, and with later moving averages."""
    q, size = len(ma) - 1, max(len(ar), len(ma))
    impulse = np.zeros(q + 1)
    impulse[0] = 1.0
    weights = lfilter(ma, ar, impulse)
    crossed = padded(np.correlate(ma, weights, "full")[q:], max(size, len(band)))
    inner, outer = _yule_walker(size)
    wide = padded(ar, size + 1)
    own = np.linalg.solve(wide[inner] + wide[outer], crossed[:size])
    rows, columns = np.arange(len(band))[:, None], np.arange(head)[None, :]
    among = padded(own, len(band))[:, None]
    band[:, :head] = np.where(rows + columns < head, among, crossed[: len(band), None])


@lru_cache(maxsize=64)
def _yule_walker(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which coefficients make the equations of the autocovariances; ``size`` stands for zero."""
    row, column = np.arange(size)[:, None], np.arange(size)[None, :]
    inner = np.where(row >= column, row - column, size)
    outer = np.where((row + column < size) & (column > 0), row + column, size)
    return inner, outer


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Coefficients with what the likelihood is made of there."""

    x: FloatArray
    weighted: FloatArray
    """The innovations times a weight, whose sum of squares is least at the maximum."""
    weight: float
    """The 2n-th root of the determinant of the covariance."""
    regression: FloatArray
    basis: FloatArray
    """Of the whitened regressors, orthonormal."""

    @property
    def squares(self) -> float:
        """The sum to minimize."""
        return float(self.weighted @ self.weighted)

    @property
    def variance(self) -> float:
        """Of the innovations."""
        return max(self.squares / self.weight**2 / len(self.weighted), LEAST_VARIANCE)

    @property
    def log_likelihood(self) -> float:
        """The exact one, with the variance and the regression coefficients at their best."""
        n = len(self.weighted)
        variance = max(self.squares / n, LEAST_VARIANCE)
        return -0.5 * n * (float(np.log(2.0 * np.pi * variance)) + 1.0)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a maximum is approached."""

    gain: float
    """A rise of the log-likelihood not worth a step."""
    steps: int
    bound: float = float("-inf")
    """A log-likelihood: what cannot come near it need not be known well."""
    deadline: float = float("inf")

    def is_out_of_reach(self, reached: float, predicted_gain: float) -> bool:
        """Whether the bound, or the deadline, leaves no sense in the next step, of this predicted gain."""
        below = reached + _STEPS_TO_COME * predicted_gain + _SURPRISE < self.bound
        return below or monotonic() > self.deadline


_FLAT = 1e-4
"""A slope of the log-likelihood that is as good as none."""
_NOWHERE = 1e10
_ENDED = (0, 2)
"""What scipy says of a minimum, and of one that rounding lets it come no nearer to."""
ROUGHLY, FINELY = Tolerance(1e-2, 15), Tolerance(1e-6, 60)


class Likelihood:
    """Of a series ``z`` (n,) regressed on the columns of ``design`` (n, k) with seasonal ARMA errors."""

    def __init__(self, z: FloatArray, design: FloatArray, nearest_root: float) -> None:
        self.z, self.design, self.nearest_root = z, design, nearest_root
        independent, self._back = _independent(design)
        self._columns = np.asfortranarray(np.column_stack([z, independent]))

    def at(self, order: Order, x: FloatArray) -> Evaluation | None:
        """Return the likelihood at coefficients, (count,), roots moved out where needed; None if it has none."""
        if not np.isfinite(x).all():
            return None
        x = inside(order, x, self.nearest_root)
        white = self._white(order, x, self._columns)
        if white is None:
            return None
        values, weight = white
        left = values[:, 0]
        if values.shape[1] == 1:
            none = np.zeros(self.design.shape[1])
            return Evaluation(x, weight * left, weight, none, np.empty((len(left), 0)))
        basis, upper = np.linalg.qr(values[:, 1:])
        along = basis.T @ left
        regression = self._back @ np.linalg.solve(upper, along)
        return Evaluation(x, weight * (left - basis @ along), weight, regression, basis)

    def _white(
        self, order: Order, x: FloatArray, columns: FloatArray
    ) -> tuple[FloatArray, float] | None:
        whole = order.expanded(x)
        white = None if whole is None else whiten(*whole, columns)
        return None if white is None else (white[0], float(np.exp(white[1] / len(columns))))

    def slopes(self, order: Order, point: Evaluation) -> FloatArray:
        """Return the derivatives of the weighted innovations by the coefficients, (n, count)."""
        errors = np.asfortranarray((self.z - self.design @ point.regression)[:, None])
        slopes = np.zeros((len(self.z), len(point.x)))
        for number in range(len(point.x)):
            for step in (_STEP, -_STEP):
                x = point.x.copy()
                x[number] += step
                white = self._white(order, x, errors)
                if white is not None:
                    slopes[:, number] = (white[1] * white[0][:, 0] - point.weighted) / step
                    break
        return slopes - point.basis @ (point.basis.T @ slopes)

    def maximise(
        self, order: Order, start: Evaluation, tolerance: Tolerance
    ) -> tuple[Evaluation, bool]:
        """Return where no step is predicted to raise the log-likelihood, and whether that was reached."""
        point, damping = start, _DAMPING
        for _ in range(tolerance.steps):
            step = _Step(point, self.slopes(order, point))
            if tolerance.is_out_of_reach(point.log_likelihood, step.predicted_gain(_DAMPING)[1]):
                return point, False
            better, damping = self._take(order, step, damping, tolerance.gain)
            if better is None:
                return point, True
            rise, point = better.log_likelihood - point.log_likelihood, better
            if rise < tolerance.gain:  # all a limit to the roots leaves of the predicted gain
                return point, True
        return point, False

    def _take(
        self, order: Order, step: "_Step", damping: float, gain: float
    ) -> tuple[Evaluation | None, float]:
        """Return a better point, None if none is predicted, and the damping that suits the next step."""
        before = step.point.log_likelihood
        while damping < _MOST_DAMPING:
            move, predicted = step.predicted_gain(damping)
            if not predicted >= gain:
                break
            better = self.at(order, step.point.x + move)
            if better is not None and better.log_likelihood > before:
                kept = better.log_likelihood - before > 0.5 * predicted
                return better, max(0.1 * damping, 1e-9) if kept else damping
            damping *= 8.0
        return None, damping


class _Step:
    """The steps that Levenberg and Marquardt's method may take from a point, by their damping."""

    def __init__(self, point: Evaluation, slopes: FloatArray) -> None:
        self.point = point
        self.squares = point.squares
        self.curvature = slopes.T @ slopes
        self.descent = -slopes.T @ point.weighted
        least = 1e-12 * self.squares + np.finfo(float).tiny
        self.scale = np.diag(np.diag(self.curvature) + least)

    def predicted_gain(self, damping: float) -> tuple[FloatArray, float]:
        """Return the step, (count,), and the rise of the log-likelihood that linear innovations would give."""
        move = np.linalg.solve(self.curvature + damping * self.scale, self.descent)
        fall = float(2.0 * self.descent @ move - move @ self.curvature @ move)
        share = min(fall / max(self.squares, np.finfo(float).tiny), 1.0 - 1e-6)
        rise = -0.5 * len(self.point.weighted) * float(np.log1p(-share))
        return np.asarray(move, dtype=np.float64), rise


def _independent(design: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return orthonormal columns (n, r) that span the same, and the way back to the coefficients (k, r)."""
    size = np.linalg.norm(design, axis=0)
    size[size == 0.0] = 1.0
    left, values, right = np.linalg.svd(design / size, full_matrices=False)
    kept = values > _LEAST_SHARE * values.max(initial=0.0)
    return left[:, kept], (right[kept].T / values[kept]) / size[:, None]


def best_of(
    likelihood: Likelihood, order: Order, starts: Sequence[FloatArray], tolerance: Tolerance
) -> tuple[Evaluation, bool] | None:
    """Return the highest end of the ways from several starts, (count,) each, and whether it is a maximum.

    None if there is no likelihood at any start.
    """
    best: tuple[Evaluation, bool] | None = None
    for x in starts:
        point = likelihood.at(order, x)
        if point is None or (best is not None and monotonic() > tolerance.deadline):
            continue
        top = likelihood.maximise(order, point, tolerance)
        if best is None or top[0].log_likelihood > best[0].log_likelihood:
            best = top
    return best


def polished(
    likelihood: Likelihood, order: Order, start: Evaluation, deadline: float
) -> tuple[Evaluation, bool]:
    """Go on by quasi-Newton steps in coordinates that know no unit circle; also tell if they came to an end.

    Where a maximum lies next to the circle, moving roots back out makes other steps short.

    Reference: Monahan (1984), A note on enforcing stationarity in autoregressive-moving average models,
    Biometrika 71(2).
    """
    best = start

    def loss(free: FloatArray) -> float:
        nonlocal best
        if monotonic() > deadline:
            raise StopIteration
        point = likelihood.at(order, _bound(order, free))
        if point is None or not np.isfinite(point.log_likelihood):  # the innovations overflow
            return _NOWHERE
        if point.log_likelihood > best.log_likelihood:
            best = point
        return -point.log_likelihood

    try:
        found = minimize(loss, _free(order, start.x), method="BFGS", options={"gtol": _FLAT})
    except StopIteration:
        return best, False
    return best, found.status in _ENDED


def _bound(order: Order, free: FloatArray) -> FloatArray:
    """Return coefficients, none of which has a root inside the unit circle, from any numbers."""
    from statsmodels.tsa.statespace.tools import constrain_stationary_univariate

    return _in_parts(order, free, constrain_stationary_univariate)


def _free(order: Order, x: FloatArray) -> FloatArray:
    """Undo ``_bound``."""
    from statsmodels.tsa.statespace.tools import unconstrain_stationary_univariate

    return _in_parts(order, x, unconstrain_stationary_univariate)


def _in_parts(
    order: Order, x: FloatArray, change: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    parts = np.split(x, np.cumsum(order.sizes)[:-1])
    signs = (1.0, -1.0, 1.0, -1.0)  # moving averages are written with the other sign
    kinds = [(sign, part) for sign, part in zip(signs, parts, strict=True) if len(part)]
    return np.concatenate([sign * change(sign * part) for sign, part in kinds])


def inside(order: Order, x: FloatArray, nearest: float) -> FloatArray:
    """Return coefficients, (count,), of which no root is nearer to zero than that.

    Too near a root of an autoregression is moved out on its ray; one of a moving average is inverted first,
    which leaves the likelihood as it is.
    """
    parts = []
    for number, polynomial in enumerate(order.polynomials(x)):
        moving_average = bool(number % 2)
        within = is_stationary(polynomial * nearest ** np.arange(len(polynomial)))
        allowed = polynomial if within else _moved_out(polynomial, nearest, moving_average)
        parts.append(allowed[1:] if moving_average else -allowed[1:])
    return np.concatenate(parts)


def nearest_root_of_averages(order: Order, x: FloatArray) -> float:
    """Return the least distance from zero of a root of both moving averages; ``x``: coefficients, (count,)."""
    _, ma, _, seasonal_ma = order.polynomials(x)
    farthest = float(np.abs(np.concatenate([np.roots(ma), np.roots(seasonal_ma)])).max(initial=0.0))
    return 1.0 / farthest if farthest else float("inf")


def _moved_out(polynomial: FloatArray, nearest: float, invert: bool) -> FloatArray:
    inverse = np.roots(polynomial).astype(complex)
    size = np.abs(inverse)
    if invert:
        beyond = size > 1.0
        inverse[beyond] = 1.0 / inverse[beyond].conj()
        size = np.abs(inverse)
    most = 1.0 / (nearest * (1.0 + 1e-12))
    inverse *= np.where(size > most, most / np.maximum(size, most), 1.0)
    return np.asarray(np.real(np.poly(inverse)))
