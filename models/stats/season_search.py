"""Season lengths that are in the data.

Lengths that the calendar or usage suggests, and those at which autocorrelation and spectrum peak, are put to
the test of ``season_test``, each on what the seasons before have left. What lives by a calendar may have a
season outside it, as payments every 14 days or shifts of 17 hours: these are searched for as well, but
where the calendar names others they have to be seen more often.

Reference: Akaike (1969), Fitting autoregressive models for prediction (what it costs to fit); Schwarz
(1978), Estimating the dimension of a model (which of several lengths).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.stats.autocorrelation import autocorrelation
from models.stats.moving import detrended, detrended_throughout
from models.stats.season_test import (
    MIN_CYCLES,
    SeasonTest,
    recent,
    season_test,
    without_phase_means,
)
from models.stats.seasonal_index import seasonal_pattern
from models.stats.spectrum import spectral_seasons
from models.time.frequency import Frequency
from models.types import FloatArray

_ALPHA = 0.05
_MIN_POINTS = 8
_MOST_SEASONS = 3
_HOPELESS = 0.3
_NEAR = 0.1
_APART = 3.0
"""Cycles by which two lengths drift apart in a series that tells the one from the other."""
_APART_BESIDE = 1.0
"""By so many, the other shows in what the one leaves."""
_WEEK = 7
_FEW_CYCLES = 3
"""Of fewer cycles that the calendar names, what lies beyond full means around it tells, too."""
_PARTS = 3
_USUAL = (4, 7, 12, 24, 48, 52, 96, 144, 168, 288, 336, 365, 672, 1440)
"""Cycles that data without a calendar often have: quarters, weekdays, months, hours, weeks, ..."""
_MOST_PEAKS = 2
_CYCLES_BEYOND, _MOST_SEARCHED, _MOST_PARTS = 4, 2_000, 4
"""A season that a calendar does not name is seen in so many cycles at least, of the last so many points; halves
to quarters of those that it names are parts of their shapes, but of those that are too long to be seen."""


def detect_seasons(y: FloatArray, freq: Frequency) -> tuple[int, ...]:
    """Return the season lengths found in the data, shortest first; () if there is none.

    ``y``: shape (t,), finite. With a calendar frequency the calendar's cycles are tested, and any other
    that describes the series better; without one (or of yearly data) the usual ones and those that
    autocorrelation and spectrum show most.
    """
    if len(y) < _MIN_POINTS:
        return ()
    x = y - y.mean()
    calendar = freq.calendar_seasons()
    if not calendar:
        return tuple(sorted(_best_first(x, _USUAL)))
    found = tuple(_in_turn(x, calendar))
    return beyond_calendar(x, calendar, found) or found


def beyond_calendar(
    x: FloatArray, calendar: tuple[int, ...], found: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Return the seasons of a series if one of another length than its calendar's describes it better.

    ``x``: shape (t,), t ≥ 8, finite. ``found``: those of the calendar that were found. Shortest first; () if
    there is none better.
    """
    least = max((season_test(x, m).gain for m in found), default=-np.inf)
    seen = tuple(m for m in calendar if m * MIN_CYCLES <= len(x))
    parts = tuple(m for one in calendar if one not in seen for m in _parts(one, len(x)))
    x = x[-_MOST_SEARCHED:]
    limits = {
        m: limit
        for m, limit in _searched(x, _CYCLES_BEYOND).items()
        if not any(
            _is_part(m, one, len(x)) and not _is_beside(x, m, one, limit, is_found=one in found)
            for one in seen
        )
    }
    others = _Round.of(x, limits | dict.fromkeys(parts, _ALPHA / 2 / max(len(parts), 1)))
    if not any(others.tests[m].gain > least for m in others.clear):
        return ()
    named = (*calendar, *parts)
    best = _best_first(x, named)
    return tuple(sorted(m for m in best if m in named or m * _CYCLES_BEYOND <= len(x)))


