from dataclasses import replace

import pytest
import torch

from models.networks.decoder import Decoder
from models.networks.encoders import RecurrentEncoder
from models.networks.network import Network
from models.networks.options import CellName, Recurrence, Shape
from models.networks.windows import Batch
from tests.models.networks.build import batch_of

WINDOW, AHEAD = 6, 4
CELLS: list[CellName] = ["lstm", "gru", "rnn"]


def network(cell: CellName, regressors: int = 0) -> Network:
    torch.manual_seed(0)
    shape = Shape(WINDOW, AHEAD, regressors=regressors, season=3, highway=False)
    encoder = RecurrentEncoder(1 + regressors, Recurrence(cell, 5))
    made = Network(encoder, shape, 0.0, Decoder(5, shape, 0.0, cell))
    torch.nn.init.normal_(made.head.outer.weight)  # type: ignore[union-attr, arg-type]
    return made


def batch(regressors: int = 0) -> Batch:
    torch.manual_seed(1)
    return batch_of(
        torch.randn(7, WINDOW),
        torch.randn(7, AHEAD),
        torch.ones(7, AHEAD),
        torch.randn(7, WINDOW + AHEAD, regressors),
    )


@pytest.mark.parametrize("cell", CELLS)
def test_steps_are_those_of_the_cell_by_hand(cell: CellName) -> None:
    made, windows = network(cell, 2), batch(2)
    said = made(windows)[..., 0]
    head = made.head
    assert isinstance(head, Decoder)
    level = windows.past[:, -3:].mean(dim=1)
    begun = head.begin(made.encoded(windows)[0])
    state = torch.tanh(begun[:, :5])
    if cell == "lstm":
        state = (state, begun[:, 5:])
    before = windows.past[:, -1] - level
    for step in range(AHEAD):
        source = WINDOW - 3 + step % 3
        base = windows.past[:, source] - level
        told = torch.cat([windows.known[:, WINDOW + step], windows.known[:, source]], dim=1)
        state = head.cell(torch.cat([before[:, None], base[:, None], told], dim=1), state)
        inner = state[0] if cell == "lstm" else state
        before = base + head.outer(inner)[:, 0]
        torch.testing.assert_close(said[:, step], before + level)


@pytest.mark.parametrize("cell", CELLS)
def test_in_use_no_step_depends_on_what_came(cell: CellName) -> None:
    made, windows = network(cell).eval(), batch()
    made.head.forcing = 1.0  # type: ignore[union-attr, assignment]
    other = replace(windows, target=windows.target + 5.0)
    assert torch.equal(made(windows), made(other))


def test_a_teacher_tells_the_step_before_where_it_is_known() -> None:
    made, windows = network("gru"), batch()
    windows.counts[:3] = 0.0
    own = made(windows)
    made.head.forcing = 1.0  # type: ignore[union-attr, assignment]
    forced = made(windows)
    assert torch.equal(forced[:3], own[:3])
    assert torch.equal(forced[3:, 0], own[3:, 0])
    assert (forced[3:, 1:] != own[3:, 1:]).all()
    later = replace(windows, target=windows.target.clone())
    later.target[:, 2:] += 1.0
    assert torch.equal(made(later)[:, :3], forced[:, :3])
    assert (made(later)[3:, 3] != forced[3:, 3]).all()


def test_a_share_of_the_steps_is_forced() -> None:
    made, windows = network("rnn"), batch()
    own = made(windows)[:, 1]
    made.head.forcing = 0.5  # type: ignore[union-attr, assignment]
    drawn = torch.stack([made(windows)[:, 1] for _ in range(200)])
    share = float((drawn != own).float().mean())
    assert share == pytest.approx(0.5, abs=0.05)


def test_before_it_has_learned_anything_it_is_the_seasonal_naive_forecast() -> None:
    shape = Shape(WINDOW, AHEAD, season=3)
    encoder = RecurrentEncoder(1, Recurrence("lstm", 3))
    windows = batch()
    said = Network(encoder, shape, 0.5, Decoder(3, shape, 0.5, "lstm"))(windows)[..., 0]
    torch.testing.assert_close(said, windows.past[:, [3, 4, 5, 3]])
