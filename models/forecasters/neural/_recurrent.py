"""What recurrent networks share."""

from collections.abc import Mapping
from dataclasses import replace
from math import gcd
from typing import TYPE_CHECKING, ClassVar, TypeVar

from models.forecasters.neural._network import NetworkForecaster
from models.forecasters.neural._params import RecurrentParams
from models.networks.options import CellName, Recurrence, Shape
from models.networks.sizes import Size

if TYPE_CHECKING:
    from models.networks.encoders import Encoder
    from models.networks.heads import Head

_MANY = 6
"""Cycles in a window from which on they are read one by one, rather than value by value."""

_GATES: Mapping[CellName, int] = {"lstm": 4, "gru": 3, "rnn": 1}

P = TypeVar("P", bound=RecurrentParams)


class RecurrentForecaster(NetworkForecaster[P]):
    """A network that reads its window value by value."""

    cell: ClassVar[CellName]

    def _encoder(self, shape: Shape) -> "Encoder":
        from models.networks.encoders import RecurrentEncoder

        return RecurrentEncoder(shape.columns, self._recurrence(shape.window))

    def _head(self, shape: Shape, size: int) -> "Head | None":
        if self.params.head == "direct":
            return None
        from models.networks.decoder import Decoder

        decoder = Decoder(size, shape, self.params.dropout, self.cell)
        decoder.forcing = self.params.teacher_forcing
        return decoder

    def _recurrence(self, window: int) -> Recurrence:
        told = self.params
        return Recurrence(
            self.cell,
            told.hidden,
            told.layers,
            told.bidirectional,
            told.merge,
            told.pooling,
            told.dropout,
            self._patch(window),
        )

    def _shape(self) -> Shape:
        return replace(super()._shape(), carried=self.params.carried_windows)

    @property
    def _stride(self) -> int:
        """Return a stride by which windows come to the next window, where these are walked."""
        stride = self.params.stride
        return gcd(stride, self.window_) if self.params.carried_windows else stride

    def _patch(self, window: int, season: int = 1) -> int:
        """Return how many values are read at once: those of the commonest cycle that a window holds many of.

        ``season``: the one that is known before the fit.
        """
        if self.params.patch is not None:
            return min(self.params.patch, window)
        seasons = getattr(self, "seasons_", (season,))
        return next((one for one in seasons if window >= _MANY * one), 1)

    def _encoder_size(self, shape: Shape) -> Size:
        told, patch = self.params, self._patch(shape.window, shape.season)
        directions, gates = 2 if told.bidirectional else 1, _GATES[self.cell]
        passes = told.layers * directions
        seen = patch * shape.columns + (told.layers - 1) * directions * told.hidden
        weights = directions * gates * told.hidden * (told.layers * told.hidden + seen)
        joined = directions if told.merge == "concat" else 1
        features = told.hidden * joined * (1 if told.pooling == "last" else 2)
        return Size(weights, 4 * gates * passes * told.hidden * -(-shape.window // patch), features)

    def _size(self, shape: Shape) -> Size:
        whole = super()._size(shape)
        if self.params.head == "direct":
            return whole
        gates, size = _GATES[self.cell], whole.features
        kept = whole.kept + 4 * gates * shape.ahead * size
        return Size(whole.weights + gates * size**2, kept, size)

    def _weights_each_step(self) -> int:
        directions = 2 if self.params.bidirectional else 1
        gates = _GATES[self.cell]
        passes = directions * self.params.layers + (self.params.head == "decoder")
        return gates * passes * self.params.hidden * (self.params.hidden + 8)
