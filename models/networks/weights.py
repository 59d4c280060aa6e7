"""Weights of a network as arrays that a state can keep, and back."""

from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import nn


def arrays_of(network: nn.Module) -> dict[str, NDArray[Any]]:
    """Return the weights by name, wherever they are now."""
    return {name: one.detach().cpu().numpy().copy() for name, one in network.state_dict().items()}


def put_into(network: nn.Module, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Give a network the weights that were kept, on the device where it is."""
    network.load_state_dict({name: torch.from_numpy(one.copy()) for name, one in arrays.items()})
