"""Windows of tensors, without the series that they would be cut from, and all that passes say of some."""

import numpy as np
import torch
from torch import Tensor

from models.networks.network import Network
from models.networks.predicting import DropoutPasses, in_passes
from models.networks.windows import Batch, Windows
from models.types import FloatArray, IntArray


def batch_of(
    past: Tensor, target: Tensor, counts: Tensor | None = None, known: Tensor | None = None
) -> Batch:
    """Windows (n, window) of one series each, that nothing was learned from, with what comes, (n, ahead)."""
    n, steps = len(past), past.shape[1] + target.shape[1]
    return Batch(
        past,
        target,
        torch.ones_like(target) if counts is None else counts,
        past.new_empty(n, steps, 0) if known is None else known,
        series=torch.arange(n),
        identity=torch.full((n,), -1),
        within=torch.full((n,), past.shape[1]),
    )


def sampled(
    network: Network, windows: Windows, places: IntArray, passes: DropoutPasses
) -> FloatArray:
    """Forecasts of passes with dropout, (parts, n, passes, ahead of the windows)."""
    found = np.empty((len(passes.parts), len(places), passes.count, windows.ahead))
    for said in in_passes(network, windows, places, passes):
        found[said.part, said.rows] = (said.base + said.added).transpose(0, 1).numpy()
    return found
