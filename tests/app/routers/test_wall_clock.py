"""Both days on which the clocks change in Berlin: seasons are counted in the zone that was asked for."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.app.helpers import Api, answered

BERLIN = "Europe/Berlin"
DAYS = {"spring": "2024-03-31", "autumn": "2024-10-27"}
both_days = pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
both_grids = pytest.mark.parametrize(("alias", "per_day"), [("h", 24), ("15min", 96)])


def stamps(day: str, before: int, after: int, alias: str = "h") -> pd.DatetimeIndex:
    """The stamps from so many days before the change to so many days after it."""
    first, last = pd.Timestamp(day) - pd.Timedelta(days=before), pd.Timedelta(days=before + after)
    return pd.date_range(first, first + last, freq=alias, tz=BERLIN, inclusive="left")


def shown(index: pd.DatetimeIndex) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Ten times the hour that the clock shows."""
    return np.asarray(10.0 * (index.hour + index.minute / 60))


def series(index: pd.DatetimeIndex, y: Any) -> list[dict[str, Any]]:
    start = index[0].tz_localize(None).isoformat()
    return [{"start": start, "freq": index.freqstr, "y": list(y)}]


def written(index: pd.DatetimeIndex) -> list[str]:
    return [stamp.isoformat() for stamp in index]


@both_days
@both_grids
@pytest.mark.parametrize("known", [0, 1.5])
@pytest.mark.parametrize(
    "model", ["seasonal_naive", "ets", "linear_ar", "theta", "seasonal_window_mean"]
)
def test_forecasts_keep_the_wall_clock(
    api: Api, day: str, alias: str, per_day: int, known: float, model: str
) -> None:
    index = stamps(day, 8, 3, alias)
    ahead = index >= pd.Timestamp(day, tz=BERLIN) + pd.Timedelta(days=known)
    answer = api.forecast(
        series=series(index, shown(index)[~ahead]),
        **{"tz": BERLIN, "h": int(ahead.sum()), "model": model, "season_length": per_day},
        level=[80],
    )
    table = answer["forecast"]
    assert table["ds"] == written(index[ahead])
    np.testing.assert_allclose(table["yhat"], shown(index[ahead]), atol=0.1)
    assert all(lo <= hi for lo, hi in zip(table["yhat_lo_80"], table["yhat_hi_80"], strict=True))
    assert answer["warnings"] == []


@both_days
@pytest.mark.parametrize("model", ["auto", "stl", "holt_winters", "ces"])
def test_more_models_keep_it_with_the_season_yet_to_be_found(
    api: Api, day: str, model: str
) -> None:
    index = stamps(day, 14, 2)
    y = shown(index)
    answer = api.forecast(series=series(index, y[:-24]), tz=BERLIN, h=24, model=model, level=[])
    np.testing.assert_allclose(answer["forecast"]["yhat"], y[-24:], atol=1)


@both_days
def test_history_paths_and_report_are_those_of_the_real_rows(api: Api, day: str) -> None:
    index = stamps(day, 7, 2)
    y = shown(index)
    y[40] = 11.0  # without any error, there are no paths
    answer = api.forecast(
        series=series(index, y[:-24]),
        **{"tz": BERLIN, "h": 24, "model": "seasonal_naive", "season_length": 24},
        **{"add_history": True, "n_paths": 2},
    )
    table = answer["forecast"]
    assert table["ds"] == written(index)
    assert sum(table["is_history"]) == len(index) - 24
    np.testing.assert_allclose(table["yhat"][72:], y[72:])
    assert all(value is not None for value in table["yhat_path_1"][-24:])
    report = answer["series"][0]["data_report"]
    assert (report["rows"], report["used"], report["missing_filled"]) == (*[len(index) - 24] * 2, 0)


@both_days
@pytest.mark.parametrize("known", range(1, 5))
def test_an_hour_that_comes_twice_is_forecast_alike_from_anywhere(
    api: Api, day: str, known: int
) -> None:
    index = stamps(day, 3, 1)
    size, y = 72 + known, shown(index)
    answer = api.forecast(
        **{"series": series(index, y[:size]), "tz": BERLIN, "season_length": 24, "level": []},
        **{"h": len(index) - size, "model": "seasonal_naive"},
    )
    np.testing.assert_allclose(answer["forecast"]["yhat"], y[size:])


