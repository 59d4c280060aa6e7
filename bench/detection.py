"""Score detectors on labelled series through REST: ``make bench-detection ARGS="--data DIR --score FILE"``."""

import argparse
import importlib.util
import json
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pandas as pd

from bench.report import markdown, publish
from bench.service import running_server

_NAMES = "unique_id", "ds", "y", "label"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with nab.parquet")
    parser.add_argument("--score", type=Path, required=True, help="the file score.py")
    parser.add_argument("--every", type=int, default=1, help="take every n-th file only")
    parser.add_argument("--detector", action="append", help="only these; all by default")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    asked = parser.parse_args()
    score, files = _scorer(asked.score), _files(asked.data, asked.every)
    rows = []
    with running_server(workers="1") as client:
        for name, causal in _detectors(client, asked.detector):
            rows.append(_row(client, score, files, name, causal=causal))
            print(markdown(rows[-1:]).splitlines()[-1], flush=True)
    rows.sort(key=lambda row: -float(str(row["VUS-PR"])))
    publish("detection", markdown(rows), write=asked.write)


def _scorer(path: Path) -> ModuleType:
    """Return the module with the scores."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


def _detectors(client: httpx.Client, only: Sequence[str] | None) -> list[tuple[str, bool]]:
    """Return the detectors of the catalog, each causal too if it can."""
    catalog = client.get("/v1/catalog").json()["detectors"]
    found = []
    for entry in catalog:
        if only is None or entry["name"] in only:
            found.append((entry["name"], False))
            found += [(entry["name"], True)] * entry["capabilities"]["causal"]
    return found


def _row(
    client: httpx.Client,
    score: ModuleType,
    files: Sequence[dict[str, Any]],
    name: str,
    *,
    causal: bool,
) -> dict[str, object]:
    """Return the scores of one detector over all files."""
    vus, precision, judged, points, failed = [], [], [], 0, 0
    begun = time.perf_counter()
    answers = [_scores(client, one, name, causal=causal) for one in files]
    took = time.perf_counter() - begun
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


def _scores(
    client: httpx.Client, one: dict[str, Any], name: str, *, causal: bool
) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Return the score of each point of a file, None where there is no answer."""
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
