"""``POST`` to the endpoints that take series; each is declared beside its use case in ``app.services``."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from app.http.dependencies import ExchangeDep, WorkbenchDep
from app.http.openapi import described
from app.services.endpoint import Endpoint


def series_router(endpoints: Iterable[Endpoint[Any]]) -> APIRouter:
    """Return the router of these endpoints."""
    router = APIRouter(tags=["series"])
    for endpoint in endpoints:
        router.add_api_route(
            endpoint.path,
            _handler(endpoint),
            methods=["POST"],
            name=endpoint.name,
            description=endpoint.about,
            **described(endpoint),
        )
    return router


def _handler(endpoint: Endpoint[Any]) -> Callable[..., Awaitable[Response]]:
    async def handle(exchange: ExchangeDep, workbench: WorkbenchDep) -> Response:
        return await exchange.answer(partial(endpoint.answered, workbench))

    return handle
