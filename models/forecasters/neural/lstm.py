"""The long short-term memory network."""

from models.forecasters.neural._params import RecurrentParams
from models.forecasters.neural._recurrent import RecurrentForecaster


class LSTMParams(RecurrentParams):
    """How the network is built and trained."""


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
