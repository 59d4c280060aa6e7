"""Opening hours: a step below a day that goes on at the times of the week at which a business is open.

Spelled as the step, then days and times as on a shop's door, and as OpenStreetMap and schema.org write them:
``h Mon-Fri 09:00-17:00``, ``15min Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-13:00``. A step is marked at its
beginning, so that none is at the end; times beyond midnight are of the next day.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.time import phases
from models.time.steps import DAY, HOUR, MINUTE, WEEK, WEEKDAYS, OpeningHours, weekdays
from models.types import BoolArray, IntArray, StampArray

SPELLED = re.compile(r"\s*(\S+)\s+([^;:]*\d:\d.*)")
"""A step, and days with times."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RULE = re.compile(r"([A-Za-z][A-Za-z,\- ]*?)?\s*(\d{1,2}:\d\d[\d:,\- ]*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_SECOND = 10**9
_MOST_MARKS = 100_000
_LONGEST_OPEN = 3 * HOUR


def opening_hours(step: int, text: str) -> OpeningHours:
    """Return the steps of so many nanoseconds at these days and times; raises ``ValueError`` for what is none."""
    if not 0 < step < DAY:
        raise ValueError("the step of opening hours is shorter than a day")
    if WEEK // step > _MOST_MARKS:
        raise ValueError(f"a week has at most {_MOST_MARKS} steps of opening hours")
    week: dict[int, list[int]] = {}
    for rule in text.strip().rstrip(";").split(";"):
        match = _RULE.fullmatch(rule.strip())
        if match is None:
            raise ValueError(f"{rule.strip()[:40]!r} is no days and times")
        times = [time for part in match[2].split(",") for time in _times(part.strip(), step)]
        week |= dict.fromkeys(listed_days(match[1] or "Mon-Sun"), times)
    marks = {(day * DAY + time) % WEEK for day, times in week.items() for time in times}
    return OpeningHours(step, tuple(sorted(marks)))


def spelled(hours: OpeningHours) -> str:
    """Return the one spelling of days and times; without the step."""
    marks = np.array(hours.marks)
    days: dict[str, list[int]] = {}
    for day in np.unique(marks // DAY).tolist():
        times = marks[marks // DAY == day] % DAY
        days.setdefault(",".join(_ranges(times, hours.step)), []).append(day)
    return "; ".join(f"{_listed(own)} {times}" for times, own in days.items())


def listed_days(text: str) -> list[int]:
    """Return the weekdays of a list such as ``Mon-Wed, Friday``, 0 = Monday; raises ``ValueError`` for no day."""
    found = []
    for part in text.strip().split(","):
        first, *rest = (_day(name.strip()) for name in part.split("-", 1))
        ahead = (rest[0] - first) % 7 if rest else 0
        found += [(first + day) % 7 for day in range(ahead + 1)]
    return found


def _day(name: str) -> int:
    fitting = [day for day, full in enumerate(_DAYS) if full.startswith(name.lower())]
    if len(name) < 2 or not fitting:
        raise ValueError(f"{name[:20]!r} is no day of the week")
    return fitting[0]


def _times(text: str, step: int) -> range:
    """Return the times from one to before another, or a single one; nanoseconds since midnight."""
    start, *ends = (_clock(part.strip()) for part in text.split("-", 1))
    if not ends:
        return range(start, start + 1)
    return range(start, ends[0] if ends[0] > start else ends[0] + DAY, step)


def _clock(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    time = hours * HOUR + minutes * MINUTE + seconds * _SECOND
    if time > DAY or max(minutes, seconds) > 59:
        raise ValueError(f"{text[:20]!r} is no time of day")
    return time


def _ranges(times: IntArray, step: int) -> Iterable[str]:
    """Write ascending times of a day as ranges; those of readings, far apart, one by one."""
    apart = np.diff(times) != (step if step <= _LONGEST_OPEN else 0)
    for run in np.split(times, np.flatnonzero(apart) + 1):
        first, after = int(run[0]), min(int(run[-1]) + step, DAY)
        yield _written(first) if len(run) == 1 else f"{_written(first)}-{_written(after)}"


def _written(time: int) -> str:
    minutes, seconds = divmod(time // _SECOND, 60)
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{clock}:{seconds:02d}" if seconds else clock


def _listed(days: list[int]) -> str:
    names = [WEEKDAYS[day].title() for day in days]
    runs = np.split(np.array(days), np.flatnonzero(np.diff(days) != 1) + 1)
    return ",".join(
        names[days.index(run[0])] + (f"-{names[days.index(run[-1])]}" if len(run) > 1 else "")
        for run in runs
    )


_FEWEST_DAYS, _WEEKS = 3, 3
"""So many days show that there never is a row at night, so many weeks that a weekday has hours of its own."""
_SELDOM = 0.25
"""A time at which there is a row on a smaller share of its days is closed."""
_STRAY = 0.02
"""Share of rows that may be at closed times."""
_NEARLY_ALWAYS = 0.9
"""What is open for more of a week than this has gaps, no closing times."""
_MOST_MISSING = 0.5
_MOST_KEPT = 2 / 3
_BY_CHANCE = 0.01
_MOST_RANGES = 4
"""Times of a day: morning, noon, afternoon and evening."""


def found_hours(local: StampArray, step: int) -> OpeningHours | None:
    """Return the opening hours that stamps of a step below a day keep to; None if they keep to none.

    ``local``: shape (t,), ascending wall-clock stamps; ``step``: nanoseconds between most of them. A time of the
    week is closed if it has no row, or hardly ever one. That is no chance where gaps as frequent as they are at
    open times would close one of these in less than one of a hundred series: each weekday has hours of its own
    if so many of its days, three at least, show it; else all have the same, if three days do.
    """
    if WEEK // step > _MOST_MARKS:
        return None
    if local[-1] - local[0] < np.timedelta64((_FEWEST_DAYS - 1) * DAY - DAY // 2, "ns"):
        return None
    seen = _Seen.of(local, step)
    if seen is None or seen.dates.sum() < _FEWEST_DAYS:
        return None
    for is_open, shown in seen.tables():
        if seen.tells(is_open, shown):
            marks = np.flatnonzero(is_open)
            day, at = np.divmod(marks, len(seen.times))
            return OpeningHours(step, tuple((day * DAY + seen.times[at]).tolist()))
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """On how many days there were rows at each time of the week.

    ``times``: shape (n,), of a day. ``rows``: shape (7, n), how many at each of them by weekday. ``dates``:
    shape (7,), on how many days there were any, of ``possible`` ones. ``cut``: shape (7, n), how many times were
    before the first row or after the last.
    """

    step: int
    times: IntArray
    rows: IntArray
    dates: IntArray
    possible: IntArray
    cut: IntArray

    @classmethod
    def of(cls, local: StampArray, step: int) -> Self | None:
        """Count the rows, (t,), those that jitter where they do; None if the times about which they do drift."""
        day, clock = _parted(local)
        times, counts = np.unique(clock, return_counts=True)
        usual = np.sort(counts)[-(DAY // step) :].sum()
        if usual < (1 - _STRAY) * len(clock) or (times % _SECOND).any():
            if DAY % step:
                return None
            phase = round(phases.middle(clock % step, step) / MINUTE) * MINUTE
            number = np.rint((local.astype(np.int64) - phase) / step).astype(np.int64)
            day, clock = _parted((number * step + phase).astype("datetime64[ns]"))
            times = np.unique(clock)
        rows = np.zeros((len(_DAYS), len(times)), dtype=np.int64)
        np.add.at(rows, (weekdays(day), np.searchsorted(times, clock)), 1)
        cut = np.zeros_like(rows)
        cut[weekdays(day[:1])] += times < clock[0]
        cut[weekdays(day[-1:])] += times > clock[-1]
        every = np.arange(day[0], day[-1] + 1)
        dates, possible = (np.bincount(weekdays(d), minlength=7) for d in (np.unique(day), every))
        return cls(step, times, rows, dates, possible, cut)

    def tables(self) -> Iterator[tuple[BoolArray, int]]:
        """Return which times of the week may be open, shape (7, n), and how many days show it."""
        open_days = self._open_days()
        least = int(self.dates[open_days].min())
        if least >= _WEEKS:
            yield (self.rows >= _SELDOM * self.dates[:, None]) & open_days[:, None], least
        alike = self.rows[open_days].sum(axis=0) >= _SELDOM * self.dates[open_days].sum()
        yield alike & open_days[:, None], int(self.dates[open_days].sum())

    def _open_days(self) -> BoolArray:
        """Return which weekdays are not known to be closed, shape (7,): two or more have to have shown it."""
        is_open = self.dates >= _SELDOM * self.possible
        kept = self.dates[is_open].sum() >= _MOST_KEPT * self.possible[is_open].sum()
        is_known = kept and self.possible[~is_open].sum() > 1
        return is_open if is_known else np.ones(len(_DAYS), dtype=np.bool_)

    def tells(self, is_open: BoolArray, shown: int) -> bool:
        """Whether rows are at these times, shape (7, n), often enough that the others are closed."""
        inside, share = self.rows[is_open].sum(), is_open.sum() * self.step / WEEK
        if inside < (1 - _STRAY) * self.rows.sum() or not 0 < share <= _NEARLY_ALWAYS:
            return False
        round_the_clock = is_open.sum(axis=1).max() * self.step >= DAY
        if round_the_clock and not self._tells_days(np.asarray(is_open.any(axis=1))):
            return False
        if max(_count_ranges(self.times[own], self.step) for own in is_open) > _MOST_RANGES:
            return False
        expected = np.where(is_open, self.dates[:, None] - self.cut, 0)
        lacking = np.maximum(expected - np.where(is_open, self.rows, 0), 0)
        missing = (lacking.sum() + 1) / (expected.sum() + 2)
        # What is off on most nights, all night long, is not closed on the others.
        by_time = np.maximum(lacking.sum(axis=0) / np.maximum(expected.sum(axis=0), 1), missing)
        by_chance = is_open.sum(axis=0) @ by_time**shown
        return bool(missing <= _MOST_MISSING and by_chance <= _BY_CHANCE)

    def _tells_days(self, is_open: BoolArray) -> bool:
        """Whether weekdays, open round the clock or closed, shape (7,), have shown it in weeks enough."""
        weeks = int(self.possible[~is_open].min(initial=_WEEKS))
        missing = 1 - np.min(self.dates[is_open] / self.possible[is_open])
        return bool(weeks >= _WEEKS and missing**weeks <= _BY_CHANCE)


def _parted(local: StampArray) -> tuple[StampArray, IntArray]:
    """Return the day of each stamp, and how many nanoseconds of it have passed."""
    day = local.astype("datetime64[D]")
    return day, np.asarray((local - day).astype(np.int64))


def _count_ranges(times: IntArray, step: int) -> int:
    return int((np.diff(times) != step).sum()) + 1
