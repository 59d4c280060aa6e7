"""Names are those of the field: private words that a reader would have to translate do not come back."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRIVATE = {
    "examined", "likeness", "careful", "swing", "rhythm", "touching", "freedom", "spread", "hope", "effort",
    "tempered", "wild", "wild_", "tame", "combined_series", "integrated", "demand_of", "edge_of",
    "bend", "bends", "climb", "promise", "one_path", "missed", "believe", "whole_model", "best_cuts",
    "judge", "measured", "fresh", "enter", "no_more_often", "tallies", "remarks_of", "telling_columns",
}  # fmt: skip
"""Stand-ins for transformed values, lag-one autocorrelations, outliers, tolerances, bounds, second derivatives,
held-out errors and degrees of freedom."""
KINDS = {"decomposers", "detectors", "forecasters"}
CLASSES = {
    "Bench", "Asked", "Chosen", "Findings", "Contest", "Gate", "Audience", "Outermost",
    "Combined", "History", "Missed", "Integrated", "Demand", "NoiseTest", "Effort", "Past", "Measured",
    "Examined", "Taught", "Cues", "Pull", "Around", "Tried", "Sides",
    "Held", "SoFar", "StuckSoFar", "DaysSoFar", "KnownDays", "Added", "Way", "Entered", "Making", "Caught",
    "Remark", "Marked", "Beginning", "Split", "Usual", "Learned", "Course", "Identities", "OwnPast", "Passed",
    "Passes", "Tally", "Facts", "Room", "Found", "Closed", "Share", "InUnits", "LaidRows",
}  # fmt: skip


def names(path: Path) -> Iterator[str]:
    """Names of classes, functions and their parameters."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.FunctionDef):
            yield from (one.arg for one in (*node.args.args, *node.args.kwonlyargs))


@pytest.mark.parametrize("folder", ["app", "models"])
def test_no_name_is_of_a_private_vocabulary(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / folder).rglob("*.py")
        for name in names(path)
        if name in CLASSES or name.removeprefix("_") in PRIVATE
    }
    assert found == set()


def test_no_class_name_stands_for_two_ideas() -> None:
    homes: dict[str, set[str]] = {}
    for folder in ("app", "models"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    homes.setdefault(node.name, set()).add(str(path.relative_to(ROOT)))
    twice = {name: where for name, where in homes.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if not is_one_method(where)} == {}


def is_one_method(homes: set[str]) -> bool:
    """Whether classes are the same method in different kinds of models, as STL decomposes and forecasts."""
    methods = {Path(home).name for home in homes if Path(home).parts[1] in KINDS}
    return len(methods) == 1 and len({Path(home).parts[1] for home in homes}) == len(homes)
