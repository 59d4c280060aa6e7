"""The client and the real app, in one process and without a network."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import tidecast
from starlette.testclient import TestClient
from tidecast._cli.main import main

from app.main import create_app
from app.settings import Settings
from tests.datasets import EXAMPLES, load

AIR = str(EXAMPLES / "airpassengers.csv")
SMAPE_BOUND = 6.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), workers=1)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def client(server: TestClient) -> tidecast.Client:
    return tidecast.Client(transport=server._transport, retries=0)


@pytest.fixture(scope="module")
def air() -> pd.DataFrame:
    ds, y = load("airpassengers")
    return pd.DataFrame({"month": pd.to_datetime(ds), "sold": y})


def test_a_year_of_passengers(client: tidecast.Client, air: pd.DataFrame) -> None:
    table = client.forecast(
        air[:-12],
        12,
        model={"name": "holt_winters", "seasonal": "multiplicative"},
        time_col="month",
        target_col="sold",
    )
    assert list(table.columns) == [
        *("month", "yhat", "yhat_lo_80", "yhat_hi_80", "yhat_lo_95", "yhat_hi_95"),
    ]
    truth = air["sold"][-12:].to_numpy()
    assert table["month"].tolist() == air["month"][-12:].tolist()
    smape = 200 * np.mean(np.abs(table["yhat"] - truth) / (np.abs(table["yhat"]) + truth))
    assert smape < SMAPE_BOUND
    assert ((table["yhat_lo_95"] <= truth) & (truth <= table["yhat_hi_95"])).sum() >= 9


def test_quarters_by_name_are_told(client: tidecast.Client) -> None:
    table = {"ds": ["2024-Q1", "2024-Q2", "2024-Q3"], "y": [1.0, 2.0, 3.0]}
    with pytest.warns(tidecast.TidecastWarning, match="are quarters"):
        answer = client.forecast(table, 2, model="naive")
    assert list(answer["ds"]) == ["2024-10-01", "2025-01-01"]


def test_polars_lists_and_pandas_agree(client: tidecast.Client, air: pd.DataFrame) -> None:
    options = {"h": 3, "model": "drift"}
    pandas = client.forecast(air, time_col="month", target_col="sold", **options)
    polars = client.forecast(
        pl.from_pandas(air).with_columns(pl.col("month").cast(pl.Date)),
        time_col="month",
        target_col="sold",
        **options,
    )
    plain = client.forecast(air["sold"].tolist(), **options)
    assert polars["month"].to_list() == [date(1961, 1, 1), date(1961, 2, 1), date(1961, 3, 1)]
    assert polars["yhat"].to_list() == pandas["yhat"].tolist()
    assert plain["yhat"] == pytest.approx(pandas["yhat"].tolist(), rel=1e-12)
    step = (432 - 112) / 143  # from the first to the last value
    assert plain["yhat"] == pytest.approx([432 + step, 432 + 2 * step, 432 + 3 * step])


def test_series_without_times_keep_their_ids(client: tidecast.Client) -> None:
    table = client.forecast({7: [1.0, 2.0, 4.0], "b": [5.0, 6.0]}, 1, model="naive")
    assert table["unique_id"] == [7, "b"]
    assert table["yhat"] == [4.0, 6.0]
    dated = client.forecast([1.0, 2.0], 2, model="naive", start=date(2024, 1, 31), freq="D")
    assert dated["ds"] == [date(2024, 2, 2), date(2024, 2, 3)]


@pytest.mark.parametrize("freq", ["D", "h"])
def test_a_zone_survives_the_night_the_clocks_change(client: tidecast.Client, freq: str) -> None:
    history = pd.date_range("2024-03-01", "2024-03-30", freq=freq, tz="Europe/Berlin")
    frame = pd.DataFrame({"ds": history, "y": np.arange(len(history), dtype=float)})
    table = client.forecast(frame, 30, model="naive")
    expected = pd.date_range(history[-1], periods=31, freq=freq, tz="Europe/Berlin")[1:]
    assert table["ds"].tolist() == expected.tolist()
    assert table["ds"].dtype == frame["ds"].dtype


def test_integer_time_counts_on(client: tidecast.Client) -> None:
    with pytest.warns(
        tidecast.TidecastWarning, match=r"missing_filled \[series\]: 1 of 3 values was missing"
    ):
        table = client.forecast({"ds": [10, 12, 14], "y": [1, None, 3]}, 2, model="naive")
    assert table["ds"] == [16, 18]


def test_detection_finds_the_planted_spikes(client: tidecast.Client) -> None:
    ds, y = load("spiky_hourly")
    frame = pl.DataFrame({"ds": ds, "load": y}).with_columns(pl.col("ds").str.to_datetime())
    frame = frame.with_columns(pl.col("load").fill_nan(None))
    table = client.detect(frame, detector="prediction_interval", target_col="load")
    assert table.height == frame.height
    assert table["load"].null_count() == frame["load"].null_count()
    flagged = table.filter("is_anomaly")
    assert 0 < flagged.height < 0.05 * frame.height
    assert (flagged["score"] > 1.0).all()
    assert flagged["reason"].null_count() == 0
    assert flagged["direction"].is_in(["above", "below"]).all()


def test_detectors_are_scored_on_labelled_series(client: tidecast.Client) -> None:
    days = pd.date_range("2024-01-01", periods=60, freq="D")
    sold = [10.0, 11.0, 9.0, 10.5, 9.5, 10.0] * 10
    sold[20:22], sold[33] = [60.0, 70.0], -40.0
    frame = pd.DataFrame({"ds": days, "y": sold, "bad": [int(abs(v - 10) > 5) for v in sold]})
    answer = client.backtest_detectors(frame, "bad", detectors=["band", "differences"])
    scores = answer.tables["scores"]
    assert scores["detector"].tolist() == ["band", "differences"] * 2
    assert answer.raw["winner"] == "band"
    assert answer.table["ds"].tolist() == days.tolist()
    stretches = [{"start": days[20], "end": days[21]}, {"start": days[33]}]
    again = client.backtest_detectors(frame.drop(columns="bad"), stretches, detectors="band")
    assert again.raw["threshold"] == answer.raw["threshold"]
    table = client.detect(frame[["ds", "y"]], detector="band", threshold=answer.raw["threshold"])
    assert table["is_anomaly"].tolist() == frame["bad"].astype(bool).tolist()


def test_events_are_a_table_with_times_of_the_data(client: tidecast.Client) -> None:
    days = pd.date_range("2024-01-01", periods=40, freq="D")
    sold = [10.0, 11.0, 9.0, 10.0] * 10
    sold[20:22], sold[33] = [60.0, 70.0], -40.0
    frame = pd.DataFrame({"day": days, "sold": sold})
    answer = client.ask("detect", frame, detector="band", time_col="day", target_col="sold")
    events = answer.tables["events"]
    assert events["start"].tolist() == [days[20], days[33]]
    assert events["end"].tolist() == [days[21], days[33]]
    assert events["peak"].tolist() == [days[21], days[33]]
    assert events["kind"].tolist() == ["spike", "dip"]
    assert events["sold"].tolist() == [70.0, -40.0]


def test_failed_series_and_remarks_become_warnings(client: tidecast.Client) -> None:
    data = {"flat": [5.0] * 10, "none": [math.nan] * 10}
    with pytest.warns(tidecast.TidecastWarning) as caught:
        table = client.forecast(data, 2, model="naive")
    assert table["yhat"] == [5.0, 5.0]
    texts = {w.category: str(w.message) for w in caught}
    assert texts[tidecast.PartialAnswerWarning].startswith("no_observations [none]: ")
    assert texts[tidecast.TidecastWarning].startswith("constant_series [flat]: ")


def test_ask_tells_the_model_and_the_timing(client: tidecast.Client) -> None:
    answer = client.ask("forecast", {3: [1.0, 3.0, 2.0]}, h=1, model="naive")
    assert answer.series[0]["unique_id"] == 3
    assert answer.series[0]["model"]["name"] == "naive"
    assert answer.request_id
    assert answer.timing_ms["total"] > 0


def test_a_misspelt_model_comes_back_with_the_right_one(client: tidecast.Client) -> None:
    with pytest.raises(tidecast.UnprocessableError) as caught:
        client.forecast([1.0, 2.0, 3.0], 1, model="hotl_winters")
    assert caught.value.errors[0]["pointer"] == "/model"
    assert "holt_winters" in caught.value.errors[0]["hint"]
    assert "holt_winters" in str(caught.value)


def test_a_misspelt_option_comes_back_with_the_right_one(client: tidecast.Client) -> None:
    with pytest.raises(tidecast.UnprocessableError, match="season_length"):
        client.forecast([1.0, 2.0, 3.0], 1, season_lenght=12)


def test_a_horizon_over_the_limit_names_the_limit(client: tidecast.Client) -> None:
    limit = client.limits()["max_horizon"]
    with pytest.raises(tidecast.TooLargeError, match="max_horizon"):
        client.forecast([1.0, 2.0, 3.0], limit + 1)


def test_the_command_line_forecasts_a_file(
    server: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.csv"
    command = ["forecast", AIR, "--h", "12", "--model", "ets", "--out", str(path)]
    assert main(command, server._transport) == 0
    lines = path.read_text().splitlines()
    assert lines[0] == "unique_id,ds,yhat,yhat_lo_80,yhat_hi_80,yhat_lo_95,yhat_hi_95"
    assert [line.split(",")[1] for line in lines[1:]] == [f"1961-{m:02d}-01" for m in range(1, 13)]
    assert f"12 rows written to {path}" in capsys.readouterr().err


def test_the_command_line_lists_and_shows_models(
    server: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalog"], server._transport) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "forecasters"
    assert "detectors" in lines
    names = {line.split()[0] for line in lines if line.startswith("  ")}
    assert names >= {"naive", "holt_winters", "ets", "auto", "band", "prediction_interval"}
    assert main(["catalog", "sma"], server._transport) == 0
    assert "window: integer" in capsys.readouterr().out


def test_every_endpoint_that_takes_data_has_a_method(
    client: tidecast.Client, air: pd.DataFrame
) -> None:
    columns = {"time_col": "month", "target_col": "sold"}
    tested = client.backtest(air, 3, models="naive", n_windows=2, **columns)
    assert set(tested.tables) == {"forecast", "scores"}
    assert len(tested.tables["forecast"]) == 6
    assert len(client.profile(air, **columns).tables["profiles"]) == 1
    parts = client.decompose(air, method="stl", season_length=12, **columns)
    assert {"month", "trend", "seasonal", "residual"} <= set(parts.columns)
    assert {"month", "before", "after"} <= set(client.changepoints(air, **columns).columns)
