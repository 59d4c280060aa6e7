"""The table of what forecasts are made of, one row per series, model and step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.services.answer import AnswerParts
from app.services.plans import PlannedModel
from models import registry
from models.data.forecasts import Forecasts
from models.data.panel import Panel
from models.data.parts import REST, SEASONAL, TREND, Parts, closed
from models.data.series import Notice

MOST_PARTS = 12
"""Beside one for each exogenous column: trend, seasons, holidays, the rest, and what tells of the row."""
_FIRST = (TREND, SEASONAL)


def part_table(
    panel: Panel, made: Sequence[Forecasts], plan: Sequence[PlannedModel], found: AnswerParts
) -> dict[str, list[Any]]:
    """Return the columns; tell of models that have no parts of their forecasts to tell."""
    rows = [*_rows(panel, made, plan)]
    names = sorted({name for *_, parts in rows for name in parts}, key=_order)
    found.notices.extend(
        _untold(planned, of_model)
        for planned, of_model in zip(plan, made, strict=True)
        if _lacking(of_model)
    )
    return {
        "unique_id": [name for name, stamps, *_ in rows for _ in stamps],
        "ds": [stamp for _, stamps, *_ in rows for stamp in stamps],
        "column": [column for _, stamps, column, _ in rows for _ in stamps],
        **{
            name: [v for _, stamps, _, parts in rows for v in _values(parts, name, len(stamps))]
            for name in names
        },
    }


Row = tuple[str, Sequence[str | int], str, Parts]


def _rows(panel: Panel, made: Sequence[Forecasts], plan: Sequence[PlannedModel]) -> Iterator[Row]:
    """Yield series, stamps ahead, the column of the forecast and its parts."""
    for place, (name, grid) in enumerate(zip(panel.ids, panel.grids, strict=True)):
        for planned, of_model in zip(plan, made, strict=True):
            whole = of_model.whole.get(place)
            if whole is None or whole.parts is None or place in of_model.errors:
                continue
            text = grid.text(grid.future(len(whole.mean)))
            stamps = text.tolist() if isinstance(text, np.ndarray) else text
            yield name, stamps, planned.prefix, closed(whole.parts, whole.mean)


def _values(parts: Mapping[str, Any], name: str, count: int) -> list[float | None]:
    if name not in parts:
        return [None] * count
    return [value if np.isfinite(value) else None for value in parts[name].tolist()]


def _order(name: str) -> tuple[int, int, str]:
    """Return where a part stands: trend, seasons by their length, others by name, the rest."""
    family, _, length = name.partition("_")
    if family in _FIRST:
        return _FIRST.index(family), int(length) if length.isdecimal() else 0, name
    return len(_FIRST) + (name == REST), 0, name


def _lacking(made: Forecasts) -> int:
    """Return how many series have a forecast of which no parts are told."""
    told = [row for row, one in made.whole.items() if one.parts is not None]
    return len(made) - len({*told, *made.errors})


def _untold(planned: PlannedModel, made: Forecasts) -> Notice:
    count = _lacking(made)
    of = "" if count == len(made) else f" of {count} of {len(made)} series"
    return Notice(
        "parts_unknown",
        f"{planned.name} tells no parts of its forecast{of}",
        f"models that can: {registry.named('forecaster', 'parts')}",
    )
