"""Tests lie where what they test lies, so that both are found by one name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOMES = {"app": "app", "client": "client/tidecast", "models": "models"}
ENDPOINTS = Path("app/routers")
"""Its tests are named after what is asked for over REST, whatever answers it."""
TOPICS = {
    "models/detectors/neural/test_recurrent.py",
    "models/detectors/subsequence/test_windows.py",
    "models/detectors/test_missing.py",
    "models/networks/test_parts.py",
    "models/tasks/test_parts.py",
}
"""Named after what several modules of their folder do, as modules elsewhere happen to be."""


def public(folder: Path) -> Path:
    """The path without what tells that a module or a folder is private."""
    return Path(*(part.removeprefix("_") for part in folder.parts))


def rooms(home: str) -> dict[str, set[Path]]:
    """The folders in which each module or folder of that name lies; a folder also lies in itself."""
    found: dict[str, set[Path]] = {}
    for path in (ROOT / home).rglob("*"):
        own = public(path.relative_to(ROOT / home))
        if path.suffix == ".py":
            found.setdefault(own.stem, set()).add(own.parent)
        elif path.is_dir() and path.name != "__pycache__":
            found.setdefault(own.name, set()).update({own, own.parent})
    return found


def misplaced() -> Iterator[str]:
    for top, home in HOMES.items():
        tree = rooms(home)
        folders = {folder for places in tree.values() for folder in places}
        for path in (ROOT / "tests" / top).rglob("test_*.py"):
            folder, own = path.parent.relative_to(ROOT / "tests" / top), path.stem[len("test_") :]
            if folder not in folders or (
                folder not in tree.get(own, {folder}) and top / folder != ENDPOINTS
            ):
                yield path.relative_to(ROOT / "tests").as_posix()


def test_tests_mirror_the_tree() -> None:
    assert set(misplaced()) == TOPICS


@pytest.mark.parametrize("top", HOMES)
def test_there_is_something_to_mirror(top: str) -> None:
    assert len(list((ROOT / "tests" / top).rglob("test_*.py"))) >= 10
