"""Rows at opening hours on every endpoint: the steps are those hours, and closed times are no gaps."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.app.helpers import Api, answered

HOURS = [
    datetime(2024, 1, 1) + timedelta(days=day, hours=hour)
    for day in range(56)
    for hour in range(9, 17)
    if day % 7 < 5
]
AHEAD = [f"2024-02-26T{hour:02d}:00:00" for hour in range(9, 17)]
NOISE = np.random.default_rng(0).normal(size=len(HOURS))
SERIES = {
    "ds": [hour.isoformat() for hour in HOURS],
    "y": [100 + 10 * hour.hour + one for hour, one in zip(HOURS, NOISE.tolist(), strict=True)],
}
TABLES = {
    "forecast": ({"h": 8}, "forecast", 8),
    "backtest": ({"h": 8, "models": ["seasonal_naive"], "n_windows": 3}, "forecast", 24),
    "detect": ({}, "detection", len(HOURS)),
    "decompose": ({"method": "stl"}, "decomposition", len(HOURS)),
    "changepoints": ({}, "changes", 0),
    "profile": ({}, "profiles", 1),
}


@pytest.mark.parametrize("path", TABLES)
def test_closed_times_are_no_gaps_anywhere(api: Api, path: str) -> None:
    asked, table, rows = TABLES[path]
    answer: dict[str, Any] = answered(api.post(f"/v1/{path}", {"series": [SERIES], **asked}))
    [entry] = answer["series"]
    assert entry["freq"] == "h Mon-Fri 09:00-17:00"
    assert (entry["data_report"]["used"], entry["data_report"]["gaps"]) == (len(HOURS), 0)
    assert len(answer[table]["unique_id"]) == rows
    assert not answer["warnings"]
    if path == "forecast":
        assert answer[table]["ds"] == AHEAD
        np.testing.assert_allclose(answer[table]["yhat"], np.arange(190, 270, 10), atol=3)


def test_hours_that_were_asked_for_are_refused_with_an_example(api: Api) -> None:
    refusal = api.refused("/v1/forecast", {"series": [SERIES], "h": 3, "freq": "h Mon-Fri 9-17"})
    assert refusal.status == 422
    assert "h Mon-Fri 09:00-17:00" in refusal.body["errors"][0]["hint"]
