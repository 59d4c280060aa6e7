"""Scalers, schedules, losses and encoders, each by itself."""

import resource

import numpy as np
import pytest
import torch

from models.networks.device import knows_bfloat16, seeded
from models.networks.encoders import RecurrentEncoder, merged
from models.networks.losses import loss_of
from models.networks.network import Network
from models.networks.options import QUANTILES, Merge, Pooling, Recurrence, ScheduleName, Shape
from models.networks.scaling import fit_scaler, fit_scalers
from models.networks.schedules import find_rate, share_of_rate
from models.networks.windows import Batch
from tests.models.networks.build import batch_of

CPU = torch.device("cpu")


def test_scalers_by_hand() -> None:
    y = np.array([1.0, 2.0, 3.0, 6.0])
    assert fit_scaler(y, "standard") == (3.0, pytest.approx(np.sqrt(3.5)))
    assert fit_scaler(y, "minmax") == (3.5, 2.5)
    center, unit = fit_scaler(y, "robust")
    assert (center, unit) == (2.5, pytest.approx(2.0 / 1.349))


def test_a_training_part_that_does_not_vary_borrows_from_the_whole() -> None:
    still, whole = np.full(4, 5.0), np.array([5.0, 5.0, 5.0, 5.0, 9.0])
    (center,), (unit,) = fit_scalers([still], [whole], "standard", shared=False)
    assert (center, unit) == (pytest.approx(5.8), pytest.approx(1.6))
    (center,), (unit,) = fit_scalers([still], [still], "robust", shared=False)
    assert (center, unit) == (5.0, 1.0)


def test_one_scale_for_all() -> None:
    series = [np.array([0.0, 2.0]), np.array([10.0, 12.0])]
    center, unit = fit_scalers(series, series, "minmax", shared=True)
    assert center.tolist() == [6.0, 6.0]
    assert unit.tolist() == [6.0, 6.0]


