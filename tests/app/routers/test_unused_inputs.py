"""What was sent and has no effect is told."""

from typing import Any

import numpy as np
import pytest

from tests.app.helpers import Api, answered

_T = np.arange(120)
Y = (50 + 8 * np.sin(2 * np.pi * _T / 7) + 4 * np.sin(2 * np.pi * _T / 30) + _T % 3).tolist()
PRICED = {"unique_id": "a", "y": Y, "price": [float(t % 5) for t in _T], "wind": [1.0, 2.0] * 60}
FUTURE = {"unique_id": "a", "price": [0.0, 1.0], "wind": [1.0, 2.0]}


def warnings(api: Api, path: str, code: str, **body: Any) -> list[dict[str, Any]]:
    answer = answered(api.post(f"/v1/{path}", body))
    return [one for one in answer["warnings"] if one["code"] == code]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("detect", {"detector": "band"}),
        ("detect", {"detector": {"name": "prediction_interval", "forecaster": "ets"}}),
        ("detect", {"detector": "auto", "causal": True}),
        ("decompose", {"method": "stl", "season_length": 7}),
        ("profile", {}),
        ("changepoints", {}),
    ],
)
def test_exogenous_columns_without_effect_are_told(
    api: Api, path: str, options: dict[str, Any]
) -> None:
    series = [PRICED, {"unique_id": "b", "y": Y}]
    [told] = warnings(api, path, "exogenous_unused", series=series, **options)
    assert told["unique_id"] == "a"
    assert told["message"].startswith("the exogenous column price, wind ")
    assert told["hint"]


def test_exogenous_columns_that_a_detector_uses_are_not(api: Api) -> None:
    detector = {"name": "prediction_interval", "forecaster": "arima"}
    body = {"series": [PRICED], "detector": detector, "season_length": 1}
    [told] = warnings(api, "detect", "exogenous_unused", **body)
    assert "has no known future" in told["message"]
    assert warnings(api, "detect", "exogenous_unused", **body, future=[FUTURE]) == []
    [told] = warnings(api, "detect", "exogenous_unused", **body, future=[FUTURE], causal=True)
    assert "when causal" in told["message"]


@pytest.mark.parametrize(
    ("path", "options", "message", "hint"),
    [
        ("forecast", {"model": "ets"}, "ets takes one season: 7 was used, 30 was not", "stl"),
        ("forecast", {"model": "theta"}, "theta takes one season: 7 was used", "fourier_arima"),
        ("forecast", {"model": "holt_winters"}, "holt_winters takes one season", "prophet"),
        (
            "forecast",
            {"model": {"name": "seasonal_naive", "season_length": 30}},
            "seasonal_naive takes one season: 30 was used, 7 was not",
            "stl",
        ),
        ("backtest", {"models": ["seasonal_naive"]}, "seasonal_naive takes one season", "stl"),
        ("decompose", {"method": "classical"}, "classical takes one season: 7 was used", "mstl"),
        ("decompose", {"method": "stl"}, "stl takes one season: 7 was used, 30 was not", "mstl"),
        ("detect", {"detector": "auto"}, "auto takes one season", "prediction_interval"),
        (
            "detect",
            {"detector": "prediction_interval"},
            "prediction_interval takes one season",
            "stl",
        ),
    ],
)
def test_named_seasons_without_effect_are_told_once(
    api: Api, path: str, options: dict[str, Any], message: str, hint: str
) -> None:
    series = [{"unique_id": name, "y": Y} for name in "ab"]
    body = {"series": series, "season_length": [7, 30], **options}
    body |= {"h": 3} if path in ("forecast", "backtest") else {}
    [told] = warnings(api, path, "seasons_unused", **body)
    assert told["message"].startswith(message)
    assert hint in told["hint"]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("forecast", {"model": "stl", "season_length": [7, 30]}),
        ("forecast", {"model": "naive", "season_length": [7, 30]}),
        ("forecast", {"model": "ets", "season_length": [7, 1]}),
        ("forecast", {"model": "ets", "season_length": 7}),
        ("forecast", {"model": "ets"}),
        ("decompose", {"method": "mstl", "season_length": [7, 30]}),
        ("decompose", {"season_length": [7, 30]}),
        (
            "detect",
            {
                "detector": {"name": "prediction_interval", "forecaster": "stl"},
                "season_length": [7, 30],
            },
        ),
    ],
)
def test_seasons_that_are_used_or_were_found_are_not_told(
    api: Api, path: str, options: dict[str, Any]
) -> None:
    more = {"h": 3} if path == "forecast" else {}
    assert warnings(api, path, "seasons_unused", y=Y, **options, **more) == []
