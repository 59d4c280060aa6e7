"""Options and answers of ``POST /v1/decompose``, ``/v1/changepoints`` and ``/v1/profile``."""

from typing import Literal, Self

from pydantic import Field, model_validator

from app.schemas.answers import Envelope, PreparationReport, Schema, SeriesEntry
from app.schemas.choices import Choice, ModelParams
from app.schemas.shared import FallbackOptions, SharedOptions, fallback
from models.analysis.changepoints import ChangeRules
from models.errors import InvalidParameter, Problem

AUTO = "auto"


class DecomposeOptions(FallbackOptions):
    """Options of a decomposition."""

    fallback_model: Choice | None = fallback("hp", ["sma", {"name": "ewma", "alpha": 0.3}])

    method: Choice = Field(
        AUTO,
        title="Method",
        description="A decomposition by its name, or an object of its name and parameters; auto: stl for one"
        " season, mstl for several, hp without.",
        examples=["stl", {"name": "hp", "smoothness": 1600}],
    )
    params: ModelParams = Field(default_factory=dict)

    @model_validator(mode="after")
    def _params_have_a_method(self) -> Self:
        if self.params and self.method == AUTO:
            text = "params belong to a method"
            raise InvalidParameter.of([Problem(text, "name the method", ("params",))])
        return self


class PlainOptions(SharedOptions):
    """Options of an endpoint without models, hence without another one to fall back to."""

    on_error: Literal["partial", "fail"] = Field(
        "partial",
        title="On error",
        description="partial: the table holds the series that worked, errors the others; fail: the first"
        " failing series fails the request.",
    )


class ChangesOptions(PlainOptions, ChangeRules):
    """Options of a search for changes."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if {"penalty", "sensitivity"} <= self.model_fields_set:
            text = "penalty and sensitivity exclude each other"
            raise InvalidParameter.of([Problem(text, "send one of them", ("sensitivity",))])
        return self

    def rules(self) -> ChangeRules:
        """Return the rules alone."""
        return ChangeRules(**{name: getattr(self, name) for name in ChangeRules.model_fields})


class ProfileOptions(PlainOptions):
    """Options of a profile."""


class DecompositionTable(Schema):
    """One row per point of the input's grid; a part that a method has not is null."""

    unique_id: list[str]
    ds: list[str | int]
    y: list[float | None]
    trend: list[float | None]
    seasonal: list[float | None] = Field(
        description="With several seasons their sum; each of them is in seasonal_24, seasonal_168 and so on."
    )
    cycle: list[float | None]
    residual: list[float | None]


class DecompositionEntry(SeriesEntry):
    """What the answer tells of one series and its decomposition."""

    combined: str = Field(
        description="sum or product: how the parts make up the series.", examples=["sum"]
    )


class DecomposeAnswer(Envelope):
    """The answer of ``POST /v1/decompose``."""

    decomposition: DecompositionTable
    series: list[DecompositionEntry]


class ChangesTable(Schema):
    """One row per change, in the order of time within each series; empty where nothing changed."""

    unique_id: list[str]
    ds: list[str | int] = Field(description="The first point after the change.")
    index: list[int] = Field(description="Its number on the series' grid, from 0.")
    kind: list[str] = Field(description="level, trend or variance.")
    before: list[float] = Field(
        description="Level, slope per step, or standard deviation before the change, without the season."
    )
    after: list[float]
    score: list[float] = Field(
        description="What the change explains over what it must explain; 1.0 is the threshold."
    )
    reason: list[str]


class PlainEntry(Schema):
    """What the answer tells of one series where no model is fitted."""

    unique_id: str
    freq: str | int = Field(examples=["D"])
    data_report: PreparationReport
    fit_ms: float


class ChangesEntry(PlainEntry):
    """The same for a search for changes."""

    changes: int = Field(description="How many were found.")


class ChangesAnswer(Envelope):
    """The answer of ``POST /v1/changepoints``."""

    changes: ChangesTable
    series: list[ChangesEntry]


class ProfilesTable(Schema):
    """One row per series, with the outlines of its profile."""

    unique_id: list[str]
    freq: list[str | int]
    start: list[str | int]
    end: list[str | int]
    length: list[int]
    observed: list[int]
    missing: list[int]
    gaps: list[int]
    duplicates: list[int]
    is_constant: list[bool]
    mean: list[float]
    deviation: list[float]
    trend_strength: list[float | None]
    seasonal_strength: list[float | None]
    season_length: list[str | None] = Field(description="All seasons, as '24, 168'.")
    seasons_acf: list[str | None] = Field(
        description="Seasons proposed by autocorrelation and the calendar that pass an F test."
    )
    seasons_spectrum: list[str | None]
    adf_p_value: list[float | None]
    kpss_p_value: list[float | None]
    stationarity: list[str | None]
    is_white_noise: list[bool | None]
    is_intermittent: list[bool]
    demand_class: list[str | None]
    outlier_share: list[float | None]
    holt_winters: list[str | None] = Field(
        description="additive or multiplicative where Holt-Winters is a good candidate."
    )
    forecasters: list[str] = Field(description="Suggested ones, best first.")
    detectors: list[str]


class Suggested(Schema):
    """A model to try."""

    name: str
    reason: str
    params: dict[str, object]


class SuggestedModels(Schema):
    """Models to try, best first."""

    forecasters: list[Suggested]
    detectors: list[Suggested]


class HoltWintersAdvice(Schema):
    """Whether Holt-Winters suits."""

    is_candidate: bool
    seasonal: str | None = Field(examples=["multiplicative"])
    reason: str


class FullProfile(Schema):
    """Everything that was measured; null where a series is too short or constant for it."""

    length: int
    observed: int
    is_constant: bool
    values: dict[str, float] = Field(
        description="mean, deviation, least, median, greatest and the share of zeros."
    )
    seasons: dict[str, object] = Field(description="used, acf and spectrum.")
    strengths: dict[str, object] | None
    stationarity: dict[str, object] | None = Field(
        description="adf and kpss, each around level and trend, with a verdict and its reading in words."
    )
    demand: dict[str, object] | None
    noise: dict[str, object] | None
    holt_winters: HoltWintersAdvice
    suggestions: SuggestedModels


class ProfileEntry(PlainEntry):
    """What the answer tells of one series."""

    profile: FullProfile


class ProfileAnswer(Envelope):
    """The answer of ``POST /v1/profile``."""

    profiles: ProfilesTable
    series: list[ProfileEntry]
