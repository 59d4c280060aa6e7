"""The command ``tidecast-server``.

Imports at the top stay few: worker processes import the main module again.
"""

import sys


def main() -> None:
    """Serve until told to stop; exits with 2 for settings that cannot be served."""
    from app.engine.local import start_fork_server

    start_fork_server()  # it and this process import their libraries side by side

    from pydantic import ValidationError

    from app.serve import NotSafe, serve

    try:
        serve()
    except ValidationError as error:
        sys.exit(_explain(error))
    except KeyboardInterrupt:
        pass  # uvicorn has drained by now
    except NotSafe as error:
        print(f"tidecast-server: {error}", file=sys.stderr)
        sys.exit(2)


def _explain(error: "ValidationError") -> int:  # type: ignore[name-defined]  # noqa: F821
    for one in error.errors():
        name = f"TIDECAST_{'_'.join(map(str, one['loc'])).upper()}"
        print(f"tidecast-server: {name}: {one['msg']}, got {one['input']!r}", file=sys.stderr)
    return 2
