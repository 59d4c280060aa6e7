"""What a trained network says of windows: ahead as far as is asked for, once or in many passes with dropout."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from models.networks.modules import Cues, Dropout, Network
from models.networks.windows import Batch, Windows
from models.types import FloatArray, IntArray

_AT_ONCE = 1024
"""Windows that are looked at together."""
_ROWS = 8192
"""Windows times passes that lie in the memory of a core."""

Part = Literal["encoder", "head"]


def predicted(network: Network, windows: Windows, places: IntArray) -> FloatArray:
    """Return what comes after windows, (n, ahead of the windows, outputs)."""
    network.eval()
    with torch.no_grad():
        made = [_rolled(network, batch) for batch in _batches(windows, places)]
    return _joined(made)


def sampled(
    network: Network,
    windows: Windows,
    places: IntArray,
    passes: int,
    parts: Sequence[Sequence[Part]],
) -> FloatArray:
    """Return the forecasts of passes with dropout, (len(parts), n, passes, ahead of the windows).

    ``parts``: where there is dropout, each time. The encoder runs once for all where its own layers have none.

    Reference: Gal and Ghahramani (2016), Dropout as a Bayesian approximation, ICML.
    """
    network.eval()
    once = network.encoder.repeatable and windows.ahead <= network.shape.ahead
    sample = _sampled_behind_encoder if once else _sampled
    with torch.no_grad():
        made = [sample(network, batch, passes, parts) for batch in _batches(windows, places)]
    return np.asarray(torch.cat(made, dim=1).cpu().numpy(), dtype=np.float64)


def _sampled(
    network: Network, batch: Batch, passes: int, parts: Sequence[Sequence[Part]]
) -> Tensor:
    """Return passes of the whole network, (len(parts), n, passes, ahead)."""
    made = []
    for these in parts:
        with _dropping(network, these, 0):
            each = [_rolled(network, batch)[..., 0] for _ in range(passes)]
        made.append(torch.stack(each, dim=1))
    return torch.stack(made)


def _sampled_behind_encoder(
    network: Network, batch: Batch, passes: int, parts: Sequence[Sequence[Part]]
) -> Tensor:
    """Return passes behind one run of the encoder, (len(parts), n, passes, ahead)."""
    ahead = batch.target.shape[1]
    whole = _cut(batch, network.shape.ahead, 0)
    features, basis = network.features(whole), network.basis(whole)
    added = torch.empty(len(parts), len(features), passes, ahead, device=features.device)
    at_once = max(1, _ROWS // passes)
    for number, these in enumerate(parts):
        with _dropping(network, these, passes):
            for first in range(0, len(features), at_once):
                rows = slice(first, min(first + at_once, len(features)))
                for dropout in _dropouts(network):
                    dropout.windows = rows.stop - first
                cues = Cues(*(one[rows] for one in basis.cues))
                said = network.added(cues, features[rows])[:, :ahead, 0]
                by_pass = said.reshape(
                    -1, rows.stop - first, ahead
                )  # of one pass without any dropout
                added[number, rows] = by_pass.transpose(0, 1)
    return added + basis.base[:, None, :ahead]


@contextmanager
def _dropping(network: Network, parts: Sequence[Part], passes: int) -> Iterator[None]:
    """Let there be dropout in parts of a network; ``passes``: how many lie behind each other, 0 for one of each.

    Afterwards there is none.
    """
    modules: dict[Part, tuple[nn.Module, ...]] = {
        "encoder": (network.dropout, network.encoder),
        "head": (network.head.dropout,),
    }
    for module in (one for part in parts for one in modules[part]):
        module.train()
    for dropout in _dropouts(network):
        dropout.passes = passes
    try:
        yield
    finally:
        network.eval()
        for dropout in _dropouts(network):
            dropout.passes = 0


def _dropouts(network: Network) -> tuple[Dropout, Dropout]:
    return network.dropout, network.head.dropout


def _rolled(network: Network, batch: Batch) -> Tensor:
    """Return the steps ahead in blocks, each of which takes the forecasts before it for values."""
    wanted, made = batch.target.shape[1], []
    past = batch.past
    for first in range(0, wanted, network.shape.ahead):
        within = None if batch.within is None else batch.within + first
        moved = replace(batch, past=past, within=within)
        said = network(_cut(moved, network.shape.ahead, first))
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


def _batches(windows: Windows, places: IntArray) -> list[Batch]:
    return [
        windows.batch(torch.as_tensor(places[first : first + _AT_ONCE], device=windows.device))
        for first in range(0, len(places), _AT_ONCE)
    ]


def _joined(made: list[Tensor]) -> FloatArray:
    return np.asarray(torch.cat(made).cpu().numpy(), dtype=np.float64)
