"""Options and answer of ``POST /v1/read``."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.answers import Schema

_GUESSED = "; guessed if left out"


class ReadOptions(BaseModel):
    """What is said of a file, in the address; what is left out is guessed, and told."""

    model_config = ConfigDict(extra="forbid")

    id_col: str | None = Field(
        None, description=f"Column of the series' names, empty if there is none{_GUESSED}."
    )
    time_col: str | None = Field(
        None, description=f"Column of the times, empty if there is none{_GUESSED}."
    )
    target_col: str | None = Field(None, description=f"Column of the values{_GUESSED}.")
    exog: list[str] = Field([], description="Columns of exogenous variables to keep.")
    wide: bool = Field(False, description="Whether each column of numbers is a series.")
    decimal: Literal[".", ","] | None = Field(None, description=f"Decimal separator{_GUESSED}.")
    dates: Literal["day", "month"] | None = Field(
        None, description=f"What dates such as 1/2/2024 begin with{_GUESSED}."
    )
    time_format: str | None = Field(
        None, description="How times are written, as for strptime: %d/%m/%Y."
    )
    sheet: str | None = Field(
        None,
        description="Sheet of an Excel file, by name or number; the first with a table if left out.",
    )
    keep_nines: bool = Field(
        False, description="Whether numbers such as -9999 are values, and not taken for missing."
    )
    encoding: str | None = Field(
        None,
        description=f"Character encoding of a text, such as cp1251{_GUESSED}.",
        max_length=40,
    )


class FileColumn(Schema):
    """A column as the file has it."""

    name: str
    holds: Literal["times", "numbers", "flags", "texts"]


class FileRoles(Schema):
    """Which column is what; null where there is none, or none could be told."""

    id_col: str | None
    time_col: str | None
    target_col: str | None
    exog: list[str]


class FileQuestion(Schema):
    """What should be said, since the file can be read in several ways."""

    option: str = Field(description="The option that decides it.", examples=["target_col"])
    message: str
    hint: str | None
    choices: list[str] = Field(description="Its possible values, if known.")


class ReadAnswer(Schema):
    """The answer of ``POST /v1/read``."""

    request_id: str
    rows: int
    layout: Literal["long", "dates", "series"] = Field(
        description="A row per value, a column per date, or a column per series."
    )
    columns: list[FileColumn]
    sheets: list[str] = Field(description="The sheets of an Excel file that are shown.")
    sheet: str | None = Field(description="The one that was read.")
    encoding: str | None = Field(description="Character encoding of a text; null for other files.")
    roles: FileRoles
    begins: Literal["day", "month"] | None = Field(description="What ambiguous dates begin with.")
    has_nines: bool = Field(
        description="Whether numbers such as -999 were taken for missing values, as notes tell."
    )
    series: dict[str, list[Any]] | None = Field(
        description="Columns as the other endpoints take them: unique_id, ds, y and exogenous ones;"
        " null while a question is open that decides on them."
    )
    notes: list[str] = Field(description="What was read as what, and what was guessed.")
    question: FileQuestion | None
