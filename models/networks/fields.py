"""Options that several networks have, each with its default; like ``options``, this loads no torch."""

from typing import Annotated

from pydantic import Field

Epochs = Annotated[
    int, Field(ge=1, le=10_000, title="Epochs", description="Largest number of training epochs.")
]
EpochWindows = Annotated[
    int,
    Field(
        ge=1,
        le=10_000_000,
        title="Windows per epoch",
        description="Largest number of windows per epoch, drawn anew each time.",
    ),
]
Patience = Annotated[
    int,
    Field(
        ge=1,
        le=10_000,
        title="Patience",
        description="Number of epochs without a better loss on the held-back part after which the training"
        " ends.",
    ),
]
StateSize = Annotated[
    int, Field(ge=1, le=4096, title="Hidden units", description="Size of the state of each layer.")
]
RecurrentLayers = Annotated[
    int,
    Field(ge=1, le=16, title="Layers", description="Number of recurrent layers."),
]
LayerSize = Annotated[
    int, Field(ge=1, le=4096, title="Hidden units", description="Size of each hidden layer.")
]
