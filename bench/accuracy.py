"""Score models through REST on folders of series: ``make bench-accuracy ARGS="--models auto ets"``.

The folder (``--data`` or BENCH_DATA) holds, per set, ``NAME.parquet`` with unique_id, ds, y and split (train or
test), and ``NAME.meta.csv``. The scorer (``--scorer`` or BENCH_SCORER) is a Python file with the function
``score_forecasts``.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pandas as pd

from bench.options import asked, loaded, scored
from bench.report import markdown, publish
from bench.service import running_server
from bench.sets import FREQ, calendar_of, forecast_sets

BATCH_POINTS = 200_000


def main() -> None:
    options = _options()
    scorer = loaded(options.scorer)
    settings = {"workers": str(options.workers), "timeout_s": "3600", "max_body_bytes": str(2**30)}
    rows: list[dict[str, object]] = []
    with running_server(**settings) as client:
        for one in forecast_sets(options.data, options.sets):
            few, meta = first(one.data, one.meta, options.limit)
            chosen = ended_before(few, meta, options.back), meta
            rows += _score_forecasts(client, scorer, one.name, chosen, options)
    publish("accuracy", markdown(rows), write=options.write)


def _options() -> argparse.Namespace:
    parser = scored(__doc__)
    parser.add_argument(
        "--models", nargs="*", default=["auto", "ets", "holt_winters", "seasonal_naive"]
    )
    parser.add_argument("--sets", nargs="*", help="names of sets; all if left out")
    parser.add_argument("--limit", type=int, help="only that many series of a set, evenly spread")
    parser.add_argument(
        "--back", type=int, default=0, help="leave out the last so many horizons of each series"
    )
    parser.add_argument(
        "--season",
        choices=["detect", "given"],
        default="detect",
        help="whether the season is found from the calendar and the data, or sent",
    )
    parser.add_argument(
        "--no-calendar", action="store_true", help="send values alone, without start and freq"
    )
    parser.add_argument(
        "--regressors",
        action="store_true",
        help="send further columns of a set, their values of the test part included",
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--reference", action="store_true", help="time statsforecast's AutoETS in the same run"
    )
    return asked(parser)


def first(
    data: pd.DataFrame, meta: pd.DataFrame, limit: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return so many series of a set, evenly spread, all of them if ``limit`` is None."""
    if limit is not None and limit < len(meta):
        meta = meta.iloc[np.linspace(0, len(meta) - 1, limit).astype(int)]
    return data[data["unique_id"].isin(meta["unique_id"])], meta


def ended_before(data: pd.DataFrame, meta: pd.DataFrame, back: int) -> pd.DataFrame:
    """Return series without their last so many horizons; the one before those is the test part then."""
    horizon = data["unique_id"].map(meta.set_index("unique_id")["horizon"]).astype(int)
    left = data.groupby("unique_id", observed=True).cumcount(ascending=False) - back * horizon
    cut = data.assign(split=np.where(left < horizon, "test", "train"))
    return cut[left >= 0] if back else data


def _score_forecasts(
    client: httpx.Client,
    scorer: ModuleType,
    name: str,
    chosen: tuple[pd.DataFrame, pd.DataFrame],
    options: argparse.Namespace,
) -> Iterator[dict[str, object]]:
    data, meta = chosen
    train = data[data["split"] == "train"]
    if options.reference:
        yield {"set": name, "model": "AutoETS, called directly", **_reference(train, meta)}
    for model in options.models:
        begin = time.perf_counter()
        table, answers = forecasts(client, data, meta, {"model": model}, options)
        spent = time.perf_counter() - begin
        fit_ms = [one["fit_ms"] for answer in answers for one in answer["series"]]
        scores = scorer.score_forecasts(data, meta, table)
        yield {
            "set": name,
            "model": model,
            **scores,
            "ms/series": float(np.mean(fit_ms)),
            "wall s": spent,
        }


