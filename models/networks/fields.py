"""Options that several networks have, each with its default; like ``options``, this loads no torch."""

from typing import Annotated

from pydantic import Field

Epochs = Annotated[
    int, Field(ge=1, le=10_000, title="Epochs", description="Rounds of the training at most.")
]
EpochWindows = Annotated[
    int,
    Field(
        ge=1,
        le=10_000_000,
        title="Windows per round",
        description="Windows that a round of the training takes at most, drawn anew each time.",
    ),
]
Patience = Annotated[
    int,
    Field(
        ge=1,
        le=10_000,
        title="Patience",
        description="Rounds without a better loss on the part that is held back after which the training ends.",
    ),
]
StateSize = Annotated[
    int, Field(ge=1, le=4096, title="Hidden units", description="Size of the state of each layer.")
]
RecurrentLayers = Annotated[
    int,
    Field(ge=1, le=16, title="Layers", description="Recurrent layers, one on top of the other."),
]
LayerSize = Annotated[
    int, Field(ge=1, le=4096, title="Hidden units", description="Size of each hidden layer.")
]
