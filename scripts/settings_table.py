"""Write docs/settings.md from the settings' own descriptions: ``make docs``."""

from pathlib import Path
from typing import Any

from app.settings import MIB, Limits, Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
INTRO = """\
# Settings

Written by `make docs`. Each is an environment variable, and an argument of `tidecast-server`:
`TIDECAST_MAX_POINTS=1000` is `--max-points 1000`. `GET /v1/limits` tells the limits that are in force.
"""


def page() -> str:
    """Return the page as it should be."""
    limits = Limits.model_fields
    server = {name: one for name, one in Settings.model_fields.items() if name not in limits}
    return "\n".join([INTRO, _table("Server", server), _table("Limits of a request", limits)])


def _table(title: str, fields: dict[str, Any]) -> str:
    rows = [
        f"| `TIDECAST_{name.upper()}` | {_default(name, field)} | {field.description} |"
        for name, field in fields.items()
    ]
    return "\n".join(
        [f"## {title}\n", "| setting | default | meaning |", "|---|---|---|", *rows, ""]
    )


def _default(name: str, field: Any) -> str:
    if field.default_factory is not None:
        return "what the machine has"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int) and value >= MIB and value % MIB == 0:
        return f"{value // MIB} MiB"
    if isinstance(value, str | Path):
        return f"`{value}`"
    return str(value) if name == "port" else f"{value:,}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
