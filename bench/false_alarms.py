"""Clean series with every kind of noise, and what is planted in them: ``make bench-false-alarms``."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.options import published
from bench.report import markdown, publish
from models.data.series import RawSeries, Series
from models.decisions.rules import Rules
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from models.types import BoolArray, FloatArray, IntArray

_SIZE, _SIGMA, _SPIKE, _SPIKES = 6 * 168, 5.0, 6.0, 10
"""Six weeks of hours; planted: so many spikes of so many standard deviations."""
_INCIDENTS, _FAR = (1, 4, 10, 40), 12.0
_COLUMNS, _PEERS = 2, 7
"""Beside a series that is judged together with others: so many further columns, or so many other series."""
_APART = 100
"""Seeds of these are so far apart."""
_NORMAL_MAD = 1.482602218505602
_LARGE_SAMPLE = 200_000

_Draw = Callable[[np.random.Generator, int], FloatArray]
_NOISES: Mapping[str, _Draw] = {
    "gaussian": lambda random, size: random.normal(size=size),
    "laplace": lambda random, size: random.laplace(size=size),
    "student_t3": lambda random, size: random.standard_t(3, size=size),
    "lognormal": lambda random, size: random.lognormal(sigma=0.5, size=size),
    "gamma": lambda random, size: random.gamma(2.0, size=size),
}
NOISES = (*_NOISES, "poisson")
_UNITS: Mapping[str, float] = {"fine": 0.0, "whole": 1.0, "halves": 0.5}
SEASONS = ("none", "one", "two", "quiet nights")


@dataclass(frozen=True, eq=False)
class _Plan:
    """What is normal: the expected value and the standard deviation of each hour, both of shape (t,)."""

    center: FloatArray
    usual: FloatArray


def main() -> None:
    parser = published(__doc__)
    parser.add_argument("--detector", default="auto")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--batch-only", action="store_true", help="leave the causal mode out")
    options = parser.parse_args()
    modes = (False,) if options.batch_only else (False, True)
    rows = [
        _row(options.detector, noise, season, causal=causal, seeds=options.seeds)
        for causal in modes
        for noise in NOISES
        for season in SEASONS
    ]
    publish("false-alarms", markdown(rows), write=options.write)


def _row(detector: str, noise: str, season: str, *, causal: bool, seeds: int) -> dict[str, object]:
    """Return a row: shares of flagged points in percent by unit, what was found, and the time."""
    task = DetectTask(ModelSpec(detector), Rules(), causal)
    begin = time.perf_counter()
    shares = {
        unit: 100.0 * clean_share(task, noise, season, unit, range(seeds)) for unit in units(noise)
    }
    spikes = found_spikes(task, noise, season, range(seeds))
    incidents = []
    for seed in range(seeds):
        for length in _INCIDENTS:
            y, at = _with_incident(noise, season, length, seed)
            incidents.append(_flagged(task, y)[at].mean())
    count = seeds * (len(shares) + 1) + len(incidents)
    return {
        "mode": "causal" if causal else "whole",
        "noise": noise,
        "season": season,
        **{f"{unit} %": shares.get(unit) for unit in _UNITS},
        "spikes found %": 100.0 * spikes,
        "incidents found %": 100.0 * float(np.mean(incidents)),
        "ms/series": (time.perf_counter() - begin) / count * 1e3,
    }


def units(noise: str) -> tuple[str, ...]:
    """Return the units that values with a noise may have."""
    return ("whole",) if noise == "poisson" else tuple(_UNITS)


def clean_share(
    task: DetectTask, noise: str, season: str, unit: str, seeds: Iterable[int]
) -> float:
    """Return which part of the points of clean series is flagged."""
    flagged = []
    for seed in seeds:
        y, *others = (
            _clean(noise, season, _UNITS[unit], one)[0] for one in _seeds_of_all(task, seed)
        )
        flagged.append(_flagged(task, y, others))
    return float(np.mean(flagged))


def found_spikes(task: DetectTask, noise: str, season: str, seeds: Iterable[int]) -> float:
    """Return which part of the spikes is found."""
    found = []
    for seed in seeds:
        y, at = _with_spikes(noise, season, seed)
        others = [_clean(noise, season, 0.0, one)[0] for one in _seeds_of_all(task, seed)[1:]]
        found.append(_flagged(task, y, others)[at].mean())
    return float(np.mean(found))


def _seeds_of_all(task: DetectTask, seed: int) -> range:
    """Return the seeds of a series and of what it is judged together with, if the detector does so."""
    beside = {"multivariate": _COLUMNS, "population": _PEERS}.get(task.model.name, 0)
    return range(seed, seed + (beside + 1) * _APART, _APART)


def _flagged(task: DetectTask, y: FloatArray, others: Sequence[FloatArray] = ()) -> BoolArray:
    """Return which points of the first series are flagged, (t,), beside others of its length."""
    if task.model.name == "population":
        series = [_series(str(place), one) for place, one in enumerate([y, *others])]
    else:
        series = [_series("noise", y, {str(place): one for place, one in enumerate(others)})]
    outcome = detect_many(task, series)[0]
    if outcome.result is None:
        raise RuntimeError(f"not judged: {outcome.error}")
    return outcome.result.is_anomaly


def _series(name: str, y: FloatArray, columns: Mapping[str, FloatArray] | None = None) -> Series:
    raw = RawSeries(name, y, start="2024-01-01", freq="h", exog=columns or {})
    [found] = prepare([raw], PreparationOptions())
    if found.series is None:
        raise RuntimeError(f"no series: {found.error}")
    return found.series


def _plan(season: str) -> _Plan:
    hour, day = np.arange(_SIZE) % 24, np.arange(_SIZE) // 24 % 7
    wave = np.sin(2.0 * np.pi * (hour - 9) / 24)
    ones = np.ones(_SIZE)
    if season == "none":
        return _Plan(100.0 * ones, _SIGMA * ones)
    if season == "one":
        return _Plan(100.0 + 30.0 * wave, _SIGMA * ones)
    if season == "two":
        return _Plan(100.0 + 30.0 * wave + np.where(day < 5, 20.0, -30.0), _SIGMA * ones)
    by_day = np.maximum(np.sin(np.pi * (hour - 6) / 14), 0.0) * (hour >= 6) * (hour <= 20)
    return _Plan(100.0 * by_day, _SIGMA * np.sqrt(by_day))


def _clean(noise: str, season: str, step: float, seed: int) -> tuple[FloatArray, _Plan]:
    random, plan = np.random.default_rng(seed), _plan(season)
    if noise == "poisson":
        return random.poisson(plan.center).astype(np.float64), _Plan(
            plan.center, np.sqrt(plan.center)
        )
    drawn = _NOISES[noise](random, _SIZE)
    large = _NOISES[noise](np.random.default_rng(99), _LARGE_SAMPLE)
    middle = float(np.median(large))
    usual = _NORMAL_MAD * float(np.median(np.abs(large - middle)))
    y = plan.center + plan.usual * (drawn - middle) / usual
    return np.round(y / step) * step if step else y, plan


def _loud(plan: _Plan) -> IntArray:
    """Return the hours that are not quiet, but the first two weeks."""
    return np.flatnonzero((plan.usual > 0.5 * plan.usual.max()) & (np.arange(_SIZE) >= 2 * 168))


def _with_spikes(noise: str, season: str, seed: int) -> tuple[FloatArray, IntArray]:
    y, plan = _clean(noise, season, 0.0, seed)
    random = np.random.default_rng(1000 + seed)
    at = np.sort(random.choice(_loud(plan), _SPIKES, replace=False))
    sign = random.choice([1.0, -1.0], _SPIKES)
    y[at] = plan.center[at] + sign * _SPIKE * plan.usual[at]
    return y, at


def _with_incident(noise: str, season: str, length: int, seed: int) -> tuple[FloatArray, IntArray]:
    y, plan = _clean(noise, season, 0.0, seed)
    first = int(np.random.default_rng(2000 + seed).integers(3 * 168, 5 * 168))
    at = np.arange(first, first + length)
    y[at] += _FAR * float(plan.usual.max())
    return y, at


if __name__ == "__main__":
    main()