@pytest.mark.parametrize("name", ["step", "exponential", "inverse", "one_cycle"])
def test_steps_get_smaller_towards_the_end(name: ScheduleName) -> None:
    shares = [share_of_rate(name, done) for done in np.linspace(0.3, 1.0, 8)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.15
    assert all(0 < share <= 1 for share in shares)


def test_a_plateau_halves_the_steps() -> None:
    assert [share_of_rate("plateau", 0.5, halvings) for halvings in (0, 1, 2)] == [1, 0.5, 0.25]
    assert share_of_rate("constant", 0.9) == 1.0


def test_the_rate_that_is_found_lies_before_the_loss_blows_up() -> None:
    found = find_rate(lambda rate: 1.0 - rate if rate < 0.1 else 100.0)
    assert 0.01 < found < 0.1 / 3 + 1e-9


def test_losses_look_at_what_counts_only() -> None:
    output, target = torch.zeros(1, 3, 1), torch.tensor([[1.0, -3.0, 100.0]])
    counts = torch.tensor([[1.0, 1.0, 0.0]])
    assert float(loss_of("mae", CPU)(output, target, counts)) == 2.0
    assert float(loss_of("mse", CPU)(output, target, counts)) == 5.0
    assert float(loss_of("huber", CPU)(output, target, counts)) == pytest.approx((0.5 + 2.5) / 2)
    assert float(loss_of("mae", CPU)(output, target, torch.zeros(1, 3))) == 0.0


def test_pinball_loss_is_least_at_the_quantiles() -> None:
    y = torch.as_tensor(np.random.default_rng(0).normal(size=(4000, 1)), dtype=torch.float32)
    right = torch.quantile(y[:, 0], torch.tensor(QUANTILES)).expand(4000, 1, -1)
    loss, counts = loss_of("pinball", CPU), torch.ones(4000, 1)
    at_best = float(loss(right, y, counts))
    for shift in (-0.1, 0.1):
        assert float(loss(right + shift, y, counts)) > at_best


def test_merging_directions() -> None:
    both = torch.tensor([[[1.0, 2.0], [3.0, 5.0]]])
    expected: dict[Merge, list[float]] = {
        "concat": [1, 2, 3, 5],
        "sum": [4, 7],
        "mul": [3, 10],
        "mean": [2, 3.5],
    }
    for how, values in expected.items():
        assert merged(both, how).tolist() == [values]


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("pooling", ["last", "max", "mean"])
def test_pooling_is_over_the_states_of_the_window(cell: str, pooling: Pooling) -> None:
    encoder = RecurrentEncoder(1, Recurrence(cell, 3, pooling=pooling))  # type: ignore[arg-type]
    x = torch.randn(2, 5, 1)
    states, _ = encoder.cells(x)
    last = states[:, -1]
    known = {"last": [last], "max": [last, states.amax(1)], "mean": [last, states.mean(1)]}
    features = encoder(x)
    assert torch.equal(features, torch.cat(known[pooling], dim=1))
    assert features.shape == (2, encoder.size)


def test_the_last_state_of_each_direction_has_seen_the_whole_window() -> None:
    encoder = RecurrentEncoder(1, Recurrence("gru", 3, bidirectional=True, merge="concat"))
    x = torch.randn(2, 5, 1)
    _, last = encoder.cells(x)
    assert torch.allclose(encoder(x), torch.cat([last[0], last[1]], dim=1))
    assert encoder.size == 6
    both = Recurrence("gru", 3, bidirectional=True, merge="sum", pooling="mean")
    assert RecurrentEncoder(1, both)(x).shape == (2, RecurrentEncoder(1, both).size) == (2, 6)


def test_a_step_uses_the_memory_of_the_one_before_it() -> None:
    x, weights = torch.zeros(256, 48, 832), torch.ones(832, requires_grad=True)

    def pages(steps: int) -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(steps):
            (x * weights).sum().backward()  # type: ignore[no-untyped-call]
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    with seeded("cpu", 0):
        pages(30)
        # Two arrays in every step are new pages otherwise; a heap in pieces may still grow by one of them.
        assert pages(5) < 5 * x.nbytes / resource.getpagesize()


def test_numbers_of_16_bits_are_for_training_only() -> None:
    torch.manual_seed(0)
    exact = RecurrentEncoder(1, Recurrence("lstm", 8))
    mixed = RecurrentEncoder(1, Recurrence("lstm", 8, precision="bfloat16"))
    mixed.load_state_dict(exact.state_dict())
    x = torch.randn(5, 20, 1)
    learning = mixed(x)
    assert learning.dtype == torch.float32
    off = float((learning - exact(x)).detach().abs().max())
    assert 0 < off < 0.02 if knows_bfloat16(CPU) else off == 0
    learning.sum().backward()  # type: ignore[no-untyped-call]
    assert {one.grad.dtype for one in mixed.parameters() if one.grad is not None} == {torch.float32}
    assert torch.equal(mixed.eval()(x), exact(x))


def test_the_forget_gate_begins_open() -> None:
    encoder = RecurrentEncoder(1, Recurrence("lstm", 3, layers=2))
    both = encoder.cells.bias_ih_l1 + encoder.cells.bias_hh_l1
    assert both[3:6].tolist() == [1.0, 1.0, 1.0]


def windows(*past: list[float]) -> Batch:
    return batch_of(torch.tensor(past), torch.zeros(len(past), 4))


def test_an_untrained_network_is_the_seasonal_naive_forecast_of_its_window() -> None:
    shape = Shape(6, 4, season=3)
    network = Network(RecurrentEncoder(1, Recurrence("rnn", 2)), shape, 0.5)
    said = network(windows([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]))
    assert said[..., 0].tolist() == [[3.0, 4.0, 5.0, 3.0]]


def test_a_network_may_begin_at_the_level_of_its_window_or_at_nothing() -> None:
    batch = windows([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    for levelled, level in ((True, 4.0), (False, 0.0)):
        shape = Shape(6, 4, season=3, residual=False, levelled=levelled)
        network = Network(RecurrentEncoder(1, Recurrence("rnn", 2)), shape, 0.0)
        assert network(batch)[..., 0].tolist() == [[level] * 4]


def test_what_others_draw_is_as_if_no_network_had_drawn() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with seeded("cpu", 1):
        first = torch.rand(3)
    assert torch.equal(torch.rand(3), expected)
    with seeded("cpu", 1):
        assert torch.equal(torch.rand(3), first)
