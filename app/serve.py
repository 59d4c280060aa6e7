"""Runs the service under uvicorn, with a graceful end."""

import asyncio
import ctypes
import gc
import logging
import os
import sys
from contextlib import suppress
from time import monotonic
from types import FrameType
from typing import cast

import uvicorn

from app.checks import unknown_settings
from app.http.exchange import AdmissionControl
from app.logging import configure
from app.main import create_app
from app.settings import MIB, Settings

_log = logging.getLogger("app.serve")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""As in malloc.h."""
_PAUSE = 0.05
"""Seconds between two looks at whether anything still runs."""
_HELLO = """\
Tidecast is up. Open {url}/ in a browser, or try:
  curl {url}/v1/forecast -d '{{"y": [112,118,132,129,121,135,148,148,136,119,104,118], "h": 3, "model": "naive"}}'
API reference: {url}/docs   Stop with Ctrl-C."""


class _Server(uvicorn.Server):
    """Says hello on a terminal when it listens, and turns new work away once it is told to stop."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets=sockets)  # type: ignore[arg-type]
        if self.started and sys.stdout.isatty():  # elsewhere it would stand among lines of JSON
            print(_HELLO.format(url=self._url()), flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._admission.draining = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Listen on until what runs has ended, or its time is over; new work is told to come again."""
        end = monotonic() + (self.config.timeout_graceful_shutdown or 0)
        while self._admission.inside and not self.force_exit and monotonic() < end:
            await asyncio.sleep(_PAUSE)
        self.config.timeout_graceful_shutdown = max(1, int(end - monotonic()))
        await super().shutdown(sockets)  # type: ignore[arg-type]

    @property
    def _admission(self) -> AdmissionControl:
        state = self.config.loaded_app_state  # type: ignore[attr-defined]
        return cast(AdmissionControl, state.admission)

    def _url(self) -> str:
        sockets = [s for server in self.servers for s in server.sockets]
        host, port = sockets[0].getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
            host, f"[{host}]" if ":" in host else host
        )
        return f"http://{shown}:{port}"


def serve(settings: Settings) -> None:
    """Serve until a signal."""
    configure(settings.log_level)
    for sentence in unknown_settings(os.environ):
        _log.warning(sentence)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_s),
    )
    config.loaded_app_state = app.state  # type: ignore[attr-defined]
    _spare_collector()
    _keep_pages()
    _Server(config).run()


def _spare_collector() -> None:
    """Keep the garbage collector from walking libraries and tables: they hold no cycles to find.

    With Python's own thresholds it takes half of the time of a request of a thousand series.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _keep_pages() -> None:
    """Have glibc keep memory for the next request that it would hand back to the kernel.

    Getting tables of megabytes page by page anew takes a quarter of the time of a request of a thousand series.
    """
    with suppress(OSError, AttributeError):  # other C libraries have no such setting
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, 32 * MIB)
        mallopt(_M_TRIM_THRESHOLD, 64 * MIB)
