"""Exponential smoothing in state-space form: the engine of ``ses``, ``holt``, ``holt_winters`` and ``ets``.

The filter and the point forecast are statsforecast's compiled ones. The parameters are found here:
its Nelder-Mead search stops far from the optimum where there is a season (on the airline passengers
ETS(M,A,M) has an AICc of 1363 after it, 1241 after the search below) and costs more time.

A state is ``[level, slope, season of m steps ago, ..., season of 1 step ago]`` reversed as the library
has it: the last number is the season that the next observation meets.

Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, ch. 2, 5, 6.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np

from models.forecasters._season import seasonal_figure, without_season
from models.forecasters._units import natural_unit
from models.types import FloatArray

Criterion = Literal["aicc", "aic", "bic"]

LONGEST_FREE_SEASON = 24
"""Up to this season length the initial seasonal states are optimised; beyond, those of the decomposition stay."""

PHI = (0.8, 0.98)
"""Bounds of the damping, as in R's ``ets``."""

_SMOOTHING = (1e-4, 0.9999)
_START = (0.3, 0.1, 0.1, 0.96)  # alpha, share of beta in alpha, share of gamma in 1 - alpha, phi
_STILL = (0.05, 0.05, 0.05, 0.98)
_WITH_SEASON = (_STILL, (0.2, 0.1, 0.6, 0.96))  # other starts: a season that changes quickly
_WITH_TREND = (_STILL, (0.95, 0.02, 0.1, 0.98), (0.95, 0.95, 0.1, 0.96))  # a walk, a moving slope
_REFUSED = 1e10  # what the search sees where the likelihood does not exist
_NUDGE = 1e-7  # by how much a number is moved at least to feel the slope
_ROOM, _CLOSE = 15.0, 3.0  # how far the best form of a season may be behind, and the second best
# relative tolerance of the likelihood: to compare starts with a season and forms, to keep one
_ROUGH, _QUICK, _EXACT = 3e-4, 1e-5, 1e-8


@dataclass(frozen=True, slots=True)
class Form:
    """One exponential smoothing model: error, trend and season, each N(one), A(dditive) or M(ultiplicative)."""

    error: str
    trend: str
    season: str
    damped: bool = False
    season_length: int = 1

    @property
    def code(self) -> str:
        """The usual short name, for instance ``AAdM``."""
        return f"{self.error}{self.trend}{'d' if self.damped else ''}{self.season}"

    @property
    def title(self) -> str:
        """The usual name, for instance ``ETS(A,Ad,M)``."""
        return f"ETS({self.error},{self.trend}{'d' if self.damped else ''},{self.season})"

    @property
    def twin(self) -> "Form":
        """The form with the other kind of errors."""
        return replace(self, error="M" if self.error == "A" else "A")

    @property
    def has_trend(self) -> bool:
        """Whether there is a slope."""
        return self.trend != "N"

    @property
    def has_season(self) -> bool:
        """Whether there is a season."""
        return self.season != "N"

    @property
    def size(self) -> int:
        """Length of the state."""
        return 1 + self.has_trend + self.has_season * self.season_length

    @property
    def smoothing(self) -> tuple[int, ...]:
        """Which of alpha, beta, gamma, phi the form has, by position."""
        return (0, *(1,) * self.has_trend, *(2,) * self.has_season, *(3,) * self.damped)

    @property
    def parameters(self) -> int:
        """Number of parameters that count in an information criterion, the variance among them."""
        return len(self.smoothing) + self.size - self.has_season + 1

    @property
    def needs_positive(self) -> bool:
        """Whether any part is multiplicative, so that values have to be over 0."""
        return "M" in (self.error, self.trend, self.season)


def parse_code(code: str) -> tuple[str, str, str, bool | None]:
    """Split a code such as ``ZZZ``, ``MNM`` or ``AAdA`` into error, trend, season and damping (None: try both).

    Raises ``ValueError`` if it is none.
    """
    match = re.fullmatch(r"([AMZ])(N|A|M|Z|Ad|Md|Zd)([NAMZ])", code)
    if match is None:
        raise ValueError(
            "an error of A, M or Z, a trend of N, A, Ad, M, Md or Z "
            "and a season of N, A, M or Z, such as 'ZZZ' or 'AAdA'"
        )
    error, trend, season = match.groups()
    damped = True if trend.endswith("d") else (None if trend == "Z" else False)
    return error, trend[0], season, damped


def forms_of(code: str, season_length: int, positive: bool) -> list[Form]:
    """Return the forms that a code stands for, without those that the data or the theory forbid.

    Left out of an automatic choice, as in R's ``ets``: multiplicative trends, and additive errors with
    a multiplicative season, whose variance is infinite; asked for in so many words, they are tried.
    """
    error, trend, season, damped = parse_code(code)
    forms = [
        Form(e, t, s, d, season_length if s != "N" else 1)
        for e in (error if error != "Z" else "AM")
        for t in (trend if trend != "Z" else "NA")
        for d in ((damped,) if damped is not None else (False, True) if t != "N" else (False,))
        for s in (season if season != "Z" else "NAM" if season_length > 1 else "N")
        if not (d and t == "N")
        if not ("Z" in (error, season) and e == "A" and s == "M")
    ]
    return [form for form in forms if positive or not form.needs_positive]


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
    """Return how many observations the form needs: one more than leaves its corrected AIC finite."""
    return max(3, form.parameters + 2)


