"""``GET /v1/progress/{request_id}``: how far a request is that is worked on."""

from math import isfinite
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from app.engine.cancellation import RunProgress
from app.http.dependencies import WaitingDep
from app.http.openapi import FILE_PROBLEMS, PROBLEMS
from app.http.responses import json_response
from app.schemas.progress import ProgressAnswer

router = APIRouter(tags=["series"], responses=PROBLEMS)
_FACTS = ("eta_s", "loss", "validation_loss")


@router.get(
    "/v1/progress/{request_id}",
    summary="How far a request is",
    responses={200: {"model": ProgressAnswer}, 422: FILE_PROBLEMS[422]},
)
async def progress(
    waiting: WaitingDep,
    request_id: Annotated[
        str, Path(max_length=64, description="What was sent as the header X-Request-ID.")
    ],
) -> Response:
    """Tell how far the work of a request is, by the ``X-Request-ID`` that it was sent with."""
    found = waiting.get(request_id)
    state = "unknown" if found is None else "running"
    far = {} if found is None else _told(found.how_far())
    nothing = dict.fromkeys(ProgressAnswer.model_fields)
    return json_response({**nothing, **far, "request_id": request_id, "state": state})


def _told(far: RunProgress) -> dict[str, Any]:
    known = {name: far.facts.get(name) for name in _FACTS}
    facts = {
        name: one if one is not None and isfinite(one) else None for name, one in known.items()
    }
    epoch = far.facts.get("epoch")
    counted = {"progress": round(far.share, 4), "done": far.done, "total": far.total}
    return {**counted, **facts, "epoch": None if epoch is None else int(epoch)}
