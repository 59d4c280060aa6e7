"""What a trained network says of windows: ahead as far as is asked for, once or in many passes with dropout."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from models.networks.device import passed_at_once
from models.networks.heads import Dropout, HeadInputs, of_passes
from models.networks.network import Network
from models.networks.windows import Batch, Windows
from models.stats.scaling import LARGEST_EXPONENT
from models.types import BoolArray, FloatArray, IntArray

_LARGEST_STEP = 40.0
"""A pass is at most e to that times the base: its square still fits into a float of 32 bits."""

Part = Literal["encoder", "head"]


def predicted(network: Network, windows: Windows, places: IntArray) -> FloatArray:
    """Return what comes after windows, (n, ahead of the windows, outputs)."""
    network.eval()
    with torch.no_grad():
        made = [_recursive(network, batch) for batch in _batches(windows, places, network.at_once)]
    return _joined(made)


@dataclass(frozen=True, slots=True)
class WindowScale:
    """What windows were before a network saw them, (n,) each: centre, unit, and whether it sees logarithms."""

    center: FloatArray
    unit: FloatArray
    log: BoolArray

    def moments(self, base: Tensor, added: Tensor, rows: slice) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation over passes as values, (k, ahead), for some of the windows.

        ``base``: shape (k, ahead), what passes add to it ``added``: (passes, k, ahead).
        """
        log = torch.as_tensor(self.log[rows], device=base.device)
        center, unit = (
            torch.as_tensor(one[rows], device=base.device)[:, None]
            for one in (self.center, self.unit)
        )
        middle, moved = center + unit * base, added * unit.to(added.dtype)
        if log.any():
            moved[:, log] = moved[:, log].clamp(max=_LARGEST_STEP).exp()
        variance, mean = torch.var_mean(moved, dim=0, correction=0)
        size = middle.clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT).exp()
        at_log = log[:, None]
        return (
            torch.where(at_log, size * mean, middle + mean),
            variance.sqrt() * torch.where(at_log, size, 1.0),
        )


class PassOutputs(NamedTuple):
    """What passes with dropout in one of the parts say of some ``rows`` of windows.

    ``base``: what they add to, (k, ahead); ``added``: what they add, (passes, k, ahead).
    """

    part: int
    rows: slice
    base: Tensor
    added: Tensor


@dataclass(frozen=True, slots=True)
class DropoutPasses:
    """How often a network is asked, and where there is dropout, each time in one of ``parts``."""

    count: int
    parts: Sequence[Sequence[Part]]


def moments(
    network: Network, windows: Windows, places: IntArray, passes: DropoutPasses, units: WindowScale
) -> FloatArray:
    """Return mean and standard deviation of forecasts with dropout, as values, (2, parts, n, ahead)."""
    found = np.empty((2, len(passes.parts), len(places), windows.ahead))
    for said in in_passes(network, windows, places, passes):
        mean, deviation = units.moments(said.base, said.added, said.rows)
        found[0, said.part, said.rows] = mean.cpu().numpy()
        found[1, said.part, said.rows] = deviation.cpu().numpy()
    return found


def in_passes(
    network: Network, windows: Windows, places: IntArray, passes: DropoutPasses
) -> Iterator[PassOutputs]:
    """Yield what passes with dropout say of windows, some of these at a time, in each part.

    The encoder runs once for all passes where its own layers have no dropout.

    Reference: Gal and Ghahramani (2016), Dropout as a Bayesian approximation, ICML.
    """
    network.eval()
    once = network.encoder.repeatable and windows.ahead <= network.shape.ahead
    sample, first = _behind_encoder if once else _whole, 0
    with torch.no_grad():
        for batch in _batches(windows, places, network.at_once):
            for said in sample(network, batch, passes):
                rows = slice(first + said.rows.start, first + said.rows.stop)
                yield said._replace(rows=rows)
            first += len(batch.past)


def _whole(network: Network, batch: Batch, passes: DropoutPasses) -> Iterator[PassOutputs]:
    """Yield passes of the whole network."""
    for part, these in enumerate(passes.parts):
        with _dropping(network, these, 0):
            each = torch.stack([_recursive(network, batch)[..., 0] for _ in range(passes.count)])
        yield PassOutputs(part, slice(0, len(batch.past)), each[0], each - each[0])


def _behind_encoder(network: Network, batch: Batch, passes: DropoutPasses) -> Iterator[PassOutputs]:
    """Yield passes behind one run of the encoder, of so many windows as lie in the memory of a core."""
    ahead = batch.target.shape[1]
    whole = _cut(batch, network.shape.ahead, 0)
    (features, _), basis = network.encoded(whole), network.basis(whole)
    at_once = max(1, passed_at_once(features.device, features.shape[1] + ahead) // passes.count)
    for part, these in enumerate(passes.parts):
        with _dropping(network, these, passes.count):
            for first in range(0, len(features), at_once):
                rows = slice(first, min(first + at_once, len(features)))
                count = rows.stop - first
                for dropout in _dropouts(network):
                    dropout.windows = count
                inputs = HeadInputs(*(one[rows] for one in basis.inputs))
                added = network.added(inputs, features[rows])[:, :ahead, 0]
                added = of_passes(added, passes.count * count)  # of one where there is no dropout
                by_pass = added.reshape(passes.count, count, ahead)
                yield PassOutputs(part, rows, basis.base[rows, :ahead], by_pass)


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


def _recursive(network: Network, batch: Batch) -> Tensor:
    """Return the steps ahead in blocks, each of which takes the forecasts before it for values."""
    wanted, made = batch.target.shape[1], []
    past, batch = batch.past, _as_last(network, batch)
    for first in range(0, wanted, network.shape.ahead):
        moved = replace(batch, past=past, within=batch.within + first)
        said = network(_cut(moved, network.shape.ahead, first))
        made.append(said)
        past = torch.cat([past, said[..., 0]], dim=1)[:, -past.shape[1] :]
    return torch.cat(made, dim=1)[:, :wanted]


def _as_last(network: Network, batch: Batch) -> Batch:
    """Return windows whose companions stay as they were last: nobody knows what they will be."""
    first, size = network.shape.regressors, batch.past.shape[1]
    if not network.shape.companions or batch.target.shape[1] <= network.shape.ahead:
        return batch
    known = batch.known.clone()
    known[:, size:, first:] = known[:, size - 1 : size, first:]
    return replace(batch, known=known)


def _cut(batch: Batch, ahead: int, first: int) -> Batch:
    """Return windows with the regressors of the steps from ``first`` on, so many, the last one repeated."""
    known = batch.known[:, first : first + batch.past.shape[1] + ahead]
    lacking = batch.past.shape[1] + ahead - known.shape[1]
    if lacking:
        known = torch.cat([known, known[:, -1:].expand(-1, lacking, -1)], dim=1)
    return replace(batch, known=known)


def _batches(windows: Windows, places: IntArray, at_once: int) -> list[Batch]:
    return [
        windows.batch(places[first : first + at_once]) for first in range(0, len(places), at_once)
    ]


def _joined(made: list[Tensor]) -> FloatArray:
    return np.asarray(torch.cat(made).cpu().numpy(), dtype=np.float64)
