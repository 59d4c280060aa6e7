"""Write app/http/answers.json, answers that the OpenAPI document shows: ``make docs``."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from app.http.examples import PAGE
from app.main import create_app
from app.settings import Settings

ASKED = ("one", "several", "labels")
"""The shapes of requests whose answers are shown; columns and rows are answered like several series."""
_MOST_VALUES, _MOST_OBJECTS, _DIGITS = 6, 2, 6
_SETTLED = {"request_id": "5f2b9c1e", "fit_ms": 1.0}
"""What differs from one answer to the next, as it is shown."""
_FIGURES = ("tidecast_requests_in_progress", "tidecast_requests_allowed", "tidecast_queue_pieces")


def answers(client: TestClient) -> dict[str, Any]:
    """Return, by path, the examples of what an app answers, each as OpenAPI has it."""
    document = client.get("/openapi.json").json()
    found: dict[str, Any] = {}
    for path, methods in document["paths"].items():
        body = methods.get("post", {}).get("requestBody")
        found[path] = _posted(client, path, body) if body else {"answer": _got(client, path)}
    return found


def _posted(client: TestClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the answers to the examples of a path's request, under their names."""
    (content, *_) = body["content"].values()
    if "examples" not in content:  # a file
        return {
            "answer": {"value": shortened(client.post(path, content=content["example"]).json())}
        }
    return {
        name: {
            "summary": one["summary"],
            "value": shortened(client.post(path, json=one["value"]).json()),
        }
        for name, one in content["examples"].items()
        if name in ASKED
    }


def _got(client: TestClient, path: str) -> dict[str, Any]:
    response = client.get(path.format(request_id=_SETTLED["request_id"]))
    if "json" not in response.headers["content-type"]:
        return {"value": _some_figures(response.text)}
    value = response.json()
    # whole entries, since the schemas in them would mean something else without a part
    if path == "/v1/catalog":
        return {"value": {kind: entries[:1] for kind, entries in value.items()}}
    return {"value": shortened(value)}


def _some_figures(text: str) -> str:
    lines = [line for line in text.splitlines() if any(name in line for name in _FIGURES)]
    return "".join(f"{line}\n" for line in lines)


def shortened(value: Any) -> Any:
    """Return an answer with its first rows and digits only, and without what differs from one to the next."""
    if isinstance(value, dict):
        return {name: _settled(name, one) for name, one in value.items()}
    if isinstance(value, list):
        most = _MOST_OBJECTS if any(isinstance(one, dict) for one in value) else _MOST_VALUES
        return [shortened(one) for one in value[:most]]
    return rounded(value)


def rounded(value: Any) -> Any:
    """Return a float with its first digits only, and anything else as it is."""
    if isinstance(value, float) and value:
        return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    return value


def _settled(name: str, value: Any) -> Any:
    if name == "timing_ms":
        return dict.fromkeys(value, 1.0)
    return _SETTLED[name] if name in _SETTLED else shortened(value)


@contextmanager
def running() -> Iterator[TestClient]:
    """Yield a client of an app that is ready."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), workers=1))
        with TestClient(app) as client:
            while client.get("/readyz").status_code != 200:
                time.sleep(0.1)
            yield client


def main() -> None:
    """Write the file."""
    with running() as client:
        text = _written(answers(client))
    PAGE.write_text(text, encoding="utf-8")


def _written(found: dict[str, Any]) -> str:
    """Return the file: an example a line."""
    paths = []
    for path, examples in found.items():
        lines = [
            f"  {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}"
            for name, one in examples.items()
        ]
        paths.append(f" {json.dumps(path)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(paths) + "\n}\n"


if __name__ == "__main__":
    main()
