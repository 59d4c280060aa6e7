"""Which version of the server this is."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """Return the version of the package that is installed, "0" if it is run from a folder alone."""
    try:
        return version("tidecast-server")
    except PackageNotFoundError:
        return "0"
