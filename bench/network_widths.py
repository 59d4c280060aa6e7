"""Do the constants of the widths of networks carry over: ``make bench-network-widths``.

Networks learn the series of every set once, up to its end and up to one horizon before; then the widths are made
with each constant in use, and with others in its place, one at a time: how much is held of each set, and which
values the others would have chosen for it, as in ``bench.widths``. Folder and scorer are those of
``bench.accuracy``; of the scorer, the scale of MASE is used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from bench.constants import Constant
from bench.options import asked, loaded, scored
from bench.report import markdown, publish
from bench.sets import ForecastSet, forecast_sets, prepare_one
from bench.widths import LEAST_CYCLES, LEVELS, Key, leave_sets_out
from models.data.series import Series
from models.forecasters.base import Forecaster
from models.forecasters.neural import _heteroskedasticity, _widths
from models.forecasters.neural._heteroskedasticity import RollingForecasts
from models.forecasters.neural._members import Members
from models.intervals import heteroskedasticity
from models.registry import ModelSpec, create
from models.types import FloatArray

CONSTANTS = (
    Constant(_widths, "_PRIOR", "horizons as heavy as what was learned", (3.0, 1.0, 2.0, 5.0)),
    Constant(_widths, "_TAIL", "degrees of freedom of the tails", (3.2, 3.0, 3.5, 4.0)),
    Constant(_widths, "_LEAST_KNOWN", "degrees of an unknown scale", (2.0, 1.0, 3.0)),
    Constant(_heteroskedasticity, "_LEVEL_EXPONENT", "level exponent", (0.5, 0.0, 0.25, 0.35, 0.7)),
    Constant(
        heteroskedasticity, "PHASE_PRIOR_CYCLES", "cycles for a phase", (15.0, 5.0, 40.0, 1e9)
    ),
    Constant(heteroskedasticity, "_POSITIVE_EVIDENCE", "evidence for narrower steps", (3.0, 1e-9)),
)


@dataclass(frozen=True, eq=False)
class Panel:
    """Series that one network has learned, its forecasts in both parts and from the ends, and what came.

    ``mean`` and ``actual``: shape (n, horizon); ``scale``: that of MASE, (n,).
    """

    members: Members
    parts: tuple[RollingForecasts, RollingForecasts]
    season: int
    mean: FloatArray
    actual: FloatArray
    scale: FloatArray

    def halves(self) -> list[FloatArray]:
        """Return half the widths of the intervals at each level, (n, horizon)."""
        told = _widths.ForecastErrors.of(*self.parts, self.members, self.mean, self.season)
        widths = _widths.NetworkWidths.of(told)
        curve = widths.around(self.mean, widths.scale)
        return [curve.interval(self.mean, level).upper - self.mean for level in LEVELS]

    def scores(self) -> FloatArray:
        """Return the interval scores at the levels, (n, levels)."""
        made = []
        for level, half in zip(LEVELS, self.halves(), strict=True):
            out = np.maximum(np.abs(self.actual - self.mean) - half, 0.0)
            made.append(np.mean(2 * half + out / (0.5 - level / 200), axis=1) / self.scale)
        return np.stack(made, axis=1)

    def held(self) -> list[float]:
        """Return how much is held at each level, in percent."""
        missed = np.abs(self.actual - self.mean)
        return [100 * float(np.mean(missed <= half)) for half in self.halves()]


def main() -> None:
    parser = scored(__doc__)
    parser.add_argument("--models", nargs="*", default=["linear", "mlp"])
    parser.add_argument("--sets", nargs="*", help="names of sets; all if left out")
    parser.add_argument("--ends", type=int, default=2, help="how many ends, a horizon apart")
    options = asked(parser)
    scorer = loaded(options.scorer)
    groups = {
        (found.name, str(frequency), f"{model}, {back} before"): panel
        for found in forecast_sets(options.data, options.sets)
        for frequency, meta in found.meta.groupby("frequency")
        for model in options.models
        for back in range(options.ends)
        if (panel := _panel(ForecastSet(found.name, found.data, meta), model, back, scorer))
    }
    publish("network-coverage", markdown(list(_coverage(groups))), write=options.write)
    if len({name for name, _, _ in groups}) > 1:
        rows = leave_sets_out(groups, CONSTANTS, Panel.scores)
        publish("network-widths", markdown(list(rows)), write=options.write)


def _panel(chosen: ForecastSet, model: str, back: int, scorer: ModuleType) -> Panel | None:
    """Return what a network says so many horizons before the end; None where nothing can be learned."""
    series: list[Series] = []
    actuals, scales = [], []
    for part, row in chosen.series():
        y, horizon = part.sort_values("ds")["y"].to_numpy(float), int(row["horizon"])
        until = len(y) - (back + 1) * horizon
        known, actual = y[:until], y[until : until + horizon]
        if (back and len(known) < LEAST_CYCLES * horizon) or not np.isfinite(actual).all():
            continue
        scale = scorer.seasonal_scale(known, int(row["season_length"]))
        prepared = prepare_one(known, row).series
        if prepared is not None and scale > 0:
            series.append(prepared)
            actuals.append(actual)
            scales.append(scale)
    if not series:
        return None
    horizon = len(actuals[0])
    fit = create(Forecaster, ModelSpec(model, {}), 0).aimed_at(horizon).fit(series)
    if not fit.parts:
        return None
    [part] = fit.parts
    network, rows = part.model, list(part.rows)
    return Panel(
        network.members_,
        network._forecasts.from_both_parts(network._judged, horizon, network.window_),
        min(network.seasons_, default=1),
        network.predict(horizon).mean,
        np.array(actuals)[rows],
        np.array(scales)[rows],
    )


def _coverage(groups: Mapping[Key, Panel]) -> Iterator[Mapping[str, object]]:
    """Yield, per set and frequency, what is held at each end by each model."""
    table: dict[tuple[str, str], dict[str, object]] = {}
    for (name, frequency, end), panel in groups.items():
        row = table.setdefault((name, frequency), {"set": name, "frequency": frequency})
        row[end] = ", ".join(f"{held:.1f}" for held in panel.held())
    yield from table.values()


if __name__ == "__main__":
    main()
