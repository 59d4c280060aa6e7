"""Tables as Markdown, on the terminal and between the markers of ``bench/README.md``."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

README = Path(__file__).parent / "README.md"
DETECTORS = Path(__file__).parents[1] / "docs" / "detectors.md"
WORTH = Path(__file__).parents[1] / "docs" / "worth.md"


def markdown(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows with the same keys as a Markdown table without empty columns; floats get three decimals."""
    names = [name for name in rows[0] if any(row.get(name) is not None for row in rows)]
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(_cell(row.get(name)) for name in names) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
    return "" if value is None else str(value)


def publish(name: str, text: str, *, write: bool) -> None:
    """Print a table and, if ``write``, put it between its markers in the README."""
    print(text)
    if write:
        put(README, name, text)


def put(page: Path, name: str, text: str) -> None:
    """Put a table between its markers in a page."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(old):
        raise SystemExit(f"{page} has no markers {begin} … {end}")
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", old), encoding="utf-8")
