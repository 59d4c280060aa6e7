"""How networks are built, trained, and how that went, as values; what is here loads no torch."""

from dataclasses import dataclass, field
from typing import Literal

from models.contract.state import kept

CellName = Literal["lstm", "gru", "rnn"]
Merge = Literal["concat", "sum", "mul", "mean"]
Pooling = Literal["last", "max", "mean"]
ScalerName = Literal["standard", "minmax", "robust"]
LossName = Literal["mae", "mse", "huber", "pinball"]
OptimizerName = Literal["adam", "rmsprop", "sgd"]
ScheduleName = Literal["constant", "step", "exponential", "inverse", "plateau", "one_cycle"]
Precision = Literal["float32", "bfloat16"]
Architecture = Literal["dense", "convolutional", "lstm"]
Ending = Literal["all epochs", "early stopping", "out of time", "diverged"]

QUANTILES = (0.5, 0.025, 0.05, 0.1, 0.25, 0.75, 0.9, 0.95, 0.975)
"""What a network with pinball loss gives for each step, the forecast first."""


def outputs_of(loss: LossName) -> int:
    """Return how many values a network gives for each step."""
    return len(QUANTILES) if loss == "pinball" else 1


_MOST_INPUTS = 768
"""Values that a linear function is solved for: the time grows with their square."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network takes and gives: values in, steps ahead, outputs each, regressors, and the season.

    ``levelled``: whether a window is seen relative to its own level. ``residual``: whether the output is added to
    the seasonal naive forecast of the window. ``highway``: whether a linear function of the window is, too.
    ``carried``: through how many windows before it a state comes to a window. ``embedding``: by how many numbers
    each of so many ``series`` is known. ``lags``: how far back the regression of each of so many ``members`` on
    its own past looks, none if empty. ``companions``: columns of a window whose future is not known; they stand
    behind the regressors.
    """

    window: int
    ahead: int
    outputs: int = 1
    regressors: int = 0
    season: int = 1
    levelled: bool = True
    residual: bool = True
    highway: bool = True
    carried: int = 0
    series: int = 0
    embedding: int = 0
    lags: tuple[int, ...] = ()
    members: int = 0
    companions: int = 0

    @property
    def cycle(self) -> int:
        """The season where a window holds it, else 1."""
        return self.season if self.season <= self.window else 1

    @property
    def columns(self) -> int:
        """What the encoder sees of each step of a window: the value, regressors and companions."""
        return 1 + self.regressors + self.companions

    @property
    def inputs(self) -> int:
        """How many values the linear function of a window sees."""
        return self.window + self.reach * self.companions

    @property
    def reach(self) -> int:
        """How many of the last values of each companion the linear function of a window sees."""
        room = max(0, _MOST_INPUTS - self.window) // max(1, self.companions)
        return min(self.window, room) if self.companions else 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How a recurrent encoder is built, and with what numbers it computes while it learns."""

    cell: CellName = "lstm"
    hidden: int = 32
    layers: int = 1
    bidirectional: bool = False
    merge: Merge = "concat"
    pooling: Pooling = "last"
    dropout: float = 0.0
    patch: int = 1
    precision: Precision = "float32"


@dataclass(frozen=True, slots=True)
class Attention:
    """How patches of a window look at one another: by so many heads of a size, in so many layers."""

    patch: int
    hidden: int
    heads: int
    layers: int
    dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to train: see the params of the models; a learning rate of None is looked for.

    ``row``: how many windows are walked in order, 1 for windows in any order. ``least_steps``: an epoch of few
    windows has about so many steps: they are small rather than few.
    """

    epochs: int = 60
    patience: int = 12
    batch_size: int = 128
    epoch_windows: int = 4096
    learning_rate: float | None = 0.005
    optimizer: OptimizerName = "adam"
    schedule: ScheduleName = "one_cycle"
    loss: LossName = "mae"
    l1: float = 0.0
    weight_decay: float = 0.0
    clip: float = 1.0
    row: int = 1
    least_steps: int = 8


@kept
@dataclass(slots=True)
class TrainingHistory:
    """What happened: losses of each epoch, the best of them, how it ended, the rate and the batch size used.

    The first pair of losses is from before the training.
    """

    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    best_epoch: int = 0
    ending: Ending = "all epochs"
    learning_rate: float = 0.0
    batch_size: int = 0

    @property
    def epochs(self) -> int:
        """How many epochs there were."""
        return len(self.validation) - 1


KERNEL = 5
"""Values that a convolution of an autoencoder sees at a time."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """How an autoencoder is built: the length of its windows, the size of its layers and of its code.

    ``variational``: whether the code is drawn from a distribution, whose distance from a standard normal one
    costs ``beta`` of its size in the loss.
    """

    architecture: Architecture
    window: int
    hidden: int
    code: int
    variational: bool = False
    beta: float = 0.0
