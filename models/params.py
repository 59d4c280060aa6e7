"""Parameters as data: names, bounds and defaults stand once, checks and messages derive from them."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import (
    InvalidParameter,
    Problem,
    TidecastError,
    UnknownName,
    unknown_name_problem,
)


class Params(BaseModel):
    """Base of all parameter sets: frozen, no unknown field, no NaN, and a string is not a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class SeasonalParams(Params):
    """Parameters of a model that has a season."""

    season_length: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Season length",
        description="Observations per cycle; that of the series (given or detected) if omitted.",
    )


P = TypeVar("P", bound=BaseModel)

_BOUNDS = {
    "greater_than_equal": ("ge", "≥"),
    "greater_than": ("gt", ">"),
    "less_than_equal": ("le", "≤"),
    "less_than": ("lt", "<"),
}
_KINDS = {
    "int": "an integer",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "string": "a string",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
    "none": "null",
}


def validate(kind: type[P], values: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> P:
    """Build parameters of the given kind.

    Raises ``UnknownName`` if every problem is an unknown field, else ``InvalidParameter``; each
    problem names the field, what is allowed, what was received and the next step.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise parameter_error(kind, error, path) from None


def parameter_error(
    kind: type[BaseModel], error: ValidationError, path: tuple[str | int, ...] = ()
) -> TidecastError:
    """Translate what pydantic found into the error tree."""
    details = error.errors(include_url=False)
    problems = list(_distinct(_problem(kind, detail, path) for detail in details))
    unknown = all(detail["type"] == "extra_forbidden" for detail in details)
    return (UnknownName if unknown else InvalidParameter).of(problems)


def _distinct(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Keep the first problem of each place: a union reports one per branch."""
    seen: set[tuple[str | int, ...]] = set()
    for problem in problems:
        if problem.path not in seen:
            seen.add(problem.path)
            yield problem


def _problem(kind: type[BaseModel], detail: Any, path: tuple[str | int, ...]) -> Problem:
    field = _field_path(kind, detail["loc"])
    place = (*path, *field)
    name = ".".join(str(part) for part in field) or "one of the values named"
    if detail["type"] == "extra_forbidden":
        return unknown_name_problem("parameter", str(field[-1]), list(kind.model_fields), place)
    if detail["type"] == "missing":
        return Problem(f"{name} is required", f"add {name}", place)
    if detail["type"] == "value_error":  # raised by a validator, in its own words
        return Problem(str(detail["ctx"]["error"]), f"change {name}", place)
    allowed = _allowed(detail)
    received = _short(detail["input"])
    near = _near(detail)
    hint = f"did you mean '{near}'?" if near else f"set {name} to a value that is {allowed}"
    return Problem(f"{name} must be {allowed}, got {received}", hint, place)


def _near(detail: Any) -> str | None:
    """Return the allowed name that is nearest to a misspelt one; None if none is near."""
    if detail["type"] != "literal_error" or not isinstance(detail["input"], str):
        return None
    names = re.findall("'([^']+)'", detail["ctx"]["expected"])
    return next(iter(get_close_matches(detail["input"], names, n=1)), None)


def _field_path(kind: type[BaseModel], loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Drop the names of union branches that pydantic puts behind a field's name."""
    if not loc:
        return ()
    return (loc[0], *(part for part in loc[1:] if isinstance(part, int)))


def _allowed(detail: Any) -> str:
    context = detail.get("ctx", {})
    if detail["type"] in _BOUNDS:
        key, sign = _BOUNDS[detail["type"]]
        return f"{sign} {context[key]}"
    if detail["type"] in ("too_short", "too_long"):
        return _size(context)
    if "expected" in context:
        return f"one of {context['expected']}"
    kind = str(detail["type"]).split("_")[0]
    return _KINDS.get(kind, str(detail["msg"]).removeprefix("Input should be "))


def _size(context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    if least is not None:
        return f"a list of {least} or more"
    return f"a list of at most {most}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
