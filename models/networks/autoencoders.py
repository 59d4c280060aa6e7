"""Networks that put a window through a bottleneck and give it back, and their training."""

from collections.abc import Callable, Iterator
from time import monotonic

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract.context import Context
from models.networks.options import Bottleneck, Ending, Plan
from models.networks.schedules import share_of_rate
from models.types import FloatArray, IntArray

_SPARE = 0.25
"""The share of the time that is left for scores when a training must end early."""
_HELD = 5
"""The last fifth of the windows ends the training."""
_JUDGED = 1024
"""Windows that the loss of an epoch is read from."""
_LEAST_STEPS = 4
"""An epoch of few windows has so many steps."""
_FINEST = 1e-4
"""The loss must fall by this share of itself to count as better."""
_AT_ONCE = 4096
"""Windows that are looked at together."""
_KERNEL = 5


class Autoencoder(nn.Module):
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
        self.spread = nn.Linear(features, shape.code) if shape.variational else None

    def forward(self, x: Tensor) -> Tensor:
        """Return windows as they come out, by the mean of the code."""
        return self.decoder(self.mean(self.encoder(x)))  # type: ignore[no-any-return]

    def loss(self, x: Tensor) -> Tensor:
        """Return what training makes small: the mean absolute error, and what a drawn code costs."""
        features = self.encoder(x)
        mean = self.mean(features)
        if self.spread is None:
            return functional.l1_loss(self.decoder(mean), x)
        log_variance = self.spread(features).clamp(-12.0, 12.0)
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


class _Cut(nn.Module):
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
    channels, half = max(shape.hidden // 4, 1), _KERNEL // 2
    quarter = -(-shape.window // 4)
    encoder = nn.Sequential(
        nn.Unflatten(1, (1, shape.window)),
        nn.Conv1d(1, channels, _KERNEL, stride=2, padding=half),
        nn.ReLU(),
        nn.Conv1d(channels, channels, _KERNEL, stride=2, padding=half),
        nn.Flatten(),
        nn.Linear(channels * quarter, shape.hidden),
        nn.Tanh(),
    )
    decoder = nn.Sequential(
        nn.Linear(shape.code, channels * quarter),
        nn.Unflatten(1, (channels, quarter)),
        nn.ReLU(),
        nn.ConvTranspose1d(channels, channels, _KERNEL, 2, half, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose1d(channels, 1, _KERNEL, 2, half, output_padding=1),
        _Cut(shape.window),
    )
    return encoder, decoder


def _recurrent(shape: Bottleneck) -> tuple[nn.Module, nn.Module]:
    return _Recurrent(shape.hidden), _Unrolled(shape)


_HALVES: dict[str, Callable[[Bottleneck], tuple[nn.Module, nn.Module]]] = {
    "dense": _dense,
    "convolutional": _convolutional,
    "lstm": _recurrent,
}


class Reconstruction:
    """Trains an autoencoder on windows; its weights are the best ones afterwards, whatever ended the training.

    ``vectors``: shape (n, window), of which the last fifth tells when to end.
    """

    def __init__(self, network: Autoencoder, vectors: FloatArray, plan: Plan, seed: int) -> None:
        self.network, self.vectors, self.plan = network, vectors, plan
        self.random = np.random.default_rng(seed)
        self.device = next(network.parameters()).device
        self.learned = np.arange(max(1, len(vectors) - len(vectors) // _HELD))
        held = np.arange(len(self.learned), len(vectors))
        self.judged = held if len(held) else self.learned
        self.optimizer = torch.optim.AdamW(
            network.parameters(), plan.learning_rate or 1e-3, weight_decay=plan.weight_decay
        )
        self.losses: list[float] = []

    def train(self, context: Context) -> Ending:
        """Train until the loss of what is held back no longer falls, the epochs are over, or the time is.

        Raises ``Cancelled`` between two batches.
        """
        until = context.over_at(1.0 - _SPARE)
        best, since, weights = self._judge(), 0, self._copied()
        self.losses.append(best)
        ending: Ending = "all epochs"
        for epoch in range(1, self.plan.epochs + 1):
            self._epoch(epoch, context, until)
            loss = self._judge()
            self.losses.append(loss)
            context.report(epoch / self.plan.epochs, epoch=epoch, loss=loss)
            since += 1
            if loss < best * (1.0 - _FINEST):
                best, since, weights = loss, 0, self._copied()
            if not np.isfinite(loss):
                ending = "diverged"
            elif until is not None and monotonic() > until:
                ending = "out of time"
            elif since >= self.plan.patience:
                ending = "early stopping"
            if ending != "all epochs":
                break
        self.network.load_state_dict(weights)
        return ending

    def _epoch(self, epoch: int, context: Context, until: float | None) -> None:
        """Take one step for each minibatch."""
        share = share_of_rate(self.plan.schedule, (epoch - 1) / self.plan.epochs)
        for group in self.optimizer.param_groups:
            group["lr"] = (self.plan.learning_rate or 1e-3) * share
        for rows in self._batches():
            if context.is_cancelled():
                context.check()
            if until is not None and monotonic() > until:
                return
            self.optimizer.zero_grad(set_to_none=True)
            self.network.loss(self._on(rows)).backward()  # type: ignore[no-untyped-call]
            if self.plan.clip:
                nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
            self.optimizer.step()

    def _batches(self) -> Iterator[IntArray]:
        order = self.random.permutation(self.learned)[: self.plan.epoch_windows]
        size = min(self.plan.batch_size, max(8, len(order) // _LEAST_STEPS))
        yield from np.array_split(order, max(1, round(len(order) / size)))

    def _judge(self) -> float:
        """Return the mean absolute error of what is held back."""
        places = np.unique(np.linspace(self.judged[0], self.judged[-1], _JUDGED).astype(np.int64))
        x = self._on(places)
        with torch.no_grad():
            return float(functional.l1_loss(self.network(x), x))

    def _on(self, places: IntArray) -> Tensor:
        return torch.as_tensor(self.vectors[places], dtype=torch.float32, device=self.device)

    def _copied(self) -> dict[str, Tensor]:
        return {name: one.detach().clone() for name, one in self.network.state_dict().items()}


def reconstruction_errors(network: Autoencoder, vectors: FloatArray) -> FloatArray:
    """Return by how much windows, (n, window), come out otherwise: the root mean square, (n,)."""
    device = next(network.parameters()).device
    found = np.empty(len(vectors))
    with torch.no_grad():
        for first in range(0, len(vectors), _AT_ONCE):
            part = np.ascontiguousarray(vectors[first : first + _AT_ONCE])
            said = network(torch.as_tensor(part, dtype=torch.float32, device=device))
            errors = part - said.cpu().numpy().astype(np.float64)
            found[first : first + _AT_ONCE] = np.sqrt(np.mean(errors**2, axis=1))
    return found
