"""Neural hierarchical interpolation for time series."""

from math import isqrt
from typing import TYPE_CHECKING

from pydantic import Field

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import NetworkParams
from models.networks.fields import LayerSize
from models.networks.options import Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder
    from models.networks.heads import Head

_USUAL_PACE = 8
"""Of the slowest block, where there is no season."""


class NHITSParams(NetworkParams):
    """How the network is built and trained."""

    hidden: LayerSize = 64
    layers: int = Field(
        2, ge=1, le=16, title="Layers", description="Hidden layers of each of the three blocks."
    )
    pace: int | None = Field(
        None,
        ge=1,
        le=10_000,
        title="Pace",
        description="Values that the slowest block pools into one, and steps between its knots; the second"
        " block takes the square root of this, the third every value. A season, or 8, if omitted.",
    )


class NHITS(NetworkForecaster[NHITSParams]):
    """Three blocks of layers: the first draws the slow course, the next what it left, the last each step.

    Each looks at the window at its own pace and says as many values as that takes, between which lines are
    drawn: few weights for long horizons.

    Reference: Challu, Olivares, Oreshkin, Garza, Mergenthaler-Canseco and Dubrawski (2023), N-HiTS: neural
    hierarchical interpolation for time series forecasting, AAAI.
    """

    name = "nhits"
    title = "N-HiTS"
    summary = (
        "Layers at three time scales, from a season to a step, interpolated linearly; for long"
        " horizons."
    )
    has_hidden_head = False
    reference = "Challu et al. (2023), N-HiTS: neural hierarchical interpolation, AAAI"

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.hierarchy import Blocks, HierarchicalEncoder

        told = self.params
        return HierarchicalEncoder(shape, Blocks(self._paces(), told.hidden, told.layers))

    def _head(self, shape: Shape, size: int) -> "Head":
        from models.networks.hierarchy import InterpolatingHead

        return InterpolatingHead(self._paces(), shape, self.params.dropout)

    def _paces(self) -> tuple[int, int, int]:
        """Return how many values each block takes for one."""
        season = self.season_length_
        slowest = self.params.pace or (season if season > 1 else _USUAL_PACE)
        return slowest, isqrt(slowest), 1

    def _encoder_size(self, shape: Shape) -> Size:
        hidden, layers, paces = self.params.hidden, self.params.layers, self._paces()
        knots = [-(-shape.ahead // pace) * shape.outputs for pace in paces]
        seen = [-(-shape.window // pace) + shape.window * shape.columns for pace in paces]
        weights = hidden * (sum(seen) + sum(knots) + len(paces) * (layers - 1) * hidden)
        return Size(weights, 2 * len(paces) * (layers * hidden + shape.window), sum(knots))

    def _weights_each_step(self) -> int:
        return 6 * self.params.hidden + 8
