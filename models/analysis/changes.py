"""What happens where a series is cut: a change of level, trend or variance, and a sentence that tells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from models.analysis.change_search import Segmentation, least_squares
from models.decisions.reasons import numbers
from models.stats.robust import trimmed_variance
from models.types import FloatArray, IntArray

Kind = Literal["level", "trend", "variance"]
_REACH = 40
"""A kink is looked for so many observations around the cut."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change, from ``index`` on: level in units of y, trend in these per step, variance as its root.

    ``score``: what the change saves over what it must save, so that 1.0 is the edge.
    """

    index: int
    kind: Kind
    before: float
    after: float
    score: float
    reason: str


def rare_changes(y: FloatArray, at: IntArray, found: Mapping[int, float]) -> tuple[Change, ...]:
    """Return changes of how often or how much values are unusual, told as changes of the level."""
    edges = [0, *found, len(y)]
    means = [float(y[first:behind].mean()) for first, behind in pairwise(edges)]
    return tuple(
        Change(int(at[cut]), "level", before, after, score, level_reason(before, after))
        for (cut, score), before, after in zip(found.items(), means, means[1:], strict=False)
    )


def line_changes(
    found: Segmentation, at: IntArray, penalty: float, middle: float, unit: float
) -> list[Change]:
    """Return the changes of level and trend that a search found.

    ``at``: the steps of its values, (t,). ``middle`` and ``unit``: what it took for zero and for one.
    """
    edges = [0, *found.lines, len(at)]
    changes = []
    for number, score in enumerate(found.line_scores):
        first, cut, behind = edges[number : number + 3]
        joint = _Joint(found, at, first, cut, behind, 2 * penalty)
        for kind, index, *values in joint.kinds():
            shift = middle if kind == "level" else 0.0
            # in units of the deviation, without what rounding left
            before, after = (round(value + shift / unit, 8) * unit for value in values)
            reason = _REASONS[kind](before, after)
            changes.append(Change(int(at[index]), kind, before, after, score, reason))
    return changes


@dataclass(frozen=True, slots=True, eq=False)
class _Joint:
    """Two neighbouring pieces and what happens between them: a step, a kink (a change of slope), or both."""

    found: Segmentation
    at: IntArray
    first: int
    cut: int
    behind: int
    penalty: float

    def kinds(self) -> list[tuple[Kind, int, float, float]]:
        """Return kind, index, value before and value after of what happens here."""
        flat = self.found.cost.is_flat
        if flat(self.first, self.cut) and flat(self.cut, self.behind):
            (before, step), _ = self._fit(self.cut, ("one", "step"))
            return [("level", self.cut, before, before + step)]
        step_fit, step_error = self._fit(self.cut, ("one", "line", "step"))
        kink_at = self._best_kink()
        kink_fit, kink_error = self._fit(kink_at, ("one", "line", "kink"))
        both_fit, both_error = self._fit(self.cut, ("one", "line", "step", "kink"))
        if min(step_error, kink_error) - both_error > self.penalty:
            return [
                ("level", self.cut, both_fit[0], both_fit[0] + both_fit[2]),
                ("trend", self.cut, both_fit[1], both_fit[1] + both_fit[3]),
            ]
        if step_error <= kink_error:
            return [("level", self.cut, step_fit[0], step_fit[0] + step_fit[2])]
        return [("trend", kink_at, kink_fit[1], kink_fit[1] + kink_fit[2])]

    def _best_kink(self) -> int:
        """Return where a kink without a step fits best: the cut itself is where a step would.

        Kinks of neighbouring cuts may meet half-way, as far apart as two changes are at least.
        """
        sizes = self.cut - self.first, self.behind - self.cut
        before, behind = (min(_REACH, max(size - self.found.min_size, 0) // 2) for size in sizes)
        candidates = range(self.cut - before, self.cut + behind + 1)
        return min(candidates, key=lambda place: self._fit(place, ("one", "line", "kink"))[1])

    def _fit(self, place: int, columns: Sequence[str]) -> tuple[list[float], float]:
        """Return coefficients, and squared errors in units of the noise."""
        inside = slice(self.first, self.behind)
        x = (self.at[inside] - self.at[place]).astype(np.float64)
        later = (x >= 0).astype(np.float64)
        known = {"one": np.ones_like(x), "line": x, "step": later, "kink": x * later}
        design = np.stack([known[name] for name in columns], axis=1)
        y, weights = self.found.values[inside], self.found.weights[inside]
        coefficients, error = least_squares(design, y, weights)
        return coefficients.tolist(), error / self.found.noise**2


def scale_changes(found: Segmentation, at: IntArray, unit: float) -> list[Change]:
    """Return the changes of variance that a search found; ``at``, ``unit``: as of ``line_changes``."""
    edges = [0, *found.scales, len(at)]
    rest = found.rest * unit
    std = [float(np.sqrt(trimmed_variance(rest[a:b]))) for a, b in pairwise(edges)]
    return [
        Change(int(at[cut]), "variance", before, after, score, variance_reason(before, after))
        for cut, before, after, score in zip(
            found.scales, std, std[1:], found.scale_scores, strict=False
        )
    ]


def level_reason(before: float, after: float) -> str:
    """Say how the level changed."""
    verb = "rises" if after > before else "falls"
    first, second = numbers(before, after)
    return f"the level {verb} by {numbers(abs(after - before))[0]}, from {first} to {second}"


def trend_reason(before: float, after: float, unit: str = "") -> str:
    """Say how the slope changed; ``unit``: that of slopes."""
    slopes = zip((before, after), numbers(before, after), strict=True)
    first, second = (f"+{text}" if slope > 0 else text for slope, text in slopes)
    if before * after < 0:
        turn = "rising to falling" if before > 0 else "falling to rising"
        return f"the trend turns from {turn}: {first}{unit} a step before, {second} after"
    verb = "steeper" if abs(after) > abs(before) else "flatter"
    return f"the trend gets {verb}: {first}{unit} a step before, {second} after"


def variance_reason(before: float, after: float, unit: str = "") -> str:
    """Say how the standard deviation changed; ``unit``: what it is told in."""
    verb = "widens" if after > before else "narrows"
    low, high = sorted((before, after))
    times = f", {high / low:.2g} times" if low > 0 else ""
    first, second = numbers(before, after)
    return f"the scatter {verb}: standard deviation{unit} {first} before, {second} after{times}"


_REASONS: Mapping[str, Callable[[float, float], str]] = {
    "level": level_reason,
    "trend": trend_reason,
}
