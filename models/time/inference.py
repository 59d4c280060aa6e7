"""The regular step behind a series' timestamps, found with gaps and stray stamps allowed."""

from typing import NamedTuple

import numpy as np

from models.errors import BadStamps, FrequencyUnknown, InvalidParameter
from models.time import phases
from models.time.business import found_in, late_day
from models.time.frequency import Frequency, monthly, weekly
from models.time.opening_hours import found_hours
from models.time.spelling import hours_alias, tick_alias
from models.time.steps import DAY, Days, Months, OpeningHours, weekdays
from models.time.zones import to_absolute, to_local
from models.types import IntArray, StampArray

_MOST = 0.9
_HALF = 0.5
_FEW = 0.02
_SPARSE = 3
_YEAR = 366 * DAY
_HALF_A_MONTH = np.timedelta64(15, "D")
_NICE_TICKS = tuple(
    count * unit * 10**9
    for unit, counts in (
        (1, (1, 2, 5, 10, 15, 20, 30)),
        (60, (1, 2, 3, 5, 10, 15, 20, 30)),
        (3600, (1, 2, 3, 4, 6, 12)),
    )
    for count in counts
)


class _Mode(NamedTuple):
    value: int
    share: float


def infer(stamps: StampArray, tz: str | None = None) -> Frequency:
    """Return the step that most of the timestamps follow.

    ``stamps``: shape (t,), unique and ascending, ``int64`` or ``datetime64[ns]`` (in UTC if ``tz``).
    Gaps are allowed: the most common distance wins. One timestamp has no step; a step of 1 or a day
    is assumed. Raises ``FrequencyUnknown`` with what was seen if no step fits.
    """
    if stamps.dtype.kind in "iu":
        return _infer_integer(stamps)
    if len(stamps) < 2:
        return Frequency("D")
    distances = _between(stamps.astype(np.int64))
    typical = _mode(distances)
    middle = typical.value if typical.share == 1 else int(np.median(distances))
    # A day has 23 hours at the shortest.
    if min(typical.value, middle) < DAY * 23 // 24:
        return _infer_hours(stamps, distances, typical, tz) or _infer_ticks(distances, typical)
    local = to_local(stamps, tz)
    return _infer_days(local if typical.share == 1 else _by_their_day(local), distances)


