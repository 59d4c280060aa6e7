"""Which library draws: matplotlib where it is installed, else plotly."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from .._errors import DataError, MissingDependencyError
from . import image, interactive
from .panels import Panel

_ENGINES = {"matplotlib": image.figure, "plotly": interactive.figure}


def figure(panels: Sequence[Panel], engine: str | None) -> Any:
    """Return panels below each other as a figure of one library.

    Raises:
        DataError: There is no such engine.
        MissingDependencyError: It is not installed, or none is.
    """
    chosen = _installed() if engine is None else engine
    if chosen not in _ENGINES:
        raise DataError(f"unknown engine {chosen!r}; allowed are {', '.join(_ENGINES)}")
    return _ENGINES[chosen](panels)


def _installed() -> str:
    found = next((name for name in _ENGINES if find_spec(name) is not None), None)
    if found is None:
        raise MissingDependencyError(
            "drawing needs matplotlib or plotly; hint: pip install 'tidecast[plot]'"
        )
    return found
