"""The plain recurrent network."""

from models.forecasters.neural._params import RecurrentParams
from models.forecasters.neural._recurrent import RecurrentForecaster


class RNNParams(RecurrentParams):
    """How the network is built and trained."""


class RNN(RecurrentForecaster[RNNParams]):
    """A state that each value moves on, without gates: quick, with a short memory.

    Reference: Elman (1990), Finding structure in time, Cognitive Science 14.
    """

    name = "rnn"
    title = "RNN"
    summary = (
        "A plain recurrent network: quick, with a short memory; the baseline for LSTM and GRU."
    )
    reference = "Elman (1990), Finding structure in time, Cognitive Science 14(2)"
    cell = "rnn"
