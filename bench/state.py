"""How large a fitted model is when it is kept, and a watched stream: ``make bench-state``."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.options import published
from bench.report import markdown, publish
from models import registry
from models.contract.state import State
from models.data.series import RawSeries, Series
from models.errors import TidecastError
from models.forecasters.base import Forecaster
from models.forecasters.transformed import TransformedForecaster
from models.prepare import PreparationOptions, prepare
from models.registry import ModelSpec
from models.tasks.detect import DetectTask
from models.tasks.watch import Watch
from models.transforms.chain import TransformChain

_POINTS = (100, 1000)
_SEASON = 12
_DIFFERENCE = TransformChain.of("difference")


def main() -> None:
    options = published(__doc__).parse_args()
    publish("state", markdown([*_forecasters(), *_watches()]), write=options.write)


def _forecasters() -> Iterator[dict[str, object]]:
    for name in registry.registered("forecaster"):
        spec = ModelSpec(name)
        sizes = [_size(registry.create(Forecaster, spec), points) for points in _POINTS]
        differenced = _size(TransformedForecaster.of(spec, _DIFFERENCE), _POINTS[0])
        yield _row(name, sizes, differenced)


def _watches() -> Iterator[dict[str, object]]:
    for name, detector in registry.registered("detector").items():
        if detector.capabilities()["causal"]:
            task = DetectTask(ModelSpec(name), causal=True)
            watches = [Watch.begin(task, _series(points)) for points in _POINTS]
            yield _row(f"watch with {name}", [_kb(watch.state()) for watch in watches])


def _row(
    name: str, sizes: list[float | None], differenced: float | None = None
) -> dict[str, object]:
    columns = zip(_POINTS, sizes, strict=True)
    of_points = {f"{points} points kB": size for points, size in columns}
    return {"kept": name, **of_points, f"of differences, {_POINTS[0]} points kB": differenced}


def _size(model: Forecaster[Any], points: int) -> float | None:
    """Return the size in kB after a fit; None for a model that cannot take the series."""
    try:
        return _kb(model.fit_one(_series(points)).state())
    except TidecastError:
        return None


def _kb(state: State) -> float:
    return len(state.to_bytes()) / 1024


def _series(points: int) -> Series:
    t, noise = np.arange(points), np.random.default_rng(0).normal(size=points)
    y = 50 + 0.01 * t + 3 * np.sin(t * 2 * np.pi / _SEASON) + noise
    [found] = prepare([RawSeries("wave", y)], PreparationOptions(season_length=_SEASON))
    if found.series is None:
        raise RuntimeError(f"the wave is no series: {found.error}")
    return found.series


if __name__ == "__main__":
    main()
