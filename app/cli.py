"""The command ``tidecast-server``.

Imports at the top stay few: worker processes import the main module again.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

    from app.settings import Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop; exits with 2 for settings that cannot be served."""
    from pydantic import ValidationError

    from app.checks import CannotStart, check_start
    from app.settings import NotSafe, Settings

    given = sys.argv[1:] if arguments is None else arguments
    if "--version" in given:
        _tell_version()
        return
    try:
        settings = Settings.from_command_line(given)
        settings.require_safe()
        check_start(settings)
    except ValidationError as error:
        _give_up(*_lines(error))
    except (NotSafe, CannotStart) as error:
        _give_up(str(error))
    else:
        _serve(settings)


def _serve(settings: "Settings") -> None:
    from app.engine.local.engine import start_fork_server

    start_fork_server()  # it and this process load their libraries side by side
    from app.engine.local.kinds import NoSuchDevice
    from app.serve import serve

    try:
        serve(settings)
    except NoSuchDevice as error:
        _give_up(str(error))
    except KeyboardInterrupt:  # uvicorn has drained by then
        pass


def _tell_version() -> None:
    from app.version import own_version

    print(f"tidecast-server {own_version()}")


def _give_up(*lines: str) -> None:
    for line in lines:
        print(f"tidecast-server: {line}", file=sys.stderr)
    sys.exit(2)


def _lines(error: "ValidationError") -> list[str]:
    return [
        f"TIDECAST_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}, got {one['input']!r}"
        for one in error.errors()
    ]
