"""The long short-term memory network."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from models.contract.context import Context
from models.data.series import Notice, Series
from models.forecasters.neural._params import RecurrentParams
from models.forecasters.neural._recurrent import RecurrentForecaster
from models.networks.options import Precision, Recurrence


class LSTMParams(RecurrentParams):
    """How the network is built and trained."""

    precision: Precision = Field(
        "float32",
        title="Precision",
        description="Number format of the recurrence in training. 16 bits, with weights of 32, are faster"
        " if the processor supports them (avx512_bf16, amx, GPUs). A CPU without AVX-512 uses float32, and so"
        " do all forecasts.",
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
    knows_precision_: bool = True
    """Whether the precision that was asked for could be had."""

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        import torch

        from models.networks.device import knows_bfloat16

        super()._learn(members, context)
        asked = self.params.precision == "bfloat16"
        self.knows_precision_ = not asked or knows_bfloat16(torch.device(context.device))

    def notices(self) -> Sequence[Notice]:
        """Tell of numbers of 16 bits that the processor does not know, too."""
        if self.knows_precision_:
            return super().notices()
        text = "this processor has no numbers of 16 bits: the training computed with float32"
        return *super().notices(), Notice("precision_unused", text, "leave precision out")

    def _recurrence(self, window: int) -> Recurrence:
        return replace(super()._recurrence(window), precision=self.params.precision)
