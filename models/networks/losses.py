"""What a network is to make small, of targets that count only."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from models.networks.options import QUANTILES, LossName

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""``(output, target, counts)`` to one number: (n, steps, outputs), (n, steps), (n, steps)."""


def loss_of(name: LossName, device: torch.device) -> Loss:
    """Return the loss of a name, for what lies on a device."""
    if name == "pinball":
        return partial(_pinball, torch.tensor(QUANTILES, device=device))
    point: Mapping[str, Callable[..., Tensor]] = {
        "mae": functional.l1_loss,
        "mse": functional.mse_loss,
        "huber": functional.huber_loss,
    }

    def mean(output: Tensor, target: Tensor, counts: Tensor) -> Tensor:
        return _mean(point[name](output[..., 0], target, reduction="none"), counts)

    return mean


def _pinball(q: Tensor, output: Tensor, target: Tensor, counts: Tensor) -> Tensor:
    error = target[..., None] - output
    each = torch.maximum(q * error, (q - 1.0) * error).mean(dim=-1)
    return _mean(2.0 * each, counts)  # of the median alone, it is the mean absolute error


def _mean(each: Tensor, counts: Tensor) -> Tensor:
    return (each * counts).sum() / counts.sum().clamp(min=1.0)
