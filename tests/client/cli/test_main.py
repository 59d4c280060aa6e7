"""The command line, from arguments to exit status."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from tidecast._cli.main import main, run

from tests.client.helpers import Server, detection, forecast, problem

MONTHS = "Month,Passengers\n1949-01,112\n1949-02,118\n1949-03,NA\n"
NEXT = forecast(
    ["1949-04-01", "1949-05-01"],
    [129.5, None],
    series=[{"unique_id": "series", "model": {"name": "ets"}}],
)
NEXT_CSV = "Month,yhat\n1949-04-01,129.5\n1949-05-01,\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def months(tmp_path: Path) -> str:
    path = tmp_path / "air.csv"
    path.write_text(MONTHS)
    return str(path)


def test_forecast_to_standard_output(months: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(NEXT)
    assert main(["forecast", months, "--h", "2"], server.transport) == 0
    assert server.requests[0].url.path == "/v1/forecast"
    assert server.body == {
        "series": {"ds": ["1949-01-01", "1949-02-01", "1949-03-01"], "y": [112, 118, None]},
        "h": 2,
        "model": "auto",
    }
    out, err = capsys.readouterr()
    assert out == NEXT_CSV
    assert err.splitlines() == [
        "tidecast: time column: Month (the only one with dates; --time-col names another)",
        "tidecast: value column: Passengers (the only one with numbers to forecast; "
        "--target-col names another)",
    ]


def test_every_option_reaches_the_server(tmp_path: Path, months: str) -> None:
    past, future = tmp_path / "p.csv", tmp_path / "f.csv"
    past.write_text("k,d,v,x,w\na,05/01/2024,1,7,0\n")
    future.write_text("k,d,x\na,06/01/2024,8\n")
    server = Server(forecast(["2024-01-06T00:00:00"], [2.0], ids=["a"]))
    command = [
        *("forecast", str(past), "--horizon", "1", "--model", "ets"),
        *("--id-col", "k", "--time-col", "d", "--target-col", "v", "--exog", "x"),
        *("--time-format", "%d/%m/%Y", "--future", str(future)),
        *("--freq", "D", "--tz", "Europe/Berlin", "--season-length", "7"),
        *("--season-length", "365", "--level", "80", "--level", "97.5"),
        *("--param", "damped=true", "--param", "trend=add", "--param", "name=a=b"),
        *("--option", 'bounds={"lower": 0}', "--option", "missing=ffill", "--quiet"),
        *("--url", "http://tides.example:81"),
    ]
    assert main(command, server.transport) == 0
    assert str(server.requests[0].url) == "http://tides.example:81/v1/forecast"
    assert server.body == {
        "series": {"unique_id": ["a"], "ds": ["2024-01-05T00:00:00"], "y": [1], "x": [7]},
        "future": {"unique_id": ["a"], "ds": ["2024-01-06T00:00:00"], "x": [8]},
        "h": 1,
        "model": "ets",
        "level": [80.0, 97.5],
        "params": {"damped": True, "trend": "add", "name": "a=b"},
        "freq": "D",
        "tz": "Europe/Berlin",
        "season_length": [7, 365],
        "bounds": {"lower": 0},
        "missing": "ffill",
    }


def test_several_models_are_compared(months: str) -> None:
    server = Server(NEXT)
    command = ["forecast", months, "--h", "2", "--model", "ets", "--model", "sma"]
    assert main([*command, "--season-length", "12", "--quiet"], server.transport) == 0
    assert server.body["models"] == ["ets", "sma"]
    assert server.body["season_length"] == 12
    assert "model" not in server.body


def test_out_writes_csv_and_parquet(
    tmp_path: Path, months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, table = tmp_path / "out.csv", tmp_path / "out.parquet"
    for path in (text, table):
        assert (
            main(["forecast", months, "--h", "2", "--out", str(path)], Server(NEXT).transport) == 0
        )
        out, err = capsys.readouterr()
        assert out == ""
        assert f"2 rows written to {path}" in err
    assert text.read_text() == NEXT_CSV
    columns = pq.read_table(table).to_pydict()
    assert [day.isoformat() for day in columns["Month"]] == [
        "1949-04-01T00:00:00",
        "1949-05-01T00:00:00",
    ]
    assert columns["yhat"] == [129.5, None]


def test_detect_with_ids_without_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.csv"
    path.write_text("unique_id,y\na,5\nb,15\n")
    answer = detection([1, 1], [5.0, 15.0], [False, True])
    answer["detection"]["unique_id"] = ["a", "b"]
    server = Server(answer)
    command = ["detect", str(path), "--detector", "band", "--sensitivity", "90"]
    assert main(command, server.transport) == 0
    assert server.body == {
        "series": [{"unique_id": "a", "y": [5]}, {"unique_id": "b", "y": [15]}],
        "detector": "band",
        "sensitivity": 90.0,
    }
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == (
        "unique_id,ds,y,is_anomaly,score,severity,direction,yhat,yhat_lower,yhat_upper,reason"
    )
    assert out.splitlines()[2] == "b,1,15.0,true,2.5,0.9,above,5.0,2.0,8.0,10 above 5"
    assert "no time column" in err


def test_csv_comes_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(MONTHS))
    assert main(["forecast", "-", "--h", "2", "--quiet"], Server(NEXT).transport) == 0
    assert capsys.readouterr() == (NEXT_CSV, "")


def test_remarks_and_failed_series_are_said_and_the_rest_is_written(
    months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {
        **NEXT,
        "warnings": [{"code": "gaps", "unique_id": "a", "message": "1 gap filled"}],
        "errors": [{"code": "series_too_short", "unique_id": "b", "message": "m", "hint": "h"}],
    }
    assert main(["forecast", months, "--h", "2", "--quiet"], Server(answer).transport) == 0
    out, err = capsys.readouterr()
    assert out == NEXT_CSV
    assert err == "tidecast: no answer for series_too_short [b]: m (hint: h)\n"
    assert main(["forecast", months, "--h", "2"], Server(answer).transport) == 0
    assert "tidecast: note: gaps [a]: 1 gap filled\n" in capsys.readouterr().err


def test_when_every_series_failed_the_status_is_1(
    tmp_path: Path, months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = [{"code": "no_observations", "unique_id": "a", "message": "all are missing"}]
    path = tmp_path / "out.csv"
    server = Server(forecast([], [], errors=failed))
    assert main(["forecast", months, "--h", "2", "--out", str(path)], server.transport) == 1
    err = capsys.readouterr().err
    assert "no answer for no_observations [a]: all are missing" in err
    assert err.endswith("tidecast: every series failed\n")
    assert not path.exists()


def test_a_refusal_is_told_with_its_hints_and_status_1(
    months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = {"pointer": "/model", "message": "unknown model 'hotl'", "hint": "holt_winters"}
    server = Server(problem(422, code="unknown_model", detail="unknown", errors=[error]))
    assert main(["forecast", months, "--h", "2", "--quiet"], server.transport) == 1
    assert capsys.readouterr() == (
        "",
        "tidecast: 422 unknown_model: unknown\n"
        "  /model: unknown model 'hotl'; hint: holt_winters\n",
    )


@pytest.mark.parametrize(("arguments", "seconds"), [([], 330.0), (["--timeout", "2.5"], 2.5)])
def test_the_timeout_can_be_set(arguments: list[str], seconds: float) -> None:
    server = Server(CATALOG)
    assert main(["catalog", *arguments], server.transport) == 0
    assert server.requests[0].extensions["timeout"]["read"] == seconds


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_no_server_is_told_with_status_1(
    answer: Exception, months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["forecast", months, "--h", "2", "--retries", "0"]
    assert main(command, Server(answer).transport) == 1
    assert "http://127.0.0.1:8000" in capsys.readouterr().err


def test_a_missing_file_is_told_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "none.csv"], Server(NEXT).transport) == 1
    assert capsys.readouterr().err == (
        "tidecast: cannot read none.csv: No such file or directory\n"
    )


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ([], "COMMAND"),
        (["predict", "x.csv"], "invalid choice: 'predict'"),
        (["forecast", "x.csv"], "--h"),
        (["forecast", "x.csv", "--h", "0"], "at least 1, got '0'"),
        (["forecast", "x.csv", "--h", "two"], "must be a whole number of at least 1, got 'two'"),
        (["forecast", "x.csv", "--h", "2", "--param", "alpha"], "must be NAME=VALUE, got 'alpha'"),
        (["catalog", "--url", "nonsense"], "must be an http or https address"),
        (["catalog", "--retries", "-1"], "retries must be ≥ 0, got -1"),
    ],
)
def test_a_wrong_command_line_is_status_2(
    command: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command, Server(NEXT).transport)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


# --- terminals and images ---------------------------------------------------------------


def test_on_a_terminal_a_chart_is_drawn_and_the_table_is_aligned(
    months: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["forecast", months, "--h", "2"], Server(NEXT).transport) == 0
    assert out.getvalue() == "     Month   yhat\n1949-04-01  129.5\n1949-05-01\n"
    assert "Passengers\n" in err.getvalue()
    assert "129.5┤" in err.getvalue()
    assert "\x1b[3" not in err.getvalue()


@pytest.mark.parametrize("flag", ["--no-plot", "--quiet"])
def test_the_chart_can_be_turned_off(
    flag: str, months: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["forecast", months, "--h", "2", flag], Server(NEXT).transport) == 0
    assert "┤" not in err.getvalue()


def test_on_a_terminal_a_detection_shows_what_is_flagged(
    months: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    answer = detection(["1949-01-01", "1949-02-01"], [5.0, 15.0], [False, True])
    assert main(["detect", months], Server(answer).transport) == 0
    lines = out.getvalue().splitlines()
    assert lines[0] == "1 of 2 points are anomalies"
    assert lines[1].split() == (
        [
            "Month",
            "Passengers",
            "score",
            "severity",
            "direction",
            "yhat",
            "yhat_lower",
            "yhat_upper",
            "reason",
        ]
    )
    assert lines[2].split()[:4] == ["1949-02-01", "15", "2.5", "0.9"]
    assert len(lines) == 3


def test_on_a_terminal_a_detection_shows_its_events_the_most_severe_first(
    months: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    events = {
        "unique_id": ["series", "series"],
        "start": ["1949-01-01", "1949-03-01"],
        "end": ["1949-01-01", "1949-04-01"],
        "peak": ["1949-01-01", "1949-03-01"],
        "peak_score": [1.5, 2.5],
        "kind": ["dip", "spike"],
        "n_points": [1, 2],
        "y": [5.0, 15.0],
        "severity": [0.3, 0.6],
        "direction": ["below", "above"],
        "reason": ["too low", "too high"],
    }
    dates = [f"1949-0{month}-01" for month in range(1, 5)]
    answer = detection(dates, [5.0, 9.0, 15.0, 14.0], [True, False, True, True], events=events)
    assert main(["detect", months], Server(answer).transport) == 0
    lines = out.getvalue().splitlines()
    assert lines[0] == "3 of 4 points are anomalies, in 2 events"
    named = ["start", "end", "peak_score", "kind", "n_points", "Passengers", "reason"]
    assert lines[1].split() == named
    assert [line.split()[3] for line in lines[2:]] == ["spike", "dip"]


def test_a_long_table_is_cut_on_a_terminal_only(
    months: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = forecast(list(range(100)), [1.0] * 100)
    command = ["forecast", months, "--h", "100", "--quiet"]
    assert main(command, Server(answer).transport) == 0
    assert len(capsys.readouterr().out.splitlines()) == 101
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    assert main(command, Server(answer).transport) == 0
    assert out.getvalue().splitlines()[-1] == "... and 60 more rows; --out FILE writes all of them"
    assert len(out.getvalue().splitlines()) == 42


def test_plot_writes_an_image(
    tmp_path: Path, months: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.png"
    answer = forecast(["1949-04-01"] * 9, [1.0] * 9, ids=[str(n) for n in range(9)])
    text = "unique_id,ds,y\n" + "".join(f"{n},1949-03-01,1\n" for n in range(9))
    Path(months).write_text(text)
    command = ["forecast", months, "--h", "1", "--plot", str(path)]
    assert main(command, Server(answer).transport) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert f"8 of 9 series drawn in {path}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flag", "name", "problem"),
    [
        ("--out", "out.xlsx", ".xlsx is not written"),
        ("--out", "none/out.csv", "there is no folder"),
        ("--report", "out.html", "a report is JSON"),
        ("--report", "none/out.json", "there is no folder"),
        ("--plot", "out.xyz", ".xyz is no image"),
        ("--plot", "none/out.png", "there is no folder"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path,
    months: str,
    capsys: pytest.CaptureFixture[str],
    flag: str,
    name: str,
    problem: str,
) -> None:
    server = Server(forecast(["1949-04-01"], [1.0]))
    command = ["forecast", months, "--h", "1", flag, str(tmp_path / name)]
    assert main(command, server.transport) == 1
    assert problem in capsys.readouterr().err
    assert server.requests == []


# --- catalog ---------------------------------------------------------------------------------

CATALOG: dict[str, Any] = {
    "forecasters": [
        {
            "name": "holt_winters",
            "kind": "forecaster",
            "title": "Holt-Winters",
            "summary": "Level, trend and season, smoothed.",
            "min_observations": 5,
            "capabilities": {"exogenous": False, "several_seasons": True},
            "reference": "Winters (1960)",
            "params": {
                "properties": {
                    "damped": {"type": "boolean", "default": True, "description": "Damp it."},
                    "seasonal": {"enum": ["additive", "multiplicative"], "default": "additive"},
                    "season_length": {
                        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}],
                        "default": None,
                    },
                    "alpha": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                    "inner": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Inner"}]},
                }
            },
        },
        {"name": "sma", "title": "Moving average"},
    ],
    "detectors": [{"name": "band", "summary": "Mean and deviation.", "params": {}}],
    "version": "1",
}


def test_catalog_lists_the_models_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog"], Server(CATALOG).transport) == 0
    assert capsys.readouterr().out.splitlines() == [
        "forecasters",
        "  holt_winters  Level, trend and season, smoothed.",
        "  sma           Moving average",
        "",
        "detectors",
        "  band          Mean and deviation.",
    ]


def test_the_list_is_cut_at_the_width_of_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert main(["catalog"], Server(CATALOG).transport) == 0
    assert "  holt_winters  Level, trend and season, smoothed.\n" in capsys.readouterr().out
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["catalog"], Server(CATALOG).transport) == 0
    assert out.getvalue().splitlines()[1] == "  holt_winters  Level, tre ..."


def test_catalog_shows_one_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "holt_winters"], Server(CATALOG).transport) == 0
    assert capsys.readouterr().out.splitlines() == [
        "holt_winters (forecaster): Holt-Winters",
        "  Level, trend and season, smoothed.",
        "  needs at least 5 observations",
        "  can: several_seasons",
        "  parameters (--param NAME=VALUE)",
        "    damped: boolean, default true",
        "      Damp it.",
        "    seasonal: additive | multiplicative, default additive",
        "    season_length: integer ≥ 1 or null, default null",
        "    alpha: number > 0, ≤ 1",
        "    inner: string or object",
        "  reference: Winters (1960)",
    ]
    assert main(["catalog", "band"], Server(CATALOG).transport) == 0
    assert capsys.readouterr().out.splitlines() == [
        "band (detector): band",
        "  Mean and deviation.",
        "  no parameters",
    ]


def test_catalog_as_json_is_the_servers_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "--json"], Server(CATALOG).transport) == 0
    assert json.loads(capsys.readouterr().out) == CATALOG


def test_catalog_knows_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "hotl_winters"], Server(CATALOG).transport) == 1
    assert capsys.readouterr().err == (
        "tidecast: there is no 'hotl_winters' in the catalog; hint: holt_winters?\n"
    )


# --- as a process -------------------------------------------------------------------------------


def test_an_interrupt_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tidecast._cli.main.main", interrupted)
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 130


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tidecast", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_module_runs_as_a_command() -> None:
    done = ran("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "tidecast 0.1.0\n", "")


def test_a_server_that_is_not_there_gives_no_traceback() -> None:
    done = ran("catalog", "--url", "http://127.0.0.1:9", "--retries", "0")
    assert done.returncode == 1
    assert done.stderr.startswith("tidecast: no connection to http://127.0.0.1:9 (")
    assert "Traceback" not in done.stderr
