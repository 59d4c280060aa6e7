"""The service in process, on one engine for the whole run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.engine.base import Engine, Piece, Work
from app.engine.local.engine import LocalEngine
from app.main import create_app
from app.settings import Settings
from tests.app.engine.work import sleep
from tests.app.helpers import Api
from tests.waiting import until


class Lent(Engine):
    """An engine that outlives the app that uses it."""

    name = "lent"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.workers = engine.workers

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def ready(self) -> bool:
        return self.engine.ready()

    def submit(self, work: Work[Any]) -> Piece[Any]:
        return self.engine.submit(work)


class Slow(Lent):
    """An engine whose every piece of work takes far longer than any budget here."""

    def submit(self, work: Work[Any]) -> Piece[Any]:
        return self.engine.submit(replace(work, function=sleep, args=(600.0,)))


class Held(Lent):
    """An engine that takes no work before it is let go."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.let_go = Event()

    def submit(self, work: Work[Any]) -> Piece[Any]:
        self.let_go.wait()
        return super().submit(work)


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(2)
    engine.start()
    until(engine.ready, "the first worker")
    yield engine
    engine.stop()


@pytest.fixture
def make_api(engine: LocalEngine, tmp_path: Path) -> Iterator[Callable[..., Api]]:
    """Make a running app with settings of one's own."""
    with ExitStack() as stack:

        def make(engine: Engine = Lent(engine), **settings: Any) -> Api:  # noqa: B008
            app = create_app(Settings(data_dir=tmp_path, workers=2, **settings), engine)
            return Api(stack.enter_context(TestClient(app)))

        yield make


@pytest.fixture(scope="session")
def api(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The app as it comes."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data"), workers=2), Lent(engine))
    with TestClient(app) as client:
        yield Api(client)
