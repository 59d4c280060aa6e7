from typing import Any

import numpy as np
import pytest

from tests.app.helpers import Api

DETECT = "/v1/detect"
FLAT = [10.0, 11.0, 10.0, 9.0, 10.0, 11.0, 9.0, 10.0, 11.0, 9.0]
SPIKE = [*FLAT, 60.0, *FLAT, -30.0, *FLAT]
UP, DOWN = 10, 21
COLUMNS = [
    *("unique_id", "ds", "y", "is_anomaly", "score", "severity", "direction"),
    *("yhat", "yhat_lower", "yhat_upper", "reason"),
]


def flagged(answer: dict[str, Any]) -> list[int]:
    return np.flatnonzero(answer["detection"]["is_anomaly"]).tolist()


def test_the_answer_has_everything_that_the_contract_promises(api: Api) -> None:
    answer = api.detect(y=SPIKE, detector="band")
    table = answer["detection"]
    assert list(table) == COLUMNS
    assert {len(column) for column in table.values()} == {len(SPIKE)}
    assert flagged(answer) == [UP, DOWN]
    assert table["y"] == SPIKE
    assert table["ds"] == list(range(len(SPIKE)))
    assert (table["direction"][UP], table["direction"][DOWN]) == ("above", "below")
    assert table["score"][UP] > table["score"][DOWN] > 1 > table["score"][0]
    assert 0 < table["severity"][DOWN] < table["severity"][UP] <= 1
    assert table["yhat_lower"][0] < table["yhat"][0] < table["yhat_upper"][0]
    assert "60" in table["reason"][UP]
    assert [reason is None for reason in table["reason"]] == [
        not anomaly for anomaly in table["is_anomaly"]
    ]
    [entry] = answer["series"]
    assert entry["model"]["name"] == "band"
    assert {"unique_id", "freq", "data_report", "fit_ms"} <= set(entry)
    assert {"warnings", "errors", "random_state", "device", "timing_ms"} <= set(answer)


EVENT_COLUMNS = [
    *("unique_id", "start", "end", "peak", "peak_score", "kind", "n_points", "y", "severity"),
    *("direction", "reason"),
]


def test_neighbouring_flags_are_one_event_with_its_kind(api: Api) -> None:
    plateau = [*FLAT, 60.0, 64.0, 61.0, 62.0, *FLAT, -30.0, *FLAT]
    series = [
        {"unique_id": "a", "start": "2024-01-01", "freq": "D", "y": plateau},
        {"unique_id": "still", "y": FLAT},
        {"unique_id": "b", "y": SPIKE},
    ]
    answer = api.detect(series=series, detector="band")
    events, table = answer["events"], answer["detection"]
    assert list(events) == EVENT_COLUMNS
    assert events["unique_id"] == ["a", "a", "b", "b"]
    assert events["start"] == ["2024-01-11", "2024-01-25", UP, DOWN]
    assert events["end"] == ["2024-01-14", "2024-01-25", UP, DOWN]
    assert events["peak"] == ["2024-01-12", "2024-01-25", UP, DOWN]
    assert events["kind"] == ["level_shift", "dip", "spike", "dip"]
    assert events["n_points"] == [4, 1, 1, 1]
    assert events["y"] == [64.0, -30.0, 60.0, -30.0]
    assert events["direction"] == ["above", "below", "above", "below"]
    assert events["peak_score"][0] == max(score for score in table["score"][:25])
    assert events["reason"][0].startswith(table["reason"][11])
    assert events["reason"][0].endswith(" 4 points are flagged.")
    assert events["reason"][2] == table["reason"][len(plateau) + len(FLAT) + UP]