def _parts(cycle: int, size: int) -> list[int]:
    """Return the halves, thirds and quarters of a cycle that are whole and that so many points show."""
    counts = range(2, _MOST_PARTS + 1)
    return [
        cycle // count
        for count in counts
        if cycle % count == 0 and 2 < cycle // count <= size / MIN_CYCLES
    ]


def _is_part(m: int, known: int, size: int) -> bool:
    """Whether a length is that of a known cycle, of a part of it, or one that noise may take for either.

    That is a near one which so many points do not part from it: the two drift apart by too few cycles.
    """
    parts = (known / count for count in range(1, _MOST_PARTS + 1))
    return any(
        abs(m - part) <= max(1, _NEAR * part) and size * abs(1 / m - 1 / part) < _APART
        for part in parts
    )


def _is_beside(x: FloatArray, m: int, known: int, limit: float, *, is_found: bool) -> bool:
    """Whether a length near a part of a known cycle shows in what that leaves, of points enough for both.

    ``is_found``: whether the known cycle is in the values; else it leaves all of them.
    """
    drift = min(abs(1 / m - count / known) for count in range(1, _MOST_PARTS + 1))
    if len(x) * drift < _APART_BESIDE or len(x) < MIN_CYCLES * known:
        return False
    left = without_phase_means(x, known) if is_found else x
    return season_test(left, m).p_value < limit


def _in_turn(x: FloatArray, calendar: tuple[int, ...]) -> list[int]:
    """Test cycles from the shortest on, each on what the ones before have left."""
    candidates = [m for m in calendar if m * MIN_CYCLES <= len(x)]
    found: list[int] = []
    for m in candidates:
        if season_test(x, m).p_value < _ALPHA / len(candidates) and _adds(x, m, found, named=True):
            found.append(m)
            x = without_phase_means(x, m)
    return found


def _best_first(x: FloatArray, usual: tuple[int, ...]) -> list[int]:
    """Test the usual cycles and those that show most, the one that describes the series best first."""
    now = _Round.of(x, _limits(x, usual))
    found: list[int] = []
    while now.clear and len(found) < _MOST_SEASONS:
        best, after = _best(now)
        if _adds(now.x, best, found):
            found.append(best)
            now = after
        else:
            now = now.but(best)
    return found


def _limits(x: FloatArray, usual: tuple[int, ...]) -> dict[int, float]:
    """Return the lengths to test, and how small their p-values must be.

    Half of the permitted error goes to the usual cycles, half to the search over all lengths.
    """
    usual = tuple(m for m in usual if m * MIN_CYCLES <= len(x))
    return _searched(x, MIN_CYCLES) | dict.fromkeys(usual, _ALPHA / 2 / max(len(usual), 1))


def _searched(x: FloatArray, cycles: float) -> dict[int, float]:
    """Return the lengths that show most in so many cycles, and how small their p-values must be."""
    return dict.fromkeys(_peaks(x, int(len(x) / cycles)), _ALPHA / 2 * MIN_CYCLES / len(x))


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """What is left of a series, (t,), and the tests of the lengths that are still asked for."""

    x: FloatArray
    limits: Mapping[int, float]
    tests: Mapping[int, SeasonTest]

    @classmethod
    def of(cls, x: FloatArray, limits: Mapping[int, float]) -> "_Round":
        return cls(x, limits, {m: season_test(x, m) for m in limits})

    @property
    def clear(self) -> list[int]:
        """The lengths that pass, the one that describes the series best first."""
        passed = [m for m, test in self.tests.items() if test.p_value < self.limits[m]]
        return sorted(passed, key=lambda m: -self.tests[m].gain)

    def without(self, season: int) -> "_Round":
        """Return what is left without a season, to be asked for all but its parts and the hopeless.

        A day makes a week likely: it passes as if both alone were tested, like the calendar's.
        """
        limits = {
            m: max(self.limits[m], _ALPHA / 2) if m == _WEEK * season else self.limits[m]
            for m, test in self.tests.items()
            if season % m and test.p_value < _HOPELESS
        }
        return _Round.of(without_phase_means(self.x, season), limits)

    def but(self, season: int) -> "_Round":
        """Return the same without a length that passes, or the best if that is none of them."""
        dropped = season if season in self.tests else self.clear[0]
        tests = {m: test for m, test in self.tests.items() if m != dropped}
        return _Round(self.x, self.limits, tests)


