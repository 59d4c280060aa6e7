"""Series in the body of a request, for the API reference; bodies themselves are read into arrays."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118]
"""A year of the airline passengers."""


class WithExogenous(BaseModel):
    """Has further columns: exogenous variables under names of their own."""

    model_config = ConfigDict(extra="allow")


class SeriesColumns(WithExogenous):
    """A series of lists; further lists of numbers, or of true and false, are exogenous variables."""

    unique_id: str | int | None = Field(None, description="May be left out for a single series.")
    ds: list[str | int] | None = Field(None, description="ISO 8601, dates or integers.")
    start: str | int | None = Field(None, description="First timestamp, instead of ds.")
    freq: str | int | None = Field(
        None, description="Step of this series, instead of the option freq."
    )
    y: list[float | None]


class SeriesTable(WithExogenous):
    """A table by columns."""

    unique_id: list[str | int] | None = None
    ds: list[str | int] | None = None
    y: list[float | None]


class SeriesRow(WithExogenous):
    """A row of a table."""

    unique_id: str | int | None = None
    ds: str | int | None = None
    y: float | None = None


class FutureTable(WithExogenous):
    """Exogenous variables behind the end of the series, in any of the shapes of series, without y."""

    unique_id: str | int | list[str | int] | None = None
    ds: list[str | int] | None = None


class SeriesBody(BaseModel):
    """The part of a request that holds series: ``y`` for one, ``series`` for several."""

    y: list[float | None] | None = Field(
        None, description="One series with integer time, or with ds or start.", examples=[EXAMPLE]
    )
    unique_id: str | int | None = Field(None, description="Name of the series in y.")
    ds: list[str | int] | None = Field(None, description="Timestamps of y.")
    start: str | int | None = Field(None, description="First timestamp of y.")
    series: list[SeriesColumns] | list[SeriesRow] | SeriesTable | None = Field(
        None, description="Series as lists, as rows, or as one table of columns."
    )
    future: list[FutureTable] | FutureTable | list[SeriesRow] | None = Field(
        None, description="Future values of exogenous variables."
    )


def shapes_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body in each shape that series have, by the name of the shape; ``body``: of one series."""
    y = [*body["y"]]
    options = {name: one for name, one in body.items() if name not in ("y", "start", "freq")}
    days = [f"2024-{1 + i // 28:02d}-{1 + i % 28:02d}" for i in range(len(y))]
    ids = ["a"] * len(y)
    rows = [{"unique_id": "a", "ds": ds, "y": one} for ds, one in zip(days, y, strict=True)]
    several = [
        {"unique_id": name, "start": "2024-01-01", "freq": "D", "y": y} for name in ("a", "b")
    ]
    shapes = {
        "one": ("One series", dict(body)),
        "several": ("Several series at regular steps", {"series": several}),
        "stamped": (
            "Series with a timestamp for each value",
            {"series": [{"unique_id": "a", "ds": days, "y": y}]},
        ),
        "columns": (
            "A table by columns: DataFrame.to_dict('list')",
            {"series": {"unique_id": ids, "ds": days, "y": y}},
        ),
        "rows": ("A table by rows: DataFrame.to_dict('records')", {"series": rows}),
    }
    return {
        name: {"summary": summary, "value": {**options, **series}}
        for name, (summary, series) in shapes.items()
    }
