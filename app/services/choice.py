"""The model that a request asks for: by its name, with parameters from several places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.schemas.choices import Choice
from models import params, registry
from models.contract.model import Kind, Model
from models.errors import InvalidParameter, InvalidRequest, Path
from models.registry import ModelSpec


@dataclass(frozen=True, slots=True)
class Selection:
    """A model that was asked for: its class and what makes it."""

    kind: Kind
    model: type[Model[Any]]
    spec: ModelSpec


def choose(kind: Kind, choice: Choice, own: Mapping[str, Any], path: Path) -> Selection:
    """Find the model that was asked for; ``own``: parameters from beside it in the request.

    Raises ``UnknownName`` or ``InvalidParameter`` with the place in the request.
    """
    if isinstance(choice, str):
        model, sources = registry.find(kind, choice, path), [_Source(("params",), own)]
    else:
        model = registry.find(kind, choice.name, (*path, "name"))
        beside, below = _Source(path, choice.beside), _Source((*path, "params"), choice.params)
        sources = [beside, below, _Source(("params",), own)]
    values = _merged(sources)
    try:
        params.validate(model.params_type(), values)
    except InvalidRequest as error:
        raise _placed(error, sources) from None
    return Selection(kind, model, ModelSpec(model.name, values))


@dataclass(frozen=True, slots=True)
class _Source:
    """A place of the request where parameters of a model stand."""

    path: Path
    values: Mapping[str, Any]


def _merged(sources: Sequence[_Source]) -> dict[str, Any]:
    """Return the parameters of all places; raises ``InvalidParameter`` for one that stands at two."""
    found: dict[str, Any] = {}
    for source in sources:
        for name in sorted(found.keys() & source.values):
            raise InvalidParameter(
                f"{name} is given twice, beside the model's name and in params",
                "send it once",
                path=(*source.path, name),
            )
        found |= source.values
    return found


def _placed(error: InvalidRequest, sources: Sequence[_Source]) -> InvalidRequest:
    """Return the error with the places of the parameters in the request."""

    def home(name: str | int | None) -> Path:
        holding = [source for source in sources if name in source.values]
        return (holding or [source for source in sources if source.values] or sources)[0].path

    return type(error).of(
        replace(one, path=(*home(next(iter(one.path), None)), *one.path)) for one in error.problems
    )
