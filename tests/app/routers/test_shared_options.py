"""``transform``, ``bounds``, ``holidays`` and ``calendar`` on every endpoint, seen from outside."""

import re
from typing import Any

import numpy as np
import pytest

from app.schemas.shared import SharedOptions
from models.tasks.task import TaskOptions
from tests.app.helpers import Api, answered
from tests.models.tasks.test_task import ASKED

ALL = ["forecast", "backtest", "detect", "decompose", "changepoints", "profile"]
NEEDED: dict[str, dict[str, Any]] = {
    "forecast": {"h": 3, "model": "naive"},
    "backtest": {"h": 3, "models": ["naive"], "n_windows": 2},
    "detect": {"detector": "band"},
    "decompose": {"method": "stl"},
}
EXAMINING = ALL[3:]
NOISE, OTHER = np.random.default_rng(0).normal(size=(2, 120))
DAY = np.arange(120)
LOGS = 4 + 0.01 * DAY + 0.2 * np.sin(2 * np.pi * DAY / 7) + 0.05 * NOISE
GROWING = np.exp(LOGS).tolist()
DATES = [str(day) for day in np.arange("2021-01-01", "2022-07-01", dtype="datetime64[D]")]
FREE = np.array([day[5:] in ("12-25", "12-26", "01-01", "10-03", "05-01") for day in DATES])
ARIMA = {"name": "arima", "params": {"order": [0, 0, 0]}}


def ask(api: Api, path: str, **body: Any) -> dict[str, Any]:
    body = {"y": GROWING, "season_length": 7, **NEEDED.get(path, {}), **body}
    return answered(api.post(f"/v1/{path}", body))


def refused(api: Api, path: str, **body: Any) -> Any:
    body = {"y": GROWING, "season_length": 7, **NEEDED.get(path, {}), **body}
    return api.refused(f"/v1/{path}", body)


def codes(answer: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


def array(values: list[Any]) -> Any:
    return np.array(values, dtype=np.float64)


# --- everywhere ----------------------------------------------------------------


def test_they_are_told_to_every_task_as_they_were_asked_for() -> None:
    told = {name: getattr(ASKED, name) for name in TaskOptions.model_fields}
    options = SharedOptions(**told, on_error="fail", freq="D").of_task()
    assert (type(options), options) == (TaskOptions, ASKED)


@pytest.mark.parametrize("path", ALL)
def test_every_endpoint_takes_them(api: Api, path: str) -> None:
    ask(
        api,
        path,
        start="2024-01-01",
        freq="D",
        transform=["log", "standard"],
        bounds={"lower": 0, "upper": 1e4},
        holidays={"country": "DE"},
        calendar=["weekend"],
    )


@pytest.mark.parametrize("path", ALL)
def test_their_defaults_may_be_sent(api: Api, path: str) -> None:
    answer = ask(api, path, transform=None, bounds=None, holidays=None, calendar=[])
    assert codes(answer) == []


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"transform": "logg"}, "/transform"),
        ({"bounds": {"lower": 2, "upper": 1}}, "/bounds"),
        ({"bounds": {"least": 2}}, "/bounds"),
        ({"holidays": {"country": "GX"}}, "/holidays/country"),
        ({"holidays": {"subdivision": "BY"}}, "/holidays/subdivision"),
        ({"calendar": ["wekday"]}, "/calendar/0"),
    ],
)
def test_every_endpoint_refuses_them_alike(
    api: Api, path: str, options: dict[str, Any], pointer: str
) -> None:
    refusal = refused(api, path, **options)
    assert refusal.status == 422
    assert refusal.pointer is not None
    assert refusal.pointer.startswith(pointer)


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("transform", ["log", "boxcox"])
def test_a_value_that_cannot_be_transformed_is_named_alike(
    api: Api, path: str, transform: str
) -> None:
    y = [*GROWING[:50], -2.0, *GROWING[51:]]
    refusal = refused(api, path, y=y, start="2024-01-01", freq="D", transform=transform)
    assert (refusal.status, refusal.code) == (422, "bad_values")
    assert f"{transform} needs values above 0, got -2 at 2024-02-20" in refusal.first["message"]
    assert "log1p" in refusal.first["hint"]


