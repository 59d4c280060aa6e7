"""Score detectors on labelled series through REST: ``make bench-detection ARGS="--data DIR --score FILE"``.

``--slow``: those that train networks, and windows as they come, with some others beside them on every fifth file.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pandas as pd

from bench.options import loaded, published
from bench.report import DETECTORS, markdown, publish, put
from bench.service import running_server
from models import registry
from models.data.series import RawSeries
from models.decisions.rules import Rules
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many

_NAMES = "unique_id", "ds", "y", "label"

NETWORKS = "autoencoder", "lstm_residual", "mc_dropout"
SLOW_WHEN_CAUSAL = "knn_windows", "lof", "matrix_profile", "dbscan", "hdbscan"
BESIDE = "auto", "kmeans_windows", "sub_pca", "prediction_interval", "band"
FIFTH = 5

_Found = np.ndarray[Any, np.dtype[np.float64]] | None
_Judge = Callable[[dict[str, Any], str, bool], _Found]
"""From a file, a name and whether it is causal to the score of each point, None where there is none."""


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with nab.parquet")
    parser.add_argument("--score", type=Path, required=True, help="the file score.py")
    parser.add_argument("--every", type=int, help="take every n-th file only")
    parser.add_argument(
        "--slow", action="store_true", help="the slow ones and some beside them, every fifth file"
    )
    parser.add_argument("--detector", action="append", help="only these; all by default")
    parser.add_argument(
        "--in-process",
        action="store_true",
        help="without HTTP, in processor time, for a machine that is busy",
    )
    asked = parser.parse_args()
    every = asked.every or (FIFTH if asked.slow else 1)
    only = [*NETWORKS, *SLOW_WHEN_CAUSAL, *BESIDE] if asked.slow else asked.detector
    score, files = loaded(asked.score), _files(asked.data, every)
    rows = []
    with _in_process() if asked.in_process else _over_http() as (judge, clock):
        for name, causal in _detectors(only):
            rows.append(_row((judge, clock), score, files, name, causal=causal))
            print(markdown(rows[-1:]).splitlines()[-1], flush=True)
    rows.sort(key=lambda row: -float(str(row["VUS-PR"])))
    table = "detection-slow" if asked.slow else "detection"
    publish(table, markdown(rows), write=asked.write)
    if asked.write:
        put(DETECTORS, table, markdown(rows))


def _files(folder: Path, every: int) -> list[dict[str, Any]]:
    """Return labelled series: values, labels, stamps, step and windows of each."""
    table = pd.read_parquet(folder / "nab.parquet", columns=list(_NAMES))
    windows = json.loads((folder / "nab_windows.json").read_text(encoding="utf-8"))
    steps = pd.read_csv(folder / "nab.meta.csv").set_index("unique_id")["frequency"]
    files = []
    for name, part in list(table.groupby("unique_id", sort=True, observed=True))[::every]:
        spans = [(pd.Timestamp(first), pd.Timestamp(last)) for first, last in windows[name]]
        files.append({"name": name, "part": part, "windows": spans, "freq": steps[name]})
    return files


def _detectors(only: Sequence[str] | None) -> list[tuple[str, bool]]:
    """Return the detectors, each causal too if it can; unless named, those for one column that are not slow."""
    found = []
    for name, kind in registry.registered("detector").items():
        able = [(name, False), (name, True)][: 1 + kind.capabilities()["causal"]]
        if only is not None:
            found += able if name in only else []
        elif name not in NETWORKS and kind.family() != "multivariate":
            found += able[: 1 if name in SLOW_WHEN_CAUSAL else 2]
    return found


@contextmanager
def _over_http() -> Iterator[tuple[_Judge, Callable[[], float]]]:
    """Judge by requests, one by one, in wall time."""
    with running_server(workers="1") as client:
        yield partial(_answered, client), time.perf_counter


@contextmanager
def _in_process() -> Iterator[tuple[_Judge, Callable[[], float]]]:
    """Judge in this process, in processor time."""
    yield _judged, time.process_time


def _row(
    judging: tuple[_Judge, Callable[[], float]],
    score: ModuleType,
    files: Sequence[dict[str, Any]],
    name: str,
    *,
    causal: bool,
) -> dict[str, object]:
    """Return the scores of one detector over all files."""
    vus, precision, judged, points, failed = [], [], [], 0, 0
    judge, clock = judging
    begun = clock()
    answers = [judge(one, name, causal) for one in files]
    took = clock() - begun
    for one, found in zip(files, answers, strict=True):
        part = one["part"]
        y, label = part["y"].to_numpy(float), part["label"].to_numpy()
        failed += found is None
        raw = np.zeros(len(y)) if found is None else np.nan_to_num(found)
        points += len(y)
        judged.append((pd.to_datetime(part["ds"]).to_numpy(), raw, one["windows"]))
        if label.any():
            vus.append(score.vus_pr(label, raw, score.period_window(y)))
            precision.append(score.average_precision(label, raw))
    return {
        "detector": name,
        "causal": "yes" if causal else "",
        "VUS-PR": float(np.mean(vus)),
        "AUC-PR": float(np.mean(precision)),
        "NAB": float(score.nab_score(judged)),
        "µs a point": 1e6 * took / points,
        "failed": failed or None,
    }


def _judged(one: dict[str, Any], name: str, causal: bool) -> _Found:
    part = one["part"]
    raw = RawSeries(
        "file", part["y"].to_numpy(float), start=str(part["ds"].iloc[0]), freq=one["freq"]
    )
    [prepared] = prepare([raw], PreparationOptions())
    if prepared.series is None:
        return None
    [outcome] = detect_many(DetectTask(ModelSpec(name), Rules(), causal), [prepared.series])
    return None if outcome.result is None else outcome.result.score


def _answered(client: httpx.Client, one: dict[str, Any], name: str, causal: bool) -> _Found:
    body = {
        "y": one["part"]["y"].tolist(),
        "start": str(one["part"]["ds"].iloc[0]),
        "freq": one["freq"],
        "detector": name,
        "causal": causal,
        "timeout_s": 300,
    }
    answer = client.post("/v1/detect", json=body)
    if answer.status_code != 200:
        return None
    return np.array(answer.json()["detection"]["score"], dtype=float)


if __name__ == "__main__":
    main()
