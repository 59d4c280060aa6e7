"""No Python object is made for each row, on the way in or out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_LISTS = 12
"""So many MiB at least do objects take, one for each of the 600,000 rows."""


LEFT_OVER = 6
"""MiB that objects of half of the rows would take at least."""


def told(*way: str) -> tuple[list[tuple[str, int]], str]:
    """Return marks with how much room objects needed up to there, MiB, and what else was written."""
    command = [sys.executable, "-m", "tests.contracts.ways_of_rows", *way]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    marks = re.findall(r"^@(.+)$", run.stderr, re.MULTILINE)
    arenas = [int(n) for n in re.findall(r"arenas highwater mark += +([0-9,]+)", run.stderr)]
    return [*zip(marks, arenas, strict=True)], run.stdout


def test_rows_go_in_and_out_without_an_object_for_each() -> None:
    highest = dict(told()[0])
    begin, one_each = highest.pop("begin"), highest.pop("an object for each row")
    assert one_each - begin >= OF_LISTS  # so that it would be seen
    assert {name: most - begin for name, most in highest.items() if most - begin > 1} == {}
    assert len(highest) == 12


def test_json_is_read_without_an_object_but_those_that_its_parser_makes() -> None:
    """It makes a float for each number and a text for each name and timestamp; none is kept."""
    marks, kept = told("in")
    highest = dict(marks)  # of the second time, when all is loaded
    shapes = ["compact", "compact with ds", "columns", "rows"]
    for shape in shapes:
        alone, most = highest[f"{shape}: by the parser alone"], highest[f"{shape}: JSON to rows"]
        assert most - alone < LEFT_OVER, shape
    assert highest["rows: JSON to rows"] - highest["compact: by the parser alone"] > 10 * OF_LISTS
    found = {name: float(count) for name, count in re.findall(r"^(.+): ([0-9.]+)$", kept, re.M)}
    assert found == {shape: pytest.approx(0.0, abs=0.02) for shape in shapes}
