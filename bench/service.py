"""A server of its own for a measurement: started on a free port, asked over HTTP, stopped by pid."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

START = "from app.cli import main; main([])"
START_S = 180.0


def free_port() -> int:
    """Return a port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(log: Path | None = None, **settings: str) -> Iterator[httpx.Client]:
    """Run a server with the given settings (``workers="1"``) and yield a client of it.

    ``log``: where its log goes; to standard error if omitted.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        errors = None if log is None else stack.enter_context(log.open("w"))
        port = free_port()
        names = {f"TIDECAST_{name.upper()}": value for name, value in settings.items()}
        own = {
            "TIDECAST_PORT": str(port),
            "TIDECAST_DATA_DIR": folder,
            "TIDECAST_LOG_LEVEL": "warning",
            "TIDECAST_DRAIN_S": "5",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", START], env={**os.environ, **own, **names}, stderr=errors
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=None) as client:
                _wait_until_ready(client, process)
                yield client
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} while starting")
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"the server was not ready within {START_S:g} s")


def cpu_seconds() -> float:
    """Return the processor time of all processes that come from this one, so far, as Linux tells it."""
    stats = [one for path in Path("/proc").glob("[0-9]*/stat") for one in _stat(path)]
    ours = {os.getpid()}
    while more := {pid for pid, parent, _ in stats if parent in ours} - ours:
        ours |= more
    ticks = sum(spent for pid, _, spent in stats if pid in ours and pid != os.getpid())
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(path: Path) -> list[tuple[int, int, int]]:
    """Return a process, its parent and its ticks with those of its dead children; nothing if it is gone."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return []
    fields = text.rpartition(")")[2].split()
    return [(int(path.parent.name), int(fields[1]), sum(map(int, fields[11:15])))]
