"""``POST /v1/backtest``."""

from fastapi import APIRouter, Response

from app.http.dependencies import BacktestingDep, ExchangeDep
from app.http.openapi import series_endpoint

router = APIRouter(tags=["series"])


@router.post("/v1/backtest", **series_endpoint("BacktestRequest", "BacktestAnswer"))
async def backtest(exchange: ExchangeDep, backtesting: BacktestingDep) -> Response:
    """Forecast a past that is known, by one or several models; score and rank them."""
    return await exchange.answer(backtesting.backtest)
