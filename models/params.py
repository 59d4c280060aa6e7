"""Parameters as data: names, bounds and defaults stand once, checks and messages derive from them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from reprlib import Repr
from typing import Annotated, Any, Self, TypeVar, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo

from models.errors import (
    InvalidParameter,
    InvalidRequest,
    Path,
    Problem,
    UnknownName,
    unknown_name_problem,
)
from models.wording import nearest


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


SmoothingFactor = Annotated[float | None, Field(gt=0.0, le=1.0, title="Smoothing factor")]
Span = Annotated[float | None, Field(ge=1.0, title="Span")]


class FadingParams(Params):
    """How quickly the past fades from a mean: by ``alpha`` or by ``span``, if either is given.

    A subclass describes what is taken where neither is.
    """

    alpha: SmoothingFactor = Field(None, description="Weight of the newest observation.")
    span: Span = Field(
        None,
        description="Alternative to alpha, which is then 2 / (span + 1): about so many observations count.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.alpha is not None and self.span is not None:
            raise InvalidParameter("either alpha or span, not both", "send one of them")
        return self

    @property
    def given_alpha(self) -> float | None:
        """The smoothing factor that is given by either, None for neither."""
        return self.alpha if self.span is None else alpha_of(self.span)


def alpha_of(span: float) -> float:
    """Return the smoothing factor with which about so many observations count."""
    return 2.0 / (span + 1.0)


def _whole(value: Any) -> Any:
    """Take 12.0 for 12: some clients know one kind of number only."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WholeNumber = Annotated[int, BeforeValidator(_whole)]
"""The type of a parameter that is a whole number, also where it is written 12.0."""
Count = Annotated[int, Field(ge=1), BeforeValidator(_whole)]
"""The same from 1 on; the bound stands at the number itself, or its schema would not tell of it."""


def refuse_unused(params: BaseModel, names: Iterable[str], because: str, hint: str) -> None:
    """Raise ``InvalidParameter`` for the first of the fields that was given a value and that nothing reads.

    ``because`` follows the name of the field in a sentence. A default says nothing, though it was sent.
    """
    for name in names:
        if getattr(params, name) != type(params).model_fields[name].default:
            raise InvalidParameter(f"{name} {because}", hint, path=(name,))


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


_MOST_FAULTS = 2000
"""So many faults are looked into: a list of a million wrong ones would take minutes to tell of."""


def validate(
    kind: type[P], values: Mapping[str, Any], path: Path = (), beside: Iterable[str] = ()
) -> P:
    """Build parameters of the given kind; ``path`` leads to them, and ``beside`` are names known there, too.

    Raises ``UnknownName`` if every problem is an unknown name, else ``InvalidParameter``; each
    problem names the field, what is allowed, what was received and the next step.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        details: Sequence[Any] = error.errors(include_url=False)[:_MOST_FAULTS]
    faults = _meant([_Fault(detail, _place(values, detail)) for detail in details])
    problems = [problem for several in faults for problem in _problems(kind, several, beside)]
    unknown = all(
        fault.is_unknown_name and not _is_second_name(kind, fault)
        for several in faults
        for fault in several
    )
    raise (UnknownName if unknown else InvalidParameter).of(
        replace(problem, path=(*path, *problem.path)) for problem in problems
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """What pydantic found, and where it is in the values as they were sent."""

    detail: Any
    path: Path

    @property
    def is_unknown_name(self) -> bool:
        """Whether it is a name that nothing has."""
        unknown = isinstance(self.raised, UnknownName)
        return unknown or self.detail["type"] == "extra_forbidden"

    @property
    def is_of_other_kind(self) -> bool:
        """Whether the value is of another kind than the branch of a union takes."""
        kind, value = str(self.detail["type"]), self.detail["input"]
        no_name = kind == "literal_error" and not isinstance(value, str)
        return no_name or kind.endswith("_type")

    @property
    def raised(self) -> Exception | None:
        """What a validator raised."""
        error = self.detail.get("ctx", {}).get("error")
        return error if isinstance(error, Exception) else None


def _place(values: Any, detail: Any) -> Path:
    """Return the path in the values: where there is a union, pydantic's has a branch's name in between."""
    absent = detail["loc"][-1:] if detail["type"] == "missing" else ()
    path: list[str | int] = []
    for step in detail["loc"][: len(detail["loc"]) - len(absent)]:
        if _has(values, step):
            path.append(step)
            values = values[step]
    return (*path, *absent)


def _has(values: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(values, list | tuple) and step < len(values)
    return isinstance(values, Mapping) and step in values


def _meant(faults: Sequence[_Fault]) -> list[list[_Fault]]:
    """Return the faults of each place, without those of the branches of a union that were not meant.

    Where the value is of a kind that a branch takes, that branch is meant, and only its first fault is told.
    """
    places: dict[Path, list[_Fault]] = {}
    for fault in faults:
        if not (fault.is_of_other_kind and any(_is_nearer(other, fault) for other in faults)):
            places.setdefault(fault.path, []).append(fault)
    return [all_ if all_[0].is_of_other_kind else all_[:1] for all_ in places.values()]


def _is_nearer(other: _Fault, fault: _Fault) -> bool:
    """Whether another fault lies within the value of one, or tells more of the value itself."""
    if other.path == fault.path:
        return not other.is_of_other_kind
    return other.path[: len(fault.path)] == fault.path


def _problems(
    kind: type[BaseModel], faults: Sequence[_Fault], beside: Iterable[str]
) -> Iterable[Problem]:
    """Return the problems of one place."""
    first = faults[0]
    detail, place = first.detail, first.path
    name = ".".join(str(part) for part in place) or "one of the values named"
    if isinstance(first.raised, InvalidRequest):
        return [replace(one, path=(*place, *one.path)) for one in first.raised.problems]
    if first.raised is not None:  # by a validator, in its own words
        return [Problem(str(first.raised), f"change {name}", place)]
    if detail["type"] == "extra_forbidden":
        return [_unknown(_names(kind, detail["loc"]), place, beside)]
    if detail["type"] == "missing":
        return [Problem(f"{name} is required", f"add {name}", place)]
    if detail["type"].startswith("union_tag"):
        return [_wrong_tag(detail, place)]
    allowed = " or ".join(dict.fromkeys(_allowed(fault.detail) for fault in faults))
    near = _near(detail["input"], detail.get("ctx", {}).get("expected"))
    hint = f"did you mean '{near}'?" if near else f"set {name} to a value that is {allowed}"
    return [Problem(f"{name} must be {allowed}, got {_short(detail['input'])}", hint, place)]


def _names(kind: type[BaseModel], loc: Path) -> dict[str, str]:
    """Return every name that an object at the end of pydantic's path may have, with the field's own."""
    return {alias: name for holder in _holders(kind, loc) for alias, name in names_of(holder)}


def _is_second_name(kind: type[BaseModel], fault: _Fault) -> bool:
    """Whether a name is refused because its field was sent by another one as well."""
    refused = fault.detail["type"] == "extra_forbidden"
    return refused and fault.path[-1] in _names(kind, fault.detail["loc"])


def _unknown(known: Mapping[str, str], place: Path, beside: Iterable[str]) -> Problem:
    """Return the problem of a name that no field has, or that a field has beside the one it was sent by."""
    received = str(place[-1])
    if received not in known:
        names = [*known, *(beside if len(place) == 1 else ())]
        return unknown_name_problem("parameter", received, names, place)
    text = f"{received} is another name of {known[received]}, and both were sent"
    return Problem(text, "send one of them", place)


def names_of(kind: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Return every name by which a field may be sent, with the field's own."""
    for name, field in kind.model_fields.items():
        aliases = field.validation_alias
        several = aliases.choices if isinstance(aliases, AliasChoices) else [aliases or name]
        yield from ((str(alias), name) for alias in several)


