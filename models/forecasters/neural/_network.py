"""What all networks share: how they are built for some series, trained, asked, and moved on."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.contract.seasons import seasons_for
from models.data.prediction import Distribution, Prediction, Way
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.errors import InvalidRequest
from models.forecasters.base import Forecaster, Future
from models.forecasters.neural import _words
from models.forecasters.neural._forecasts import NetworkForecasts, by_quantiles
from models.forecasters.neural._learned import TrainedNetwork, Weights
from models.forecasters.neural._members import Members, require_positive
from models.forecasters.neural._params import NetworkParams
from models.forecasters.neural._regressors import check_ahead
from models.forecasters.neural._search import HyperparameterTrial, search, search_told
from models.forecasters.neural._sizes import (
    SHORTEST_CYCLE,
    common,
    memory_of_training,
    seconds_of_a_round,
    seconds_of_training,
    window_of,
)
from models.forecasters.neural._widths import ForecastErrors, NetworkWidths
from models.networks.options import Shape, outputs_of
from models.networks.sizes import Size
from models.types import FloatArray, IntArray

if TYPE_CHECKING:
    import torch

    from models.networks.encoders import Encoder
    from models.networks.heads import Head
    from models.networks.network import Network
    from models.networks.windows import Windows

P = TypeVar("P", bound=NetworkParams)

_FEWEST_TARGETS = 4
"""Values behind the first window that a series has at least."""
_USUAL_HORIZON = 12
"""Steps ahead that a network is trained for, if nobody says how many are asked for and there is no season."""


class NetworkForecaster(Forecaster[P]):
    """A network that learns from windows of many series, each on its own scale.

    A subclass writes ``_encoder``, which turns a window into features, and ``_weights_each_step``. The last part
    of each series is held back: it ends the training, and its forecast errors make the intervals.
    """

    scope = "global"
    interval_methods: ClassVar[tuple[str, ...]] = ("conformal", "mc_dropout")
    horizon_consistent = False
    uses_gpu = True
    takes_exogenous = True
    takes_several_seasons = True
    state_version = 5
    baselines: ClassVar[tuple[str, ...]] = ("linear", "mlp")
    takes_companions: ClassVar[bool] = True
    """Whether columns whose future is not known are seen in the windows."""
    has_hidden_head: ClassVar[bool] = True
    """Whether there is a layer between the features and what comes out."""
    asked_: int = 0
    """Steps ahead that were asked for, which regressors have to be known for."""
    trials_: Sequence[HyperparameterTrial] = ()

    @abstractmethod
    def _encoder(self, shape: Shape) -> "Encoder":
        """Return the untrained encoder."""

    @abstractmethod
    def _weights_each_step(self) -> int:
        """Return about how many multiplications each value of a window takes, for the estimate of time."""

    @abstractmethod
    def _encoder_size(self, shape: Shape) -> Size:
        """Return about how large the encoder is, for the estimate of memory."""

    def _size(self, shape: Shape) -> Size:
        """Return about how large the network is."""
        steps = shape.ahead * shape.outputs
        whole = self._encoder_size(shape).with_head(steps, hidden=self.has_hidden_head)
        return whole.with_windows(shape.window * shape.columns + steps)

    def _head(self, shape: Shape, size: int) -> "Head | None":
        """Return the untrained head behind features (n, size); None for a layer and all steps at once."""
        return None

    # --- what is asked for ------------------------------------------------------

    def aimed_at(self, horizon: int) -> Self:
        """Return the model, trained for as many steps as are asked for unless its params say how many."""
        params = self.params
        if params.horizon is None:
            params = params.model_copy(update={"horizon": horizon})
        aimed = type(self)(params, random_state=self.random_state)
        aimed.asked_ = horizon
        return aimed

    def clone(self) -> Self:
        """Return the same model, unfitted, for the same horizon."""
        clone = super().clone()
        clone.asked_ = self.asked_
        return clone

    def required_observations(self, season_length: int) -> int:
        """A window that was asked for, or two short seasons, and a few values to learn from."""
        shortest = 2 * max(season_length, SHORTEST_CYCLE)
        return (self.params.window or shortest) + _FEWEST_TARGETS

    def group_key(self, series: Series) -> Hashable:
        """Put all series of one step in time together, or none."""
        return id(series) if self.params.scope == "local" else series.grid.freq

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """All epochs of a training of one series; that of many takes hardly longer than that of a long one."""
        size, ahead = self._weights_each_step(), self.params.horizon or horizon
        return seconds_of_training(self.params, size, observations, season_length, ahead)

    def cost(self, work: Workload) -> Cost:
        """Estimate what one training of the series with its forecast takes, given the params."""
        own, shared = memory_of_training(self.params, self._size, work)
        cost = super().cost(work)
        return replace(
            cost,
            memory_bytes=own + shared,
            shared_bytes=shared,
            least_seconds=seconds_of_a_round(self.params, cost.seconds),
        )

    # --- the training -----------------------------------------------------------

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        for series in members:
            self._check(series)
        asked = self.params.season_length
        self.seasons_ = common([seasons_for(series, asked) for series in members])
        self.season_length_ = self.seasons_[0] if self.seasons_ else 1
        usual = self.season_length_ if self.seasons_ else _USUAL_HORIZON
        self.horizon_ = self.params.horizon or usual
        beside = self.takes_companions
        self.members_ = Members.of(members, self.params, self.horizon_, companions=beside)
        room = int(np.median(self.members_.train)) - self.horizon_
        self.window_ = window_of(self.params, self.seasons_, self.horizon_, room)
        self.lags_ = self._own_lags() if self.params.highway else ()
        vars(self)["_device"] = context.device
        seeds = range(self.random_state, self.random_state + 1 + self.params.restarts)
        done = self._search(context)
        share = self.params.epochs / self.params.all_epochs
        trained = [
            self._trained({}, seed, context.part(done + number * share, share))
            for number, seed in enumerate(seeds)
            if not number or not context.is_late
        ]
        self.learned_ = min(trained, key=lambda one: one.best_loss)

    def _search(self, context: Context) -> float:
        """Give the model the best hyperparameters of some trials; return the share of all epochs it was."""
        if not self.params.search:
            return 0.0

        def objective(values: Mapping[str, Any], within: Context) -> float:
            return self._trained(values, self.random_state, within).best_loss

        self.trials_ = search(self.params, objective, self.random_state, context)
        self.params = self.params.model_copy(update=self.trials_[0].values)
        return 1.0 - self.params.epochs * (1 + self.params.restarts) / self.params.all_epochs

    def _trained(self, values: Mapping[str, Any], seed: int, context: Context) -> TrainedNetwork:
        """Return what is learned with other hyperparameters and random numbers."""
        model = copy(self)
        model.params = self.params.model_copy(update=dict(values))
        return model._train(seed, context)

    def _own_lags(self) -> tuple[int, ...]:
        """Return how far back the regression of each series on its own past looks."""
        from models.networks.own import own_lags

        return own_lags(int(np.median(self.members_.train)), self.seasons_, self.window_)

    def _check(self, series: Series) -> None:
        super()._check(series)
        check_ahead(series, self.asked_)
        require_positive(series.y, log=bool(self.params.log))

    def _train(self, seed: int, context: Context) -> TrainedNetwork:
        from models.networks.device import seeded

        with seeded(context.device, seed) as device:
            # What it needed there is free when it returns, before memory is given back.
            return self._train_on(device, seed, context)

    def _train_on(self, device: "torch.device", seed: int, context: Context) -> TrainedNetwork:
        from models.networks.device import room_on
        from models.networks.forecast_training import ForecastTraining
        from models.networks.weights import arrays_of

        network, plan = self._untrained().to(device), self.params.plan()
        room = room_on(device, context.memory_bytes)
        most = self._size(self._shape()).batch_within(plan.batch_size, room)
        windows = self._windows(self.horizon_)
        learned, judged = self.members_.origins(windows, self._stride)
        training = ForecastTraining(network, windows, replace(plan, batch_size=most), seed)
        course = training.train(learned, judged, context)
        weights, before = arrays_of(network), None
        is_whole = course.ending not in ("out of time", "diverged")
        if self.params.use_all and (is_whole or not course.best_epoch):  # that is one solve
            before = weights
            training.go_on(self.members_.all_origins(windows, self._stride), course, context)
            weights = arrays_of(network)
        return TrainedNetwork(weights, before, course, context.device)

    @property
    def _stride(self) -> int:
        """Return the steps from one training window to the next."""
        return self.params.stride

    # --- the network ------------------------------------------------------------

    @cached_property
    def _device(self) -> str:
        """Where the network runs: what was kept goes on on a core."""
        return "cpu"

    @cached_property
    def _network(self) -> "Network":
        """What forecasts."""
        return self._with(self.learned_.weights)

    @cached_property
    def _judged(self) -> "Network":
        """What has never seen the part that was held back, so that its errors there are honest."""
        before = self.learned_.judged
        return self._network if before is None else self._with(before)

    def _with(self, weights: Weights) -> "Network":
        from models.networks.weights import put_into

        network = self._untrained()
        put_into(network, weights)
        return network.to(self._device)

    def _untrained(self) -> "Network":
        from models.networks.network import Network

        shape = self._shape()
        encoder = self._encoder(shape)
        network = Network(encoder, shape, self.params.dropout, self._head(shape, encoder.size))
        network.at_once = self._size(shape).at_once
        return network

    def _shape(self) -> Shape:
        told = self.params
        return Shape(
            self.window_,
            self.horizon_,
            regressors=self.members_.regressors.count,
            outputs=outputs_of(told.loss),
            season=self.season_length_,
            levelled=told.scale_by == "window",
            residual=told.residual,
            highway=told.highway,
            companions=len(self.members_.regressors.companions),
            lags=tuple(self.lags_),
            members=len(self.members_),
            series=len(self.members_.names),
            embedding=told.embedding,
        )

    def _windows(self, ahead: int) -> "Windows":
        """Return the windows of all series with so many steps ahead."""
        carried = self._shape().carried
        return self.members_.windows(self.window_, ahead, self._device, carried)

    # --- forecasts --------------------------------------------------------------

    def _forecast(self, horizon: int) -> Prediction:
        self.members_.require_ahead(horizon)
        said = self._forecasts.from_ends(self._network, horizon)
        self._parts.clear()
        frozen = copy(self)  # an update gives the model other values, not these
        ways: dict[str, Way] = {
            "conformal": partial(frozen._conformal, said[..., 0]),
            "mc_dropout": partial(frozen._by_dropout, said[..., 0]),
        }
        if said.shape[2] > 1:
            ways = {"parametric": partial(by_quantiles, said), **ways}
        return Prediction(said[..., 0], ways)

    @property
    def _forecasts(self) -> NetworkForecasts:
        return NetworkForecasts(self.members_, self._windows, self._device, self.random_state)

    @cached_property
    def _parts(self) -> dict[str, FloatArray]:
        """The parts of the uncertainty that was asked for last, (members, horizon) each."""
        return {}

    def _conformal(self, mean: FloatArray) -> Distribution | None:
        widths = self._widths(mean)
        return widths.around(mean, widths.scale)

    def _by_dropout(self, mean: FloatArray) -> Distribution | None:
        """Return a distribution of three parts, whose sum is what the held-back part was missed by.

        Reference: Zhu and Laptev (2017), Deep and confident prediction for time series at Uber, ICDM workshops.
        """
        if not self.params.dropout:
            return None
        widths = self._widths(mean)
        passes = self.params.n_passes
        self._parts.update(self._forecasts.parts(self._network, widths.scale, passes))
        std = np.sqrt(sum(one**2 for one in self._parts.values()))
        return widths.around(mean, std)

    def _widths(self, mean: FloatArray) -> NetworkWidths:
        season = min(self.seasons_, default=1)
        parts = self._forecasts.from_both_parts(self._judged, mean.shape[1], self.window_)
        return NetworkWidths.of(ForecastErrors.of(*parts, self.members_, mean, season))

    def held_out(self, horizon: int, back: IntArray) -> FloatArray:
        """Return the errors of forecasts that begin so many points before the end, (n, k, horizon).

        What lies before the part that was held back was learned from: there they are NaN, unless there is
        nothing else.
        """
        return self._forecasts.held_out(self._judged, horizon, back)

    def fitted(self) -> list[FloatArray]:
        """Return one-step forecasts of every series, (t,), NaN before the first window."""
        return self._forecasts.fitted(self._network, self.window_)

    def passes_of_fitted(self) -> list[FloatArray]:
        """Return mean and standard deviation of one-step forecasts with dropout, (2, t) of each series.

        NaN before the first window.
        """
        passes = self.params.n_passes
        return self._forecasts.passes_of_fitted(self._network, self.window_, passes)

    # --- other points and other series ------------------------------------------

    def _apply(self, series: Series) -> None:
        require_positive(series.y, log=bool(self.params.log))
        self.members_ = self.members_.others([series], self.params)
        if self.lags_:
            windows = self._windows(self.horizon_)
            fitted = self.learned_.regressed_anew(self.members_, windows, self._stride, self._with)
            self.learned_ = fitted
            for name in ("_network", "_judged"):
                vars(self).pop(name, None)

    def _told(self, future: Future) -> Self:
        told = copy(self)
        told.members_ = self.members_.told(future)
        return told

    def _update_with(self, points: Series) -> None:
        self._append(points.y, points)

    def _update(self, y: FloatArray) -> None:
        self._append(y, None)

    def _append(self, y: FloatArray, points: Series | None) -> None:
        """Take new values, (k,), with the regressors of their steps."""
        if len(self.members_) > 1:
            raise InvalidRequest(
                f"{self.name} was fitted to {len(self.members_)} series, and these are points of one",
                "apply it to the longer series",
            )
        require_positive(y, log=bool(self.members_.log[0]))
        self.members_ = self.members_.moved_on(y, points)

    # --- what is told -----------------------------------------------------------

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether a column of a series has a part in its forecast."""
        return super().uses_column(series, name) or name in self.members_.regressors.companions

    def notices(self) -> Sequence[Notice]:
        """Tell of a training that ended before it was done, or that was of no use."""
        return _words.notices(self.name, self.learned_.course, self.params)

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, with the parts of the uncertainty of each member where these are known."""
        info = self.info()
        if not self._parts:
            return [info] * count
        mean = {name: one.mean(axis=1) for name, one in self._parts.items()}
        of_each = [{name: float(one[row]) for name, one in mean.items()} for row in range(count)]
        return [replace(info, details={**info.details, "uncertainty": one}) for one in of_each]

    def _season_info(self) -> tuple[int, ...]:
        return self.seasons_

    def _resolved_params(self) -> dict[str, Any]:
        fitted = {"window": self.window_, "horizon": self.horizon_}
        return super()._resolved_params() | fitted

    def _details(self) -> dict[str, Any]:
        return {
            "series": len(self.members_),
            "exogenous": list(self.members_.regressors.every),
            **self.learned_.details(),
            **({"search": search_told(self.trials_)} if self.trials_ else {}),
        }
