"""Both days on which the clocks change in Berlin: seasons are counted in the zone that was asked for."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.app.helpers import Api

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
