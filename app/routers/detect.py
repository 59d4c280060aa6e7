"""``POST /v1/detect``."""

from fastapi import APIRouter, Response

from app.http.dependencies import DetectingDep, ExchangeDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/detect", **series_endpoint("DetectRequest", "DetectAnswer"))
async def detect(exchange: ExchangeDep, detecting: DetectingDep) -> Response:
    """Find the anomalies of one or many series, each with its reason."""
    return await exchange.answer(detecting.detect)
