"""The same panels as a figure that one can zoom into, by plotly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._errors import MissingDependencyError
from .image import positions
from .panels import Floats, Panel

_HEIGHT = 320


def figure(panels: Sequence[Panel]) -> Any:
    """Return panels below each other as one plotly figure.

    Raises:
        MissingDependencyError: plotly is not installed.
    """
    try:
        from plotly.subplots import make_subplots
    except ImportError as error:
        raise MissingDependencyError(
            "drawing by plotly needs it; hint: pip install 'tidecast[plotly]'"
        ) from error
    whole = make_subplots(len(panels), 1, subplot_titles=[panel.title for panel in panels])
    for row, panel in enumerate(panels, start=1):
        for line in _lines(panel):
            whole.add_scatter(**{"showlegend": row == 1, **line}, row=row, col=1)
    return whole.update_layout(height=_HEIGHT * len(panels), template="plotly_white")


def _lines(panel: Panel) -> Iterator[dict[str, Any]]:
    """Yield what is drawn: the band between its edges, what is expected, what was observed and flagged."""
    x = positions(panel)
    if panel.lower is not None and panel.upper is not None:
        edge = {"x": x, "line": {"width": 0}, "hoverinfo": "skip", "legendgroup": "interval"}
        yield {**edge, "y": _plain(panel.upper), "showlegend": False}
        shade = {"fill": "tonexty", "fillcolor": "rgba(31, 119, 180, 0.2)", "name": "interval"}
        yield {**edge, **shade, "y": _plain(panel.lower)}
    for name, values in panel.expected.items():
        yield {"x": x, "y": _plain(values), "name": name, "legendgroup": name}
    name = panel.value_name
    line = {"name": name, "legendgroup": name, "line": {"color": "black", "width": 1}}
    yield {"x": x, "y": _plain(panel.observed), **line}
    if panel.flagged.any():
        at = np.flatnonzero(panel.flagged)
        name = panel.flag_name
        marks = {"mode": "markers", "marker": {"color": "crimson", "size": 8}}
        named = {"name": name, "legendgroup": name}
        yield {"x": x[at], "y": _plain(panel.observed[at]), **named, **marks}


def _plain(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
