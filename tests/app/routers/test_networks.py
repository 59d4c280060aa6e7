"""Networks through the service, in a worker process."""

from time import monotonic

import numpy as np

from tests.app.helpers import Api

T = np.arange(90.0)
SERIES = [
    {
        "unique_id": name,
        "start": "2024-01-01",
        "freq": "D",
        "y": (level + np.sin(T * 2 * np.pi / 7)).tolist(),
    }
    for name, level in (("a", 10.0), ("b", 500.0))
]
TINY = {"name": "lstm", "epochs": 2, "hidden": 4}


def test_one_network_answers_for_all_series_and_says_how_it_learned(api: Api) -> None:
    answer = api.forecast(series=SERIES, h=5, model=TINY)
    table = answer["forecast"]
    np.testing.assert_allclose(
        table["yhat"][:5], 10 + np.sin(np.arange(90, 95) * 2 * np.pi / 7), atol=1
    )
    np.testing.assert_allclose(
        table["yhat"][5:], 500 + np.sin(np.arange(90, 95) * 2 * np.pi / 7), atol=1
    )
    assert (np.array(table["yhat_lo_95"]) <= np.array(table["yhat_hi_95"])).all()
    for entry in answer["series"]:
        told = entry["model"]["details"]
        assert told["series"] == 2
        assert len(told["training_loss"]) == 3
        assert told["device"] == "cpu"
        assert entry["interval_method"] == "conformal"
    assert answer["device"] == "cpu"


def test_a_training_ends_within_its_time_with_the_best_weights_so_far(api: Api) -> None:
    alone = {"name": "lstm", "residual": False, "highway": False}
    endless = {**alone, "epochs": 10_000, "patience": 10_000, "schedule": "constant"}
    begin = monotonic()
    api.forecast(series=SERIES, h=5, model=TINY)
    seconds = max(8.0, 5.0 * (monotonic() - begin))  # a busy machine needs that only to load torch
    answer = api.forecast(series=SERIES, h=5, model=endless, timeout_s=seconds)
    told = answer["series"][0]["model"]["details"]
    assert told["ending"] == "out of time"
    assert told["best_epoch"] > 0
    assert told["epochs"] == len(told["validation_loss"]) - 1 > 0
    best = told["validation_loss"][told["best_epoch"]]
    # of improvements of a ten-thousandth, the first
    assert best <= min(told["validation_loss"]) * 1.001
    assert "then time ran out" in told["why"]
    assert "training_cut" in {one["code"] for one in answer["warnings"]}


def test_the_same_request_gives_the_same_answer(api: Api) -> None:
    body = {"series": SERIES[:1], "h": 3, "model": TINY, "random_state": 4}
    assert api.forecast(**body)["forecast"] == api.forecast(**body)["forecast"]


def test_a_wrong_param_is_refused_with_what_is_allowed(api: Api) -> None:
    response = api.post(
        "/v1/forecast", {"y": [1, 2, 3], "h": 2, "model": {"name": "lstm", "pooling": "median"}}
    )
    problem = response.json()
    assert response.status_code == 422
    assert "'last', 'max' or 'mean'" in str(problem)
