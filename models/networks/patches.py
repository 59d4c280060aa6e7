"""Attention among patches of a window."""

import torch
from torch import Tensor, nn

from models.networks.encoders import Encoder
from models.networks.options import Attention


class PatchEncoder(Encoder):
    """Overlapping patches of a window, each a vector with its place, that look at one another.

    Reference: Nie et al. (2023), A time series is worth 64 words: long-term forecasting with transformers, ICLR;
    Vaswani et al. (2017), Attention is all you need, NIPS.
    """

    def __init__(self, inputs: int, window: int, plan: Attention) -> None:
        super().__init__()
        self.patch = min(plan.patch, window)
        self.stride = max(1, self.patch // 2)
        self.count = (window - self.patch) // self.stride + 1
        width = plan.hidden * plan.heads
        self.size = self.count * width
        self.repeatable = plan.dropout == 0.0
        self.embed = nn.Linear(self.patch * inputs, width)
        self.places = nn.Parameter(0.02 * torch.randn(self.count, width))
        layer = nn.TransformerEncoderLayer(
            width,
            plan.heads,
            2 * width,
            plan.dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.layers = nn.TransformerEncoder(layer, plan.layers, enable_nested_tensor=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the vectors of all patches, one behind the other, (n, size)."""
        return self.layers(self.embed(self.patches(x)) + self.places).flatten(1)  # type: ignore[no-any-return]

    def patches(self, x: Tensor) -> Tensor:
        """Return the patches of windows (n, window, d), the last at the end, (n, count, d patch)."""
        used = self.patch + (self.count - 1) * self.stride
        return x[:, x.shape[1] - used :].unfold(1, self.patch, self.stride).flatten(2)
