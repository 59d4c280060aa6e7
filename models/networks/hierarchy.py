"""Blocks that each look at a window and ahead at a pace of their own, and leave the rest to the next."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.networks.encoders import Encoder
from models.networks.heads import Head, HeadInputs, layers_of_step, of_passes
from models.networks.options import Shape


@dataclass(frozen=True, slots=True)
class Blocks:
    """How blocks are built: one for each pace, of so many hidden layers."""

    paces: tuple[int, ...]
    hidden: int
    layers: int


def knots_of(paces: tuple[int, ...], ahead: int) -> list[int]:
    """Return at how many knots each block says what it expects of so many steps."""
    return [-(-ahead // pace) for pace in paces]


class HierarchicalEncoder(Encoder):
    """Gives what every block expects, at its knots, one block behind the other.

    A block sees the window at its pace, as the largest of so many values each. What it makes of the window is
    taken away from it before the next block looks.

    Reference: Challu et al. (2023), N-HiTS: neural hierarchical interpolation for time series forecasting, AAAI.
    """

    def __init__(self, shape: Shape, plan: Blocks) -> None:
        super().__init__()
        knots = knots_of(plan.paces, shape.ahead)
        self.size = sum(knots) * shape.outputs
        self.blocks = nn.ModuleList(
            _StackBlock(shape, plan, min(pace, shape.window), count * shape.outputs)
            for pace, count in zip(plan.paces, knots, strict=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the knots, (n, knots of all blocks times outputs)."""
        left, told = x[..., 0], x[..., 1:].flatten(1)
        made = []
        for block in self.blocks:
            behind, ahead = block(left, told)
            left = left - behind
            made.append(ahead)
        return torch.cat(made, dim=1)


class _StackBlock(nn.Module):
    """Layers on a window at a pace, with what they make of it and what they expect; the latter begins at zero."""

    def __init__(self, shape: Shape, plan: Blocks, pace: int, said: int) -> None:
        super().__init__()
        self.pool = nn.MaxPool1d(pace, ceil_mode=True)
        size = -(-shape.window // pace) + shape.window * (shape.columns - 1)
        parts: list[nn.Module] = []
        for _ in range(plan.layers):
            parts += [nn.Linear(size, plan.hidden), nn.ReLU()]
            size = plan.hidden
        self.layers = nn.Sequential(*parts)
        self.behind = nn.Linear(size, shape.window)
        self.ahead = nn.Linear(size, said)
        for parameter in self.ahead.parameters():
            nn.init.zeros_(parameter)

    def forward(self, left: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Return what is seen in windows (n, window), and what is expected, (n, knots times outputs)."""
        pooled = self.pool(left[:, None])[:, 0]
        inner = self.layers(torch.cat([pooled, told], dim=1))
        return self.behind(inner), self.ahead(inner)


class InterpolatingHead(Head):
    """Draws lines between the knots of each block and adds them up; regressors of a step add to that."""

    def __init__(self, paces: tuple[int, ...], shape: Shape, dropout: float) -> None:
        super().__init__(shape, dropout)
        self.knots = knots_of(paces, shape.ahead)
        self.step: nn.Module | None = None
        if shape.regressors:
            self.step = layers_of_step(2 * shape.regressors, shape.outputs)

    def forward(self, features: Tensor, inputs: HeadInputs) -> Tensor:
        """Return the steps ahead, (n, ahead, outputs)."""
        outputs = self.shape.outputs
        blocks = self.dropout(features).split([count * outputs for count in self.knots], dim=1)
        drawn = [
            nn.functional.interpolate(
                block.reshape(len(block), outputs, -1), size=self.shape.ahead, mode="linear"
            )
            for block in blocks
        ]
        said = torch.stack(drawn).sum(dim=0).transpose(1, 2)
        return said if self.step is None else said + of_passes(self.step(inputs.told), len(said))
