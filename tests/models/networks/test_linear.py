"""The parts of linear networks, beside the code that came with the paper."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.networks.linear import Decomposition, LinearHead, moving_average
from models.networks.network import Network
from models.networks.options import Shape
from models.networks.windows import Batch
from tests.models.networks import build

AHEAD = 3


def papers_decomposition(x: Tensor, kernel: int) -> tuple[Tensor, Tensor]:
    """Return remainder and trend of windows (n, window, 1), as published for an odd kernel."""
    front = x[:, 0:1, :].repeat(1, (kernel - 1) // 2, 1)
    end = x[:, -1:, :].repeat(1, (kernel - 1) // 2, 1)
    padded = torch.cat([front, x, end], dim=1).permute(0, 2, 1)
    trend = nn.AvgPool1d(kernel_size=kernel, stride=1, padding=0)(padded).permute(0, 2, 1)
    return x - trend, trend


def batch_of(past: Tensor, regressors: int = 0) -> Batch:
    ahead = torch.zeros(len(past), AHEAD)
    known = torch.randn(len(past), past.shape[1] + AHEAD, regressors)
    return build.batch_of(past, ahead, ahead, known)


def network(kernel: int | None, shape: Shape) -> Network:
    encoder = Decomposition(shape.window, kernel)
    made = Network(encoder, shape, 0.0, LinearHead(encoder.size, shape, 0.0))
    for parameter in made.head.parameters():
        nn.init.normal_(parameter)
    return made


@pytest.mark.parametrize(("window", "kernel"), [(40, 25), (12, 3), (10, 25), (7, 5)])
def test_dlinear_is_that_of_the_paper(window: int, kernel: int) -> None:
    torch.manual_seed(window)
    past = torch.randn(6, window)
    made = network(kernel, Shape(window, AHEAD, levelled=False, residual=False, highway=False))
    seasonal, trend = papers_decomposition(past[..., None], kernel)
    weight, bias = made.head.outer.weight, made.head.outer.bias
    expected = seasonal[..., 0] @ weight[:, window:].T + trend[..., 0] @ weight[:, :window].T + bias
    torch.testing.assert_close(made(batch_of(past))[..., 0], expected)


def test_nlinear_is_that_of_the_paper() -> None:
    torch.manual_seed(0)
    past = torch.randn(5, 8)
    made = network(None, Shape(8, AHEAD, season=1, residual=False, highway=False))
    last = past[:, -1:]
    layer = nn.Linear(8, AHEAD)
    layer.load_state_dict({"weight": made.head.outer.weight, "bias": made.head.outer.bias})
    torch.testing.assert_close(made(batch_of(past))[..., 0], layer(past - last) + last)


def test_an_even_kernel_reaches_one_further_ahead() -> None:
    y = torch.tensor([[0.0, 2.0, 4.0, 6.0]])
    assert moving_average(y, 2).tolist() == [[1.0, 3.0, 5.0, 6.0]]


def test_regressors_add_a_multiple_of_themselves_and_of_what_they_were() -> None:
    torch.manual_seed(1)
    batch = batch_of(torch.zeros(4, 6), 2)
    made = network(None, Shape(6, AHEAD, regressors=2, season=3, highway=False, residual=False))
    made.head.outer.bias.data.zero_()
    told = torch.cat([batch.known[:, 6:], batch.known[:, 3:6]], dim=-1)
    torch.testing.assert_close(made(batch)[..., 0], (told @ made.head.step.weight.T)[..., 0])


def test_each_quantile_has_sums_of_its_own() -> None:
    made = network(None, Shape(6, AHEAD, outputs=9, highway=False))
    said = made(batch_of(torch.randn(4, 6)))
    assert said.shape == (4, AHEAD, 9)
    assert np.ptp(said.detach().numpy(), axis=2).min() > 0
