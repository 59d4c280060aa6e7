"""Whatever is sent, the answer is a result or a named refusal."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.helpers import Api, Refusal, answered

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 50)
    | st.sampled_from([10**30, -(2**63), 1e308, -1e-308, 0.5, 1e9])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["naive", "auto", "12", "D", "2024-01-01", "Europe/Berlin", "", "é", "\0"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "params", "y", "ds", "lower"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
values = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=12)
stamps = st.lists(
    st.integers(-(10**18), 10**18)
    | st.sampled_from(
        ["2024-01-01", "2024-01-02", "1677-01-01", "2262-05-05", "x", "2024-03-31T02:30"]
    ),
    max_size=12,
)
rows = st.lists(
    st.fixed_dictionaries(
        {"y": scalars}, optional={"ds": scalars, "unique_id": scalars, "price": scalars}
    ),
    max_size=6,
)
tables = st.fixed_dictionaries({"y": values}, optional={"ds": stamps, "price": values})
series = rows | tables | st.lists(tables, max_size=3) | anything
SHARED = [
    *("freq", "season_length", "tz", "missing", "duplicates", "on_error", "timeout_s"),
    *("bounds", "transform", "holidays", "calendar"),
]
options = st.dictionaries(
    st.sampled_from(
        [*SHARED, *("level", "quantiles", "models", "add_history", "interval_method", "params")]
    ),
    anything,
    max_size=3,
)
judging = st.dictionaries(
    st.sampled_from([*SHARED, *("level", "sensitivity", "data_range", "causal", "direction")]),
    anything,
    max_size=3,
)
CALM = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(api: Api, path: str, body: dict[str, Any]) -> None:
    response = api.post(path, json.dumps(body).encode())
    if response.status_code == 200:
        answered(response)
    else:
        assert Refusal(response).status in {400, 413, 422}, body


transforms = st.none() | st.lists(
    st.sampled_from(["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"]),
    max_size=2,
)


@CALM
@given(
    series,
    transforms,
    st.booleans(),
    st.sampled_from(["detect", "decompose", "changepoints", "profile"]),
)
def test_transforms(
    api: Api, series: Any, transform: list[str] | None, bounded: bool, path: str
) -> None:
    bounds = {"bounds": {"lower": 0.5, "upper": 1e6}} if bounded else {}
    check(api, f"/v1/{path}", {"transform": transform, **bounds, "series": series})


@CALM
@given(series, options, st.integers(-1, 4))
def test_forecasts(api: Api, series: Any, options: dict[str, Any], h: int) -> None:
    check(api, "/v1/forecast", {"model": "naive", "h": h, **options, "series": series})


@CALM
@given(series, judging)
def test_detections(api: Api, series: Any, options: dict[str, Any]) -> None:
    check(api, "/v1/detect", {"detector": "band", **options, "series": series})


CUTTING = ["n_windows", "step_size", "mode", "refit", "rank_by", "ensemble"]
cutting = st.dictionaries(
    st.sampled_from(
        [*SHARED, *CUTTING, *("level", "quantiles", "models", "interval_method", "params")]
    ),
    anything,
    max_size=3,
)


@CALM
@given(series, cutting, st.integers(-1, 4), st.integers(0, 4), st.booleans())
def test_backtests(
    api: Api, series: Any, cutting: dict[str, Any], h: int, windows: int, refit: bool
) -> None:
    body = {"models": ["naive", "ses"], "n_windows": windows, "refit": refit, "h": h, **cutting}
    check(api, "/v1/backtest", {**body, "series": series})


examining = st.dictionaries(
    st.sampled_from(
        [*SHARED, *("method", "params", "kinds", "penalty", "sensitivity", "min_size")]
    ),
    anything,
    max_size=2,
)


@CALM
@given(
    series,
    examining,
    st.sampled_from(["decompose", "changepoints", "profile"]),
    st.sampled_from([None, "hp", "stl", "mstl", "classical", "sma", "ewma"]),
)
def test_examinations(
    api: Api, series: Any, examining: dict[str, Any], path: str, method: str | None
) -> None:
    chosen = {"method": method} if method and path == "decompose" else {}
    check(api, f"/v1/{path}", {**chosen, **examining, "series": series})


@CALM
@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(["y", "h", "model"]), anything))
def test_any_object(api: Api, body: dict[str, Any]) -> None:
    check(api, "/v1/forecast", body)


FOUND = [
    ("forecast", {"freq": "99999999999999999999D"}),
    ("forecast", {"series": [{"y": [1, 2, 3], "freq": "99999999999999999999h"}]}),
    ("forecast", {"resample": {"freq": "99999999999999999999MS", "agg": "sum"}}),
    ("forecast", {"tz": "localtime", "freq": "h"}),
    ("detect", {"tz": "posixrules", "freq": "h"}),
    ("forecast", {"tz": "Europe/Berlin", "freq": "ns", "model": "seasonal_naive"}),
    ("backtest", {"models": ["naive"], "quantiles": [1e-300, 0.5], "n_windows": 1}),
    ("detect", {"start": 10**400}),
    ("changepoints", {"freq": "D", "future": [{"ds": []}]}),
    ("detect", {"freq": "D", "detector": {"name": "flat_line", "tolerance": 10**30}}),
    ("forecast", {"model": "naive", "series": [{"ds": 10**400, "y": 1}, {"ds": 1, "y": 2}]}),
]
"""Bodies that other machines found, each once answered with 500."""


@pytest.mark.parametrize(("path", "options"), FOUND)
def test_what_was_found_stays_found(api: Api, path: str, options: dict[str, Any]) -> None:
    ahead = {} if path in ("detect", "changepoints") else {"h": 2}
    series = {} if "series" in options else {"y": [*range(12)], "start": "2020-01-01"}
    check(api, f"/v1/{path}", {**series, **ahead, **options})


@pytest.mark.parametrize("name", ["start", "unique_id", "h", "random_state", "season_length"])
def test_a_number_may_have_however_many_digits(api: Api, name: str) -> None:
    digits = b"1" * 5000
    body = b'{"y":[1,2],"h":1,"model":"naive","%s":%s}' % (name.encode(), digits)
    body = body.replace(b'"h":1,', b"") if name == "h" else body
    assert Refusal(api.post("/v1/forecast", body)).status in {400, 413, 422}


def test_an_option_may_be_nested_however_deep(api: Api) -> None:
    for depth in range(100, 6000, 100):
        nested = "[" * depth + "]" * depth
        response = api.post("/v1/forecast", f'{{"y":[1,2],"h":1,"level":{nested}}}'.encode())
        assert Refusal(response).status in {400, 422}
