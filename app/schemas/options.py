"""Options of the endpoints: one home for their bounds, defaults and descriptions."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

from models.data.columns import in_name
from models.decisions.rules import Rules
from models.decisions.scale import level_of_sensitivity
from models.errors import InvalidParameter, Problem
from models.features.calendar import Calendar, CalendarFeatures, HolidayOption, check_holidays
from models.params import names_of, validate
from models.prepare import PreparationOptions
from models.registry import NamedModel
from models.tasks.forecast import IntervalMethod
from models.transforms.bounds import Bounds
from models.transforms.chain import TransformChain, Transforms

DEFAULT_LEVELS = (80.0, 95.0)


def _whole(value: Any) -> Any:
    """Take 12.0 for 12: some clients know one kind of number only."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=1), BeforeValidator(_whole)]
Level = Annotated[float, Field(gt=0, lt=100)]
Quantile = Annotated[float, Field(gt=0, lt=1)]


class ModelChoice(NamedModel):
    """A model by its name, with its parameters beside the name or under ``params``."""

    model_config = ConfigDict(extra="allow")

    @property
    def beside(self) -> dict[str, Any]:
        """The parameters that stand beside the name."""
        return self.model_extra or {}


def _by_kind(value: Any) -> str:
    """Tell which branch of a union a value means, so that errors speak of that one only."""
    return "several" if isinstance(value, dict | list | BaseModel) else "one"


def _has_name(value: Any) -> Any:
    if isinstance(value, dict) and "name" not in value:
        raise ValueError('a model that is an object needs a name, as in {"name": "naive"}')
    return value


Choice = Annotated[
    Annotated[str, Tag("one")] | Annotated[ModelChoice, Tag("several")],
    Discriminator(_by_kind),
    BeforeValidator(_has_name),
]
Levels = Annotated[
    Annotated[Level, Tag("one")] | Annotated[list[Level], Field(max_length=20), Tag("several")],
    Discriminator(_by_kind),
]
ModelParams = Annotated[
    dict[str, Any],
    Field(title="Parameters", description="Parameters, as the catalog lists them for the model."),
]


def published(schema: JsonSchemaValue, kind: type[BaseModel]) -> None:
    """Add to the schema of options that null may stand for each one left out, and their other names."""
    properties, required = schema["properties"], schema.get("required", [])
    for name, one in properties.items():
        properties[name] = one if name in required else _or_null(one)
    for alias, name in names_of(kind):
        if alias == name:
            continue
        about = f"Another name of {name}."
        properties[alias] = {**properties[name], "description": about, "x-alias-of": name}
        if name in required:
            required.remove(name)
            schema["oneOf"] = [{"required": [one]} for one in (name, alias)]


_ABOUT = ("title", "description", "default", "examples")


def _or_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a value that may be null as well."""
    about = {name: schema[name] for name in _ABOUT if name in schema}
    value = {name: one for name, one in schema.items() if name not in about}
    choices = value["anyOf"] if set(value) == {"anyOf"} else [value]
    null = {"type": "null"}
    return {"anyOf": choices if null in choices else [*choices, null], **about}


class SharedOptions(PreparationOptions):
    """Options that all endpoints with series share."""

    model_config = ConfigDict(strict=True)

    transform: Transforms | None = Field(
        None,
        title="Transform",
        description="Done to the values before all else and undone in the answer: a name, an object of name and"
        " parameters, or a list in order. Learns from the training part only; means of forecasts are corrected"
        " for bias. Changes and profiles are those of the transformed values, as a warning says.",
        examples=["log", ["boxcox", "standard"], {"name": "difference", "lag": 7}],
    )
    bounds: Bounds | None = Field(
        None,
        title="Bounds",
        description="Values that forecasts, expected values and their intervals may not leave.",
        examples=[{"lower": 0}],
    )
    holidays: HolidayOption | None = Field(
        None,
        title="Holidays",
        description="A country's holidays or a list of own days, as a regressor of models that take any.",
        examples=[{"country": "DE"}, ["2024-12-24", "2024-12-31"]],
    )
    calendar: CalendarFeatures = Field(
        default_factory=list,
        title="Calendar columns",
        description="Places in day, week and year as regressors of models that take any.",
        examples=[["weekday", "month"]],
    )
    on_error: Literal["partial", "fail", "fallback"] = Field(
        "partial",
        title="On error",
        description="partial: the table holds the series that worked, errors the others; fail: the first"
        " failing series fails the request; fallback: a failing series gets the fallback model and a warning.",
    )
    timeout_s: float | None = Field(
        None,
        gt=0,
        title="Budget in seconds",
        description="Time for fitting; the server's largest if omitted.",
        examples=[30],
    )
    random_state: WholeNumber = Field(
        0,
        ge=0,
        le=2**32 - 1,
        title="Random state",
        description="Makes the answer reproducible; echoed in it.",
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Publish what holds for every option: null is as if left out, and each of its names will do."""
        schema = handler(core_schema)
        published(handler.resolve_ref_schema(schema), cls)
        return schema

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, values: Any) -> Any:
        known = {name for name, _ in names_of(cls)}
        return {name: one for name, one in values.items() if one is not None or name not in known}

    @model_validator(mode="after")
    def _holidays_are_known(self) -> Self:
        check_holidays(self.holidays)
        return self

    def chain(self) -> TransformChain:
        """Return the transforms, in order."""
        return TransformChain.of(self.transform)

    def within(self) -> Bounds:
        """Return the bounds, open ones if none were given."""
        return self.bounds or Bounds()

    def told_of_calendar(self) -> Calendar:
        """Return what models that take regressors are told of the calendar."""
        return Calendar(self.holidays, tuple(self.calendar))