def _best(now: _Round) -> tuple[int, _Round]:
    """Return the season that describes the series best, and what is left without it.

    Not a part of its shape, as half of a sharp cycle is: then something remains at the whole.
    """
    clear = now.clear
    best = next((m for m in clear if _is_own(now.x, m, clear[0])), clear[0])
    best = best if best in _USUAL else _climbed(now.x, best)
    after = now.without(best)
    whole = next((m for m in clear if m % best == 0 and m in after.clear), best)
    if whole == best or _is_own(now.x, best, whole):
        return best, after
    return whole, now.without(whole)


def _is_own(x: FloatArray, m: int, whole: int) -> bool:
    """Whether a usual cycle shows within a longer one, as a day does within a week."""
    if m not in _USUAL or whole % m or whole < MIN_CYCLES * m:
        return False
    return season_test(seasonal_pattern(x, whole)[:whole], m).p_value < _ALPHA


def _climbed(x: FloatArray, m: int) -> int:
    """Return the length from which neither neighbour describes the series better."""
    gain = season_test(x, m).gain
    while True:
        near = [n for n in (m - 1, m + 1) if 2 < n <= len(x) / MIN_CYCLES]
        gains = {n: season_test(x, n).gain for n in near}
        best = max(gains, key=lambda n: gains[n], default=m)
        if best == m or gains[best] <= gain:
            return m
        m, gain = best, gains[best]


def _is_flat(rest: FloatArray, x: FloatArray) -> bool:
    """Whether nothing but rounding is left of the series."""
    return bool(np.ptp(rest) <= 1e-9 * max(float(np.abs(x).max()), 1e-300))


def _adds(x: FloatArray, m: int, found: list[int], *, named: bool = False) -> bool:
    """Whether a cycle is one of its own, not a known one wandering or a near miss of it.

    A cycle that changes slowly repeats best after one round, less after two, and so on; a true
    multiple repeats better than the rounds before and after it. One that the calendar names is no near
    miss: a year is 52 weeks and a day.
    """
    for known in found:
        part = known / max(1, round(known / m))
        if part * _PARTS >= known > m != part and abs(m - part) <= max(1, _NEAR * m):
            return False
        rounds = round(m / known)
        off = abs(m - rounds * known)
        if rounds and not named and 0 < off <= max(1, _NEAR * known):
            return False
        if off == 0:
            x = x[-recent(m) :]
            few = named and len(x) < _FEW_CYCLES * m
            rest = detrended_throughout(x, m) if few else detrended(x, m)
            if len(rest) <= m + known:  # the round after it is not seen
                return False
            r = autocorrelation(rest, m + known)
            if r[m] <= max(r[m - known], r[m + known]):
                return False
    return True


def _peaks(x: FloatArray, lags: int) -> list[int]:
    """Return up to which lag levels and differences repeat themselves most, and where the spectrum peaks.

    Two of its cycles may be nearer to a whole number, as of tides of 12.42 hours. Not 2: what alternates is
    negative autocorrelation, which needs no season.
    """
    x = x[-20_000:]
    peaks = [peak.period for peak in spectral_seasons(x)[:_MOST_PEAKS]]
    twice = [round(2.0 * period) for period in peaks]
    found = [round(period) for period in peaks] + [m for m in twice if m % 2]
    found = [m for m in found if 2 < m <= lags]
    for values in (x, np.diff(x)):
        rest = detrended(values, min(lags, len(values) // 3))
        if lags < 3 or _is_flat(rest, values):
            continue
        r = autocorrelation(rest, min(lags, len(rest) - 1))
        clear = r / np.sqrt(1 + 2 * np.cumsum(r**2))
        tops = np.flatnonzero((r[1:-1] > r[:-2]) & (r[1:-1] >= r[2:])) + 1
        tops = tops[tops > 2]
        if tops.size:
            found.append(int(tops[clear[tops].argmax()]))
    return found
