"""Prophet: a piecewise trend with Fourier seasons, holidays and regressors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator
from scipy.special import expit, logit

from models.contract.seasons import seasons_for
from models.data.parts import SEASONAL, TREND, Parts, added, inverted
from models.data.prediction import Distribution, NeverNarrowing, Samples
from models.data.series import Series
from models.errors import InvalidParameter
from models.features.calendar import part_of
from models.features.known_ahead import informative_columns
from models.forecasters.base import Forecaster
from models.forecasters.regression._regressor_forecaster import (
    Rescaled,
    require_ahead,
    require_alike,
)
from models.params import SeasonalParams
from models.stats.scaling import deviation_ratio
from models.types import FloatArray

_DAY = pd.Timedelta(days=1)
_MOST_HARMONICS = 10
_SAMPLES = 1000
"""Simulated futures from which the intervals are read."""
_TINY = 1e-8
"""What Prophet adds to the size of bends, so that there is one."""


class ProphetParams(SeasonalParams):
    """Growth, flexibility and seasons, as Prophet names them."""

    growth: Literal["linear", "logistic", "flat"] = Field(
        "linear", title="Growth", description="Straight pieces, saturation at a cap, or none."
    )
    cap: float | None = Field(
        None, title="Cap", description="Where logistic growth ends; needed for it."
    )
    floor: float = Field(0.0, title="Floor", description="Where logistic growth begins.")
    seasonality_mode: Literal["additive", "multiplicative"] = Field(
        "additive", title="Seasons", description="Whether seasons grow with the level."
    )
    changepoint_prior_scale: float = Field(
        0.05,
        gt=0,
        le=100,
        title="Trend flexibility",
        description="Larger values let the trend bend more.",
    )
    seasonality_prior_scale: float = Field(
        10.0,
        gt=0,
        le=1000,
        title="Season flexibility",
        description="Larger values allow larger seasons.",
    )
    n_changepoints: int = Field(
        25,
        ge=0,
        le=1000,
        title="Changepoints",
        description="Largest number of points at which the trend may bend.",
    )

    @model_validator(mode="after")
    def _growth_ends_somewhere(self) -> Self:
        if self.growth == "logistic" and (self.cap is None or self.cap <= self.floor):
            cap = "none" if self.cap is None else f"{self.cap:g}"
            raise InvalidParameter(
                f"growth 'logistic' needs a cap above the floor, got cap {cap} and floor {self.floor:g}",
                "set cap to the value that the series cannot exceed",
            )
        return self


_CALENDAR = {"yearly": (365, 10), "weekly": (7, 3), "daily": (1, 4)}
"""Prophet's own seasons, how many days they take, and of how many harmonics they are."""


