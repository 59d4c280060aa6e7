"""A network: an encoder of windows, a head that looks ahead, and the level that both are relative to."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.networks.encoders import Encoder
from models.networks.heads import DirectHead, Dropout, Head, HeadInputs
from models.networks.options import Shape
from models.networks.own import OwnAutoregressions
from models.networks.sizes import JUDGED_AT_ONCE
from models.networks.windows import Batch, State


class SeriesEmbedding(nn.Module):
    """Numbers by which each series is known, and what they add to its features: nothing at first.

    Reference: Guo and Berkhahn (2016), Entity embeddings of categorical variables.
    """

    def __init__(self, size: int, shape: Shape) -> None:
        super().__init__()
        self.numbers = nn.Parameter(torch.randn(shape.series, shape.embedding))
        self.added = nn.Linear(shape.embedding, size, bias=False)
        nn.init.zeros_(self.added.weight)

    def forward(self, features: Tensor, identity: Tensor) -> Tensor:
        """Return the features (n, size) of series (n,); -1, the last, is the mean of all."""
        every = torch.cat([self.numbers, self.numbers.mean(dim=0, keepdim=True)])
        return features + self.added(every[identity])  # type: ignore[no-any-return]


class Highway(nn.Module):
    """A linear function of windows, companions with them, and of the regressors ahead, alike at all steps.

    It is not trained: a regression gives it its weights.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.past = nn.Linear(shape.inputs, shape.ahead, bias=False)
        self.told = nn.Linear(2 * shape.regressors, 1, bias=False) if shape.regressors else None
        for parameter in self.parameters():
            parameter.requires_grad_(False).zero_()

    def forward(self, past: Tensor, told: Tensor) -> Tensor:
        """Return what is added to the base, (n, ahead), of windows and of regressors, (n, ahead, 2 d)."""
        said: Tensor = self.past(past)
        return said if self.told is None else said + self.told(told)[..., 0]


class Basis(NamedTuple):
    """What a network adds its output to, (n, ahead), and what its head may look at."""

    base: Tensor
    inputs: HeadInputs


