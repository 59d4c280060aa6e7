"""Windows of many series, indexed from one tensor on the device.

Sequence first: overlapping windows of all series, shuffled; the state of a network is zero at each::

    series   ▁▂▃▄▅▆▇█▇▆▅▄▃▂▁
    window   [▁▂▃▄][▅▆]               four values in, two ahead
    stride 2     [▃▄▅▆][▇█]
                     [▅▆▇█][▇▆]

Batch first: each series is cut into rows of windows that follow one another; many rows are walked side by
side, each from its first window to its last, and the state goes on from window to window::

    series   ▁▂▃▄▅▆▇█▇▆▅▄▃▂▁▂▃▄▅▆
    row      [▁▂▃▄]→[▅▆▇█]→[▇▆▅▄]     the state is zero at the first, then what the one before left
    row        [▃▄▅▆]→[▇█▇▆]→[▅▄▃▂]

The values ahead are a target where they are observed and belong to the part that is learned from. A series
that is shorter than a window is continued to the left by its first value, and to the right by nothing that
counts: neither is ever part of a loss.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.networks.device import on_device
from models.types import BoolArray, FloatArray, IntArray

State = tuple[Tensor, ...]
"""What a recurrence has in mind, (layers and directions, n, hidden) each."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some windows: ``past`` (n, window), ``target`` and ``counts`` (n, ahead), ``known`` (n, window + ahead, d).

    ``counts`` is 1 where a target may be learned from or judged by, else 0; ``known`` are regressors; ``series``
    is which series each is of, (n,), ``identity`` its number among those that were learned from, (n,), -1 for
    unknown ones. ``past`` is longer where a state is carried to the window: ``within`` (n,) of its values lie in
    the series. ``state``: that state, if it is known already.
    """

    past: Tensor
    target: Tensor
    counts: Tensor
    known: Tensor
    series: Tensor
    identity: Tensor
    within: Tensor
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A series on the scale that a network sees: ``y`` (t,), ``observed`` (t,), ``known`` (t + ahead, d).

    ``identity``: its number among those that the network learns from, -1 for another.
    """

    y: FloatArray
    observed: BoolArray
    known: FloatArray
    identity: int = -1


class Windows:
    """All windows of some series; one is named by its series and the first point that it looks ahead to.

    ``reach``: how many values before it come with a window, for a state that is carried to it.
    """

    def __init__(
        self,
        members: Sequence[Member],
        window: int,
        ahead: int,
        device: torch.device,
        reach: int = 0,
    ) -> None:
        self.window, self.ahead, self.device = window, ahead, device
        self._before = before = reach + window
        self.members = len(members)
        lengths = np.array([len(one.y) for one in members], dtype=np.int64)
        spans = lengths + before + ahead
        self._first = np.concatenate([[0], np.cumsum(spans)[:-1]]).astype(np.int64)
        values = [np.pad(one.y, (before, ahead), mode="edge") for one in members]
        counts = [np.pad(one.observed, (before, ahead)) for one in members]
        known = [_padded(one.known, before, len(one.y) + ahead) for one in members]
        self._since = torch.as_tensor(np.concatenate([*map(np.arange, spans)]), device=device)
        identities = np.repeat([one.identity for one in members], spans)
        self._identity = torch.as_tensor(identities, device=device)
        self._values = self._rows(np.concatenate(values))
        self._counts = self._rows(np.concatenate(counts))
        self._known = self._rows(np.concatenate(known)) if known[0].shape[1] else None
        self._begins = torch.as_tensor(self._first, device=device)
        self._steps = torch.arange(ahead, device=device)

    def _rows(self, flat: FloatArray | BoolArray) -> Tensor:
        """Return a view with a row for every place where a window may begin."""
        whole = torch.as_tensor(np.asarray(flat, dtype=np.float32), device=self.device)
        return whole.unfold(0, self._before + self.ahead, 1)

    def places(self, member: int, origins: IntArray) -> IntArray:
        """Return the rows of windows of a series that look ahead from these points on, (k,)."""
        return np.asarray(self._first[member] + origins)

    def series_of(self, places: IntArray) -> IntArray:
        """Return which series windows are of, (k,)."""
        return np.asarray(np.searchsorted(self._first, places, side="right") - 1)

    def batch(self, places: IntArray | Tensor, until: IntArray | Tensor | None = None) -> Batch:
        """Return windows, (n,); ``until``: how many of the steps ahead may count, (n,), all if None."""
        rows = on_device(places, self.device)
        values, counts = self._values[rows], self._counts[rows][:, self._before :]
        if until is not None:
            counts = counts * (self._steps < on_device(until, self.device)[:, None])
        if self._known is None:
            known = values.new_empty(len(places), self._before + self.ahead, 0)
        else:
            known = self._known[rows].transpose(1, 2)
        past, target = values[:, : self._before], values[:, self._before :]
        series = torch.bucketize(rows, self._begins, right=True) - 1
        return Batch(past, target, counts, known, series, self._identity[rows], self._since[rows])


