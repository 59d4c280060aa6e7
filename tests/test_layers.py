"""Who may import whom: the numbers know nothing of the web, the client nothing of the server."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEB = {"fastapi", "httpx", "pydantic_settings", "starlette", "uvicorn"}
SERVICE = {"alembic", "msgspec", "orjson", "pebble", "ray", "sqlalchemy"}


@dataclass(frozen=True)
class Layer:
    """A folder, the top-level packages it must not import, and how many files it has at least."""

    folder: str
    forbidden: frozenset[str]
    at_least: int  # a check that finds nothing to check proves nothing


LAYERS = [
    Layer("client/tidecast", frozenset({"app", "models", "tests"} | WEB - {"httpx"} | SERVICE), 4),
    Layer("models", frozenset({"app", "tidecast", "tests"} | WEB | SERVICE), 12),
    Layer("app", frozenset({"tidecast", "tests", "bench"}), 12),
    Layer("app/services", frozenset({"fastapi", "starlette", "uvicorn"}), 2),
]


def imported_names(source: str) -> Iterator[str]:
    """Every absolute dotted name that a module imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


def violations(source: str, forbidden: frozenset[str]) -> list[str]:
    return [name for name in imported_names(source) if name.split(".")[0] in forbidden]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.folder)
def test_layer_imports_only_what_it_may(layer: Layer) -> None:
    files = sorted((ROOT / layer.folder).rglob("*.py"))
    found = {
        str(path.relative_to(ROOT)): names
        for path in files
        if (names := violations(path.read_text(encoding="utf-8"), layer.forbidden))
    }
    assert found == {}
    assert len(files) >= layer.at_least


@pytest.mark.parametrize(
    "source",
    [
        "import fastapi",
        "import numpy, fastapi.routing as r",
        "from fastapi import Depends",
        "def f():\n    from fastapi.responses import Response",
        "import importlib\nimportlib.import_module('fastapi')",
    ],
)
def test_a_violation_is_caught(source: str) -> None:
    [name] = violations(source, frozenset({"fastapi"}))
    assert name.startswith("fastapi")


@pytest.mark.parametrize(
    "source", ["import fastapi_like", "from .fastapi import x", "x = 'fastapi'"]
)
def test_what_only_looks_like_a_violation_is_not(source: str) -> None:
    assert violations(source, frozenset({"fastapi"})) == []


@pytest.mark.parametrize(
    ("project", "folders"),
    [("pyproject.toml", ["app", "models"]), ("client/pyproject.toml", ["client/tidecast"])],
)
def test_what_is_imported_is_declared(project: str, folders: list[str]) -> None:
    """What only comes along with another package may be gone in that package's next release."""
    own = {"app", "models", "tidecast"} | set(sys.stdlib_module_names)
    declared = declared_distributions(ROOT / project)
    providers = packages_distributions()
    names = {
        name.split(".")[0]
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        for name in imported_names(path.read_text(encoding="utf-8"))
    }
    undeclared = {
        name for name in names - own if not declared & {*map(canonical, providers.get(name, []))}
    }
    assert undeclared == set()


def declared_distributions(project: Path) -> set[str]:
    tables = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras = tables.get("optional-dependencies", {})
    optional = [line for name, lines in extras.items() if name != "dev" for line in lines]
    return {
        canonical(re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0])
        for line in tables["dependencies"] + optional
    }


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
