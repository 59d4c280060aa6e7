"""Puts the service together; holds no logic of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app.engine.base import Engine
from app.engine.local.engine import LocalEngine
from app.engine.local.kinds import devices_of, of_device
from app.http import openapi, problems
from app.http.exchange import AdmissionControl
from app.http.metrics import Metrics
from app.http.middleware import RequestMiddleware
from app.routers import catalog, files, health, pages, progress
from app.routers.series import series_router
from app.services import catalog as service
from app.services.endpoint import declared
from app.settings import Settings
from app.store.database import Store
from app.version import own_version

DESCRIPTION = "Forecasts and anomalies for many series at once: a table in, a table out."


def create_app(
    settings: Settings | None = None,
    engine: Engine | None = None,
) -> FastAPI:
    """Return the service, with the settings and engine given, or those that the environment asks for."""
    settings, endpoints = settings or Settings(), declared()
    app = FastAPI(
        title="Tidecast",
        version=own_version(),
        description=DESCRIPTION,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.engine = engine or _local_engine(settings)
    app.state.store = Store(settings.data_dir)
    app.state.waiting = {}
    app.state.admission = AdmissionControl(settings.max_requests)
    app.state.metrics = Metrics(app.state.engine, app.state.admission)
    for router in (
        series_router(endpoints),
        files.router,
        catalog.router,
        health.router,
        progress.router,
        pages.router,
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    problems.install(app)
    openapi.install(app, endpoints)
    app.add_middleware(RequestMiddleware, root_path=settings.root_path)
    return app


def _local_engine(settings: Settings) -> LocalEngine:
    devices = devices_of(settings.device)
    kinds = [of_device(one, settings.workers) for one in devices]
    return LocalEngine(settings.workers, kinds, settings.memory_bytes)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service.catalog()  # a model that cannot be imported stops the start, not the first request
    app.state.store.start()
    app.state.engine.start()
    try:
        yield
    finally:
        app.state.admission.draining = True
        app.state.engine.stop()
        app.state.store.stop()
