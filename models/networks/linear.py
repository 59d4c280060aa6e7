"""Linear networks: a trend and what is left of it, each times weights of its own."""

import torch
from torch import Tensor, nn

from models.networks.encoders import Encoder
from models.networks.heads import Head, HeadInputs, of_passes
from models.networks.options import Shape


class Decomposition(Encoder):
    """Gives windows as they are, or as a moving average and what is left of it.

    Both ends are continued by their outermost values, so that the average has the length of the window.

    Reference: Zeng, Chen, Zhang and Xu (2023), Are transformers effective for time series forecasting?, AAAI.
    """

    def __init__(self, window: int, kernel: int | None) -> None:
        super().__init__()
        self.kernel = kernel
        self.size = window if kernel is None else 2 * window

    def forward(self, x: Tensor) -> Tensor:
        """Return the values (n, window), or the averages and the rest, (n, 2 window)."""
        y = x[..., 0]
        if self.kernel is None:
            return y
        trend = moving_average(y, self.kernel)
        return torch.cat([trend, y - trend], dim=1)


def moving_average(y: Tensor, kernel: int) -> Tensor:
    """Return the mean around each value of windows (n, window); an even kernel reaches one further ahead."""
    before = (kernel - 1) // 2
    padded = nn.functional.pad(y[:, None], (before, kernel - 1 - before), mode="replicate")
    return nn.functional.avg_pool1d(padded, kernel, stride=1)[:, 0]


class LinearHead(Head):
    """Sums of the features for each step ahead, and of its regressors."""

    def __init__(self, size: int, shape: Shape, dropout: float) -> None:
        super().__init__(shape, dropout)
        self.outer = nn.Linear(size, shape.ahead * shape.outputs)
        self.step = (
            nn.Linear(2 * shape.regressors, shape.outputs, bias=False) if shape.regressors else None
        )
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def begin_as_mean(self) -> None:
        """Let each step begin as the mean of the window, which every part adds to."""
        nn.init.constant_(self.outer.weight, 1.0 / self.shape.window)

    def forward(self, features: Tensor, inputs: HeadInputs) -> Tensor:
        """Return the steps ahead, (n, ahead, outputs)."""
        inner = self.dropout(features)
        each: Tensor = self.outer(inner).reshape(len(inner), self.shape.ahead, -1)
        return each if self.step is None else each + of_passes(self.step(inputs.told), len(each))
