"""The same panels as an image file, by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import DataError, MissingDependencyError
from .._tables._times import from_iso
from .panels import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PANELS = 8


def save(panels: Sequence[Panel], path: str) -> None:
    """Draw panels below each other into a file, its format by its ending.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        DataError: The file cannot be written, or its format is unknown.
    """
    drawn = figure(panels)
    try:
        drawn.savefig(path, dpi=120)
    except (OSError, ValueError) as error:
        raise DataError(f"cannot write {path}: {error}") from error


def check(path: str) -> None:
    """Raise before any work if a file of this name can be no image.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        DataError: Its ending is of no image that is drawn.
    """
    known = figure([]).canvas.get_supported_filetypes()
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending and ending not in known:
        raise DataError(
            f"cannot write {path}: .{ending} is no image that is drawn; hint: name it .png, .svg or .pdf"
        )


def figure(panels: Sequence[Panel]) -> Figure:
    """Return panels below each other as one figure.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError(
            "drawing needs matplotlib; hint: pip install 'tidecast[plot]'"
        ) from error
    whole = Figure(figsize=(10, 3.2 * len(panels)), layout="constrained")
    for number, panel in enumerate(panels, start=1):
        _draw(whole.add_subplot(len(panels), 1, number), panel)
    return whole


def _draw(axes: Any, panel: Panel) -> None:
    x = positions(panel)
    if panel.lower is not None and panel.upper is not None:
        axes.fill_between(x, panel.lower, panel.upper, alpha=0.25, linewidth=0, label="interval")
    for name, values in panel.expected.items():
        axes.plot(x, values, label=name)
    axes.plot(x, panel.observed, color="black", linewidth=1, label=panel.value_name)
    if panel.flagged.any():
        at = np.flatnonzero(panel.flagged)
        axes.plot(x[at], panel.observed[at], "o", color="crimson", label=panel.flag_name)
    axes.set_title(panel.title)
    axes.legend(loc="best", fontsize="small")


def positions(panel: Panel) -> Any:
    """Return timestamps where the axis has them, else its numbers."""
    if panel.times and all(isinstance(time, str) for time in panel.times):
        return from_iso(panel.times, None).values
    return np.array(panel.times)
