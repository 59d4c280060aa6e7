"""What the docs show is run: the worked example becomes a model of the service."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

from app import schemas, services
from app.main import create_app
from app.settings import Settings
from models import registry, tasks
from models.forecasters import baseline
from scripts import model_table, rivals_figure, settings_table
from tests.app.helpers import Api
from tests.contracts import test_forecasters as promises

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


def test_the_worked_example_continues_other_series_as_all_do(midrange: str) -> None:
    promises.test_what_was_learned_continues_other_series("midrange")


def test_the_worked_example_is_in_the_catalog(midrange: str) -> None:
    (entry,) = [entry for entry in registry.catalog() if entry["name"] == "midrange"]
    assert entry["params"]["properties"]["window"]["default"] == 12
    assert entry["kind"] == "forecaster"
    assert entry["min_observations"] == 2


@pytest.mark.parametrize("page", ["adding-a-model.md", "adding-an-endpoint.md"])
def test_the_worked_examples_are_formatted_like_the_project(page: str) -> None:
    for block in code_blocks(page).values():
        assert all(len(line) <= 100 for line in block.splitlines())


@pytest.fixture
def extent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the files of the page where they belong; return the source of their test."""
    *files, (_, test) = code_blocks("adding-an-endpoint.md").items()
    for (name, block), home in zip(files, (tasks, schemas, services), strict=True):
        folder = tmp_path / Path(name).parent
        assert folder.parts[-2:] == tuple(home.__name__.split("."))
        folder.mkdir(parents=True)
        (folder / "extent.py").write_text(block, encoding="utf-8")
        monkeypatch.setattr(home, "__path__", [*home.__path__, str(folder)])
    yield test
    for home in (tasks, schemas, services):
        sys.modules.pop(f"{home.__name__}.extent", None)
        vars(home).pop("extent", None)


def test_an_endpoint_declared_beside_its_use_case_is_routed_and_documented(
    extent: str, tmp_path: Path
) -> None:
    module = ModuleType("test_extent")
    exec(compile(extent, "docs/adding-an-endpoint.md", "exec"), vars(module))
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 3
    with TestClient(create_app(Settings(data_dir=tmp_path / "data"))) as client:
        for test in tests:
            test(Api(client))
        document = client.get("/openapi.json").json()
    post = document["paths"]["/v1/extent"]["post"]
    content = post["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ExtentRequest"}
    assert content["examples"]["one"]["value"] == {"y": [3, 1, 4, 1, 5]}
    options = document["components"]["schemas"]["ExtentRequest"]["properties"]
    assert options["trimmed"]["title"] == "Trimmed"
    assert {"y", "series", "freq", "transform", "on_error"} <= set(options)
    answer = post["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/ExtentAnswer"}


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


def test_the_table_of_models_is_that_of_the_registry() -> None:
    assert model_table.PAGE.read_text(encoding="utf-8") == model_table.page(), "run make docs"


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert settings_table.PAGE.read_text(encoding="utf-8") == settings_table.page(), "run make docs"


def test_the_figure_of_rivals_shows_the_tables_of_the_benchmark() -> None:
    owa = rivals_figure.errors(rivals_figure.PAGE.read_text(encoding="utf-8"))
    drawn = rivals_figure.TARGET.read_text(encoding="utf-8")
    assert drawn == rivals_figure.figure(owa), "run make docs"
    told = [model for model in owa if model[2] in rivals_figure.SETS]
    shown = [(*model, one) for model in rivals_figure.MODELS for one in rivals_figure.SETS]
    bars = len({*told} & {*shown})
    assert bars > 3 * len(rivals_figure.SETS), "AutoARIMA is on one set at least"
    assert drawn.count("<rect") == 1 + len(rivals_figure.MODELS) + bars
