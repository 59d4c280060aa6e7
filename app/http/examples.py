"""Examples of answers for the OpenAPI document, written by ``make docs`` as the app gave them."""

import json
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("answers.json")


def show_answers(document: dict[str, Any]) -> None:
    """Put them into a document, in place, beside the schemas of what succeeds."""
    found: dict[str, Any] = json.loads(PAGE.read_text(encoding="utf-8"))
    for path, methods in document["paths"].items():
        for method in methods.values():
            contents = method["responses"]["200"]["content"]
            shown = contents.get("application/json") or next(iter(contents.values()))
            shown["examples"] = found.get(path, {})
