"""The search for an ARIMA order: Hyndman and Khandakar's steps over a compiled likelihood."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import numpy as np

from models.forecasters._sarimax import Order, Trend, aicc
from models.forecasters._units import natural_unit
from models.types import FloatArray

LARGEST_LAG = 5
EXACT_SIZE, EXACT_SEASON = 600, 12
"""Above either, orders are compared by the conditional sum of squares, as Hyndman and Khandakar do."""
TOLERANCE = 1e-3
"""Of the search for the likelihood's maximum, which it then misses by about 1e-4: four times faster than 1e-8."""
NEAREST_ROOT = 1.001
"""Roots nearer to the unit circle make a fit unstable."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What a search found: the order, coefficients to start its fit from, and how far it came."""

    order: Order
    start: FloatArray | None
    tried: int
    out_of_time: bool = False


def search_pmdarima(y: FloatArray, season: int, exog: FloatArray | None, most: int) -> Search:
    """Let pmdarima search the order."""
    from pmdarima import auto_arima

    base = differences(y, season)
    seasonal = {"m": season, "D": base.D} if season > 1 else {"seasonal": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = auto_arima(y, exog, d=base.d, max_order=most, suppress_warnings=True, **seasonal)
    (p, d, q), (P, D, Q, _) = found.order, found.seasonal_order
    trend: Trend = "constant" if found.with_intercept else "none"
    return Search(Order(p, d, q, P, D, Q, season if P + D + Q else 1, trend), None, 1)


def search_fast(
    y: FloatArray, season: int, exog: FloatArray | None, most: int, budget_s: float
) -> Search:
    """Search the order stepwise by AICc within a time budget.

    The series is differenced first and the likelihood is statsforecast's of the differences: it is
    exact for them, while that for integrated orders is not a pure function of its arguments.
    """
    base = differences(y, season)
    z = base.difference(y if exog is None else _without(y, exog, base))
    unit = natural_unit(z)
    z = z / unit
    scores = _Scores(z, monotonic() + budget_s)
    beginnings = sorted(_beginnings(base, most), key=scores.of)
    best = min((_descend(order, most, scores) for order in beginnings), key=scores.of)
    start = scores.start_of(best) if exog is None else None
    if start is not None and best.trend == "constant":
        start[0] *= unit
    return Search(best, start, len(scores.known), scores.out_of_time)


def _descend(order: Order, most: int, scores: "_Scores") -> Order:
    """Return the order from which no single step leads to a smaller criterion."""
    while better := next(
        (o for o in _neighbours(order, most) if scores.of(o) < scores.of(order)), None
    ):
        order = better
    return order


def differences(y: FloatArray, season: int) -> Order:
    """Return the order that only differences: OCSB test for the season, KPSS test for the rest.

    Reference: Osborn, Chui, Smith and Birchenhall (1988); Kwiatkowski, Phillips, Schmidt and Shin (1992).
    """
    from pmdarima.arima import ndiffs, nsdiffs

    seasonal = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if season > 1 and len(y) >= 2 * season + 5:
            try:
                seasonal = int(nsdiffs(y, m=season, max_D=1))
            except ValueError:  # its regression lacks rows in some short series: no verdict
                seasonal = 0
        z = Order(D=seasonal, m=season).difference(y)
        plain = int(ndiffs(z, max_d=2)) if len(z) > 5 and np.ptp(z) > 0 else 0
    return Order(d=plain, D=seasonal, m=season)


def _without(y: FloatArray, exog: FloatArray, base: Order) -> FloatArray:
    """Return the series without what a regression of its differences finds in the regressors."""
    design = base.difference(exog)
    effect = np.linalg.lstsq(design, base.difference(y), rcond=None)[0]
    return y - exog @ effect


@dataclass(slots=True)
class _Scores:
    """The AICc of each order tried on a differenced series; infinite for what came after the deadline."""

    z: FloatArray
    deadline: float
    known: dict[Order, tuple[float, FloatArray | None]] = field(default_factory=dict)
    out_of_time: bool = False

    def of(self, order: Order) -> float:
        """Return the AICc of an order, fitted when it is first asked for."""
        if order not in self.known:
            if monotonic() > self.deadline:
                self.out_of_time = True
                return float("inf")
            self.known[order] = _score(self.z, order)
        return self.known[order][0]

    def start_of(self, order: Order) -> FloatArray | None:
        """Return the coefficients of an order as statsmodels arranges them."""
        return self.known[order][1] if order in self.known else None


def _score(z: FloatArray, order: Order) -> tuple[float, FloatArray | None]:
    from statsforecast.arima import arima

    exact = len(z) <= EXACT_SIZE and order.m <= EXACT_SEASON
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = arima(
                z,
                order=(order.p, 0, order.q),
                seasonal={"order": (order.P, 0, order.Q), "period": order.m},
                include_mean=order.trend == "constant",
                method="CSS-ML" if exact else "CSS",
                tol=TOLERANCE,
            )
    except (ValueError, IndexError, ZeroDivisionError, RuntimeError, np.linalg.LinAlgError):
        return float("inf"), None  # this order cannot be fitted; the search goes on
    start = _arranged(fit, order)
    if not np.isfinite(start).all() or _nearest_root(start, order) < NEAREST_ROOT:
        return float("inf"), None
    likelihood = float(fit["loglik"]) if exact else -0.5 * len(z) * float(np.log(fit["sigma2"]))
    return aicc(likelihood, order.parameters, len(z)), start


def _arranged(fit: Any, order: Order) -> FloatArray:
    """Return the coefficients in statsmodels' order: constant, ar, ma, seasonal ar and ma."""
    coefficients = {name: float(value) for name, value in fit["coef"].items()}
    lags = [("ar", order.p), ("ma", order.q), ("sar", order.P), ("sma", order.Q)]
    values = [[coefficients[f"{name}{lag + 1}"] for lag in range(count)] for name, count in lags]
    constant = []
    if order.trend == "constant":  # there the mean, in statsmodels the intercept of the recursion
        constant = [coefficients["intercept"] * (1 - sum(values[0])) * (1 - sum(values[2]))]
    return np.array([*constant, *(value for part in values for value in part)])


def _nearest_root(start: FloatArray, order: Order) -> float:
    """Return the least distance from zero of a root of the four polynomials."""
    at = 1 if order.trend == "constant" else 0
    nearest = float("inf")
    for count, sign in ((order.p, -1.0), (order.q, 1.0), (order.P, -1.0), (order.Q, 1.0)):
        polynomial = np.concatenate([[1.0], sign * start[at : at + count]])
        at += count
        roots = np.roots(polynomial[::-1])
        nearest = min(nearest, float(np.abs(roots).min(initial=np.inf)))
    return nearest


def _beginnings(base: Order, most: int) -> list[Order]:
    """Return Hyndman and Khandakar's first orders, those that are small enough; at least the plain one."""
    seasonal = int(base.m > 1)
    constant: list[Order] = []
    for p, q, P, Q in ((2, 2, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 1)):
        order = replace(base, p=p, q=q, P=P * seasonal, Q=Q * seasonal)
        constant.append(_with_constant(order) if base.d + base.D <= 1 else order)
    return [order for order in [*constant, base] if _allowed(order, most)]


def _neighbours(order: Order, most: int) -> Iterator[Order]:
    """Yield orders one step away: a lag more or less, two together, seasonal ones exchanged, the constant."""
    steps = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)]
    if order.m > 1:
        for dP, dQ in steps:
            yield from _if_allowed(replace(order, P=order.P + dP, Q=order.Q + dQ), most)
        yield from _if_allowed(replace(order, P=order.Q, Q=order.P), most)
    for dp, dq in steps:
        yield from _if_allowed(replace(order, p=order.p + dp, q=order.q + dq), most)
    if order.d + order.D <= 1:
        flipped = replace(order, trend="none") if order.trend != "none" else _with_constant(order)
        yield from _if_allowed(flipped, most)


def _with_constant(order: Order) -> Order:
    return replace(order, trend="constant")


def _if_allowed(order: Order, most: int) -> Iterator[Order]:
    if _allowed(order, most):
        yield order


def _allowed(order: Order, most: int) -> bool:
    lags, seasonal = (order.p, order.q), (order.P, order.Q)
    return (
        min(*lags, *seasonal) >= 0
        and max(lags) <= LARGEST_LAG
        and max(seasonal) <= (2 if order.m <= EXACT_SEASON else 1)
        and sum(lags) + sum(seasonal) <= most
    )
