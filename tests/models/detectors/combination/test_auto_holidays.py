"""What happens on each holiday is no anomaly there, and one where it is missing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models.contract.state import State
from models.data.series import RawSeries, Series
from models.features.calendar import Calendar
from models.features.holiday_calendar import HolidayCalendar, holiday_marks
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from models.tasks.watch import Watch
from models.types import BoolArray, FloatArray
from tests.models.detectors.combination.months import noisy, stamped

GERMAN = Calendar(HolidayCalendar(country="DE"))
OWN = [date(2023, month, 3 + 2 * month) for month in range(2, 12)]


def on_holidays(series: Series, calendar: Calendar) -> BoolArray:
    marks = [*holiday_marks(calendar.holidays, series.grid).values()]
    return np.any(marks[:2], axis=0)


def judged(
    series: Series, calendar: Calendar, name: str = "auto", *, causal: bool = False
) -> tuple[BoolArray, list[str]]:
    """Return which points are flagged, and the codes of the notices."""
    options = TaskOptions(holidays=calendar.holidays, calendar=[*calendar.features])
    task = DetectTask(ModelSpec(name), causal=causal, options=options)
    [outcome] = detect_many(task, [series])
    assert outcome.result is not None
    return outcome.result.is_anomaly, [one.code for one in outcome.notices]


def with_bursts(days: int, calendar: Calendar = GERMAN) -> tuple[Series, BoolArray, int]:
    """Return days with a burst on every holiday but the last one, which holidays these are, and the last."""
    y = noisy("D", days)
    here = on_holidays(stamped(y, "D"), calendar)
    last = int(np.flatnonzero(here)[-1])
    here[last] = False
    extra = 150.0 + 10.0 * np.random.default_rng(1).normal(size=days)
    return stamped(y + np.where(here, extra, 0.0), "D"), here, last


def weekly(days: int) -> FloatArray:
    """Return noise with weekends and Fridays of their own."""
    level = np.array([100.0, 105.0, 110.0, 120.0, 160.0, 50.0, 30.0])[np.arange(days) % 7]
    return level + 3.0 * np.random.default_rng(2).normal(size=days)


def test_bursts_of_every_year_are_usual_and_a_missing_one_is_strange() -> None:
    series, here, last = with_bursts(900)
    flagged, codes = judged(series, GERMAN)
    assert flagged[last]
    assert flagged[here].mean() < 0.1
    assert "calendar_unused" not in codes
    untold, _ = judged(series, Calendar())
    assert untold[here].mean() > 0.5


@pytest.mark.parametrize("causal", [False, True])
def test_days_on_which_all_is_closed_are_usual_whatever_the_weekday(causal: bool) -> None:
    y = weekly(1000)
    here = on_holidays(stamped(y, "D"), GERMAN)
    places = np.flatnonzero(here)
    y[places[:-2]] = 0.0
    flagged, _ = judged(stamped(y, "D"), GERMAN, causal=causal)
    late = places[12:-2]
    assert flagged[late].mean() < 0.1
    assert flagged[places[-2:]].all()


def test_as_points_come_those_of_earlier_years_are_known() -> None:
    series, here, last = with_bursts(1000)
    flagged, codes = judged(series, GERMAN, causal=True)
    late = np.flatnonzero(here)[12:]
    assert flagged[last]
    assert flagged[late].mean() < 0.1
    assert "calendar_unused" not in codes


def test_an_early_alarm_is_given_for_a_missing_one_alone() -> None:
    y = weekly(1000)
    here = on_holidays(stamped(y, "D"), GERMAN)
    places = np.flatnonzero(here)
    y[places[:-1]] = -400.0
    flagged, _ = judged(stamped(y, "D"), GERMAN, "auto_live", causal=True)
    assert flagged[places[-1]]
    assert flagged[places[12:-1]].mean() < 0.1


def test_own_days_have_their_hours() -> None:
    calendar = Calendar(OWN)
    y = noisy("h", 365)
    series = stamped(y, "h")
    hour = np.arange(len(y)) % 24
    here = on_holidays(series, calendar) & (hour > 8) & (hour < 18)
    last = np.flatnonzero(here)[-9:]
    here[last] = False
    flagged, _ = judged(stamped(np.where(here, y - 60.0, y), "h"), calendar)
    assert flagged[here].mean() < 0.05
    assert flagged[last].all()


@pytest.mark.parametrize("name", ["auto", "auto_live"])
def test_too_few_holidays_are_told(name: str) -> None:
    _, codes = judged(stamped(noisy("D", 60), "D"), Calendar(OWN), name, causal=True)
    assert "calendar_unused" in codes


def test_steps_and_columns_without_effect_are_told() -> None:
    [week] = prepare(
        [RawSeries("a", noisy("D", 200), start="2020-01-05", freq="W")], PreparationOptions()
    )
    assert week.series is not None
    assert "calendar_unused" in judged(week.series, GERMAN)[1]
    columns = Calendar(features=("weekend",))
    assert "calendar_unused" in judged(stamped(noisy("D", 200), "D"), columns)[1]


def test_holidays_that_are_days_like_others_change_nothing() -> None:
    series = stamped(noisy("D", 900), "D")
    flagged, _ = judged(series, GERMAN)
    untold, _ = judged(series, Calendar())
    assert np.sum(flagged != untold) <= 2


@pytest.mark.parametrize("name", ["auto", "auto_live"])
def test_what_was_kept_goes_on_with_the_holidays(name: str) -> None:
    series, _, _ = with_bursts(700)
    task = DetectTask(ModelSpec(name), causal=True, options=TaskOptions(holidays=GERMAN.holidays))
    [whole] = detect_many(task, [series])
    begun = Watch.begin(task, replace(series, y=series.y[:600], grid=series.grid.head(600)))
    parts = [
        Watch.revive(State.from_bytes(begun.state().to_bytes())).observe(part)
        for part in [series.y[600:]]
    ]
    assert whole.result is not None
    np.testing.assert_allclose(parts[0].score, whole.result.score[600:], rtol=1e-9)