class Prophet(Rescaled, Forecaster[ProphetParams]):
    """Wrap Prophet by Meta; exogenous variables, holidays among them, become its regressors.

    Series with dates get Prophet's own yearly, weekly and daily seasons, of no more harmonics than their steps
    tell apart: six in a year of months. A season given, or one found in integer time, becomes a Fourier season of
    that length. The intervals are simulated, as Prophet does it.
    Another series follows the same curve over time, in units of its own: of its deviation from a line, or of its
    level where seasons are multiplicative.

    Reference: Taylor and Letham (2018), Forecasting at scale, The American Statistician 72(1), 37-45.
    """

    name = "prophet"
    title = "Prophet"
    summary = "Piecewise trend, calendar seasons, holidays and regressors; for daily business data."
    reference = "Taylor & Letham (2018), Forecasting at scale, The American Statistician 72(1)"
    min_observations = 3
    takes_exogenous = True
    learned_: Series | None = None
    """The series that was learned from, of a model that continues another one."""
    takes_several_seasons = True
    model_: str
    """The fitted model as Prophet writes it; only of one that was kept."""

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Measured: 35 ms at 100 points, 260 ms at 2,000; the simulation comes on top."""
        return 0.05 + 1.2e-4 * observations + 1e-3 * horizon

    def _fit(self, series: Series) -> None:
        self.regressors_ = informative_columns(series)
        self.series_, self.learned_, self.in_units_ = series, None, (0.0, 1.0)
        model = self._unfitted(series)
        with _quiet(self.random_state):
            model.fit(self._frame(_stamps(series, series, 0), series.y, series.exog))
        vars(self)["_model"] = model

    @cached_property
    def _model(self) -> Any:
        """Prophet's own model, fitted."""
        from prophet.serialize import model_from_json

        return model_from_json(self.model_)

    def _learned(self) -> dict[str, Any]:
        from prophet.serialize import model_to_json

        return {**super()._learned(), "model_": model_to_json(self._model)}

    def _unfitted(self, series: Series) -> Any:
        own_seasons = series.grid.freq.step is not None or series.season_length is not None
        orders = dict.fromkeys(_CALENDAR, 0) if own_seasons else _orders(series)
        model = _original()(
            growth=self.params.growth,
            n_changepoints=min(self.params.n_changepoints, max(0, len(series) - 2)),
            changepoint_prior_scale=self.params.changepoint_prior_scale,
            seasonality_prior_scale=self.params.seasonality_prior_scale,
            seasonality_mode=self.params.seasonality_mode,
            **{f"{name}_seasonality": order for name, order in orders.items()},
            uncertainty_samples=0,  # what is simulated is simulated here
        )
        for season in self._fourier_seasons(series) if own_seasons else ():
            days = season * _step(series) / _DAY
            order = max(1, min(_MOST_HARMONICS, season // 2))
            model.add_seasonality(f"season_{season}", period=days, fourier_order=order)
        for column in _columns(self.regressors_):
            model.add_regressor(column)
        return model

    def _fourier_seasons(self, series: Series) -> tuple[int, ...]:
        asked = self.params.season_length
        seasons = seasons_for(series, asked)
        return tuple(m for m in seasons if asked is not None or 2 * m <= len(series))

    def _frame(self, stamps: Any, y: FloatArray | None, exog: Any) -> pd.DataFrame:
        columns: dict[str, Any] = {"ds": stamps}
        if y is not None:
            columns["y"] = y
        if self.params.growth == "logistic":
            columns |= {"cap": self.params.cap, "floor": self.params.floor}
        for column, name in _columns(self.regressors_).items():
            columns[column] = exog[name][: len(stamps)]
        return pd.DataFrame(columns)

    def _ahead(self, horizon: int) -> pd.DataFrame:
        require_ahead(self.series_, horizon)
        return self._frame(_stamps(self._taught, self.series_, horizon), None, self.series_.future)

    @property
    def _taught(self) -> Series:
        """The series that was learned from."""
        return self.learned_ or self.series_

    def _apply(self, series: Series) -> None:
        learned = self._taught
        require_alike(self.name, learned, series, self.regressors_)
        self.series_, self.learned_, self.in_units_ = series, learned, (0.0, 1.0)
        curve = self._curve(self._past())
        if self.params.seasonality_mode == "multiplicative" and curve.mean() > 0.0:
            self.in_units_ = 0.0, max(float(series.y.mean() / curve.mean()), 0.0)
        else:
            factor = deviation_ratio(learned.y, series.y)
            self.in_units_ = float(series.y.mean() - factor * curve.mean()), factor

    def _curve(self, frame: pd.DataFrame) -> FloatArray:
        """Return trend, seasons and effects at the stamps of a table, (t,)."""
        return self._outward(np.asarray(self._model.predict(frame)["yhat"], dtype=np.float64))

    def _predict(self, horizon: int) -> FloatArray:
        return self._curve(self._ahead(horizon))

    def parts(self, horizon: int) -> Parts:
        """Return the trend and what seasons, holidays and regressors add; a share of the trend is taken of it."""
        made = self._model.predict(self._ahead(horizon))
        names = {name: f"{SEASONAL}_{_plain(name)}" for name in self._model.seasonalities}
        names |= {c: part_of(name) for c, name in _columns(self.regressors_).items()}
        shares = set(self._model.component_modes["multiplicative"])
        trend = made["trend"].to_numpy(dtype=np.float64)
        found = [(TREND, trend)]
        for column, name in names.items():
            values = made[column].to_numpy(dtype=np.float64)
            found.append((name, values * trend if column in shares else values))
        return inverted(added(found), self._outward)

    def _distribution(self, horizon: int) -> Distribution:
        """Simulate as Prophet does, but step by step: the first are the same however many follow."""
        ahead = self._ahead(horizon)
        made, model = self._model.predict(ahead), self._model
        shares, added = (
            made[f"{kind}_terms"].to_numpy() for kind in ("multiplicative", "additive")
        )
        of_noise, of_trend = np.random.default_rng(self.random_state).spawn(2)
        noise = model.params["sigma_obs"].item() * model.y_scale
        drawn = self._trends(made["trend"].to_numpy(), ahead["ds"], of_trend)
        drawn = drawn * (1.0 + shares)[:, None] + added[:, None]
        drawn += noise * of_noise.standard_normal(drawn.shape)
        return NeverNarrowing(Samples(self._outward(drawn.T[None])))

    def _trends(self, trend: FloatArray, stamps: Any, random: np.random.Generator) -> FloatArray:
        """Return trends that bend as often and as much as in the past, (horizon, samples)."""
        if self.params.growth == "flat":
            return np.repeat(trend[:, None], _SAMPLES, axis=1)
        model = self._model
        time = ((stamps - model.start) / model.t_scale).to_numpy(dtype=np.float64)
        steps = np.diff(time, prepend=1.0)[:, None]
        size = (len(trend), _SAMPLES)
        of_size, of_time = random.spawn(2)
        bends = of_size.laplace(0.0, np.abs(model.params["delta"]).mean() + _TINY, size)
        bends *= of_time.uniform(size=size) < len(model.changepoints_t) * steps
        slopes = bends.cumsum(axis=0) - bends / 2.0  # a bend comes in the middle of its step
        moved = np.cumsum(slopes * steps, axis=0)
        if self.params.growth == "linear":
            return np.asarray(trend[:, None] + model.y_scale * moved)
        floor, room = self.params.floor, (self.params.cap or 0.0) - self.params.floor
        return np.asarray(floor + room * expit(logit((trend - floor) / room)[:, None] + moved))

    def _past(self) -> pd.DataFrame:
        series = self.series_
        return self._frame(_stamps(self._taught, series, 0), None, series.exog)

    def _fitted(self) -> FloatArray | None:
        return self._curve(self._past())

    def _season_info(self) -> tuple[int, ...]:
        return self._fourier_seasons(self._taught)


def _orders(series: Series) -> dict[str, int]:
    """Return how many harmonics each season of the calendar has: none of which there are not two whole cycles.

    Prophet counts from the first stamp to the last, so that it leaves out a year of which there are 24 months.
    There are as many as half of the steps of a cycle at most: others differ by the lengths of months alone.
    """
    step, least = _step(series) / _DAY, _least_step(series) / _DAY
    return {
        name: min(most, int(days / least) // 2)
        if 2 * step < days and 2 * round(days / step) <= len(series)
        else 0
        for name, (days, most) in _CALENDAR.items()
    }


def _columns(names: list[str]) -> dict[str, str]:
    """Return the column of Prophet's table for each name: callers' names may be its own."""
    return {f"regressor_{number}": name for number, name in enumerate(names)}


def _plain(name: str) -> str:
    """Return what tells a season from others: its length, where it is not one of the calendar."""
    return name.removeprefix("season_")


def _stamps(learned: Series, series: Series, horizon: int) -> Any:
    """Return the stamps of a series, or of the steps after it; integer time counts days since the learned one."""
    stamps = series.grid.future(horizon) if horizon else series.grid.stamps
    if series.grid.freq.step is not None:
        first = learned.grid.stamps[0]
        return pd.Timestamp("2000-01-01") + (stamps - first) // series.grid.freq.step * _DAY
    return series.grid.local(stamps)


def _step(series: Series) -> pd.Timedelta:
    if series.grid.freq.step is not None or len(series) < 2:
        return _DAY
    stamps = series.grid.stamps
    return pd.Timedelta((stamps[-1] - stamps[0]) / (len(stamps) - 1))


def _least_step(series: Series) -> pd.Timedelta:
    """Return the shortest distance of two stamps, as that of the open days of a week."""
    if series.grid.freq.step is not None or len(series) < 2:
        return _DAY
    return pd.Timedelta(np.diff(series.grid.stamps).min())


@cache
def _original() -> Any:
    """Import Prophet, which warns of a missing plotly and configures its engine's log as it is imported."""
    logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)
    from prophet import Prophet as Original

    return Original


@contextmanager
def _quiet(random_state: int) -> Iterator[None]:
    """Keep the engine's chatter off the log, and its global random numbers to themselves."""
    loggers = [logging.getLogger(name) for name in ("cmdstanpy", "prophet", "prophet.models")]
    levels = [logger.level for logger in loggers]
    state = np.random.get_state()  # Prophet draws from the global generator
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    np.random.seed(random_state)
    try:
        yield
    finally:
        np.random.set_state(state)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
