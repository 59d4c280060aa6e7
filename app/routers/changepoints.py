"""``POST /v1/changepoints``."""

from fastapi import APIRouter, Response

from app.http.dependencies import ExchangeDep, FindingChangesDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/changepoints", **series_endpoint("ChangesRequest", "ChangesAnswer"))
async def changepoints(exchange: ExchangeDep, finding: FindingChangesDep) -> Response:
    """Find where level, trend or variance of one or many series changed."""
    return await exchange.answer(finding.find)
