"""Seasons: which there are, and what each adds, shrunken to what can be told from noise."""

from collections.abc import Sequence

import numpy as np

from models.data.series import Series
from models.stats.autocorrelation import autocorrelation
from models.stats.season_search import beyond_calendar, detect_seasons
from models.stats.season_test import season_test
from models.stats.seasonal_index import shrunken_index
from models.stats.swing import swing_gain
from models.time.frequency import Frequency
from models.time.steps import DAY
from models.types import FloatArray

Seasons = tuple[int, ...]

_UNDATED = Frequency.integer(1)
DAYS: Seasons = (24, 48, 96, 144, 288)
"""Cycles that are a day: of hours, half hours, quarters, ten and five minutes."""
_WEEKS, _WEEK = 3, 7
"""Who lives by the day lives by the week, once there are so many weeks."""

_MONTH = 28 * DAY
_SURE, _CLEAR, _LIKELY = 0.001, 0.05, 0.2
"""Chances that noise shows a cycle as clearly: one without doubt, one that is there, one that may well be."""
_FEW_CYCLES, _LONG, _BLOCKS, _ALIKE = 3, 48, 12, 0.6
"""With fewer cycles of so many points, around a shorter season, the changes from twelfth to twelfth must be as
alike: so are one in fifty of those of walks."""
_SWING = 13.0
"""Or a swing once a cycle must gain as much: it does in one in fifty of walks, too."""
_LEAST_SEARCHED = 16
"""Fewer values show no season but the calendar's."""
_ROUNDS = 4
"""A season of years is seen in so many rounds."""
_AGAIN = 0.3
"""Changes that come again less, by their autocorrelation, are not worth a test."""


def named_seasons(series: Series) -> Seasons | None:
    """Return the seasons that are known before the values are looked at; None if there is no saying.

    Those that were given; none where the calendar has none, as of years. Steps of 50 minutes or of a clock that
    runs slow fit into no day: theirs are in the values, if anywhere.
    """
    if series.season_length is not None:
        return tuple(sorted({m for m in series.season_length if m > 1}))
    freq = series.grid.freq
    is_long = freq.step is None and freq.length >= _MONTH
    return () if is_long and not freq.calendar_seasons() else None


def cycles_of_years(y: FloatArray) -> Seasons:
    """Return the seasons of yearly values (t,) that leave no doubt in four rounds, as elections do.

    The calendar has none for years, and waves that change their length show less surely.
    """
    if len(y) < _LEAST_SEARCHED or np.ptp(y) == 0:
        return ()
    x = np.log(y) if y.min() > 0 else y
    lengths = range(3, min(len(x) // _ROUNDS, _LONG) + 1)
    again = autocorrelation(np.diff(x), max(lengths))
    tests = {m: season_test(x - x.mean(), m) for m in lengths if again[m] > _AGAIN}
    best = max(tests, key=lambda m: tests[m].gain, default=0)
    return (best,) if tests and tests[best].p_value < _SURE / len(lengths) else ()


def find_seasons(x: FloatArray, calendar: Seasons = ()) -> Seasons:
    """Return at most two seasons of the values (t,): the longest found, or a day and its week.

    Of a cycle that the calendar suggests it is enough that it may well be there: its index is shrunken by what is
    noise in it. Another one counts if it describes the values better.
    """
    if calendar:
        return _by_calendar(x, calendar)[-2:]
    found = detect_seasons(x, _UNDATED)
    if found and found[0] in DAYS and len(x) >= _WEEKS * _WEEK * found[0]:
        return found[0], _WEEK * found[0]
    return found[-2:]


def days_a_week(seasons: Seasons, calendar: Seasons) -> int:
    """Return how many days, which are the first of the seasons, a week has: those that are open; 0 for no day."""
    if not seasons:
        return 0
    days, rest = divmod(max(calendar, default=0), seasons[0])
    if not rest and 1 < days <= _WEEK:
        return days
    return _WEEK if seasons[0] in DAYS else 0


def sure_seasons(x: FloatArray, named: Seasons | None, calendar: Seasons = ()) -> Seasons:
    """Return the seasons of mostly zeros (t,) that leave no doubt: of those named, or of those found if None.

    Nights of solar power and closed days are zero by the clock, rare demand is zero by chance.
    """
    wanted = find_seasons(x, calendar) if named is None else named
    rest = x - x.mean()
    return tuple(m for m in wanted if 1 < m <= len(x) / 2 and season_test(rest, m).p_value < _SURE)


def _by_calendar(x: FloatArray, calendar: Seasons) -> Seasons:
    x = x - x.mean()
    usable = [m for m in calendar if 2 * m <= len(x)]
    chance = {m: season_test(x, m).p_value for m in usable if m == usable[0] or _repeats(x, m)}
    clear = tuple(m for m, p_value in chance.items() if p_value < _CLEAR)
    other = beyond_calendar(x, calendar, clear) if len(x) >= _LEAST_SEARCHED else ()
    return other or tuple(m for m, p_value in chance.items() if p_value < _LIKELY)


def _repeats(x: FloatArray, m: int) -> bool:
    """Whether a long cycle of which there are two is one as a whole, and not but a few days that come again.

    Christmas, twice, is enough for the phases of a year of days to differ beyond chance; the index of the others
    would be a mean of two noisy values, and of a level that wanders. A summer and a winter show through noise in
    which the changes of a month do not.
    """
    if m < _LONG or len(x) >= _FEW_CYCLES * m:
        return True
    ends = np.arange(1, len(x) * _BLOCKS // m) * m // _BLOCKS
    blocks = np.array([np.median(block) for block in np.split(x, ends)])
    changes = np.diff(blocks)
    again = changes[_BLOCKS:]
    before = changes[: len(again)]
    with np.errstate(invalid="ignore", divide="ignore"):  # blocks that are all alike
        alike = bool(np.corrcoef(before, again)[0, 1] > _ALIKE)
    return alike or swing_gain(blocks, _BLOCKS) > _SWING


def seasonal_component(x: FloatArray, seasons: Sequence[int], ahead: int) -> FloatArray:
    """Return the sum of the indices, over the values (t,) and ``ahead`` steps more; (t + ahead,)."""
    total = np.zeros(len(x) + ahead)
    position = np.arange(len(x) + ahead)
    for m in seasons:
        if len(x) >= 2 * m:
            total += shrunken_index(x - total[: len(x)], m)[position % m]
    return total
