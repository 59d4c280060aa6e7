"""The command that people start, over real HTTP, with real signals."""

import contextlib
import gzip
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app.engine.processes import is_busy, workers_of
from tests.waiting import PATIENCE_S, until

SERVER = Path(sys.executable).with_name("tidecast-server")
BODY: dict[str, Any] = {"y": [112, 118, 132, 129, 121, 135], "h": 2, "model": "naive"}


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=60)

    def post(self, body: Any, timeout: float = 60) -> httpx.Response:
        return httpx.post(f"{self.url}/v1/forecast", json=body, timeout=timeout)

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return self.get("/readyz").status_code == 200
        return False

    def fits(self) -> bool:
        """Whether it computes for a request: its workers compute before there is one, too."""
        metrics = self.get("/metrics").text.splitlines()
        return "tidecast_requests_in_progress 1.0" in metrics and is_busy(self.process.pid)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


@contextlib.contextmanager
def serving(folder: Path, stdout: int | None = None, **settings: Any) -> Iterator[Running]:
    """A server whose output and log are one file, but for what goes to ``stdout``."""
    port = free_port()
    env = {**os.environ, "TIDECAST_PORT": str(port), "TIDECAST_DATA_DIR": str(folder / "data")}
    env |= {f"TIDECAST_{name.upper()}": str(value) for name, value in settings.items()}
    log = folder / "log"
    with log.open("a") as both:
        process = subprocess.Popen(
            [SERVER], env=env, stdout=both if stdout is None else stdout, stderr=both, cwd=folder
        )
        with process:
            running = Running(process, f"http://127.0.0.1:{port}", log)
            try:
                until(lambda: running.is_ready() or process.poll() is not None, "starting")
                assert process.poll() is None, log.read_text()
                yield running
            finally:
                process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), workers=2) as running:
        yield running


def many(count: int, length: int = 400) -> dict[str, Any]:
    y = [float(i % 7) + i * 0.1 + (i * i % 13) for i in range(length)]
    series = [{"unique_id": str(i), "y": y[i % 5 :]} for i in range(count)]
    return {"series": series, "h": 3, "model": "ets", "season_length": 7}


class Asking(threading.Thread):
    """A request in the background."""

    def __init__(self, server: Running, body: Any) -> None:
        super().__init__()
        self.server, self.body = server, body
        self.response: httpx.Response | None = None
        self.start()

    def run(self) -> None:
        self.response = self.server.post(self.body, timeout=200)

    def answer(self) -> httpx.Response:
        self.join()
        assert self.response is not None
        return self.response


