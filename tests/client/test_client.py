"""Addresses, keys, bodies, and what comes back beside the table."""

import warnings
from datetime import date, timedelta
from typing import Any

import httpx
import numpy as np
import pandas as pd
import polars as pl
import pytest
import tidecast

from tests.client.helpers import Server, detection, forecast

TWO = forecast([3, 4], [3.0, 4.0])


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIDECAST_URL", "TIDECAST_API_KEY", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


# --- where and who --------------------------------------------------------------


def test_the_default_is_a_server_on_this_machine() -> None:
    server = Server(TWO)
    server.client().forecast([1, 2], h=2)
    assert str(server.requests[0].url) == "http://127.0.0.1:8000/v1/forecast"
    assert "Authorization" not in server.requests[0].headers


def test_environment_names_server_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDECAST_URL", "https://tides.example/api/")
    monkeypatch.setenv("TIDECAST_API_KEY", "k1")
    server = Server(TWO)
    server.client().forecast([1, 2], h=2)
    assert str(server.requests[0].url) == "https://tides.example/api/v1/forecast"
    assert server.requests[0].headers["Authorization"] == "Bearer k1"


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDECAST_URL", "https://wrong.example")
    monkeypatch.setenv("TIDECAST_API_KEY", "wrong")
    server = Server(TWO)
    server.client(base_url="http://right.example:81", api_key="k2").catalog()
    assert str(server.requests[0].url) == "http://right.example:81/v1/catalog"
    assert server.requests[0].headers["Authorization"] == "Bearer k2"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x.example", "http://", "nonsense"])
def test_an_address_without_scheme_or_host_is_refused(url: str) -> None:
    with pytest.raises(tidecast.SettingError, match="must be an http or https address"):
        tidecast.Client(url)


def test_a_proxy_is_not_asked_for_our_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    with tidecast.Client() as here, tidecast.Client("http://tides.example") as there:
        assert not here._http._client._mounts
        assert there._http._client._mounts


@pytest.mark.parametrize(
    ("url", "compressed"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost", False),
        ("http://192.168.0.9", True),
        ("https://tides.example", True),
    ],
)
def test_answers_come_compressed_from_other_machines(url: str, compressed: bool) -> None:
    server = Server(TWO)
    server.client(base_url=url).catalog()
    assert ("gzip" in server.requests[0].headers["Accept-Encoding"]) is compressed


def test_the_key_is_not_in_the_repr() -> None:
    client = tidecast.Client("http://a.example", api_key="secret")
    assert repr(client) == "<Client http://a.example>"
    client.close()


def test_the_user_agent_names_the_version() -> None:
    server = Server(TWO)
    server.client().catalog()
    assert server.requests[0].headers["User-Agent"] == f"tidecast/{tidecast.__version__}"


def test_leaving_the_block_closes_the_connections() -> None:
    server = Server(TWO)
    with server.client() as client:
        client.catalog()
    with pytest.raises(RuntimeError, match="closed"):
        client.catalog()


# --- bodies ----------------------------------------------------------------------


def test_options_go_to_the_wire_as_plain_json() -> None:
    server = Server(TWO)
    server.client().forecast(
        [1, 2],
        2,
        model={"name": "ets", "season_length": np.int64(12)},
        level=(80, 95.5),
        quantiles=np.array([0.1, 0.9]),
        bounds={"lower": 0, "upper": None},
        holidays=[date(2024, 12, 25), pd.Timestamp("2025-01-01")],
        freq=timedelta(hours=1),
        random_state=np.int32(7),
    )
    assert server.body == {
        "y": [1, 2],
        "h": 2,
        "model": {"name": "ets", "season_length": 12},
        "level": [80, 95.5],
        "quantiles": [0.1, 0.9],
        "bounds": {"lower": 0, "upper": None},
        "holidays": ["2024-12-25", "2025-01-01T00:00:00"],
        "freq": "PT3600S",
        "random_state": 7,
    }


