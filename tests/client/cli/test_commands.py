"""The commands that examine and compare, the forms of output, and the exit status for findings."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tidecast._cli.main import main

from tests.client.helpers import Server, detection

SERIES = [{"unique_id": "series", "data_report": {"rows": 3}, "freq": "D"}]
FRAME: dict[str, Any] = {"request_id": "r1", "series": SERIES, "warnings": [], "errors": []}
CHANGES = FRAME | {
    "changes": {"unique_id": ["series"], "ds": ["2024-01-02"], "index": [1], "kind": ["level"]}
}
NO_CHANGES = FRAME | {"changes": {"unique_id": [], "ds": [], "index": [], "kind": []}}
BACKTEST = FRAME | {
    "forecast": {
        "unique_id": ["series"],
        "ds": ["2024-01-03"],
        "cutoff": ["2024-01-02"],
        "y": [3.0],
        "yhat_ets": [2.5],
    },
    "scores": {
        "unique_id": ["series", "series", None, None],
        "model": ["drift", "ets", "drift", "ets"],
        "rank": [2, 1, 2, 1],
        "mae": [4.0, 0.5, 4.0, 0.5],
        "pinball_0.5": [2.0, 0.25, 2.0, 0.25],
        "coverage_80": [1.0, 0.75, 1.0, 0.75],
    },
}
PROFILE = FRAME | {
    "profiles": {"unique_id": ["series"], "length": [3]},
    "series": [
        {
            "unique_id": "series",
            "freq": "D",
            "profile": {
                "observed": 3,
                "seasons": {"used": [7]},
                "strengths": {"trend": 0.25},
                "stationarity": {"reading": "the values return"},
                "suggestions": {"forecasters": [{"name": "ets", "reason": "a trend"}]},
            },
        }
    ],
}
DETECTION = detection(["2024-01-01", "2024-01-02"], [1.0, 9.0], [False, True], series=SERIES)


@pytest.fixture
def days(tmp_path: Path) -> str:
    path = tmp_path / "days.csv"
    path.write_text("ds,y\n2024-01-01,1\n2024-01-02,9\n2024-01-03,2\n")
    return str(path)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of standard output; pytest puts its own there before each test."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


def test_backtest_prints_the_ranking_and_keeps_the_forecasts(
    days: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, forecasts = Server(BACKTEST), tmp_path / "f.tsv"
    command = ["backtest", days, "--h", "1", "--model", "drift", "--model", "ets", "--quiet"]
    more = ["--n-windows", "3", "--step-size", "2", "--level", "80", "--forecasts", str(forecasts)]
    assert main([*command, *more], server.transport) == 0
    assert server.requests[0].url.path == "/v1/backtest"
    asked = {name: value for name, value in server.body.items() if name != "series"}
    assert asked == {
        "h": 1,
        "models": ["drift", "ets"],
        "n_windows": 3,
        "step_size": 2,
        "level": [80.0],
    }
    out = capsys.readouterr().out.splitlines()
    assert out == [
        "model,rank,mae,pinball_0.5,coverage_80",
        "ets,1,0.5,0.25,0.75",
        "drift,2,4.0,2.0,1.0",
    ]
    assert forecasts.read_text().splitlines() == [
        "ds\tcutoff\ty\tyhat_ets",
        "2024-01-03\t2024-01-02\t3.0\t2.5",
    ]


def test_a_terminal_gets_a_ranking_that_fits_it(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _on_terminal(monkeypatch)
    assert main(["backtest", days, "--h", "1", "--quiet"], Server(BACKTEST).transport) == 0
    assert "pinball" not in terminal.getvalue()


JUDGED = {
    "detection": {
        "unique_id": ["series"],
        "ds": ["2024-01-02"],
        "y": [9.0],
        "label": [True],
        "score_band": [2.5],
    },
    "scores": {
        "unique_id": ["series", None],
        "detector": ["band", "band"],
        "rank": [1, 1],
        "n_points": [3, 3],
        "vus_pr": [0.5, 0.75],
        "threshold": [1.5, 1.25],
    },
    "series": SERIES,
    "warnings": [],
    "errors": [],
}


def test_backtest_with_labels_scores_detectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, points = tmp_path / "in.csv", tmp_path / "points.csv"
    path.write_text("ds,y,bad\n2024-01-01,1,0\n2024-01-02,9,1\n2024-01-03,2,0\n")
    terminal, server = _on_terminal(monkeypatch), Server(JUDGED)
    command = ["backtest", str(path), "--labels", "bad", "--detector", "band", "--quiet"]
    assert main([*command, "--forecasts", str(points)], server.transport) == 0
    assert server.requests[0].url.path == "/v1/backtest"
    asked = {name: value for name, value in server.body.items() if name != "series"}
    assert asked == {"labels": "bad", "detectors": ["band"]}
    assert server.body["series"]["bad"] == [0, 1, 0]
    head, row = terminal.getvalue().splitlines()
    cells = dict(zip(head.split(), row.split(), strict=True))
    assert cells == {"rank": "1", "detector": "band", "vus_pr": "0.75", "threshold": "1.25"}
    assert points.read_text().splitlines()[1] == "2024-01-02,9.0,true,2.5"


@pytest.mark.parametrize(
    "more", [[], ["--h", "3", "--labels", "y"], ["--h", "3", "--detector", "band"]]
)
def test_a_backtest_is_of_forecasts_or_of_detectors(days: str, more: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["backtest", days, *more], Server(JUDGED).transport)
    assert raised.value.code == 2


def test_profile_tells_what_suits_each_series(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _on_terminal(monkeypatch)
    server = Server(PROFILE)
    assert main(["profile", days, "--quiet"], server.transport) == 0
    assert server.requests[0].url.path == "/v1/profile"
    out = terminal.getvalue()
    assert "season: 7; trend strength 0.25" in out
    assert "ets: a trend" in out


def test_profile_writes_its_table(
    days: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "profile.json"
    assert main(["profile", days, "--quiet", "--out", str(path)], Server(PROFILE).transport) == 0
    assert json.loads(path.read_text()) == [{"length": 3}]
    assert capsys.readouterr().out == ""


def test_decompose_names_its_method(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    parts = {"unique_id": ["series"], "ds": ["2024-01-01"], "y": [1.0], "trend": [1.5]}
    server = Server(FRAME | {"decomposition": parts})
    assert main(["decompose", days, "--method", "stl", "--quiet"], server.transport) == 0
    assert (server.requests[0].url.path, server.body["method"]) == ("/v1/decompose", "stl")
    assert capsys.readouterr().out == "ds,y,trend\n2024-01-01,1.0,1.5\n"


def test_no_change_is_said(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _on_terminal(monkeypatch)
    assert main(["changepoints", days, "--quiet"], Server(NO_CHANGES).transport) == 0
    assert terminal.getvalue() == "no change was found\n"


@pytest.mark.parametrize(
    ("command", "answer", "status"),
    [
        ("detect", DETECTION, 3),
        ("detect", detection(["2024-01-01"], [1.0], [False], series=SERIES), 0),
        ("changepoints", CHANGES, 3),
        ("changepoints", NO_CHANGES, 0),
    ],
)
def test_findings_are_an_exit_status_if_asked_for(
    days: str, command: str, answer: dict[str, Any], status: int
) -> None:
    assert main([command, days, "--quiet"], Server(answer).transport) == 0
    assert main([command, days, "--quiet", "--exit-code"], Server(answer).transport) == status


def test_json_is_the_answer_as_it_came(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", days, "--quiet", "--json"], Server(DETECTION).transport) == 0
    assert json.loads(capsys.readouterr().out) == DETECTION


def test_a_report_holds_what_came_beside_the_table(days: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    command = ["changepoints", days, "--quiet", "--report", str(path)]
    assert main(command, Server(CHANGES).transport) == 0
    report = json.loads(path.read_text())
    assert (report["request_id"], report["series"]) == ("r1", SERIES)


@pytest.mark.parametrize("name", ["out.xlsx", "out.png", "out.csv.gz", "out.feather", "out.what"])
def test_a_file_that_is_not_written_is_refused_before_the_server_works(
    days: str, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(httpx.Response(500))
    assert main(["detect", days, "--quiet", "--out", str(tmp_path / name)], server.transport) == 1
    assert server.requests == []
    assert ".json or .parquet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--models", "ets"], "not known: --models ets; hint: --model?"),
        (["--idcol=a"], "not known: --idcol=a; hint: --id-col?"),
        (["other.csv"], "not known: other.csv\n"),
    ],
)
def test_a_flag_that_is_not_known_is_told_with_the_one_that_was_meant(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["forecast", "sales.csv", "--h", "3", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
