"""What the docs show is run: the worked example becomes a model of the service."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import models.forecasters
from models import registry

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^`([^`]+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code_blocks(page: str) -> dict[str, str]:
    return dict(BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))


@pytest.fixture
def midrange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the model file of the page where the registry looks; return the source of its test."""
    blocks = code_blocks("adding-a-model.md")
    model, test = "models/forecasters/midrange.py", "tests/models/forecasters/test_midrange.py"
    assert list(blocks) == [model, test]
    (tmp_path / "midrange.py").write_text(blocks[model], encoding="utf-8")
    monkeypatch.setattr(
        models.forecasters, "__path__", [*models.forecasters.__path__, str(tmp_path)]
    )
    registry.registered.cache_clear()
    yield blocks[test]
    monkeypatch.undo()
    registry.registered.cache_clear()


def test_the_worked_example_passes_its_own_test(midrange: str) -> None:
    module = ModuleType("test_midrange")
    exec(compile(midrange, "docs/adding-a-model.md", "exec"), vars(module))
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_worked_example_is_in_the_catalog(midrange: str) -> None:
    (entry,) = [entry for entry in registry.catalog() if entry["name"] == "midrange"]
    assert entry["params"]["properties"]["window"]["default"] == 12
    assert entry["kind"] == "forecaster"
    assert entry["min_observations"] == 2


def test_the_worked_example_is_formatted_like_the_project(midrange: str, tmp_path: Path) -> None:
    for line in (tmp_path / "midrange.py").read_text(encoding="utf-8").splitlines():
        assert len(line) <= 100
