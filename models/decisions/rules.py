"""Which of the strange points matter: what a caller may say of that."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.errors import InvalidParameter
from models.params import Params
from models.time.frequency import Frequency
from models.time.span import Span, points_within

_LEAST_LEVEL = 1.0
"""The level, in percent, of the greatest sensitivity; what lies below it is meant as a share."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class LevelParams(Params):
    """How much of what is normal lies inside the band."""

    level: float = Field(
        99.0,
        gt=0.0,
        lt=100.0,
        title="Level",
        description="Share of normal points, in percent, that lies inside the band; a higher level flags less.",
    )

    @model_validator(mode="after")
    def _in_percent(self) -> Self:
        if self.level < _LEAST_LEVEL:
            raise InvalidParameter(
                f"level is in percent, and {self.level:g} % would flag nearly every point",
                f"send {100.0 * self.level:g} for a share of {self.level:g}",
                path=("level",),
            )
        return self


class Rules(LevelParams):
    """Which of the strange points matter."""

    threshold: float = Field(
        1.0,
        gt=0.0,
        le=1e9,
        title="Threshold",
        description="The score from which on a point is an anomaly, as a backtest with labelled anomalies"
        " returns it. Scores are divided by it and bands are as many times wider, so that 1 is the threshold"
        " again.",
        examples=[1.4],
    )
    direction: Literal["both", "above", "below"] = Field(
        "both",
        title="Direction",
        description="Flag values above what was expected, below it, or both.",
    )
    max_anomaly_ratio: Share = Field(
        1.0,
        title="Largest share of anomalies",
        description="At most this share of the judged points is flagged, those with the highest scores;"
        " when causal, of the points so far, first come first served.",
    )
    min_dev: float = Field(
        0.0,
        ge=0.0,
        title="Least deviation",
        description="Smaller deviations from the expected value, in units of the series, are not flagged.",
    )
    min_rel_dev: float = Field(
        0.0,
        ge=0.0,
        title="Least relative deviation",
        description="Deviations smaller than this share of the expected value (0.1 is 10 %) are not flagged.",
    )
    data_range: tuple[float | None, float | None] = Field(
        (None, None),
        title="Possible values",
        description="Least and greatest possible value, null for none; what lies outside is always an anomaly.",
    )
    min_consecutive: int = Field(
        1,
        ge=1,
        le=1_000_000,
        title="Least run",
        description="Flag only runs of at least this many anomalous points; when causal, a run from this"
        " point on.",
    )
    suppress_for: Span = Field(
        0,
        title="Silence after an event",
        description="How long after an event no new one is raised: a number of points, or a duration as a pandas"
        " alias or in ISO 8601 (12, '6h', 'P1D'). Points outside of data_range are flagged all the same.",
        examples=[12, "PT6H"],
    )
    detection_size: int | None = Field(
        None,
        ge=1,
        title="Points to judge",
        description="Judge only this many last points; all if omitted. A causal detector may skip points"
        " far before them, so that the last digits of scores differ.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        lower, upper = self.data_range
        if lower is not None and upper is not None and lower > upper:
            raise InvalidParameter(
                f"lower must be ≤ upper in data_range, got lower {lower:g} and upper {upper:g}",
                "send the least value first",
                path=("data_range",),
            )
        return self

    @property
    def needs_expected(self) -> tuple[str, ...]:
        """The names of the rules in force that compare a value with what was expected."""
        in_force = {
            "direction": self.direction != "both",
            "min_dev": self.min_dev > 0.0,
            "min_rel_dev": self.min_rel_dev > 0.0,
        }
        return tuple(name for name, used in in_force.items() if used)

    @property
    def silence(self) -> int:
        """How many points after an event no new one is raised; durations are counted by ``in_points`` before."""
        return self.suppress_for if isinstance(self.suppress_for, int) else 0

    def memory(self, causal: bool) -> int | None:
        """Return on how many points before it the verdict on a point depends; None for all of them."""
        if self.suppress_for or (causal and self.max_anomaly_ratio < 1.0):
            return None
        return self.min_consecutive - 1

    def in_points(self, freq: Frequency) -> Self:
        """Return the rules with durations as points of a frequency, as many as lie within them.

        Raises ``BadStamps`` for a duration where time is counted in integers.
        """
        if isinstance(self.suppress_for, int):
            return self
        points = points_within(self.suppress_for, freq, "suppress_for")
        return self.model_copy(update={"suppress_for": points})
