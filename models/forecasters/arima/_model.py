"""What the ARIMA models share: the exact likelihood, its maximum, and what follows from it."""

from abc import abstractmethod
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from models.data.parts import REST, SEASONAL, TREND, Parts, added
from models.data.series import Notice, Series
from models.errors import InvalidRequest, MissingValues, SeriesTooShort
from models.features.calendar import part_of
from models.features.known_ahead import informative_columns
from models.forecasters.arima._filtered import FilteredArima
from models.forecasters.arima._fit import SearchLimits, aicc, fit_exactly
from models.forecasters.arima._fourier import (
    LONGEST_SEASON,
    choose_harmonics,
    fourier_names,
    fourier_terms,
)
from models.forecasters.arima._order import Order, Trend
from models.forecasters.base import Forecaster, Future
from models.params import Params
from models.stats.scaling import natural_unit
from models.types import FloatArray
from models.wording import counted

P = TypeVar("P", bound=Params)


_LARGEST_LAG, _OTHER_COLUMNS = 5, 60
"""Of the plain terms of an order that is searched; columns for regressors, slopes and what libraries copy."""


class SarimaxForecaster(Forecaster[P]):
    """A seasonal ARIMA, with regressors if it has any; a subclass says which order.

    The likelihood is the exact one of the differenced series, as statsmodels' ``simple_differencing``
    has it. Forecasts and their errors follow from the same factor of the covariance, the steps ahead included.
    """

    takes_exogenous = True
    converged_: bool = True

    def _memory_bytes(self, observations: int, season_length: int, horizon: int) -> int:
        """Some matrices as long as the series, as wide as the longest lag."""
        return 8 * observations * (3 * self._longest_lag(season_length) + _OTHER_COLUMNS)

    def _longest_lag(self, season_length: int) -> int:
        """Return the longest lag that the order can have."""
        return 2 * season_length + _LARGEST_LAG if season_length <= LONGEST_SEASON else _LARGEST_LAG

    @abstractmethod
    def _choose(self, series: Series, y: FloatArray, exog: FloatArray | None) -> Order:
        """Return the order for a series ``y`` in natural units with regressors (t, k)."""

    def _start(self) -> FloatArray | None:
        """Return coefficients to begin the search at, without constant and regressors; None if unknown."""
        return None

    def _limits(self) -> SearchLimits:
        """Return how long the search for the coefficients may take, and how near a unit root it may come."""
        return SearchLimits()

    def _fourier(self, series: Series) -> tuple[int, ...]:
        """Return the seasons that Fourier terms stand for."""
        return ()

    def _time(self) -> Order | None:
        """Return the order whose differences rise with time; None if they do not."""
        return None

    def _harmonics_wanted(self) -> int | None:
        """Return the pairs of Fourier terms per season; None has them chosen."""
        return None

    def _regressors(self, series: Series, horizon: int) -> FloatArray | None:
        """Return regressors of the series (horizon 0) or of the steps after it, (t, k), or None."""
        source = series.future if horizon else series.exog
        columns = [source[name] for name in self.exogenous_]
        if horizon and any(len(column) < horizon for column in columns):
            known = counted(min(map(len, columns)), "step")
            raise MissingValues(
                f"exogenous values are known for {known} ahead, {horizon} are needed",
                "send them in 'future' for every step, or leave the column out",
                unique_id=series.unique_id,
            )
        size = horizon or len(series)
        first = len(series) + self.appended_ if horizon else 0
        terms = [fourier_terms(first, size, *season) for season in self.harmonics_]
        if (order := self._time()) is not None:
            terms.append(order.rising_time(first + size)[first:, None])
        parts = [*(column[:size, None] for column in columns), *terms]
        return np.concatenate(parts, axis=1) if parts else None

    def _fit(self, series: Series) -> None:
        self.exogenous_ = informative_columns(series)
        self.series_ = series
        self.appended_ = 0
        seasons = self._fourier(series)
        self.harmonics_ = choose_harmonics(series.y, seasons, self._harmonics_wanted())
        self.unit_ = natural_unit(series.y - series.y.mean())
        exog = self._regressors(series, 0)
        order = self._choose(series, series.y / self.unit_, exog)
        # differences know no level, but the filter's first guess of it is zero
        self.center_ = float(series.y.mean()) if order.points_lost else 0.0
        y = (series.y - self.center_) / self.unit_
        self.order_ = [order.p, order.d, order.q, order.P, order.D, order.Q, order.m]
        self.trend_: Trend = order.trend
        self._check_length(series)
        fit = fit_exactly(order, y, exog, self._start(), self._limits())
        self.coefficients_ = np.append(fit.coefficients, fit.variance)
        self.log_likelihood_ = fit.log_likelihood - fit.observations * float(np.log(self.unit_))
        self.aicc_ = aicc(self.log_likelihood_, len(self.coefficients_), fit.observations)
        self.converged_ = fit.converged
        self._take(y, exog)

    def _take(self, y: FloatArray, exog: FloatArray | None) -> None:
        """Take values in the unit that the coefficients are in, (t,), and regressors, (t, k)."""
        self.y_, self.exog_ = y, exog
        vars(self).pop("_filtered", None)
        _ = self._filtered.errors  # what has none is told while fitting

    @cached_property
    def _filtered(self) -> FilteredArima:
        """What follows from the values; what was learned is enough to make it again."""
        return FilteredArima(self.fitted_order, self.coefficients_, self.y_, self.exog_)

    @property
    def fitted_order(self) -> Order:
        """The order that was fitted."""
        p, d, q, P, D, Q, m = self.order_
        return Order(p, d, q, P, D, Q, m, self.trend_)

    def _check_length(self, series: Series) -> None:
        order = self.fitted_order
        if len(series) < order.points_needed:
            raise SeriesTooShort(
                f"{order} needs at least {order.points_needed} observations, got {len(series)}",
                "send a longer series, choose a smaller order, or the model 'auto'",
                unique_id=series.unique_id,
            )

    def _predict(self, horizon: int) -> FloatArray:
        exog = self._regressors(self.series_, horizon)
        return self.center_ + self.unit_ * self._filtered.ahead(horizon, exog)

    def parts(self, horizon: int) -> Parts | None:
        """Return what regressors and Fourier terms add to the ARIMA of what they leave; None without any."""
        exog = self._regressors(self.series_, horizon)
        if exog is None:
            return None
        ahead = self.unit_ * exog * self._filtered.slopes
        names = [part_of(name) for name in self.exogenous_]
        for season, pairs in self.harmonics_:
            names += [f"{SEASONAL}_{season}"] * fourier_terms(0, 1, season, pairs).shape[1]
        names += [TREND] * (exog.shape[1] - len(names))
        rest = self._predict(horizon) - ahead.sum(axis=1)
        return added([(REST, rest), *zip(names, ahead.T, strict=True)])

    def _error_std(self, horizon: int) -> FloatArray:
        std = self.unit_ * np.sqrt(self._filtered.variances(horizon))
        return np.asarray(np.maximum.accumulate(std))

    def _fitted(self) -> FloatArray:
        return self.center_ + self.unit_ * (self.y_ - self._filtered.errors)

    def _apply(self, series: Series) -> None:
        lacking = [name for name in self.exogenous_ if name not in series.exog]
        if lacking:
            raise InvalidRequest(
                f"{self.name} was fitted with {', '.join(lacking)}, which another series lacks",
                "send the columns, or fit it again",
            )
        self.series_, self.appended_ = series, 0
        self._check_length(series)
        self.center_ = float(series.y.mean()) if self.fitted_order.points_lost else 0.0
        y = (series.y - self.center_) / self.unit_
        self._take(y, self._regressors(series, 0))

    def _told(self, future: Future) -> Self:
        told = copy(self)
        rows = {name: values[0] for name, values in future.items()}
        told.series_ = replace(self.series_, future=rows)
        return told

    def _update_with(self, points: Series) -> None:
        self._move_on(points.y, points.exog)
        self.series_ = replace(self.series_, future=points.future)

    def _update(self, y: FloatArray) -> None:
        self._move_on(y, {})

    def _move_on(self, y: FloatArray, known: Future) -> None:
        """Take new values, (k,), with the regressors of their steps."""
        lacking = [name for name in self.exogenous_ if name not in known]
        if lacking:
            raise InvalidRequest(
                f"{self.name} was fitted with {', '.join(lacking)}, whose new values an update lacks",
                "fit it again on the longer series",
            )
        exog = self._regressors(replace(self.series_, future=known), len(y))
        seen = None if self.exog_ is None else np.concatenate([self.exog_, exog])
        self.appended_ += len(y)
        self._take(np.concatenate([self.y_, (y - self.center_) / self.unit_]), seen)

    def _title(self) -> str:
        return str(self.fitted_order)

    def _details(self) -> dict[str, Any]:
        return {
            "coefficients": self._named_coefficients(),
            "log_likelihood": self.log_likelihood_,
            "aicc": self.aicc_,
            "exogenous": self.exogenous_,
        }

    def _named_coefficients(self) -> dict[str, float]:
        """Return the coefficients in the units of the series, with the names of statsmodels and of columns."""
        order = self.fitted_order
        first = int(order.has_constant)
        own = [*self.exogenous_, *fourier_names(self.harmonics_)]
        own += ["time"] if order.has_time else []
        names = [*["intercept"][:first], *own, *order.names, "sigma2"]
        values = self.coefficients_.copy()
        values[: first + len(own)] *= self.unit_
        values[-1] *= self.unit_**2
        return dict(zip(names, values.tolist(), strict=True))

    def notices(self) -> Sequence[Notice]:
        """Tell of a likelihood whose maximum was not reached."""
        if self.converged_:
            return ()
        return (
            Notice(
                "not_converged",
                f"the likelihood of {self.fitted_order} was still rising when the search for it ended",
                "a smaller order is easier to fit",
            ),
        )
