"""The contract of every forecaster: final ``fit`` and ``predict``, a model writes ``_fit`` and ``_predict``."""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from functools import partial
from typing import ClassVar, Literal, Self, TypeVar, final

import numpy as np

from models import registry
from models.contract.cost import Cost, Workload
from models.contract.model import Model
from models.data.prediction import Distribution, Normal, Prediction
from models.data.series import Series
from models.errors import InvalidRequest
from models.params import Params
from models.types import FloatArray

P = TypeVar("P", bound=Params)

Scope = Literal["series", "panel", "global"]
"""What a fit takes: one series; a matrix of series that have one length, on all of which the same arithmetic is
done; series of any lengths, which one training learns from together."""


class Forecaster(Model[P]):
    """A model of one series that continues it.

    A subclass writes ``_fit`` and ``_predict``; ``_spread`` (or ``_distribution``, where that is not
    normal) if it knows its own uncertainty; ``_fitted`` if it has one-step fitted values.
    """

    kind = "forecaster"
    interval_methods: ClassVar[tuple[str, ...]] = ("parametric",)
    """How the model's own intervals can come about, the best first: from its distribution, from its held-out
    errors ("conformal"), from passes of a network ("mc_dropout")."""
    horizon_consistent: ClassVar[bool] = True
    """Whether a forecast begins like that of a shorter horizon; not so where the model learns for each."""
    scope: ClassVar[Scope] = "series"
    gain: ClassVar[float] = 1.0
    """How much faster many series of one group are done at once than one by one, at least."""

    @final
    def fit(self, series: Series) -> Self:
        """Learn from one series; raises ``SeriesTooShort`` or ``FitFailed``."""
        return self.fit_group([series])

    @final
    def predict(self, horizon: int) -> Prediction:
        """Return what to expect of the next steps of every series that was fitted, (members, horizon)."""
        return self._forecast(horizon)

    def group_key(self, series: Series) -> Hashable:
        """Return what series must have in common to be fitted together; by default, each stands alone."""
        return id(series)

    def fit_group(self, members: Sequence[Series]) -> Self:
        """Learn from series of one group key; raises ``SeriesTooShort`` or ``FitFailed``."""
        (series,) = members
        self._prepare(series)
        self._fit(series)
        return self

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none; None if it has none."""
        fitted = self._fitted()
        return None if fitted is None else [fitted]

    @final
    def update(self, y: FloatArray) -> Self:
        """Move a fitted state on by new observations, shape (k,), without learning anew.

        What follows is what the same parameters would have given on the longer series. Raises
        ``InvalidRequest`` for a model that has no such state.
        """
        if not self.can_update():
            raise InvalidRequest(
                f"{self.name} cannot be updated without a refit",
                "fit it again on the longer series, or choose a model that can:"
                f" {registry.named('forecaster', 'update')}",
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

    def clone(self) -> Self:
        """Return the same model, unfitted."""
        return type(self)(self.params, random_state=self.random_state)

    def cost(self, work: Workload) -> Cost:
        """Estimate what one fit of the series with its forecast takes, given the params."""
        return Cost(
            work.seconds(self._seconds) / (self.gain if len(work.observations) > 1 else 1.0)
        )

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Estimate the time of one fit of one series with its forecast, in seconds of one core."""
        return 1e-4 + 1e-7 * observations

    @abstractmethod
    def _fit(self, series: Series) -> None:
        """Learn; ``series.y`` is finite and long enough, ``self.season_length_`` is set."""

    def _predict(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (horizon,); needed unless ``_forecast`` is written."""
        raise NotImplementedError(f"{self.name} writes neither _predict nor _forecast")

    def _spread(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (horizon,)."""
        return None

    def _distribution(self, horizon: int) -> Distribution | None:
        """Return how values are spread around the expected ones: normally, unless a model knows better."""
        spread = self._spread(horizon)
        return None if spread is None else Normal(spread[None, :])

    def _forecast(self, horizon: int) -> Prediction:
        """Return everything at once, (members, horizon), for models that make it together."""
        own = partial(self._distribution, horizon)
        return Prediction(self._predict(horizon)[None, :], {self.interval_methods[0]: own})

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

    scope = "panel"
    gain = 20.0

    def group_key(self, series: Series) -> Hashable:
        """Group by length and season."""
        return len(series), self._season_of(series)

    def fit_group(self, members: Sequence[Series]) -> Self:
        """Learn from all members at once; raises ``SeriesTooShort``."""
        self._prepare(members[0])
        self._fit_panel(np.stack([series.y for series in members]))
        return self

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none."""
        return list(self._fitted_panel())

    @final
    def _fit(self, series: Series) -> None:
        self._fit_panel(series.y[None, :])

    @abstractmethod
    def _fit_panel(self, y: FloatArray) -> None:
        """Learn from a panel of shape (n, t); ``self.season_length_`` is set."""

    def _predict_panel(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (n, horizon); needed unless ``_forecast`` is written."""
        raise NotImplementedError(f"{self.name} writes neither _predict_panel nor _forecast")

    def _spread_panel(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (n, horizon)."""
        return None

    def _distribution(self, horizon: int) -> Distribution | None:
        spread = self._spread_panel(horizon)
        return None if spread is None else Normal(spread)

    def _forecast(self, horizon: int) -> Prediction:
        own = partial(self._distribution, horizon)
        return Prediction(self._predict_panel(horizon), {self.interval_methods[0]: own})

    @abstractmethod
    def _fitted_panel(self) -> FloatArray:
        """Return one-step fitted values, shape (n, t), NaN where there is none."""
