"""Where work runs: little of it in the server's process, networks never."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from app.services.plans import unit_of_detector
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, cost_of, detect_many
from tests.models.build import series_of

SMALL = {"epochs": 1, "hidden": 1, "epoch_windows": 1}


@pytest.mark.parametrize(
    ("name", "params", "here"),
    [
        ("band", {}, True),
        ("prediction_interval", {"forecaster": "ewma"}, True),
        ("autoencoder", SMALL, False),
        ("lstm_residual", SMALL, False),
        ("prediction_interval", {"forecaster": {"name": "mlp", "params": {"epochs": 1}}}, False),
    ],
)
def test_the_server_s_process_runs_no_network(name: str, params: Any, here: bool) -> None:
    task = DetectTask(ModelSpec(name, params))
    series = [series_of(np.arange(30.0) % 7)]
    unit = unit_of_detector(detect_many, task, task, series, partial(cost_of, task))
    assert unit.in_place is here
    assert unit.costs.on_gpu is task.make().uses_gpu
