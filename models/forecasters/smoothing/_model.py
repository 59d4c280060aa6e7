"""What the exponential smoothing models share: from forms to a fitted state, forecasts, intervals, updates."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from models.data.parts import SEASONAL, TREND, Parts
from models.data.prediction import Distribution, NeverNarrowing, Normal, Samples
from models.data.series import Notice, Series
from models.errors import BadValues, FitFailed, SeriesTooShort
from models.forecasters.base import Forecaster
from models.forecasters.smoothing import _search as engine
from models.forecasters.smoothing._search import Criterion, FittedForm
from models.params import Params
from models.stats import smoothing_form as forms
from models.stats import smoothing_state as states
from models.stats.smoothing_form import Form
from models.types import FloatArray

P = TypeVar("P", bound=Params)

_PATHS = 4000
"""Simulated paths behind an interval that has no formula."""
_FEW_CYCLES = 4
"""Of fewer cycles a criterion that charges for every phase has no form with a season, however clear it is: that
there is one was told, or tested, before."""


def _too_long(forms: Sequence[Form], observations: int) -> int:
    """Return the season for which every form needs more observations than there are; 0 if there is none."""
    seasonal = [form for form in forms if form.has_season]
    if not seasonal or any(engine.required_points(form) <= observations for form in seasonal):
        return 0
    return seasonal[0].season_length


def _of_few_cycles(forms: list[Form], observations: int) -> list[Form]:
    """Return the forms with a season alone where a season is known that few cycles show; else all of them."""
    seasonal = [form for form in forms if form.has_season]
    few = [form for form in seasonal if observations < _FEW_CYCLES * form.season_length]
    return [form for form in few if engine.required_points(form) <= observations] or forms


class SmoothingForecaster(Forecaster[P]):
    """An exponential smoothing model: a subclass says which forms are tried."""

    left_out_: int = 0
    """A season too long for the series, 0 for none."""

    @abstractmethod
    def _forms(self, positive: bool, season_length: int) -> list[Form]:
        """Return the forms to try on a series whose values are all over 0, or not."""

    def _criterion(self) -> Criterion:
        return "aicc"

    def _fitting(self, forms: list[Form], y: FloatArray) -> list[Form]:
        """Return which of the forms values (t,) choose from."""
        return _of_few_cycles(forms, len(y))

    def required_observations(self, season_length: int) -> int:
        """As many as the smallest of the forms needs."""
        return min(engine.required_points(form) for form in self._forms(True, season_length))

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """One form: some hundred passes of a compiled filter, more with a season."""
        free = min(season_length, engine.LONGEST_FREE_SEASON) if self.is_seasonal() else 0
        return (8e-4 + 3e-6 * observations) * (1 + free)

    def _fit(self, series: Series) -> None:
        y = series.y
        forms = self._forms(bool(y.min() > 0.0), self.season_length_)
        if not forms:
            row = int(np.argmin(y))
            raise BadValues(
                f"{self.name} with a multiplicative part takes values over 0 only, row {row} is {y[row]:g}",
                "choose additive parts, or shift the series",
            )
        best = engine.fit_best(y, self._fitting(forms, y), self._criterion())
        if best is None:
            raise FitFailed(
                f"{self.name} found no parameters that fit", "try another model, or 'auto'"
            )
        self._keep(best)
        self.left_out_ = _too_long(forms, len(y)) if not best.form.has_season else 0

    def _apply(self, series: Series) -> None:
        form = self._form()
        if "M" in (form.error, form.trend, form.season) and series.y.min() <= 0.0:
            raise BadValues(
                f"{self.name} with a multiplicative part takes values over 0 only",
                "fit it with additive parts",
            )
        if len(series) < engine.required_points(form):
            raise SeriesTooShort(
                f"{form.title} needs at least {engine.required_points(form)} observations",
                "send a longer series, or fit a model to it",
            )
        self._keep(engine.filtered(series.y, form, self.par_))

    def notices(self) -> Sequence[Notice]:
        """Tell of a season that the series is too short for."""
        season = self.left_out_
        if not season:
            return ()
        count = len(self.fitted_)
        return (
            Notice(
                "season_left_out",
                f"{count} observations are too few for {self.name} to learn a season of {season}",
                "send a longer series, or a season_length of 1",
            ),
        )

    def _keep(self, best: FittedForm) -> None:
        self.form_ = best.form.code
        self.season_length_ = best.form.season_length
        self.par_ = best.par
        self.start_ = best.start
        self.state_ = best.state
        self.fitted_ = best.fitted
        self.sigma2_ = best.sigma2
        self.aicc_ = best.criterion("aicc")

    def _form(self) -> Form:
        error, trend, season, damped = forms.parse_code(self.form_)
        return Form(error, trend, season, bool(damped), self.season_length_)

    def _details(self) -> dict[str, float]:
        form = self._form()
        names = ("alpha", "beta", "gamma", "phi")
        learned = {names[position]: float(self.par_[position]) for position in form.smoothing}
        return {**learned, "sigma2": self.sigma2_, "aicc": self.aicc_}

    def _predict(self, horizon: int) -> FloatArray:
        return states.point_forecast(self._form(), float(self.par_[3]), self.state_, horizon)

    def parts(self, horizon: int) -> Parts:
        """Return level and trend, and what the season adds to them."""
        form, phi = self._form(), float(self.par_[3])
        plain = Form(form.error, form.trend, "N", form.damped)
        trend = states.point_forecast(plain, phi, self.state_, horizon)
        return {TREND: trend} | (
            {SEASONAL: self._predict(horizon) - trend} if form.has_season else {}
        )

    def _distribution(self, horizon: int) -> Distribution:
        variance = states.forecast_variance(
            self._form(), self.par_, self.sigma2_, self.state_, horizon
        )
        if variance is None:
            return NeverNarrowing(Samples(self._simulated(horizon)[None]))
        return NeverNarrowing(Normal(np.sqrt(variance)[None]))

    def _simulated(self, horizon: int) -> FloatArray:
        """Return simulated futures, (paths, horizon)."""
        random = np.random.default_rng(self.random_state)
        errors = random.normal(scale=np.sqrt(self.sigma2_), size=(_PATHS, horizon))
        return states.simulate(self._form(), self.par_, self.state_, errors)

    def _fitted(self) -> FloatArray:
        return self.fitted_

    def _update(self, y: FloatArray) -> None:
        self.state_, fitted = states.advance(self._form(), self.par_, self.state_, y)
        self.fitted_ = np.concatenate([self.fitted_, fitted])
