import numpy as np
import pandas as pd
import pytest

from models.errors import FrequencyUnknown
from models.time.frequency import Frequency
from models.time.inference import anchored, infer


def dates(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


@pytest.mark.parametrize(
    "alias",
    [
        "D", "2D", "W-MON", "W-SUN", "2W-THU", "4W-FRI", "B", "MS", "ME", "BME", "2MS", "QS-JAN",
        "QS-FEB", "QE-DEC", "QE-NOV", "YS-JAN", "YS-APR", "YE-DEC", "YE-JUN", "h", "2h", "6h", "90min",
        "15min", "min", "10s", "250ms",
    ],
)  # fmt: skip
def test_step_of_regular_stamps_is_found(alias: str) -> None:
    index = pd.date_range("2015-02-03", periods=60, freq=alias, unit="ns")
    assert infer(index.to_numpy()).alias == alias


@pytest.mark.parametrize("alias", ["D", "B", "W-MON", "MS", "ME", "QE-DEC", "YS-JAN", "h", "15min"])
def test_gaps_hide_no_step(alias: str) -> None:
    index = pd.date_range("2015-02-03", periods=100, freq=alias, unit="ns").to_numpy()
    kept = np.delete(index, [3, 17, 18, 19, 40, 77])
    assert infer(kept).alias == alias


@pytest.mark.parametrize(
    ("ds", "alias"),
    [
        (dates("2024-01-01", "2024-02-01"), "MS"),
        (dates("2024-01-31", "2024-02-29", "2024-03-31"), "ME"),
        (dates("2024-01-15", "2024-02-15", "2024-03-15"), "MS"),
        (dates("2024-01-01", "2024-01-08"), "W-MON"),
        (dates("2024-01-01T06:00", "2024-01-02T06:00"), "D"),
        (dates("2024-02-29", "2025-02-28", "2026-02-28"), "YE-FEB"),
        (dates("2024-01-03", "2024-02-05", "2024-03-04", "2024-04-02"), "MS"),
        (dates("2024-01-01"), "D"),
        (np.array([1, 2, 3, 5]), "1"),
        (np.array([0, 10, 20, 40]), "10"),
        (np.array([0, 10, 20, 35]), "5"),
        (np.array([1949]), "1"),
    ],
)
def test_short_and_odd_cases(ds: np.ndarray, alias: str) -> None:
    assert infer(ds).alias == alias


def test_days_on_the_wall_clock_have_23_or_25_hours() -> None:
    local = pd.date_range("2024-03-25", periods=14, freq="D", tz="Europe/Berlin")
    absolute = local.tz_convert("UTC").tz_localize(None).to_numpy()
    assert infer(absolute, "Europe/Berlin").alias == "D"
    assert infer(absolute[5:8], "Europe/Berlin").alias == "D"


def test_jitter_around_a_round_step_is_seen_through() -> None:
    rng = np.random.default_rng(0)
    exact = np.arange(200) * 300 + rng.integers(-20, 20, 200)
    assert infer(dates("2024-01-01")[0] + exact * np.timedelta64(10**9, "ns")).alias == "5min"


@pytest.mark.parametrize(
    "ds",
    [
        np.array([0, 1, 7, 50, 1000]),
        dates("2024-01-01", "2024-01-02", "2024-01-20", "2024-03-03", "2024-03-20"),
        dates("2024-01-01T00:00", "2024-01-01T00:07", "2024-01-01T11:13", "2024-01-01T11:14:01"),
    ],
)
def test_irregular_stamps_are_described(ds: np.ndarray) -> None:
    with pytest.raises(FrequencyUnknown, match="most common distance") as caught:
        infer(ds)
    assert "set freq" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("asked", "ds", "suited"),
    [
        ("W", dates("2024-01-01", "2024-01-08"), "W-MON"),
        ("W-SUN", dates("2024-01-03", "2024-01-10"), "W-WED"),
        ("M", dates("2024-01-01", "2024-02-01"), "MS"),
        ("MS", dates("2024-01-31", "2024-02-29"), "ME"),
        ("Q", dates("2024-01-01", "2024-04-01"), "QS-JAN"),
        ("QS", dates("2024-02-01", "2024-05-01"), "QS-FEB"),
        ("A", dates("2024-01-01", "2025-01-01"), "YS-JAN"),
        ("MS", dates("2024-01-15", "2024-02-15"), "MS"),
        ("QE-DEC", dates("2024-03-31", "2024-06-30"), "QE-DEC"),
        ("D", dates("2024-01-01", "2024-02-01"), "D"),
    ],
)
def test_marks_follow_the_stamps(asked: str, ds: np.ndarray, suited: str) -> None:
    assert anchored(Frequency.parse(asked), ds).alias == suited


def test_two_stamps_of_one_day_are_hours_apart() -> None:
    stamps = np.array(["2024-01-01T00", "2024-01-01T23"], dtype="datetime64[ns]")
    assert infer(stamps).alias == "23h"


def test_days_on_which_there_was_something_are_days() -> None:
    days = np.datetime64("2023-01-01", "ns") + np.arange(300) * np.timedelta64(1, "D")
    kept = np.sort(np.random.default_rng(0).choice(300, 140, replace=False))
    assert infer(days[kept]).alias == "D"
    with pytest.raises(FrequencyUnknown):
        infer(days[kept[:: len(kept) // 20]])