def fallback(usual: str, examples: list[Any]) -> Any:
    """Return the field of the model that failing series get."""
    text = f"What a failing series gets with on_error 'fallback'; {usual} if omitted."
    return Field(None, title="Fallback model", description=text, examples=examples)


class FallbackOptions(SharedOptions):
    """Options of endpoints with models: a failing series may get another one."""

    fallback_model: Choice | None = fallback("naive", ["seasonal_naive"])

    @model_validator(mode="after")
    def _fallback_is_wanted(self) -> Self:
        if self.fallback_model is not None and self.on_error != "fallback":
            raise _conflict(
                "fallback_model",
                "fallback_model needs on_error 'fallback'",
                "set on_error, or leave it out",
            )
        return self


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
        _not_both(given, "level", "quantiles")
        _not_both(given, "model", "models")
        _listed_once("level", self.level)
        _listed_once("quantiles", self.quantiles)
        self._intervals_are_wanted()
        if self.models is not None and self.params:
            raise _conflict(
                "params", "params belong to one model", "put them into the objects of models"
            )
        if self.ensemble and self.models is None:
            raise _conflict(
                "ensemble", "ensemble needs models", "list the models to combine in models"
            )
        return self

    def _intervals_are_wanted(self) -> None:
        """Refuse levels, and quantiles beside the median, where there are to be no intervals."""
        for name in ("level", "quantiles"):
            asked = name in self.model_fields_set and self.levels()
            if asked and self.interval_method == "none":
                raise _conflict(
                    name,
                    f"interval_method 'none' makes no intervals, but {name} asks for some",
                    f"leave {name} out, or choose another interval_method",
                )

    def levels(self) -> tuple[float, ...]:
        """Return the interval levels that answer the request, in percent, ascending."""
        if self.quantiles is not None:
            return tuple(sorted({level_of(q) for q in self.quantiles if q != 0.5}))
        if self.level is None:
            return DEFAULT_LEVELS
        return tuple(sorted(set(self.level if isinstance(self.level, list) else [self.level])))


class ForecastOptions(ForecastingOptions):
    """Options of a forecast."""

    add_history: bool = Field(
        False,
        title="Add history",
        description="Begin the table with the one-step fitted values, marked in the column is_history.",
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _not_both(self.model_fields_set, "level", "sensitivity")
        return self

    def rules(self) -> Rules:
        """Return the rules alone, with the level that the sensitivity stands for."""
        chosen = {name: getattr(self, name) for name in Rules.model_fields}
        if self.sensitivity is not None:
            chosen["level"] = level_of_sensitivity(self.sensitivity)
        return Rules(**chosen)


def _listed_once(field: str, values: Any) -> None:
    """Refuse a list that has a number twice, hence would give two columns one name."""
    for i, value in enumerate(values if isinstance(values, list) else ()):
        if value in values[:i]:
            text = f"{in_name(value)} is listed twice in {field}"
            raise InvalidParameter.of([Problem(text, "list each once", (field, i))])


def _not_both(given: set[str], first: str, second: str) -> None:
    if {first, second} <= given:
        raise _conflict(second, f"{first} and {second} exclude each other", "send one of them")


def _conflict(field: str, message: str, hint: str) -> InvalidParameter:
    return InvalidParameter.of([Problem(message, hint, (field,))])
