"""Series that cannot be read are told in words that fit what is wrong with them."""

from typing import Any

import pytest

from tests.app.helpers import Api, answered

FORECAST = "/v1/forecast"
DAYS = [f"2024-01-{day:02d}" for day in range(1, 5)]
Y = [1.0, 2.0, 3.0, 5.0]


@pytest.mark.parametrize("wrong", [None, 1.5, ["2024-01-01"], True])
@pytest.mark.parametrize("shape", ["single", "compact", "columns"])
def test_a_wrong_timestamp_comes_with_a_hint_about_timestamps(
    api: Api, wrong: Any, shape: str
) -> None:
    one = {"ds": [DAYS[0], wrong, *DAYS[2:]], "y": Y}
    body = one if shape == "single" else {"series": one if shape == "columns" else [one]}
    refusal = api.refused(FORECAST, {**body, "h": 1})
    assert refusal.pointer is not None
    assert refusal.pointer.endswith("/ds/1")
    assert "ISO 8601" in refusal.first["hint"]


def test_so_does_one_in_a_row(api: Api) -> None:
    rows = [{"ds": None, "y": 1.0}, {"ds": DAYS[1], "y": 2.0}]
    refusal = api.refused(FORECAST, {"series": rows, "h": 1})
    assert refusal.pointer == "/series/0/ds"
    assert "ISO 8601" in refusal.first["hint"]


def test_a_wrong_name_comes_with_a_hint_about_names(api: Api) -> None:
    refusal = api.refused(FORECAST, {"y": Y, "unique_id": 1.5, "h": 1})
    assert (refusal.pointer, refusal.first["hint"]) == ("/unique_id", "send text or an integer")


@pytest.mark.parametrize(
    "body",
    [
        rb'{"y":[1,2],"h":1,"model":"\ud800"}',
        rb'{"y":[1,2],"h":1,"model":"\ud800\u0041"}',
        rb'{"y":[1,2],"h":1,"\udc00":1}',
        rb'{"series":[{"unique_id":"\ud83d","y":[1,2]}],"h":1}',
    ],
)
def test_half_a_character_is_told_as_such(api: Api, body: bytes) -> None:
    refusal = api.refused(FORECAST, body)
    assert (refusal.status, refusal.code) == (400, "malformed_body")
    assert "half of a character" in refusal.first["message"]


def test_a_whole_pair_is_a_character(api: Api) -> None:
    body = rb'{"series":[{"unique_id":"\ud83d\ude00","y":[1,2]}],"h":1,"model":"naive"}'
    assert answered(api.post(FORECAST, body))["forecast"]["unique_id"] == ["😀"]


@pytest.mark.parametrize("extra", [{}, {"price": Y}])
def test_start_beside_timestamps_is_refused(api: Api, extra: dict[str, Any]) -> None:
    one = {"y": Y, "ds": DAYS, "start": "2023-01-01", **extra}
    refusal = api.refused(FORECAST, {"series": [one], "h": 1, "freq": "D"})
    assert (refusal.status, refusal.pointer) == (422, "/series/0/start")
    assert "send one of them" in refusal.first["hint"]


def test_null_for_a_part_is_as_if_left_out(api: Api) -> None:
    nulls = dict.fromkeys(("series", "future", "unique_id", "ds", "start"))
    plain = api.forecast(y=Y, h=1, model="naive")
    assert api.forecast(y=Y, h=1, model="naive", **nulls)["forecast"] == plain["forecast"]


@pytest.mark.parametrize("freq", ["MS", "P1M", "monthly"])
def test_a_step_is_quoted_as_it_was_sent(api: Api, freq: str) -> None:
    answer = api.forecast(y=Y, start="2024-01-31", freq=freq, h=1, model="naive")
    [warning] = answer["warnings"]
    assert warning["message"].startswith(f"freq '{freq}' was asked for, but")


def test_distances_of_time_are_written_for_people(api: Api) -> None:
    stamps = ["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-19", "2024-05-20"]
    refusal = api.refused(FORECAST, {"y": [*Y, 8], "ds": stamps, "h": 1})
    assert refusal.code == "frequency_unknown"
    assert "the shortest is 1 day, the longest 122 days" in refusal.first["message"]
