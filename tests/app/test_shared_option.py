"""An option that all endpoints share is a change of one file, its test, and what is generated of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.services.endpoint import declared

ROOT = Path(__file__).parents[2]
HOME = "models/tasks/task.py"
FIELD = """
    stand_in: bool = Field(
        False, title="Stand-in", description="Tell of every series that it passed by."
    )
"""
STAGE = """
        if self.options.stand_in:
            stages.append(_Telling())
"""
CLASSES = '''


class _Telling:
    """A stage that leaves everything as it is and says so."""

    def into(self, series: Series, horizon: int) -> FittedStage:
        told = Notice("stand_in", "it passed by", None, series.unique_id)
        return FittedStage(series, series, horizon, (told,))
'''
IMPORTS = """
from models.data.series import Notice, Series
from models.tasks.stages import FittedStage
"""
ASK = """
import json, sys
from pathlib import Path
from fastapi.testclient import TestClient
from app.engine.local.engine import LocalEngine
from app.main import create_app
from app.services.endpoint import declared
from app.settings import Settings
import models

with TestClient(create_app(Settings(data_dir=Path(sys.argv[1]), workers=1), LocalEngine(1))) as client:
    document = client.get("/openapi.json").json()
    asked = {
        one.name: [
            client.post(one.path, json={**one.example, "stand_in": value}).json() for value in (True, 5)
        ]
        for one in declared()
    }
print(json.dumps([models.__file__, document["components"]["schemas"], asked]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Where the models came from, the document's schemas, and what each endpoint made of the option."""
    home = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "models", home / "models", ignore=shutil.ignore_patterns("*.pyc"))
    changed = home / HOME
    text = changed.read_text(encoding="utf-8")
    for place, added in (
        ("from models.features.calendar", IMPORTS),
        ("    @model_validator", FIELD),
        ("        return tuple(stages)", STAGE),
    ):
        assert text.count(place) == 1
        text = text.replace(place, f"{added.lstrip(chr(10))}{place}")
    changed.write_text(text + CLASSES, encoding="utf-8")
    command = [sys.executable, "-c", ASK, str(home / "data")]
    path = os.pathsep.join([str(home), str(ROOT)])
    run = subprocess.run(
        command,
        check=False,
        cwd=home,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found, schemas, asked = json.loads(run.stdout.splitlines()[-1])
    assert found == str(home / "models" / "__init__.py")
    return schemas, asked


@pytest.mark.parametrize("endpoint", declared(), ids=lambda endpoint: endpoint.name)
def test_every_endpoint_documents_checks_and_uses_it(answers: Any, endpoint: Any) -> None:
    schemas, asked = answers
    name = endpoint.options.__name__.replace("Options", "Request")
    assert schemas[name]["properties"]["stand_in"]["title"] == "Stand-in"
    used, refused = asked[endpoint.name]
    assert "stand_in" in {one["code"] for one in used["warnings"]}
    assert refused["errors"][0]["pointer"] == "/stand_in"
