"""Constants that benches replace begin with the value in use, sets are read as they are, the map is complete."""

import re
from pathlib import Path

import pandas as pd
import pytest

from bench import constants, network_widths, widths
from bench.constants import Constant
from bench.sets import read_set


@pytest.mark.parametrize(
    "constant",
    [*constants.CONSTANTS, *widths.CONSTANTS, *network_widths.CONSTANTS],
    ids=lambda one: one.name,
)
def test_a_constant_begins_with_the_value_in_use(constant: Constant) -> None:
    assert getattr(constant.where, constant.name) == constant.values[0]


def test_names_of_series_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    rows = pd.DataFrame({"unique_id": ["1.E-001"], "ds": [1], "y": [2.0], "split": ["test"]})
    rows.to_parquet(tmp_path / "days.parquet")
    rows[["unique_id"]].to_csv(tmp_path / "days.meta.csv", index=False)
    _, meta = read_set(tmp_path / "days.parquet")
    assert meta["unique_id"].tolist() == ["1.E-001"]


def test_the_map_of_the_measurements_names_every_command() -> None:
    root = Path(__file__).parents[1]
    commands = re.findall(r"^(bench-[\w-]+):", (root / "Makefile").read_text(), re.MULTILINE)
    begin = (root / "bench/README.md").read_text().partition("\n## ")[0]
    assert sorted(commands) == sorted(re.findall(r"`(bench-[\w-]+)`", begin))