@pytest.mark.parametrize("causal", [False, True])
def test_a_reason_tells_what_other_days_had_at_that_hour(api: Api, causal: bool) -> None:
    y = (100 + 20 * np.sin(2 * np.pi * np.arange(24 * 10) / 24)).round() + [0, 1] * 120
    y[24 * 7 + 14] = 500
    series = [{"unique_id": "load", "start": "2024-03-01", "freq": "h", "y": y.tolist()}]
    detector = {"name": "prediction_interval", "forecaster": "seasonal_naive"}
    body = {"detector": detector, "season_length": 24, "level": 99.9, "causal": causal}
    answer = api.detect(series=series, **body)
    place = answer["events"]["start"].index("2024-03-08T14:00:00")
    reason = answer["events"]["reason"][place]
    assert answer["detection"]["reason"][24 * 7 + 14] in reason
    assert "times its width" in reason
    days = "the 7 earlier" if causal else "the 9 other"
    assert f"At 14:00 on {days} days without an anomaly then it was 90." in reason


def test_stamps_of_events_are_written_as_in_the_table(api: Api) -> None:
    stamps = [f"2024-01-01T00:00:{i // 2:02d}.{i % 2 * 5}00" for i in range(len(SPIKE))]
    answer = api.detect(series=[{"ds": stamps, "y": SPIKE}], detector="band", freq="500ms")
    assert answer["events"]["start"] == [answer["detection"]["ds"][i] for i in (UP, DOWN)]


def test_zeros_that_stand_for_missing_rows_are_missing_data(api: Api) -> None:
    y = [*(float(value) for value in FLAT * 3), None, None, *FLAT]
    assert api.detect(y=y, detector="band", missing="zero")["events"]["kind"] == ["missing_data"]
    assert api.detect(y=y, detector="band")["events"]["kind"] == []


def test_events_of_a_replay_are_those_of_its_flags(api: Api) -> None:
    body = {"detector": {"name": "rolling_band", "window": 8}, "causal": True}
    answer = api.detect(y=SPIKE, **body)
    assert answer["events"]["start"] == flagged(answer)
    assert answer["events"]["kind"] == ["spike", "dip"]


def test_the_two_planted_anomalies_score_highest_and_say_why(api: Api) -> None:
    t = np.arange(24 * 14)
    y = 100 + 20 * np.sin(2 * np.pi * t / 24) + np.random.default_rng(0).normal(size=t.size)
    y[200] += 30
    y[250] -= 30
    series = [{"unique_id": "load", "start": "2024-03-01", "freq": "h", "y": y.tolist()}]
    table = api.detect(series=series, detector="prediction_interval", season_length=24)["detection"]
    scores = np.array([np.nan if s is None else s for s in table["score"]])
    top = np.argsort(-np.nan_to_num(scores))[:2]
    assert set(top.tolist()) == {200, 250}
    assert "above" in table["reason"][200]
    assert "below" in table["reason"][250]
    assert f"{table['yhat'][200]:.3g}"[:3] in table["reason"][200]


def test_every_point_sent_has_a_row_in_time_order(api: Api) -> None:
    series = [
        {"unique_id": "b", "ds": [3, 1, 2, 5], "y": [1.0, 2.0, 3.0, 4.0]},
        {"unique_id": "a", "ds": ["2024-01-01", "2024-01-02"], "y": [1.0, None]},
    ]
    answer = api.detect(series=series, detector="band")
    table = answer["detection"]
    assert table["unique_id"] == ["b"] * 5 + ["a"] * 2
    assert table["ds"] == [1, 2, 3, 4, 5, "2024-01-01", "2024-01-02"]
    assert table["y"] == [2.0, 3.0, 1.0, None, 4.0, 1.0, None]
    filled = (table["is_anomaly"][3], table["score"][3], table["severity"][3], table["reason"][3])
    assert filled == (False, None, 0.0, None)
    report = answer["series"][0]["data_report"]
    assert (report["sorted"], report["gaps"], report["missing_filled"]) == (True, 1, 1)


def test_a_constant_series_has_no_anomalies_and_a_later_change_is_one(api: Api) -> None:
    still = api.detect(y=[5] * 20, detector="band")
    assert flagged(still) == []
    assert still["warnings"][0]["code"] == "constant_series"
    assert flagged(api.detect(y=[5] * 20 + [6], detector="band")) == [20]


