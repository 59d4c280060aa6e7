"""Does a series keep its level, its trend, or neither: two tests with opposite hypotheses, read together."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.stats.autocorrelation import autocovariance
from models.types import FloatArray

_LEAST = 12
"""Fewer observations decide nothing."""
_MOST = 2_000
"""More than the last so many observations add nothing but time."""
_ALPHA = 0.05
_EXACT = 1e-7
"""What a regression leaves, as a share of the spread of the values, that is only rounding."""
_MOST_DIFFERENCES = 2
ROUNDING = 1e-14
"""By how much equal steps may differ, of the largest value."""

Around = Literal["level", "trend"]
Verdict = Literal["stationary", "trend-stationary", "difference-stationary", "inconclusive"]
_DETERMINISTIC = {"level": "c", "trend": "ct"}

_KPSS_TABLE = {
    "level": ((0.347, 0.10), (0.463, 0.05), (0.574, 0.025), (0.739, 0.01)),
    "trend": ((0.119, 0.10), (0.146, 0.05), (0.176, 0.025), (0.216, 0.01)),
}
_READINGS: dict[Verdict, str] = {
    "stationary": "stationary: the values return to one level, so no differences are needed",
    "trend-stationary": "trend-stationary: the values return to a straight trend; take the trend off rather"
    " than differences",
    "difference-stationary": "difference-stationary: the values wander without returning; take differences",
    "inconclusive": "inconclusive: the tests disagree, as with breaks, long memory or too few points",
}


@dataclass(frozen=True, slots=True)
class UnitRootTest:
    """One test: around a level or a trend, its statistic, p-value and lags, and what it says at 5 %."""

    around: Around
    statistic: float
    p_value: float
    lags: int
    stationary: bool


@dataclass(frozen=True, slots=True)
class Stationarity:
    """ADF (its hypothesis: a unit root) and KPSS (its hypothesis: none), each around level and trend."""

    adf: tuple[UnitRootTest, ...]
    kpss: tuple[UnitRootTest, ...]
    verdict: Verdict
    reading: str


def stationarity(y: FloatArray) -> Stationarity | None:
    """Test a series, shape (t,), not constant; None for fewer than 12 values.

    Around its level or a straight trend a series is taken as stationary if ADF rejects the unit root
    and KPSS does not reject its absence; as difference-stationary if it is the other way round for
    both.

    Reference: Said and Dickey (1984), Biometrika 71, 599-607; Kwiatkowski, Phillips, Schmidt and Shin
    (1992), Journal of Econometrics 54, 159-178.
    """
    if len(y) < _LEAST:
        return None
    y = y[-_MOST:]
    y = (y - y.mean()) / y.std()
    adf = _adf(y, "level"), _adf(y, "trend")
    kpss = _kpss_test(y, "level"), _kpss_test(y, "trend")
    verdict = _verdict(adf, kpss)
    return Stationarity(adf, kpss, verdict, _READINGS[verdict])


def _verdict(adf: tuple[UnitRootTest, ...], kpss: tuple[UnitRootTest, ...]) -> Verdict:
    if adf[0].stationary and kpss[0].stationary:
        return "stationary"
    if adf[1].stationary and kpss[1].stationary:
        return "trend-stationary"
    if not adf[1].stationary and not kpss[0].stationary:
        return "difference-stationary"
    return "inconclusive"


def _adf(y: FloatArray, around: Around) -> UnitRootTest:
    """Regress the differences on the level before, with as many lags as the AIC wants."""
    from statsmodels.tsa.adfvalues import mackinnonp

    trends = 1 if around == "level" else 2
    most = min(len(y) // 2 - trends - 1, int(np.ceil(12.0 * (len(y) / 100.0) ** 0.25)))
    lags = _lags_by_aic(*_regression(y, most, trends), trends + 1)
    statistic = _t_of_level(*_regression(y, lags, trends), trends)
    p_value = float(mackinnonp(statistic, regression=_DETERMINISTIC[around], N=1))
    return UnitRootTest(around, statistic, p_value, lags, p_value < _ALPHA)


def _regression(y: FloatArray, lags: int, trends: int) -> tuple[FloatArray, FloatArray]:
    """Return the design (trends, level before, lagged differences) and the differences."""
    change = np.diff(y)
    size = len(change) - lags
    powers = [np.arange(1.0, size + 1.0) ** power for power in range(trends)]
    lagged = [change[lags - lag : len(change) - lag] for lag in range(1, lags + 1)]
    return np.stack([*powers, y[lags:-1], *lagged], axis=1), change[lags:]


def _lags_by_aic(design: FloatArray, change: FloatArray, least: int) -> int:
    """Return with how many lags the AIC is least, for values of unit spread; one decomposition serves all."""
    q, _ = np.linalg.qr(design)
    explained = np.cumsum((q.T @ change) ** 2)[least - 1 :]
    left = np.maximum(change @ change - explained, len(change) * _EXACT**2)
    columns = least + np.arange(len(left))
    return int(np.argmin(len(change) * np.log(left) + 2 * columns))


def _t_of_level(design: FloatArray, change: FloatArray, at: int) -> float:
    """Return the t-value of the column ``at``, for values of unit spread."""
    q, r = np.linalg.qr(design)
    inverse = np.linalg.pinv(r, rcond=_EXACT)
    coefficients = inverse @ (q.T @ change)
    errors = change - design @ coefficients
    variance = float(errors @ errors) / (len(change) - design.shape[1])
    standard_error = np.sqrt(max(variance, _EXACT**2) * float(inverse[at] @ inverse[at]))
    return float(coefficients[at] / standard_error) if standard_error else 0.0


def _kpss_test(y: FloatArray, around: Around, lags: int | None = None) -> UnitRootTest:
    """Test by KPSS whether a series, shape (t,), not constant, returns to its level or its straight trend.

    ``lags``: of the Bartlett window of the long-run variance; after Hobijn, Franses and Ooms if None.

    Reference: Kwiatkowski, Phillips, Schmidt and Shin (1992), Testing the null hypothesis of stationarity
    against the alternative of a unit root, Journal of Econometrics 54, 159-178.
    """
    rest = y - y.mean()
    if around == "trend":
        t = np.arange(len(y)) - (len(y) - 1) / 2
        rest = rest - t * (t @ rest) / (t @ t)
    lags = _bandwidth(rest) if lags is None else lags
    sums = np.cumsum(rest)
    variance = max(_long_run_variance(rest, lags), _EXACT**2 * float(y.var()))
    statistic = float(sums @ sums) / len(y) ** 2 / variance
    edges, p_values = np.array(_KPSS_TABLE[around]).T
    p_value = float(np.interp(statistic, edges, p_values))  # 0.1 and 0.01 mean beyond
    return UnitRootTest(around, statistic, p_value, lags, bool(statistic <= edges[1]))


def differences_to_stationarity(y: FloatArray) -> int:
    """Return how many times a series, shape (t,), is differenced until KPSS takes it as stationary.

    At most twice. The window of the long-run variance is the short one that order searches use.

    Reference: Hyndman and Khandakar (2008), Automatic time series forecasting: the forecast package for R,
    Journal of Statistical Software 27(3).
    """
    for differences in range(_MOST_DIFFERENCES):
        if np.ptp(y) == 0.0:
            return differences
        short = int(4.0 * (len(y) / 100.0) ** 0.25)
        if _kpss_test(y, "level", short).stationary:
            return differences
        y = np.diff(y)
    return _MOST_DIFFERENCES


def is_straight(y: FloatArray) -> bool:
    """Whether values (t,), t ≥ 3, lie on a straight line, to rounding."""
    return bool(np.ptp(np.diff(y)) <= ROUNDING * np.abs(y).max())


def is_steady(y: FloatArray) -> bool:
    """Whether the steps of a few values (t,) scatter half as much as they do at most, as those of a trend.

    Of noise they scatter more, by the root of two. For series too short for KPSS.
    """
    return len(y) > 2 and bool(2.0 * np.diff(y).std() < y.std())


def _bandwidth(rest: FloatArray) -> int:
    """Return the lags of the Bartlett window after Hobijn, Franses and Ooms (1998)."""
    size = len(rest)
    variance, *covariances = autocovariance(rest, int(size ** (2 / 9)))
    flat = variance + 2 * sum(covariances)
    sloped = 2 * sum(lag * one for lag, one in enumerate(covariances, 1))
    ratio = (sloped / flat) ** 2 if flat else 0.0
    return min(int(1.1447 * ratio ** (1 / 3) * size ** (1 / 3)), size - 1)


def _long_run_variance(rest: FloatArray, lags: int) -> float:
    covariances = autocovariance(rest, lags)
    bartlett = 1.0 - np.arange(lags + 1) / (lags + 1)
    return float(2 * bartlett @ covariances - covariances[0])
