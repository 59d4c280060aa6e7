"""The gated recurrent unit."""

from models.forecasters.neural._params import RecurrentParams
from models.forecasters.neural._recurrent import RecurrentForecaster


class GRUParams(RecurrentParams):
    """How the network is built and trained."""


class GRU(RecurrentForecaster[GRUParams]):
    """An LSTM with two gates instead of three and one state instead of two: fewer weights, often as good.

    Reference: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, EMNLP.
    """

    name = "gru"
    title = "GRU"
    summary = "A recurrent network with fewer gates than an LSTM, trained on all series of a request together."
    reference = (
        "Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, EMNLP"
    )
    cell = "gru"