def test_without_a_detector_the_server_chooses(api: Api) -> None:
    assert flagged(api.detect(y=SPIKE)) == [UP, DOWN]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"detector": {"name": "band", "center": "mean"}, "level": 95}, [UP, DOWN]),
        ({"params": {"center": "mean"}, "level": 95}, [UP, DOWN]),
        ({"direction": "above"}, [UP]),
        ({"direction": "below"}, [DOWN]),
        ({"max_anomaly_ratio": 0.04}, [UP]),
        ({"max_anomaly_ratio": 0}, []),
        ({"min_dev": 50.1}, []),
        ({"min_dev": 40}, [UP, DOWN]),
        ({"min_rel_dev": 4.5}, [UP]),
        ({"min_rel_dev": 6}, []),
        ({"min_consecutive": 2}, []),
        ({"detection_size": 12}, [DOWN]),
        ({"data_range": [0, None], "direction": "above"}, [UP, DOWN]),
        ({"threshold": 10}, [UP]),
        ({"threshold": 100}, []),
        ({"suppress_for": DOWN - UP - 1}, [UP, DOWN]),
        ({"suppress_for": DOWN - UP}, [UP]),
        ({"suppress_for": str(DOWN - UP)}, [UP]),
        ({"suppress_for": 30, "data_range": [0, None]}, [UP, DOWN]),
        ({"data_range": {"upper": 50}, "min_dev": 1000}, [UP]),
        ({"data_range": [None, None]}, [UP, DOWN]),
        ({"level": 99.999999999}, [UP, DOWN]),
    ],
)
def test_every_rule_is_obeyed(api: Api, options: dict[str, Any], expected: list[int]) -> None:
    assert flagged(api.detect(y=SPIKE, **{"detector": "band", **options})) == expected


def test_a_silence_after_an_event_may_be_a_duration(api: Api) -> None:
    hourly = {"unique_id": "hourly", "start": "2024-01-01", "freq": "h", "y": SPIKE}
    slower = {"unique_id": "slower", "start": "2024-01-01", "freq": "2h", "y": SPIKE}
    counted = {"unique_id": "counted", "y": SPIKE}
    for causal in ({}, {"causal": True, "detector": {"name": "rolling_band", "window": 8}}):
        body = {"detector": "band", "suppress_for": "PT12H", **causal}
        answer = api.detect(series=[hourly, slower, counted], **body)
        assert [error["unique_id"] for error in answer["errors"]] == ["counted"]
        assert answer["errors"][0]["code"] == "bad_timestamps"
        assert flagged(answer) == [UP, len(SPIKE) + UP, len(SPIKE) + DOWN]


def test_feedback_moves_the_edge_of_its_series(api: Api) -> None:
    days = [f"2024-01-{i % 31 + 1:02d}" if i < 31 else "2024-02-01" for i in range(32)]
    series = [{"unique_id": name, "ds": days, "y": SPIKE} for name in ("a", "b")]
    usual = api.detect(series=series, detector="band")
    say = [{"unique_id": "a", "start": days[DOWN], "is_anomaly": False}]
    answer = api.detect(series=series, detector="band", feedback=say)
    assert flagged(answer) == [UP, len(SPIKE) + UP, len(SPIKE) + DOWN]
    [notice] = [one for one in answer["warnings"] if one["code"] == "threshold_moved"]
    assert notice["unique_id"] == "a"
    edge = 1.01 * usual["detection"]["score"][DOWN]
    assert f"at a score of {edge:.4g}" in notice["message"]
    np.testing.assert_allclose(
        answer["detection"]["score"][UP], usual["detection"]["score"][UP] / edge
    )
    threshold = float(notice["hint"].split()[2])
    again = api.detect(series=series[:1], detector="band", threshold=threshold)
    assert flagged(again) == [UP]


def test_feedback_that_goes_with_the_usual_edge_leaves_it(api: Api) -> None:
    say = [{"start": UP, "is_anomaly": True}]
    [notice] = api.detect(y=SPIKE, detector="band", feedback=say)["warnings"]
    assert notice["message"] == "by 1 label, the edge of normal stays at a score of 1"
    assert notice["hint"] is None