def anchored(freq: Frequency, local: StampArray, tz: str | None = None) -> Frequency:
    """Return the frequency of the same length whose marks (weekday, month, start or end) suit the stamps.

    ``local``: shape (t,), wall-clock stamps. Asking for 'ME' with stamps on the first of the month
    gives 'MS'; stamps that fit no other marks better leave the frequency as it is. Raises ``BadStamps`` for
    opening hours within which the clocks of the zone change.
    """
    if freq.step is not None or not len(local):
        return freq
    steps = freq.steps
    if isinstance(steps, OpeningHours):
        if _clock_changes_in(freq, local, tz):
            raise BadStamps(
                f"the clocks of {tz} change within the opening hours {freq.alias!r}",
                "leave out the hour of the change, or set freq to the step alone",
            )
        return _suited_hours(freq, steps, local)
    if isinstance(steps, Days) and steps.weekday is not None:
        return weekly(steps.days // 7, _mode(weekdays(local)).value)
    if isinstance(steps, Months) and _share_on_marks(freq, local) < _HALF:
        found = _month_marks(local, steps.count * steps.unit)
        return found or freq
    return freq


def _suited_hours(freq: Frequency, asked: OpeningHours, local: StampArray) -> Frequency:
    """Return the opening hours that stamps keep to, where some are after the end of those asked for."""
    if len(local) < 2 or np.mean(~asked.is_open(local)) <= _FEW:
        return freq
    found = found_hours(local, asked.step)
    return freq if found is None else Frequency(hours_alias(found))


def _infer_integer(stamps: IntArray) -> Frequency:
    if len(stamps) < 2:
        return Frequency.integer(1)
    distances = _between(stamps)
    typical = _mode(distances)
    if typical.share >= _HALF and _mode(stamps % typical.value).share >= _MOST:
        return Frequency.integer(typical.value)
    common = int(np.gcd.reduce(distances))
    if (stamps[-1] - stamps[0]) // common < _SPARSE * len(stamps):
        return Frequency.integer(common)
    raise _unknown(distances, typical, str)


def _infer_ticks(distances: IntArray, typical: _Mode) -> Frequency:
    """Find a step shorter than a day: the most common one, else a round one near the median."""
    if typical.share >= _HALF and typical.value < DAY:
        return Frequency.parse(tick_alias(typical.value))
    middle = int(np.median(distances))
    near = min(_NICE_TICKS, key=lambda tick: abs(tick - middle))
    rest = np.abs(distances - np.round(distances / near) * near)
    if abs(near - middle) <= near // 10 and np.mean(rest <= near // 4) >= _HALF:
        return Frequency.parse(tick_alias(near))
    raise _unknown(distances, typical, _duration_text)


def _infer_hours(
    stamps: StampArray, distances: IntArray, typical: _Mode, tz: str | None
) -> Frequency | None:
    """Find the opening hours behind steps below a day; None without, and where the clock changes in them."""
    if typical.share == 1:
        return None
    try:
        step = _infer_ticks(distances, typical).length
    except FrequencyUnknown:  # such as three readings a day, at their times
        step = typical.value
    local = to_local(stamps, tz)
    found = found_hours(local, step)
    if found is None:
        return None
    freq = Frequency(hours_alias(found))
    return None if _clock_changes_in(freq, local, tz) else freq


def _clock_changes_in(hours: Frequency, local: StampArray, tz: str | None) -> bool:
    """Whether clocks of the zone change within opening hours in the year after the stamps."""
    marks = to_absolute(hours.walk(local[-1], hours.most_within(_YEAR)), tz)
    return bool((marks.shifted | marks.assumed).any())


def _infer_days(local: StampArray, distances: IntArray) -> Frequency:
    """Find a step of days, weeks, months or years on the wall clock."""
    days = _between(local.astype("datetime64[D]").astype(np.int64))
    typical = _mode(days)
    if not typical.value:  # 23 hours, within one day
        return _infer_ticks(distances, _mode(distances))
    if typical.share < 1:
        found = found_in(local)
        if found is not None:
            return Frequency(found)
    middle = float(np.median(days))
    months = _infer_months(local, typical) if max(typical.value, middle) >= 28 else None
    if months is not None:
        return months
    if typical.share < _HALF:
        return _infer_varying_days(local, distances, middle)
    if typical.value % 7 == 0:
        return weekly(typical.value // 7, _mode(weekdays(local)).value)
    if typical.value == 1 and typical.share < 1 and _business_only(local):
        return Frequency("B")
    return Frequency.parse(f"{typical.value}D")


def _infer_months(local: StampArray, typical: _Mode) -> Frequency | None:
    """Find a step of months, None where stamps keep a step of days better; ``typical``: that of the days."""
    usual = _mode(_between(local.astype("datetime64[M]").astype(np.int64)))
    marks = _month_marks(local, usual.value) if usual.share >= _HALF else None
    if marks is None or (typical.share >= _MOST and _share_on_marks(marks, local) < _MOST):
        return None
    return marks


def _infer_varying_days(local: StampArray, distances: IntArray, middle: float) -> Frequency:
    """Find a week or a month of which no distance of days is the usual one; ``middle``: the median of these."""
    if abs(middle - 7) <= 1:
        return weekly(1, _mode(weekdays(local)).value)
    if _is_monthly_about_the_end(local):
        return Frequency("ME")
    days = local.astype("datetime64[D]").astype(np.int64)
    if _mode(_between(days)).value == 1 and days[-1] - days[0] < _SPARSE * len(days):
        return Frequency("D")  # rows of days on which there was something, which are many
    raise _unknown(distances, _mode(distances), _duration_text)


def _by_their_day(local: StampArray) -> StampArray:
    """Return stamps that jitter about one time of day moved to noon, so that each is on its own day."""
    clocks = (local - local.astype("datetime64[D]")).astype(np.int64)
    usual = phases.middle(clocks, DAY)
    off = np.abs((clocks - usual + DAY // 2) % DAY - DAY // 2)
    if not off.any() or np.mean(off < DAY // 4) < _MOST:
        return local
    return local + np.timedelta64(DAY // 2 - usual, "ns")


def _business_only(local: StampArray) -> bool:
    """Whether the stamps jump over weekends and (nearly) never fall on one."""
    at_weekend = np.mean(weekdays(local) >= 5)
    days = local.astype("datetime64[D]").astype(np.int64)
    weekends = np.sum((_between(days) > 1) & (weekdays(local)[1:] < weekdays(local)[:-1]))
    return bool(at_weekend <= 0.02 and weekends >= 1)


def _month_marks(local: StampArray, months: int) -> Frequency | None:
    """Return the marks of a step of so many months that most of the stamps are on.

    Stamps on one same day of the month, which need not be the first, count as month starts.
    """
    if not months:
        return None
    numbers = local.astype("datetime64[M]").astype(np.int64)
    anchor = _mode(numbers % 12).value if months % 3 == 0 else 0
    best, best_share = None, 0.0
    for at_end, business in ((False, False), (True, False), (False, True), (True, True)):
        try:
            candidate = monthly(months, anchor, at_end=at_end, business=business)
        except InvalidParameter:
            continue
        share = _share_on_marks(candidate, local)
        if share > best_share + 1e-9:
            best, best_share = candidate, share
    late = late_day(local)
    if late is not None and best_share < _MOST:
        return Frequency.parse(f"{months}{late}")
    if best is not None and best_share >= _HALF:
        return best
    number = (local.astype("datetime64[D]") - local.astype("datetime64[M]")).astype(np.int64)
    at_end = _mode(number).share < _HALF and np.mean(number > 15) > _HALF
    return monthly(months, anchor, at_end=bool(at_end))


def _is_monthly_about_the_end(local: StampArray) -> bool:
    """Whether there is one stamp from the middle of each month to that of the next."""
    months = (local - _HALF_A_MONTH).astype("datetime64[M]").astype(np.int64)
    return bool(np.mean(np.diff(months) == 1) >= _MOST)


def _share_on_marks(freq: Frequency, local: StampArray) -> float:
    day = local.astype("datetime64[D]")
    return float(np.mean(freq.steps.floor(local).astype("datetime64[D]") == day))


def _between(values: IntArray) -> IntArray:
    """Return the distance from each value to the next; shape (t - 1,)."""
    return np.asarray(values[1:] - values[:-1])


def _mode(values: IntArray) -> _Mode:
    """Return the most common value (the smallest of several) and its share."""
    if (values == values[0]).all():
        return _Mode(int(values[0]), 1.0)
    found, counts = np.unique(values, return_counts=True)
    best = int(counts.argmax())
    return _Mode(int(found[best]), float(counts[best] / len(values)))


def _unknown(distances: IntArray, typical: _Mode, text: object) -> FrequencyUnknown:
    write = text if callable(text) else str
    return FrequencyUnknown(
        f"no regular step fits the timestamps: the most common distance, {write(typical.value)}, makes up"
        f" {100 * typical.share:.0f} %, the shortest is {write(int(distances.min()))},"
        f" the longest {write(int(distances.max()))}",
        "set freq to the step that is meant, or resample to a regular one",
    )


def _duration_text(nanos: int) -> str:
    units = (("day", DAY), ("hour", DAY // 24), ("minute", 60 * 10**9), ("second", 10**9))
    name, size = next((unit for unit in units if nanos >= unit[1]), units[-1])
    text = f"{nanos / size:.4g}"
    return f"{text} {name}" if text == "1" else f"{text} {name}s"
