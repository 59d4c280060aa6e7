"""A chart of one series in the terminal, drawn with Braille dots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from .panels import Floats, Panel

_DOT_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_COLOURS = {"band": "34", "observed": "39", "expected": "36", "flagged": "31;1"}
_LABEL = 10
_FLAG = "●"


@dataclass
class _Canvas:
    """Dots on a grid of cells, 2 wide and 4 high each, with a colour per cell."""

    width: int
    height: int

    def __post_init__(self) -> None:
        self.dots = np.zeros((self.height * 4, self.width * 2), dtype=bool)
        self.colours = np.full((self.height, self.width), "", dtype=object)
        self.marks: dict[tuple[int, int], str] = {}

    def span(self, column: int, low: int, high: int, colour: str, step: int = 1) -> None:
        """Draw a vertical run of dots, rows counted from the top."""
        self.dots[low : high + 1 : step, column] = True
        self.colours[low // 4 : high // 4 + 1, column // 2] = colour

    def mark(self, column: int, row: int, colour: str) -> None:
        """Put a sign over a cell."""
        self.marks[row // 4, column // 2] = colour

    def rows(self, *, colour: bool) -> list[str]:
        """Return the lines of text."""
        return [self._row(number, colour=colour) for number in range(self.height)]

    def _row(self, number: int, *, colour: bool) -> str:
        cells = self.dots[number * 4 : number * 4 + 4].reshape(4, self.width, 2)
        codes = (cells * _DOT_BITS[:, None, :]).sum(axis=(0, 2))
        cells_painted = [
            (self.marks.get((number, column)) or self.colours[number, column], sign)
            for column, sign in enumerate(self._signs(number, codes))
        ]
        if not colour:
            return "".join(sign for _, sign in cells_painted).rstrip()
        runs = groupby(cells_painted, key=lambda cell: cell[0])
        return "".join(_painted(paint, "".join(sign for _, sign in run)) for paint, run in runs)

    def _signs(self, number: int, codes: NDArray[np.int64]) -> list[str]:
        signs = [chr(0x2800 + int(code)) if code else " " for code in codes]
        for row, column in self.marks:
            if row == number:
                signs[column] = _FLAG
        return signs


def _painted(paint: str, text: str) -> str:
    return f"\x1b[{paint}m{text}\x1b[0m" if paint else text


def draw(panel: Panel, width: int = 80, height: int = 16, *, colour: bool = False) -> str:
    """Return the chart as text: observed, expected, the interval dotted, anomalies marked.

    Args:
        panel: What to draw.
        width: Columns of text, the labels of the value axis included.
        height: Lines of text, the title and the time axis included.
        colour: Whether to write ANSI colours.
    """
    canvas = _Canvas(max(width - _LABEL - 1, 10), max(height - 3, 4))
    low, high = _range(panel)
    scale = _Scale(canvas, len(panel.times), low, high)
    if panel.lower is not None and panel.upper is not None:
        _draw_band(canvas, scale, panel.lower, panel.upper)
    for values in panel.expected.values():
        _draw_line(canvas, scale, values, _COLOURS["expected"])
    _draw_line(canvas, scale, panel.observed, _COLOURS["observed"])
    for index in np.flatnonzero(panel.flagged & np.isfinite(panel.observed)):
        column, row = scale.column(int(index)), scale.row(panel.observed[index])
        canvas.mark(int(column), int(row), _COLOURS["flagged"])
    return "\n".join(
        [panel.title, *_with_labels(canvas, low, high, colour=colour), _axis(panel, canvas)]
    )


class _Scale:
    """Data to dots."""

    def __init__(self, canvas: _Canvas, points: int, low: float, high: float) -> None:
        self.columns, self._rows = canvas.dots.shape[1], canvas.dots.shape[0]
        self._points = max(points - 1, 1)
        self._low, self._span = low, high - low

    def column(self, index: int | NDArray[np.int64]) -> NDArray[np.int64]:
        return np.rint(np.asarray(index) / self._points * (self.columns - 1)).astype(np.int64)

    def row(self, values: float | Floats) -> NDArray[np.int64]:
        share = (np.asarray(values) - self._low) / self._span
        return np.rint((1 - np.clip(share, 0, 1)) * (self._rows - 1)).astype(np.int64)


def _draw_line(canvas: _Canvas, scale: _Scale, values: Floats, colour: str) -> None:
    columns, low, high = _columnwise(scale, values)
    top, bottom = scale.row(high), scale.row(low)
    for number, column in enumerate(columns):
        first, last = int(top[number]), int(bottom[number])
        if number:  # reach for the column before, so that the line has no holes
            first, last = min(first, int(bottom[number - 1])), max(last, int(top[number - 1]))
        canvas.span(int(column), first, last, colour)


def _draw_band(canvas: _Canvas, scale: _Scale, lower: Floats, upper: Floats) -> None:
    columns, low, _ = _columnwise(scale, lower)
    others, _, high = _columnwise(scale, upper)
    if not np.array_equal(columns, others):
        return
    top, bottom = scale.row(high), scale.row(low)
    for number, column in enumerate(columns):
        start = int(top[number]) + (int(top[number]) + int(column)) % 2
        canvas.span(int(column), start, int(bottom[number]), _COLOURS["band"], step=2)


def _columnwise(scale: _Scale, values: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the dot columns that a line crosses, with its lowest and highest value in each."""
    present = np.flatnonzero(np.isfinite(values))
    if present.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    at = scale.column(present)
    columns, starts = np.unique(at, return_index=True)
    low = np.minimum.reduceat(values[present], starts)
    high = np.maximum.reduceat(values[present], starts)
    every = np.arange(columns[0], columns[-1] + 1)
    return every, np.interp(every, columns, low), np.interp(every, columns, high)


def _range(panel: Panel) -> tuple[float, float]:
    arrays = [panel.observed, *panel.expected.values()]
    arrays += [band for band in (panel.lower, panel.upper) if band is not None]
    values = np.concatenate(arrays)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    margin = 0.0 if high > low else max(abs(high) * 0.1, 1.0)
    return low - margin, high + margin


def _with_labels(canvas: _Canvas, low: float, high: float, *, colour: bool) -> list[str]:
    rows = canvas.rows(colour=colour)
    labels = {0: high, len(rows) // 2: (low + high) / 2, len(rows) - 1: low}
    texts = (_label(labels[i], high - low) if i in labels else "" for i in range(len(rows)))
    return [f"{text:>{_LABEL}}┤{row}" for text, row in zip(texts, rows)]


def _label(value: float, span: float) -> str:
    """Return a value with as many digits as tell the ends of the axis apart."""
    decimals = max(0, 2 - math.floor(math.log10(span)))
    shown = round(value, decimals) + 0.0  # which turns -0 into 0
    text = f"{shown:.{min(decimals, _LABEL)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if len(text) <= _LABEL and decimals < _LABEL else f"{shown:.4g}"


def _axis(panel: Panel, canvas: _Canvas) -> str:
    if not panel.times:
        return ""
    first, last = panel.time_text(0), panel.time_text(-1)
    return " " * (_LABEL + 1) + first + last.rjust(max(canvas.width - len(first), len(last) + 1))