@both_days
def test_a_seasonal_difference_keeps_the_wall_clock(api: Api, day: str) -> None:
    index = stamps(day, 7, 2)
    y = shown(index) + 1000.0
    answer = api.forecast(
        **{"series": series(index, y[:-24]), "tz": BERLIN, "h": 24, "season_length": 1},
        **{"model": "naive", "transform": ["log", {"name": "difference", "lag": 24}], "level": []},
    )
    np.testing.assert_allclose(answer["forecast"]["yhat"], y[-24:])


@both_days
def test_quantiles_under_a_transform_keep_it_too(api: Api, day: str) -> None:
    index = stamps(day, 7, 2)
    y = shown(index) + 1000 + np.random.default_rng(0).normal(size=len(index))
    table = api.forecast(
        **{"series": series(index, y[:-24]), "tz": BERLIN, "h": 24, "season_length": 24},
        **{"model": "ets", "transform": "log", "quantiles": [0.1, 0.5, 0.9], "add_history": True},
    )["forecast"]
    np.testing.assert_allclose(table["yhat_q_0.5"][-24:], y[-24:], atol=8)
    assert (np.diff([table[f"yhat_q_{q}"][-24:] for q in (0.1, 0.5, 0.9)], axis=0) > 0).all()


@both_days
def test_regressors_and_calendar_columns_go_along(api: Api, day: str) -> None:
    index = stamps(day, 14, 2)
    price = np.random.default_rng(0).normal(size=len(index))
    y = shown(index) + 50 * price + np.random.default_rng(1).normal(size=len(index))
    rows = [{**series(index, y[:-24])[0], "price": list(price[:-24])}]
    future = {"ds": written(index[-24:]), "price": list(price[-24:])}
    answer = api.forecast(
        **{"series": rows, "future": [future], "tz": BERLIN, "h": 24, "season_length": 24},
        **{
            "model": {"name": "fourier_arima", "harmonics": 10},
            "calendar": ["weekend"],
            "level": [],
        },
    )
    found = np.corrcoef(answer["forecast"]["yhat"], y[-24:])[0, 1]
    assert found > 0.98


@both_days
def test_days_stay_as_they_are(api: Api, day: str) -> None:
    index = stamps(day, 28, 14, "D")
    y = 10.0 * index.dayofweek
    asked = {"h": 14, "model": "seasonal_naive", "season_length": 7}
    rows = series(index, y[:-14])
    zoned, plain = (
        api.forecast(series=rows, **asked, **tz)["forecast"] for tz in ({"tz": BERLIN}, {})
    )
    np.testing.assert_allclose(zoned.pop("yhat"), y[-14:])
    assert zoned.pop("ds") == written(index[-14:])
    assert {name: plain[name] for name in zoned} == zoned


