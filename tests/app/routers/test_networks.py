"""Networks through the service, in a worker process."""

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
