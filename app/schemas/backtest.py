"""Options and answer of ``POST /v1/backtest``."""

from typing import Literal, Self

from pydantic import Field, model_validator

from app.schemas.answers import Envelope, ForecastEntry, Schema
from app.schemas.forecast import ForecastingOptions
from app.schemas.shared import conflict
from models.evaluation.backtest import RollingOrigins
from models.evaluation.scores import RankBy
from models.params import Count

_DEFAULT_WINDOWS = 3


class BacktestOptions(ForecastingOptions):
    """Options of a backtest."""

    mode: Literal["roll", "fixed"] = Field(
        "roll",
        title="Mode",
        description="roll: several cutoffs, each step_size after the one before; fixed: one, h before the end.",
    )
    n_windows: Count | None = Field(
        None,
        title="Windows",
        description="How many cutoffs; 3 if omitted. The last window ends with the series.",
        examples=[5],
    )
    step_size: Count | None = Field(
        None,
        title="Step size",
        description="Steps from one cutoff to the next; h if omitted, so that windows do not overlap.",
        examples=[1],
    )
    refit: bool = Field(
        True,
        title="Refit",
        description="Refit at every cutoff; otherwise fit once, at the first one, and update with the new"
        " observations. A model that cannot be updated is refitted, and a warning says so.",
    )
    rank_by: RankBy = Field(
        "mase",
        title="Rank by",
        description="The score that ranks the models, the lower the better.",
    )

    @model_validator(mode="after")
    def _windows_go_together(self) -> Self:
        if self.mode == "fixed" and (self.n_windows or 1) > 1:
            raise conflict("n_windows", "mode 'fixed' has one window", "use mode 'roll'")
        if self.mode == "fixed" and self.step_size is not None:
            raise conflict("step_size", "mode 'fixed' has no step_size", "use mode 'roll'")
        if self.rank_by == "crps" and not self.scored_levels():
            raise conflict("rank_by", "crps needs intervals", "ask for levels or quantiles")
        return self

    def windows(self) -> RollingOrigins:
        """Return where the series are cut."""
        count = 1 if self.mode == "fixed" else self.n_windows or _DEFAULT_WINDOWS
        return RollingOrigins(self.h, count, self.step_size or self.h)

    def scored_levels(self) -> tuple[float, ...]:
        """Return the levels of the intervals that are made, hence scored."""
        return () if self.interval_method == "none" else self.levels()


class BacktestTable(Schema):
    """One row per series, cutoff and step; further columns for each model, level or quantile."""

    unique_id: list[str]
    ds: list[str | int]
    cutoff: list[str | int] = Field(description="The last timestamp that the model knew.")
    y: list[float | None] = Field(description="The actual value; null if missing.")
    yhat: list[float | None] | None = Field(
        None, description="Expected values; yhat_{model} where models were asked for."
    )


class ScoreTable(Schema):
    """One row per series and model, then one per model over all series, whose unique_id is null.

    Further columns: crps, and per quantile and level pinball_{quantile}, coverage_{level},
    width_{level} and msis_{level}. A score that is not defined, as a ratio to zero, is null.
    """

    unique_id: list[str | None]
    model: list[str]
    rank: list[int | None] = Field(
        description="1 is best of that series, or of all; equals share one."
    )
    n_points: list[int] = Field(description="Points with an actual value and a forecast.")
    season_length: list[int | None] = Field(description="The season of the scale of mase.")
    mae: list[float | None]
    mse: list[float | None]
    rmse: list[float | None]
    mape: list[float | None] = Field(description="In percent; actual values of 0 do not count.")
    smape: list[float | None] = Field(description="0 to 200, as in the M4 competition.")
    mase: list[float | None] = Field(
        description="Scaled by the seasonal naive forecast in each training part."
    )
    rmsse: list[float | None] = Field(
        description="The same for squared errors, with the root taken."
    )


class RankedModel(Schema):
    """A model in the ranking."""

    rank: int | None = Field(description="1 is best; equals share one; null without any score.")
    model: str = Field(examples=["ets"])
    column: str = Field(description="The column of its forecasts.", examples=["yhat_ets"])
    score: float | None = Field(
        description="The score by which it is ranked, over the series compared."
    )
    wins: int = Field(description="Series in which no model was better.")
    n_series: int = Field(description="Series of which it has a score.")


class BacktestAnswer(Envelope):
    """The answer of ``POST /v1/backtest``."""

    forecast: BacktestTable
    series: list[ForecastEntry]
    scores: ScoreTable
    ranking: list[RankedModel] = Field(description="The models, best first.")
    winner: str | None = Field(description="The first of the ranking.", examples=["ets"])
    rank_by: str = Field(description="The score that decided.", examples=["mase"])
