"""The search for an ARIMA order: Hyndman and Khandakar's steps over the exact likelihood."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np

from models.contract.state import kept
from models.forecasters.arima._fit import aicc, design_of
from models.forecasters.arima._likelihood import (
    FINELY,
    ROUGHLY,
    Evaluation,
    Likelihood,
    Tolerance,
    best_of,
    nearest_root_of_averages,
)
from models.forecasters.arima._order import Order, Trend
from models.forecasters.arima._starts import hannan_rissanen, long_autoregression
from models.stats.scaling import natural_unit
from models.stats.stationarity import differences_to_stationarity, is_steady
from models.types import FloatArray

_FEWEST_COMPARED = 5
"""Of so few values orders are not told apart: the series has a mean, or a drift."""
_LONGEST_UNSURE = 32
"""In so few values the KPSS test misses trends: where it took none but steps scatter half as much as values, a
difference made forecasts of M1, NNGC1 and tourism better at each of eleven lengths but one."""
_LARGEST_LAG = 5
_MOST_SEASONAL = 2
_REFUSED_ROOT = 1.01
"""An order whose moving averages have a root nearer to the unit circle is not chosen: its criterion may be
less, its forecasts of M1 are 2 % worse."""
FIT_SECONDS = 2.0
"""What the fit of the order takes at most after a search that used up its budget."""
NEAREST_ROOT = 1.0001
"""No fit goes nearer, on the way to its maximum either."""
_FINALISTS = 3
_LONGEST_SEARCHED = 2_000
"""The last so many values show the order; more only take the time of other orders."""
TRENDS: tuple[Trend, Trend] = ("none", "constant")


@kept
@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What a search found: the order, coefficients to start its fit from, and how far it came."""

    order: Order
    start: FloatArray | None
    tried: int
    out_of_time: bool = False


def search_pmdarima(y: FloatArray, season: int, exog: FloatArray | None, most: int) -> Search:
    """Let pmdarima search the order of a series, (t,), with regressors, (t, k)."""
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
    """Search the order of a series, (t,), with regressors, (t, k), stepwise by AICc, within a time budget.

    Of a long series the last part is looked at, and differenced first; of a few values only that. On the way an
    order gets a few steps towards its maximum, fewer if it cannot become the best; the best few are then fitted
    to the end, from several starting values. Where no step leads down, orders two changes away are tried before
    it ends.
    """
    y, exog = y[-_LONGEST_SEARCHED:], None if exog is None else exog[-_LONGEST_SEARCHED:]
    base = differences(y, season)
    if len(y) <= _FEWEST_COMPARED:
        return Search(replace(base, trend="constant"), None, 1)
    scores = _Scores(_Candidates(y, exog, base), monotonic() + budget_s)
    smallest_first = sorted(_beginnings(base, most), key=lambda order: order.parameters)
    ends = [_descend(order, most, scores) for order in sorted(smallest_first, key=scores.of)]
    best = min(ends, key=scores.of)
    while better := scores.first_below(best, _two_away(best, most)):
        best = _descend(better, most, scores)
    best = scores.polish()
    return Search(best, scores.start_of(best), len(scores.known), scores.out_of_time)


def left_of(budget_s: float, started: float) -> float:
    """Return the seconds left for the fit since a moment of ``time.monotonic``, a few in any case."""
    return max(budget_s - (monotonic() - started), min(FIT_SECONDS, budget_s))


def _descend(order: Order, most: int, scores: "_Scores") -> Order:
    """Return the order from which no single step leads to a smaller criterion."""
    while better := scores.first_below(order, _neighbours(order, most)):
        order = better
    return order


