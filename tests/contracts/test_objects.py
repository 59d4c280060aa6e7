"""No Python object is made for each row, on the way in or out."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_LISTS = 12
"""So many MiB at least do objects take, one for each of the 600,000 rows."""


def test_rows_go_in_and_out_without_an_object_for_each() -> None:
    command = [sys.executable, "-m", "tests.contracts.ways_of_rows"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    marks = re.findall(r"^@(.+)$", told, re.MULTILINE)
    arenas = [int(n) for n in re.findall(r"arenas highwater mark += +([0-9,]+)", told)]
    highest = dict(zip(marks, arenas, strict=True))
    begin, one_each = highest.pop("begin"), highest.pop("an object for each row")
    assert one_each - begin >= OF_LISTS  # so that it would be seen
    assert {name: most - begin for name, most in highest.items() if most - begin > 1} == {}
    assert len(highest) == 12
