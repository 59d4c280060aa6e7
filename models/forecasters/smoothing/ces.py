"""Complex exponential smoothing: level and a hidden potential, smoothed by one complex factor."""

from importlib import import_module
from typing import Any, Literal

import numpy as np
from pydantic import Field

from models.data.series import Series
from models.errors import SeriesTooShort
from models.forecasters.base import Forecaster
from models.params import SeasonalParams
from models.stats.scaling import usual_unit
from models.types import FloatArray


class CESParams(SeasonalParams):
    """Which seasonal form is fitted."""

    seasonal: Literal["auto", "none", "simple", "partial", "full"] = Field(
        "auto",
        title="Season",
        description="Form of the season; 'auto' takes the one with the best corrected AIC.",
    )


_LETTERS = {"auto": "Z", "none": "N", "simple": "S", "partial": "P", "full": "F"}
_STEPS = 3
"""Steps ahead of which the library tells mean squared errors; nothing here depends on it."""
_WORDS = {letter: word for word, letter in _LETTERS.items()}


class CES(Forecaster[CESParams]):
    """Complex exponential smoothing by statsforecast's compiled fit, with its exact linear error variance.

    Reference: Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research
    Logistics 69(8).
    """

    name = "ces"
    title = "Complex exponential smoothing"
    summary = (
        "Catches trends that come and go without a trend component; a good member of combinations."
    )
    reference = "Svetunkov, Kourentzes & Ord (2022), Complex exponential smoothing, Naval Res. Logist. 69(8)"

    def required_observations(self, season_length: int) -> int:
        """Enough for a finite corrected AIC, and two cycles for a season asked for in so many words."""
        asked = self.params.seasonal not in ("auto", "none") and season_length > 1
        return max(7, 2 * season_length if asked else 0)

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Four seasonal forms, each a compiled search."""
        return (3e-4 + 5e-6 * observations) * (4 if season_length > 1 else 1)

    def _fit(self, series: Series) -> None:
        unit = usual_unit(series.y)
        letter = _LETTERS[self.params.seasonal]
        self._keep(series, unit, _fit_library(series.y / unit, self.season_length_, letter))

    def _apply(self, series: Series) -> None:
        if self.seasonal_ != "N" and len(series) < 2 * self.season_length_:
            raise SeriesTooShort(
                f"ces learned a season of {self.season_length_}: it takes {2 * self.season_length_}"
                f" observations to go on from, and these are {len(series)}",
                "send a longer series, or fit a model to it",
            )
        unit = usual_unit(series.y)
        season = self.season_length_
        fit = _library().cesmodel(series.y / unit, season, self.seasonal_, *self.par_, _STEPS)
        self._keep(series, unit, fit)

    def _keep(self, series: Series, unit: float, fit: Any) -> None:
        y = series.y
        self.seasonal_ = str(fit["seasontype"])
        self.season_length_ = int(fit["m"])
        self.par_ = np.array([float(value) for value in fit["par"].values()])
        self.state_ = np.asarray(fit["states"])[len(y) : len(y) + self.season_length_] * unit
        self.fitted_ = np.asarray(fit["fitted"]) * unit
        df = max(len(y) - len(self.par_[np.isfinite(self.par_)]) - self.state_.shape[1], 1)
        self.sigma_ = float(np.sqrt(np.sum((y - self.fitted_) ** 2) / df))

    def _title(self) -> str:
        word = _WORDS[self.seasonal_]
        return f"CES ({word if word != 'none' else 'no'} season)"

    def _predict(self, horizon: int) -> FloatArray:
        library = _library()
        forecast = np.empty(horizon)
        kind = library.switch_ces(self.seasonal_)
        library.cesforecast(
            self.state_, 0, self.season_length_, kind, forecast, horizon, *self.par_
        )
        return forecast

    def _error_std(self, horizon: int) -> FloatArray:
        weights = impulse(self.seasonal_, self.par_, self.season_length_, horizon)
        return np.asarray(self.sigma_ * np.sqrt(np.cumsum(weights**2)))

    def _update(self, y: FloatArray) -> None:
        fitted = []
        for value in y:
            mean, self.state_ = advance(self.seasonal_, self.par_, self.state_, float(value))
            fitted.append(mean)
        self.fitted_ = np.concatenate([self.fitted_, fitted])

    def _fitted(self) -> FloatArray:
        return self.fitted_


def advance(
    seasonal: str, par: FloatArray, state: FloatArray, y: float
) -> tuple[float, FloatArray]:
    """Return the one-step forecast and the state behind the next observation.

    ``state``: shape (season, columns), one row per step of a season, oldest first; columns level and potential,
    then those of the season. ``par``: shape (4,).
    """
    plain, lagged = state[0 if seasonal == "S" else -1, :2], state[0, 2:]
    mean = float(plain[0] + (lagged[0] if lagged.size else 0.0))
    error = y - mean
    row = _complex_step(plain, par[0], par[1], error)
    if seasonal == "P":
        row = np.append(row, lagged[0] + par[2] * error)
    elif seasonal == "F":
        row = np.append(row, _complex_step(lagged, par[2], par[3], error))
    return mean, np.concatenate([state[1:], row[None, :]])


def _complex_step(pair: FloatArray, real: float, imaginary: float, error: float) -> FloatArray:
    level, potential = pair
    return np.array(
        [
            level - (1.0 - imaginary) * potential + (real - imaginary) * error,
            level + (1.0 - real) * potential + (real + imaginary) * error,
        ]
    )


def _library() -> Any:
    return import_module("statsforecast.ces")


def _fit_library(y: FloatArray, m: int, seasonal: str) -> Any:
    """Return the library's fit; it refuses a perfect one, whose criterion is −∞: then the simplest form."""
    try:
        return _library().auto_ces(y, m, model=seasonal)
    except Exception as error:
        if "no model able to be fitted" not in str(error):
            raise
    plain = "S" if m > 1 and len(y) >= 2 * m else "N"
    none = float("nan")
    return _library().cesmodel(y, m, plain, none, none, none, none, _STEPS)


def impulse(seasonal: str, par: FloatArray, m: int, horizon: int) -> FloatArray:
    """Return by how much a unit error moves the forecast 0, 1, ... steps later, shape (horizon,)."""
    steps = np.arange(horizon)
    whole = steps % m == 0
    weights = np.zeros(horizon)
    if seasonal == "S":
        weights[whole] = _complex_impulse(par[0], par[1], int(whole.sum()))
        return weights
    weights += _complex_impulse(par[0], par[1], horizon)
    if seasonal == "P":
        weights[1:] += par[2] * whole[1:]
    elif seasonal == "F":
        later = _complex_impulse(par[2], par[3], int(whole.sum()))[1:]
        weights[np.flatnonzero(whole)[1:]] += later
    return weights


def _complex_impulse(real: float, imaginary: float, horizon: int) -> FloatArray:
    state = np.array([real - imaginary, real + imaginary])
    move = np.array([[1.0, imaginary - 1.0], [1.0, 1.0 - real]])
    weights = np.ones(horizon)
    for step in range(1, horizon):
        weights[step] = state[0]
        state = move @ state
    return weights
