"""What a caller may say about the data, whatever the endpoint."""

from typing import Annotated, Literal

from pydantic import Field

from models.params import Params

Missing = Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]
Duplicates = Literal["error", "first", "last", "mean", "sum"]
Aggregate = Literal["sum", "mean", "median", "min", "max", "first", "last", "count"]
Step = str | Annotated[int, Field(ge=1, le=2**53)]
SeasonLength = Annotated[int, Field(ge=1, le=100_000)]


class Resample(Params):
    """Longer steps, and what becomes of the rows of each."""

    freq: Step = Field(
        title="Frequency",
        description="The longer step: a pandas alias, an ISO 8601 duration, or how many units of integer time."
        " Weeks and months that are marked at their end hold the days up to it, all others what follows.",
        examples=["W", "MS", 7],
    )
    agg: Aggregate = Field(
        "mean",
        title="Aggregate",
        description="What the rows of a step become; missing values are passed over. Exogenous columns take the"
        " mean where this is sum or count.",
    )


class PreparationOptions(Params):
    """Options of the preparation that every endpoint shares."""

    freq: Step = Field(
        "auto",
        title="Frequency",
        description="Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'),"
        " an ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month days"
        " 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri 09:00-12:00,13:00-17:00; Sat"
        " 09:00-13:00') or an integer step; 'auto' finds it in the timestamps.",
        examples=["auto", "MS", "15min", "PT1H", "C-MON-WED-FRI", "h Mon-Fri 09:00-17:00", 1],
    )
    season_length: SeasonLength | Annotated[list[SeasonLength], Field(max_length=8)] | None = Field(
        None,
        title="Season length",
        description="Observations per cycle, or a list of several; 1 or an empty list means no season;"
        " detected if omitted.",
        examples=[12, [24, 168]],
    )
    tz: str | None = Field(
        None,
        max_length=64,
        title="Time zone",
        description="Named zone in which timestamps without an offset are read, and days and seasons are"
        " counted: where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.",
        examples=["Europe/Berlin"],
    )
    missing: Missing = Field(
        "interpolate",
        title="Missing values",
        description="What to do with missing values and gaps: interpolate, with the season if there is one;"
        " carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop the"
        " rows; or refuse the series.",
    )
    duplicates: Duplicates = Field(
        "error",
        title="Duplicate timestamps",
        description="What to do with several rows of one timestamp: refuse the series, keep the first or last,"
        " or take the mean or sum.",
    )
    resample: Resample | None = Field(
        None,
        title="Resampling",
        description="Aggregate the rows to longer steps before anything else; season lengths count those"
        " steps. An incomplete last step is left out, so that a forecast begins with it.",
        examples=[{"freq": "W", "agg": "sum"}],
    )
