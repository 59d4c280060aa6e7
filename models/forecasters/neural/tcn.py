"""The temporal convolutional network."""

from typing import TYPE_CHECKING

from pydantic import Field

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import NetworkParams
from models.networks.options import Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder


class TCNParams(NetworkParams):
    """How the network is built and trained."""

    hidden: int = Field(
        16, ge=1, le=1024, title="Channels", description="Channels of each convolution."
    )
    kernel: int = Field(
        3, ge=2, le=64, title="Kernel", description="Values that each convolution looks at."
    )


class TCN(NetworkForecaster[TCNParams]):
    """Causal convolutions whose reach doubles from block to block until it spans the window, as in WaveNet.

    Reference: Bai, Kolter and Koltun (2018), An empirical evaluation of generic convolutional and recurrent
    networks for sequence modeling; van den Oord et al. (2016), WaveNet.
    """

    name = "tcn"
    title = "Temporal convolutional network"
    summary = (
        "Dilated causal convolutions over a window, trained on all series of a request together."
    )
    reference = (
        "Bai, Kolter & Koltun (2018), An empirical evaluation of generic convolutional networks"
    )

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.encoders import ConvolutionalEncoder

        told = self.params
        return ConvolutionalEncoder(
            shape.columns, told.hidden, told.kernel, shape.window, told.dropout
        )

    def _encoder_size(self, shape: Shape) -> Size:
        channels, kernel = self.params.hidden, self.params.kernel
        blocks = (-(-shape.window // (kernel - 1))).bit_length()
        return Size(blocks * kernel * channels**2, 5 * blocks * channels * shape.window, channels)

    def _weights_each_step(self) -> int:
        return 2 * 5 * self.params.kernel * self.params.hidden * (self.params.hidden + 8)