def fit_best(
    y: FloatArray, forms: Sequence[Form], criterion: Criterion = "aicc"
) -> FittedForm | None:
    """Fit every form that the length allows and return the best one; None if none could be fitted.

    All are compared with the seasonal states of one decomposition; those of the best form of each kind
    of season are then optimised as well, and those of the best form with the other kind of errors.
    """
    scale = natural_unit(y)
    scaled = y / scale
    seasons = _Seasons(scaled)
    searches = [
        _Search(scaled, form, seasons.of(form)) for form in forms if len(y) >= required_points(form)
    ]
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

    That is the best of each kind of season, and the best with or without a trend where it is close.
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
    return list(found.values())


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
            self._found[key] = seasonal_figure(self._y, form.season_length, form.season == "M")
        return self._found[key]


class _Search:
    """Finds the likeliest parameters of one form; can be run again with more of the first state set free."""

    def __init__(self, y: FloatArray, form: Form, figure: FloatArray) -> None:
        self.form, self.y = form, y
        self.deviance = _REFUSED
        self._filter = Filter(form, y)
        self._positions = list(form.smoothing)
        self._raw = np.array(_START)  # beta and gamma as shares of what alpha leaves them
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
        """Whether errors in proportion to the level stay below it, as a rule.

        Those of a normal distribution that is wider would make levels negative, and intervals of any width:
        after one value that is far out, for one. See Hyndman et al. (2008), ch. 15.
        """
        if self.form.error == "A":
            return True
        self._filter.run(self._par(), self._state)
        errors = self._filter.errors
        return float(errors @ errors) < len(errors)

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
        self._raw[:], self._state[:] = raw, state
        self.run(states, tolerance)
        if found[0] <= self.deviance:
            self.deviance, self._raw, self._state = found

    def run(self, states: int, tolerance: float) -> None:
        """Minimise the deviance over the smoothing parameters and the first ``states`` initial states."""
        from scipy import optimize

        minimize: Any = optimize.minimize  # its stubs refuse a value with its gradient
        base = self._state.copy()
        bounds: list[tuple[float | None, float | None]] = [
            PHI if position == 3 else _SMOOTHING for position in self._positions
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
        return value if -_REFUSED < value < _REFUSED else _REFUSED

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
            beta * alpha if self.form.has_trend else 0.0,
            gamma * (1.0 - alpha) if self.form.has_season else 0.0,
            phi if self.form.damped else 1.0,
        )

    def result(self, y: FloatArray, scale: float) -> FittedForm:
        """Return what was found, on the scale of ``y``."""
        form, par = self.form, self._par()
        deviance = self._filter.run(par, self._state)
        errors = self._filter.errors
        fitted = self.y - errors if form.error == "A" else self.y / (1.0 + errors)
        freedom = max(len(y) - form.parameters + 1, 1)
        variance = float(errors @ errors) / freedom
        return FittedForm(
            form,
            np.array(par),
            _scaled_state(self._state, form, scale),
            _scaled_state(self._filter.last_state, form, scale),
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


def _scaled_state(state: FloatArray, form: Form, scale: float) -> FloatArray:
    """Return a state in units of ``scale``; growth factors and seasonal factors have none."""
    scaled = state * scale
    if form.trend == "M":
        scaled[1] = state[1]
    if form.season == "M":
        scaled[1 + form.has_trend :] = state[1 + form.has_trend :]
    return scaled


@cache
def _library() -> Any:
    from statsforecast import ets

    return vars(ets)["_ets"]


@cache
def _component(letter: str) -> Any:
    from statsforecast.ets import switch

    return switch(letter)


class Filter:
    """The compiled filter of one form over one series; its arrays are reused from run to run."""

    def __init__(self, form: Form, y: FloatArray) -> None:
        self._size = form.size
        self._states = np.empty(form.size * (len(y) + 1))
        self.errors = np.empty(len(y))
        self._components = tuple(
            _component(letter) for letter in (form.error, form.trend, form.season)
        )
        self._y = np.ascontiguousarray(y)
        self._mse = np.empty(1)
        self._season_length = form.season_length
        self._calc = _library().calc

    def run(self, par: Sequence[float], state: FloatArray) -> float:
        """Filter from a first state; return the deviance (−2 log-likelihood up to a constant)."""
        self._states[: self._size] = state
        return float(
            self._calc(
                self._states,
                self.errors,
                self._mse,
                1,
                self._y,
                *self._components,
                *par,
                self._season_length,
            )
        )

    @property
    def last_state(self) -> FloatArray:
        """The state behind the last observation."""
        return self._states[-self._size :].copy()


def advance(
    form: Form, par: FloatArray, state: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Filter new observations from a state; return the state behind them and their one-step forecasts."""
    scale = natural_unit(y)
    run = Filter(form, y / scale)
    run.run(par.tolist(), _scaled_state(state, form, 1.0 / scale))
    fitted = y - run.errors * scale if form.error == "A" else y / (1.0 + run.errors)
    return _scaled_state(run.last_state, form, scale), fitted


def point_forecast(form: Form, phi: float, state: FloatArray, horizon: int) -> FloatArray:
    """Return the point forecasts from a state, shape (horizon,).

    Not the library's, which adds up φ, φ, φ², ... instead of φ, φ², φ³, ... for a damped trend.
    """
    damping = np.cumsum(phi ** np.arange(1, horizon + 1))
    level = np.full(horizon, state[0])
    if form.trend == "A":
        level += state[1] * damping
    elif form.trend == "M":
        level *= state[1] ** damping
    if not form.has_season:
        return level
    season = np.resize(state[1 + form.has_trend :][::-1], horizon)
    return np.asarray(level * season if form.season == "M" else level + season)


def forecast_variance(
    form: Form, par: FloatArray, sigma2: float, state: FloatArray, horizon: int
) -> FloatArray | None:
    """Return the variance of the forecast error per step, (horizon,); None where no formula is known.

    Exact for linear models (class 1 and 2 of the reference, §6.3 and §6.4); for a multiplicative season
    with multiplicative errors the close approximation of §6.5 (class 3).
    """
    if form.trend == "M" or (form.error == "A" and form.season == "M"):
        return None
    weights = _impulse(form, par, horizon)
    if form.error == "A":
        return np.asarray(sigma2 * np.cumsum(weights**2))
    if form.season != "M":
        mean = point_forecast(form, par[3], state, horizon)
        around = _moments(mean, weights, sigma2)
        return np.asarray(around + sigma2 * (mean**2 + around))
    return _class_three(form, par, sigma2, state, horizon)


def _impulse(form: Form, par: FloatArray, horizon: int) -> FloatArray:
    """Return by how much a unit error moves the forecast 0, 1, ... steps later, (horizon,); the first is 1."""
    alpha, beta, gamma, phi = par
    steps = np.arange(1, horizon)
    weights = (
        alpha + beta * np.cumsum(phi**steps) if form.has_trend else np.full(horizon - 1, alpha)
    )
    if form.season == "A":
        weights = weights + gamma * (steps % form.season_length == 0)
    return np.concatenate([np.ones(1), weights])


def _moments(mean: FloatArray, weights: FloatArray, sigma2: float) -> FloatArray:
    """Return the variance of the one-step mean of each step, (horizon,): θ_h − μ_h² of §6.4.

    Added up, not taken as that difference, which is lost in rounding where the noise is small against
    the level.
    """
    squares = weights**2
    around = np.zeros(len(mean))
    for step in range(1, len(mean)):
        before = mean[step - 1 :: -1] ** 2 + around[step - 1 :: -1]
        around[step] = sigma2 * squares[1 : step + 1] @ before[:step]
    return around


def _class_three(
    form: Form, par: FloatArray, sigma2: float, state: FloatArray, horizon: int
) -> FloatArray:
    plain = Form("M", form.trend, "N", form.damped)
    level = point_forecast(plain, par[3], state[: plain.size], horizon)
    around = _moments(level, _impulse(plain, par, horizon), sigma2)
    theta = level**2 + around
    cycles = np.arange(horizon) // form.season_length
    growth = np.expm1(cycles * np.log1p(par[2] ** 2 * sigma2))
    season = np.resize(state[: -form.season_length - 1 : -1], horizon)
    return np.asarray(season**2 * (around + sigma2 * theta + (1.0 + sigma2) * growth * theta))


def simulate(form: Form, par: FloatArray, state: FloatArray, errors: FloatArray) -> FloatArray:
    """Return sample paths, (paths, horizon), from a state and as many errors: relative ones for error M."""
    alpha, beta, gamma, phi = par
    paths, horizon = errors.shape
    level = np.full(paths, state[0])
    slope = np.full(paths, state[1]) if form.has_trend else np.zeros(paths)
    season = np.tile(state[1 + form.has_trend :][::-1], (paths, 1)) if form.has_season else None
    values = np.empty((paths, horizon))
    for step in range(horizon):
        base = level * slope**phi if form.trend == "M" else level + phi * slope
        place = step % form.season_length
        now = season[:, place] if season is not None else None
        mean = base if now is None else base * now if form.season == "M" else base + now
        shock = errors[:, step] if form.error == "A" else mean * errors[:, step]
        values[:, step] = mean + shock
        plain = shock / now if now is not None and form.season == "M" else shock
        if season is not None and now is not None:
            season[:, place] = now + gamma * (shock / base if form.season == "M" else shock)
        if form.trend == "M":
            level, slope = base + alpha * plain, slope**phi + beta * plain / level
        else:
            level, slope = base + alpha * plain, phi * slope + beta * plain
    return values