def test_it_says_on_a_terminal_where_it_is_and_what_to_try(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    with serving(tmp_path, stdout=terminal) as server, os.fdopen(screen) as lines:
        hello = [lines.readline() for _ in range(3)]
        assert f"{server.url}/ " in hello[0]
        curl = hello[1].strip()
        assert curl.startswith(f"curl {server.url}/v1/forecast -d ")
        body = curl.partition(" -d ")[2].strip("'")
        form = {"Content-Type": "application/x-www-form-urlencoded"}  # as curl sends it
        response = httpx.post(f"{server.url}/v1/forecast", content=body, headers=form, timeout=30)
        assert response.json()["forecast"]["yhat"] == [118.0] * 3
    os.close(terminal)


def test_it_answers(server: Running) -> None:
    response = server.post(BODY)
    assert response.status_code == 200
    assert response.json()["forecast"]["yhat"] == [135.0, 135.0]
    assert server.get("/openapi.json").json()["info"]["title"] == "Tidecast"
    head = httpx.head(f"{server.url}/v1/limits")
    assert (head.status_code, head.content) == (200, b"")
    assert "unforeseen" not in server.log.read_text()


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_100_megabytes_is_refused_and_not_kept(server: Running, announced: bool) -> None:
    piece = b" " * 100_000
    content = piece * 1000 if announced else iter([piece] * 1000)
    response = httpx.post(f"{server.url}/v1/forecast", content=content, timeout=60)
    assert (response.status_code, response.json()["code"]) == (413, "limit_exceeded")
    assert peak_memory(server.process.pid) < 600 * 2**20


def named(count: int, length: int) -> bytes:
    one = b'{"unique_id":"%s%d","y":[1,2],"start":%d}'
    return b",".join(one % (b"a" * length, i, i) for i in range(count))


BOMBS = {
    "one long name": b'{"unique_id":"%s","y":[1,2],"h":1000}' % (b"a" * 1_000_000),
    "names in every row": b'{"series":[%s],"h":9999,"model":"naive"}' % named(200, 990),
    "rows": b'{"series":[%s],"h":1}' % b",".join([b'{"y":1}'] * 6_000_000),
    "numbers": b'{"y":[%s],"h":1}' % b",".join([b"1"] * 30_000_000),
    "series": b'{"series":[%s],"h":1}' % named(100_001, 0),
    "stamps": b'{"series":[%s],"h":9999,"model":"naive"}' % named(50_000, 0),
    "paths": b'{"series":[%s],"h":9999,"n_paths":1000}' % named(10, 0),
}
"""Small when compressed, each beyond another limit."""


def test_what_is_beyond_a_limit_costs_no_memory(server: Running) -> None:
    for name, body in BOMBS.items():
        response = httpx.post(
            f"{server.url}/v1/forecast",
            content=gzip.compress(body, 1),
            headers={"Content-Encoding": "gzip"},
            timeout=PATIENCE_S,
        )
        assert response.status_code == 413, name
        assert len(response.content) < 5000
        assert peak_memory(server.process.pid) < 700 * 2**20, name


def peak_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("share", [1, 2])
def test_killed_workers_cost_no_series(server: Running, share: int) -> None:
    asking = Asking(server, many(150))
    until(server.fits, "fitting")
    for pid in workers_of(server.process.pid)[:share]:
        os.kill(pid, signal.SIGKILL)
    answer = asking.answer()
    assert answer.status_code == 200
    assert len(answer.json()["series"]) == 150
    assert answer.json()["errors"] == []
    assert server.post(many(2)).status_code == 200


def test_work_ends_when_the_client_leaves(server: Running) -> None:
    with pytest.raises(httpx.ReadTimeout):
        server.post(many(3000), timeout=1.0)  # minutes of work, were it not given up
    assert server.post(many(2), timeout=60).status_code == 200
    until(lambda: not is_busy(server.process.pid), "giving up")
    assert server.is_ready()
    until(lambda: 499 in statuses(server), "telling of it")
    [line] = [one for one in requests_of(server) if one["status"] == 499]
    assert (line["series"], line["model"]) == (3000, "ets")
    assert "problem" not in line  # nobody was told of one


def test_a_body_that_is_never_finished_is_a_hang_up(server: Running) -> None:
    before = statuses(server).count(499)
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as half:
        half.sendall(b"POST /v1/forecast HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    until(lambda: statuses(server).count(499) > before, "telling of it")
    assert "unforeseen" not in server.log.read_text()


def test_every_line_of_the_log_is_json_and_a_lost_worker_has_one(tmp_path: Path) -> None:
    with serving(tmp_path, workers=1, log_level="debug", worker=3) as server:
        season = [10 + i % 7 + i * 0.01 for i in range(60)]
        body = {"y": season, "start": "2024-01-01", "freq": "D", "h": 2, "model": "prophet"}
        assert server.post(body).status_code == 200
        assert server.post({"h": 1}).status_code == 422
        [idle] = workers_of(server.process.pid)
        os.kill(idle, signal.SIGKILL)
        assert server.post(body).status_code == 200
        lost = 'tidecast_workers_lost_total{reason="died"} 1.0'
        until(lambda: lost in server.get("/metrics").text, "counting the lost worker")
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=PATIENCE_S)
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    messages = [line["message"] for line in lines]
    assert "a worker process was lost" in messages
    assert any("did you mean TIDECAST_WORKERS?" in one for one in messages)
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)


def statuses(server: Running) -> list[int]:
    """What the log says was answered."""
    return [line["status"] for line in requests_of(server)]


def requests_of(server: Running) -> list[dict[str, Any]]:
    """The lines of the log that tell of a request."""
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    return [line for line in lines if line["message"] == "request"]


def test_it_finishes_what_it_works_on_before_it_stops(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2, drain_s=PATIENCE_S) as server:
        asking = Asking(server, many(200))
        until(server.fits, "fitting")
        server.process.send_signal(signal.SIGTERM)
        until(lambda: not server.is_ready(), "draining")
        refused = server.post(BODY)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert asking.answer().status_code == 200
        assert server.process.wait(timeout=PATIENCE_S) in (0, -signal.SIGTERM)
        assert "Traceback" not in server.log.read_text()


def test_it_does_not_wait_longer_than_it_was_told(tmp_path: Path) -> None:
    request = b"POST /v1/forecast HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
    with serving(tmp_path, workers=2, drain_s=1) as server, socket.socket() as slow:
        slow.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        slow.sendall(request)
        until(lambda: server.get("/readyz").status_code == 200, "answering")
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=PATIENCE_S)  # the rest of that body never comes


def test_killing_it_leaves_no_worker_behind(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as server:
        until(lambda: len(workers_of(server.process.pid)) == 2, "starting both workers")
        workers = workers_of(server.process.pid)
        server.process.kill()
        server.process.wait()
        until(lambda: not any(is_running(pid) for pid in workers), "dying")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
