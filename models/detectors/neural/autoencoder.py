"""How badly a network that knows the usual windows gives back others."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pydantic import Field, model_validator

from models.contract.context import Context
from models.contract.cost import Cost, Workload
from models.data.series import Notice
from models.detectors.vectors import VectorDetector, WindowParams
from models.features.windows import WHERE_NO_PEAK
from models.networks.fields import Epochs, EpochWindows, Patience
from models.networks.history import details_of
from models.networks.options import (
    KERNEL,
    Architecture,
    Bottleneck,
    TrainingHistory,
    TrainingPlan,
)
from models.networks.sizes import JUDGED_AT_ONCE, Size
from models.params import refuse_unused
from models.types import FloatArray, IntArray

if TYPE_CHECKING:
    import torch

    from models.networks.autoencoders import AutoencoderNetwork

_PRODUCTS_PER_SECOND = 4e8
"""Products of a weight and a value that a core trains in a second."""
_PER_POINT = 48
"""Bytes of the scores of a point, on their way from those of its windows."""
_BATCH = 64
_OVERHEAD = 2e-3
"""Seconds of a step of the training, however small it is."""
_UNLEARNED = (
    "no epoch made the network reconstruct the held-back windows better than one that knows nothing"
)


class AutoencoderParams(WindowParams):
    """How the network is built and trained."""

    architecture: Architecture = Field(
        "dense",
        title="Architecture",
        description="dense: fully connected layers; convolutional: convolutions; lstm: a recurrence that"
        " reads the window value by value and writes it again (slow).",
    )
    variational: bool = Field(
        False,
        title="Variational",
        description="Whether the code is drawn from a distribution in training, so that similar codes mean"
        " similar windows.",
    )
    beta: float = Field(
        0.1,
        ge=0,
        le=100,
        title="Beta",
        description="Weight of that distribution's divergence from a standard normal one in the loss.",
    )
    hidden: int = Field(
        64, ge=1, le=1024, title="Hidden units", description="Size of the hidden layers."
    )
    code: int = Field(
        8,
        ge=1,
        le=256,
        title="Code",
        description="Size of the code of a window; a small one can reconstruct usual windows only.",
    )
    epochs: Epochs = 30
    epoch_windows: EpochWindows = 2048
    patience: Patience = 10
    learning_rate: float = Field(
        0.01, gt=0, le=1, title="Learning rate", description="Largest learning rate."
    )

    @model_validator(mode="after")
    def _beta_has_a_distribution(self) -> Self:
        if not self.variational:
            because = "is what a drawn code costs, and the code is not drawn"
            refuse_unused(self, ("beta",), because, "send variational true with it")
        return self

    def plan(self) -> TrainingPlan:
        """Return how to train."""
        return TrainingPlan(
            epochs=self.epochs,
            patience=self.patience,
            batch_size=_BATCH,
            epoch_windows=self.epoch_windows,
            learning_rate=self.learning_rate,
            least_steps=4,
        )


class Autoencoder(VectorDetector[AutoencoderParams]):
    """Flag stretches that a network cannot give back, which has learned to tell windows by a few numbers.

    It makes the absolute error small, so that a few strange windows teach it little, and its best weights for
    the last fifth of the windows are kept.

    Reference: Sakurada and Yairi (2014), Anomaly detection using autoencoders with nonlinear dimensionality
    reduction, MLSDA; Malhotra et al. (2016), LSTM-based encoder-decoder for multi-sensor anomaly detection,
    ICML workshop; An and Cho (2015), Variational autoencoder based anomaly detection, for the drawn code.
    """

    name = "autoencoder"
    title = "Autoencoder"
    summary = "Stretches that a network trained on the series' windows cannot reconstruct; for long series."
    reference = "Sakurada & Yairi (2014), Anomaly detection using autoencoders, MLSDA"
    uses_gpu = True
    _is_dear = True
    state_version = 4
    history_: TrainingHistory | None = None

    def cost(self, work: Workload, *, causal: bool = False) -> Cost:
        """Estimate the training by the windows of all epochs, and one look at each window."""
        told = self.params
        window = told.window or WHERE_NO_PEAK
        products = 2 * told.hidden * (window + told.code)
        if told.architecture == "lstm":
            products = 8 * window * told.hidden * (told.hidden + told.code)
        length = work.observations.astype(float)
        trained = told.epochs * np.minimum(length, told.epoch_windows)
        seconds = (3.0 * trained + 0.2 * length) * products / _PRODUCTS_PER_SECOND
        steps = told.epochs * np.clip(trained / told.epochs / 64, 4, None)
        memory = self._memory_bytes(int(work.observations.max(initial=0)), window)
        return Cost(float((seconds + _OVERHEAD * steps).sum()), memory)

    def _memory_bytes(self, longest: int, window: int) -> int:
        """Estimate what the training takes, the windows that are looked at, and the scores of the points."""
        size = self._size(window)
        looked_at = longest // max(window // self._overlap, 1)
        copied = 8 * window * (looked_at + 2 * min(longest, JUDGED_AT_ONCE))
        windows = size.bytes_of_windows(_BATCH, longest) + copied
        return size.bytes_of_weights + windows + _PER_POINT * longest

    def _size(self, window: int) -> Size:
        """Return how large the network is for windows of such a length."""
        hidden, code = self.params.hidden, self.params.code
        if self.params.architecture == "lstm":
            weights, kept = 4 * hidden * (2 * hidden + code + 5), 16 * window * hidden
        elif self.params.architecture == "convolutional":
            channels = max(hidden // 4, 1)
            weights = channels * (-(-window // 4) * (hidden + code) + 2 * KERNEL * channels)
            kept = 3 * window * hidden
        else:
            weights, kept = 2 * hidden * (window + code), 6 * hidden
        return Size(weights, 2 * window + kept, code)

    def _learn_within(self, vectors: FloatArray, context: Context) -> None:
        from models.networks.device import seeded

        vars(self).pop("_network", None)
        with seeded(context.device, self.random_state) as device:
            # What it needed there is free when it returns, before memory is given back.
            self._train_on(device, vectors, context)

    def _train_on(self, device: "torch.device", vectors: FloatArray, context: Context) -> None:
        from models.networks.autoencoders import Reconstruction
        from models.networks.weights import arrays_of

        network, plan = self._untrained().to(device), self.params.plan()
        training = Reconstruction(network, vectors, plan, self.random_state)
        self.history_ = training.train(context)
        self.weights_: Mapping[str, Any] = arrays_of(network)

    def _strangeness(self, vectors: FloatArray, own: IntArray | None) -> FloatArray:
        from models.networks.autoencoders import reconstruction_errors
        from models.networks.device import seeded

        with seeded("cpu", self.random_state):
            return reconstruction_errors(self._network, vectors)

    def notices(self) -> Sequence[Notice]:
        """Tell of a training that its time ended, too."""
        history = self.history_
        if history is None or history.ending != "out of time":
            return super().notices()
        text = (
            f"time ran out after {history.epochs} of {self.params.epochs} epochs of the training of"
            f" {self.name}: the best weights so far are used"
        )
        cut = Notice("training_cut", text, "raise timeout_s, or choose fewer epochs")
        return (cut, *super().notices())

    def _untrained(self) -> "AutoencoderNetwork":
        from models.networks.autoencoders import AutoencoderNetwork

        told = self.params
        code = min(told.code, max(self.window_ // 2, 1))
        size = (told.architecture, self.window_, told.hidden, code)
        return AutoencoderNetwork(Bottleneck(*size, variational=told.variational, beta=told.beta))

    @cached_property
    def _network(self) -> "AutoencoderNetwork":
        """What was trained, on a core."""
        from models.networks.weights import put_into

        network = self._untrained()
        put_into(network, self.weights_)
        return network

    def _details(self) -> dict[str, Any]:
        """Return how the training went."""
        history = self.history_
        if history is None:
            return {}
        return {
            "epochs_trained": history.epochs,
            "best_epoch": history.best_epoch,
            "ending": history.ending,
            **details_of(history, _UNLEARNED),
        }
