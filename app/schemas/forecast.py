"""Options of ``POST /v1/forecast``, most of which a backtest takes too."""

from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, model_validator

from app.schemas.choices import Choice, Levels, ModelParams, Quantile
from app.schemas.shared import FallbackOptions, conflict, listed_once, not_both
from models.intervals.methods import IntervalMethod
from models.params import WholeNumber

_DEFAULT_LEVELS = (80.0, 95.0)


class ForecastingOptions(FallbackOptions):
    """What is to be forecast, by which models, with which intervals."""

    h: WholeNumber = Field(
        ge=1,
        validation_alias=AliasChoices("h", "horizon"),
        title="Horizon",
        description="How many steps to forecast; 'horizon' means the same.",
        examples=[12],
    )
    model: Choice = Field(
        "auto",
        title="Model",
        description="A forecaster by its name, or an object of its name and parameters.",
        examples=["auto", {"name": "sma", "window": 7}],
    )
    models: Annotated[list[Choice], Field(min_length=1)] | None = Field(
        None,
        title="Models",
        description="Several forecasters at once: a set of columns for each, or one set with ensemble.",
        examples=[["naive", "ets"]],
    )
    params: ModelParams = Field(default_factory=dict)
    ensemble: Literal["mean", "median", "weighted"] | None = Field(
        None,
        title="Ensemble",
        description="Combine the models into one forecast: their mean, their median, or weighted by the inverse"
        " of their errors.",
    )
    level: Levels | None = Field(
        None,
        title="Interval levels",
        description="Coverage of the intervals in percent; [80, 95] if omitted, [] for none.",
        examples=[[80, 95], 99.5],
    )
    quantiles: Annotated[list[Quantile], Field(max_length=40)] | None = Field(
        None,
        title="Quantiles",
        description="Quantiles to forecast instead of intervals, each between 0 and 1.",
        examples=[[0.1, 0.5, 0.9]],
    )
    interval_method: IntervalMethod = Field(
        "auto",
        title="Interval method",
        description="auto: the model's own intervals, else conformal. parametric: the model's own, else normal"
        " ones from its rolling errors. conformal, bootstrap: from these errors. mc_dropout: for networks only."
        " Under a difference no model has intervals of its own.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = self.model_fields_set
        not_both(given, "level", "quantiles")
        not_both(given, "model", "models")
        listed_once("level", self.level)
        listed_once("quantiles", self.quantiles)
        self._intervals_are_wanted()
        if self.models is not None and self.params:
            raise conflict(
                "params", "params belong to one model", "put them into the objects of models"
            )
        if self.ensemble and self.models is None:
            raise conflict(
                "ensemble", "ensemble needs models", "list the models to combine in models"
            )
        return self

    def _intervals_are_wanted(self) -> None:
        """Refuse levels, and quantiles beside the median, where there are to be no intervals."""
        for name in ("level", "quantiles"):
            asked = name in self.model_fields_set and self.levels()
            if asked and self.interval_method == "none":
                raise conflict(
                    name,
                    f"interval_method 'none' makes no intervals, but {name} asks for some",
                    f"leave {name} out, or choose another interval_method",
                )

    def levels(self) -> tuple[float, ...]:
        """Return the interval levels that answer the request, in percent, ascending."""
        if self.quantiles is not None:
            return tuple(sorted({level_of(q) for q in self.quantiles if q != 0.5}))
        if self.level is None:
            return _DEFAULT_LEVELS
        return tuple(sorted(set(self.level if isinstance(self.level, list) else [self.level])))


class ForecastOptions(ForecastingOptions):
    """Options of a forecast."""

    add_history: bool = Field(
        False,
        title="Add history",
        description="Begin the table with the one-step fitted values, marked in the column is_history.",
    )
    parts: bool = Field(
        False,
        title="Parts",
        description="Decompose the forecasts in a second table: trend, seasons, holidays, regressors. Not"
        " all models can.",
    )
    n_paths: WholeNumber = Field(
        0,
        ge=0,
        le=1000,
        title="Simulated paths",
        description="How many possible futures to simulate, in columns yhat_path_1 and so on.",
    )


def level_of(quantile: float) -> float:
    """Return the level in percent of the central interval that has the quantile as an edge."""
    return round(abs(1.0 - 2.0 * quantile) * 100.0, 10)
