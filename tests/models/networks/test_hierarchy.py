"""N-HiTS beside the formulas of the paper."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from models.networks.hierarchy import Blocks, HierarchicalEncoder, InterpolatingHead, knots_of
from models.networks.network import Network
from models.networks.options import Shape
from models.networks.windows import Batch
from models.types import FloatArray
from tests.models.networks import build

PACES = (6, 2, 1)


def network(shape: Shape) -> Network:
    torch.manual_seed(0)
    encoder = HierarchicalEncoder(shape, Blocks(PACES, 7, 2))
    made = Network(encoder, shape, 0.0, InterpolatingHead(PACES, shape, 0.0))
    for parameter in made.parameters():
        if parameter.requires_grad:
            nn.init.normal_(parameter, std=0.5)
    return made


def batch_of(shape: Shape) -> Batch:
    known = torch.randn(4, shape.window + shape.ahead, shape.regressors)
    ahead = torch.zeros(4, shape.ahead)
    return build.batch_of(torch.randn(4, shape.window), ahead, ahead, known)


def array(tensor: torch.Tensor) -> FloatArray:
    return tensor.detach().numpy().astype(np.float64)


def layered(block: nn.Module, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return backcast and knots of a block, from its weights."""

    def linear(layer: nn.Module, x: FloatArray) -> FloatArray:
        return x @ array(layer.weight).T + array(layer.bias)  # type: ignore[arg-type]

    for layer in block.layers:  # type: ignore[union-attr]
        if isinstance(layer, nn.Linear):
            x = np.maximum(linear(layer, x), 0.0)
    return linear(block.behind, x), linear(block.ahead, x)  # type: ignore[arg-type]


def pooled(x: FloatArray, pace: int) -> FloatArray:
    parts = [x[:, first : first + pace].max(axis=1) for first in range(0, x.shape[1], pace)]
    return np.stack(parts, axis=1)


def lines(knots: FloatArray, ahead: int) -> FloatArray:
    """Interpolate: each knot stands in the middle of its part of the horizon, the outermost go on flat."""
    count = knots.shape[1]
    at = (np.arange(ahead) + 0.5) * count / ahead - 0.5
    return np.stack([np.interp(at, np.arange(count), row) for row in knots])


@pytest.mark.parametrize(("window", "ahead"), [(24, 12), (25, 7), (13, 1)])
def test_a_forecast_is_that_of_the_paper(window: int, ahead: int) -> None:
    shape = Shape(window, ahead, levelled=False, residual=False, highway=False)
    made, batch = network(shape), batch_of(shape)
    left, said = array(batch.past), np.zeros((4, ahead))
    for block, pace in zip(made.encoder.blocks, PACES, strict=True):  # type: ignore[arg-type]
        behind, knots = layered(block, pooled(left, pace))
        assert knots.shape[1] == -(-ahead // pace)
        left = left - behind
        said = said + lines(knots, ahead)
    np.testing.assert_allclose(array(made(batch)[..., 0]), said, rtol=1e-4, atol=1e-5)


def test_regressors_enter_every_block_and_each_step() -> None:
    shape = Shape(12, 6, regressors=2, season=3, highway=False)
    made, batch = network(shape), batch_of(shape)
    said = made(batch)
    for step in range(18):
        changed = batch.known.clone()
        changed[:, step] += 1.0
        other = made(replace(batch, known=changed))
        assert (other != said).any(), step
    later = batch.known.clone()
    later[:, -1] += 1.0
    other = made(replace(batch, known=later))
    assert torch.equal(other[:, :5], said[:, :5])


def test_each_quantile_has_knots_of_its_own() -> None:
    shape = Shape(12, 6, outputs=9, highway=False)
    assert network(shape)(batch_of(shape)).shape == (4, 6, 9)
    assert knots_of(PACES, 6) == [1, 3, 6]


def test_before_it_has_learned_anything_it_is_the_base() -> None:
    shape = Shape(12, 6, season=4, highway=False)
    encoder = HierarchicalEncoder(shape, Blocks(PACES, 7, 2))
    batch = batch_of(shape)
    said = Network(encoder, shape, 0.0, InterpolatingHead(PACES, shape, 0.0))(batch)[..., 0]
    torch.testing.assert_close(said, batch.past[:, [8, 9, 10, 11, 8, 9]])
