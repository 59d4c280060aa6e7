"""Finds every model: a file below ``models/forecasters``, ``detectors`` or ``decomposers`` is an entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, Field
from pydantic.fields import FieldInfo

from models.contract.model import Kind, Model
from models.contract.state import State
from models.errors import InvalidRequest, Path, StateUnreadable, UnknownName, unknown_name
from models.params import Params, validate

M = TypeVar("M", bound=Model[Any])

_HOMES: Mapping[Kind, str] = {
    "forecaster": "models.forecasters",
    "detector": "models.detectors",
    "decomposition": "models.decomposers",
}
KINDS = tuple(_HOMES)
_AROUND_OTHERS = {"transformed": ("models.forecasters.transformed", "TransformedForecaster")}
"""What is kept of other kinds: models around models, which no request names."""
_WORDS: Mapping[Kind, str] = {
    "forecaster": "model",
    "detector": "detector",
    "decomposition": "method",
}
"""What requests call a model of each kind."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name with the params that were asked for."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)


class NamedModel(Params):
    """A model by name with its params, as a request or another model's params name it."""

    name: str = Field(
        title="Name", description="A name from the catalog.", examples=["holt_winters"]
    )
    params: dict[str, Any] = Field(
        {}, title="Parameters", description="Parameters, as the catalog lists them."
    )


ModelRef = str | NamedModel
"""A model by its bare name, or with params."""


def spec_of(choice: ModelRef) -> ModelSpec:
    """Return the model that a choice names."""
    if isinstance(choice, str):
        return ModelSpec(choice)
    return ModelSpec(choice.name, choice.params)


@cache
def registered(kind: Kind) -> Mapping[str, type[Model[Any]]]:
    """Return every model of a kind by its name, in order of it; raises ``RuntimeError`` for a name twice."""
    home = _HOMES[kind]
    found: dict[str, type[Model[Any]]] = {}
    for module_info in walk_packages(import_module(home).__path__, prefix=f"{home}."):
        module = import_module(module_info.name)
        for value in vars(module).values():
            if _is_model(value, kind) and value.__module__ == module.__name__:
                if value.name in found:
                    raise RuntimeError(f"two models are named '{value.name}'")
                found[value.name] = value
    return dict(sorted(found.items()))


def _is_model(value: Any, kind: Kind) -> bool:
    is_model = isinstance(value, type) and issubclass(value, Model)
    return is_model and isinstance(vars(value).get("name"), str) and value.kind == kind


@cache
def named(kind: Kind, capability: str, but: str = "") -> str:
    """Name the models of a kind that have a capability, as the catalog calls it, for a hint; all ``but`` one."""
    models = registered(kind).items()
    return ", ".join(
        name for name, model in models if name != but and model.capabilities().get(capability)
    )


@cache
def named_without(kind: Kind, capability: str) -> str:
    """Name the models of a kind that lack a capability, for a hint."""
    models = registered(kind).items()
    return ", ".join(name for name, model in models if not model.capabilities().get(capability))


@cache
def around_forecasters(kind: Kind) -> str:
    """Name the models of a kind that have a forecaster among their params, for a hint."""
    return ", ".join(
        name
        for name, model in registered(kind).items()
        if any(_is_forecaster(field) for field in model.params_type().model_fields.values())
    )


def _is_forecaster(field: FieldInfo) -> bool:
    within = [
        one for kind in get_args(field.annotation) for one in getattr(kind, "__metadata__", ())
    ]
    checks = [one.func for one in (*field.metadata, *within) if isinstance(one, AfterValidator)]
    return known_forecaster in checks


def find(kind: Kind, name: str, path: Path = ()) -> type[Model[Any]]:
    """Return the class of that name; raises ``UnknownName`` with the nearest known one."""
    models = registered(kind)
    if name in models:
        return models[name]
    error = unknown_name(_WORDS[kind], name, list(models), path)
    others = [other for other in KINDS if name in registered(other)]
    if not others:
        raise error
    hint = f"{name} is a {others[0]}, no {kind}"
    if others[0] == "forecaster" and (able := around_forecasters(kind)):
        hint = f"{name} is a {others[0]}: name it in the params of {able}"
    raise UnknownName(error.message, hint, path=path)


def create(base: type[M], spec: ModelSpec, random_state: int = 0) -> M:
    """Make an unfitted model of the kind of a base; raises ``InvalidRequest`` for a bad name or bad params."""
    model = find(base.kind, spec.name)
    params = validate(model.params_type(), spec.params, ("params",))
    return model(params, random_state=random_state)  # type: ignore[return-value]  # of that kind


def revive(state: State) -> Model[Any]:
    """Return the fitted model that was kept, those within it included; raises ``StateUnreadable``."""
    try:
        model = _kept_as(state)
        params = validate(model.params_type(), state.params, ("params",))
    except (KeyError, InvalidRequest) as error:
        raise StateUnreadable(
            f"{state.name:.60} is no model of this version, or has other params: {error}",
            "fit and keep it again with this version",
        ) from None
    try:
        parts = {place: revive(part) for place, part in state.parts.items()}
    except RecursionError:
        raise StateUnreadable("the kept model is nested too deeply", "keep it again") from None
    return model.revive(params, state, parts)


def _kept_as(state: State) -> type[Model[Any]]:
    if state.kind in _AROUND_OTHERS:
        module, name = _AROUND_OTHERS[state.kind]
        return getattr(import_module(module), name)  # type: ignore[no-any-return]
    return find({str(kind): kind for kind in _HOMES}[state.kind], state.name)


def known_forecaster(choice: ModelRef) -> ModelRef:
    """Return the choice; raises ``InvalidRequest``, with the place within it, for a bad name or bad params."""
    spec, place = spec_of(choice), () if isinstance(choice, str) else ("name",)
    validate(find("forecaster", spec.name, place).params_type(), spec.params, ("params",))
    return choice


ForecasterRef = Annotated[ModelRef, AfterValidator(known_forecaster)]
"""The type of a parameter that names a forecaster."""


def describe(model: type[Model[Any]]) -> dict[str, Any]:
    """Return what the catalog tells of a model; ``params`` is a JSON Schema."""
    return {
        "name": model.name,
        "kind": model.kind,
        "family": model.family(),
        "title": model.title,
        "summary": model.summary,
        "params": model.params_type().model_json_schema(),
        "min_observations": model().required_observations(1),
        "capabilities": model.capabilities(),
        "reference": model.reference,
    }


def catalog() -> list[dict[str, Any]]:
    """Describe every registered model."""
    return [describe(model) for kind in _HOMES for model in registered(kind).values()]
