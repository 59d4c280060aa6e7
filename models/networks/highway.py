"""The linear function of a window that a network begins with: a ridge regression on the windows of all series."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from models.networks.modules import Network
from models.networks.windows import Origins, Windows
from models.types import IntArray

RIDGES = (1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Strengths of the ridge that are tried, of the mean variance of the values of a window."""
_MOST = 50_000
"""Windows that the regression is made from."""
_AT_ONCE = 4096


def fit_highway(
    network: Network, windows: Windows, learned: Origins, judge: Callable[[], float]
) -> float | None:
    """Give the highway of a network the ridge regression that judges best, nothing if nothing is better.

    ``judge`` tells the loss of the network as it is. Return the strength of the ridge, None for nothing.
    """
    if network.highway is None:
        return None
    best, chosen = judge(), None
    solutions = _solutions(network, windows, learned, RIDGES)
    for ridge, weight in solutions.items():
        network.highway.weight.data.copy_(weight)
        loss = judge()
        if loss < best:
            best, chosen = loss, ridge
    network.highway.weight.data.zero_()
    if chosen is not None:
        network.highway.weight.data.copy_(solutions[chosen])
    return chosen


def refit_highway(
    network: Network, windows: Windows, learned: Origins, ridge: float | None
) -> None:
    """Give the highway the regression of a known strength on other windows."""
    if network.highway is not None and ridge is not None:
        for weight in _solutions(network, windows, learned, (ridge,)).values():
            network.highway.weight.data.copy_(weight)


def _moments(network: Network, windows: Windows, learned: Origins) -> tuple[Tensor, Tensor] | None:
    """Return sums of products of windows with themselves and with what follows; None if no window is whole."""
    count, inputs, ahead = 0, network.shape.window, network.shape.ahead
    own = torch.zeros(inputs, inputs, dtype=torch.float64)
    with_target = torch.zeros(inputs, ahead, dtype=torch.float64)
    for first in range(0, len(learned), _AT_ONCE):
        places = _on(windows, learned.places[first : first + _AT_ONCE])
        batch = windows.batch(places, _on(windows, learned.until[first : first + _AT_ONCE]))
        whole = (batch.counts > 0).all(dim=1)
        past, base = network.linear_part(batch)
        x, y = past[whole].double().cpu(), (batch.target - base)[whole].double().cpu()
        weight = batch.counts[whole].mean(dim=1, keepdim=True).double().cpu()
        own += x.T @ (weight * x)
        with_target += x.T @ (weight * y)
        count += int(whole.sum())
    return (own, with_target) if count else None


def _solutions(
    network: Network, windows: Windows, learned: Origins, ridges: Sequence[float]
) -> dict[float, Tensor]:
    """Return the weights of every strength of the ridge, (ahead, window) each; none without whole windows."""
    moments = _moments(network, windows, learned.spread(_MOST))
    if moments is None:
        return {}
    own, with_target = moments
    values, vectors = torch.linalg.eigh(own)
    turned, scale = vectors.T @ with_target, float(own.trace()) / len(own)
    if not scale > 0.0:
        return {}
    return {
        ridge: (vectors @ (turned / (values.clamp(min=0.0) + ridge * scale)[:, None])).T
        for ridge in ridges
    }


def _on(windows: Windows, numbers: IntArray) -> Tensor:
    return torch.as_tensor(np.asarray(numbers), device=windows.device)
