"""The examples are what their README says, value for value where a source is at hand."""

import runpy

import numpy as np
import pytest

from tests.datasets import EXAMPLES, load

ROOT = EXAMPLES.parents[3]


def test_airpassengers_is_series_g_of_box_and_jenkins() -> None:
    ds, y = load("airpassengers")
    assert (ds[0], ds[-1], len(y)) == ("1949-01-01", "1960-12-01", 144)
    assert y[:5].tolist() == [112, 118, 132, 129, 121]
    assert (y[-1], y.sum()) == (432, 40363)


def test_sunspots_and_co2_are_those_of_statsmodels() -> None:
    from statsmodels.datasets import co2, sunspots

    np.testing.assert_array_equal(load("sunspots")[1], sunspots.load_pandas().data["SUNACTIVITY"])
    np.testing.assert_array_equal(load("co2_weekly")[1], co2.load_pandas().data["co2"])


def test_births_add_up_to_the_published_totals() -> None:
    _, y = load("births_daily")
    assert [y[:365].sum(), y[365:].sum()] == [4_021_726, 4_089_950]


def test_bike_rentals_add_up_to_the_published_days() -> None:
    _, y = load("bike_rentals_hourly")
    days = y.reshape(28, 24).sum(axis=1)
    assert days[:7].tolist() == [7001, 7055, 7494, 7736, 7498, 6598, 6664]
    assert days[-4:].tolist() == [5463, 5687, 5531, 6227]
    assert days.sum() == 187_702


def test_the_synthetic_series_is_what_its_script_makes() -> None:
    script = runpy.run_path(str(ROOT / "scripts/make_spiky_example.py"))
    written = (EXAMPLES / "spiky_hourly.csv").read_text(encoding="utf-8")
    assert written == script["as_csv"]()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_every_example_is_documented_with_its_licence(path) -> None:
    assert f"| `{path.name}` |" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert load(path.stem)[1].size >= 100
