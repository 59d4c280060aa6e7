"""The linear function that a network begins with: a ridge regression on windows and regressors of all series."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from models.networks.network import Highway, Network
from models.networks.sizes import REGRESSED_AT_ONCE
from models.networks.windows import WindowOrigins, Windows

RIDGES = (1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Strengths of the ridge that are tried, of the mean variance of the values of a window."""
_MOST = 50_000
"""Windows that the regression is made from."""


class Ridge(NamedTuple):
    """A strength, and whether only the values of windows are looked at, ``alone``, not their companions."""

    strength: float
    alone: bool


def fit_highway(
    network: Network, windows: Windows, learned: WindowOrigins, validation_loss: Callable[[], float]
) -> Ridge | None:
    """Give the highway of a network the ridge regression that judges best, nothing if nothing is better.

    ``validation_loss`` tells the loss of the network as it is. Return the ridge, None for nothing. Companions are
    left out of it where they are of no use.
    """
    if network.highway is None:
        return None
    close_highway(network.highway)
    best, chosen = validation_loss(), None
    alone = (True, False) if network.shape.companions else (False,)
    ridges = [Ridge(strength, one) for one in alone for strength in RIDGES]
    solutions = _solutions(network, windows, learned, ridges)
    for ridge, weight in solutions.items():
        _put(network.highway, weight)
        loss = validation_loss()
        if loss < best:
            best, chosen = loss, ridge
    close_highway(network.highway)
    if chosen is not None:
        _put(network.highway, solutions[chosen])
    return chosen


def close_highway(highway: Highway) -> None:
    """Let it say nothing."""
    for parameter in highway.parameters():
        parameter.data.zero_()


def refit_highway(
    network: Network, windows: Windows, learned: WindowOrigins, ridge: Ridge | None
) -> None:
    """Give the highway the regression of a known strength on other windows."""
    if network.highway is not None and ridge is not None:
        for weight in _solutions(network, windows, learned, (ridge,)).values():
            _put(network.highway, weight)


def _put(highway: Highway, solution: "_Solution") -> None:
    highway.past.weight.data.zero_()
    highway.past.weight.data[:, : solution.past.shape[1]] = solution.past
    if highway.told is not None:
        highway.told.weight.data.copy_(solution.told[None])


class _Solution(NamedTuple):
    """Weights of windows, (ahead, inputs), and of regressors, (2 d,)."""

    past: Tensor
    told: Tensor


class _Moments(NamedTuple):
    """Sums of products: of windows, (inputs, inputs), with what follows, (inputs, ahead), of regressors, (k, k).

    Those of windows with the k regressors of each step, (ahead, inputs, k), and of these with what follows, (k,).
    """

    own: Tensor
    with_target: Tensor
    told: Tensor
    with_told: Tensor
    told_with_target: Tensor

    def of_first(self, inputs: int) -> "_Moments":
        """Return those of the first inputs only."""
        return self._replace(
            own=self.own[:inputs, :inputs],
            with_target=self.with_target[:inputs],
            with_told=self.with_told[:, :inputs],
        )


def _moments(network: Network, windows: Windows, learned: WindowOrigins) -> _Moments | None:
    """Return the sums over all windows that are whole; None if there is none."""
    count, inputs, ahead = 0, network.shape.inputs, network.shape.ahead
    k = 2 * network.shape.regressors
    sums = _Moments(
        *(
            torch.zeros(size, dtype=torch.float64)
            for size in ((inputs, inputs), (inputs, ahead), (k, k), (ahead, inputs, k), (k,))
        )
    )
    for first in range(0, len(learned), REGRESSED_AT_ONCE):
        rows = slice(first, first + REGRESSED_AT_ONCE)
        batch = windows.batch(learned.places[rows], learned.until[rows])
        whole = (batch.counts > 0).all(dim=1)
        past, told, base = network.linear_part(batch)
        x, y = past[whole].double().cpu(), (batch.target - base)[whole].double().cpu()
        weight = batch.counts[whole].mean(dim=1, keepdim=True).double().cpu()
        sums.own.add_(x.T @ (weight * x))
        sums.with_target.add_(x.T @ (weight * y))
        if k:
            t = told[whole].double().cpu()
            weighted = weight[..., None] * t
            sums.told.add_(torch.einsum("nhk,nhj->kj", weighted, t))
            sums.with_told.add_(torch.einsum("nw,nhk->hwk", x, weighted))
            sums.told_with_target.add_(torch.einsum("nhk,nh->k", weighted, y))
        count += int(whole.sum())
    return sums if count else None


def _solutions(
    network: Network, windows: Windows, learned: WindowOrigins, ridges: Sequence[Ridge]
) -> dict[Ridge, _Solution]:
    """Return the weights of every strength of the ridge; none without whole windows."""
    sums = _moments(network, windows, learned.subsample(_MOST))
    if sums is None:
        return {}
    found = {}
    for alone in {ridge.alone for ridge in ridges}:
        part = sums.of_first(network.shape.window) if alone else sums
        values, vectors = torch.linalg.eigh(part.own)
        scale = float(part.own.trace()) / len(part.own)
        for ridge in (one for one in ridges if one.alone == alone and scale > 0.0):
            ridged = values.clamp(min=0.0) + ridge.strength * scale
            found[ridge] = _solved(part, vectors, ridged, ridge.strength)
    return found


def _solved(sums: _Moments, vectors: Tensor, values: Tensor, ridge: float) -> _Solution:
    """Return the weights for the products of windows, ridge included, by their eigenvectors and eigenvalues.

    The windows are eliminated first, which leaves a system of the size of the regressors.
    """
    target = vectors.T @ sums.with_target  # (window, ahead)
    told = vectors.T @ sums.with_told  # (ahead, window, k)
    k = len(sums.told)
    if not k:
        return _Solution((vectors @ (target / values[:, None])).T, sums.told_with_target)
    shrunk = told / values[:, None]
    left = sums.told - torch.einsum("hwk,hwj->kj", told, shrunk)
    right = sums.told_with_target - torch.einsum("hwk,wh->k", shrunk, target)
    own = ridge * float(sums.told.trace()) / k
    effect = torch.linalg.lstsq(left + own * torch.eye(k, dtype=left.dtype), right[:, None])
    weights = effect.solution[:, 0]
    rest = target - torch.einsum("hwk,k->wh", told, weights)
    return _Solution((vectors @ (rest / values[:, None])).T, weights)
