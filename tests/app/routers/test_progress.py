"""``GET /v1/progress/{request_id}``: how far a request is while it is worked on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from tests.app.helpers import Api, answered
from tests.waiting import until

Y = (np.sin(np.arange(400.0) * 2 * np.pi / 7) + 5).tolist()
TRAINING = {"name": "lstm", "epochs": 60, "patience": 60, "hidden": 16, "learning_rate": 1e-5}


def test_a_training_tells_of_its_rounds_while_it_goes_on(api: Api) -> None:
    told: list[dict[str, Any]] = []

    def further() -> bool:
        told.append(answered(api.client.get("/v1/progress/mine")))
        return len({one["epoch"] for one in told if one["epoch"]}) > 2

    body = {"y": Y, "h": 5, "season_length": 7, "model": TRAINING}
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(api.post, "/v1/forecast", body, x_request_id="mine")
        until(further, "three different rounds")
        answer = answered(asked.result())
    known = [one for one in told if one["epoch"]]
    last, details = known[-1], answer["series"][0]["model"]["details"]
    assert {(one["request_id"], one["state"], one["total"]) for one in known} == {
        ("mine", "running", 1)
    }
    assert [one["progress"] for one in known] == sorted(one["progress"] for one in known)
    assert 0 < last["progress"] < 1
    assert last["eta_s"] > 0
    assert abs(last["validation_loss"] - details["validation_loss"][last["epoch"]]) < 1e-3
    assert abs(last["loss"] - details["training_loss"][last["epoch"]]) < 1e-3


def test_nothing_is_known_of_a_request_that_is_over_or_never_came(api: Api) -> None:
    answered(api.post("/v1/forecast", {"y": [1, 2, 3], "h": 2, "model": "naive"}, x_request_id="a"))
    for name in ("a", "never"):
        told = answered(api.client.get(f"/v1/progress/{name}"))
        assert told == {**dict.fromkeys(told), "request_id": name, "state": "unknown"}
        assert "progress" in told


def test_what_is_no_id_is_refused(api: Api) -> None:
    assert api.client.get(f"/v1/progress/{'a' * 65}").status_code == 422
