"""Options that endpoints share: one home for their bounds, defaults and descriptions."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue

from app.schemas.choices import Choice
from models.data.columns import in_name
from models.errors import InvalidParameter, Problem
from models.params import names_of
from models.prepare import PreparationOptions
from models.tasks.task import TaskOptions


def _published(schema: JsonSchemaValue, kind: type[BaseModel]) -> None:
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
            # Exactly one of them; generators of clients make nothing of oneOf beside properties.
            schema["if"], schema["else"] = {"required": [alias]}, {"required": [name]}
            schema["then"] = {"not": {"required": [name]}}


_ABOUT = ("title", "description", "default", "examples")


def _or_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a value that may be null as well."""
    about = {name: schema[name] for name in _ABOUT if name in schema}
    value = {name: one for name, one in schema.items() if name not in about}
    choices = value["anyOf"] if set(value) == {"anyOf"} else [value]
    null = {"type": "null"}
    return {"anyOf": choices if null in choices else [*choices, null], **about}


class SharedOptions(TaskOptions, PreparationOptions):
    """Options that all endpoints with series share."""

    model_config = ConfigDict(strict=True)

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
        description="Time for fitting; the server's limit if omitted.",
        examples=[30],
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Publish what holds for every option: null is as if left out, and each of its names will do."""
        schema = handler(core_schema)
        _published(handler.resolve_ref_schema(schema), cls)
        return schema

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, values: Any) -> Any:
        known = {name for name, _ in names_of(cls)}
        return {name: one for name, one in values.items() if one is not None or name not in known}

    def of_task(self) -> TaskOptions:
        """Return what every task is made with, apart from what is for this service alone."""
        return TaskOptions.model_construct(
            **{name: getattr(self, name) for name in TaskOptions.model_fields}
        )


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
            raise conflict(
                "fallback_model",
                "fallback_model needs on_error 'fallback'",
                "set on_error, or leave it out",
            )
        return self


def listed_once(field: str, values: Any) -> None:
    """Raise ``InvalidParameter`` if a list has a number twice, hence would give two columns one name."""
    for i, value in enumerate(values if isinstance(values, list) else ()):
        if value in values[:i]:
            text = f"{in_name(value)} is listed twice in {field}"
            raise InvalidParameter.of([Problem(text, "list each once", (field, i))])


def not_both(given: set[str], first: str, second: str) -> None:
    """Raise ``InvalidParameter`` if both of two options that exclude each other are given."""
    if {first, second} <= given:
        raise conflict(second, f"{first} and {second} exclude each other", "send one of them")


def conflict(field: str, message: str, hint: str) -> InvalidParameter:
    """Return the error of an option that does not go together with the others."""
    return InvalidParameter.of([Problem(message, hint, (field,))])