class Network(nn.Module):
    """Encoder, dropout and head, all relative to the level of a window.

    Before it has learned anything, it gives the seasonal naive forecast of its window, its level, or what the
    own past of the series says.
    """

    at_once = JUDGED_AT_ONCE
    """Windows that are looked at together where nothing is learned."""

    def __init__(
        self, encoder: Encoder, shape: Shape, dropout: float, head: Head | None = None
    ) -> None:
        super().__init__()
        self.encoder, self.shape = encoder, shape
        self.dropout = Dropout(dropout)
        self.head = DirectHead(encoder.size, shape, dropout) if head is None else head
        self.highway = Highway(shape) if shape.highway else None
        self.identities = SeriesEmbedding(encoder.size, shape) if shape.embedding else None
        self.own = OwnAutoregressions(shape) if shape.lags else None

    def forward(self, batch: Batch) -> Tensor:
        """Return the steps ahead of windows, (n, ahead, outputs)."""
        return self.ahead(batch, self.encoded(batch)[0])

    def encoded(self, batch: Batch) -> tuple[Tensor, State]:
        """Return the features of windows, (n, size), their state carried on to them, and that at their end."""
        state = self._state_before(batch) if batch.state is None else batch.state
        features, ends = self.encoder.encode_from(self._inputs(batch, 0), state)
        return self._known_by(features, batch), ends

    def _known_by(self, features: Tensor, batch: Batch) -> Tensor:
        """Return features with what is known of their series; of another one, what is known of all."""
        if self.identities is None:
            return features
        return self.identities(features, batch.identity)  # type: ignore[no-any-return]

    def _state_before(self, batch: Batch) -> State | None:
        """Return the state that windows begin at, from the whole windows before them in their series."""
        state = None
        with torch.no_grad():
            for back in range(batch.past.shape[1] // self.shape.window - 1, 0, -1):
                whole = batch.within >= (back + 1) * self.shape.window
                if whole.any():
                    _, ends = self.encoder.encode_from(self._inputs(batch, back), state)
                    state = tuple(end * whole[:, None] for end in ends)
        return state

    def _inputs(self, batch: Batch, back: int) -> Tensor:
        """Return windows, or those so many windows before them, as the encoder sees them, (n, window, d)."""
        first = batch.past.shape[1] - (back + 1) * self.shape.window
        here = slice(first, first + self.shape.window)
        past = batch.past[:, here]
        x = (past - self._level(past))[..., None]
        return torch.cat([x, batch.known[:, here]], dim=-1) if self.shape.columns > 1 else x

    def ahead(self, batch: Batch, features: Tensor) -> Tensor:
        """Return the steps ahead by features (n, size), which dropout thins out; (n, ahead, outputs)."""
        basis = self.basis(batch)
        return basis.base[..., None] + self.added(basis.inputs, features)

    def basis(self, batch: Batch) -> Basis:
        """Return what is known of the steps ahead before features are looked at, the same in all passes."""
        past, told, base = self._linear(batch)
        level = self._level(batch.past)
        inputs = HeadInputs(told, past[:, -1], base - level, batch.target - level, batch.counts)
        return Basis(base, inputs)

    def added(self, inputs: HeadInputs, features: Tensor) -> Tensor:
        """Return what features (n, size) add to the base, (n, ahead, outputs), (passes n, ...) in passes."""
        return self.head(self.dropout(features), inputs)  # type: ignore[no-any-return]

    def linear(self, batch: Batch) -> Tensor:
        """Return the steps ahead without what the network adds to them, (n, ahead)."""
        return self._linear(batch)[2]

    def _linear(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return windows relative to their level, what is told, and the base with what the highway adds."""
        past, told, base = self.linear_part(batch)
        return past, told, base if self.highway is None else base + self.highway(past, told)

    def linear_part(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return windows relative to their level with their companions, what is told, and the base of the output.

        That is (n, inputs), (n, ahead, 2 d) and (n, ahead).
        """
        past = batch.past[:, -self.shape.window :]
        level = self._level(past)
        base = self._naive(past) if self.shape.residual else level.expand(-1, self.shape.ahead)
        if self.own is not None and self.own.is_used:
            base = self.own(past, batch.series)
        return (
            torch.cat([past - level, self._companions(batch)], dim=1),
            self._regressors_ahead(batch),
            base,
        )

    def _companions(self, batch: Batch) -> Tensor:
        """Return the last values of the companions of windows, one companion behind the other."""
        last = batch.past.shape[1]
        known = batch.known[:, last - self.shape.reach : last, self.shape.regressors :]
        return known.transpose(1, 2).flatten(1)

    def _regressors_ahead(self, batch: Batch) -> Tensor:
        """Return the regressors of the steps ahead, and what they were where the naive forecast comes from."""
        if not self.shape.regressors:
            return batch.known[:, : self.shape.ahead, :0]
        known = batch.known[:, -self.shape.window - self.shape.ahead :, : self.shape.regressors]
        behind = known[:, self._cycle_before(known.device)]
        return torch.cat([known[:, self.shape.window :], behind], dim=-1)

    def _level(self, past: Tensor) -> Tensor:
        """Return the mean of the last cycle, (n, 1)."""
        if not self.shape.levelled:
            return past.new_zeros(len(past), 1)
        return past[:, -self.shape.cycle :].mean(dim=1, keepdim=True)

    def _naive(self, past: Tensor) -> Tensor:
        return past[:, self._cycle_before(past.device)]

    def _cycle_before(self, device: torch.device) -> Tensor:
        """Return where the last cycle has what comes so many steps ahead, (ahead,)."""
        steps = torch.arange(self.shape.ahead, device=device)
        return self.shape.window - self.shape.cycle + steps % self.shape.cycle
