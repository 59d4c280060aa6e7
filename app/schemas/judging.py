"""Options and answer of ``POST /v1/backtest`` with labelled anomalies."""

from typing import Annotated, Literal

from pydantic import Field

from app.schemas.answers import Envelope, Schema, SeriesEntry
from app.schemas.choices import Choice
from app.schemas.examining import PlainOptions
from models.decisions.labels import MOST_LABELS, Label
from models.decisions.rules import LevelParams
from models.evaluation.detection import ThresholdBy

RankDetectorsBy = Literal["vus_pr", "auc_pr", "best_f1", "event_recall", "nab"]


class DetectorBacktestOptions(PlainOptions, LevelParams):
    """Options of a backtest of detectors."""

    labels: str | Annotated[list[Label], Field(max_length=MOST_LABELS)] = Field(
        title="Labels",
        description="Which points are anomalies: the name of the column that has 1 for them and 0 for the others,"
        " or a list of stretches, each with start, end and, of several series, unique_id.",
        examples=["is_anomaly", [{"start": "2024-03-01T12:00", "end": "2024-03-01T15:00"}]],
    )
    detectors: Annotated[list[Choice], Field(min_length=1)] = Field(
        ["auto"],
        title="Detectors",
        description="The detectors to compare, each a name, or an object of its name and parameters.",
        examples=[["auto", "rolling_band", {"name": "band", "center": "mean"}]],
    )
    causal: bool = Field(
        False,
        title="Causal",
        description="Judge every point from its past alone, as a live point would be.",
    )
    rank_by: RankDetectorsBy = Field(
        "vus_pr",
        title="Rank by",
        description="The score that ranks the detectors, the higher the better.",
    )
    threshold_by: ThresholdBy = Field(
        "f1",
        title="Threshold by",
        description="Criterion for the threshold: the best F1 of points, or the best NAB score.",
    )


class JudgedTable(Schema):
    """One row per point; further columns score_{detector}, 1.0 being the edge at the level asked for."""

    unique_id: list[str]
    ds: list[str | int]
    y: list[float | None]
    label: list[bool] = Field(description="Whether the point is labelled an anomaly.")


class DetectorScoreTable(Schema):
    """One row per series and detector, by its own best threshold, then one per detector over all series.

    The unique_id of the latter is null, and their threshold is one for all series. Without a labelled point,
    scores are null.
    """

    unique_id: list[str | None]
    detector: list[str]
    rank: list[int | None] = Field(description="1 is best of that series, or of all.")
    n_points: list[int] = Field(description="Points that were observed.")
    n_anomalies: list[int] = Field(description="Those that are labelled.")
    n_events: list[int] = Field(description="Stretches of labelled points.")
    auc_pr: list[float | None] = Field(description="Area under precision and recall.")
    vus_pr: list[float | None] = Field(
        description="The same with a buffer around anomalies, averaged over its widths (volume under the"
        " surface)."
    )
    best_f1: list[float | None] = Field(description="The best F1 of points over all thresholds.")
    nab: list[float | None] = Field(
        description="The NAB score, standard profile, at its best threshold; 100 is perfect."
    )
    threshold: list[float | None] = Field(description="The threshold that was chosen.")
    precision: list[float | None] = Field(description="Of points, with that threshold.")
    recall: list[float | None] = Field(description="Of points, with that threshold.")
    f1: list[float | None] = Field(description="Of points, with that threshold.")
    event_recall: list[float | None] = Field(
        description="Share of labelled stretches with a flag, with that threshold."
    )
    false_alarms: list[int] = Field(
        description="Flagged stretches without a labelled point, with that threshold."
    )


class RankedDetector(Schema):
    """A detector in the ranking."""

    rank: int | None = Field(description="1 is best; equals share one; null without any score.")
    detector: str = Field(examples=["auto"])
    column: str = Field(description="The column of its scores.", examples=["score_auto"])
    score: float | None = Field(description="The score by which it is ranked, over all series.")
    threshold: float | None = Field(description="To be sent as threshold to /v1/detect.")


class JudgedEntry(SeriesEntry):
    """The same for a detector that was tried."""

    column: str = Field(description="The column of its scores.", examples=["score_auto"])


class DetectorBacktestAnswer(Envelope):
    """The answer of ``POST /v1/backtest`` with labelled anomalies."""

    detection: JudgedTable
    series: list[JudgedEntry]
    scores: DetectorScoreTable
    ranking: list[RankedDetector] = Field(description="The detectors, best first.")
    winner: str | None = Field(description="The first of the ranking.", examples=["auto"])
    threshold: float | None = Field(description="The threshold of the winner.")
    rank_by: str = Field(description="The score that decided.", examples=["vus_pr"])
