"""What answers hold, for the API reference; answers themselves are built from arrays."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.settings import Limits


class Schema(BaseModel):
    """Base of described answers; more fields may come."""

    model_config = ConfigDict(extra="allow")


class ProblemItem(Schema):
    """One thing that is wrong."""

    pointer: str | None = Field(description="JSON pointer into the request.", examples=["/model"])
    unique_id: str | None = Field(description="The series that it concerns.")
    ds: str | None = Field(description="The timestamp that it concerns.")
    message: str = Field(examples=["unknown model 'hotl_winters'"])
    hint: str | None = Field(
        description="The next step.", examples=["did you mean 'holt_winters'?"]
    )


class ProblemDocument(Schema):
    """An error, in the shape of RFC 9457."""

    type: str = Field(examples=["urn:tidecast:problem:unknown_name"])
    title: str = Field(examples=["Unknown name"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["unknown model 'hotl_winters'"])
    instance: str = Field(description="The path that was asked.", examples=["/v1/forecast"])
    code: str = Field(description="Stable, for programs.", examples=["unknown_name"])
    request_id: str | None
    errors: list[ProblemItem]


class CandidateModel(Schema):
    """A model that was tried for a series."""

    name: str = Field(examples=["theta"])
    weight: float | None = Field(
        None, description="Its weight in the combination; all weights sum to 1."
    )
    rmse: float | None = Field(None, description="Its error on held-out values.")
    about: str | None = None


class ModelDetails(Schema):
    """Why the model is as it is; which of these there are depends on the model."""

    method: str | None = Field(None, description="How candidates were combined or chosen.")
    candidates: list[CandidateModel] | int | None = Field(
        None, description="What was tried, or how many were."
    )
    why: str | None = Field(None, description="How weights or choice came about, in words.")


class FittedModel(Schema):
    """Which model was fitted."""

    name: str = Field(examples=["ets"])
    title: str = Field(examples=["ETS(A,Ad,A)"])
    params: dict[str, Any] = Field(description="As used, with what was left open filled in.")
    season_length: list[int] = Field(examples=[[12]])
    details: ModelDetails | None = Field(
        None, description="For models that choose or combine; left out by the others."
    )


class PreparationReport(Schema):
    """What preparation did to one series, in rows."""

    rows: int
    used: int
    missing_filled: int
    missing_dropped: int
    duplicates: int
    gaps: int
    snapped: int
    sorted: bool


class SeriesEntry(Schema):
    """What the answer tells of one series and model."""

    unique_id: str
    model: FittedModel
    freq: str | int = Field(examples=["D"])
    data_report: PreparationReport
    fit_ms: float
    device: str


class ForecastEntry(SeriesEntry):
    """The same for a forecast."""

    interval_method: str = Field(examples=["parametric"])
    column: str = Field(
        description="The column of the table that holds its forecasts.", examples=["yhat"]
    )


class Warned(Schema):
    """Something that the caller should know."""

    code: str = Field(examples=["constant_series"])
    unique_id: str | None
    message: str
    hint: str | None


class SeriesFailure(Warned):
    """Why a series has no rows in the table."""

    ds: str | None


class Envelope(Schema):
    """What goes around the table of an answer."""

    request_id: str
    warnings: list[Warned]
    errors: list[SeriesFailure]
    random_state: int
    device: str = Field(examples=["cpu"])
    timing_ms: dict[str, float]


class ForecastTable(Schema):
    """One row per series and step; further columns for each level, quantile or model."""

    unique_id: list[str]
    ds: list[str | int]
    yhat: list[float | None] | None = Field(
        None, description="Expected values; yhat_{model} where several models were asked for."
    )
    yhat_lo_80: list[float | None] | None = Field(
        None, description="Lower edge of the 80 % interval."
    )
    yhat_hi_80: list[float | None] | None = Field(
        None, description="Upper edge of the 80 % interval."
    )
    is_history: list[bool] | None = Field(
        None, description="With add_history: fitted rows are true."
    )


class PartsTable(Schema):
    """One row per series, model and step; a column for each part, null where a model has none of it.

    Each part is what it adds in the units of the series, so that they sum to the forecast. Further columns:
    ``seasonal_{season}`` for several seasons, ``regressor_{name}``, ``cycle``, ``calendar``.
    """

    unique_id: list[str]
    ds: list[str | int]
    column: list[str] = Field(
        description="The column of the forecast that they sum to.", examples=[["yhat"]]
    )
    trend: list[float | None] | None = Field(None, description="Level and trend.")
    seasonal: list[float | None] | None = Field(None, description="The season.")
    holidays: list[float | None] | None = Field(None, description="Holidays of the calendar.")
    rest: list[float | None] | None = Field(None, description="What no other part tells.")


class ForecastAnswer(Envelope):
    """The answer of ``POST /v1/forecast``."""

    forecast: ForecastTable
    parts: PartsTable | None = Field(
        None, description="What forecasts are made of, where parts are asked for."
    )
    series: list[ForecastEntry]


class DetectionTable(Schema):
    """One row per point of the input's grid."""

    unique_id: list[str]
    ds: list[str | int]
    y: list[float | None]
    is_anomaly: list[bool]
    score: list[float | None] = Field(description="1.0 is the threshold.")
    severity: list[float] = Field(description="0 to 1.")
    direction: list[str | None] = Field(description="above, below or null.")
    yhat: list[float | None]
    yhat_lower: list[float | None]
    yhat_upper: list[float | None]
    reason: list[str | None] = Field(description="A sentence for each flagged point.")


class EventTable(Schema):
    """One row per event: flagged points with none between them that was judged normal."""

    unique_id: list[str]
    start: list[str | int] = Field(description="Its first flagged point.")
    end: list[str | int] = Field(description="Its last flagged point.")
    peak: list[str | int] = Field(description="Its point with the highest score.")
    peak_score: list[float | None] = Field(description="The score there.")
    kind: list[str] = Field(
        description="spike, dip, level_shift, missing_data, flat_line or unusual_shape."
    )
    n_points: list[int] = Field(description="Flagged points.")
    y: list[float | None] = Field(description="The value at the peak.")
    severity: list[float] = Field(description="The greatest of its points, 0 to 1.")
    direction: list[str | None] = Field(description="That of the peak: above, below or null.")
    reason: list[str] = Field(description="That of the peak, and how long the event lasted.")


class DetectAnswer(Envelope):
    """The answer of ``POST /v1/detect``."""

    detection: DetectionTable
    events: EventTable
    series: list[SeriesEntry]


class CatalogEntry(Schema):
    """A model that can be asked for."""

    name: str
    kind: str
    family: str
    title: str
    summary: str
    params: dict[str, Any] = Field(description="JSON Schema of the parameters.")
    min_observations: int
    capabilities: dict[str, bool]
    reference: str


class Catalog(Schema):
    """Everything that can be asked for."""

    forecasters: list[CatalogEntry]
    detectors: list[CatalogEntry]
    decompositions: list[CatalogEntry]


_LIMITS: dict[str, Any] = {
    name: (limit.annotation, Field(description=limit.description))
    for name, limit in Limits.model_fields.items()
}
LimitsAnswer = create_model(
    "LimitsAnswer",
    __base__=Schema,
    __doc__="The limits in force; each is the setting ``TIDECAST_`` and its name in capitals.",
    __module__=__name__,
    **_LIMITS,
)


class Version(Schema):
    """Which version the server has."""

    version: str = Field(examples=["0.1.0"])


class Status(Schema):
    """How the server is."""

    status: str = Field(examples=["ok"])
