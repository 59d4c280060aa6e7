"""Networks of other kinds: what each promises beside what all do."""

from typing import Any

import numpy as np
import pytest
import torch

from models.forecasters.base import Forecaster
from models.networks.encoders import ConvolutionalEncoder, DenseEncoder
from models.registry import ModelSpec, create
from tests.models.build import series_of

T = np.arange(160.0)
BENT = np.sin(T / 2) ** 3 + 0.3 * np.sin(T / 3.1)
"""What no linear function of eight values tells."""


@pytest.mark.parametrize("name", ["gru", "rnn", "mlp", "tcn", "nhits"])
def test_each_learns_something_that_is_not_linear(name: str) -> None:
    params: dict[str, Any] = {"epochs": 12, "hidden": 8, "learning_rate": 0.02, "window": 8}
    model = create(
        Forecaster, ModelSpec(name, {**params, "dropout": 0.0, "horizon": 2, "highway": False})
    )
    validation = model.fit_one(series_of(BENT, 1)).learned_.course.validation  # type: ignore[attr-defined]
    assert min(validation) < 0.97 * validation[0]


def test_a_convolution_sees_the_whole_window_and_nothing_behind_it() -> None:
    torch.manual_seed(0)
    encoder = ConvolutionalEncoder(1, 3, 2, 12, 0.0).eval()
    x = torch.randn(64, 12, 1, requires_grad=True)
    encoder(x).sum().backward()
    assert x.grad is not None
    assert (x.grad[:, :, 0] != 0).any(dim=0).all()  # a unit that is at rest passes nothing on
    assert len(encoder.blocks) == 4  # 1, 2, 4 and 8 values apart


def test_a_dense_encoder_with_dropout_inside_is_not_repeatable() -> None:
    assert DenseEncoder(6, 4, 1, 0.5).repeatable
    assert not DenseEncoder(6, 4, 2, 0.5).repeatable


@pytest.mark.parametrize(
    ("season", "pace", "expected"),
    [(12, None, (12, 3, 1)), (1, None, (8, 2, 1)), (1, 20, (20, 4, 1))],
)
def test_the_slowest_block_has_the_pace_of_a_season(
    season: int, pace: int | None, expected: tuple[int, ...]
) -> None:
    spec = ModelSpec("nhits", {"epochs": 1, "pace": pace, "layers": 1, "hidden": 4})
    model: Any = create(Forecaster, spec).aimed_at(6).fit_one(series_of(BENT + 0.1 * T, season))
    assert model._paces() == expected
    assert np.isfinite(model.predict(9).mean).all()


def test_a_window_is_read_by_the_cycle_that_it_holds_many_of() -> None:
    """Most series have a long season, of which a window holds two; the short one of some is read at once."""
    seasons = [[7, 60], [60], [60]]
    members = [series_of(BENT + 2, each, str(row)) for row, each in enumerate(seasons)]
    spec = ModelSpec("gru", {"epochs": 1, "hidden": 2})
    (part,) = create(Forecaster, spec).aimed_at(6).fit(members).parts
    model: Any = part.model
    assert (model.season_length_, model._network.encoder.plan.patch) == (60, 7)
