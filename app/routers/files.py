"""``POST /v1/read``: the bytes of a file in, series out, with what was guessed and what must be asked."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.http.dependencies import AdmissionDep, SettingsDep
from app.http.exchange import read_body
from app.http.openapi import FILE_BODY, FILE_PROBLEMS
from app.http.responses import json_response
from app.logging import request_id
from app.schemas.read import ReadAnswer, ReadOptions
from app.services.reading import read_file

router = APIRouter(tags=["files"])


@router.post(
    "/v1/read",
    responses={200: {"model": ReadAnswer}, **FILE_PROBLEMS},
    openapi_extra={"requestBody": FILE_BODY},
)
async def read(
    request: Request,
    settings: SettingsDep,
    admission: AdmissionDep,
    options: Annotated[ReadOptions, Query()],
) -> Response:
    """Read CSV of any kind, Excel, Parquet, Arrow or JSON, gzipped or not, to series for other endpoints."""
    encoding = request.headers.get("content-encoding", "")
    with admission:
        data = await read_body(request, settings.max_body_bytes)
        found = await anyio.to_thread.run_sync(
            read_file, data, encoding, options, settings, limiter=admission.threads
        )
    return json_response({"request_id": request_id.get() or "", **found})
