"""Backtests of detectors: labelled anomalies in, scores, a ranking and a threshold out."""

from typing import Any

import numpy as np
import pytest

from models.evaluation.detection import usual_window, vus_pr
from tests.app.helpers import Api, answered

BACKTEST, DETECT = "/v1/backtest", "/v1/detect"
PLACES = (60, 61, 62, 120, 150)


def noise(seed: int = 0, size: float = 8.0) -> list[float]:
    y = np.random.default_rng(seed).normal(size=200) + 100
    y[[*PLACES]] += size
    return [float(value) for value in y]


def flags() -> list[int]:
    return [int(i in PLACES) for i in range(200)]


def judge(api: Api, **body: Any) -> dict[str, Any]:
    return answered(api.post(BACKTEST, body))


def rows(answer: dict[str, Any], unique_id: str | None) -> dict[str, dict[str, Any]]:
    scores = answer["scores"]
    return {
        scores["detector"][i]: {name: values[i] for name, values in scores.items()}
        for i in range(len(scores["detector"]))
        if scores["unique_id"][i] == unique_id
    }


def test_flags_in_a_column_score_detectors_and_rank_them(api: Api) -> None:
    series = [{"unique_id": "a", "y": noise(), "bad": flags()}]
    answer = judge(api, series=series, labels="bad", detectors=["band", "differences"])
    table = answer["detection"]
    assert [*table] == ["unique_id", "ds", "y", "label", "score_band", "score_differences"]
    assert np.flatnonzero(table["label"]).tolist() == [*PLACES]
    best = rows(answer, None)["band"]
    assert (best["n_points"], best["n_anomalies"], best["n_events"]) == (200, 5, 3)
    assert best["auc_pr"] == best["best_f1"] == best["f1"] == best["event_recall"] == 1.0
    assert (best["precision"], best["recall"], best["false_alarms"]) == (1.0, 1.0, 0)
    assert best["nab"] == pytest.approx(100.0)
    assert best["vus_pr"] > rows(answer, None)["differences"]["vus_pr"]
    assert [one["detector"] for one in answer["ranking"]] == ["band", "differences"]
    assert [one["rank"] for one in answer["ranking"]] == [1, 2]
    assert (answer["winner"], answer["rank_by"]) == ("band", "vus_pr")
    assert answer["threshold"] == answer["ranking"][0]["threshold"] == best["threshold"]
    assert {one["column"] for one in answer["series"]} == {"score_band", "score_differences"}
    assert not [one for one in answer["warnings"] if one["code"] == "exogenous_unused"]


def test_the_threshold_is_the_one_to_send(api: Api) -> None:
    y = noise(size=4.2)
    answer = judge(api, series=[{"y": y, "bad": flags()}], labels="bad", detectors=["band"])
    found = answered(api.post(DETECT, {"y": y, "detector": "band"}))["detection"]
    assert found["score"] == answer["detection"]["score_band"]
    threshold = answer["threshold"]
    again = answered(api.post(DETECT, {"y": y, "detector": "band", "threshold": threshold}))
    table, label = again["detection"], np.array(flags(), dtype=bool)
    flagged = np.array(table["is_anomaly"])
    f1 = 2 * (flagged & label).sum() / (flagged.sum() + label.sum())
    assert f1 == pytest.approx(rows(answer, None)["band"]["best_f1"])
    np.testing.assert_allclose(table["score"], np.array(found["score"]) / threshold)
    wider = np.array(table["yhat_upper"]) - np.array(table["yhat"])
    was = np.array(found["yhat_upper"]) - np.array(found["yhat"])
    np.testing.assert_allclose(wider, threshold * was)


def test_missing_values_keep_their_place_beside_anomalies(api: Api) -> None:
    y: list[float | None] = [*noise(size=3.0)]
    for missing in (61, *range(110, 119), *range(123, 130)):
        y[missing] = None
    series = [{"y": y, "bad": flags()}]
    answer = judge(api, series=series, labels="bad", detectors=["band"])
    table = answer["detection"]
    values, score = (np.array(table[one], dtype=float) for one in ("y", "score_band"))
    label = np.array(table["label"]) & np.isfinite(values)
    volume = vus_pr(label, score, usual_window(values))
    assert rows(answer, None)["band"]["vus_pr"] == pytest.approx(volume)


def test_stretches_of_several_series_are_one_comparison(api: Api) -> None:
    series = [
        {"unique_id": "a", "start": "2024-01-01", "freq": "h", "y": noise()},
        {"unique_id": "b", "y": noise(1)},
        {"unique_id": "clean", "y": noise(2, 0.0)},
    ]
    labels = [
        {"unique_id": "a", "start": "2024-01-03T12:00", "end": "2024-01-03T14:00"},
        {"unique_id": "b", "start": 60, "end": 62},
        {"unique_id": "b", "start": 120},
    ]
    answer = judge(api, series=series, labels=labels, detectors=["band"])
    label = np.array(answer["detection"]["label"]).reshape(3, 200)
    assert [np.flatnonzero(one).tolist() for one in label] == [[60, 61, 62], [60, 61, 62, 120], []]
    assert rows(answer, "clean")["band"]["auc_pr"] is None
    assert rows(answer, "clean")["band"]["threshold"] is None
    assert rows(answer, None)["band"]["n_events"] == 3
    each = [rows(answer, name)["band"]["auc_pr"] for name in ("a", "b")]
    assert rows(answer, None)["band"]["auc_pr"] == pytest.approx(np.mean(each))