def _wrong_tag(detail: Any, path: Path) -> Problem:
    """Return the problem of an object whose kind is told by the value of one of its keys."""
    context = detail["ctx"]
    key = str(context["discriminator"]).strip("'")
    place = (*path, key)
    name = ".".join(str(part) for part in place)
    if detail["type"] == "union_tag_not_found":
        return Problem(f"{name} is required", f"add {name}", place)
    expected = context["expected_tags"]
    near = _near(context["tag"], expected)
    hint = f"did you mean '{near}'?" if near else f"set {name} to one of {expected}"
    return Problem(f"{name} must be one of {expected}, got {context['tag']!r}", hint, place)


def _near(received: Any, expected: str | None) -> str | None:
    """Return the allowed name that is nearest to a misspelt one; None if none is near."""
    if expected is None or not isinstance(received, str):
        return None
    return nearest(received, re.findall("'([^']+)'", expected))


def _holders(kind: type[BaseModel], loc: Path) -> list[type[BaseModel]]:
    """Return the classes that an object at the end of pydantic's path may be of."""
    holders = [kind]
    for step in loc[:-1]:
        fields = [one.model_fields[step] for one in holders if step in one.model_fields]
        if fields:
            holders = [one for field in fields for one in _classes(field.annotation)]
        elif isinstance(step, str):  # a branch of a union, by its class or its tag
            holders = [one for one in holders if step in _labels(one)] or holders
    return holders


def _classes(annotation: Any) -> list[type[BaseModel]]:
    """Return the parameter sets in an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for part in get_args(annotation) for one in _classes(part)]


def _labels(kind: type[BaseModel]) -> set[str]:
    fields: Iterable[FieldInfo] = kind.model_fields.values()
    return {kind.__name__, *(one.default for one in fields if isinstance(one.default, str))}


def _allowed(detail: Any) -> str:
    context = detail.get("ctx", {})
    if detail["type"] in _BOUNDS:
        key, sign = _BOUNDS[detail["type"]]
        return f"{sign} {str(context[key]).removesuffix('.0')}"
    if detail["type"] in ("too_short", "too_long"):
        return _size(context)
    if detail["type"] == "string_too_long":
        return f"a text of at most {context['max_length']} letters"
    if "expected" in context:
        return f"one of {context['expected']}"
    kind = str(detail["type"]).split("_")[0]
    return _KINDS.get(kind, str(detail["msg"]).removeprefix("Input should be "))


def _size(context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    if least is not None:
        return f"a list of {least} or more"
    return f"a list of at most {most}"


_REPR = Repr()
_REPR.maxlevel, _REPR.maxlist, _REPR.maxdict = 20, 100, 100
_REPR.maxstring, _REPR.maxlong, _REPR.maxother = 200, 400, 200


def _short(value: Any) -> str:
    """Return what was received, as callers from any language would write it, cut if it is long."""
    shown = _REPR.repr(value)
    text = {"None": "null", "True": "true", "False": "false"}.get(shown, shown)
    return text if len(text) <= 80 else text[:77] + "..."
