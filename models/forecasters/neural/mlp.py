"""The multilayer perceptron on windows."""

from typing import TYPE_CHECKING

from pydantic import Field

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import NetworkParams
from models.networks.fields import LayerSize
from models.networks.options import Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder


class MLPParams(NetworkParams):
    """How the network is built and trained."""

    hidden: LayerSize = 64
    layers: int = Field(
        2, ge=1, le=16, title="Layers", description="Hidden layers between window and head."
    )


class MLP(NetworkForecaster[MLPParams]):
    """Layers of rectified linear units that see the window as a whole, without a notion of time.

    Reference: Zhang, Patuwo and Hu (1998), Forecasting with artificial neural networks: the state of the art,
    International Journal of Forecasting 14.
    """

    name = "mlp"
    title = "Multilayer perceptron"
    summary = "Fully connected layers on a window; the baseline for recurrent networks."
    reference = "Zhang, Patuwo & Hu (1998), Forecasting with artificial neural networks, IJF 14(1)"
    baselines = ("linear",)

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.encoders import DenseEncoder

        inputs = shape.window * shape.columns
        return DenseEncoder(inputs, self.params.hidden, self.params.layers, self.params.dropout)

    def _encoder_size(self, shape: Shape) -> Size:
        hidden, layers = self.params.hidden, self.params.layers
        weights = hidden * (shape.window * shape.columns + (layers - 1) * hidden)
        return Size(weights, 3 * hidden * layers, hidden)

    def _weights_each_step(self) -> int:
        return self.params.hidden + 8
