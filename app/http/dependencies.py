"""What handlers need, named once."""

from typing import Annotated

from fastapi import Depends, Request

from app.engine.base import Engine
from app.http.exchange import AdmissionControl, Exchange, Waiting
from app.services.workbench import Workbench
from app.settings import Settings
from app.store.database import Store


async def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


async def _engine(request: Request) -> Engine:
    return request.app.state.engine  # type: ignore[no-any-return]


async def _store(request: Request) -> Store:
    return request.app.state.store  # type: ignore[no-any-return]


async def _admission(request: Request) -> AdmissionControl:
    return request.app.state.admission  # type: ignore[no-any-return]


async def _waiting(request: Request) -> Waiting:
    return request.app.state.waiting  # type: ignore[no-any-return]


SettingsDep = Annotated[Settings, Depends(_settings)]
EngineDep = Annotated[Engine, Depends(_engine)]
StoreDep = Annotated[Store, Depends(_store)]
AdmissionDep = Annotated[AdmissionControl, Depends(_admission)]
WaitingDep = Annotated[Waiting, Depends(_waiting)]


async def _exchange(request: Request, settings: SettingsDep, admission: AdmissionDep) -> Exchange:
    return Exchange(request, settings, admission)


async def _workbench(engine: EngineDep, settings: SettingsDep) -> Workbench:
    return Workbench(engine, settings)


ExchangeDep = Annotated[Exchange, Depends(_exchange)]
WorkbenchDep = Annotated[Workbench, Depends(_workbench)]
