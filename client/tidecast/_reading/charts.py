"""JSON as libraries of charts have it: the times once, and beside them the values of each line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Columns = dict[str, list[Any]]

_LINES = ("datasets", "series")
_NAMES = ("label", "name", "id")
_AXES = ("xAxis", "xaxis", "x")
_TIMES, _OF_AXES = ("labels", "categories"), ("categories", "data")
_MONTH_OF_SCRIPT = re.compile(r"Date\((\d{4}), ?(\d{1,2})(?:, ?(\d{1,2}))?((?:, ?\d{1,2}){0,3})\)")


def columns_of(value: Mapping[str, Any]) -> Columns | None:
    """Return a row per value of each line, None for an object that is no chart.

    Source: the data of Chart.js, Highcharts, ECharts, ApexCharts, Google Charts and Grafana.
    """
    return _of_cells(value) or _of_lines(value) or _of_frame(value)


def _of_frame(value: Mapping[str, Any]) -> Columns | None:
    """Return the columns of a frame, whose schema names the lists of its data, as Grafana has it."""
    schema, data = value.get("schema"), value.get("data")
    if not isinstance(schema, Mapping) or not isinstance(data, Mapping):
        return None
    heads, lists = schema.get("fields"), data.get("values")
    if not _are_objects(heads) or not isinstance(lists, list) or len(heads or []) != len(lists):
        return None
    names = [_name_of(head) or f"column_{place}" for place, head in enumerate(heads or [], 1)]
    even = all(isinstance(one, list) and len(one) == len(lists[0]) for one in lists)
    return dict(zip(names, lists)) if even and len({*names}) == len(names) else None


def _of_lines(value: Mapping[str, Any]) -> Columns | None:
    lines = next((value[key] for key in _LINES if _are_objects(value.get(key))), None)
    if lines is None or not all(isinstance(line.get("data"), list) for line in lines):
        return None
    times = _times_of(value)
    found = [_points(line["data"], times) for line in lines]
    if any(points is None for points in found):
        return None
    names = [_name_of(line) or str(place) for place, line in enumerate(lines, start=1)]
    rows = [(name, *point) for name, points in zip(names, found) for point in points or []]
    columns = dict(zip(("unique_id", "ds", "y"), map(list, zip(*rows))))
    if len(lines) > 1 or not rows:
        return columns or None
    name = _name_of(lines[0])
    return {"ds": columns["ds"], name if name and name != "ds" else "y": columns["y"]}


def _times_of(value: Mapping[str, Any]) -> list[Any]:
    axes = [axis for key in _AXES if isinstance(axis := _only(value.get(key)), Mapping)]
    able = [value.get(key) for key in _TIMES]
    able += [axis.get(key) for axis in axes for key in _OF_AXES]
    return next((times for times in able if isinstance(times, list)), [])


def _points(data: Sequence[Any], times: Sequence[Any]) -> list[tuple[Any, Any]] | None:
    """Return the times and values of a line, None where it does not say both."""
    if data and all(isinstance(one, Mapping) and {"x", "y"} <= {*one} for one in data):
        return [(one["x"], one["y"]) for one in data]
    values = [one.get("value") if isinstance(one, Mapping) else one for one in data]
    plain = not any(isinstance(one, (list, Mapping)) for one in values)
    return [*zip(times, values)] if plain and times and len(times) == len(values) else None


def _of_cells(value: Mapping[str, Any]) -> Columns | None:
    """Return the columns of a table whose rows are objects of cells, as Google Charts has them."""
    heads, rows = value.get("cols"), value.get("rows")
    if not _are_objects(heads) or not _are_objects(rows):
        return None
    cells = [row.get("c") for row in rows or []]
    if not all(isinstance(one, list) and len(one) <= len(heads or []) for one in cells):
        return None
    names = [_name_of(head) or f"column_{place}" for place, head in enumerate(heads or [], 1)]
    if len({*names}) < len(names):
        return None
    told = [[_cell(one) for one in row or []] for row in cells]
    return {
        name: [row[place] if place < len(row) else None for row in told]
        for place, name in enumerate(names)
    }


def _cell(value: Any) -> Any:
    inner = value.get("v") if isinstance(value, Mapping) else value
    match = _MONTH_OF_SCRIPT.fullmatch(inner) if isinstance(inner, str) else None
    if match is None:
        return inner
    month, day = int(match[2]) + 1, int(match[3] or 1)  # JavaScript counts months from 0
    clock = [int(part) for part in re.findall(r"\d+", match[4])]
    text = f"{match[1]}-{month:02d}-{day:02d}"
    hours = ":".join(f"{part:02d}" for part in [*clock, 0, 0][: max(2, len(clock))])
    return f"{text}T{hours}" if clock else text


def _name_of(line: Mapping[str, Any]) -> str | None:
    return next((line[key] for key in _NAMES if isinstance(line.get(key), str) and line[key]), None)


def _only(value: Any) -> Any:
    """Return the only one of a list, else the value."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)
