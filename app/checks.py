"""What would keep the server from starting, found before any process of its own does."""

import difflib
import socket
import tempfile
from collections.abc import Iterable
from contextlib import closing

from app.settings import Settings

_PREFIX = "TIDECAST_"
_OF_CLIENTS = frozenset({"TIDECAST_URL", "TIDECAST_API_KEY"})
"""Read by the client and the command line, which may run beside the server."""


class CannotStart(Exception):
    """The server cannot be started as it was told to; the message says why in a sentence."""


def check_start(settings: Settings) -> None:
    """Raise ``CannotStart`` if its port is taken, or its folder or all for temporary files cannot be written."""
    _check_address(settings)
    _check_folder(settings)
    _check_temporary()


def _check_address(settings: Settings) -> None:
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with closing(socket.socket(family, kind, protocol)) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        raise CannotStart(
            f"cannot listen on {host}, port {port}: {error.strerror or error};"
            " TIDECAST_HOST and TIDECAST_PORT choose another"
        ) from None


def _check_folder(settings: Settings) -> None:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(
            f"cannot write into the folder {folder}: {error.strerror or error};"
            " TIDECAST_DATA_DIR names another"
        ) from None


def _check_temporary() -> None:
    """Processes meet in a folder of such files, and Stan writes there."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        raise CannotStart(
            "there is no folder for temporary files that can be written; TMPDIR names one"
        ) from None


def unknown_settings(names: Iterable[str]) -> list[str]:
    """Return a sentence for each variable of the environment that looks like a setting and is none."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields} | _OF_CLIENTS
    found = sorted(name for name in names if name.startswith(_PREFIX) and name not in known)
    return [_unknown(name, known) for name in found]


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    hint = f": did you mean {near[0]}?" if near else ", and has no effect"
    return f"{name} is not a setting of this server{hint}"
