"""Large data go out in parts, by series, and come back as one answer."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
import tidecast
from starlette.testclient import TestClient
from tidecast._progress import Progress
from tidecast._split import SplitBody

from app.main import create_app
from app.settings import Settings
from tests.client.helpers import Server, problem

COUNT, LENGTH = 7, 40


def frame() -> pd.DataFrame:
    random = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=LENGTH)
    parts = [
        pd.DataFrame({"unique_id": f"s{i}", "ds": days, "y": random.normal(50 + i, 1, LENGTH)})
        for i in range(COUNT)
    ]
    return pd.concat(parts).sort_values("ds", kind="stable", ignore_index=True)


@pytest.fixture
def server(tmp_path: Any) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path, workers=1, max_series=3)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


def connected(server: TestClient, **more: Any) -> tidecast.Client:
    return tidecast.Client(transport=server._transport, retries=0, **more)


@pytest.mark.parametrize("method", ["forecast", "detect", "changepoints"])
def test_the_joined_answer_is_that_of_the_whole(
    server: TestClient, tmp_path: Any, method: str
) -> None:
    asked = {"h": 3, "model": "ses"} if method == "forecast" else {}
    settings = Settings(data_dir=tmp_path / "wide", workers=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as wide:
        whole = connected(wide).ask(method, frame(), **asked)
    parts = connected(server).ask(method, frame(), **asked)
    assert list(whole.tables) == list(parts.tables)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(table, parts.tables[name], check_dtype=False)
    assert [one["unique_id"] for one in whole.series] == [one["unique_id"] for one in parts.series]
    assert [one["code"] for one in parts.warnings if one["code"] == "sent_in_parts"]
    assert "sent_in_parts" not in {one["code"] for one in whole.warnings}


def test_the_table_alone_warns_that_it_came_in_parts(server: TestClient) -> None:
    told: list[tuple[int, int]] = []
    client = connected(server, progress=lambda done, total: told.append((done, total)))
    with pytest.warns(tidecast.TidecastWarning, match="7 series were sent in"):
        table = client.forecast(frame(), 2, model="naive")
    assert table["unique_id"].tolist() == [f"s{i}" for i in range(COUNT) for _ in range(2)]
    assert told[-1] == (COUNT, COUNT)


def test_what_failed_is_named_whichever_part_it_was_in(server: TestClient) -> None:
    data = frame()
    data.loc[data["unique_id"].isin(["s5", "s6"]), "y"] = None
    client = connected(server, series_per_request=2)
    answer = client.ask("forecast", data, h=2, model="naive")
    assert [one["unique_id"] for one in answer.errors] == ["s5", "s6"]
    assert {one["code"] for one in answer.errors} == {"no_observations"}
    assert answer.table["unique_id"].nunique() == COUNT - 2


def test_where_all_fail_or_an_option_is_wrong_it_is_raised(server: TestClient) -> None:
    client = connected(server, series_per_request=2)
    with pytest.raises(tidecast.UnprocessableError, match="driift"):
        client.forecast(frame(), 2, model="driift")
    with pytest.raises(tidecast.UnprocessableError):
        client.forecast(frame().assign(y=None), 2, model="naive")


def test_the_future_goes_with_its_series(server: TestClient) -> None:
    data = frame().assign(price=lambda one: one["y"] * 2.0)
    days = pd.date_range("2024-02-10", periods=2)
    prices = [100.0 + 2.0 * i + 4.0 * (i % 3 - 1) for i in range(COUNT)]
    rows = [
        {"unique_id": f"s{i}", "ds": day, "price": prices[i]} for i in range(COUNT) for day in days
    ]
    client = connected(server)
    with pytest.warns(tidecast.TidecastWarning, match="sent in"):
        table = client.forecast(data, 2, model="arima", future=pd.DataFrame(rows))
    means = table.groupby("unique_id")["yhat"].mean()
    assert means.tolist() == pytest.approx([price / 2.0 for price in prices], abs=0.1)


def test_a_single_series_that_is_too_large_is_refused_with_the_limit() -> None:
    server = Server(problem(413, code="limit_exceeded", detail="max_points is 10"))
    with pytest.raises(tidecast.TooLargeError, match="max_points"):
        server.client().forecast({"a": [1.0, 2.0], "b": [3.0]}, h=1)
    assert len(server.requests) == 2  # both, then the first half of them


def test_a_backtest_ranks_over_all_series_and_is_never_split() -> None:
    server = Server(problem(413, code="limit_exceeded", detail="too many"))
    with pytest.raises(tidecast.TooLargeError):
        server.client(series_per_request=1).backtest({"a": [1.0, 2.0], "b": [3.0]}, h=1)
    assert len(server.requests) == 1


def test_limits_are_asked_for_before_much_is_sent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/limits":
            return httpx.Response(200, json={"max_points": 60_000, "max_series": 10})
        series = json.loads(request.content)["series"]
        ids = [one["unique_id"] for one in series]
        sizes.append(sum(len(one["y"]) for one in series))
        table = {"unique_id": ids, "ds": [0] * len(ids), "yhat": [0.0] * len(ids)}
        return httpx.Response(200, json={"forecast": table, "warnings": [], "errors": []})

    sizes: list[int] = []
    client = tidecast.Client(transport=httpx.MockTransport(answer))
    data = {f"s{i}": [1.0] * 25_000 for i in range(5)}
    with pytest.warns(tidecast.TidecastWarning, match="5 series were sent in 3 requests"):
        table = client.forecast(data, h=1)
    assert table["unique_id"] == [*data]
    assert sorted(sizes) == [25_000, 50_000, 50_000]


def test_parts_stay_below_the_bytes_that_a_body_may_have() -> None:
    series = [{"unique_id": f"s{i}", "y": [1.25] * 100} for i in range(10)]
    parts = SplitBody({"series": series}).planned({"max_body_bytes": 2_500}, None)
    assert len(parts) > 2
    assert [one for part in parts for one in part] == [f"s{i}" for i in range(10)]


def test_the_bar_is_for_terminals_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown, silent = Terminal(), io.StringIO()
    for stream in (shown, silent):
        progress = Progress(4, None, stream)
        progress.advance(1)
        progress.advance(3)
    assert silent.getvalue() == ""
    assert shown.getvalue().endswith("4 of 4 series\n")
    assert "[######..................] 1 of 4 series" in shown.getvalue()
