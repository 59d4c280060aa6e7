"""What models answer: value objects with arrays, no wire format.

Those that a request makes by the thousand are not frozen, which would take three times as long; nobody
changes them all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.data.parts import Parts
from models.data.series import Notice
from models.errors import TidecastError
from models.types import BoolArray, FloatArray, IntArray

T = TypeVar("T")
N = TypeVar("N", bound=np.generic)

SCORE_CAP = 1e9
"""The raw score of what cannot be: a change in a series that never changed."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model was fitted: name, title as fitted, resolved params, seasons used, and why."""

    name: str
    title: str
    params: Mapping[str, Any] = field(default_factory=dict)
    season_length: tuple[int, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Interval:
    """An interval around every step: ``lower`` and ``upper`` of one shape."""

    lower: FloatArray
    upper: FloatArray

    def after(self, count: int) -> "Interval":
        """Return the same with so many steps before it around which nothing is known."""
        return Interval(left_padded(count, self.lower), left_padded(count, self.upper))


@dataclass(slots=True, eq=False)
class Forecast:
    """A forecast of one series.

    ``mean``: shape (horizon,). ``bands``: coverage level in percent to its interval, NaN where none
    can be given. ``interval_method``: how the intervals were made, "none" without any.
    ``fitted``: shape (t,), one-step fitted values, NaN where there is none; only if asked for.
    ``fitted_bands``: as ``bands``, around ``fitted``. ``paths``: shape (paths, horizon), if asked for.
    ``median`` and ``fitted_median``: as ``mean`` and ``fitted``, None where they are the same.
    ``parts``: what the mean is made of, if asked for and known.
    """

    mean: FloatArray
    bands: Mapping[float, Interval]
    interval_method: str
    fitted: FloatArray | None = None
    fitted_bands: Mapping[float, Interval] = field(default_factory=dict)
    paths: FloatArray | None = None
    median: FloatArray | None = None
    fitted_median: FloatArray | None = None
    parts: Parts | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but means and intervals of the steps ahead."""
        more = (self.fitted, self.paths, self.median, self.parts)
        return all(one is None for one in more)

    @property
    def center(self) -> FloatArray:
        """The median of what to expect at each step, shape (horizon,)."""
        return self.mean if self.median is None else self.median

    @property
    def fitted_center(self) -> FloatArray | None:
        """The median of what was to be expected at each step, shape (t,); None if it was not asked for."""
        return self.fitted if self.fitted_median is None else self.fitted_median

    def moved(self, first: int, late: int) -> "Forecast":
        """Return the same of a series with ``first`` more points before and ``late`` more behind its values.

        Nothing is known of the former; of the latter the history has what was forecast.
        """

        def past(values: FloatArray, ahead: FloatArray) -> FloatArray:
            return np.concatenate([np.full(first, np.nan), values, ahead[:late]])

        fitted, fitted_median = self.fitted, self.fitted_median
        return replace(
            self,
            mean=self.mean[late:],
            median=None if self.median is None else self.median[late:],
            bands={n: Interval(b.lower[late:], b.upper[late:]) for n, b in self.bands.items()},
            fitted=None if fitted is None else past(fitted, self.mean),
            fitted_median=None if fitted_median is None else past(fitted_median, self.center),
            fitted_bands={
                n: Interval(past(b.lower, self.bands[n].lower), past(b.upper, self.bands[n].upper))
                for n, b in self.fitted_bands.items()
            },
            paths=None if self.paths is None else self.paths[:, late:],
            parts=None if self.parts is None else {n: v[late:] for n, v in self.parts.items()},
        )


class SideScale(NamedTuple):
    """The standard deviation to one side of each point, the degrees of freedom behind it, and ``Side.inner``."""

    scale: FloatArray
    df: FloatArray
    inner: FloatArray


@dataclass(slots=True, eq=False)
class TwoPieceScale:
    """The scale below and above what is expected, where these differ; every array has the shape of the scores."""

    below: SideScale
    above: SideScale

    @classmethod
    def even(cls, scale: FloatArray, df: FloatArray) -> "TwoPieceScale":
        """Return the same scale to both sides."""
        side = SideScale(scale, df, np.ones(len(scale)))
        return cls(side, side)

    @classmethod
    def of_rows(cls, rows: Iterable[FloatArray]) -> "TwoPieceScale":
        """Return what has such ``rows``."""
        every = tuple(rows)
        return cls(SideScale(*every[:3]), SideScale(*every[3:]))

    @property
    def rows(self) -> tuple[FloatArray, ...]:
        """The three arrays of the side below, then those of the side above."""
        return *self.below, *self.above

    def each(self, change: Callable[[FloatArray], FloatArray]) -> "TwoPieceScale":
        """Return the same with every array changed."""
        return TwoPieceScale.of_rows(map(change, self.rows))


@dataclass(slots=True, eq=False)
class NeighbourhoodScores:
    """How strange the values around each point are, ≥ 0 and of shape (t,), and where normal ends.

    ``whole``: of all values. ``inside``: of the values inside the band, those outside taken out, so that what a
    point tells by itself makes none of its neighbours strange. ``inside_threshold``: by the level in percent.
    """

    whole: FloatArray
    inside: FloatArray
    inside_threshold: Callable[[float], float]

    def each(self, change: Callable[[FloatArray], FloatArray]) -> "NeighbourhoodScores":
        """Return the same with every array changed."""
        return replace(self, whole=change(self.whole), inside=change(self.inside))

    def at(self, level: float) -> "NeighbourhoodScores":
        """Return the same, the values inside the band in units of their threshold at a level in percent."""
        return NeighbourhoodScores(self.whole, self.inside / self.inside_threshold(level), _one)


@dataclass(frozen=True, slots=True, eq=False)
class Leading:
    """Which of the columns that are judged together has the largest part in how strange a point is.

    ``names``: of the columns, that of the values first. Of shape (t,), NaN where nothing is known: ``column``,
    its place among them; ``share``: its part, in 0 to 1; ``value`` of it; ``off``: by how many usual deviations
    that lies above what the others tell of it, or below.
    """

    names: tuple[str, ...]
    column: FloatArray
    share: FloatArray
    value: FloatArray
    off: FloatArray

    def each(self, change: Callable[[FloatArray], FloatArray]) -> "Leading":
        """Return the same with every array changed."""
        arrays = (self.column, self.share, self.value, self.off)
        return Leading(self.names, *map(change, arrays))


@dataclass(slots=True, eq=False)
class Scores:
    """What a detector found, before any rule; every array has shape (t,), or (n, t) for many streams.

    - ``raw``: ≥ 0, higher is more anomalous, NaN where it cannot judge (as while warming up)
    - ``expected``, ``scale``: of detectors that expect a value, that value and its standard deviation, so that
      ``raw = |y - expected| / scale``
    - ``degrees_of_freedom``: those behind ``scale``, None if they are many; ``inner``: as of ``SideScale``
    - ``threshold``: the raw score from which on a point is an anomaly at the level asked for, one for all points
      or one for each
    - ``sides``: the scales of both sides, if these differ;
      ``scale``, ``degrees_of_freedom`` and ``inner`` then are those of the side on which a point lies
    - ``band``: the edges of the band, if there are ``sides``
    - ``around``: if the values around a point are judged, too
    - ``leading``: if several columns are judged together
    """

    raw: FloatArray
    expected: FloatArray | None = None
    scale: FloatArray | None = None
    degrees_of_freedom: FloatArray | None = None
    threshold: FloatArray | float = float("nan")
    sides: TwoPieceScale | None = None
    band: Interval | None = None
    around: NeighbourhoodScores | None = None
    leading: Leading | None = None
    inner: FloatArray | None = None

    def each(self, change: Callable[[FloatArray], FloatArray]) -> "Scores":
        """Return the scores with every array changed, a threshold for all left as it is."""

        def maybe(values: FloatArray | None) -> FloatArray | None:
            return None if values is None else change(values)

        limit = self.threshold
        return Scores(
            change(self.raw),
            maybe(self.expected),
            maybe(self.scale),
            maybe(self.degrees_of_freedom),
            change(limit) if isinstance(limit, np.ndarray) else limit,
            None if self.sides is None else self.sides.each(change),
            None
            if self.band is None
            else Interval(change(self.band.lower), change(self.band.upper)),
            None if self.around is None else self.around.each(change),
            None if self.leading is None else self.leading.each(change),
            maybe(self.inner),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedScores:
    """Scores on the scale that all detectors share; every array has shape (t,).

    ``score``: 1.0 at the edge of normal, NaN where it cannot judge. ``expected`` and ``band``: what
    was expected and where normal ends, None for a detector that expects no value. ``threshold``: the score, as it
    was calibrated, at which normal ends, where scores tell of the values around a point too; None elsewhere.
    ``leading``: where several columns are judged.
    """

    score: FloatArray
    expected: FloatArray | None = None
    band: Interval | None = None
    threshold: float | None = None
    leading: Leading | None = None

    def after(self, count: int) -> "CalibratedScores":
        """Return the same with so many points before it of which nothing was found."""
        if not count:
            return self
        expected = None if self.expected is None else left_padded(count, self.expected)
        band = None if self.band is None else self.band.after(count)
        leading = self.leading and self.leading.each(partial(left_padded, count))
        score = left_padded(count, self.score)
        return replace(self, score=score, expected=expected, band=band, leading=leading)


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A judgement of one series; every array has shape (t,).

    ``score`` is 1.0 at the edge of normal, NaN where the detector could not judge.
    ``severity`` lies in 0 to 1. ``direction`` is 1 above, -1 below, 0 neither.
    ``reasons``: a sentence for each flagged point, by its place. ``unjudged``: where only last points were asked
    for, how many points stand before these t, which were not looked at. ``shows``: what every event is, where the
    detector finds nothing else.
    """

    score: FloatArray
    is_anomaly: BoolArray
    severity: FloatArray
    direction: IntArray
    reasons: Mapping[int, str] = field(default_factory=dict)
    expected: FloatArray | None = None
    band: Interval | None = None
    unjudged: int = 0
    shows: Literal["level_shift"] | None = None

    @property
    def reason(self) -> list[str | None]:
        """The sentence of each point, (t,), None for those that are not flagged."""
        return [self.reasons.get(place) for place in range(len(self.score))]

    def in_full(self) -> "Detection":
        """Return the same with a row for every point, those before included."""
        count = self.unjudged
        if not count:
            return self
        return replace(
            self,
            score=left_padded(count, self.score),
            is_anomaly=left_padded(count, self.is_anomaly, False),
            severity=left_padded(count, self.severity, 0.0),
            direction=left_padded(count, self.direction, 0),
            reasons={place + count: reason for place, reason in self.reasons.items()},
            unjudged=0,
            expected=None if self.expected is None else left_padded(count, self.expected),
            band=None if self.band is None else self.band.after(count),
        )


@dataclass(slots=True, eq=False)
class Outcome(Generic[T]):
    """What became of one series: a result or an error, never both."""

    unique_id: str
    result: T | None = None
    model: ModelInfo | None = None
    error: TidecastError | None = None
    notices: tuple[Notice, ...] = ()
    fit_ms: float = 0.0
    device: str = "cpu"


def left_padded(count: int, values: NDArray[N], by: float = np.nan) -> NDArray[N]:
    """Return values, shape (t,), with so many before them that are all the same; shape (count + t,)."""
    every = np.full(count + len(values), by, dtype=values.dtype)
    every[count:] = values
    return every


def _one(level: float) -> float:
    return 1.0
