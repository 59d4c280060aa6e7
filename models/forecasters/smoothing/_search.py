"""The search for the likeliest form and parameters of ``ses``, ``holt``, ``holt_winters`` and ``ets``.

statsforecast's Nelder-Mead search stops far from the optimum where there is a season (on the airline
passengers ETS(M,A,M) has an AICc of 1363 after it, 1241 after the search below) and costs more time.

Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, ch. 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from models.stats.scaling import natural_unit
from models.stats.seasonal_index import classical_index, without_season
from models.stats.smoothing_form import Form
from models.stats.smoothing_state import Filter, scaled_state
from models.types import FloatArray

Criterion = Literal["aicc", "aic", "bic"]

LONGEST_FREE_SEASON = 24
"""Up to this season length the initial seasonal states are optimised; beyond, those of the decomposition stay."""

_SHORTEST_OF_TWO = 4
"""Of a season as long two cycles teach a form without a trend."""

_PHI = (0.8, 0.98)
"""Bounds of the damping, as in R's ``ets``."""

_SMOOTHING = (1e-4, 0.9999)
_START = (0.3, 0.1, 0.1, 0.96)  # alpha, beta as a share of its most, gamma of 1 - alpha, phi
_STILL = (0.05, 0.05, 0.05, 0.98)
_WITH_SEASON = (_STILL, (0.2, 0.1, 0.6, 0.96))  # other starts: a season that changes quickly
_WITH_TREND = (_STILL, (0.95, 0.02, 0.1, 0.98), (0.95, 0.95, 0.1, 0.96))  # a walk, a moving slope
_LARGEST_ERROR = 0.25  # deviation of errors in proportion: their level is four of them above zero
_WITHOUT_ERROR = -1e9  # for the likelihood, which has no bound where nothing is left to chance
_REFUSED = 1e10  # what the search sees where the likelihood does not exist
_NUDGE = 1e-7  # by how much a number is moved at least to feel the slope
_ROOM, _CLOSE = 15.0, 3.0  # how far the best form of a season may be behind, and the second best
# relative tolerance of the likelihood: to compare starts with a season and forms, to keep one
_ROUGH, _QUICK, _EXACT = 3e-4, 1e-5, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class FittedForm:
    """A form with what was learned: smoothing parameters (4,), first and last state, fitted values (t,)."""

    form: Form
    par: FloatArray
    start: FloatArray
    state: FloatArray
    fitted: FloatArray
    sigma2: float
    deviance: float

    def criterion(self, name: Criterion) -> float:
        """Return an information criterion, infinite where it does not exist."""
        return _criterion(name, self.deviance, self.form.parameters, len(self.fitted))


def _criterion(name: Criterion, deviance: float, k: int, n: int) -> float:
    if name == "bic":
        return deviance + k * float(np.log(n))
    if name == "aic":
        return deviance + 2.0 * k
    return deviance + 2.0 * k * n / (n - k - 1) if n > k + 1 else float("inf")


def required_points(form: Form) -> int:
    """Return how many observations the form needs: one more than leaves its corrected AIC finite.

    Two years of quarters, which are one less, are enough for a level and a season.
    """
    least = max(3, form.parameters + 2)
    is_short = form.has_trend or form.season_length < _SHORTEST_OF_TWO
    return least if is_short else min(least, 2 * form.season_length)


def fit_best(
    y: FloatArray, forms: Sequence[Form], criterion: Criterion = "aicc"
) -> FittedForm | None:
    """Fit every form that the length of a series, (t,), allows, else the first, and return the best; or None.

    All are compared with the seasonal states of one decomposition; those of the best form of each kind
    of season are then optimised as well, and those of the best form with the other kind of errors.
    """
    scale = natural_unit(y)
    scaled = y / scale
    seasons = _Seasons(scaled)
    able = [form for form in forms if len(y) >= required_points(form)] or forms[:1]
    searches = [_Search(scaled, form, seasons.of(form)) for form in able]
    for number, search in enumerate(searches):
        search.begin_like(searches[:number])
        search.run(states=1 + search.form.has_trend, tolerance=_QUICK)
    usable = [search for search in searches if search.deviance < _REFUSED]
    if not usable:
        return None
    usable.sort(key=lambda one: one.criterion(criterion))
    for search in _contenders(usable, criterion):
        search.finish()
    usable = [search for search in usable if search.is_sensible] or usable
    best = min(usable, key=lambda one: one.criterion(criterion))
    for search in usable:
        if search.form == best.form.twin:
            search.follow(best)
    found = [search for search in usable if search.is_sensible] or usable
    return min(found, key=lambda one: one.criterion(criterion)).result(y, scale)


def _contenders(searches: Sequence["_Search"], criterion: Criterion) -> list["_Search"]:
    """Return, of forms that come best first, those that may be the best with their seasonal states set free.

    That is the best of each kind of season, and the best with or without a trend where it is close. One that is
    damped as little as it may be takes along the one that is not: a straight line, for which the first search
    of that ended early.
    """
    best = searches[0].criterion(criterion)
    found: dict[tuple[str, bool], _Search] = {}
    seasons: set[str] = set()
    for search in searches:
        season = search.form.season
        room = _CLOSE if season in seasons else _ROOM
        seasons.add(season)
        if search.criterion(criterion) <= best + room:
            found.setdefault((season, search.form.has_trend), search)
    straight = [search.form.undamped for search in found.values() if search.is_hardly_damped]
    return [*found.values(), *(search for search in searches if search.form in straight)]


