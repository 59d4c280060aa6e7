"""The contract of every forecaster: ``fit`` and ``predict``; a plain model writes ``_fit`` and ``_predict``."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Literal, Self, TypeVar, final

import numpy as np

from models import registry
from models.contract.context import QUIET, Context
from models.contract.cost import Cost, Device, Workload
from models.contract.model import Model
from models.data.outcomes import guard, named
from models.data.panel import Panel
from models.data.parts import Parts
from models.data.prediction import Distribution, Normal, Prediction
from models.data.series import Series
from models.errors import InvalidRequest, TidecastError
from models.params import Params
from models.types import FloatArray, IntArray

P = TypeVar("P", bound=Params)

Future = Mapping[str, FloatArray]
ANOTHER = "try another model, or 'auto'"
Scope = Literal["series", "panel", "global"]
"""What a fit takes: one series; a matrix of series that have one length, on all of which the same arithmetic is
done; series of any lengths, which one training learns from together."""


class Forecaster(Model[P]):
    """A model that continues series: each by itself, or many together, as its ``scope`` says.

    A plain one writes ``_fit`` and ``_predict``; ``_error_std`` (or ``_distribution``, where that is not
    normal) if it knows its own uncertainty; ``_fitted`` if it has one-step fitted values.
    One that learns from many series together writes ``_learn`` and ``_forecast``, and refuses a series in
    ``_check``.
    """

    kind = "forecaster"
    interval_methods: ClassVar[tuple[str, ...]] = ("parametric",)
    """How the model's own intervals can come about, the best first: from its distribution, from its held-out
    errors ("conformal"), from passes of a network ("mc_dropout")."""
    horizon_consistent: ClassVar[bool] = True
    """Whether a forecast begins like that of a shorter horizon; not so where the model learns for each."""
    parameter_free: ClassVar[bool] = False
    """Whether nothing is learned but what came last: on another series, it is learned there."""
    scope: ClassVar[Scope] = "series"
    gain: ClassVar[float] = 1.0
    """How much faster many series of one group are done at once than one by one, at least."""

    def fit(self, panel: Sequence[Series], context: Context = QUIET) -> "Fit":
        """Learn from series of any lengths, in the groups that belong together; raises nothing for a series.

        Each group is learned by a clone, this model stays as it is. A series that cannot be fitted has an
        error, its neighbours have none of it: in a training of all, it is left out before; in a matrix, the
        others are done one by one.
        """
        found = Fit()
        groups = [*self._groups(panel, found.errors)]
        for number, rows in enumerate(groups):
            own = self.turn(context, len(groups) - number)
            self._fit_group(panel, rows, own, found)
        return found

    @final
    def turn(self, context: Context, waiting: int) -> Context:
        """Return the context of the next of so many fits that wait for their turn.

        A training ends early where its time is short: it leaves the others theirs.
        """
        return context.until(1.0 / waiting) if self.scope == "global" else context

    @final
    def fit_one(self, series: Series, context: Context = QUIET) -> Self:
        """Learn from one series; raises ``SeriesTooShort``, ``BadValues``, ``FitFailed``, whatever it is."""
        self._learn([series], context)
        return self

    @final
    def predict(self, horizon: int, future: Future | None = None) -> Prediction:
        """Return what to expect of the next steps of every series that was fitted, (members, horizon).

        ``future``: regressors of these steps, name to shape (members, horizon); None for those that the series
        came with. Raises ``InvalidRequest`` for a model that takes none.
        """
        return (self if future is None else self._told(future))._forecast(horizon)

    def aimed_at(self, horizon: int) -> Self:
        """Return the model for forecasts of so many steps, itself if it learns the same for any number."""
        return self

    def group_key(self, series: Series) -> Hashable:
        """Return what series must have in common to be fitted together; by default, each stands alone."""
        return id(series)

    def held_out(self, horizon: int, back: IntArray) -> FloatArray | None:
        """Return the errors of forecasts that begin so many points before the end, (n, k, horizon).

        NaN behind the end; ``back``: (k,). None if these take refits, of which the runner takes care.
        """
        return None

    def fitted(self) -> list[FloatArray] | None:
        """Return one-step fitted values of every series, (t,), NaN where there is none; None if it has none."""
        fitted = self._fitted()
        return None if fitted is None else [fitted]

    def parts(self, horizon: int) -> Parts | None:
        """Return what the forecast of the one series is made of; None if it cannot be told."""
        return None

    @classmethod
    def can_tell_parts(cls) -> bool:
        """Whether forecasts are made of parts that can be told."""
        return cls.parts is not Forecaster.parts

    @classmethod
    def can_tell_fitted(cls) -> bool:
        """Whether the model tells what it expected of the values that it was fitted to."""
        return cls.fitted is not Forecaster.fitted or cls._fitted is not Forecaster._fitted

    @final
    def update(self, points: Series | FloatArray) -> Self:
        """Move a fitted state on by new observations, without learning anew.

        What follows is what the same parameters would have given on the longer series. A ``Series`` brings its
        regressors and their future along; values alone have the shape (k,). Raises ``InvalidRequest`` for a
        model that has no such state, or that needs regressors which are not there.
        """
        if not self.can_update():
            raise InvalidRequest(
                f"{self.name} cannot be updated without a refit",
                "fit it again on the longer series, or choose a model that can:"
                f" {registry.named('forecaster', 'update')}",
            )
        if len(points) and isinstance(points, Series):
            self._update_with(points)
        elif len(points):
            self._update(np.asarray(points, dtype=np.float64))
        return self

    @final
    def apply(self, panel: Sequence[Series]) -> "Fit":
        """Continue other series with what was learned: the parameters stay, the state is that of each series.

        This model stays as it is. Raises ``InvalidRequest`` for a model that is bound to its series, that was
        fitted to several, each with parameters of its own, or whose regressors are not there.
        """
        found = Fit()
        for row, series in enumerate(panel):
            with guard(f"{self.name} could not be applied", ANOTHER) as caught:
                model = self.apply_one(series)
            if caught.error is None:
                found.parts.append(Part(model, [row], caught.spent_ms))
            else:
                found.errors[row] = named(caught.error, series.unique_id)
        return found

    @final
    def apply_one(self, series: Series) -> Self:
        """Return this model for another series; raises what ``apply`` does, and ``SeriesError``."""
        if not self.can_apply():
            able = [
                name for name, one in registry.registered("forecaster").items() if _applies(one)
            ]
            raise InvalidRequest(
                f"what {self.name} has learned cannot be used on other series",
                f"fit it to them, or choose a model that can: {', '.join(able)}",
            )
        model = copy(self)
        model._require(len(series), self.season_length_, series.unique_id)
        model._apply(series)
        return model

    @classmethod
    def can_apply(cls) -> bool:
        """Whether what was learned can be used on other series."""
        return cls.parameter_free or cls._apply is not Forecaster._apply

    @classmethod
    def can_update(cls) -> bool:
        """Whether the model has a state that new observations move on."""
        return cls._update is not Forecaster._update

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the model's abilities."""
        more = {"update": cls.can_update(), "parts": cls.can_tell_parts()}
        return super().capabilities() | more

    def clone(self) -> Self:
        """Return the same model, unfitted."""
        return type(self)(self.params, random_state=self.random_state)

    def cost(self, work: Workload) -> Cost:
        """Estimate what one fit of the series with its forecast takes, given the params."""
        gain = self.gain if len(work.observations) > 1 else 1.0
        device: Device = "gpu" if self.uses_gpu else "cpu"
        return Cost(work.seconds(self._seconds) / gain, work.most(self._memory_bytes), device)

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Estimate the time of one fit of one series with its forecast, in seconds of one core."""
        return 1e-4 + 1e-7 * observations

    def _memory_bytes(self, observations: int, season_length: int, horizon: int) -> int:
        """Estimate what the fit of one series holds at once, beside its values; 0 for next to nothing."""
        return 0

    def _groups(
        self, panel: Sequence[Series], errors: dict[int, TidecastError]
    ) -> Iterator[list[int]]:
        """Yield the rows that are learned together; what a training of many cannot take is an error."""
        if self.scope == "series":
            yield from ([row] for row in range(len(panel)))
            return
        groups: dict[Hashable, list[int]] = {}
        for row, series in enumerate(panel):
            with guard(f"{self.name} could not be fitted", ANOTHER) as caught:
                self._check(series)
            if caught.error is None:
                groups.setdefault(self.group_key(series), []).append(row)
            else:
                errors[row] = named(caught.error, series.unique_id)
        yield from groups.values()

    def _fit_group(
        self, panel: Sequence[Series], rows: list[int], context: Context, found: "Fit"
    ) -> None:
        model, members = self.clone(), _members(panel, rows)
        with guard(f"{self.name} could not be fitted", ANOTHER) as caught:
            context.check()
            model._learn(members, context)
        if caught.error is None:
            found.parts.append(Part(model, rows, caught.spent_ms))
        elif self.scope == "panel" and len(rows) > 1:
            for row in rows:
                self._fit_group(panel, [row], context, found)
        else:
            for row, series in zip(rows, members, strict=True):
                found.errors[row] = named(caught.error, series.unique_id)

    def _check(self, series: Series) -> None:
        """Refuse what cannot be learned from, raising a ``SeriesError``; by default what is too short."""
        self._prepare(series)

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        """Learn from the series of one group, all of which were checked; by default it is one series."""
        (series,) = members
        self._check(series)
        self._fit_within(series, context)

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether an exogenous column of a series that it was fitted to has a part in its forecast."""
        return self.takes_exogenous and name in series.future

    def _fit_within(self, series: Series, context: Context) -> None:
        """Learn, for models that hand the context on or look at it in what may take long."""
        self._fit(series)

    def _fit(self, series: Series) -> None:
        """Learn; ``series.y`` is finite and long enough, ``self.season_length_`` is set."""
        raise NotImplementedError(f"{self.name} writes neither _fit nor _learn")

    def _predict(self, horizon: int) -> FloatArray:
        """Return the expected values, shape (horizon,); needed unless ``_forecast`` is written."""
        raise NotImplementedError(f"{self.name} writes neither _predict nor _forecast")

    def _error_std(self, horizon: int) -> FloatArray | None:
        """Return the standard deviation of the forecast error per step, shape (horizon,)."""
        return None

    def _distribution(self, horizon: int) -> Distribution | None:
        """Return how values are spread around the expected ones: normally, unless a model knows better."""
        std = self._error_std(horizon)
        return None if std is None else Normal(std[None, :])

    def _forecast(self, horizon: int) -> Prediction:
        """Return everything at once, (members, horizon), for models that make it together."""
        own = partial(self._distribution, horizon)
        return Prediction(self._predict(horizon)[None, :], {self.interval_methods[0]: own})

    def _fitted(self) -> FloatArray | None:
        return None

    def _told(self, future: Future) -> Self:
        """Return the model with other regressors of the steps ahead, itself as it was."""
        raise InvalidRequest(
            f"{self.name} takes no regressors",
            f"leave them out, or choose a model that takes them: {registry.named('forecaster', 'exogenous')}",
        )

    def _apply(self, series: Series) -> None:
        """Take up the state of another series, all of what changes as new values of the attributes."""
        self._learn([series], QUIET)

    def _update_with(self, points: Series) -> None:
        """Move the state on by new observations; models with regressors find these in ``points.exog``."""
        self._update(points.y)

    def _update(self, y: FloatArray) -> None:
        """Move the state on by new observations, (k,); models that can override this."""
        raise NotImplementedError


