"""Linear functions of a window, trained as networks are."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import NetworkParams
from models.networks.options import Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder
    from models.networks.heads import Head

_USUAL_KERNEL = 25
"""Values that the paper's moving average takes in."""


class LinearParams(NetworkParams):
    """Which linear function, and how it is trained; no part of it is random or bent unless asked for."""

    kind: Literal["nlinear", "dlinear", "linear"] = Field(
        "nlinear",
        title="Kind",
        description="nlinear: a weighted sum over the window relative to its last value; dlinear: two sums,"
        " over a moving average and over the remainder; linear: one sum over the plain values.",
    )
    kernel: int | None = Field(
        None,
        ge=2,
        le=10_000,
        title="Kernel",
        description="Values in the moving average of kind dlinear; a season, or 25, if omitted.",
    )
    scale_by: Literal["window", "series", "global"] = Field(
        "series",
        title="Scale by",
        description="window: each series by its own scale, and each window relative to the level of its"
        " last cycle; series: each series by its own scale; global: one scale for all series. With kind"
        " nlinear, each window is also relative to its last value.",
    )
    residual: bool = Field(
        False,
        title="Residual",
        description="Whether the sums are added to the seasonal naive forecast of the window; kind nlinear adds"
        " them to its last value anyway.",
    )
    highway: bool = Field(
        False,
        title="Highway",
        description="Whether training starts from the ridge regression on all windows, instead of the last"
        " value or the mean of a window.",
    )
    dropout: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Dropout",
        description="Share of the values of a window dropped at random in training.",
    )


class Linear(NetworkForecaster[LinearParams]):
    """Sums of weighted values of a window, one for each step ahead, learned from all series together.

    What a network has to beat: it often does not.

    Reference: Zeng, Chen, Zhang and Xu (2023), Are transformers effective for time series forecasting?, AAAI.
    """

    name = "linear"
    title = "Linear network"
    summary = (
        "NLinear and DLinear: weighted sums over a window; the baseline for the other networks."
    )
    baselines = ()
    takes_companions = False
    has_hidden_head = False
    reference = "Zeng et al. (2023), Are transformers effective for time series forecasting?, AAAI"

    def _shape(self) -> Shape:
        shape = super()._shape()
        if self.params.kind != "nlinear":
            return shape
        # the level of a cycle of one: its last value
        return replace(shape, levelled=True, season=1)

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.linear import Decomposition

        return Decomposition(
            shape.window, self._kernel() if self.params.kind == "dlinear" else None
        )

    def _head(self, shape: Shape, size: int) -> "Head":
        from models.networks.linear import LinearHead

        head = LinearHead(size, shape, self.params.dropout)
        if not (shape.residual or shape.levelled or shape.highway):
            head.begin_as_mean()
        return head

    def _kernel(self) -> int:
        """Return how many values the moving average takes in: those of a cycle, if there is one."""
        return self.params.kernel or (
            self.season_length_ if self.season_length_ > 1 else _USUAL_KERNEL
        )

    def _encoder_size(self, shape: Shape) -> Size:
        parts = 2 if self.params.kind == "dlinear" else 1
        return Size(0, 2 * parts * shape.window, parts * shape.window)

    def _weights_each_step(self) -> int:
        return 8 * (2 if self.params.kind == "dlinear" else 1)
