"""What trained networks say of their members: ahead of any point, in passes with dropout, how far off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.data.prediction import Distribution, NeverNarrowing, Quantiles
from models.forecasters.neural._heteroskedasticity import RollingForecasts
from models.forecasters.neural._members import Members
from models.intervals.conformal import MAX_ORIGINS
from models.networks.options import QUANTILES
from models.types import FloatArray, IntArray

if TYPE_CHECKING:
    from models.networks.network import Network
    from models.networks.windows import Windows

_POINTS_AT_ONCE = 8192
"""Points whose passes lie in memory together."""


@dataclass(frozen=True, slots=True, eq=False)
class NetworkForecasts:
    """Forecasts of members from some of their points on; ``windows``: theirs, with so many steps ahead.

    ``seed``: of what is drawn on ``device``; the same each time.
    """

    members: Members
    windows: "Callable[[int], Windows]"
    device: str
    seed: int

    def ahead(
        self, network: "Network", horizon: int, origins: Sequence[IntArray]
    ) -> list[FloatArray]:
        """Return what comes from points of each series on, one array (k, horizon, outputs) for each."""
        from models.networks.device import seeded
        from models.networks.predicting import predicted

        with seeded(self.device, self.seed):
            windows = self.windows(horizon)
            places = [windows.places(row, of_row) for row, of_row in enumerate(origins)]
            said = predicted(network, windows, np.concatenate(places))
        parts = np.split(said, np.cumsum([len(one) for one in places])[:-1])
        return [self.members.as_values(part, row) for row, part in enumerate(parts)]

    def from_ends(self, network: "Network", horizon: int) -> FloatArray:
        """Return what comes after each series, (members, horizon, outputs)."""
        return np.stack([one[0] for one in self.ahead(network, horizon, self._ends())])

    def _ends(self) -> list[IntArray]:
        """Return the first point behind each series."""
        return [np.array([length]) for length in self.members.lengths.tolist()]

    # --- errors -----------------------------------------------------------------

    def from_both_parts(
        self, network: "Network", horizon: int, window: int
    ) -> tuple[RollingForecasts, RollingForecasts]:
        """Return forecasts within the part that was held back, and within that before it."""
        told = self.members
        first = np.minimum(window, np.maximum(told.train // 2, 1))
        held_out = self._rolling(network, horizon, _evenly(told.train, told.lengths - 1))
        held_out.errors[np.diff(held_out.origins, axis=1, prepend=-1) == 0] = np.nan
        learned = self._rolling(network, horizon, _evenly(first, np.maximum(told.train - 1, first)))
        learned.errors[learned.steps >= told.train[:, None, None]] = np.nan
        return held_out, learned

    def held_out(self, network: "Network", horizon: int, back: IntArray) -> FloatArray:
        """Return actual minus forecast from so many points before the end, (k,), of all, (members, k, horizon).

        NaN behind the end, and for those in what was learned from, unless there is nothing else.
        """
        lengths = self.members.lengths
        errors = self._rolling(network, horizon, lengths[:, None] - back).errors
        learned = back > (lengths - self.members.train)[:, None]
        errors[learned & ~learned.all(axis=1, keepdims=True)] = np.nan
        return errors

    def _rolling(self, network: "Network", horizon: int, origins: IntArray) -> RollingForecasts:
        """Return forecasts from points of each series on, (members, k), and what they missed."""
        mean = np.stack([one[..., 0] for one in self.ahead(network, horizon, list(origins))])
        made = RollingForecasts(origins, mean, np.full(mean.shape, np.nan))
        for y, steps, expected, errors in zip(
            self.members.values, made.steps, mean, made.errors, strict=True
        ):
            known = steps < len(y)
            errors[known] = y[steps[known]] - expected[known]
        return made

    # --- one step ahead of every point ------------------------------------------

    def fitted(self, network: "Network", window: int) -> list[FloatArray]:
        """Return one-step forecasts of every series, (t,), NaN before the first window."""
        firsts = self._firsts(window)
        origins = [
            np.arange(first, len(y)) for first, y in zip(firsts, self.members.values, strict=True)
        ]
        return [
            np.concatenate([np.full(first, np.nan), said[:, 0, 0]])
            for first, said in zip(firsts, self.ahead(network, 1, origins), strict=True)
        ]

    def _firsts(self, window: int) -> list[int]:
        """Return from which of its points on each series is forecast."""
        return [min(window, length // 2) for length in self.members.lengths.tolist()]

    # --- passes with dropout ----------------------------------------------------

    def parts(self, network: "Network", scale: FloatArray, count: int) -> dict[str, FloatArray]:
        """Return the standard deviations that forecasts ahead of the ends are made of, (members, horizon) each.

        What passes with dropout differ by, in the head and in the encoder, and the noise, which is what the error
        ``scale``, (members, horizon), has beyond.
        """
        model, misspecified = self._stds(network, scale.shape[1], count)
        known = model**2 + misspecified**2
        noise = np.sqrt(np.maximum(scale**2 - known, 0.0))
        return {"model": model, "misspecification": misspecified, "noise": noise}

    def _stds(self, network: "Network", horizon: int, count: int) -> FloatArray:
        """Return the standard deviations of forecasts with dropout in head and encoder, (2, members, horizon)."""
        from models.networks.device import seeded
        from models.networks.predicting import DropoutPasses, WindowScale, moments

        told = self.members
        with seeded(self.device, self.seed):
            windows = self.windows(horizon)
            places = [windows.places(row, ends) for row, ends in enumerate(self._ends())]
            passes = DropoutPasses(count, [("head",), ("encoder",)])
            units = WindowScale(told.center, told.unit, told.log)
            _, stds = moments(network, windows, np.concatenate(places), passes, units)
        return np.asarray(stds)

    def passes_of_fitted(self, network: "Network", window: int, count: int) -> list[FloatArray]:
        """Return mean and standard deviation of one-step forecasts with dropout, (2, t) of each series.

        NaN before the first window.
        """
        from models.networks.device import seeded
        from models.networks.predicting import DropoutPasses, WindowScale, moments

        told, passes = self.members, DropoutPasses(count, [("encoder", "head")])
        made = []
        with seeded(self.device, self.seed):
            windows = self.windows(1)
            for row, (y, first) in enumerate(zip(told.values, self._firsts(window), strict=True)):
                found = np.full((2, len(y)), np.nan)
                for begin in range(first, len(y), _POINTS_AT_ONCE):
                    here = np.arange(begin, min(begin + _POINTS_AT_ONCE, len(y)))
                    of_series = np.full(len(here), row)
                    scales = (told.center, told.unit, told.log)
                    units = WindowScale(*(one[of_series] for one in scales))
                    places = windows.places(row, here)
                    said = moments(network, windows, places, passes, units)
                    found[:, here] = said[:, 0, :, 0]
                made.append(found)
        return made


def _evenly(first: IntArray, last: IntArray) -> IntArray:
    """Return points from the first to the last of each series, (n, MAX_ORIGINS)."""
    return np.linspace(first, last, MAX_ORIGINS, axis=1).round().astype(np.int64)


def by_quantiles(said: FloatArray) -> Distribution:
    """Return the distribution that a head for each quantile gives, (members, horizon, quantiles)."""
    order = np.argsort(QUANTILES)
    values = np.sort(said[..., order], axis=-1)  # heads may cross
    return NeverNarrowing(Quantiles(np.array(QUANTILES)[order], np.moveaxis(values, 2, 1)))
