"""Params with which a model does all it does in little time: networks are small and hardly trained."""

from typing import Any

from models import registry
from models.contract.model import Kind
from models.registry import ModelSpec

_SMALL: dict[str, Any] = {"epochs": 2, "epoch_windows": 64, "hidden": 4, "n_passes": 8}


def params_of(name: str, kind: Kind = "forecaster") -> dict[str, Any]:
    """Return what makes a model of that name small, nothing for one that is not trained in rounds."""
    fields = registry.registered(kind)[name].params_type().model_fields
    if "epochs" not in fields:
        return {}
    return {key: value for key, value in _SMALL.items() if key in fields}


def spec_of(name: str) -> ModelSpec:
    return ModelSpec(name, params_of(name))