def differences(y: FloatArray, season: int) -> Order:
    """Return the order that only differences a series, (t,): OCSB test for the season, KPSS test for the rest.

    Values too few for that test to find a trend are differenced, too, where their steps scatter much less.

    Reference: Osborn, Chui, Smith and Birchenhall (1988); Kwiatkowski, Phillips, Schmidt and Shin (1992).
    """
    from pmdarima.arima import nsdiffs

    seasonal = 0
    if season > 1 and len(y) >= 2 * season + 5:
        with warnings.catch_warnings(), suppress(ValueError):
            # its regression lacks rows in some short series: no verdict
            warnings.simplefilter("ignore")
            seasonal = int(nsdiffs(y, m=season, max_D=1))
    z = Order(D=seasonal, m=season).difference(y)
    plain = differences_to_stationarity(z) if len(z) > _FEWEST_COMPARED else 0
    if not plain and len(z) <= _LONGEST_UNSURE:
        plain = int(is_steady(z))
    return Order(d=plain, D=seasonal, m=season)


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """What is known of an order: its criterion, infinite if refused, and where its likelihood was highest."""

    aicc: float = float("inf")
    point: Evaluation | None = None


class _Candidates:
    """Fits orders to one differenced series."""

    def __init__(self, y: FloatArray, exog: FloatArray | None, base: Order) -> None:
        z = base.difference(y)
        z = z / natural_unit(z - z.mean())
        design = {trend: design_of(replace(base, trend=trend), z, exog) for trend in TRENDS}
        self._likelihoods = {
            trend: Likelihood(z, columns, NEAREST_ROOT) for trend, columns in design.items()
        }
        self._regressors = design["none"].shape[1]
        widest = design["constant"]
        self._plain = z - widest @ np.linalg.lstsq(widest, z, rcond=None)[0]
        self._shocks = long_autoregression(self._plain, base.m)

    def penalty(self, order: Order) -> float:
        """Return what the AICc adds to minus twice the log-likelihood; infinite for too many numbers."""
        return aicc(0.0, order.parameters + self._regressors, len(self._plain))

    def rough(self, order: Order, near: FloatArray | None, until: Tolerance) -> _Tried:
        """Fit an order roughly, from where coefficients ``near``, (count,), or its own regression are better."""
        likelihood = self._likelihoods[order.trend]
        starts = [self._start(order), *([] if near is None else [near])]
        points = [point for x in starts if (point := likelihood.at(order, x)) is not None]
        if not points:
            return _Tried()
        best = max(points, key=lambda point: point.log_likelihood)
        top, _ = likelihood.maximise(order, best, until)
        return self._judged(order, top)

    def fine(self, order: Order, near: FloatArray, deadline: float) -> _Tried:
        """Fit an order to the end, from the best of several beginnings, ``near``, (count,), being one."""
        likelihood = self._likelihoods[order.trend]
        zeros = np.zeros(order.lag_count)
        starts = [near, self._start(order), zeros, zeros + 0.1, zeros - 0.1]
        found = best_of(likelihood, order, starts, replace(ROUGHLY, deadline=deadline))
        if found is None:
            return _Tried()
        top, _ = likelihood.maximise(order, found[0], replace(FINELY, deadline=deadline))
        return self._judged(order, top)

    def _judged(self, order: Order, point: Evaluation) -> _Tried:
        if nearest_root_of_averages(order, point.x) < _REFUSED_ROOT:
            return _Tried(point=point)
        return _Tried(self.penalty(order) - 2.0 * point.log_likelihood, point)

    def _start(self, order: Order) -> FloatArray:
        return hannan_rissanen(self._plain, self._shocks, order)


