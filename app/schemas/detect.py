"""Options of ``POST /v1/detect``."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from app.schemas.choices import Choice, ModelParams
from app.schemas.shared import FallbackOptions, fallback, not_both
from models.decisions.labels import MOST_LABELS, Label
from models.decisions.rules import Rules
from models.decisions.scale import level_of_sensitivity
from models.params import validate
from models.transforms.bounds import Bounds


def _pair(value: Any) -> Any:
    """Take {"lower": 0, "upper": 9} or [0, 9] for a pair."""
    if isinstance(value, dict):
        bounds = validate(Bounds, value)
        return bounds.lower, bounds.upper
    return tuple(value) if isinstance(value, list) else value


Pair = tuple[float | None, float | None]


class DetectOptions(FallbackOptions, Rules):
    """Options of a detection."""

    fallback_model: Choice | None = fallback("band, rolling_band with causal", ["rolling_band"])

    detector: Choice = Field(
        "auto",
        title="Detector",
        description="A detector by its name, or an object of its name and parameters.",
        examples=["auto", {"name": "band", "center": "mean"}],
    )
    params: ModelParams = Field(default_factory=dict)
    sensitivity: Annotated[float, Field(ge=0, le=100)] | None = Field(
        None,
        title="Sensitivity",
        description="Instead of level: 50 means level 99, every 25 more make alarms ten times as"
        " frequent, so that 0 means level 99.99 and 75 level 90.",
        examples=[50],
    )
    data_range: Annotated[Pair, BeforeValidator(_pair, json_schema_input_type=Pair | Bounds)] = (
        Field(
            (None, None),
            title="Possible values",
            description="What lies outside is always an anomaly: a list of the least and the greatest"
            " possible value, null for none, or an object of lower and upper.",
            examples=[[0, 100], {"lower": 0}],
        )
    )
    causal: bool = Field(
        False,
        title="Causal",
        description="Judge every point from its past alone, as a live point would be.",
    )

    feedback: Annotated[list[Label], Field(max_length=MOST_LABELS)] | None = Field(
        None,
        title="Feedback",
        description="Points or stretches that people labelled as anomalies, or as normal (is_anomaly"
        " false). They move the threshold of their series to the score nearest to 1 that contradicts the"
        " fewest of them; when causal, from each label on.",
        examples=[[{"start": "2024-03-01T12:00", "is_anomaly": False}]],
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        not_both(self.model_fields_set, "level", "sensitivity")
        return self

    def rules(self) -> Rules:
        """Return the rules alone, with the level that the sensitivity stands for."""
        chosen = {name: getattr(self, name) for name in Rules.model_fields}
        if self.sensitivity is not None:
            chosen["level"] = level_of_sensitivity(self.sensitivity)
        return Rules(**chosen)
