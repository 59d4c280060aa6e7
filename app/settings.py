"""Every setting of the server, typed, with its default and what it is for; ``TIDECAST_*``."""

import os
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024
PATH_PREFIX = r"^(/[A-Za-z0-9._~-]+)*$"


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def _memory() -> int:
    """Return how many bytes this process may use: those of its container, if that has a limit, or machine."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or "max"
        return min(machine, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return machine


class NotSafe(Exception):
    """The server would be open to others, and nobody said that it may."""


class Limits(BaseSettings):
    """What one request may ask for; ``GET /v1/limits`` shows them under the same names."""

    model_config = SettingsConfigDict(
        env_prefix="TIDECAST_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    max_body_bytes: int = Field(
        64 * MIB, ge=1, description="Bytes of a request body, as sent and after decompression."
    )
    max_points: int = Field(5_000_000, ge=1, description="Points of all series of a request.")
    max_read_cells: int = Field(
        2_000_000, ge=1, description="Cells of a file that is read: rows times columns."
    )
    max_series: int = Field(100_000, ge=1, description="Series of a request.")
    max_horizon: int = Field(10_000, ge=1, description="Steps ahead.")
    max_models: int = Field(20, ge=1, description="Models of one request.")
    max_cells_out: int = Field(
        20_000_000, ge=1, description="Cells of the answer's table: rows times columns."
    )
    max_answer_bytes: int = Field(
        512 * MIB,
        ge=1,
        description="Bytes of the answer before compression, as estimated before anything is fitted.",
    )
    max_text_chars: int = Field(
        1000,
        ge=1,
        description="Characters of an id, the name of a column, a timestamp or any other text of a request.",
    )
    max_fit_points: int = Field(
        50_000_000,
        ge=1,
        description="Points that all fits of a backtest learn from, over series, cutoffs and models; a fit"
        " counts as 100 at least.",
    )
    max_requests: int = Field(
        64, ge=1, description="Requests with series processed at once; further ones get 503."
    )
    max_chunk_bytes: int = Field(
        4096 * MIB, ge=MIB, description="Memory that one piece of work may take in its process."
    )
    timeout_s: float = Field(
        300.0, gt=0, description="Largest fitting budget of a request, in seconds."
    )


class Settings(Limits):
    """Forecasts and anomalies over REST, with a console.

    Each setting is also read from TIDECAST_ and its name in capitals.
    """

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 for any free one.")
    root_path: str = Field(
        "",
        pattern=PATH_PREFIX,
        description="Prefix under which a proxy publishes the server, as in /tidecast; a proxy may also send it"
        " as X-Forwarded-Prefix.",
    )
    allow_open: bool = Field(
        False,
        description="Allow listening on addresses other than loopback. Anyone who reaches the server may use it,"
        " unless a proxy in front of it authenticates users.",
    )
    data_dir: Path = Field(Path("data"), description="Folder of the embedded store.")
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        description="Where neural models run: auto (a GPU if there is one), cpu, cuda, or cuda:1.",
    )
    workers: int = Field(
        default_factory=_cores,
        ge=1,
        description="Processes that fit models; by default one per core.",
    )
    memory_bytes: int = Field(
        default_factory=_memory,
        ge=MIB,
        description="Memory that pieces of work running at the same time are expected to take together; others"
        " wait. By default that of the machine or container.",
    )
    drain_s: float = Field(
        30.0, ge=0, description="Seconds that running requests may take when the server stops."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level that is logged."
    )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @classmethod
    def from_command_line(cls, arguments: Sequence[str]) -> Self:
        """Read settings from ``--host`` and the like, then from the environment.

        Raises ``SystemExit`` for ``--help`` and for arguments that are no settings.
        """
        return cls(
            _cli_parse_args=list(arguments),
            _cli_prog_name="tidecast-server",
            _cli_kebab_case=True,
            _cli_implicit_flags=True,
        )

    def require_safe(self) -> None:
        """Raise ``NotSafe`` if others could use the server, unless that was allowed."""
        if not self.is_loopback and not self.allow_open:
            raise NotSafe(
                f"refusing to listen on {self.host}: anyone who reaches it could use it;"
                " listen on 127.0.0.1, or set TIDECAST_ALLOW_OPEN=true"
            )

    def limits(self) -> Limits:
        """Return the limits alone."""
        return Limits.model_construct(**{name: getattr(self, name) for name in Limits.model_fields})
