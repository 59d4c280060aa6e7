"""The loop, with a network of a few weights."""

from typing import Any

import numpy as np
import pytest
import torch

from models.contract.context import QUIET, Context
from models.errors import Cancelled
from models.networks.encoders import RecurrentEncoder
from models.networks.forecast_training import ForecastTraining
from models.networks.network import Network
from models.networks.options import Recurrence, Shape, TrainingPlan
from models.networks.windows import (
    Member,
    WindowOrigins,
    Windows,
    training_origins,
    validation_origins,
)
from tests.waiting import ticking

CPU = torch.device("cpu")


def data(length: int = 80, season: int = 7) -> tuple[Windows, WindowOrigins, WindowOrigins]:
    t = np.arange(float(length))
    y = np.sin(2 * np.pi * t / season) + 0.05 * np.random.default_rng(1).normal(size=length)
    windows = Windows([Member(y, np.ones(length, dtype=bool), np.empty((length, 0)))], 10, 3, CPU)
    train = length - 16
    return (
        windows,
        training_origins(windows, 0, train, 1),
        validation_origins(windows, 0, train, length),
    )


def trainer(windows: Windows, **plan: Any) -> ForecastTraining:
    torch.manual_seed(0)
    shape = Shape(10, 3, residual=False, highway=False)
    network = Network(RecurrentEncoder(1, Recurrence("gru", 4)), shape, 0.0)
    return ForecastTraining(
        network, windows, TrainingPlan(**{"epochs": 4, "batch_size": 16, **plan}), 3
    )


def weights(made: ForecastTraining) -> list[torch.Tensor]:
    return [one.clone() for one in made.network.state_dict().values()]


def test_it_learns_and_ends_with_the_weights_of_the_best_round() -> None:
    windows, learned, judged = data()
    made = trainer(windows, epochs=20, patience=6, learning_rate=0.03)
    course = made.train(learned, judged, QUIET)
    assert course.validation[course.best_epoch] == min(course.validation)
    assert course.validation[course.best_epoch] < 0.7 * course.validation[0]
    assert made._validation_loss() == pytest.approx(min(course.validation), rel=1e-5)


def test_it_stops_where_nothing_gets_better() -> None:
    windows, learned, judged = data()
    course = trainer(windows, epochs=50, patience=2, learning_rate=1e-9).train(
        learned, judged, QUIET
    )
    assert course.ending == "early stopping"
    assert len(course.training) == 3


def test_it_tells_of_each_round() -> None:
    windows, learned, judged = data()
    told: list[tuple[float, dict[str, float]]] = []
    context = Context(reported=lambda share, facts: told.append((share, dict(facts))))
    course = trainer(windows).train(learned, judged, context)
    assert [share for share, _ in told] == [0.25, 0.5, 0.75, 1.0]
    assert [facts["loss"] for _, facts in told] == course.training[1:]
    assert [facts["validation_loss"] for _, facts in told] == course.validation[1:]
    assert told[-1][1]["eta_s"] == 0.0
    assert told[0][1]["epoch"] == 1


def test_it_is_cancelled_between_two_batches() -> None:
    windows, learned, judged = data()
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        trainer(windows).train(learned, judged, Context(is_cancelled=is_cancelled))
    assert len(asked) == 4


def test_when_the_time_is_over_it_ends_with_the_best_weights_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows, learned, judged = data()
    ticking(monkeypatch, 1.0)
    context = Context(deadline=40.0)
    made = trainer(windows, epochs=10_000, patience=10_000, schedule="constant")
    course = made.train(learned, judged, context)
    assert course.ending == "out of time"
    assert context.remaining() > 0  # type: ignore[operator]
    assert made._validation_loss() == pytest.approx(min(course.validation), rel=1e-5)


def test_a_training_that_blows_up_ends_with_what_was_before() -> None:
    windows, learned, judged = data()
    made = trainer(windows, learning_rate=1e30, optimizer="sgd", clip=0.0, loss="mse")
    before = weights(made)
    course = made.train(learned, judged, QUIET)
    assert course.ending == "diverged"
    for one, other in zip(before, weights(made), strict=True):
        assert torch.equal(one, other)


def test_where_a_batch_does_not_fit_it_is_halved_and_all_windows_are_learned_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows, learned, judged = data()
    made, seen = trainer(windows, batch_size=32, epochs=1), []
    original = Windows.batch

    def small(self: Windows, places: Any, until: Any = None) -> Any:
        if made.network.training and len(places) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory: a stand-in holds five windows")
        if made.network.training:
            seen.extend(places.tolist())
        return original(self, places, until)

    monkeypatch.setattr(Windows, "batch", small)
    course = made.train(learned, judged, QUIET)
    assert sorted(seen) == sorted(learned.places.tolist())
    assert course.batch_size <= 5


def test_another_error_is_not_taken_for_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    windows, learned, _ = data()
    made = trainer(windows)
    made.learned = learned

    def broken(*_: Any) -> Any:
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(made, "_loss", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        made._step(np.arange(4))


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
@pytest.mark.parametrize("loss", ["mae", "mse", "huber"])
def test_every_optimiser_makes_every_loss_smaller(optimizer: Any, loss: Any) -> None:
    windows, learned, judged = data()
    rate = 0.5 if optimizer == "sgd" else 0.05
    made = trainer(windows, optimizer=optimizer, loss=loss, learning_rate=rate, epochs=8)
    course = made.train(learned, judged, QUIET)
    assert min(course.validation) < course.validation[0]


def test_a_rate_that_is_looked_for_lets_the_network_learn() -> None:
    windows, learned, judged = data()
    course = trainer(windows, learning_rate=None).train(learned, judged, QUIET)
    assert 1e-5 < course.learning_rate < 0.3
    assert min(course.validation) < course.validation[0]


def test_the_price_of_weights_makes_them_smaller() -> None:
    windows, learned, judged = data()

    def size(l1: float) -> float:
        made = trainer(windows, l1=l1, patience=100)
        made.train(learned, judged, QUIET)
        return float(sum(one.abs().sum() for one in weights(made)))

    assert size(0.1) < size(0.0)
