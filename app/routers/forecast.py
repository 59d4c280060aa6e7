"""``POST /v1/forecast``."""

from fastapi import APIRouter, Response

from app.http.dependencies import ExchangeDep, ForecastingDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/forecast", **series_endpoint("ForecastRequest", "ForecastAnswer"))
async def forecast(exchange: ExchangeDep, forecasting: ForecastingDep) -> Response:
    """Forecast one or many series with one or several models, with intervals."""
    return await exchange.answer(forecasting.forecast)
