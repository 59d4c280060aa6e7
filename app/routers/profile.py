"""``POST /v1/profile``."""

from fastapi import APIRouter, Response

from app.http.dependencies import ExchangeDep, ProfilingDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/profile", **series_endpoint("ProfileRequest", "ProfileAnswer"))
async def profile(exchange: ExchangeDep, profiling: ProfilingDep) -> Response:
    """Tell what one or many series are like, and which models suit them."""
    return await exchange.answer(profiling.profile)
