"""Write the answer and the reason that the README shows, by asking what it asks: ``make docs``."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from scripts.answer_examples import rounded, running

PAGE = Path(__file__).parents[1] / "README.md"
_ASKED = re.compile(r"/v1/forecast -d '(\{.*?\})'", re.DOTALL)
_SHOWN = re.compile(r"(?<=```json\n).*?(?=```)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=^  > ).*$", re.MULTILINE)
_SPIKES = Path(__file__).parents[1] / "app/web/static/examples/spiky_hourly.csv"
_WIDTH, _MOST_CHARACTERS = 114, 40
_SETTLED = {
    "request_id": "e723c55d61fb401cb5f59efdefc36245",
    "fit_ms": 13.2,
    "timing_ms": {"parse": 0.1, "prepare": 0.9, "fit": 14.0, "assemble": 0.1, "total": 15.1},
}
"""What differs from one answer to the next, as it is shown."""


def shown(page: str) -> Any:
    """Return the answer of a page."""
    [text] = _SHOWN.findall(page)
    return json.loads(text)


def answered(page: str, client: httpx.Client) -> Any:
    """Return what a server answers to what a page asks, with few digits and short sentences."""
    [asked] = _ASKED.findall(page)
    return _brief(client.post("/v1/forecast", json=json.loads(asked)).json())


def reason(client: httpx.Client) -> str:
    """Return the first reason that is told of the example with spikes, as the README has it judged."""
    answer = client.post(
        "/v1/detect",
        params={"season_length": [24, 168], "level": 99.9},
        content=_SPIKES.read_bytes(),
        headers={"Content-Type": "text/csv"},
    ).json()
    return str(next(one for one in answer["detection"]["reason"] if one))


def _brief(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _SETTLED.get(name, _brief(one)) for name, one in value.items()}
    if isinstance(value, list):
        return [_brief(one) for one in value]
    if isinstance(value, str) and len(value) > _MOST_CHARACTERS:
        return value[:_MOST_CHARACTERS].rpartition(" ")[0] + " …"
    return rounded(value)


def laid(value: Any, indent: int = 0) -> str:
    """Return JSON with as much on a line as there is room for, what is within a level further in."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= _WIDTH - indent or not isinstance(value, dict | list):
        return line
    begin, end = line[0], line[-1]
    inside = indent + 1
    if isinstance(value, dict):
        items = [f"{json.dumps(name)}: {laid(one, inside)}" for name, one in value.items()]
    else:
        items = [laid(one, inside) for one in value]
    return begin + f",\n{' ' * inside}".join(_filled(items, _WIDTH - inside)) + end


def _filled(items: Iterable[str], width: int) -> list[str]:
    """Join neighbours that fit into one line."""
    lines: list[str] = []
    for item in items:
        if lines and "\n" not in lines[-1] + item and len(lines[-1]) + len(item) + 3 <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines


def main() -> None:
    """Write the page."""
    page = PAGE.read_text(encoding="utf-8")
    with running() as client:
        text, sentence = laid(answered(page, client)), reason(client)
    page = _SENTENCE.sub(lambda _: sentence, _SHOWN.sub(lambda _: f"{text}\n", page))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
