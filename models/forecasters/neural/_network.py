"""What all networks share: from series to windows, a training, forecasts with intervals, what is kept."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np

from models.contract.context import Context
from models.contract.seasons import seasons_of
from models.data.prediction import (
    Distribution,
    NeverNarrowing,
    Normal,
    Prediction,
    Quantiles,
    Way,
)
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.errors import BadValues, InvalidRequest
from models.forecasters.base import Forecaster, Future
from models.forecasters.neural import _words
from models.forecasters.neural._params import NetworkParams
from models.forecasters.neural._regressors import Regressors, check_ahead, too_few_ahead
from models.forecasters.neural._search import SPACE, Space, searched
from models.intervals.conformal import MAX_ORIGINS, conformal, error_std
from models.networks.options import QUANTILES, Shape
from models.stats.scaling import safe_exp
from models.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from models.networks.modules import Encoder, Head, Network
    from models.networks.windows import Member, Origins, Windows

P = TypeVar("P", bound=NetworkParams)

_FEWEST_TARGETS = 4
"""Values behind the first window that a series has at least."""
_SHORTEST_CYCLE = 4
_USUAL_HORIZON = 12
"""Steps ahead that a network is trained for, if nobody says how many are asked for and there is no season."""
_LONGEST_WINDOW = 512
"""A window that nobody asked for is not longer."""
_COMMON = 0.2
"""The share of series that have a season from which on a window holds it."""
_PASSED_AT_ONCE = 8192
"""Points whose passes lie in memory together."""
_WEIGHTS_PER_SECOND = 4e8
"""Weights times steps that a core trains in a second."""


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
    state_version = 3
    baselines: ClassVar[tuple[str, ...]] = ("linear", "mlp")
    takes_companions: ClassVar[bool] = True
    """Whether columns whose future is not known are seen in the windows."""
    asked_: int = 0
    """Steps ahead that were asked for, which regressors have to be known for."""

    @abstractmethod
    def _encoder(self, shape: Shape) -> "Encoder":
        """Return the untrained encoder."""

    @abstractmethod
    def _weights_each_step(self) -> int:
        """Return about how many multiplications each value of a window takes, for the estimate of time."""

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
        shortest = 2 * max(season_length, _SHORTEST_CYCLE)
        return (self.params.window or shortest) + _FEWEST_TARGETS

    def group_key(self, series: Series) -> Hashable:
        """Put all series of one step in time together, or none."""
        return id(series) if self.params.scope == "local" else series.grid.freq

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """All rounds of a training of one series; that of many takes hardly longer than that of a long one."""
        ahead = self.params.horizon or horizon
        window = self._window((season_length,), ahead, observations - ahead)
        windows = min(max(observations - window, 8) / self.params.stride, self.params.epoch_windows)
        epochs = self.params.all_epochs
        steps = epochs * (windows * window * self._weights_each_step() * 3)
        return float(steps / _WEIGHTS_PER_SECOND + 0.01 * epochs)

    def _window(self, seasons: tuple[int, ...], ahead: int, room: int) -> int:
        """Return how many values the network looks back over; ``room``: how many there usually are."""
        if self.params.window is not None:
            return self.params.window
        shortest = 2 * max(_SHORTEST_CYCLE, min(seasons, default=1))
        usual = max(2 * max(seasons, default=1), -(-3 * ahead // 2), shortest)
        return min(max(shortest, min(usual, room)), _LONGEST_WINDOW)

    def _seasons_of(self, series: Series) -> tuple[int, ...]:
        """Return all seasons of a series, shortest first, none for one that has none."""
        asked = self.params.season_length
        return seasons_of(series) if asked is None else (asked,) if asked > 1 else ()

    # --- the training -----------------------------------------------------------

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        for series in members:
            self._check(series)
        self.seasons_ = _common([self._seasons_of(series) for series in members])
        self.season_length_ = self.seasons_[0] if self.seasons_ else 1
        usual = self.season_length_ if self.seasons_ else _USUAL_HORIZON
        self.horizon_ = self.params.horizon or usual
        self.train_ = np.array([self._training_part(len(one)) for one in members])
        beside = self.takes_companions
        self.regressors_ = Regressors.of(members, self.train_.tolist(), companions=beside)
        self.ids_ = [one.unique_id for one in members] if self.params.embedding else []
        self._take(members)
        room = int(np.median(self.train_)) - self.horizon_
        self.window_ = self._window(self.seasons_, self.horizon_, room)
        self.lags_ = self._own_lags() if self.params.highway else ()
        vars(self)["_device"] = context.device
        seeds = range(self.random_state, self.random_state + 1 + self.params.restarts)
        done = self._search(context) / self.params.all_epochs
        share = self.params.epochs / self.params.all_epochs
        trained = [
            self._trained({}, seed, context.part(done + number * share, share))
            for number, seed in enumerate(seeds)
            if not number or not context.is_late
        ]
        vars(self).update(min(trained, key=lambda one: one.best_loss)._learned())

    def _search(self, context: Context) -> int:
        """Give the model the best hyperparameters of some trials; return the rounds that were meant for it."""
        if not self.params.search:
            return 0
        space, begin = self._space()
        short = {"epochs": self.params.trial_epochs, "use_all": False}
        timed, share = context.until(0.5), short["epochs"] / self.params.all_epochs
        tried = count()

        def judge(values: Mapping[str, Any]) -> float | None:
            number = next(tried)
            if number and timed.is_late:
                return None
            part = timed.part(number * share, share)
            return self._trained({**values, **short}, self.random_state, part).best_loss

        random = np.random.default_rng(self.random_state)
        self.trials_ = searched(space, begin, self.params.search, judge, random)
        self.params = self.params.model_copy(update=self.trials_[0].values)
        return short["epochs"] * (self.params.search + 1)

    def _space(self) -> tuple[Space, dict[str, Any]]:
        """Return the hyperparameters that nobody chose, with their ranges, and what they are by default."""
        fields = type(self.params).model_fields
        begin = {name: getattr(self.params, name) for name in SPACE if name in fields}
        begin = {name: value for name, value in begin.items() if value == fields[name].default}
        return {name: SPACE[name] for name in begin}, begin

    def _trained(self, values: Mapping[str, Any], seed: int, context: Context) -> Self:
        """Return the model, trained with other hyperparameters and random numbers."""
        model = copy(self)
        model.params = self.params.model_copy(update=dict(values))
        model._train(seed, context)
        return model

    @property
    def best_loss(self) -> float:
        """The loss on the held-back part with the weights that are used."""
        return self.losses_[1][self.best_epoch_]

    def _own_lags(self) -> tuple[int, ...]:
        """Return how far back the regression of each series on its own past looks."""
        from models.networks.own import own_lags

        return own_lags(int(np.median(self.train_)), self.seasons_, self.window_)

    def _take(self, members: Sequence[Series]) -> None:
        """Take up the values of series, each with a scale of its own."""
        from models.networks.scaling import fit_scalers

        self.values_ = [series.y for series in members]
        self.observed_ = [series.observed for series in members]
        self.train_ = np.array([self._training_part(len(y)) for y in self.values_])
        numbers = {unique_id: number for number, unique_id in enumerate(self.ids_)}
        self.identity_ = [numbers.get(series.unique_id, -1) for series in members]
        self.known_ = [self.regressors_.rows(series) for series in members]
        self.log_ = np.array([self._takes_log(y) for y in self.values_])
        seen = [self._seen(y, row) for row, y in enumerate(self.values_)]
        parts = [y[:size] for y, size in zip(seen, self.train_.tolist(), strict=True)]
        shared = self.params.scale_by == "global"
        self.center_, self.unit_ = fit_scalers(parts, seen, self.params.scaler, shared=shared)

    def _check(self, series: Series) -> None:
        super()._check(series)
        check_ahead(series, self.asked_)
        self._require_positive(series.y, log=bool(self.params.log))

    def _require_positive(self, y: FloatArray, *, log: bool) -> None:
        """Raise ``BadValues`` for values that have no logarithm, where these are taken."""
        if log and (y <= 0).any():
            row = int(np.argmax(y <= 0))
            raise BadValues(
                f"logarithms take values over 0 only, row {row} is {y[row]:g}",
                "leave log out, or set it to false",
            )

    def _takes_log(self, y: FloatArray) -> bool:
        """Whether the network sees the logarithms of values."""
        positive = bool(y.min(initial=np.inf) > 0)
        return positive if self.params.log is None else self.params.log

    def _seen(self, y: FloatArray, row: int) -> FloatArray:
        """Return the values of a series as they are before they are scaled."""
        return np.log(y) if self.log_[row] else y

    def _training_part(self, length: int) -> int:
        """Return how many of the first values of a series are learned from."""
        held = max(round(self.params.validation * length), self.horizon_ + self.horizon_ // 2)
        return length - max(1, min(held, length // 3))

    def _train(self, seed: int, context: Context) -> None:
        from models.networks.device import seeded
        from models.networks.forecast_training import ForecastTraining
        from models.networks.weights import arrays_of

        with seeded(context.device, seed) as device:
            network = self._untrained().to(device)
            windows = self._windows(self.horizon_)
            learned, judged = self._origins(windows)
            training = ForecastTraining(network, windows, self.params.plan(), seed)
            course = training.train(learned, judged, context)
            self.weights_ = arrays_of(network)
            self.judged_weights_ = None
            if self.params.use_all and course.ending not in ("out of time", "diverged"):
                self.judged_weights_ = self.weights_
                training.go_on(self._all_origins(windows), course, context)
                self.weights_ = arrays_of(network)
        self.losses_ = [course.training, course.validation]
        self.best_epoch_, self.ending_ = course.best_epoch, course.ending
        self.rate_, self.batch_ = course.learning_rate, course.batch_size
        self.device_ = context.device

    def _origins(self, windows: "Windows") -> tuple[Any, Any]:
        """Return the windows to learn from and those to judge by."""
        from models.networks.training import JUDGED
        from models.networks.windows import Origins, training_origins, validation_origins

        each = -(-JUDGED // len(self.values_))  # long series are to count no more than short ones
        learned, judged = [], []
        for row, (train, y) in enumerate(zip(self.train_.tolist(), self.values_, strict=True)):
            learned.append(training_origins(windows, row, train, self._stride))
            judged.append(validation_origins(windows, row, train, len(y)).subsample(each))
        return Origins.joined(learned), Origins.joined(judged)

    @property
    def _stride(self) -> int:
        """Return the steps from one training window to the next."""
        return self.params.stride

    def _all_origins(self, windows: "Windows") -> "Origins":
        """Return all windows, those of the part that was held back too."""
        from models.networks.windows import Origins, training_origins

        lengths = [len(y) for y in self.values_]
        rows = [
            training_origins(windows, row, length, self._stride)
            for row, length in enumerate(lengths)
        ]
        return Origins.joined(rows)

    # --- the network ------------------------------------------------------------

    @cached_property
    def _device(self) -> str:
        """Where the network runs: what was kept goes on on a core."""
        return "cpu"

    @cached_property
    def _network(self) -> "Network":
        """What forecasts."""
        return self._with(self.weights_)

    @cached_property
    def _judged(self) -> "Network":
        """What has never seen the part that was held back, so that its errors there are honest."""
        return self._network if self.judged_weights_ is None else self._with(self.judged_weights_)

    def _with(self, weights: Mapping[str, Any]) -> "Network":
        from models.networks.weights import put_into

        network = self._untrained()
        put_into(network, weights)
        return network.to(self._device)

    def _untrained(self) -> "Network":
        from models.networks.modules import Network

        shape = self._shape()
        encoder = self._encoder(shape)
        return Network(encoder, shape, self.params.dropout, self._head(shape, encoder.size))

    def _shape(self) -> Shape:
        told = self.params
        return Shape(
            self.window_,
            self.horizon_,
            regressors=self.regressors_.count,
            outputs=len(QUANTILES) if told.loss == "pinball" else 1,
            season=self.season_length_,
            levelled=told.scale_by == "window",
            residual=told.residual,
            highway=told.highway,
            companions=len(self.regressors_.companions),
            lags=tuple(self.lags_),
            members=len(self.values_),
            series=len(self.ids_),
            embedding=told.embedding,
        )

    def _windows(self, ahead: int) -> "Windows":
        """Return the windows of all series with so many steps ahead."""
        import torch

        from models.networks.windows import Windows

        longest = max(len(y) for y in self.values_)
        reach = min(self._shape().carried, longest // self.window_) * self.window_
        return Windows(self._members(), self.window_, ahead, torch.device(self._device), reach)

    def _members(self) -> "list[Member]":
        from models.networks.windows import Member

        values = [self._seen(y, row) for row, y in enumerate(self.values_)]
        known = [self.regressors_.seen(rows) for rows in self.known_]
        seen = [
            (y - center) / unit
            for y, center, unit in zip(values, self.center_, self.unit_, strict=True)
        ]
        observed = [_all_or(one, len(y)) for one, y in zip(self.observed_, seen, strict=True)]
        return [*map(Member, seen, observed, known, self.identity_)]

    # --- forecasts --------------------------------------------------------------

    def _forecast(self, horizon: int) -> Prediction:
        for rows, y in zip(self.known_, self.values_, strict=True):
            if self.regressors_.lacks_ahead(rows, len(y), horizon):
                raise too_few_ahead(len(rows) - len(y), horizon)
        ahead = self._ahead(self._network, horizon, self._ends())
        said = np.stack([one[0] for one in ahead])  # (members, horizon, outputs)
        self._parts.clear()
        frozen = copy(self)  # an update gives the model other values, not these
        ways: dict[str, Way] = {
            "conformal": partial(frozen._conformal, said[..., 0]),
            "mc_dropout": partial(frozen._by_dropout, horizon),
        }
        if said.shape[2] > 1:
            ways = {"parametric": partial(_by_heads, said), **ways}
        return Prediction(said[..., 0], ways)

    def _ends(self) -> list[IntArray]:
        """Return the first point behind each series."""
        return [np.array([len(y)]) for y in self.values_]

    @cached_property
    def _parts(self) -> dict[str, FloatArray]:
        """The parts of the uncertainty that was asked for last, (members, horizon) each."""
        return {}

    def _by_dropout(self, horizon: int) -> Distribution | None:
        """Return a normal distribution of three parts, whose sum is what the held-back part was missed by.

        Reference: Zhu and Laptev (2017), Deep and confident prediction for time series at Uber, ICDM workshops.
        """
        if not self.params.dropout:
            return None
        model, misspecified = self._stds(horizon)
        held_out = error_std(self._validation_errors(horizon))
        known = model**2 + misspecified**2
        noise = np.sqrt(np.maximum(held_out**2 - known, 0.0))
        self._parts.update(model=model, misspecification=misspecified, noise=noise)
        return NeverNarrowing(Normal(np.sqrt(known + noise**2)))

    def _stds(self, horizon: int) -> tuple[FloatArray, FloatArray]:
        """Return the standard deviations of forecasts with dropout in head and encoder, (members, horizon)."""
        from models.networks.device import seeded
        from models.networks.predicting import Passes, Units, moments

        with seeded(self._device, self.random_state):
            windows = self._windows(horizon)
            places = [windows.places(row, ends) for row, ends in enumerate(self._ends())]
            passes = Passes(self.params.n_passes, [("head",), ("encoder",)])
            units = Units(self.center_, self.unit_, self.log_)
            _, made = moments(self._network, windows, np.concatenate(places), passes, units)
        return made[0], made[1]

    def _ahead(
        self, network: "Network", horizon: int, origins: Sequence[IntArray]
    ) -> list[FloatArray]:
        """Return what comes from points of each series on, one array (k, horizon, outputs) for each."""
        from models.networks.device import seeded
        from models.networks.predicting import predicted

        with seeded(self._device, self.random_state):
            windows = self._windows(horizon)
            places = [windows.places(row, of_row) for row, of_row in enumerate(origins)]
            said = predicted(network, windows, np.concatenate(places))
        parts = np.split(said, np.cumsum([len(one) for one in places])[:-1])
        return [
            self._back(part * unit + center, row)
            for row, (part, unit, center) in enumerate(
                zip(parts, self.unit_, self.center_, strict=True)
            )
        ]

    def _back(self, seen: FloatArray, row: int) -> FloatArray:
        """Return values as they were, from what the network sees of them."""
        return safe_exp(seen) if self.log_[row] else seen

    def _conformal(self, mean: FloatArray) -> Distribution | None:
        return conformal(mean, self._validation_errors(mean.shape[1])).distribution

    def _validation_errors(self, horizon: int) -> FloatArray:
        """Return the errors of forecasts within the part that was held back, (members, origins, horizon)."""
        lengths = np.array([len(y) for y in self.values_])
        share = np.linspace(0.0, 1.0, MAX_ORIGINS)
        held = lengths - self.train_
        back = np.round(held[:, None] - share * (held - 1)[:, None]).astype(np.int64)
        errors = self._errors(horizon, back)
        repeated = np.diff(back, axis=1, prepend=-1) == 0
        errors[repeated] = np.nan
        return errors

    def held_out(self, horizon: int, back: IntArray) -> FloatArray:
        """Return the errors of forecasts that begin so many points before the end, (n, k, horizon).

        What lies before the part that was held back was learned from: there they are NaN, unless there is
        nothing else.
        """
        errors = self._errors(horizon, np.tile(back, (len(self.values_), 1)))
        held = np.array([len(y) for y in self.values_]) - self.train_
        learned = back[None, :] > held[:, None]
        errors[learned & ~learned.all(axis=1, keepdims=True)] = np.nan
        return errors

    def _errors(self, horizon: int, back: IntArray) -> FloatArray:
        """Return actual minus forecast, NaN behind the end, for origins before the end of each, (n, k)."""
        origins = [len(y) - behind for y, behind in zip(self.values_, back, strict=True)]
        errors = np.full((*back.shape, horizon), np.nan)
        rows = zip(
            errors, self.values_, origins, self._ahead(self._judged, horizon, origins), strict=True
        )
        for row, y, begins, said in rows:
            actual = np.concatenate([y, np.full(horizon, np.nan)])
            row[:] = actual[begins[:, None] + np.arange(horizon)] - said[..., 0]
        return errors

    def fitted(self) -> list[FloatArray]:
        """Return one-step forecasts of every series, (t,), NaN before the first window."""
        firsts = [min(self.window_, len(y) // 2) for y in self.values_]
        origins = [np.arange(first, len(y)) for first, y in zip(firsts, self.values_, strict=True)]
        return [
            np.concatenate([np.full(first, np.nan), said[:, 0, 0]])
            for first, said in zip(firsts, self._ahead(self._network, 1, origins), strict=True)
        ]

    def passes_of_fitted(self) -> list[FloatArray]:
        """Return mean and standard deviation of one-step forecasts with dropout, (2, t) of each series.

        NaN before the first window.
        """
        from models.networks.device import seeded
        from models.networks.predicting import Passes, Units, moments

        passes, made = Passes(self.params.n_passes, [("encoder", "head")]), []
        with seeded(self._device, self.random_state):
            windows = self._windows(1)
            for row, y in enumerate(self.values_):
                first = min(self.window_, len(y) // 2)
                found = np.full((2, len(y)), np.nan)
                for begin in range(first, len(y), _PASSED_AT_ONCE):
                    here = np.arange(begin, min(begin + _PASSED_AT_ONCE, len(y)))
                    places = windows.places(row, here)
                    of_series = np.full(len(here), row)
                    units = Units(
                        *(one[of_series] for one in (self.center_, self.unit_, self.log_))
                    )
                    found[:, here] = moments(self._network, windows, places, passes, units)[
                        :, 0, :, 0
                    ]
                made.append(found)
        return made

    # --- other points and other series ------------------------------------------

    def _regress_anew(self) -> None:
        """Give the series that were taken up regressions on their own past, pulled as those before were.

        They are like those that the training ended with: of all values, or of the part that is not held back.
        """
        learned, _ = self._origins(windows := self._windows(self.horizon_))
        if self.judged_weights_ is None:
            self.weights_ = self._regressed(self.weights_, windows, learned)
        else:
            self.judged_weights_ = self._regressed(self.judged_weights_, windows, learned)
            self.weights_ = self._regressed(self.weights_, windows, self._all_origins(windows))
        for name in ("_network", "_judged"):
            vars(self).pop(name, None)

    def _regressed(
        self, weights: Mapping[str, Any], windows: "Windows", origins: "Origins"
    ) -> dict[str, Any]:
        """Return weights with the regressions of the series that were taken up."""
        from models.networks.own import refit_own
        from models.networks.weights import arrays_of

        each = np.zeros((len(self.values_), len(self.lags_)), dtype=np.float32)
        network = self._with({**weights, "own.each": each})
        refit_own(network.own, windows, origins)
        return {**weights, "own.each": arrays_of(network)["own.each"]}

    def _apply(self, series: Series) -> None:
        self._require_positive(series.y, log=bool(self.params.log))
        shared = self.center_[:1], self.unit_[:1]
        self._take([series])
        if self.params.scale_by == "global":
            self.center_, self.unit_ = shared
        if self.lags_:
            self._regress_anew()

    def _told(self, future: Future) -> Self:
        told = copy(self)
        told.known_ = [
            self.regressors_.told(rows, len(y), future, member)
            for member, (rows, y) in enumerate(zip(self.known_, self.values_, strict=True))
        ]
        return told

    def _update_with(self, points: Series) -> None:
        self._append(points.y, points)

    def _update(self, y: FloatArray) -> None:
        self._append(y, None)

    def _append(self, y: FloatArray, points: Series | None) -> None:
        """Take new values, (k,), with the regressors of their steps."""
        if len(self.values_) > 1:
            raise InvalidRequest(
                f"{self.name} was fitted to {len(self.values_)} series, and these are points of one",
                "apply it to the longer series",
            )
        self._require_positive(y, log=bool(self.log_[0]))
        observed, size = self.observed_[0], len(self.values_[0])
        self.known_ = [self.regressors_.moved_on(self.known_[0], size, y, points)]
        self.values_ = [np.concatenate([self.values_[0], y])]
        if observed is not None:
            self.observed_ = [np.concatenate([observed, np.ones(len(y), dtype=bool)])]

    # --- what is told -----------------------------------------------------------

    def uses_column(self, series: Series, name: str) -> bool:
        """Whether a column of a series has a part in its forecast."""
        return super().uses_column(series, name) or name in self.regressors_.companions

    def notices(self) -> Sequence[Notice]:
        """Tell of a training that ended before it was done, or that was of no use."""
        if not hasattr(self, "ending_"):
            return ()
        is_linear = self.params.highway and self.best_epoch_ == 0
        return _words.notices(self.name, self.ending_, is_linear=is_linear)

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, with the parts of the uncertainty of each member where these are known."""
        info = self.info()
        if not self._parts:
            return [info] * count
        mean = {name: one.mean(axis=1) for name, one in self._parts.items()}
        of_each = [{name: float(one[row]) for name, one in mean.items()} for row in range(count)]
        return [replace(info, details={**info.details, "uncertainty": one}) for one in of_each]

    def _season_info(self) -> tuple[int, ...]:
        return getattr(self, "seasons_", ())

    def _resolved_params(self) -> dict[str, Any]:
        known = super()._resolved_params()
        if not hasattr(self, "weights_"):
            return known
        return known | {"window": self.window_, "horizon": self.horizon_}

    def _of_search(self) -> dict[str, Any]:
        if not hasattr(self, "trials_"):
            return {}
        losses = [float(f"{one.loss:.4g}") for one in self.trials_]
        told = {"trials": len(losses), "best": self.trials_[0].values, "losses": losses}
        return {"search": told}

    def _details(self) -> dict[str, Any]:
        if not hasattr(self, "weights_"):
            return {}
        training, validation = self.losses_
        return {
            "device": self.device_,
            "series": len(self.values_),
            "exogenous": list(self.regressors_.every),
            "weights": sum(one.size for one in self.weights_.values()),
            "epochs": len(training) - 1,
            "best_epoch": self.best_epoch_,
            "ending": self.ending_,
            "learning_rate": self.rate_,
            **self._of_search(),
            "batch_size": self.batch_,
            "training_loss": _words.rounded(training),
            "validation_loss": _words.rounded(validation),
            "why": _words.course_in_words(training, validation, self.best_epoch_, self.ending_),
        }


def _common(seasons: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the seasons that many series have, the most common one first."""
    counts = Counter(one for of_series in seasons for one in of_series)
    common = [one for one, count in counts.items() if count >= _COMMON * len(seasons)]
    return tuple(sorted(common, key=lambda one: (-counts[one], one)))


def _by_heads(said: FloatArray) -> Distribution:
    """Return the distribution that a head for each quantile gives, (members, horizon, quantiles)."""
    order = np.argsort(QUANTILES)
    values = np.sort(said[..., order], axis=-1)  # heads may cross
    return NeverNarrowing(Quantiles(np.array(QUANTILES)[order], np.moveaxis(values, 2, 1)))


def _all_or(observed: BoolArray | None, length: int) -> BoolArray:
    return np.ones(length, dtype=bool) if observed is None else observed
