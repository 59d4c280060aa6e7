"""Every causal detector goes on in a fresh process as if it had stayed, wherever the stream is cut."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import registry
from models.decisions.rules import Rules
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.tasks.task import TaskOptions
from models.tasks.watch import Watch
from tests.models.build import series_of

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
SEASON = 12
CUTS = (1, 30, 71, 120)
DETECTORS = registry.registered("detector").items()
CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name, kind in DETECTORS if kind.capabilities()["causal"]),
    ("rolling_band", {"center": "mean", "window": 20}),
    ("prediction_interval", {"forecaster": "naive", "refit_every": 25}),
    ("prediction_interval", {"forecaster": "ewma", "memory": 40, "season_length": SEASON}),
    ("prediction_interval", {"forecaster": "ewma", "steps_ahead": 3, "refit_every": 30}),
]


def wave() -> np.ndarray:
    t = np.arange(150)
    y = 50.0 + 5.0 * np.sin(2 * np.pi * t / SEASON) + np.random.default_rng(4).normal(size=150)
    y[[60, 61, 100, 140]] += 25.0
    y[[20, 72, 125]] = np.nan
    return y


def task_of(number: int) -> DetectTask:
    rules = Rules(min_consecutive=2, max_anomaly_ratio=0.2, level=98.0, suppress_for=3)
    return DetectTask(
        ModelSpec(*CASES[number]), rules, causal=True, options=TaskOptions(transform="log")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where a fresh process wrote how it judged the points after those seen here."""
    folder = tmp_path_factory.mktemp("watches")
    series = series_of(wave(), SEASON)
    for number in range(len(CASES)):
        for cut in CUTS:
            watch = Watch.begin(task_of(number), series.head(cut))
            (folder / f"{number}-{cut}.state").write_bytes(watch.state().to_bytes())
            np.save(folder / f"{number}-{cut}.npy", series.y_observed[cut:])
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "tests.contracts.verdicts", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})
    return folder


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n][0]}")
def test_verdicts_in_a_fresh_process_are_those_of_a_replay(folder: Path, number: int) -> None:
    [outcome] = detect_many(task_of(number), [series_of(wave(), SEASON)])
    assert outcome.result is not None, outcome.error
    looks_for_spikes = registry.find("detector", CASES[number][0]).judges != "changes"
    assert np.nanmax(outcome.result.score) > 1.0 or not looks_for_spikes
    for cut in CUTS:
        size = (folder / f"{number}-{cut}.state").stat().st_size
        print(f"{CASES[number]} after {cut} points: {size / 1024:.1f} kB")
        with np.load(folder / f"{number}-{cut}.npz") as found:
            for name, values in found.items():
                replayed = getattr(outcome.result, name)
                if replayed is not None:
                    np.testing.assert_array_equal(values, replayed[cut:])