def forecasts(
    client: httpx.Client,
    data: pd.DataFrame,
    meta: pd.DataFrame,
    told: Mapping[str, Any],
    options: argparse.Namespace,
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Forecast every series of a set; those of one frequency and horizon share a request.

    ``told``: what every request says, the model above all. Return the forecasts as the scorer takes
    them, and the answers without their tables.
    """
    train = data[data["split"] == "train"]
    known, future = _regressors(data) if options.regressors else ({}, {})
    values = {uid: part.to_numpy() for uid, part in train.groupby("unique_id", observed=True)["y"]}
    tables, answers = [], []
    for (frequency, horizon, season), group in meta.groupby(
        ["frequency", "horizon", "season_length"]
    ):
        shared = {**told, "h": int(horizon), "level": [80, 95]}
        if options.season == "given":
            shared["season_length"] = int(season)
        start = {row["unique_id"]: calendar_of(row) for _, row in group.iterrows()}
        for ids in _batches(group["unique_id"], values):
            series = [
                {"unique_id": uid, "y": [None if np.isnan(v) else v for v in values[uid].tolist()]}
                | known.get(uid, {})
                | ({} if options.no_calendar else {"start": start[uid], "freq": FREQ[frequency]})
                for uid in ids
            ]
            body = {**shared, "series": series}
            if future:
                body["future"] = [{"unique_id": uid, **future[uid]} for uid in ids]
            answer = _post(client, "/v1/forecast", body)
            tables.append(_as_table(answer.pop("forecast"), ids, values))
            answers.append(answer)
    return pd.concat(tables), answers


def _regressors(data: pd.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the further columns of each series, those of its history and those of its test part."""
    names = [name for name in data.columns if name not in ("unique_id", "ds", "y", "split")]
    if not names:
        return {}, {}
    known, future = (
        {
            uid: {name: part[name].tolist() for name in names}
            for uid, part in data[data["split"] == split].groupby("unique_id", observed=True)
        }
        for split in ("train", "test")
    )
    return known, future


def _as_table(
    columns: Mapping[str, Any], ids: list[str], values: Mapping[str, Any]
) -> pd.DataFrame:
    table = pd.DataFrame(columns).drop(columns="ds")
    table = table.rename(
        columns={
            f"yhat_{side}_{level}": f"{side}-{level}" for side in ("lo", "hi") for level in (80, 95)
        }
    )
    step = table.groupby("unique_id").cumcount() + 1
    table["ds"] = step + table["unique_id"].map({uid: len(values[uid]) for uid in ids})
    return table


def _batches(ids: pd.Series, values: Mapping[str, Any]) -> Iterator[list[str]]:
    batch: list[str] = []
    points = 0
    for uid in ids:
        batch.append(uid)
        points += len(values[uid])
        if points >= BATCH_POINTS:
            yield batch
            batch, points = [], 0
    if batch:
        yield batch


def _reference(train: pd.DataFrame, meta: pd.DataFrame) -> dict[str, object]:
    """Time AutoETS alone on at most 60 series of the set, spread over it, in this process."""
    from statsforecast.models import AutoETS

    values = {uid: part.to_numpy() for uid, part in train.groupby("unique_id", observed=True)["y"]}
    spent = []
    for row in meta.iloc[
        np.linspace(0, len(meta) - 1, min(60, len(meta))).astype(int)
    ].itertuples():
        y = pd.Series(values[row.unique_id]).interpolate(limit_direction="both").to_numpy()
        begin = time.perf_counter()
        AutoETS(season_length=row.season_length).forecast(y, h=row.horizon, level=[80, 95])
        spent.append((time.perf_counter() - begin) * 1e3)
    empty = dict.fromkeys(["n", "smape", "mase", "owa", "msis", "cover80", "cover95"])
    return {**empty, "ms/series": float(np.mean(spent)), "wall s": None}


def _post(client: httpx.Client, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:2000]}")
    result: dict[str, Any] = answer.json()
    if result["errors"]:
        raise SystemExit(f"{path} could not do every series: {result['errors'][:3]}")
    return result


if __name__ == "__main__":
    main()
