"""Hints name models by asking the registry, so that a new one is named with the others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from models import registry

ROOT = Path(__file__).parents[2]
WORDS = {
    *("auto", "band", "differences", "drift", "linear", "mean", "median", "naive", "theta"),
    *("population", "ensemble", "level_shift", "flat_line"),
}
"""Names of models that stand in sentences as words, as those of shapes or as values of options too."""
ABOUT = {"title", "description", "examples", "summary", "reference"}
NAMED = {
    ("models/tasks/groups.py", "seasonal_naive"),
    ("app/schemas/detect.py", "rolling_band"),
    ("app/http/openapi.py", "holt"),
}
"""What uses a season whatever the values say, of which no capability tells; a default; an example of an error."""


def texts(node: ast.AST) -> Iterator[str]:
    """The strings of code that are told to a caller: neither docstrings nor descriptions of params."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.keyword) and node.arg in ABOUT:
            return
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ABOUT:
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from texts(part)
            elif field == "value" and isinstance(part, str):
                yield part


def named_by_hand(path: Path, names: set[str]) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = [text for text in texts(tree) if " " in text]
    found = {word for text in told for word in re.findall(r"[a-z_0-9]+", text)}
    return found & names - {path.stem}


def test_no_hint_names_a_model_by_hand() -> None:
    names = {name for kind in registry.KINDS for name in registry.registered(kind)} - WORDS
    files = [path for folder in ("app", "models") for path in (ROOT / folder).rglob("*.py")]
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files
        for name in named_by_hand(path, names)
    }
    assert found == NAMED
    assert len(files) > 300


def test_auto_and_the_named_model_are_there_and_take_any_series() -> None:
    forecasters = registry.registered("forecaster")
    assert forecasters["auto"].min_observations == 1
    assert forecasters["seasonal_naive"].min_observations <= 2


def test_models_around_forecasters_are_found_by_their_params() -> None:
    assert registry.around_forecasters("detector") == "prediction_interval"
    assert registry.around_forecasters("forecaster") == "hp_filter, stl"
    assert registry.named_without("decomposition", "seasonal") == "ewma, hp, sma"