@pytest.mark.parametrize(("value", "text"), [(object(), "no JSON form"), (np.inf, "be finite")])
def test_options_without_json_form_are_refused_before_sending(value: Any, text: str) -> None:
    server = Server(TWO)
    with pytest.raises(tidecast.DataError, match=text):
        server.client().forecast([1, 2], 2, params={"alpha": value})
    assert server.requests == []


def test_several_models_go_as_models() -> None:
    server = Server(TWO)
    server.client().forecast([1, 2], 2, model=["ets", {"name": "sma", "window": 3}])
    assert server.body["models"] == ["ets", {"name": "sma", "window": 3}]
    assert "model" not in server.body


def test_models_may_be_named_as_on_the_wire() -> None:
    server = Server(TWO)
    server.client().forecast([1, 2], 2, models=["ets", "sma"], ensemble="median")
    assert server.body == {"y": [1, 2], "h": 2, "models": ["ets", "sma"], "ensemble": "median"}


def test_an_option_cannot_replace_the_data() -> None:
    server = Server(TWO)
    with pytest.raises(tidecast.DataError, match="y= is no option"):
        server.client().forecast([1, 2], 2, y=[3])
    assert server.requests == []


def test_detect_sends_its_detector_and_options() -> None:
    server = Server(detection([1, 2], [5.0, 15.0], [False, True]))
    table = server.client().detect([5, 15], detector="band", sensitivity=90, causal=True)
    assert str(server.requests[0].url).endswith("/v1/detect")
    assert server.body == {"y": [5, 15], "detector": "band", "sensitivity": 90, "causal": True}
    assert table["is_anomaly"] == [False, True]
    assert table["reason"] == [None, "10 above 5"]


def test_future_columns_are_sent_without_target_and_by_the_same_names() -> None:
    server = Server(forecast(["2024-01-03"], [3.0]))
    days = pd.date_range("2024-01-01", periods=3)
    past = pd.DataFrame({"day": days[:2], "sold": [1, 2], "price": [9.5, None]})
    coming = pd.DataFrame({"day": days[2:], "price": [8.5]})
    server.client().forecast(past, 1, future=coming, time_col="day", target_col="sold")
    assert server.body["series"]["price"] == [9.5, None]
    assert server.body["future"] == {"ds": ["2024-01-03"], "price": [8.5]}


def test_start_belongs_to_values_without_timestamps() -> None:
    server = Server(forecast(["2024-03-01"], [3.0]))
    client = server.client()
    table = client.forecast([1, 2], 1, start=date(2024, 1, 1), freq="MS")
    assert server.body["start"] == "2024-01-01"
    assert server.body["freq"] == "MS"
    assert table["ds"] == [date(2024, 3, 1)]
    with pytest.raises(tidecast.DataError, match="start= is for values without timestamps"):
        client.forecast({"ds": [1], "y": [1]}, 1, start=5)


def test_any_endpoint_can_be_asked() -> None:
    answer = {
        "decomposition": {"ds": [1], "trend": [2.0]},
        "scores": {"mae": [0.5], "model": ["a"]},
        "timing_ms": {"total": 3.0},
    }
    server = Server(answer)
    got = server.client().ask("decompose", [1.0], method="stl")
    assert str(server.requests[0].url).endswith("/v1/decompose")
    assert list(got.tables) == ["decomposition", "scores"]
    assert got.table == {"ds": [1], "trend": [2.0]}
    assert got.tables["scores"] == {"mae": [0.5], "model": ["a"]}


def test_catalog_and_limits_are_plain_gets() -> None:
    server = Server({"forecasters": [{"name": "ets"}]}, {"max_horizon": 1000})
    client = server.client()
    assert client.catalog() == {"forecasters": [{"name": "ets"}]}
    assert client.limits() == {"max_horizon": 1000}
    assert [(r.method, r.url.path) for r in server.requests] == [
        ("GET", "/v1/catalog"),
        ("GET", "/v1/limits"),
    ]


