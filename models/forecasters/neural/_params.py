"""What all networks can be told: of the data they see, of their training, of what they answer."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from models.networks.fields import Epochs, EpochWindows, Patience, RecurrentLayers, StateSize
from models.networks.options import (
    LossName,
    Merge,
    OptimizerName,
    Pooling,
    ScalerName,
    ScheduleName,
    TrainingPlan,
)
from models.params import SeasonalParams


class NetworkParams(SeasonalParams):
    """Windows, scale and training; the names are those of the literature."""

    scope: Literal["global", "local"] = Field(
        "global",
        title="Scope",
        description="Whether one network learns from all series of a request, or each series has its own.",
    )
    window: int | None = Field(
        None,
        ge=1,
        le=10_000,
        title="Window",
        description="Values that the network looks back over; two seasons or one and a half horizons if omitted.",
    )
    horizon: int | None = Field(
        None,
        ge=1,
        le=10_000,
        title="Steps at once",
        description="Steps that the network predicts at once; the requested horizon if omitted. Later steps"
        " build on these, so that 1 makes the forecast recursive.",
    )
    stride: int = Field(
        1,
        ge=1,
        le=10_000,
        title="Stride",
        description="Steps from one training window to the next.",
    )
    log: bool | None = Field(
        None,
        title="Logarithms",
        description="Whether to take logarithms first; if omitted, for series whose values are all over 0.",
    )
    scaler: ScalerName = Field(
        "standard",
        title="Scaler",
        description="How values are scaled, learned from the training part: by mean and standard deviation,"
        " to the range −1..1, or by median and quartiles.",
    )
    scale_by: Literal["window", "series", "global"] = Field(
        "window",
        title="Scale by",
        description="window: each series by its own scale, and each window relative to the level of its"
        " last cycle; series: each series by its own scale; global: one scale for all series.",
    )
    residual: bool = Field(
        True,
        title="Residual",
        description="Whether the network learns the errors of the seasonal naive forecast of its window.",
    )
    highway: bool = Field(
        True,
        title="Highway",
        description="Whether a linear function of the window is added to the output, so that the network"
        " learns the nonlinear part only.",
    )
    embedding: int = Field(
        0,
        ge=0,
        le=1024,
        title="Embedding",
        description="Size of a learned embedding of each series; 0 for none. A series that was not in the"
        " training gets the mean of all embeddings.",
    )
    dropout: float = Field(
        0.1,
        ge=0,
        lt=1,
        title="Dropout",
        description="Share of features dropped at random in training, behind the encoder and in the head.",
    )
    epochs: Epochs = 40
    epoch_windows: EpochWindows = 4096
    patience: Patience = 10
    validation: float = Field(
        0.2,
        gt=0,
        lt=0.9,
        title="Validation share",
        description="Share at the end of each series that is held back for early stopping and for"
        " intervals.",
    )
    use_all: bool = Field(
        True,
        title="Learn the rest",
        description="Whether the network finally learns from the held-back part, too.",
    )
    search: int = Field(
        0,
        ge=0,
        le=10_000,
        title="Search",
        description="Number of short trainings that search for values of learning_rate, weight_decay,"
        " dropout, hidden and layers, of those that are at their default: random values first, then values"
        " close to the best. The best on the held-back part are used. The search takes at most half of the"
        " time.",
    )
    restarts: int = Field(
        0,
        ge=0,
        le=100,
        title="Restarts",
        description="Number of further trainings from other random weights; the best on the held-back part"
        " is used.",
    )
    batch_size: int = Field(
        128,
        ge=1,
        le=100_000,
        title="Batch size",
        description="Windows for each step of the training.",
    )
    learning_rate: Annotated[float, Field(gt=0, le=10)] | Literal["find"] = Field(
        0.005,
        title="Learning rate",
        description="Largest learning rate; 'find' determines one by a short trial.",
    )
    schedule: ScheduleName = Field(
        "one_cycle", title="Schedule", description="How the learning rate changes over the epochs."
    )
    optimizer: OptimizerName = Field(
        "adam", title="Optimiser", description="Adam, RMSprop, or gradient descent with momentum."
    )
    loss: LossName = Field(
        "mae",
        title="Loss",
        description="Loss to minimise: absolute, squared or Huber's error, or the pinball loss of nine"
        " quantiles, from which intervals are made then.",
    )
    l1: float = Field(
        0.0,
        ge=0,
        le=1,
        title="L1",
        description="L1 penalty on the weights, which sets some of them to zero.",
    )
    weight_decay: float = Field(
        0.0001,
        ge=0,
        le=1,
        title="Weight decay",
        description="How much weights shrink with each step.",
    )
    clip: float = Field(
        1.0,
        ge=0,
        le=1e6,
        title="Clipping",
        description="Largest norm of a gradient; 0 for no limit.",
    )
    n_passes: int = Field(
        100,
        ge=2,
        le=10_000,
        title="Passes",
        description="Number of forecasts with dropout from which interval_method mc_dropout is made.",
    )

    @property
    def trial_epochs(self) -> int:
        """Rounds of a training that only tries hyperparameters."""
        return min(self.epochs, max(3, self.epochs // 4))

    @property
    def all_epochs(self) -> int:
        """Rounds of all trainings."""
        return self.epochs * (1 + self.restarts) + self.trial_epochs * (
            self.search and self.search + 1
        )

    def plan(self) -> TrainingPlan:
        """Return how to train."""
        rate = None if self.learning_rate == "find" else self.learning_rate
        return TrainingPlan(
            epochs=self.epochs,
            patience=self.patience,
            batch_size=self.batch_size,
            epoch_windows=self.epoch_windows,
            learning_rate=rate,
            optimizer=self.optimizer,
            schedule=self.schedule,
            loss=self.loss,
            l1=self.l1,
            weight_decay=self.weight_decay,
            clip=self.clip,
        )


class RecurrentParams(NetworkParams):
    """How the recurrence is built."""

    hidden: StateSize = 32
    layers: RecurrentLayers = 1
    patch: int | None = Field(
        None,
        ge=1,
        le=10_000,
        title="Patch",
        description="Values that the recurrence reads at once; if omitted, one, or a whole cycle if the"
        " window has many.",
    )
    bidirectional: bool = Field(
        False,
        title="Bidirectional",
        description="Whether the window is also read from its end.",
    )
    merge: Merge = Field(
        "concat",
        title="Merge",
        description="How the two directions are combined, if bidirectional.",
    )
    pooling: Pooling = Field(
        "last",
        title="Pooling",
        description="Which states are used: the last one, alone or with the maximum or the mean over the"
        " window.",
    )
    batching: Literal["windows", "rows"] = Field(
        "windows",
        title="Batching",
        description="windows: in random order, each from a zero state; rows: sequences of consecutive"
        " windows side by side, with the state carried on from window to window.",
    )
    carried: int = Field(
        4,
        ge=1,
        le=1000,
        title="Carried",
        description="With batching rows: number of windows before the last one through which the state is"
        " carried.",
    )
    head: Literal["direct", "decoder"] = Field(
        "direct",
        title="Head",
        description="direct: all steps at once; decoder: one after the other by a second recurrence, which"
        " is given the value before each.",
    )
    teacher_forcing: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Teacher forcing",
        description="Share of training steps at which the decoder is given the actual value before;"
        " otherwise, and always when forecasting, it is given its own forecast.",
    )

    @property
    def carried_windows(self) -> int:
        """Through how many windows the state is carried to another, 0 for none."""
        return self.carried if self.batching == "rows" else 0

    def plan(self) -> TrainingPlan:
        """Return how to train."""
        return replace(super().plan(), row=1 + self.carried_windows)
