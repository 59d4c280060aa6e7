"""The autoencoder: what it gives back, what ends its training, and what is kept of it."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from models import registry
from models.contract.context import Context
from models.contract.cost import Workload
from models.contract.state import State
from models.decisions.rules import Rules
from models.detectors.neural.autoencoder import Autoencoder, AutoencoderParams
from models.errors import Cancelled
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.models.build import series_of
from tests.models.memory import estimates_and_peaks
from tests.waiting import ticking

KINDS = [
    {},
    {"variational": True},
    {"architecture": "convolutional"},
    {"architecture": "convolutional", "variational": True, "window": 21},
    {"architecture": "lstm", "window": 12, "hidden": 16, "epochs": 5},
]
kinds = pytest.mark.parametrize("params", KINDS, ids=str)


def wave(size: int = 600, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=size)
    return 50 + 5 * np.sin(2 * np.pi * np.arange(size) / 24) + 0.3 * noise


def made(**params) -> Autoencoder:
    return Autoencoder(AutoencoderParams(**params), random_state=1)


@pytest.mark.no_cover
@kinds
def test_a_shape_that_was_never_seen_is_given_back_worst(params):
    y = wave()
    y[300:324] = 50 + 5 * np.sin(4 * np.pi * np.arange(24) / 24)
    detector = made(**params).fit([s := series_of(y, 24)])
    [scores] = detector.score([s], 99.0)
    assert 295 <= int(np.argmax(scores.raw)) < 330
    assert scores.raw[300:324].mean() > scores.threshold
    assert np.mean(scores.raw > scores.threshold) < 0.12


@kinds
def test_it_is_kept_and_judges_new_points_to_the_last_bit(params):
    detector = made(**params).fit([series_of(wave(), 24)])
    new = series_of(wave(100, seed=3), 24)
    again = registry.revive(State.from_bytes(detector.state().to_bytes()))
    [before], [after] = detector.score([new], 99.0), again.score([new], 99.0)
    np.testing.assert_array_equal(before.raw, after.raw)
    assert before.threshold == after.threshold
    assert again.info() == detector.info()


def test_what_comes_out_is_what_its_weights_say():
    """By hand: two layers with a hyperbolic tangent, the code between them, and their mirror."""
    detector = made(window=6, hidden=5, code=2, epochs=2).fit([series_of(wave(80), 24)])
    w = {name: np.float64(one) for name, one in detector.weights_.items()}
    x = np.random.default_rng(2).normal(size=(4, 6))

    def layer(values, name):
        return values @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    code = layer(np.tanh(layer(x, "encoder.0")), "mean")
    said = layer(np.tanh(layer(code, "decoder.0")), "decoder.2")
    by_hand = np.sqrt(np.mean((x - said) ** 2, axis=1))
    np.testing.assert_allclose(detector._strangeness(x, None), by_hand, rtol=1e-5)


def test_training_makes_the_loss_smaller_and_reports_its_rounds():
    told: list[float] = []
    context = Context(reported=lambda share, facts: told.append(share))
    detector = made(epochs=12).fit([series_of(wave(), 24)], context)
    losses = detector.history_.validation
    assert losses[-1] < 0.5 * losses[0]
    assert told == [pytest.approx(epoch / 12) for epoch in range(1, len(told) + 1)]
    details = detector.info().details
    assert details["epochs_trained"] == len(told)
    assert len(details["training_loss"]) == len(details["validation_loss"]) == len(told) + 1
    assert details["why"].startswith("the loss on the held-back part fell from ")


def test_it_ends_with_its_time_and_still_judges(monkeypatch):
    ticking(monkeypatch, 1.0)
    detector = made(epochs=10_000, patience=10_000)
    detector.fit([s := series_of(wave(2000), 24)], Context(deadline=100.0))
    assert detector.history_.ending == "out of time"
    [cut] = detector.notices()
    assert cut.code == "training_cut"
    assert f"after {detector.history_.epochs} of 10000 epochs" in cut.message
    [scores] = detector.score([s], 99.0)
    assert np.isfinite(scores.raw).all()


def test_it_is_cancelled_between_two_batches():
    asked = iter([False] * 6)
    context = Context(is_cancelled=lambda: next(asked, True))
    with pytest.raises(Cancelled):
        made(epochs=10_000, patience=10_000).fit([series_of(wave(), 24)], context)


def test_a_task_hands_down_who_may_cancel_it():
    asked = iter([False] * 6)
    context = Context(is_cancelled=lambda: next(asked, True))
    task = DetectTask(ModelSpec("autoencoder", {"epochs": 10_000}), Rules())
    with pytest.raises(Cancelled):
        detect_many(task, [series_of(wave(), 24)], context)


def test_torch_is_loaded_where_it_is_fitted_only():
    code = (
        "import sys; from models import registry; from models.registry import ModelSpec;"
        "from models.detectors.base import Detector;"
        "registry.create(Detector, ModelSpec('autoencoder')); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def judged_itself(params: dict[str, Any], size: int, *, warm_up: bool = False) -> float:
    """Judge noise by a detector that was fitted to it, and return what that was estimated to take, MB."""
    if warm_up:
        params, size = {**params, "epoch_windows": 8}, 1000
    series = series_of(20 + np.random.default_rng(0).normal(size=size))
    detector = made(epochs=1, **params).fit([series])
    detector.score([series], 99.0)
    work = Workload(np.array([size]), np.ones(1, dtype=int), 0)
    return detector.cost(work).memory_bytes / 2**20


JOBS: list[tuple[dict[str, Any], int]] = [
    ({"epoch_windows": 1024}, 20_000),
    ({"epoch_windows": 1024, "variational": True, "window": 125}, 200_000),
    ({"epoch_windows": 1024, "window": 300, "hidden": 1024}, 20_000),
    ({"epoch_windows": 1024, "window": 12}, 200_000),
    ({"epoch_windows": 1024, "window": 125, "architecture": "convolutional"}, 5000),
    ({"epoch_windows": 256, "window": 60, "hidden": 128, "architecture": "lstm"}, 3000),
    ({"epoch_windows": 256, "window": 125, "architecture": "lstm"}, 500),
]


def test_it_takes_half_to_twice_the_memory_that_it_was_estimated_to():
    told = estimates_and_peaks(judged_itself, JOBS)
    assert len(told) == len(JOBS)
    assert all(0.5 < estimate / peak < 2.0 for estimate, peak in told), told
