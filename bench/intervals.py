"""Whether the intervals of ``auto`` hold on sets that they were not calibrated on: ``make bench-intervals``.

Every series of a folder is forecast from its end and, where it is long enough, from one horizon before. Then
each whole set is left out in turn: the factor on all widths with which the other sets would be covered as
promised is applied to it. The folder and the scorer are those of ``bench.accuracy``; of the scorer, the scale
of MASE is used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from bench.options import asked, loaded, sampled
from bench.report import markdown, publish
from bench.sets import forecast_sets, prepare_one
from models.forecasters.combination._combined import TrainingSeries, combination_of
from models.forecasters.combination._seasonal import named_seasons
from models.types import FloatArray

LEVELS = (80.0, 95.0)
LEAST_CYCLES = 3
"""A part is forecast if so many horizons come before it."""


@dataclass(eq=False)
class Group:
    """The series of one set and frequency: their misses in half widths, and MSIS at 95 %.

    ``reach``: level to arrays (horizon,), one a series: by which factor each interval would have to be wider to
    reach the actual value.
    """

    reach: dict[float, list[FloatArray]] = field(default_factory=lambda: {a: [] for a in LEVELS})
    msis: list[float] = field(default_factory=list)

    def covered(self, level: float, factor: float) -> float:
        """Return the share of actual values inside, the mean over series, if widths were so much wider."""
        return float(np.mean([np.mean(one <= factor) for one in self.reach[level]]))


Groups = dict[tuple[str, str, str], Group]


def main() -> None:
    options = asked(sampled(__doc__))
    scorer = loaded(options.scorer)
    groups: Groups = {}
    for found in forecast_sets(options.data):
        for part, row in found.every(options.every).series():
            _add(groups, found.name, part, row, scorer)
    publish("intervals", markdown(list(_rows(groups))), write=options.write)


def _add(
    groups: Groups, name: str, part: pd.DataFrame, row: "pd.Series[Any]", scorer: ModuleType
) -> None:
    """Forecast one series from both of its ends."""
    part = part.sort_values("ds")
    y = part["y"].to_numpy(float)
    horizon = int((part["split"] == "test").sum())
    for origin, end in (("last", len(y) - horizon), ("before", len(y) - 2 * horizon)):
        actual, season = y[end : end + horizon], int(row["season_length"])
        if origin == "before" and end < LEAST_CYCLES * horizon:
            continue
        scale = scorer.seasonal_scale(y[:end], season)
        prepared = prepare_one(y[:end], row)
        if prepared.series is None or not scale > 0 or not np.isfinite(actual).all():
            continue
        group = groups.setdefault((name, str(row["frequency"]), origin), Group())
        series = prepared.series
        calendar = series.grid.freq.calendar_seasons()
        made = combination_of(TrainingSeries.of(series.y, named_seasons(series), calendar), horizon)
        for level in LEVELS:
            band = made.band(level)
            side = np.where(actual > made.mean, band.upper - made.mean, made.mean - band.lower)
            miss = np.abs(actual - made.mean)
            group.reach[level].append(np.where(miss > 0, miss / np.maximum(side, 1e-300), 0.0))
        wide, out = band.upper - band.lower, np.maximum(band.lower - actual, actual - band.upper)
        group.msis.append(float(np.mean(wide + 40 * np.maximum(out, 0)) / scale))


def _rows(groups: Groups) -> Iterator[Mapping[str, object]]:
    """Yield, per set, frequency and origin, coverage as it is and with the factors of the other sets."""
    for (name, frequency, origin), group in groups.items():
        others = [one for key, one in groups.items() if key[0] != name]
        factors = {level: _factor(others, level) for level in LEVELS}
        yield {
            "set": name,
            "frequency": frequency,
            "from": origin,
            "n": len(group.msis),
            **{f"{level:g} %": 100 * group.covered(level, 1.0) for level in LEVELS},
            "MSIS": float(np.mean(group.msis)),
            **{f"factor of the others, {level:g} %": factors[level] for level in LEVELS},
            **{
                f"{level:g} % with it": 100 * group.covered(level, factors[level])
                for level in LEVELS
            },
        }


def _factor(groups: list[Group], level: float) -> float:
    """Return the factor on the widths with which groups, each counting by √n up to 10, hold what they promise."""
    weight = np.array([min(len(one.msis), 100) ** 0.5 for one in groups])
    low, high = 0.2, 5.0
    for _ in range(30):
        middle = float(np.sqrt(low * high))
        covered = weight @ [one.covered(level, middle) for one in groups] / weight.sum()
        low, high = (middle, high) if covered < level / 100 else (low, middle)
    return float(np.sqrt(low * high))


if __name__ == "__main__":
    main()
