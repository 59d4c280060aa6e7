"""Types of values on the wire: whole numbers, levels, quantiles, and a model by its name."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from models.errors import InvalidParameter
from models.registry import NamedModel

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
        raise InvalidParameter(
            'a model that is an object needs a name, as in {"name": "naive"}',
            "add name; GET /v1/catalog lists the names",
        )
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
