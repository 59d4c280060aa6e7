"""What is told of a request that is worked on."""

from typing import Literal

from pydantic import Field

from app.schemas.answers import Schema


class ProgressAnswer(Schema):
    """How far the work of a request is; null where it is not known."""

    request_id: str = Field(examples=["5f2b9c1e"])
    state: Literal["running", "unknown"] = Field(
        description="Unknown if no such request is running: it has been answered, or has not arrived yet."
    )
    progress: float | None = Field(description="How much is done, from 0 to 1.")
    done: int | None = Field(description="Series that are done.")
    total: int | None = Field(description="Series that there are.")
    eta_s: float | None = Field(
        description="Seconds that a training still takes at most, at its present pace."
    )
    epoch: int | None = Field(description="Epochs that a training has completed.")
    loss: float | None = Field(description="Its training loss in the last epoch.")
    validation_loss: float | None = Field(description="Its loss on the held-back part.")
