from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine.local.engine import LocalEngine
from app.store.database import Store
from tests.app.conftest import Lent
from tests.app.helpers import Api, Refusal, answered


def test_a_running_server_is_alive_and_ready(api: Api) -> None:
    assert answered(api.client.get("/healthz")) == {"status": "ok"}
    assert answered(api.client.get("/readyz")) == {"status": "ready"}


class Starting(Lent):
    def ready(self) -> bool:
        return False


def test_not_ready_while_workers_start(make_api: Callable[..., Api], engine: LocalEngine) -> None:
    starting = make_api(Starting(engine))
    refusal = Refusal(starting.client.get("/readyz"))
    assert (refusal.status, refusal.code) == (503, "unavailable")
    assert refusal.response.headers["retry-after"]
    assert answered(starting.client.get("/healthz")) == {"status": "ok"}


def test_not_ready_when_the_store_is_gone(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.client.app.state.store.stop()  # type: ignore[attr-defined]
    assert Refusal(api.client.get("/readyz")).status == 503


def test_a_draining_server_takes_no_new_work(make_api: Callable[..., Api]) -> None:
    api = make_api()
    api.client.app.state.admission.draining = True  # type: ignore[attr-defined]
    assert Refusal(api.client.get("/readyz")).status == 503
    refusal = api.refused("/v1/forecast", {"y": [1, 2], "h": 1, "model": "naive"})
    assert (refusal.status, refusal.code) == (503, "unavailable")
    assert refusal.response.headers["retry-after"]
    assert answered(api.client.get("/healthz")) == {"status": "ok"}


def test_the_store_lies_in_the_data_folder(make_api: Callable[..., Api], tmp_path: Path) -> None:
    make_api()
    assert (tmp_path / "tidecast.db").is_file()
    with pytest.raises(OSError, match="File exists"):
        Store(tmp_path / "tidecast.db").start()