@pytest.mark.parametrize("tz", ["UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("model", ["auto", "ets"])
def test_a_clock_that_never_changes_changes_nothing(api: Api, tz: str, model: str) -> None:
    index = stamps(DAYS["spring"], 10, 2)
    noise = np.random.default_rng(0).normal(size=len(index))
    rows = series(index, shown(index) + noise)
    asked = {"series": rows, "h": 30, "model": model, "add_history": True}
    zoned, plain = (api.forecast(**asked, **zone)["forecast"] for zone in ({"tz": tz}, {}))
    assert zoned.pop("ds") != plain.pop("ds")
    assert zoned == plain


@pytest.mark.parametrize("start", ["2024-03-31", "2024-09-29"])
@pytest.mark.parametrize(("alias", "per_day"), [("h", 24), ("30min", 48), ("15min", 96)])
def test_half_an_hour_in_the_south(api: Api, start: str, alias: str, per_day: int) -> None:
    index = pd.date_range(start, periods=10 * per_day, freq=alias, tz="Australia/Lord_Howe")
    y = shown(index)
    answer = api.forecast(
        **{"series": series(index, y[: 7 * per_day]), "tz": "Australia/Lord_Howe", "level": []},
        **{"h": 3 * per_day, "model": "seasonal_naive", "season_length": per_day},
    )
    assert answer["forecast"]["ds"] == written(index[7 * per_day :])
    worst = 5.1 if alias == "h" else 1e-9  # hours cannot follow half an hour
    off = np.abs(np.array(answer["forecast"]["yhat"]) - y[7 * per_day :])
    assert np.minimum(off, 240 - off).max() <= worst


@both_days
@both_grids
@pytest.mark.parametrize("causal", [False, True])
def test_detection_has_a_verdict_for_every_row_and_no_false_alarm(
    api: Api, day: str, alias: str, per_day: int, causal: bool
) -> None:
    index = stamps(day, 10, 4, alias)
    y = shown(index)
    answer = api.detect(series=series(index, y), tz=BERLIN, season_length=per_day, causal=causal)
    table = answer["detection"]
    assert (table["ds"], table["y"]) == (written(index), y.tolist())
    later = index >= pd.Timestamp(day, tz=BERLIN)
    assert not np.array(table["is_anomaly"])[later].any()
    assert all(score is not None for score in np.array(table["score"])[later])
    np.testing.assert_allclose(np.array(table["yhat"])[later].astype(float), y[later], atol=1)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("row", [0, 1])
def test_both_showings_of_an_hour_are_judged(api: Api, causal: bool, row: int) -> None:
    index = stamps(DAYS["autumn"], 10, 2)
    y = 100 + shown(index) + np.random.default_rng(0).normal(size=len(index))
    twice = np.flatnonzero(index.strftime("%m-%d %H") == "10-27 02")
    y[twice[row]] += 100
    answer = api.detect(
        **{"series": series(index, y), "tz": BERLIN, "season_length": 24, "level": 99.99},
        **{"causal": causal, "transform": "log"},
    )
    table = answer["detection"]
    flagged = np.flatnonzero(table["is_anomaly"])
    assert flagged[flagged >= 240].tolist() == [twice[row]]
    assert table["yhat"][twice[0]] == table["yhat"][twice[1]]
    assert table["direction"][twice[row]] == "above"


@both_days
@pytest.mark.parametrize("method", ["auto", "stl", "mstl", "classical", "hp"])
@pytest.mark.parametrize("transform", [None, "log1p"])
def test_every_row_has_parts_that_give_it_back(
    api: Api, day: str, method: str, transform: str | None
) -> None:
    index = stamps(day, 14, 7)
    y = shown(index) + np.random.default_rng(0).uniform(size=len(index))
    body = {"series": series(index, y), "tz": BERLIN, "method": method, "transform": transform}
    table = answered(api.post("/v1/decompose", body))["decomposition"]
    assert (table["ds"], table["y"]) == (written(index), y.tolist())
    parts = [table[name] for name in ("trend", "seasonal", "cycle", "residual")]
    parts = [part for part in parts if any(value is not None for value in part)]
    together = np.sum(np.array(parts, dtype=float), axis=0)
    known = np.isfinite(together)
    assert known.sum() >= len(index) - 24
    np.testing.assert_allclose(together[known], y[known])
    if method == "stl" and transform is None:
        seasonal = np.array(table["seasonal"])
        at_two = seasonal[index.hour == 2]
        assert np.ptp(at_two) < 2


@both_days
@both_grids
@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize("model", ["seasonal_naive", "ets"])
def test_backtests_keep_the_wall_clock_at_every_cutoff(
    api: Api, day: str, alias: str, per_day: int, refit: bool, model: str
) -> None:
    hours = per_day // 24
    index = stamps(day, 5, 1, alias)[: 125 * hours]
    y = shown(index)
    body = {
        **{"series": series(index, y), "tz": BERLIN, "season_length": per_day, "refit": refit},
        **{"models": [model], "h": 3 * hours, "n_windows": 7, "step_size": hours, "level": [80]},
    }
    table = answered(api.post("/v1/backtest", body))["forecast"]
    np.testing.assert_allclose(table[f"yhat_{model}"], table["y"], atol=0.1)
    assert table["ds"][-3 * hours :] == written(index[-3 * hours :])


@both_days
def test_a_backtest_says_what_a_forecast_would_have_said(api: Api, day: str) -> None:
    index = stamps(day, 6, 2)
    y = shown(index) + np.random.default_rng(0).normal(size=len(index))
    asked = {"tz": BERLIN, "season_length": 24, "h": 6}
    body = {"series": series(index, y), **asked, "models": ["theta"]}
    body |= {"n_windows": 48, "step_size": 1}
    tested = answered(api.post("/v1/backtest", body))["forecast"]
    for number, size in enumerate(range(len(index) - 6 - 47, len(index) - 5)):
        if number % 5 == 0:
            ahead = api.forecast(series=series(index, y[:size]), **asked, model="theta")["forecast"]
            of_window = slice(6 * number, 6 * number + 6)
            for name in ("", "_lo_80", "_hi_95"):
                assert tested[f"yhat_theta{name}"][of_window] == ahead[f"yhat{name}"], index[size]


@both_days
def test_profiles_and_changes_see_one_season_and_no_change(api: Api, day: str) -> None:
    index = stamps(day, 14, 14)
    y = shown(index) + np.random.default_rng(0).normal(size=len(index))
    body = {"series": series(index, y), "tz": BERLIN}
    [profile] = [one["profile"] for one in answered(api.post("/v1/profile", body))["series"]]
    assert (profile["length"], profile["observed"]) == (len(index), len(index))
    assert profile["values"]["mean"] == pytest.approx(y.mean())
    [season] = profile["strengths"]["seasons"]
    assert (season["season_length"], season["strength"] > 0.9995) == (24, True)
    assert answered(api.post("/v1/changepoints", body))["changes"]["ds"] == []


@both_days
def test_a_change_of_level_is_told_at_its_row(api: Api, day: str) -> None:
    index = stamps(day, 14, 14)
    later = index >= pd.Timestamp(day, tz=BERLIN) + pd.Timedelta("3D")
    y = shown(index) + np.random.default_rng(0).normal(size=len(index)) + 30 * later
    body = {"series": series(index, y), "tz": BERLIN, "kinds": ["level"]}
    changes = answered(api.post("/v1/changepoints", body))["changes"]
    assert changes["ds"] == written(index[later][:1])
    assert changes["index"] == [int(later.argmax())]


@both_days
def test_a_gap_is_filled_beside_the_season_of_the_clock(api: Api, day: str) -> None:
    index = stamps(day, 7, 4)
    y = shown(index)
    gap = slice(len(index) - 60, len(index) - 30)
    sent = [None if gap.start <= i < gap.stop else value for i, value in enumerate(y)]
    body = {"series": series(index, sent), "tz": BERLIN, "season_length": 24, "missing": "seasonal"}
    table = api.forecast(**body, h=1, model="naive", add_history=True)["forecast"]
    np.testing.assert_allclose(table["yhat"][1:-1], y[:-1], atol=0.1)


def test_a_time_that_never_was_beside_the_one_it_becomes_is_explained(api: Api) -> None:
    ds = ["2024-03-31T01:00", "2024-03-31T02:00", "2024-03-31T03:00"]
    body = {"series": [{"ds": ds, "y": [1, 2, 3]}], "tz": BERLIN, "h": 1, "model": "naive"}
    [error] = api.refused("/v1/forecast", body).errors
    assert "2024-03-31T02:00:00 does not exist in Europe/Berlin" in error["message"]
    assert "read as 2024-03-31T03:00:00+02:00" in error["message"]
    assert "duplicates" in error["hint"]
    assert error["ds"] == "2024-03-31T02:00:00"
    table = api.forecast(**body, duplicates="mean", freq="h")["forecast"]
    assert (table["ds"], table["yhat"]) == (["2024-03-31T04:00:00+02:00"], [2.5])