def test_every_option_has_its_effect(api: Api) -> None:
    body = {"series": [{"y": noise(), "bad": flags()}], "labels": "bad"}
    usual = judge(api, **body, detectors=["rolling_band"])
    causal = judge(api, **body, detectors=["rolling_band"], causal=True)
    assert causal["detection"]["score_rolling_band"][0] is None
    wide = judge(api, **body, detectors=["rolling_band"], level=99.99)
    assert wide["threshold"] < usual["threshold"]
    two = judge(api, **body, detectors=["band", {"name": "band", "center": "mean"}])
    assert [*two["detection"]][-2:] == ["score_band", "score_band_2"]
    by = judge(api, **body, detectors=["band", "differences"], rank_by="nab")
    assert by["ranking"][0]["score"] == rows(by, None)["band"]["nab"]
    assert by["rank_by"] == "nab"
    hard = {**body, "series": [{"y": noise(size=2.5), "bad": flags()}]}
    f1, nab = (judge(api, **hard, detectors=["band"], threshold_by=how) for how in ("f1", "nab"))
    assert f1["threshold"] != nab["threshold"]
    assert rows(f1, None)["band"]["f1"] >= rows(nab, None)["band"]["f1"]


def test_without_a_detector_the_server_chooses(api: Api) -> None:
    answer = judge(api, series=[{"y": noise(), "bad": flags()}], labels="bad")
    assert answer["winner"] == "auto"
    assert answer["ranking"][0]["score"] > 0.5


def test_what_is_missing_is_not_scored(api: Api) -> None:
    y: list[float | None] = [*noise()]
    y[60] = None
    answer = judge(api, series=[{"y": y, "bad": flags()}], labels="bad", detectors=["band"])
    assert rows(answer, None)["band"]["n_anomalies"] == 4
    assert answer["detection"]["score_band"][60] is None


def test_a_series_without_the_column_fails_alone(api: Api) -> None:
    series = [{"unique_id": "a", "y": noise(), "bad": flags()}, {"unique_id": "b", "y": noise()}]
    answer = judge(api, series=series, labels="bad", detectors=["band"])
    assert [one["unique_id"] for one in answer["errors"]] == ["b"]
    assert "no column 'bad'" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("options", "pointer", "message"),
    [
        ({"labels": []}, "/labels", "no observed point is labelled"),
        ({"labels": [{"start": 500}]}, "/labels", "no observed point is labelled"),
        ({"labels": [{"end": 5}]}, "/labels/0/start", "required"),
        ({"labels": [{"start": 5, "until": 6}]}, "/labels/0/until", "unknown parameter"),
        ({"labels": 5}, "/labels", "labels must be"),
        ({"detectors": []}, "/detectors", "1 or more"),
        ({"detectors": ["bnad"]}, "/detectors/0", "unknown detector 'bnad'"),
        ({"detectors": ["band"], "causal": True}, "/causal", "cannot be causal"),
        ({"rank_by": "mase"}, "/rank_by", "must be one of"),
        ({"threshold_by": "eye"}, "/threshold_by", "must be one of"),
        ({"level": 0.99}, "/level", "in percent"),
        ({"h": 3}, "/h", "unknown parameter 'h'"),
    ],
)
def test_bad_options_are_named(
    api: Api, options: dict[str, Any], pointer: str, message: str
) -> None:
    body = {"y": noise(), "labels": [{"start": 60}], **options}
    refusal = api.refused(BACKTEST, body)
    assert refusal.status == 422
    assert refusal.pointer == pointer
    assert message in refusal.first["message"]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ({"start": "2024-01-01"}, "unlike the times of its series"),
        ({"start": 9, "end": 3}, "ends before it starts"),
        ({"start": "soon"}, "soon"),
    ],
)
def test_labels_that_cannot_be_are_errors_of_their_series(
    api: Api, label: dict[str, Any], message: str
) -> None:
    refusal = api.refused(BACKTEST, {"y": noise(), "labels": [label], "detectors": ["band"]})
    assert refusal.status == 422
    assert message in refusal.first["message"]


def test_forecasts_are_backtested_as_before(api: Api) -> None:
    answer = answered(api.post(BACKTEST, {"y": noise(), "h": 3, "model": "naive"}))
    assert answer["scores"]["model"] == ["naive", "naive"]


def test_detectors_without_labels_are_asked_for_these(api: Api) -> None:
    refusal = api.refused(BACKTEST, {"y": noise(), "detectors": ["band"]})
    assert refusal.first["message"] == "labels is required"
