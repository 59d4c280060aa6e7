"""The patch transformer."""

from typing import TYPE_CHECKING

from pydantic import Field

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import NetworkParams
from models.networks.options import Attention, Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder
    from models.networks.heads import Head


class PatchTransformerParams(NetworkParams):
    """How the network is built and trained."""

    hidden: int = Field(
        8, ge=1, le=128, title="Hidden units", description="Size of each attention head."
    )
    heads: int = Field(4, ge=1, le=16, title="Heads", description="Number of attention heads.")
    layers: int = Field(2, ge=1, le=16, title="Layers", description="Number of attention layers.")
    patch: int = Field(
        12,
        ge=1,
        le=1000,
        title="Patch",
        description="Values per patch; patches overlap by half.",
    )


class PatchTransformer(NetworkForecaster[PatchTransformerParams]):
    """A window cut into patches that look at one another, and a sum of what they found for each step ahead.

    Reference: Nie, Nguyen, Sinthong and Kalagnanam (2023), A time series is worth 64 words: long-term forecasting
    with transformers, ICLR.
    """

    name = "patch_transformer"
    title = "Patch transformer"
    summary = "Attention among patches of a window, trained on all series of a request together; slow on a CPU."
    has_hidden_head = False
    reference = "Nie et al. (2023), A time series is worth 64 words, ICLR"

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.patches import PatchEncoder

        told = self.params
        plan = Attention(told.patch, told.hidden, told.heads, told.layers, told.dropout)
        return PatchEncoder(shape.columns, shape.window, plan)

    def _head(self, shape: Shape, size: int) -> "Head":
        from models.networks.linear import LinearHead

        return LinearHead(size, shape, self.params.dropout)

    def _encoder_size(self, shape: Shape) -> Size:
        told, patch = self.params, min(self.params.patch, shape.window)
        count = (shape.window - patch) // max(1, patch // 2) + 1
        width = told.hidden * told.heads
        kept = told.layers * count * (20 * width + 3 * told.heads * count)
        return Size(width * (patch * shape.columns + 8 * told.layers * width), kept, count * width)

    def _weights_each_step(self) -> int:
        width = self.params.hidden * self.params.heads
        return self.params.layers * 16 * width * (width + 8) // self.params.patch