@pytest.mark.parametrize("path", ALL)
def test_one_series_that_cannot_be_transformed_leaves_the_others_alone(api: Api, path: str) -> None:
    series = [{"unique_id": "a", "y": GROWING}, {"unique_id": "b", "y": [-1.0, *GROWING]}]
    body = {"series": series, "season_length": 7, **NEEDED.get(path, {}), "transform": "log"}
    answer = answered(api.post(f"/v1/{path}", body))
    assert [one["unique_id"] for one in answer["series"]] == ["a"]
    assert [(one["unique_id"], one["code"]) for one in answer["errors"]] == [("b", "bad_values")]


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize("option", [{"holidays": ["2024-02-01"]}, {"calendar": ["weekday"]}])
def test_a_calendar_that_nothing_uses_is_told(api: Api, path: str, option: dict[str, Any]) -> None:
    answer = ask(api, path, start="2024-01-01", freq="D", **option)
    assert codes(answer) == ["calendar_unused"]
    [warning] = answer["warnings"]
    assert any(word in warning["message"] for word in ("regressors", "too few holidays"))
    assert warning["hint"]
    assert codes(ask(api, path, start="2024-01-01", freq="D", calendar=[])) == []


@pytest.mark.parametrize("path", EXAMINING)
def test_bounds_that_nothing_uses_are_told(api: Api, path: str) -> None:
    answer = ask(api, path, bounds={"lower": 0})
    assert codes(answer) == ["bounds_unused"]
    assert "no effect" in answer["warnings"][0]["message"]
    assert codes(ask(api, path, bounds={})) == []


# --- detect --------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"detector": "band"},
        {"detector": {"name": "prediction_interval", "forecaster": "ses"}},
        {"detector": "auto"},
        {"detector": "rolling_band", "causal": True},
    ],
)
def test_a_logarithm_is_undone_in_the_columns_of_a_detection(
    api: Api, options: dict[str, Any]
) -> None:
    y = [*GROWING[:100], 2000.0, *GROWING[101:]]
    ours = ask(api, "detect", y=y, transform="log", **options)["detection"]
    logs = ask(api, "detect", y=np.log(y).tolist(), **options)["detection"]
    assert ours["y"] == y
    assert ours["is_anomaly"] == logs["is_anomaly"]
    assert ours["is_anomaly"][100]
    np.testing.assert_allclose(array(ours["score"]), array(logs["score"]), rtol=1e-6)
    for name in ("yhat", "yhat_lower", "yhat_upper"):
        np.testing.assert_allclose(array(ours[name]), np.exp(array(logs[name])), rtol=1e-6)
    told = [float(number) for number in re.findall(r"[\d.]*\d", ours["reason"][100])]
    shown = [ours[name][100] for name in ("yhat_lower", "yhat_upper", "yhat")]
    assert [*told[:4], told[-1]] == pytest.approx([2000, 99, *shown], abs=0.6)


def test_business_rules_stay_in_the_units_of_the_caller(api: Api) -> None:
    y = [*GROWING[:50], 1.0, *GROWING[51:100], 2000.0, *GROWING[101:]]
    body = {"y": y, "detector": "band", "transform": "log", "level": 99.9}

    def flagged(**rules: Any) -> list[int]:
        table = ask(api, "detect", **body, **rules)["detection"]
        return np.flatnonzero(table["is_anomaly"]).tolist()

    assert flagged() == [50, 100]
    assert flagged(min_dev=500) == [100]
    assert flagged(min_rel_dev=2) == [100]
    assert flagged(data_range=[2, None], direction="below", min_rel_dev=5) == [50]


def test_a_point_may_be_judged_by_its_difference(api: Api) -> None:
    steps = np.where(np.arange(120) == 70, 30.0, NOISE)
    y = np.cumsum(steps).tolist()
    body = {"y": y, "season_length": 1, "level": 99.9, "transform": "difference"}
    table = ask(api, "detect", **body)["detection"]
    assert np.flatnonzero(table["is_anomaly"]).tolist() == [70]
    assert (table["score"][0], table["yhat"][0]) == (None, None)
    expected = array(table["yhat"])[1:] - array(y)[:-1]
    assert np.ptp(expected) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("transform", ["standard", "boxcox", "difference", ["log", "minmax"]])
