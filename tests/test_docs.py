"""What the docs show is run: the worked example becomes a model of the service."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from models import registry
from models.forecasters import baseline
from scripts import model_table

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^`([^`]+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code_blocks(page: str) -> dict[str, str]:
    return dict(BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))


@pytest.fixture
def midrange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the model file of the page where the registry looks; return the source of its test."""
    blocks = code_blocks("adding-a-model.md")
    model, test = (
        "models/forecasters/baseline/midrange.py",
        "tests/models/forecasters/baseline/test_midrange.py",
    )
    assert list(blocks) == [model, test]
    (tmp_path / "midrange.py").write_text(blocks[model], encoding="utf-8")
    monkeypatch.setattr(baseline, "__path__", [*baseline.__path__, str(tmp_path)])
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


def test_the_table_of_models_names_each_with_its_parameters(midrange: str) -> None:
    page = model_table.page()
    for entry in registry.catalog():
        assert f"| `{entry['name']}` | {entry['summary']} |" in page
    assert "| `midrange` | Half way between" in page
    assert "| `window` 12 | 2+ points" in page


def test_the_answer_in_the_readme_is_the_one_that_comes(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    sent = re.search(r"curl -s 127\.0\.0\.1:8000(\S+) -d '(.*?)'\n```", readme, re.DOTALL)
    shown = re.search(r"```json\n(.*?)```", readme, re.DOTALL)
    assert sent is not None
    assert shown is not None
    path, body = sent.groups()
    with TestClient(create_app(Settings(data_dir=tmp_path))) as client:
        answer = client.post(path, content=body).json()
    expected = json.loads(shown[1])
    assert list(answer) == list(expected)
    assert answer["forecast"]["ds"] == expected["forecast"]["ds"]
    for column in ("yhat", "yhat_lo_95", "yhat_hi_95"):
        assert answer["forecast"][column] == pytest.approx(expected["forecast"][column], rel=1e-3)
    assert answer["series"][0]["model"]["title"] == expected["series"][0]["model"]["title"]
