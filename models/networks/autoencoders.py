"""Networks that put a window through a bottleneck and give it back, and their training."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract.context import Context
from models.networks.device import on_device
from models.networks.graphs import Examples
from models.networks.options import KERNEL, Bottleneck, TrainingHistory, TrainingPlan
from models.networks.sizes import JUDGED_AT_ONCE
from models.networks.training import JUDGED, Training
from models.networks.windows import State
from models.types import FloatArray, IntArray

_HELD = 5
"""The last fifth of the windows ends the training."""


class AutoencoderNetwork(nn.Module):
    """Windows (n, window) through a code of a few numbers and back.

    Reference: Hinton and Salakhutdinov (2006), Reducing the dimensionality of data with neural networks, Science
    313; Malhotra et al. (2016), LSTM-based encoder-decoder for multi-sensor anomaly detection, ICML workshop;
    Kingma and Welling (2014), Auto-encoding variational Bayes, ICLR.
    """

    def __init__(self, shape: Bottleneck) -> None:
        super().__init__()
        self.shape = shape
        self.encoder, self.decoder = _HALVES[shape.architecture](shape)
        features = shape.hidden
        self.mean = nn.Linear(features, shape.code)
        self.log_variance = nn.Linear(features, shape.code) if shape.variational else None

    def forward(self, x: Tensor) -> Tensor:
        """Return windows as they come out, by the mean of the code."""
        return self.decoder(self.mean(self.encoder(x)))  # type: ignore[no-any-return]

    def loss(self, x: Tensor) -> Tensor:
        """Return what training makes small: the mean absolute error, and what a drawn code costs."""
        features = self.encoder(x)
        mean = self.mean(features)
        if self.log_variance is None:
            return functional.l1_loss(self.decoder(mean), x)
        log_variance = self.log_variance(features).clamp(-12.0, 12.0)
        code = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1.0 - log_variance).sum(dim=1).mean()
        error = functional.l1_loss(self.decoder(code), x)
        return error + self.shape.beta * divergence / self.shape.window  # type: ignore[no-any-return]


class _Recurrent(nn.Module):
    """A window read value by value, from its first on; the last state is what is told of it."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.cells = nn.LSTM(1, hidden, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the last states, (n, hidden)."""
        return self.cells(x[..., None])[0][:, -1]  # type: ignore[no-any-return]


class _Unrolled(nn.Module):
    """A window told value by value, each time by the same code, from its last one on."""

    def __init__(self, shape: Bottleneck) -> None:
        super().__init__()
        self.window = shape.window
        self.cells = nn.LSTM(shape.code, shape.hidden, batch_first=True)
        self.outlet = nn.Linear(shape.hidden, 1)

    def forward(self, code: Tensor) -> Tensor:
        """Return windows, (n, window)."""
        states, _ = self.cells(code[:, None].expand(-1, self.window, -1))
        return self.outlet(states)[..., 0].flip(1)  # type: ignore[no-any-return]


class _Crop(nn.Module):
    """The first values of what is longer than a window, one channel of it."""

    def __init__(self, window: int) -> None:
        super().__init__()
        self.window = window

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, window) of (n, 1, t)."""
        return x[:, 0, : self.window]


def _dense(shape: Bottleneck) -> tuple[nn.Module, nn.Module]:
    encoder = nn.Sequential(nn.Linear(shape.window, shape.hidden), nn.Tanh())
    decoder = nn.Sequential(
        nn.Linear(shape.code, shape.hidden), nn.Tanh(), nn.Linear(shape.hidden, shape.window)
    )
    return encoder, decoder


def _convolutional(shape: Bottleneck) -> tuple[nn.Module, nn.Module]:
    """Half as many values twice, and twice as many again."""
    channels, half = max(shape.hidden // 4, 1), KERNEL // 2
    quarter = -(-shape.window // 4)
    encoder = nn.Sequential(
        nn.Unflatten(1, (1, shape.window)),
        nn.Conv1d(1, channels, KERNEL, stride=2, padding=half),
        nn.ReLU(),
        nn.Conv1d(channels, channels, KERNEL, stride=2, padding=half),
        nn.Flatten(),
        nn.Linear(channels * quarter, shape.hidden),
        nn.Tanh(),
    )
    decoder = nn.Sequential(
        nn.Linear(shape.code, channels * quarter),
        nn.Unflatten(1, (channels, quarter)),
        nn.ReLU(),
        nn.ConvTranspose1d(channels, channels, KERNEL, 2, half, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose1d(channels, 1, KERNEL, 2, half, output_padding=1),
        _Crop(shape.window),
    )
    return encoder, decoder


def _recurrent(shape: Bottleneck) -> tuple[nn.Module, nn.Module]:
    return _Recurrent(shape.hidden), _Unrolled(shape)


_HALVES: dict[str, Callable[[Bottleneck], tuple[nn.Module, nn.Module]]] = {
    "dense": _dense,
    "convolutional": _convolutional,
    "lstm": _recurrent,
}


class Reconstruction(Training):
    """Trains an autoencoder on windows, (n, window), of which the last fifth tells when to end."""

    network: AutoencoderNetwork

    def __init__(
        self, network: AutoencoderNetwork, vectors: FloatArray, plan: TrainingPlan, seed: int
    ) -> None:
        super().__init__(network, next(network.parameters()).device, plan, seed)
        self.vectors = vectors
        self._count = max(1, len(vectors) - len(vectors) // _HELD)
        first = self._count if self._count < len(vectors) else 0
        self.judged = _evenly_spaced(first, len(vectors))

    @property
    def count(self) -> int:
        """How many windows there are to learn from."""
        return self._count

    def train(self, context: Context) -> TrainingHistory:
        """Train the network on all but the last windows."""
        return self._run(self._error(_evenly_spaced(0, self._count)), context)

    def _examples(self, rows: IntArray) -> Examples:
        return (self._seen(rows),)

    def _loss(self, examples: Examples, state: State | None = None) -> Tensor:
        return self.network.loss(*examples)

    def _validation_loss(self) -> float:
        return self._error(self.judged)

    def _error(self, rows: IntArray) -> float:
        """Return the mean absolute error of windows."""
        x = self._seen(rows)
        with torch.no_grad():
            return float(functional.l1_loss(self.network(x), x))

    def _seen(self, rows: IntArray) -> Tensor:
        return on_device(self.vectors[rows], self.device, torch.float32)


def _evenly_spaced(first: int, behind: int) -> IntArray:
    """Return the numbers of so many windows as are judged, evenly spread, all where they are fewer."""
    return np.unique(np.linspace(first, behind - 1, JUDGED).astype(np.int64))


def reconstruction_errors(network: AutoencoderNetwork, vectors: FloatArray) -> FloatArray:
    """Return by how much windows, (n, window), come out otherwise: the root mean square, (n,)."""
    device = next(network.parameters()).device
    found = np.empty(len(vectors))
    with torch.no_grad():
        for first in range(0, len(vectors), JUDGED_AT_ONCE):
            part = np.ascontiguousarray(vectors[first : first + JUDGED_AT_ONCE])
            said = network(torch.as_tensor(part, dtype=torch.float32, device=device))
            errors = part - said.cpu().numpy().astype(np.float64)
            found[first : first + JUDGED_AT_ONCE] = np.sqrt(np.mean(errors**2, axis=1))
    return found
