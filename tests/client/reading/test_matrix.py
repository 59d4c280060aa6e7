"""Every file of the matrix through the client and the command line."""

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import tidecast
from tidecast._cli.main import main

from tests.client.helpers import Server, forecast
from tests.files.case import Case
from tests.files.matrix import CASES

ANSWER = forecast(["2024-01-04"], [9.0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table"


def test_the_matrix_is_large_and_every_case_has_its_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 100


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_client_reads_it(case: Case, path: Path) -> None:
    path.write_bytes(case.data)
    if case.problem:
        with pytest.raises(tidecast.DataError, match=re.escape(case.problem)):
            tidecast.read(path, **case.options)
        return
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        data = tidecast.read(path, **case.options)
    assert (data if isinstance(data, dict) else {"y": data}) == case.series
    said = "\n".join(str(one.message) for one in told)
    assert all(part in said for part in case.said), said


def flags(options: dict[str, Any]) -> list[str]:
    words = [(f"--{name.replace('_', '-')}", value) for name, value in options.items()]
    return [word for flag, value in words for word in ([flag] if value is True else [flag, value])]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_command_line_reads_it(
    case: Case, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(case.data)
    server = Server(ANSWER)
    status = main(["forecast", str(path), "--h", "1", *flags(case.options)], server.transport)
    said = capsys.readouterr().err
    if case.problem:
        assert status == 1
        assert case.problem in said
        assert server.requests == []
        return
    assert status == 0
    ids = {"unique_id": [*map(str, case.series["unique_id"])]} if "unique_id" in case.series else {}
    assert server.body.get("series", {"y": server.body.get("y")}) == case.series | ids
    assert all(part in said for part in case.said), said


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(path: Path) -> None:
    book = next(case for case in CASES if case.name == "another sheet of Excel")
    path.write_bytes(book.data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert tidecast.read(path, sheet=2) == book.series
    with pytest.raises(tidecast.DataError, match=r"no sheet 'Costs' among \['Sheet1', 'Sheet2'\]"):
        tidecast.read(path, sheet="Costs")
    path.write_text("day,sold\n2024-01-01,5\n")
    with pytest.raises(tidecast.DataError, match="sheet is given, but this is no Excel file"):
        tidecast.read(path, sheet=2)
