"""Finds every model: a file below ``models/forecasters``, ``detectors`` or ``decomposers`` is an entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from models.contract.model import Model
from models.decomposers.base import Decomposer
from models.detectors.base import Detector
from models.errors import unknown_name
from models.forecasters.base import Forecaster
from models.params import Params, validate

Kind = Literal["forecaster", "detector", "decomposition"]
_HOMES: Mapping[Kind, tuple[str, type[Model[Any]]]] = {
    "forecaster": ("models.forecasters", Forecaster),
    "detector": ("models.detectors", Detector),
    "decomposition": ("models.decomposers", Decomposer),
}
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


class ModelChoice(Params):
    """A model by name with its params, as a request or another model's params name it."""

    name: str = Field(title="Name", description="A name from the catalog.")
    params: dict[str, Any] = Field({}, title="Parameters", description="The model's parameters.")


ModelRef = str | ModelChoice
"""A model by its bare name, or with params."""


def spec_of(choice: ModelRef) -> ModelSpec:
    """Return the model that a choice names."""
    if isinstance(choice, str):
        return ModelSpec(choice)
    return ModelSpec(choice.name, choice.params)


@cache
def registered(kind: Kind) -> Mapping[str, type[Model[Any]]]:
    """Return every model of a kind by its name, in alphabetical order."""
    home, base = _HOMES[kind]
    found: dict[str, type[Model[Any]]] = {}
    for module_info in walk_packages(import_module(home).__path__, prefix=f"{home}."):
        module = import_module(module_info.name)
        for value in vars(module).values():
            if _is_model(value, base) and value.__module__ == module.__name__:
                if value.name in found:
                    raise RuntimeError(f"two models are named '{value.name}'")
                found[value.name] = value
    return dict(sorted(found.items()))


def _is_model(value: Any, base: type[Model[Any]]) -> bool:
    return isinstance(value, type) and issubclass(value, base) and "name" in vars(value)


def find(kind: Kind, name: str, path: tuple[str | int, ...] = ()) -> type[Model[Any]]:
    """Return the class of that name; raises ``UnknownName`` with the nearest known one."""
    models = registered(kind)
    if name not in models:
        raise unknown_name(_WORDS[kind], name, list(models), path)
    return models[name]


def forecaster(spec: ModelSpec, random_state: int = 0) -> Forecaster[Any]:
    """Make an unfitted forecaster; raises ``InvalidRequest`` for a bad name or bad params."""
    return _create("forecaster", spec, random_state)  # type: ignore[return-value]


def detector(spec: ModelSpec, random_state: int = 0) -> Detector[Any]:
    """Make an unfitted detector; raises ``InvalidRequest`` for a bad name or bad params."""
    return _create("detector", spec, random_state)  # type: ignore[return-value]


def decomposer(spec: ModelSpec, random_state: int = 0) -> Decomposer[Any]:
    """Make a decomposition; raises ``InvalidRequest`` for a bad name or bad params."""
    return _create("decomposition", spec, random_state)  # type: ignore[return-value]


def _create(kind: Kind, spec: ModelSpec, random_state: int) -> Model[Any]:
    model = find(kind, spec.name)
    params = validate(model.params_type(), spec.params, ("params",))
    return model(params, random_state=random_state)


def known_forecaster(choice: ModelRef) -> ModelRef:
    """Return the choice; raises ``InvalidRequest``, with the place within it, for a bad name or bad params."""
    spec, place = spec_of(choice), () if isinstance(choice, str) else ("name",)
    validate(find("forecaster", spec.name, place).params_type(), spec.params, ("params",))
    return choice


ForecasterRef = Annotated[ModelRef, AfterValidator(known_forecaster)]
"""The type of a parameter that names a forecaster."""


def describe(model: type[Model[Any]], kind: Kind) -> dict[str, Any]:
    """Return what the catalog tells of a model; ``params`` is a JSON Schema."""
    return {
        "name": model.name,
        "kind": kind,
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
    return [describe(model, kind) for kind in _HOMES for model in registered(kind).values()]