def _padded(known: FloatArray, before: int, length: int) -> FloatArray:
    """Continue regressors to both sides by their outermost rows."""
    after = max(0, length - len(known))
    return np.pad(known[:length], ((before, after), (0, 0)), mode="edge") if known.size else known


@dataclass(frozen=True, slots=True, eq=False)
class WindowOrigins:
    """Windows to learn from or to judge by: ``places`` (k,), and how many steps ahead may count, (k,)."""

    places: IntArray
    until: IntArray

    def __len__(self) -> int:
        return len(self.places)

    @classmethod
    def joined(cls, parts: "Sequence[WindowOrigins]") -> "WindowOrigins":
        """Return those of several series."""
        return cls(
            np.concatenate([one.places for one in parts]),
            np.concatenate([one.until for one in parts]),
        )

    def at(self, rows: IntArray) -> "WindowOrigins":
        """Return some of them, by their positions, (n,)."""
        return WindowOrigins(self.places[rows], self.until[rows])

    def subsample(self, most: int) -> "WindowOrigins":
        """Return at most so many of them, evenly spread."""
        if len(self) <= most:
            return self
        return self.at(np.linspace(0, len(self) - 1, most).astype(np.int64))

    def parts(self, most: int) -> "Iterator[WindowOrigins]":
        """Yield all of them, at most so many at a time."""
        count = -(-len(self) // most)
        yield from (self.at(rows) for rows in np.array_split(np.arange(len(self)), count))


def training_origins(windows: Windows, member: int, train: int, stride: int) -> WindowOrigins:
    """Return the windows of a series whose steps ahead lie in its first ``train`` points.

    Whole ones if there are as many as steps ahead; in a short series, all that begin there.
    """
    first = min(windows.window, max(1, train // 2))
    last = train - windows.ahead
    if last - first < max(windows.ahead, 8):
        last = train - 1
    origins = np.arange(first, max(last, first) + 1, stride)
    return WindowOrigins(windows.places(member, origins), np.maximum(train - origins, 1))


def validation_origins(windows: Windows, member: int, train: int, length: int) -> WindowOrigins:
    """Return the windows of a series that look ahead from its points behind the first ``train``."""
    last = max(train, length - max(1, windows.ahead // 2))
    origins = np.arange(train, min(last, length - 1) + 1)
    return WindowOrigins(windows.places(member, origins), length - origins)


def rows_of(origins: WindowOrigins, window: int, most: int) -> list[IntArray]:
    """Return windows in rows, as positions in ``origins``, (k,) each: every one follows on the one before.

    A row has at most ``most`` windows. The origins of each series ascend.
    """
    found = np.searchsorted(origins.places, origins.places + window)
    at = np.minimum(found, len(origins) - 1)
    follows = origins.places[at] == origins.places + window
    is_first = np.ones(len(origins), dtype=bool)
    is_first[at[follows]] = False
    rows = []
    for place in np.flatnonzero(is_first).tolist():
        row = [place]
        while follows[row[-1]]:
            row.append(int(at[row[-1]]))
        rows += [np.array(row[first : first + most]) for first in range(0, len(row), most)]
    return rows