def _applies(model: type[Model[Any]]) -> bool:
    return issubclass(model, Forecaster) and model.can_apply()


def _members(panel: Sequence[Series], rows: list[int]) -> Sequence[Series]:
    """Return some series of a panel, several of them as a panel again."""
    if isinstance(panel, Panel) and len(rows) > 1:
        return panel[rows]
    return [panel[row] for row in rows]


@dataclass(slots=True, eq=False)
class Part:
    """A model that was fitted to some rows of a panel together, and how long that took."""

    model: Forecaster[Any]
    rows: list[int]
    spent_ms: float = 0.0


@dataclass(slots=True, eq=False)
class Fit:
    """What became of a panel: every row is in one part, or has an error."""

    parts: list[Part] = field(default_factory=list)
    errors: dict[int, TidecastError] = field(default_factory=dict)

    def predict(self, horizon: int) -> FloatArray:
        """Return the expected values of all rows, (n, horizon), NaN where there was an error.

        Raises the first error if there is nothing else.
        """
        if not self.parts and self.errors:
            raise next(iter(self.errors.values()))
        count = len(self.errors) + sum(len(part.rows) for part in self.parts)
        mean = np.full((count, horizon), np.nan)
        for part in self.parts:
            mean[part.rows] = part.model.predict(horizon).mean
        return mean
