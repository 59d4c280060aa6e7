"""Writes ``detection_scores.json``: labels, scores and what a reference module makes of them.

Run with the path of a module that has ``average_precision``, ``best_f1``, ``vus_pr``, ``period_window`` and
``nab_score`` (numpy and pandas only): ``python tests/golden/make_detection_scores.py PATH``.
"""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PLACE = Path(__file__).with_name("detection_scores.json")


def cases() -> list[dict[str, Any]]:
    """Waves with stretches of anomalies of several lengths, and scores with ties."""
    random, made = np.random.default_rng(7), []
    for size, period, runs in (
        (120, 12, [(30, 1), (70, 6)]),
        (400, 24, [(90, 20), (118, 5), (399, 1)]),
    ):
        y = np.sin(2 * np.pi * np.arange(size) / period) + random.normal(size=size) / 3
        labels = np.zeros(size, dtype=int)
        for start, length in runs:
            labels[start : start + length] = 1
        for strength in (0.0, 1.5, 6.0):
            scores = np.round(random.gamma(2.0, size=size) + strength * labels, 1)
            made.append(
                {"y": y.round(4).tolist(), "labels": labels.tolist(), "scores": scores.tolist()}
            )
    return made


def main(path: str) -> None:
    """Write the file."""
    spec = spec_from_file_location("reference", path)
    assert spec is not None
    assert spec.loader is not None
    reference = module_from_spec(spec)
    spec.loader.exec_module(reference)
    made, files = cases(), []
    for case in made:
        labels, scores = np.array(case["labels"]), np.array(case["scores"])
        window = reference.period_window(case["y"])
        case["window"] = window
        case["auc_pr"] = reference.average_precision(labels, scores)
        case["best_f1"] = reference.best_f1(labels, scores)
        case["vus_pr"] = reference.vus_pr(labels, scores, window)
        times = pd.date_range("2024-01-01", periods=len(labels), freq="h")
        steps = np.diff(np.concatenate([[0], labels, [0]]))
        ends = zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1, strict=True)
        files.append((times, scores, [(times[a], times[b]) for a, b in ends]))
        case["nab"] = reference.nab_score(files[-1:])
    corpus = reference.nab_score(files)
    PLACE.write_text(json.dumps({"cases": made, "nab": corpus}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
