"""Params with which a model does all it does in little time: networks are small and hardly trained."""

from typing import Any

from models import registry
from models.contract.model import Kind
from models.registry import ModelSpec

_WITHIN_SIXTY_POINTS: dict[str, dict[str, Any]] = {"volatility_shift": {"window": 20}}
_SMALL: dict[str, Any] = {"epochs": 2, "epoch_windows": 64, "hidden": 4, "n_passes": 8}


def params_of(name: str, kind: Kind = "forecaster") -> dict[str, Any]:
    """Return what makes a model of that name small, nothing for one that is small by itself."""
    fields = registry.registered(kind)[name].params_type().model_fields
    if "epochs" not in fields:
        return dict(_WITHIN_SIXTY_POINTS.get(name, {}))
    return {key: value for key, value in _SMALL.items() if key in fields}


def spec_of(name: str) -> ModelSpec:
    return ModelSpec(name, params_of(name))