@dataclass(slots=True)
class _Scores:
    """The AICc of each order tried; infinite for what came after the deadline, the first apart."""

    candidates: _Candidates
    deadline: float
    known: dict[Order, _Tried] = field(default_factory=dict)
    least: float = float("inf")
    out_of_time: bool = False

    def of(self, order: Order) -> float:
        """Return the AICc of an order, fitted when it is first asked for."""
        if order not in self.known:
            if self.known and monotonic() > self.deadline:
                self.out_of_time = True
                return float("inf")
            self.known[order] = self._try(order)
            self.least = min(self.least, self.known[order].aicc)
        return self.known[order].aicc

    def first_below(self, order: Order, others: Iterable[Order]) -> Order | None:
        """Return the first of others with a smaller criterion than an order's."""
        return next((other for other in others if self.of(other) < self.of(order)), None)

    def _try(self, order: Order) -> _Tried:
        penalty = self.candidates.penalty(order)
        if not np.isfinite(penalty):
            return _Tried()
        to_be_the_best = 0.5 * (penalty - self.least)
        until = replace(ROUGHLY, bound=to_be_the_best, deadline=self.deadline)
        return self.candidates.rough(order, self._near(order), until)

    def _near(self, order: Order) -> FloatArray | None:
        """Return the coefficients of the order most alike that was tried, zeros where it has none."""
        alike, near = float("inf"), None
        for other, tried in self.known.items():
            distance = order.distance(other)
            if tried.point is not None and distance < alike:
                alike, near = distance, order.taken_over(other, tried.point.x)
        return near

    def polish(self) -> Order:
        """Fit the best few orders to the end and return the best."""
        left = _FINALISTS
        for order in sorted(self.known, key=lambda order: self.known[order].aicc):
            tried = self.known[order]
            if tried.point is None or not np.isfinite(tried.aicc) or not left:
                break
            self.known[order] = self.candidates.fine(order, tried.point.x, self.deadline)
            # one that is now refused does not count
            left -= int(np.isfinite(self.known[order].aicc))
        return min(self.known, key=lambda order: self.known[order].aicc)

    def start_of(self, order: Order) -> FloatArray | None:
        """Return the coefficients of an order, (count,); None if it has no fit."""
        point = self.known[order].point if order in self.known else None
        return None if point is None else point.x


def _beginnings(base: Order, most: int) -> list[Order]:
    """Return Hyndman and Khandakar's first orders, those that are small enough; at least the plain one."""
    seasonal = int(base.m > 1)
    constant: list[Order] = []
    for p, q, P, Q in ((2, 2, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 1)):
        order = replace(base, p=p, q=q, P=P * seasonal, Q=Q * seasonal)
        constant.append(replace(order, trend="constant") if base.d + base.D <= 1 else order)
    plain = base if base.points_lost else replace(base, trend="constant")
    return [*dict.fromkeys(order for order in [*constant, plain] if _allowed(order, most))]


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
        yield from _if_allowed(_with_other_constant(order), most)


def _two_away(order: Order, most: int) -> Iterator[Order]:
    """Yield orders that differ in two of their numbers, or in one by two."""
    once = list(_changed(order))
    for other in dict.fromkeys(twice for one in once for twice in _changed(one)):
        yield from _if_allowed(other, most)


def _changed(order: Order) -> Iterator[Order]:
    """Yield orders with one coefficient more or less, or another constant, allowed or not."""
    for name in ("p", "q", "P", "Q") if order.m > 1 else ("p", "q"):
        for step in (-1, 1):
            yield replace(order, **{name: getattr(order, name) + step})
    if order.d + order.D <= 1:
        yield _with_other_constant(order)


def _with_other_constant(order: Order) -> Order:
    """Return an order without its constant, or with one if it has none."""
    return replace(order, trend="constant" if order.trend == "none" else "none")


def _if_allowed(order: Order, most: int) -> Iterator[Order]:
    if _allowed(order, most):
        yield order


def _allowed(order: Order, most: int) -> bool:
    """Whether an order is small enough, has a level, and no lag twice, which statsmodels refuses.

    What is not differenced has a mean: without one, forecasts would depend on where zero is.
    """
    lags, seasonal = (order.p, order.q), (order.P, order.Q)
    return (
        min(*lags, *seasonal) >= 0
        and max(lags) <= _LARGEST_LAG
        and max(seasonal) <= _MOST_SEASONAL
        and (order.points_lost > 0 or order.has_constant)
        and sum(lags) + sum(seasonal) <= most
        and all(plain < order.m or not times for plain, times in zip(lags, seasonal, strict=True))
    )
