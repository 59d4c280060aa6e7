"""``POST /v1/decompose``."""

from fastapi import APIRouter, Response

from app.http.dependencies import DecomposingDep, ExchangeDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/decompose", **series_endpoint("DecomposeRequest", "DecomposeAnswer"))
async def decompose(exchange: ExchangeDep, decomposing: DecomposingDep) -> Response:
    """Take one or many series apart into trend, season, cycle and the rest."""
    return await exchange.answer(decomposing.decompose)
