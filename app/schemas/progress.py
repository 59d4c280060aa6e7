"""What is told of a request that is worked on."""

from typing import Literal

from pydantic import Field

from app.schemas.answers import Schema


class ProgressAnswer(Schema):
    """How far the work of a request is; null where it is not known."""

    request_id: str = Field(examples=["5f2b9c1e"])
    state: Literal["running", "unknown"] = Field(
        description="Unknown where no such request is worked on: it is answered, or has not come yet."
    )
    progress: float | None = Field(description="How much is done, from 0 to 1.")
    done: int | None = Field(description="Series that are done.")
    total: int | None = Field(description="Series that there are.")
    eta_s: float | None = Field(
        description="Seconds that a training takes at most from now on, at the pace it has."
    )
    epoch: int | None = Field(description="Rounds that a training has done.")
    loss: float | None = Field(description="Its loss on what it learns from, of the last epoch.")
    validation_loss: float | None = Field(description="Its loss on the part that is held back.")
