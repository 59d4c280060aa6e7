"""The long short-term memory network."""

from dataclasses import replace

from pydantic import Field

from models.forecasters.neural._params import RecurrentParams
from models.forecasters.neural._recurrent import RecurrentForecaster
from models.networks.options import Precision, Recurrence


class LSTMParams(RecurrentParams):
    """How the network is built and trained."""

    precision: Precision = Field(
        "float32",
        title="Precision",
        description="Numbers that the recurrence computes with in training. Those of 16 bits, with weights of 32,"
        " are faster where the processor knows them (avx512_bf16, amx, graphics processors); forecasts are always"
        " made with float32.",
    )


class LSTM(RecurrentForecaster[LSTMParams]):
    """Reads a window value by value, and remembers what its gates let in; learns from all series together.

    Reference: Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9; Gers,
    Schmidhuber and Cummins (2000), Learning to forget, Neural Computation 12.
    """

    name = "lstm"
    title = "LSTM"
    summary = "A recurrent network with gates, trained on all series of a request together; for many long series."
    reference = "Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8)"
    cell = "lstm"

    def _recurrence(self, window: int) -> Recurrence:
        return replace(super()._recurrence(window), precision=self.params.precision)
