"""What handlers need, named once."""

from typing import Annotated

from fastapi import Depends, Request

from app.engine.base import Engine
from app.http.exchange import Exchange, Gate
from app.services.backtesting import Backtesting
from app.services.base import Bench
from app.services.changes import FindingChanges
from app.services.decomposing import Decomposing
from app.services.detecting import Detecting
from app.services.forecasting import Forecasting
from app.services.profiling import Profiling
from app.settings import Settings
from app.store.database import Store


async def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


async def _engine(request: Request) -> Engine:
    return request.app.state.engine  # type: ignore[no-any-return]


async def _store(request: Request) -> Store:
    return request.app.state.store  # type: ignore[no-any-return]


async def _gate(request: Request) -> Gate:
    return request.app.state.gate  # type: ignore[no-any-return]


SettingsDep = Annotated[Settings, Depends(_settings)]
EngineDep = Annotated[Engine, Depends(_engine)]
StoreDep = Annotated[Store, Depends(_store)]
GateDep = Annotated[Gate, Depends(_gate)]


async def _exchange(request: Request, settings: SettingsDep, gate: GateDep) -> Exchange:
    return Exchange(request, settings, gate)


async def _bench(engine: EngineDep, settings: SettingsDep) -> Bench:
    return Bench(engine, settings)


ExchangeDep = Annotated[Exchange, Depends(_exchange)]
BenchDep = Annotated[Bench, Depends(_bench)]


async def _forecasting(bench: BenchDep) -> Forecasting:
    return Forecasting(bench)


async def _detecting(bench: BenchDep) -> Detecting:
    return Detecting(bench)


async def _backtesting(bench: BenchDep) -> Backtesting:
    return Backtesting(bench)


BacktestingDep = Annotated[Backtesting, Depends(_backtesting)]
ForecastingDep = Annotated[Forecasting, Depends(_forecasting)]
DetectingDep = Annotated[Detecting, Depends(_detecting)]


async def _decomposing(bench: BenchDep) -> Decomposing:
    return Decomposing(bench)


async def _finding_changes(bench: BenchDep) -> FindingChanges:
    return FindingChanges(bench)


async def _profiling(bench: BenchDep) -> Profiling:
    return Profiling(bench)


DecomposingDep = Annotated[Decomposing, Depends(_decomposing)]
FindingChangesDep = Annotated[FindingChanges, Depends(_finding_changes)]
ProfilingDep = Annotated[Profiling, Depends(_profiling)]