class _Seasons:
    """The seasonal figures of one series, found once for all forms that want them."""

    def __init__(self, y: FloatArray) -> None:
        self._y = y
        self._found: dict[tuple[str, int], FloatArray] = {}

    def of(self, form: Form) -> FloatArray:
        """Return one figure per season, shape (season_length,); empty for a form without."""
        if not form.has_season:
            return np.empty(0)
        key = form.season, form.season_length
        if key not in self._found:
            self._found[key] = classical_index(self._y, form.season_length, form.season == "M")
        return self._found[key]


class _Search:
    """Finds the likeliest parameters of one form; can be run again with more of the first state set free."""

    def __init__(self, y: FloatArray, form: Form, figure: FloatArray) -> None:
        self.form, self.y = form, y
        self.deviance = _REFUSED
        self._filter = Filter(form, y)
        self._positions = list(form.smoothing)
        self._raw = np.array(_START)  # beta and gamma as shares of what they may be
        self._guess = _first_state(y, form, figure)
        self._state = self._guess.copy()
        self._step = _state_steps(y, form)
        rounding = float(np.finfo(float).eps * np.abs(y).mean() / self._step[0])
        self._nudge = max(_NUDGE, rounding**0.5)

    def begin_like(self, others: Sequence["_Search"]) -> None:
        """Begin where the search of the form with the other kind of errors ended: it is never far."""
        for other in others:
            if other.form == self.form.twin and other.deviance < _REFUSED:
                self._raw[:], self._state[:] = other._raw, other._state

    def criterion(self, name: Criterion) -> float:
        """Return an information criterion of what was found so far."""
        return _criterion(name, self.deviance, self.form.parameters, len(self.y))

    @property
    def is_sensible(self) -> bool:
        """Whether errors in proportion to the level stay well below it.

        Wider ones would make levels negative, and intervals of any width: after one value that is far out, for
        one. They are also the smaller the higher the level lies above the values, so that the likelihood
        raises it: by a slope that is not there. See Hyndman et al. (2008), ch. 15.
        """
        if self.form.error == "A":
            return True
        self._filter.run(self._par(), self._state)
        errors = self._filter.errors
        return float(errors @ errors) < _LARGEST_ERROR**2 * len(errors)

    @property
    def is_hardly_damped(self) -> bool:
        """Whether the damping is at its upper bound."""
        return self.form.damped and float(self._raw[3]) >= _PHI[1]

    def finish(self) -> None:
        """Search on with the seasonal states set free, from where the search is and from other starts.

        A season or a slope that changes pulls a search to another optimum than one that does not.
        """
        states, tolerance = self._free_states, _ROUGH if self.form.has_season else _QUICK
        self.run(states, tolerance)
        for raw in self._other_starts:
            self._try(np.array(raw), self._guess, states, tolerance)
        self.run(states, _EXACT)

    def follow(self, other: "_Search") -> None:
        """Search on from where the search of the form with the other kind of errors ended."""
        self._try(other._raw, other._state, self._free_states, _EXACT)

    @property
    def _free_states(self) -> int:
        long = self.form.season_length > LONGEST_FREE_SEASON
        return 1 + self.form.has_trend if long else self.form.size - self.form.has_season

    @property
    def _other_starts(self) -> Sequence[tuple[float, ...]]:
        if self.form.has_season:
            return _WITH_SEASON if self.form.season_length <= LONGEST_FREE_SEASON else ()
        return _WITH_TREND if self.form.has_trend else ()

    def _try(self, raw: FloatArray, state: FloatArray, states: int, tolerance: float) -> None:
        """Search from there too, and keep the better of the two."""
        found = self.deviance, self._raw.copy(), self._state.copy()
        self.deviance, self._raw[:], self._state[:] = _REFUSED, raw, state
        self.run(states, tolerance)
        if found[0] <= self.deviance:
            self.deviance, self._raw, self._state = found

    def run(self, states: int, tolerance: float) -> None:
        """Minimise the deviance over the smoothing parameters and the first ``states`` initial states.

        Next to a perfect fit it is all rounding, of which a search may end at a worse place than it began at.
        """
        from scipy import optimize

        before = self.deviance, self._raw.copy(), self._state.copy()

        minimize: Any = optimize.minimize  # its stubs refuse a value with its gradient
        base = self._state.copy()
        bounds: list[tuple[float | None, float | None]] = [
            _PHI if position == 3 else _SMOOTHING for position in self._positions
        ]
        found = minimize(
            lambda free: self._value_and_gradient(free, base, states),
            np.concatenate([self._raw[self._positions], np.zeros(states)]),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds + [(None, None)] * states,
            options={"maxiter": 100, "maxfun": 10_000, "ftol": tolerance},
        )
        self._place(found.x, base, states)
        self.deviance = float(found.fun)
        if before[0] <= self.deviance:
            self.deviance, self._raw, self._state = before

    def _place(self, free: FloatArray, base: FloatArray, states: int) -> None:
        """Set parameters and first state from what the search sees: parameters, then steps from ``base``."""
        smoothing = len(self._positions)
        self._raw[self._positions] = free[:smoothing]
        self._state[:states] = base[:states] + free[smoothing:] * self._step[:states]
        first = 1 + self.form.has_trend
        if states > first:  # seasonal states sum to 0, or to the season length: the last depends
            total = float(self.form.season_length) if self.form.season == "M" else 0.0
            self._state[-1] = total - self._state[first:-1].sum()

    def _deviance(self) -> float:
        value = self._filter.run(self._par(), self._state)
        return max(value, _WITHOUT_ERROR) if value < _REFUSED else _REFUSED

    def _value_and_gradient(
        self, free: FloatArray, base: FloatArray, states: int
    ) -> tuple[float, FloatArray]:
        """Return the deviance and its forward differences; each moves one number and puts it back."""
        self._place(free, base, states)
        value = self._deviance()
        slopes: list[float] = []
        nudge = self._nudge
        for position in self._positions:
            kept = self._raw[position]
            shift = -nudge if kept > 0.9 else nudge  # stay inside the bounds
            self._raw[position] = kept + shift
            slopes.append((self._deviance() - value) / shift)
            self._raw[position] = kept
        first = 1 + self.form.has_trend
        for position in range(states):
            shift = nudge * self._step[position]
            kept, last = self._state[position], self._state[-1]
            self._state[position] = kept + shift
            if position >= first:
                self._state[-1] = last - shift
            slopes.append((self._deviance() - value) / nudge)
            self._state[-1] = last
            self._state[position] = kept
        return value, np.array(slopes)

    def _par(self) -> tuple[float, float, float, float]:
        alpha, beta, gamma, phi = self._raw.tolist()
        return (
            alpha,
            beta * min(alpha, self.form.most_beta) if self.form.has_trend else 0.0,
            gamma * (1.0 - alpha) if self.form.has_season else 0.0,
            phi if self.form.damped else 1.0,
        )

    def result(self, y: FloatArray, scale: float) -> FittedForm:
        """Return what was found, on the scale of ``y``, (t,)."""
        return _run(self._filter, self._par(), self._state, y, scale)