def test_feedback_that_says_more_is_strange_flags_more(api: Api) -> None:
    y = [*(float(v) for v in np.random.default_rng(0).normal(size=200)), 2.4]
    assert 200 not in flagged(api.detect(y=y, detector="band"))
    say = [{"start": 200}]
    assert 200 in flagged(api.detect(y=y, detector="band", feedback=say))
    causal = {"detector": "rolling_band", "causal": True}
    assert 200 not in flagged(api.detect(y=y, **causal))
    answer = api.detect(y=y, **causal, feedback=say)
    assert flagged(answer)[-1] == 200
    assert flagged(answer)[:-1] == flagged(api.detect(y=y, **causal))


def test_feedback_that_says_nothing_is_told(api: Api) -> None:
    say = [{"start": 400}, {"unique_id": "z", "start": 3}]
    answer = api.detect(y=SPIKE, detector="band", feedback=say)
    assert flagged(answer) == [UP, DOWN]
    told = {one["code"]: one["message"] for one in answer["warnings"]}
    assert told["feedback_unused"] == "1 label marks no point that was judged"
    assert "no series 'z'" in told["labels_unused"]


def test_a_higher_sensitivity_flags_more(api: Api) -> None:
    y = np.random.default_rng(0).normal(size=2000).tolist()
    counts = [
        len(flagged(api.detect(y=y, detector="band", sensitivity=s))) for s in (0, 25, 50, 75, 100)
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    level = flagged(api.detect(y=y, detector="band", level=99))
    assert level == flagged(api.detect(y=y, detector="band", sensitivity=50))


def test_causal_verdicts_do_not_know_the_future(api: Api) -> None:
    body = {"detector": "rolling_band", "params": {"window": 8}, "causal": True}
    whole = api.detect(y=SPIKE, **body)["detection"]
    head = api.detect(y=SPIKE[:15], **body)["detection"]
    assert whole["score"][:15] == head["score"]
    assert head["is_anomaly"][UP]


def test_bad_series_leave_the_others_alone_or_fail_or_fall_back(api: Api) -> None:
    series = [{"unique_id": "e", "y": [None]}, {"unique_id": "a", "y": SPIKE}]
    answer = api.detect(series=series, detector="band")
    assert [e["unique_id"] for e in answer["series"]] == ["a"]
    assert [(e["unique_id"], e["code"]) for e in answer["errors"]] == [("e", "no_observations")]
    body = {"series": series, "detector": "band", "on_error": "fail"}
    assert api.refused(DETECT, body).first["unique_id"] == "e"


def test_failing_series_get_the_fallback_if_so_asked(api: Api) -> None:
    series = [{"unique_id": "a", "y": SPIKE}, {"unique_id": "short", "y": [1, 2, 3]}]
    detector = {"name": "prediction_interval", "params": {"forecaster": "holt"}}
    body = {"series": series, "detector": detector}
    partial = api.detect(**body)
    assert [e["unique_id"] for e in partial["errors"]] == ["short"]
    answer = api.detect(**body, on_error="fallback")
    assert {e["unique_id"]: e["model"]["name"] for e in answer["series"]} == {
        "a": "prediction_interval",
        "short": "band",
    }
    assert any(w["code"] == "fallback_used" for w in answer["warnings"])


@pytest.mark.parametrize(
    ("options", "pointer", "message"),
    [
        ({"detector": "bnad"}, "/detector", "unknown detector 'bnad'"),
        ({"detector": {"name": "band", "centre": 1}}, "/detector/centre", "unknown parameter"),
        ({"params": {"center": "mode"}}, "/params/center", "must be one of"),
        ({"level": 100}, "/level", "level must be < 100"),
        ({"level": [90]}, "/level", "level must be a number"),
        ({"sensitivity": 101}, "/sensitivity", "sensitivity must be ≤ 100"),
        ({"sensitivity": 50, "level": 99}, "/sensitivity", "exclude each other"),
        ({"direction": "up"}, "/direction", "must be one of"),
        ({"max_anomaly_ratio": 1.5}, "/max_anomaly_ratio", "≤ 1"),
        ({"min_dev": -1}, "/min_dev", "≥ 0"),
        ({"min_rel_dev": -1}, "/min_rel_dev", "≥ 0"),
        ({"min_consecutive": 0}, "/min_consecutive", "≥ 1"),
        ({"detection_size": 0}, "/detection_size", "≥ 1"),
        ({"suppress_for": -1}, "/suppress_for", "≥ 0"),
        ({"threshold": 0}, "/threshold", "> 0"),
        ({"feedback": [{"end": 1}]}, "/feedback/0/start", "required"),
        (
            {"feedback": [{"start": 1, "is_anomaly": "no"}]},
            "/feedback/0/is_anomaly",
            "true or false",
        ),
        ({"suppress_for": "a while"}, "/suppress_for", "neither a number of points nor a duration"),
        ({"suppress_for": [1]}, "/suppress_for", "an integer or a string"),
        ({"data_range": [1]}, "/data_range", "data_range"),
        ({"data_range": {"low": 1}}, "/data_range/low", "unknown parameter 'low'"),
        ({"causal": True}, "/causal", "cannot be causal"),
        ({"h": 3}, "/h", "unknown parameter 'h'"),
    ],
)
def test_bad_options_are_named(
    api: Api, options: dict[str, Any], pointer: str, message: str
) -> None:
    refusal = api.refused(DETECT, {"y": SPIKE, "detector": "band", **options})
    assert refusal.status == 422
    assert refusal.pointer is not None
    assert refusal.pointer.startswith(pointer)
    assert message in refusal.first["message"]


def test_a_reversed_range_is_refused(api: Api) -> None:
    refusal = api.refused(DETECT, {"y": SPIKE, "detector": "band", "data_range": [2, 1]})
    assert (refusal.status, refusal.code) == (422, "invalid_parameter")
    assert "lower" in refusal.first["message"]


def test_a_replay_that_outlasts_its_budget_is_ended(api: Api) -> None:
    y = (100 + np.random.default_rng(0).normal(size=3000)).tolist()
    detector = {"name": "prediction_interval", "refit_every": 1}
    refusal = api.refused(DETECT, {"y": y, "detector": detector, "causal": True, "timeout_s": 1})
    assert (refusal.status, refusal.code) == (504, "budget_exceeded")


def test_the_usual_fallback_of_a_replay_is_causal(api: Api) -> None:
    series = [
        {"unique_id": "good", "y": [0, 1, 2, 3, 4] * 8},
        {"unique_id": "bad", "y": [-1, *[2, 3] * 20]},
    ]
    answer = api.detect(series=series, causal=True, transform="log1p", on_error="fallback")
    assert {one["unique_id"] for one in answer["series"]} == {"good"}
    assert [one["code"] for one in answer["errors"]] == ["bad_values"]


def test_one_series_is_judged_against_its_peers_in_the_request(api: Api) -> None:
    random = np.random.default_rng(0)
    course = np.cumsum(random.normal(size=60))
    rows = [10.0**i * (course + 0.2 * random.normal(size=60)) for i in range(5)]
    rows[1][40] += 100.0
    series = [{"unique_id": f"s{i}", "y": row.tolist()} for i, row in enumerate(rows)]
    answer = api.detect(series=series, detector="population")
    table = answer["detection"]
    strangest = int(np.argmax(table["score"]))
    assert (table["unique_id"][strangest], table["ds"][strangest]) == ("s1", 40)
    assert "band of its peers" in table["reason"][strangest]
    assert answer["series"][1]["model"]["details"]["peers"] == 4
    refusal = api.refused(DETECT, {"series": series[:3], "detector": "population"})
    assert refusal.status == 422
    assert "3 more series" in refusal.first["hint"]
