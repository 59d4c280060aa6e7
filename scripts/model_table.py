"""Write docs/models.md from the registry: ``make docs``; a test tells when that was forgotten."""

from pathlib import Path
from typing import Any

from models.registry import catalog

PAGE = Path(__file__).parents[1] / "docs" / "models.md"
TITLES = {"forecaster": "Forecasters", "detector": "Detectors", "decomposition": "Decompositions"}
INTRO = """\
# Models

Written by `make docs` from the registry; `GET /v1/catalog` tells the same with a JSON Schema of every
parameter.
"""


def page() -> str:
    """Return the page as it should be."""
    entries = catalog()
    sections = [
        _section(title, [entry for entry in entries if entry["kind"] == kind])
        for kind, title in TITLES.items()
    ]
    return "\n".join([INTRO, *sections])


def _section(title: str, entries: list[dict[str, Any]]) -> str:
    rows = [" | ".join(_cells(entry)) for entry in entries]
    head = ["| name | use | parameters and defaults | takes | reference |", "|---|---|---|---|---|"]
    return "\n".join([f"## {title}\n", *head, *(f"| {row} |" for row in rows), ""])


def _cells(entry: dict[str, Any]) -> list[str]:
    name, summary, reference = f"`{entry['name']}`", entry["summary"], entry["reference"]
    return [name, summary, _params(entry), _abilities(entry), reference]


def _params(entry: dict[str, Any]) -> str:
    properties = entry["params"].get("properties", {})
    return (
        ", ".join(f"`{name}` {_default(schema)}".strip() for name, schema in properties.items())
        or "none"
    )


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    return (
        ""
        if default is None
        else str(default).lower()
        if isinstance(default, bool)
        else str(default)
    )


def _abilities(entry: dict[str, Any]) -> str:
    able = [name.replace("_", " ") for name, yes in entry["capabilities"].items() if yes]
    return ", ".join([f"{entry['min_observations']}+ points", *able])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
