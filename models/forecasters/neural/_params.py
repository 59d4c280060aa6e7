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
        description="Steps ahead that the network gives at once; as many as are asked for if omitted."
        " Farther ones build on those, so that 1 makes the forecast recursive.",
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
        description="Whether logarithms are taken first; if omitted, of series whose values are all over 0.",
    )
    scaler: ScalerName = Field(
        "standard",
        title="Scaler",
        description="What brings values to one size, learned from the training part: mean and standard deviation,"
        " the range to −1..1, or median and quartiles.",
    )
    scale_by: Literal["window", "series", "global"] = Field(
        "window",
        title="Scale by",
        description="Each series by itself and each window relative to the level of its last cycle, each series"
        " by itself, or all by one scale.",
    )
    residual: bool = Field(
        True,
        title="Residual",
        description="Whether the network learns what the seasonal naive forecast of its window misses.",
    )
    highway: bool = Field(
        True,
        title="Highway",
        description="Whether a linear function of the window is added to the output, so that the network learns"
        " what is not linear.",
    )
    embedding: int = Field(
        0,
        ge=0,
        le=1024,
        title="Embedding",
        description="Numbers that the network learns of each series by itself; 0 where it knows a series by its"
        " window only. Of a series that it has not learned from, it takes their mean.",
    )
    dropout: float = Field(
        0.1,
        ge=0,
        lt=1,
        title="Dropout",
        description="Share of features left out at random in training, behind the encoder and in the head.",
    )
    epochs: Epochs = 40
    epoch_windows: EpochWindows = 4096
    patience: Patience = 10
    validation: float = Field(
        0.2,
        gt=0,
        lt=0.9,
        title="Validation share",
        description="Share of each series, its last part, that is held back to end the training and for"
        " intervals.",
    )
    use_all: bool = Field(
        True,
        title="Learn the rest",
        description="Whether the network goes on to learn from the part that was held back, once it has served.",
    )
    search: int = Field(
        0,
        ge=0,
        le=10_000,
        title="Search",
        description="Short trainings with other values of learning_rate, weight_decay, dropout, hidden, layers,"
        " those that are at their default: random ones, then such as are close to the best. What is best on the"
        " held-back part is used. At most half of the time is spent on it.",
    )
    restarts: int = Field(
        0,
        ge=0,
        le=100,
        title="Restarts",
        description="Further trainings from other random weights; the best on the held-back part is used.",
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
        description="The largest step of the training; 'find' looks for one by a short trial.",
    )
    schedule: ScheduleName = Field(
        "one_cycle", title="Schedule", description="How the learning rate changes over the rounds."
    )
    optimizer: OptimizerName = Field(
        "adam", title="Optimiser", description="Adam, RMSprop, or gradient descent with momentum."
    )
    loss: LossName = Field(
        "mae",
        title="Loss",
        description="What is made small: absolute, squared or Huber's error, or the pinball loss of nine"
        " quantiles, which are the intervals then.",
    )
    l1: float = Field(
        0.0,
        ge=0,
        le=1,
        title="L1",
        description="Price of the size of weights, which sets some to zero.",
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
        description="Longest gradient of a step; 0 for any length.",
    )
    n_passes: int = Field(
        100,
        ge=2,
        le=10_000,
        title="Passes",
        description="Forecasts with dropout that interval_method mc_dropout is made of.",
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
        description="Values that the recurrence reads at once; one, or those of a cycle where a window has many,"
        " if omitted.",
    )
    bidirectional: bool = Field(
        False,
        title="Bidirectional",
        description="Whether the window is also read from its end.",
    )
    merge: Merge = Field(
        "concat", title="Merge", description="How both directions become one, if there are two."
    )
    pooling: Pooling = Field(
        "last",
        title="Pooling",
        description="What of the states is used: the last, alone or beside the largest or the mean over the"
        " window.",
    )
    batching: Literal["windows", "rows"] = Field(
        "windows",
        title="Batching",
        description="Windows in any order, the state zero at each, or rows of windows that follow one another,"
        " walked side by side, the state carried on from window to window.",
    )
    carried: int = Field(
        4,
        ge=1,
        le=1000,
        title="Carried",
        description="Windows before the last one that the state is carried through, with batching rows.",
    )
    head: Literal["direct", "decoder"] = Field(
        "direct",
        title="Head",
        description="All steps at once, or one after the other by a second recurrence, which is told the value"
        " before each.",
    )
    teacher_forcing: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Teacher forcing",
        description="Share of the steps at which the decoder is told the actual value before, in training; its"
        " own forecast otherwise, and always in use.",
    )

    @property
    def carried_windows(self) -> int:
        """Through how many windows the state is carried to another, 0 for none."""
        return self.carried if self.batching == "rows" else 0

    def plan(self) -> TrainingPlan:
        """Return how to train."""
        return replace(super().plan(), row=1 + self.carried_windows)
