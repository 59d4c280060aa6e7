"""``GET /healthz``, ``GET /readyz``, ``GET /version`` and ``GET /metrics``."""

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from app.failures import Unavailable
from app.http.dependencies import AdmissionDep, EngineDep, StoreDep
from app.http.metrics import MEDIA_TYPE
from app.http.openapi import PROBLEMS
from app.http.responses import json_response
from app.schemas.answers import Status, Version
from app.version import own_version

router = APIRouter(tags=["operating"], responses=PROBLEMS)


@router.get("/healthz", summary="Alive", responses={200: {"model": Status}})
async def healthz() -> Response:
    """Tell that the server is alive."""
    return json_response({"status": "ok"})


@router.get("/version", summary="Version", responses={200: {"model": Version}})
async def version() -> Response:
    """Tell which version this is."""
    return json_response({"version": own_version()})


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
)
def metrics(request: Request) -> Response:
    """Tell Prometheus of requests, fits, the queue, workers and memory."""
    text = request.app.state.metrics.text()
    return Response(text, media_type=MEDIA_TYPE)


@router.get("/readyz", summary="Ready", responses={200: {"model": Status}})
async def readyz(engine: EngineDep, store: StoreDep, admission: AdmissionDep) -> Response:
    """Tell whether requests would be answered: engine and store are there, and nothing drains."""
    if admission.draining:
        raise Unavailable("the server is about to stop")
    if not engine.ready():
        raise Unavailable("the worker processes are still starting", "ask again in a second")
    if not await anyio.to_thread.run_sync(store.ping):
        raise Unavailable("the store does not answer", "look at the server's log")
    return json_response({"status": "ready"})
