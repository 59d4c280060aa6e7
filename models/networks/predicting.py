"""What a trained network says of windows: ahead as far as is asked for, once or in many passes with dropout."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from models.networks.modules import Network
from models.networks.windows import Batch, Windows
from models.types import FloatArray, IntArray

_AT_ONCE = 1024
"""Windows that are looked at together."""


def predicted(network: Network, windows: Windows, places: IntArray) -> FloatArray:
    """Return what comes after windows, (n, ahead of the windows, outputs)."""
    network.eval()
    with torch.no_grad():
        made = [_rolled(network, batch) for batch in _batches(windows, places)]
    return _joined(made)


def sampled(
    network: Network, windows: Windows, places: IntArray, passes: int, parts: tuple[str, ...]
) -> FloatArray:
    """Return the forecasts of passes with dropout, (n, passes, ahead of the windows).

    ``parts``: where there is dropout, of "encoder" and "head". The encoder runs once where its own layers have
    none.

    Reference: Gal and Ghahramani (2016), Dropout as a Bayesian approximation, ICML.
    """
    network.eval()
    once = network.encoder.repeatable and windows.ahead <= network.shape.ahead
    for part in parts:
        _drop_in(network, part)
    at_once = max(1, _AT_ONCE * 8 // passes)
    with torch.no_grad():
        made = [
            _passes_of_head(network, batch, passes)
            if once
            else torch.stack([_rolled(network, batch)[..., 0] for _ in range(passes)], dim=1)
            for batch in _batches(windows, places, at_once if once else _AT_ONCE)
        ]
    network.eval()
    return _joined(made)


def _drop_in(network: Network, part: str) -> None:
    modules: list[nn.Module] = [network.head.dropout]
    if part == "encoder":
        modules = [network.dropout, network.encoder]
    for module in modules:
        module.train()


def _passes_of_head(network: Network, batch: Batch, passes: int) -> Tensor:
    """Return many passes behind one run of the encoder, (n, passes, ahead)."""
    features = network.features(batch).repeat_interleave(passes, dim=0)
    many = Batch(*(one.repeat_interleave(passes, dim=0) for one in _fields(batch)))
    ahead = batch.target.shape[1]
    said = network.ahead(_cut(many, network.shape.ahead, 0), features)[:, :ahead, 0]
    return said.reshape(-1, passes, ahead)


def _rolled(network: Network, batch: Batch) -> Tensor:
    """Return the steps ahead in blocks, each of which takes the forecasts before it for values."""
    wanted, made = batch.target.shape[1], []
    past = batch.past
    for first in range(0, wanted, network.shape.ahead):
        said = network(_cut(replace(batch, past=past), network.shape.ahead, first))
        made.append(said)
        past = torch.cat([past, said[..., 0]], dim=1)[:, -past.shape[1] :]
    return torch.cat(made, dim=1)[:, :wanted]


def _cut(batch: Batch, ahead: int, first: int) -> Batch:
    """Return windows with the regressors of the steps from ``first`` on, so many, the last one repeated."""
    known = batch.known[:, first : first + batch.past.shape[1] + ahead]
    lacking = batch.past.shape[1] + ahead - known.shape[1]
    if lacking:
        known = torch.cat([known, known[:, -1:].expand(-1, lacking, -1)], dim=1)
    return replace(batch, known=known)


def _batches(windows: Windows, places: IntArray, size: int = _AT_ONCE) -> list[Batch]:
    return [
        windows.batch(torch.as_tensor(places[first : first + size], device=windows.device))
        for first in range(0, len(places), size)
    ]


def _fields(batch: Batch) -> tuple[Tensor, ...]:
    return batch.past, batch.target, batch.counts, batch.known


def _joined(made: list[Tensor]) -> FloatArray:
    return np.asarray(torch.cat(made).cpu().numpy(), dtype=np.float64)
