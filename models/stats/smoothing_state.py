"""What follows from a state of exponential smoothing: filtering on, forecasts, their variance, simulations.

The filter is statsforecast's compiled one. A state is ``[level, slope, season of m steps ago, ..., season
of 1 step ago]`` reversed as the library has it: the last number is the season that the next observation meets.

Reference: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, ch. 2, 6.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from models.stats.scaling import natural_unit
from models.stats.smoothing_form import Form
from models.types import FloatArray


def scaled_state(state: FloatArray, form: Form, scale: float) -> FloatArray:
    """Return a state, (size,), in units of ``scale``; growth factors and seasonal factors have none."""
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
        self.form = form
        self._states = np.empty(form.size * (len(y) + 1))
        self.errors = np.empty(len(y))
        self._components = tuple(
            _component(letter) for letter in (form.error, form.trend, form.season)
        )
        self._y = np.ascontiguousarray(y)
        self._mse = np.empty(1)
        self._calc = _library().calc

    def run(self, par: Sequence[float], state: FloatArray) -> float:
        """Filter from a first state, (size,); return the deviance (−2 log-likelihood up to a constant)."""
        self._states[: self.form.size] = state
        return float(
            self._calc(
                self._states,
                self.errors,
                self._mse,
                1,
                self._y,
                *self._components,
                *par,
                self.form.season_length,
            )
        )

    @property
    def states(self) -> FloatArray:
        """The first state and that behind each observation, (t + 1, size), until the next run."""
        return self._states.reshape(-1, self.form.size)

    @property
    def last_state(self) -> FloatArray:
        """The state behind the last observation, (size,)."""
        return self._states[-self.form.size :].copy()


def advance(
    form: Form, par: FloatArray, state: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Filter new observations, (k,), from a state; return that behind them and their one-step forecasts, (k,)."""
    scale = natural_unit(y)
    run = Filter(form, y / scale)
    run.run(par.tolist(), scaled_state(state, form, 1.0 / scale))
    fitted = y - run.errors * scale if form.error == "A" else y / (1.0 + run.errors)
    return scaled_state(run.last_state, form, scale), fitted


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