def test_what_would_look_ahead_is_refused_when_causal(api: Api, transform: Any) -> None:
    body = {"detector": "rolling_band", "transform": transform}
    refusal = refused(api, "detect", **body, causal=True)
    assert (refusal.status, refusal.code) == (422, "invalid_parameter")
    assert refusal.pointer == "/transform"
    assert "causal: false" in refusal.first["hint"]
    ask(api, "detect", **body)


def test_a_transformed_replay_does_not_know_the_future(api: Api) -> None:
    y = [*GROWING[:80], *(1e4 * value for value in GROWING[80:])]
    body = {
        "detector": "rolling_band",
        "causal": True,
        "transform": {"name": "boxcox", "lmbda": 0.2},
        "bounds": {"upper": 150},
    }
    whole = ask(api, "detect", y=y, **body)["detection"]
    head = ask(api, "detect", y=y[:80], **body)["detection"]
    for name in ("score", "is_anomaly", "yhat", "yhat_lower", "yhat_upper", "reason"):
        assert whole[name][:80] == head[name]


def test_expected_values_stay_within_the_bounds(api: Api) -> None:
    y = [0.0, 0.0, 1.0] * 30 + [9.0]
    detector = {"name": "band", "center": "mean"}
    plain = ask(api, "detect", y=y, detector=detector)["detection"]
    assert plain["yhat_lower"][0] < 0
    table = ask(api, "detect", y=y, detector=detector, bounds={"lower": 0})["detection"]
    assert table["yhat_lower"] == [0.0] * 91
    assert table["yhat_upper"] == plain["yhat_upper"]
    assert table["is_anomaly"] == plain["is_anomaly"]
    table = ask(api, "detect", y=y, detector=detector, bounds={"upper": 0.25})["detection"]
    assert set(table["yhat"] + table["yhat_upper"]) == {0.25}
    assert table["is_anomaly"][2]
    assert "0.25" in table["reason"][2]


@pytest.mark.parametrize("causal", [False, True])
def test_a_detector_whose_forecaster_takes_regressors_knows_holidays(
    api: Api, causal: bool
) -> None:
    y = 10 + np.random.default_rng(1).normal(size=len(DATES)) + 40 * FREE
    y[400] += 30
    days = [day for day, free in zip(DATES, FREE, strict=True) if free]
    body = {
        "series": [{"unique_id": "a", "ds": DATES, "y": y.tolist()}],
        "detector": {"name": "prediction_interval", "forecaster": ARIMA},
        "season_length": 1,
        "level": 99.99,
        "causal": causal,
    }
    plain, told = api.detect(**body), api.detect(**body, holidays=days)
    assert np.flatnonzero(told["detection"]["is_anomaly"]).tolist() == [400]
    assert sum(array(plain["detection"]["is_anomaly"])[FREE]) >= 5
    assert codes(told) == (["not_judged"] if causal else [])


def test_a_detector_without_a_calendar_says_so(api: Api) -> None:
    detector = {"name": "prediction_interval", "forecaster": ARIMA}
    answer = ask(api, "detect", detector=detector, holidays=["2024-01-01"])
    assert codes(answer) == ["calendar_unused"]
    assert answer["warnings"][0]["unique_id"] == "series"


# --- decompose -----------------------------------------------------------------


@pytest.mark.parametrize("method", ["stl", "hp", "sma", "ewma", "classical"])
@pytest.mark.parametrize("transform", ["log", "boxcox", ["log1p", "standard"]])
def test_parts_of_transformed_values_give_the_values_back(
    api: Api, method: str, transform: Any
) -> None:
    answer = ask(api, "decompose", method=method, transform=transform)
    table = answer["decomposition"]
    assert codes(answer) == []
    assert answer["series"][0]["combined"] == "sum"
    parts = [array(table[name]) for name in ("trend", "seasonal", "cycle", "residual")]
    there = [part for part in parts if np.isfinite(part).any()]
    whole = np.sum(there, axis=0)
    known = np.isfinite(whole)
    np.testing.assert_allclose(whole[known], array(GROWING)[known])
    assert table["y"] == GROWING