# --- what comes beside the table -----------------------------------------------------

REMARK = {"code": "constant_series", "unique_id": "7", "message": "is constant", "hint": "fine"}
FAILED = {"code": "series_too_short", "unique_id": "8", "message": "needs 4 points, has 1"}
PARTIAL = forecast(
    [3],
    [1.0],
    ids=["7"],
    warnings=[REMARK],
    errors=[FAILED],
    series=[{"unique_id": "7", "model": {"name": "naive"}}],
    timing_ms={"total": 1.5},
)
SHORT = {7: [1.0, 1.0, 1.0], 8: [1.0]}


def test_a_bare_table_warns_of_remarks_and_of_missing_series() -> None:
    with pytest.warns(tidecast.TidecastWarning) as caught:
        Server(PARTIAL).client().forecast(SHORT, 1)
    assert [(w.category, str(w.message)) for w in caught] == [
        (tidecast.PartialAnswerWarning, "series_too_short [8]: needs 4 points, has 1"),
        (tidecast.TidecastWarning, "constant_series [7]: is constant (hint: fine)"),
    ]


def test_warnings_point_at_the_callers_line() -> None:
    with pytest.warns(tidecast.TidecastWarning) as caught:
        Server(PARTIAL).client().forecast(SHORT, 1)
    assert {w.filename for w in caught} == {__file__}


def test_many_series_with_one_remark_are_one_warning() -> None:
    remarks = [{**REMARK, "unique_id": str(n), "hint": None} for n in range(1000)]
    answer = forecast([3], [1.0], warnings=[*remarks, {"code": "slow", "message": "took long"}])
    with pytest.warns(tidecast.TidecastWarning) as caught:
        Server(answer).client().forecast([1.0], 1)
    assert [str(w.message) for w in caught] == [
        "constant_series [0, 1, 2, 3, 4 and 995 more]: is constant",
        "slow: took long",
    ]


def test_ask_returns_everything_and_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = Server(PARTIAL).client().ask("forecast", SHORT, h=1)
    assert answer.table == {"unique_id": [7], "ds": [3], "yhat": [1.0]}
    assert answer.warnings == [{**REMARK, "unique_id": 7}]  # the key that the data had
    assert answer.errors == [{**FAILED, "unique_id": 8}]
    assert answer.series == [{"unique_id": 7, "model": {"name": "naive"}}]
    assert (answer.request_id, answer.timing_ms) == ("r1", {"total": 1.5})
    assert answer.raw == PARTIAL


def test_an_answer_without_remarks_is_quiet() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Server(TWO).client().forecast([1, 2], 2)


def test_compressed_answers_are_read() -> None:
    import gzip
    import json

    content = gzip.compress(json.dumps(TWO).encode())
    answer = httpx.Response(200, content=content, headers={"Content-Encoding": "gzip"})
    assert Server(answer).client().forecast([1, 2], 2)["yhat"] == [3.0, 4.0]


def test_the_words_of_other_clients_are_understood() -> None:
    server = Server(forecast([2], [2.0]))
    client = server.client()
    future = {"ds": [2], "x": [1.0]}
    client.forecast({"ds": [1], "y": [1.0], "x": [0.5]}, horizon=1, X_df=future)
    assert (server.body["h"], server.body["future"]["x"]) == (1, [1.0])
    with pytest.raises(tidecast.DataError, match="h is missing; hint: h=12"):
        client.forecast([1.0])
    with pytest.raises(tidecast.DataError, match="h is given, and horizon too"):
        client.forecast([1.0], 1, horizon=1)


def test_cross_validation_is_the_table_of_a_backtest() -> None:
    table = {"unique_id": ["series"], "ds": [3], "cutoff": [2], "y": [1.0], "yhat_ets": [1.5]}
    scores = {"model": ["ets"], "mae": [0.5]}
    server = Server({"forecast": table, "scores": scores})
    frame = server.client().cross_validation([1.0, 2.0, 3.0], 1, models="ets", n_windows=2)
    assert server.requests[0].url.path == "/v1/backtest"
    assert (server.body["models"], server.body["n_windows"]) == (["ets"], 2)
    assert frame == {"ds": [3], "cutoff": [2], "y": [1.0], "yhat_ets": [1.5]}


