"""The contract of every forecaster: final ``fit`` and ``predict``, a model writes ``_fit`` and ``_predict``."""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import ClassVar, Self, TypeVar, final

import numpy as np

from models.contract.model import Model
from models.data.results import Band
from models.data.series import Series
from models.errors import InvalidRequest
from models.intervals.normal import normal_band
from models.params import Params
from models.types import FloatArray

P = TypeVar("P", bound=Params)


class Forecaster(Model[P]):
    """A model of one series that continues it.

    A subclass writes ``_fit`` and ``_predict``; ``_spread`` (or ``_band``, where the distribution is
    not normal) if it knows its own uncertainty; ``_fitted`` if it has one-step fitted values.
    """

    kind = "forecaster"
    interval_kind: ClassVar[str] = "parametric"
    """How the model's own intervals come about: from its distribution, or from its held-out errors, which
    is "conformal"."""
    one_path: ClassVar[bool] = True
    """Whether a forecast begins like that of a shorter horizon; not so where the model learns for each."""

    @final
    def fit(self, series: Series) -> Self:
        """Learn from one series; raises ``SeriesTooShort`` or ``FitFailed``."""
        return self.fit_group([series])

    @final
    def predict(self, horizon: int) -> FloatArray:
        """Return the expected values of the next steps, shape (horizon,)."""
        row: FloatArray = self.predict_group(horizon)[0]
        return row

    @final
    def band(self, horizon: int, level: float) -> Band | None:
        """Return the model's own interval at a level in percent, (horizon,); None if it has none."""
        band = self.band_group(horizon, level)
        return None if band is None else Band(band.lower[0], band.upper[0])

    @final
    def fitted(self) -> FloatArray | None:
        """Return one-step fitted values, (t,), NaN where there is none; None if it has none."""
        fitted = self.fitted_group()
        return None if fitted is None else fitted[0]

    def group_key(self, series: Series) -> Hashable:
        """Return what series must have in common to be fitted together; by default, each stands alone."""
        return id(series)

    def fit_group(self, members: Sequence[Series]) -> Self:
        """Learn from series of one group key; raises ``SeriesTooShort`` or ``FitFailed``."""
        (series,) = members
        self._prepare(series)
        self._fit(series)
        return self

    def predict_group(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (members, horizon)."""
        return self._predict(horizon)[None, :]

    def band_group(self, horizon: int, level: float) -> Band | None:
        """Return the model's own interval at a level in percent, (members, horizon); None if it has none."""
        band = self._band(horizon, level)
        return None if band is None else Band(band.lower[None, :], band.upper[None, :])

    def fitted_group(self) -> FloatArray | None:
        """Return one-step fitted values, (members, t), NaN where there is none; None if it has none."""
        fitted = self._fitted()
        return None if fitted is None else fitted[None, :]

    @final
    def update(self, y: FloatArray) -> Self:
        """Move a fitted state on by new observations, shape (k,), without learning anew.

        What follows is what the same parameters would have given on the longer series. Raises
        ``InvalidRequest`` for a model that has no such state.
        """
        if not self.can_update():
            raise InvalidRequest(
                f"{self.name} cannot be updated without a refit",
                "fit it again on the longer series, or choose a model that can: ets, sarima, ...",
            )
        if len(y):
            self._update(np.asarray(y, dtype=np.float64))
        return self

    @classmethod
    def can_update(cls) -> bool:
        """Whether the model has a state that new observations move on."""
        return cls._update is not Forecaster._update

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the model's abilities."""
        return super().capabilities() | {"update": cls.can_update()}

    def fresh(self) -> Self:
        """Return the same model, unfitted."""
        return type(self)(self.params, random_state=self.random_state)

    @classmethod
    def cost_seconds(cls, observations: int, season_length: int, horizon: int) -> float:
        """Estimate the time of one fit with its forecast, in seconds of one core."""
        return 1e-4 + 1e-7 * observations

    @abstractmethod
    def _fit(self, series: Series) -> None:
        """Learn; ``series.y`` is finite and long enough, ``self.season_length_`` is set."""

    @abstractmethod
    def _predict(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (horizon,)."""

    def _spread(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (horizon,)."""
        return None

    def _band(self, horizon: int, level: float) -> Band | None:
        spread = self._spread(horizon)
        return None if spread is None else normal_band(self._predict(horizon), spread, level)

    def _fitted(self) -> FloatArray | None:
        return None

    def _update(self, y: FloatArray) -> None:
        """Move the state on by new observations, (k,); models that can override this."""
        raise NotImplementedError


class PanelForecaster(Forecaster[P]):
    """A forecaster whose arithmetic takes many series of equal length and season at once.

    A subclass writes the ``_panel`` methods, whose arrays have one row per series; a single series
    is a panel of one row.
    """

    def group_key(self, series: Series) -> Hashable:
        """Group by length and season."""
        return len(series), self._season_of(series)

    def fit_group(self, members: Sequence[Series]) -> Self:
        """Learn from all members at once; raises ``SeriesTooShort``."""
        self._prepare(members[0])
        self._fit_panel(np.stack([series.y for series in members]))
        return self

    def predict_group(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (members, horizon)."""
        return self._predict_panel(horizon)

    def band_group(self, horizon: int, level: float) -> Band | None:
        """Return the normal interval at a level in percent, (members, horizon)."""
        spread = self._spread_panel(horizon)
        return None if spread is None else normal_band(self._predict_panel(horizon), spread, level)

    def fitted_group(self) -> FloatArray | None:
        """Return one-step fitted values, (members, t), NaN where there is none."""
        return self._fitted_panel()

    @final
    def _fit(self, series: Series) -> None:
        self._fit_panel(series.y[None, :])

    @final
    def _predict(self, horizon: int) -> FloatArray:
        row: FloatArray = self._predict_panel(horizon)[0]
        return row

    @abstractmethod
    def _fit_panel(self, y: FloatArray) -> None:
        """Learn from a panel of shape (n, t); ``self.season_length_`` is set."""

    @abstractmethod
    def _predict_panel(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (n, horizon)."""

    def _spread_panel(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (n, horizon)."""
        return None

    @abstractmethod
    def _fitted_panel(self) -> FloatArray:
        """Return one-step fitted values, shape (n, t), NaN where there is none."""