def test_the_trend_of_logarithms_comes_back(api: Api) -> None:
    ours = ask(api, "decompose", transform="log")["decomposition"]
    logs = ask(api, "decompose", y=LOGS.tolist())["decomposition"]
    np.testing.assert_allclose(ours["trend"], np.exp(logs["trend"]))
    # On the log scale the season is a share of the level: it grows with it.
    season = np.abs(ours["seasonal"])
    assert season[-14:].max() > 2 * season[:14].max()


def test_ratios_come_back_where_parts_multiply(api: Api) -> None:
    method = {"name": "classical", "model": "multiplicative"}
    answer = ask(api, "decompose", method=method, transform="log")
    assert answer["series"][0]["combined"] == "product"
    table = answer["decomposition"]
    whole = np.prod([array(table[n]) for n in ("trend", "seasonal", "residual")], axis=0)
    np.testing.assert_allclose(whole[3:-3], GROWING[3:-3])


@pytest.mark.parametrize("transform", ["difference", ["log", {"name": "difference", "lag": 7}]])
def test_differences_cannot_be_decomposed(api: Api, transform: Any) -> None:
    refusal = refused(api, "decompose", transform=transform)
    assert (refusal.status, refusal.code) == (422, "invalid_parameter")
    assert refusal.pointer == "/transform"
    assert "trend" in refusal.first["hint"]


# --- changepoints and profile --------------------------------------------------

STEP = np.exp(2 + 0.2 * OTHER + 1.5 * (DAY >= 70))


def test_changes_of_transformed_values_are_told_on_their_scale(api: Api) -> None:
    ours = ask(api, "changepoints", y=STEP.tolist(), season_length=1, transform="log")
    logs = ask(api, "changepoints", y=np.log(STEP).tolist(), season_length=1)
    assert ours["changes"] == logs["changes"]
    assert ours["changes"]["index"] == [70]
    assert ours["changes"]["before"][0] == pytest.approx(2, abs=0.2)
    assert codes(ours) == ["transformed_units"]
    assert "log" in ours["warnings"][0]["message"]


def test_changes_of_differences_are_told_at_their_place(api: Api) -> None:
    y = np.cumsum(0.1 * OTHER + 2.0 * (DAY >= 70)).tolist()
    table = ask(
        api,
        "changepoints",
        y=y,
        season_length=1,
        start="2024-01-01",
        freq="D",
        transform="difference",
    )["changes"]
    assert (table["kind"], table["index"], table["ds"]) == (["level"], [70], ["2024-03-11"])


def test_a_profile_is_of_the_transformed_values(api: Api) -> None:
    body = {"start": "2024-01-01", "freq": "D"}
    ours = ask(api, "profile", transform="log", **body)
    logs = ask(api, "profile", y=LOGS.tolist(), **body)
    assert ours["profiles"]["mean"][0] == pytest.approx(LOGS.mean())
    assert ours["profiles"]["seasons_acf"] == logs["profiles"]["seasons_acf"]
    assert codes(ours) == ["transformed_units"]


def test_a_profile_tells_what_differences_take_away(api: Api) -> None:
    answer = ask(api, "profile", transform={"name": "difference", "lag": 7})
    assert answer["profiles"]["length"] == [113]
    assert "without the first 7" in answer["warnings"][0]["message"]


@pytest.mark.parametrize("path", ["changepoints", "profile"])
def test_a_constant_stays_as_it_is_if_it_could_be_transformed(api: Api, path: str) -> None:
    answer = ask(api, path, y=[5.0] * 30, transform="log")
    assert codes(answer) == ["constant_series"]
    refusal = api.refused(f"/v1/{path}", {"y": [-5.0] * 30, "transform": "log"})
    assert (refusal.status, refusal.code) == (422, "bad_values")