def test_detect_online_judges_the_last_point_from_its_past() -> None:
    server = Server(detection([0, 1, 2], [1.0, 2.0, 3.0], [False, False, True]))
    last = server.client().detect_online([1.0, 2.0, 3.0])
    assert (server.body["causal"], server.body["detection_size"]) == (True, 1)
    assert (last["ds"], last["is_anomaly"]) == ([2], [True])
    last = server.client().detect_online([1.0, 2.0, 3.0], detection_size=2, detector="band")
    assert (server.body["detector"], server.body["detection_size"]) == ("band", 2)
    assert last["ds"] == [1, 2]


def test_detect_online_answers_the_last_point_of_each_series() -> None:
    table = {"unique_id": ["a", "a", "b"], "ds": [0, 1, 0], "is_anomaly": [False, True, False]}
    last = Server({"detection": table}).client().detect_online({"a": [1.0, 9.0], "b": [1.0]})
    assert last == {"unique_id": ["a", "b"], "ds": [1, 0], "is_anomaly": [True, False]}


# --- as other clients have it ----------------------------------------------------


def test_data_may_be_named_df_and_methods_as_elsewhere() -> None:
    frame = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=2), "y": [1.0, 2.0]})
    server = Server(TWO)
    client = server.client()
    client.forecast(df=frame, h=2)  # type: ignore[call-overload]
    assert server.body["series"]["y"] == [1.0, 2.0]
    server.answers = [detection([0, 1], [1.0, 2.0], [False, False])]
    client.detect_anomalies(frame)
    assert server.requests[-1].url.path == "/v1/detect"
    server.answers = [TWO]
    client.cross_validation(frame, h=1, model="theta")  # type: ignore[call-arg]
    assert server.body["models"] == ["theta"]
    assert "model" not in server.body


WIDE = {"ds": ["2024-01-01", "2024-01-02"], "a": [1, 2], "b": [3, 4]}


@pytest.mark.parametrize(
    "data",
    [
        WIDE,
        pd.DataFrame(WIDE),
        pd.DataFrame(WIDE).assign(ds=lambda f: pd.to_datetime(f["ds"])).set_index("ds"),
        pl.DataFrame(WIDE),
    ],
    ids=["columns", "pandas", "index", "polars"],
)
def test_a_wide_table_is_a_column_per_series(data: Any) -> None:
    server = Server(forecast(["2024-01-03"] * 2, [3.0, 5.0], ["a", "b"]))
    client = server.client()
    with pytest.raises(tidecast.DataError, match="wide=True if each column is a series"):
        client.forecast(data, h=1)
    table = client.forecast(data, h=1, wide=True)
    sent = server.body["series"]
    assert sent["unique_id"] == ["a", "a", "b", "b"]
    assert [stamp[:10] for stamp in sent["ds"]] == [*WIDE["ds"]] * 2
    assert sent["y"] == [1, 2, 3, 4]
    assert list(table["unique_id"]) == ["a", "b"]


@pytest.mark.parametrize("data", [[1, 2], {"a": [1, 2]}, pd.DataFrame({"ds": [1], "a": ["x"]})])
def test_what_is_not_wide_is_told(data: Any) -> None:
    with pytest.raises(tidecast.DataError):
        Server(TWO).client().forecast(data, h=1, wide=True)


def test_names_of_elsewhere_lead_to_those_of_here() -> None:
    client = Server(TWO).client()
    with pytest.raises(AttributeError, match="hint: forecast"):
        client.predict  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'nonsense'$"):
        client.nonsense  # noqa: B018
    with pytest.raises(tidecast.DataError, match="fh is called h here"):
        client.forecast([1, 2], fh=2)  # type: ignore[call-overload]
