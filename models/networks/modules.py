"""Networks: an encoder of windows, a head that looks ahead, and the level that both are relative to."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.networks.options import Merge, Recurrence, Shape
from models.networks.own import OwnPast
from models.networks.sizes import JUDGED_AT_ONCE
from models.networks.windows import Batch, State


class Encoder(nn.Module):
    """Turns windows (n, window, d) into features (n, ``size``)."""

    size: int
    repeatable: bool = True
    """Whether it gives the same each time, so that passes with dropout need it once."""

    def walked(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Return the features of windows that begin at a state, and the state at their end, here none."""
        return self(x), ()

    def nothing(self, count: int, device: torch.device) -> State:
        """Return the state of so many windows with nothing before them."""
        return ()


class RecurrentEncoder(Encoder):
    """A stack of recurrent layers over the window: its last states, and these pooled where that is asked for.

    Reference: Hochreiter and Schmidhuber (1997), Long short-term memory; Cho et al. (2014), Learning phrase
    representations; Schuster and Paliwal (1997), Bidirectional recurrent neural networks; Howard and Ruder
    (2018), Universal language model fine-tuning for text classification, for last and pooled states together.
    """

    def __init__(self, inputs: int, plan: Recurrence) -> None:
        super().__init__()
        self.plan = plan
        kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[plan.cell]
        self.cells = kind(
            inputs * plan.patch,
            plan.hidden,
            plan.layers,
            batch_first=True,
            dropout=plan.dropout if plan.layers > 1 else 0.0,
            bidirectional=plan.bidirectional,
        )
        joined = plan.bidirectional and plan.merge == "concat"
        self.size = plan.hidden * (2 if joined else 1) * (1 if plan.pooling == "last" else 2)
        self.repeatable = plan.layers == 1 or plan.dropout == 0.0
        if plan.cell == "lstm":
            self._remember()

    def _remember(self) -> None:
        """Let the forget gates begin open: the second quarter of the input's biases is 1, of the state's 0."""
        for name, bias in self.cells.named_parameters():
            if "bias" in name:
                with torch.no_grad():
                    forget = bias[self.plan.hidden : 2 * self.plan.hidden]
                    forget.fill_(1.0 if "bias_ih" in name else 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled states of windows."""
        return self.walked(x, None)[0]

    def walked(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Return the pooled states of windows that begin at a state, zero if None, and the state at their end.

        Only the direction that reads forwards goes on from window to window.
        """
        begin = state if state is None or len(state) > 1 else state[0]
        states, last = self.cells(patched(x, self.plan.patch), begin)
        ends = last if isinstance(last, tuple) else (last,)
        if self.plan.bidirectional:
            forwards = torch.tensor([1.0, 0.0], device=x.device).repeat(self.plan.layers)
            ends = tuple(end * forwards[:, None, None] for end in ends)
        return self._pooled(states), ends

    def nothing(self, count: int, device: torch.device) -> State:
        """Return the state of so many windows with nothing before them."""
        layers = self.plan.layers * (2 if self.plan.bidirectional else 1)
        zeros = torch.zeros(layers, count, self.plan.hidden, device=device)
        return (zeros, zeros) if self.plan.cell == "lstm" else (zeros,)

    def _pooled(self, states: Tensor) -> Tensor:
        both = states.reshape(*states.shape[:2], -1, self.plan.hidden)  # the third: directions
        # Each direction where it has seen the whole window: what was pooled does not tell the order.
        ends = torch.stack([both[:, -1, 0], both[:, 0, -1]][: both.shape[2]], dim=1)
        last = merged(ends, self.plan.merge)
        if self.plan.pooling == "last":
            return last
        pooled = both.amax(dim=1) if self.plan.pooling == "max" else both.mean(dim=1)
        return torch.cat([last, merged(pooled, self.plan.merge)], dim=1)


def patched(x: Tensor, size: int) -> Tensor:
    """Return windows (n, steps, d) as patches of so many steps, (n, steps / size, size d), without the oldest."""
    if size == 1:
        return x
    n, steps, inputs = x.shape
    return x[:, steps % size :].reshape(n, steps // size, size * inputs)


def merged(both: Tensor, how: Merge) -> Tensor:
    """Return the features of both directions (n, directions, hidden) as one, (n, size)."""
    if how == "sum":
        return both.sum(dim=1)
    if how == "mul":
        return both.prod(dim=1)
    if how == "mean":
        return both.mean(dim=1)
    return both.flatten(1)


class Cues(NamedTuple):
    """What a head may look at beside the features, values relative to the level of their window.

    ``told``: regressors of the steps ahead and what they were before, (n, ahead, 2 d). ``last``: the last value,
    (n,). ``base``: what the output is added to, ``truth``: what came, ``counts``: whether that is known; each
    (n, ahead), the truth for training only.
    """

    told: Tensor
    last: Tensor
    base: Tensor
    truth: Tensor
    counts: Tensor

    def repeated(self, rows: int) -> "Cues":
        """Return those of as many passes as ``rows`` of features are, one after the other."""
        return Cues(*(of_passes(one, rows) for one in self))


def of_passes(x: Tensor, rows: int) -> Tensor:
    """Return what is known of windows, (n, ...), once for each pass, (rows, ...)."""
    return x if len(x) == rows else x.repeat(rows // len(x), *[1] * (x.ndim - 1))


class Dropout(nn.Dropout):
    """Leaves features out at random: in training those of each window, in ``passes`` the same of all windows.

    A pass is then a draw of the weights behind it, and its choice is made once. Passes lie one after the other,
    of so many ``windows`` each. What is the same in all of them comes once and parts at the first dropout.
    """

    passes = 0
    windows = 0

    @property
    def _parts(self) -> bool:
        return self.training and self.passes > 0

    def forward(self, x: Tensor) -> Tensor:
        """Return features (n, ..., size) without those that are left out, (passes n, ..., size) in passes."""
        if not self._parts:
            return super().forward(x)
        by_pass = x.reshape(-1, self.windows, *x.shape[1:])
        kept = x.new_ones(self.passes, *[1] * (x.ndim - 1), x.shape[-1])
        return (by_pass * super().forward(kept)).reshape(-1, *x.shape[1:])

    def parted(self, x: Tensor) -> Tensor:
        """Return features once for each pass, where there are passes."""
        return of_passes(x, self.passes * self.windows) if self._parts else x


class Head(nn.Module):
    """Turns features (n, size) into (n, ahead, outputs); what is known of each step ahead comes in there."""

    dropout: "Dropout"

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = Dropout(dropout)


class DirectHead(Head):
    """A hidden layer, then all steps ahead at once."""

    def __init__(self, size: int, shape: Shape, dropout: float) -> None:
        super().__init__(shape, dropout)
        outputs = shape.ahead * (shape.outputs + (_PER_STEP if shape.regressors else 0))
        self.inner = nn.Linear(size, size)
        self.outer = nn.Linear(size, outputs)
        self.step: nn.Module | None = None
        if shape.regressors:
            told = _PER_STEP + 2 * shape.regressors
            last = nn.Linear(_STEP_HIDDEN, shape.outputs)
            self.step = nn.Sequential(nn.Linear(told, _STEP_HIDDEN), nn.ReLU(), last)
            for parameter in last.parameters():
                nn.init.zeros_(parameter)
        with torch.no_grad():
            by_step = self.outer.weight.view(shape.ahead, -1, size)
            by_step[:, : shape.outputs].zero_()
            self.outer.bias.zero_()

    def forward(self, features: Tensor, cues: Cues) -> Tensor:
        """Return the steps ahead, (n, ahead, outputs)."""
        inner = self.dropout(torch.relu(self.inner(features)))
        each = self.outer(inner).reshape(len(inner), self.shape.ahead, -1)
        if self.step is None:
            return each  # type: ignore[no-any-return]
        own, of_window = each[..., : self.shape.outputs], each[..., self.shape.outputs :]
        told = of_passes(cues.told, len(each))
        return own + self.step(torch.cat([of_window, told], dim=-1))  # type: ignore[no-any-return]


_PER_STEP = 4
"""Features of the window that meet the regressors of a step."""
_STEP_HIDDEN = 16


class Identities(nn.Module):
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
    cues: Cues


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
        self.identities = Identities(encoder.size, shape) if shape.embedding else None
        self.own = OwnPast(shape) if shape.lags else None

    def forward(self, batch: Batch) -> Tensor:
        """Return the steps ahead of windows, (n, ahead, outputs)."""
        return self.ahead(batch, self.features(batch))

    def features(self, batch: Batch) -> Tensor:
        """Return what the encoder sees in windows, (n, size)."""
        if self.shape.carried:
            return self.carried(batch)[0]
        return self._known_by(self.encoder(self._seen(batch, 0)), batch)

    def carried(self, batch: Batch) -> tuple[Tensor, State]:
        """Return what the encoder sees in windows, its state carried on to them, and the state at their end."""
        state = self._state_before(batch) if batch.state is None else batch.state
        features, ends = self.encoder.walked(self._seen(batch, 0), state)
        return self._known_by(features, batch), ends

    def _known_by(self, features: Tensor, batch: Batch) -> Tensor:
        """Return features with what is known of their series; of another one, what is known of all."""
        if self.identities is None or batch.identity is None:
            return features
        return self.identities(features, batch.identity)  # type: ignore[no-any-return]

    def _state_before(self, batch: Batch) -> State | None:
        """Return the state that windows begin at, from the whole windows before them in their series."""
        state, within = None, batch.within
        if within is None:
            return None
        with torch.no_grad():
            for back in range(batch.past.shape[1] // self.shape.window - 1, 0, -1):
                whole = within >= (back + 1) * self.shape.window
                if whole.any():
                    _, ends = self.encoder.walked(self._seen(batch, back), state)
                    state = tuple(end * whole[:, None] for end in ends)
        return state

    def _seen(self, batch: Batch, back: int) -> Tensor:
        """Return windows, or those so many windows before them, as the encoder sees them, (n, window, d)."""
        first = batch.past.shape[1] - (back + 1) * self.shape.window
        here = slice(first, first + self.shape.window)
        past = batch.past[:, here]
        x = (past - self._level(past))[..., None]
        return torch.cat([x, batch.known[:, here]], dim=-1) if self.shape.columns > 1 else x

    def ahead(self, batch: Batch, features: Tensor) -> Tensor:
        """Return the steps ahead by features (n, size), which dropout thins out; (n, ahead, outputs)."""
        basis = self.basis(batch)
        return basis.base[..., None] + self.added(basis.cues, features)

    def basis(self, batch: Batch) -> "Basis":
        """Return what is known of the steps ahead before features are looked at, the same in all passes."""
        past, told, base = self._linear(batch)
        level = self._level(batch.past)
        cues = Cues(told, past[:, -1], base - level, batch.target - level, batch.counts)
        return Basis(base, cues)

    def added(self, cues: Cues, features: Tensor) -> Tensor:
        """Return what features (n, size) add to the base, (n, ahead, outputs), (passes n, ...) in passes."""
        return self.head(self.dropout(features), cues)  # type: ignore[no-any-return]

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
        if self.own is not None and self.own.is_used and batch.series is not None:
            base = self.own(past, batch.series)
        return torch.cat([past - level, self._beside(batch)], dim=1), self._told(batch), base

    def _beside(self, batch: Batch) -> Tensor:
        """Return the last values of the companions of windows, one companion behind the other."""
        last = batch.past.shape[1]
        known = batch.known[:, last - self.shape.reach : last, self.shape.regressors :]
        return known.transpose(1, 2).flatten(1)

    def _told(self, batch: Batch) -> Tensor:
        """Return the regressors of the steps ahead, and what they were where the naive forecast comes from."""
        if not self.shape.regressors:
            return batch.known[:, : self.shape.ahead, :0]
        known = batch.known[:, -self.shape.window - self.shape.ahead :, : self.shape.regressors]
        behind = known[:, self._sources(known.device)]
        return torch.cat([known[:, self.shape.window :], behind], dim=-1)

    def _level(self, past: Tensor) -> Tensor:
        """Return the mean of the last cycle, (n, 1)."""
        if not self.shape.levelled:
            return past.new_zeros(len(past), 1)
        return past[:, -self.shape.cycle :].mean(dim=1, keepdim=True)

    def _naive(self, past: Tensor) -> Tensor:
        return past[:, self._sources(past.device)]

    def _sources(self, device: torch.device) -> Tensor:
        """Return where the last cycle has what comes so many steps ahead, (ahead,)."""
        steps = torch.arange(self.shape.ahead, device=device)
        return self.shape.window - self.shape.cycle + steps % self.shape.cycle


class DenseEncoder(Encoder):
    """Fully connected layers that see the window as a whole."""

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.size = hidden
        self.repeatable = layers == 1 or dropout == 0.0
        parts: list[nn.Module] = [nn.Flatten(), nn.Linear(inputs, hidden), nn.ReLU()]
        for _ in range(layers - 1):
            parts += [nn.Dropout(dropout), nn.Linear(hidden, hidden), nn.ReLU()]
        self.layers = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        """Return the last hidden layer."""
        return self.layers(x)  # type: ignore[no-any-return]


class ConvolutionalEncoder(Encoder):
    """Residual blocks of causal convolutions; the dilation doubles until they reach over the window."""

    def __init__(
        self, inputs: int, channels: int, kernel: int, window: int, dropout: float
    ) -> None:
        super().__init__()
        self.size = channels
        self.repeatable = dropout == 0.0
        self.inlet = nn.Conv1d(inputs, channels, 1)
        blocks, reach, dilation = [], 1, 1
        while reach < window:
            blocks.append(_Block(channels, kernel, dilation, dropout))
            reach += (kernel - 1) * dilation
            dilation *= 2
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels at the last value of windows."""
        inner: Tensor = self.inlet(x.transpose(1, 2))
        for block in self.blocks:
            inner = block(inner)
        return inner[:, :, -1]


class _Block(nn.Module):
    """A convolution that sees nothing of later values, added to what it saw."""

    def __init__(self, channels: int, kernel: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.before = (kernel - 1) * dilation
        self.convolution = nn.Conv1d(channels, channels, kernel, dilation=dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return the channels at every value, (n, channels, steps)."""
        seen: Tensor = self.convolution(nn.functional.pad(x, (self.before, 0)))
        dropped: Tensor = self.dropout(torch.relu(seen))
        return x + dropped
