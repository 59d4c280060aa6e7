"""The series of a network as it sees them: each on its scale, what is learned from, their windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from models.contract.state import kept
from models.data.series import Series
from models.errors import BadValues
from models.forecasters.base import Future
from models.forecasters.neural._params import NetworkParams
from models.forecasters.neural._regressors import Regressors, too_few_ahead
from models.stats.scaling import safe_exp
from models.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from models.networks.windows import Member, WindowOrigins, Windows


@kept
@dataclass(frozen=True, eq=False)
class Members:
    """Some series, each with a scale of its own.

    ``values`` (t,) and where they were ``observed``, None for everywhere; ``known``: regressors, (t + ahead, d).
    Of each, shape (n,): ``train``, how many of the first values are learned from; ``log``, whether the network
    sees logarithms; ``center`` and ``unit`` of what it sees; ``identity``, its place among the ``names`` of
    those that are known each by itself, -1 for others.
    """

    regressors: Regressors
    names: list[str]
    horizon: int
    values: list[FloatArray]
    observed: list[BoolArray | None]
    known: list[FloatArray]
    train: IntArray
    log: BoolArray
    center: FloatArray
    unit: FloatArray
    identity: list[int]

    @classmethod
    def of(
        cls, series: Sequence[Series], params: NetworkParams, horizon: int, *, companions: bool
    ) -> Self:
        """Return series to learn from, so many steps ahead; ``companions``: see ``Regressors``."""
        train = [_training_part(len(one), params.validation, horizon) for one in series]
        regressors = Regressors.of(series, train, companions=companions)
        names = [one.unique_id for one in series] if params.embedding else []
        return cls._of(series, params, regressors, names, horizon)

    def others(self, series: Sequence[Series], params: NetworkParams) -> Self:
        """Return series that were not learned from; where all have one scale, they have it, too."""
        made = self._of(series, params, self.regressors, self.names, self.horizon)
        if params.scale_by != "global":
            return made
        return replace(made, center=self.center[:1], unit=self.unit[:1])

    @classmethod
    def _of(
        cls,
        series: Sequence[Series],
        params: NetworkParams,
        regressors: Regressors,
        names: list[str],
        horizon: int,
    ) -> Self:
        from models.networks.scaling import fit_scalers

        train = [_training_part(len(one), params.validation, horizon) for one in series]
        log = [_takes_log(one.y, params.log) for one in series]
        seen = [np.log(one.y) if logs else one.y for one, logs in zip(series, log, strict=True)]
        parts = [y[:size] for y, size in zip(seen, train, strict=True)]
        shared = params.scale_by == "global"
        center, unit = fit_scalers(parts, seen, params.scaler, shared=shared)
        numbers = {name: number for number, name in enumerate(names)}
        return cls(
            regressors,
            names,
            horizon,
            values=[one.y for one in series],
            observed=[one.observed for one in series],
            known=[regressors.rows(one) for one in series],
            train=np.array(train),
            log=np.array(log),
            center=center,
            unit=unit,
            identity=[numbers.get(one.unique_id, -1) for one in series],
        )

    def __len__(self) -> int:
        return len(self.values)

    @property
    def lengths(self) -> IntArray:
        """How many values each has, (n,)."""
        return np.array([len(y) for y in self.values])

    # --- what the network sees --------------------------------------------------

    def windows(self, window: int, ahead: int, device: str, carried: int = 0) -> "Windows":
        """Return the windows of all; ``carried``: through how many before it a state comes to a window."""
        import torch

        from models.networks.windows import Windows

        reach = min(carried, int(self.lengths.max()) // window) * window
        return Windows(self._on_scale(), window, ahead, torch.device(device), reach)

    def _on_scale(self) -> "list[Member]":
        from models.networks.windows import Member

        seen = [
            ((np.log(y) if log else y) - center) / unit
            for y, log, center, unit in zip(
                self.values, self.log, self.center, self.unit, strict=True
            )
        ]
        known = [self.regressors.seen(rows) for rows in self.known]
        observed = [
            np.ones(len(y), dtype=bool) if where is None else where
            for where, y in zip(self.observed, seen, strict=True)
        ]
        return [*map(Member, seen, observed, known, self.identity)]

    def as_values(self, seen: FloatArray, row: int) -> FloatArray:
        """Return values of a series, (k,), as they were, from what the network sees of them."""
        y = seen * self.unit[row] + self.center[row]
        return safe_exp(y) if self.log[row] else y

    def origins(self, windows: "Windows", stride: int) -> "tuple[WindowOrigins, WindowOrigins]":
        """Return the windows to learn from and those to judge by."""
        from models.networks.training import JUDGED
        from models.networks.windows import WindowOrigins, training_origins, validation_origins

        each = -(-JUDGED // len(self))  # long series are to count no more than short ones
        learned, judged = [], []
        for row, (train, y) in enumerate(zip(self.train.tolist(), self.values, strict=True)):
            learned.append(training_origins(windows, row, train, stride))
            judged.append(validation_origins(windows, row, train, len(y)).subsample(each))
        return WindowOrigins.joined(learned), WindowOrigins.joined(judged)

    def all_origins(self, windows: "Windows", stride: int) -> "WindowOrigins":
        """Return all windows to learn from, those of the part that was held back too."""
        from models.networks.windows import WindowOrigins, training_origins

        lengths = enumerate(self.lengths.tolist())
        return WindowOrigins.joined(
            [training_origins(windows, row, length, stride) for row, length in lengths]
        )

    # --- other steps ahead, and new values --------------------------------------

    def require_ahead(self, horizon: int) -> None:
        """Raise ``MissingValues`` if regressors are known for fewer steps ahead."""
        for rows, y in zip(self.known, self.values, strict=True):
            if self.regressors.lacks_ahead(rows, len(y), horizon):
                raise too_few_ahead(len(rows) - len(y), horizon)

    def told(self, future: Future) -> Self:
        """Return the series with other regressors of the steps ahead."""
        known = [
            self.regressors.told(rows, len(y), future, member)
            for member, (rows, y) in enumerate(zip(self.known, self.values, strict=True))
        ]
        return replace(self, known=known)

    def moved_on(self, y: FloatArray, points: Series | None) -> Self:
        """Return the one series with new values, (k,), and the regressors of their steps."""
        ((before,), (observed,), (rows,)) = self.values, self.observed, self.known
        if observed is not None:
            observed = np.concatenate([observed, np.ones(len(y), dtype=bool)])
        return replace(
            self,
            values=[np.concatenate([before, y])],
            observed=[observed],
            known=[self.regressors.moved_on(rows, len(before), y, points)],
        )


def require_positive(y: FloatArray, *, log: bool) -> None:
    """Raise ``BadValues`` for values, (t,), that have no logarithm, where these are taken."""
    if log and (y <= 0).any():
        row = int(np.argmax(y <= 0))
        raise BadValues(
            f"logarithms take values over 0 only, row {row} is {y[row]:g}",
            "leave log out, or set it to false",
        )


def _takes_log(y: FloatArray, asked: bool | None) -> bool:
    """Whether the network sees the logarithms of values."""
    return bool(y.min(initial=np.inf) > 0) if asked is None else asked


def _training_part(length: int, share: float, horizon: int) -> int:
    """Return how many of the first values of a series are learned from; ``share``: what is held back."""
    held = max(round(share * length), horizon + horizon // 2)
    return length - max(1, min(held, length // 3))
