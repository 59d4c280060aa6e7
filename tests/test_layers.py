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
    Layer("client/tidecast/_reading", frozenset({"httpx", "numpy", "pandas", "tidecast"}), 10),
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


ROOMS = (
    *("wording", "errors", "types", "params", "time", "stats", "data", "contract", "transforms"),
    *("features", "prepare", "intervals", "decisions", "networks", "registry"),
    *("forecasters", "detectors", "decomposers", "analysis", "tasks", "evaluation"),
)
"""The rooms of ``models``: each imports from those before it only, so that there is no circle."""
FLOORS = (
    *("reading", "failures", "logging", "version", "settings", "checks"),
    *("schemas", "store", "engine", "codecs", "services"),
    *("http", "routers", "main", "serve", "cli"),
)
"""The same of ``app``."""


def arrows(package: str) -> dict[tuple[str, str], set[str]]:
    """Which room imports from which, with the files where it does."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        for target in imported_rooms(path.read_text(encoding="utf-8"), package):
            if room not in (target, "__init__"):
                found.setdefault((room, target), set()).add(str(path.relative_to(ROOT)))
    return found


def imported_rooms(source: str, package: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == package:
            yield from (alias.name for alias in node.names)
    prefix = f"{package}."
    yield from (name.split(".")[1] for name in imported_names(source) if name.startswith(prefix))


@pytest.mark.parametrize(("package", "order"), [("models", ROOMS), ("app", FLOORS)])
def test_no_room_imports_from_a_later_one(package: str, order: tuple[str, ...]) -> None:
    upward = {
        f"{room} imports {target}": sorted(files)
        for (room, target), files in arrows(package).items()
        if order.index(target) > order.index(room)
    }
    assert upward == {}


@pytest.mark.parametrize(("package", "order"), [("models", ROOMS), ("app", FLOORS)])
def test_every_room_has_its_place_in_the_order(package: str, order: tuple[str, ...]) -> None:
    rooms = {path.stem for path in (ROOT / package).iterdir() if path.suffix in ("", ".py")}
    assert rooms - {"__init__", "__pycache__", "web"} - {*order} == set()


def private_modules(source: str) -> Iterator[str]:
    """Every private module of ``models`` that a module imports, whole or names of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("models."):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (one for one in (node.module, *names) if one.split(".")[-1].startswith("_"))


def test_a_kitchen_is_that_of_its_folder_alone() -> None:
    """What two folders need of ``models`` lies in a room below both, not in a private file of one."""
    found = [
        (str(path.relative_to(ROOT)), name)
        for path in sorted((ROOT / "models").rglob("*.py"))
        for name in private_modules(path.read_text(encoding="utf-8"))
    ]
    abroad = [
        (path, name) for path, name in found if Path(*name.split(".")).parent != Path(path).parent
    ]
    assert abroad == []
    assert len(found) > 50


def test_models_shows_five_files_and_a_folder_for_every_idea() -> None:
    files = {path.stem for path in (ROOT / "models").glob("*.py")}
    assert files == {"__init__", "errors", "params", "registry", "types", "wording"}
    tour = (ROOT / "models/__init__.py").read_text(encoding="utf-8")
    folders = {path.name for path in (ROOT / "models").iterdir() if path.is_dir()} - {"__pycache__"}
    assert sorted(folders, key=lambda name: tour.find(f"``{name}``")) == [
        name for name in ROOMS if name in folders
    ]
    assert all(f"``{name}``" in tour for name in folders | files - {"__init__"})
    assert len(tour.splitlines()) < 30  # read in a minute


def test_the_rules_of_reading_are_one_source_that_stands_alone() -> None:
    """The server packs the client's folder under a name of its own, so it imports from nowhere else."""
    assert (ROOT / "app/reading").resolve() == ROOT / "client/tidecast/_reading"
    for path in (ROOT / "app/reading").iterdir():
        if path.suffix == ".py":
            assert "from .." not in path.read_text(encoding="utf-8"), path.name


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
