"""What the server has to offer."""

from functools import cache
from typing import Any

from models import registry


@cache
def catalog() -> dict[str, list[dict[str, Any]]]:
    """Return every forecaster, detector and decomposition with the JSON Schema of its parameters."""
    listed: dict[str, list[dict[str, Any]]] = {
        "forecasters": [],
        "detectors": [],
        "decompositions": [],
    }
    for entry in registry.catalog():
        listed[f"{entry['kind']}s"].append(entry)
    return listed
