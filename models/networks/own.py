"""What a network begins with, series by series: a regression of the next value on the own past."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite

import numpy as np
import torch
from torch import Tensor, nn

from models.networks.options import Shape
from models.networks.windows import Batch, WindowOrigins, Windows
from models.stats.lag_regression import usual_lags

PENALTIES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
"""How strongly a regression is pulled to the last value, of the mean variance of its lags."""
_REACH = 3.0
"""A recursion that leaves the range of its window by more of these ranges has run away, and is held there."""


def own_lags(observations: int, seasons: Sequence[int], window: int) -> tuple[int, ...]:
    """Return how many steps back the regressions look, ascending, at most the window."""
    lags = usual_lags(observations, sorted(seasons))
    return tuple(int(lag) for lag in lags if lag <= window) or (1,)


class OwnAutoregressions(nn.Module):
    """Regressions of the next value of each series on its own past, and forecasts by recursion.

    They are not trained: ``fit_own`` gives them their weights. ``penalty`` is NaN where they say nothing;
    ``levelled`` tells whether they see the past relative to the level of its last cycle.
    """

    each: Tensor
    lags: Tensor
    penalty: float = float("nan")
    levelled: bool = True

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("each", torch.zeros(shape.members, len(shape.lags)))
        self.register_buffer("lags", torch.tensor(shape.lags), persistent=False)

    def get_extra_state(self) -> Tensor:
        """Return what is kept beside the weights: as plain numbers, for which no device has to be asked."""
        return torch.tensor([self.penalty, float(self.levelled)], dtype=torch.float64)

    def set_extra_state(self, state: Tensor) -> None:
        """Take what was kept beside the weights."""
        self.penalty, self.levelled = float(state[0]), bool(state[1])

    @property
    def is_used(self) -> bool:
        """Whether the regressions say anything."""
        return isfinite(self.penalty)

    def seen(self, past: Tensor) -> tuple[Tensor, Tensor]:
        """Return the lags of what follows values (n, at least the longest lag), (n, lags), and the last value."""
        level = past[:, -self.shape.cycle :].mean(dim=1, keepdim=True)
        lagged = past[:, past.shape[1] - self.lags]
        return lagged - level if self.levelled else lagged, past[:, -1]

    def forward(self, past: Tensor, series: Tensor) -> Tensor:
        """Return the steps ahead of windows (n, window) of series (n,), each by those before it, (n, ahead)."""
        weights, window, ahead = self.each[series], past.shape[1], self.shape.ahead
        low, high = past.amin(dim=1, keepdim=True), past.amax(dim=1, keepdim=True)
        reach = _REACH * (high - low)
        values = torch.cat([past, past.new_zeros(len(past), ahead)], dim=1)
        for end in range(window, window + ahead):
            lagged, last = self.seen(values[:, :end])
            values[:, end] = last + (lagged * weights).sum(dim=1)
        said = values[:, window:].nan_to_num(0.0)
        return torch.minimum(torch.maximum(said, low - reach), high + reach)


def fit_own(
    own: OwnAutoregressions,
    windows: Windows,
    learned: WindowOrigins,
    validation_loss: Callable[[], float],
) -> None:
    """Give each series the regression that judges best, nothing if nothing is better.

    ``validation_loss`` tells the loss as it is.
    """
    best, chosen = validation_loss(), None
    for levelled in (True, False):
        own.levelled = levelled
        found = _solved(own, windows, learned, PENALTIES)
        for penalty, each in zip(PENALTIES, found, strict=True):
            own.each.copy_(each)
            own.penalty = penalty
            loss = validation_loss()
            if loss < best:
                best, chosen = loss, {k: v.clone() for k, v in own.state_dict().items()}
    if chosen is None:
        own.penalty = float("nan")
    else:
        own.load_state_dict(chosen)


def refit_own(own: OwnAutoregressions | None, windows: Windows, learned: WindowOrigins) -> None:
    """Give each series its regression on other windows, pulled as before."""
    if own is not None and own.is_used:
        own.each.copy_(_solved(own, windows, learned, (own.penalty,))[0])


def _solved(
    own: OwnAutoregressions, windows: Windows, learned: WindowOrigins, penalties: Sequence[float]
) -> Tensor:
    """Return the weights of each series for each penalty, (penalties, series, lags); 0 is the last value."""
    k = len(own.shape.lags)
    found = torch.zeros(len(penalties), own.shape.members, k, dtype=torch.float64)
    for series, batch in _by_series(windows, learned):
        gram, right = _moments(own, batch)
        scale = float(gram.trace()) / k
        if scale > 0.0:
            for row, penalty in enumerate(penalties):
                ridge = penalty * scale * torch.eye(k, dtype=gram.dtype)
                found[row, series] = torch.linalg.solve(gram + ridge, right)
    return found


def _moments(own: OwnAutoregressions, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the sums of products of lags, (k, k), and with the change that follows, (k,)."""
    lagged, last = own.seen(batch.past)
    change, counts = batch.target[:, 0] - last, batch.counts[:, 0]
    x, y = lagged.double().cpu(), (change * counts).double().cpu()
    return x.T @ (counts.double().cpu()[:, None] * x), x.T @ y


def _by_series(windows: Windows, learned: WindowOrigins) -> Iterator[tuple[int, Batch]]:
    """Yield the windows of each series that has any, one for each value that may be learned from."""
    series = windows.series_of(learned.places)
    begins = np.flatnonzero(np.diff(series, prepend=-1))
    for rows in np.split(np.arange(len(series)), begins[1:]):
        first, last = learned.places[rows[0]], learned.places[rows[-1]]
        every = np.arange(first, last + min(learned.until[rows[-1]], windows.ahead))
        yield int(series[rows[0]]), windows.batch(every)