def filtered(y: FloatArray, form: Form, par: FloatArray) -> FittedForm:
    """Return what given parameters, (4,), make of a series (t,), from a first state that it suggests."""
    scale = natural_unit(y)
    x = y / scale
    start = _first_state(x, form, _Seasons(x).of(form))
    return _run(Filter(form, x), tuple(par.tolist()), start, y, scale)


def _run(
    run: Filter, par: tuple[float, ...], start: FloatArray, y: FloatArray, scale: float
) -> FittedForm:
    """Filter once more; return everything on the scale of ``y``."""
    form, deviance = run.form, run.run(par, start)
    fitted = y / scale - run.errors if form.error == "A" else y / scale / (1.0 + run.errors)
    df = max(len(y) - form.parameters + 1, 1)
    variance = float(run.errors @ run.errors) / df
    return FittedForm(
        form,
        np.array(par),
        scaled_state(start, form, scale),
        scaled_state(run.last_state, form, scale),
        fitted * scale,
        variance * scale**2 if form.error == "A" else variance,
        deviance + 2.0 * len(y) * float(np.log(scale)),
    )


def _first_state(y: FloatArray, form: Form, figure: FloatArray) -> FloatArray:
    """Return a first state from the first cycles of the series without its season."""
    plain = (
        without_season(y, np.resize(figure, len(y)), form.season == "M") if form.has_season else y
    )
    head = plain[: max(10, 2 * form.season_length)]
    states = [float(head.mean())]
    if form.has_trend:
        t = np.arange(1, len(head) + 1) - (len(head) + 1) / 2
        slope = float(t @ head / (t @ t))
        level = states[0] - slope * (len(head) + 1) / 2
        states = (
            [level, slope] if form.trend == "A" else _growing(level, slope, float(np.abs(y).mean()))
        )
    return np.concatenate([np.array(states), figure[::-1]])


def _growing(level: float, slope: float, size: float) -> list[float]:
    level = max(level, 1e-3 * size)
    return [level, float(np.clip(1.0 + slope / level, 0.5, 1.5))]


def _state_steps(y: FloatArray, form: Form) -> FloatArray:
    """Return a natural unit for each state, so that the search sees numbers of size one."""
    change = float(np.std(np.diff(y))) or float(np.abs(y).mean()) or 1.0
    head = min(len(y), max(10, 2 * form.season_length))
    slope = [change / np.sqrt(head) if form.trend == "A" else 0.01] * form.has_trend
    season = change / (float(np.abs(y).mean()) or 1.0) if form.season == "M" else change
    return np.array([change, *slope, *[season] * (form.size - 1 - form.has_trend)])
