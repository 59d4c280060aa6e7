"""What happens on a day of each month is no anomaly there, and one where it is missing."""

import numpy as np
import pytest

from models.data.series import Series
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.types import BoolArray
from tests.models.detectors.combination.months import DAYS, noisy, on, stamped


def with_custom(which: str, freq: str, days: int) -> tuple[Series, BoolArray, BoolArray]:
    """Return a series with a custom, its usual times, and the last but one, at which it is missing."""
    y = noisy(freq, days)
    here = on(stamped(y, freq).grid, which)
    each = 3 if freq == "h" else 1
    missing = np.zeros(len(y), dtype=bool)
    missing[np.flatnonzero(here)[-2 * each : -each]] = True
    usual = here & ~missing
    extra = 150.0 + 10.0 * np.random.default_rng(1).normal(size=len(y))
    return stamped(y + np.where(usual, extra, 0.0), freq), usual, missing


def judged(series: Series, name: str, causal: bool) -> BoolArray:
    [outcome] = detect_many(DetectTask(ModelSpec(name), causal=causal), [series])
    assert outcome.result is not None
    return outcome.result.is_anomaly


@pytest.mark.parametrize("which", DAYS)
@pytest.mark.parametrize("freq", ["D", "h"])
def test_the_whole_series_tells_which_days_are_others(which: str, freq: str) -> None:
    series, usual, missing = with_custom(which, freq, 500 if freq == "D" else 200)
    flagged = judged(series, "auto", causal=False)
    assert flagged[missing].all()
    assert flagged[usual].mean() < 0.1
    assert flagged[~usual & ~missing].mean() < 0.025


@pytest.mark.no_cover
@pytest.mark.parametrize("which", DAYS)
def test_as_points_come_the_fifth_time_is_usual_and_a_missing_one_is_strange(which: str) -> None:
    series, usual, missing = with_custom(which, "D", 500)
    flagged = judged(series, "auto", causal=True)
    assert flagged[missing].all()
    assert flagged[np.flatnonzero(usual)[5:]].mean() < 0.25


def test_an_early_alarm_is_given_for_what_is_missing() -> None:
    series, _, missing = with_custom("last", "D", 500)
    assert judged(series, "auto_live", causal=True)[missing].any()


def test_a_long_series_may_begin_on_such_a_day() -> None:
    y = noisy("h", 240) + 30.0 * np.sin(np.pi * np.arange(240 * 24) / 12.0)
    local = stamped(y, "h").grid.local()
    since = local.astype("datetime64[D]") - local.astype("datetime64[M]").astype("datetime64[D]")
    second = since == np.timedelta64(1, "D")
    assert second[0]
    series = stamped(y + np.where(second, 200.0, 0.0), "h")
    assert judged(series, "auto", causal=False).mean() < 0.02
