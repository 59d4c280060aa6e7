"""Which seasons a series has: those that were given with it, else those found in its values."""

from models.data.series import Series
from models.stats.phase_scale import has_quiet_time, phase_scales
from models.stats.robust import least_scale
from models.stats.season_check import foretells, foretells_beside
from models.stats.season_search import detect_seasons
from models.time.frequency import Frequency
from models.time.steps import WEEK
from models.types import FloatArray

_SHORT = 12
"""So many steps are a short season, however long they are."""


def seasons_of(series: Series) -> tuple[int, ...]:
    """Return season lengths over 1, shortest first: those given, else those found, looked for once."""
    if series.season_length is not None:
        return tuple(sorted({m for m in series.season_length if m > 1}))
    if series.found_seasons is None:
        series.keep_seasons(detect_seasons(series.y, series.grid.freq))
    return series.found_seasons or ()


def short_seasons(freq: Frequency) -> tuple[int, ...]:
    """Return the seasons that the calendar suggests up to a week, or up to a dozen steps, shortest first."""
    return tuple(m for m in freq.calendar_seasons() if m <= _SHORT or m * freq.length <= WEEK)


def may_have_cycles(series: Series) -> bool:
    """Whether what happens once may be a part of a cycle: one of the calendar's that does not come twice."""
    return len(series) < 2 * max(short_seasons(series.grid.freq), default=0)


def season_of_scatter(series: Series, asked: int | None, off: FloatArray) -> int:
    """Return the season, 1 for none, that has a quiet time though not a level of its own, if nobody told any.

    The calendar proposes it, and even cycles agree with odd ones on it. ``off``: shape (t,), how far values
    lie off what is expected, NaN where unknown.
    """
    told = asked is not None or series.season_length is not None
    for m in () if told else short_seasons(series.grid.freq):
        scales = phase_scales(off, m, least_scale(series.y))
        if scales is not None and has_quiet_time(scales):
            return m
    return 1


def seasons_for(series: Series, asked: int | None) -> tuple[int, ...]:
    """Return the season that a param asks for, none for 1; where it asks for none, those of the series."""
    if asked is None:
        return seasons_of(series)
    return (asked,) if asked > 1 else ()


def confirmed_seasons(series: Series, asked: int | None) -> tuple[int, ...]:
    """Return the season that a param asks for or those given with a series, or those found that foretell it.

    One that the calendar names has to foretell no more than the levels of a shorter one that fits into it.
    """
    seasons = seasons_for(series, asked)
    if asked is not None or series.season_length is not None:
        return seasons
    calendar = series.grid.freq.calendar_seasons()
    found: list[int] = []
    for m in seasons:
        within = max((one for one in found if m % one == 0), default=1)
        is_beside = within > 1 and m in calendar and foretells_beside(series.y, m, within)
        if is_beside or foretells(series.y, m):
            found.append(m)
    return tuple(found)
