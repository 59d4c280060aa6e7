"""Large data as several requests, each of some of the series, and their answers as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

from ._errors import TooLargeError, UnprocessableError
from ._http import encode
from ._progress import Progress
from ._tables._base import ID, TARGET

ENDPOINTS = frozenset({"forecast", "detect", "decompose", "changepoints", "profile"})
"""Those whose answers about some series each can be put together; a backtest ranks over all of them."""
AT_ONCE = 2
_LARGE_ROWS, _LARGE_SERIES = 100_000, 1_000
"""From here on the server is asked for its limits before anything is sent."""
_SAMPLE = 500
_BY_SERIES = ("future", "feedback", "labels")
"""Options that tell of series by their names."""

Body = Mapping[str, Any]
Send = Callable[[Body], "dict[str, Any]"]


class SplitBody:
    """The series of a body, in order of first appearance, and the parts that can be made of it."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.rows = _rows_by_id(body.get("series"))

    @property
    def ids(self) -> list[Any]:
        """The names of the series, as they are sent."""
        return [*self.rows]

    @property
    def is_large(self) -> bool:
        """Whether a limit could be near."""
        return len(self.rows) > _LARGE_SERIES or sum(map(len, self.rows.values())) > _LARGE_ROWS

    def of(self, ids: Sequence[Any]) -> Body:
        """Return the body of some of the series only."""
        if len(ids) == len(self.rows):
            return self.body
        wanted, series = set(ids), self.body["series"]
        if isinstance(series, Mapping):
            picked: Any = _picked(series, sorted(p for one in ids for p in self.rows[one]))
        else:
            picked = [one for one in series if one[ID] in wanted]
        part = {**self.body, "series": picked}
        for name in _BY_SERIES:
            if name in part:
                part[name] = _of_ids(part[name], wanted)
        return part

    def planned(self, limits: Mapping[str, Any], most_series: int | None) -> list[list[Any]]:
        """Return the series of each request, as many as the limits allow.

        Args:
            limits: What the server answers to `/v1/limits`, or nothing.
            most_series: No more series than that in a request, or None.
        """
        most = min(limits.get("max_series", len(self.rows)), most_series or len(self.rows))
        points = limits.get("max_points", float("inf"))
        if "max_body_bytes" in limits:
            points = min(points, max(1.0, limits["max_body_bytes"] / self._bytes_per_row() / 1.2))
        parts: list[list[Any]] = [[]]
        filled = 0
        for one, rows in self.rows.items():
            if parts[-1] and (len(parts[-1]) >= most or filled + len(rows) > points):
                parts.append([])
                filled = 0
            parts[-1].append(one)
            filled += len(rows)
        return parts

    def _bytes_per_row(self) -> float:
        """Estimate what a row takes in JSON, from the rows of the first series."""
        ids, series = self.ids[:_SAMPLE], self.body["series"]
        if isinstance(series, Mapping):
            places = [place for one in ids for place in self.rows[one]][:_SAMPLE]
            return len(encode(_picked(series, places))) / max(len(places), 1)
        count = sum(len(self.rows[one]) for one in ids)
        return len(encode(series[: len(ids)])) / max(count, 1)


def sent_in_parts(
    whole: SplitBody, parts: Sequence[Sequence[Any]], send: Send, progress: Progress
) -> dict[str, Any]:
    """Send each part, a few at once, and return the answers as one, series in their order.

    A part that is over a limit all the same is halved. Series of a part in which none worked are among the
    errors of the whole.

    Raises:
        ResponseError: The server refused a part, or no series of any part worked.
        ConnectionFailedError: No answer came.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        running = [pool.submit(_sent, whole, ids, send, progress) for ids in parts]
        found = [one for future in running for one in future.result()]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    answers = [one for one in found if isinstance(one, dict)]
    if not answers:
        raise next(one for one in found if isinstance(one, UnprocessableError))
    if len(found) == 1:
        return answers[0]
    answer = joined([one if isinstance(one, dict) else _only_errors(one) for one in found])
    answer["warnings"] = [*answer.get("warnings", []), _told(len(found), len(whole.rows))]
    return answer


def _sent(whole: SplitBody, ids: Sequence[Any], send: Send, progress: Progress) -> list[Any]:
    """Return the answers to a part, halves of it where it is too large, or the error of all its series."""
    try:
        answer: Any = send(whole.of(ids))
    except TooLargeError:
        if len(ids) < 2:
            raise
        half = len(ids) // 2
        halves = (ids[:half], ids[half:])
        return [one for part in halves for one in _sent(whole, part, send, progress)]
    except UnprocessableError as error:
        if whole.body.get("on_error") == "fail" or not _is_of_series(error):
            raise
        answer = error
    progress.advance(len(ids))
    return [answer]


def joined(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return answers about some series each as one about all of them."""
    first = next(one for one in answers if set(one) != {"errors"})
    whole = dict(first)
    for name in dict.fromkeys(name for one in answers for name in one):
        values = [one[name] for one in answers if one.get(name) is not None]
        if all(is_table(value) for value in values) and values:
            whole[name] = _stacked(values)
        elif all(isinstance(value, list) for value in values):
            whole[name] = _without_repeats(entry for value in values for entry in value)
    if "timing_ms" in first:
        whole["timing_ms"] = _summed([one.get("timing_ms", {}) for one in answers])
    return whole


def is_table(value: Any) -> bool:
    """Say whether a field holds columns of equal length."""
    if not isinstance(value, Mapping) or not value:
        return False
    if not all(isinstance(column, list) for column in value.values()):
        return False
    return len({len(column) for column in value.values()}) == 1


def _stacked(tables: Sequence[Mapping[str, list[Any]]]) -> dict[str, list[Any]]:
    """Return tables below each other; a column that one lacks is null there."""
    names = dict.fromkeys(name for table in tables for name in table)
    lengths = [len(next(iter(table.values()))) for table in tables]
    return {
        name: [
            value
            for table, length in zip(tables, lengths)
            for value in table.get(name, [None] * length)
        ]
        for name in names
    }


def _without_repeats(entries: Iterable[Any]) -> list[Any]:
    """Return entries, what concerns no single series only once."""
    kept: list[Any] = []
    for entry in entries:
        general = isinstance(entry, Mapping) and entry.get(ID) is None
        if not (general and entry in kept):
            kept.append(entry)
    return kept


def _summed(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for timing in timings for name in timing)
    return {name: sum(timing.get(name, 0.0) for timing in timings) for name in names}


def _rows_by_id(series: Any) -> dict[Any, Sequence[int]]:
    """Return the rows of each series, their places in columns; nothing where there is one without a name."""
    if isinstance(series, Mapping) and ID in series:
        places: dict[Any, list[int]] = {}
        for place, one in enumerate(series[ID]):
            places.setdefault(one, []).append(place)
        return dict(places)
    if isinstance(series, Sequence):
        return {one[ID]: range(len(one[TARGET])) for one in series}
    return {}


def _picked(columns: Mapping[str, list[Any]], places: Sequence[int]) -> dict[str, list[Any]]:
    return {name: [column[place] for place in places] for name, column in columns.items()}


def _of_ids(value: Any, wanted: set[Any]) -> Any:
    """Return of an option what concerns some series; an option that names none stays as it is."""
    if isinstance(value, Mapping) and isinstance(value.get(ID), list):
        return _picked(value, [place for place, one in enumerate(value[ID]) if one in wanted])
    if isinstance(value, list):
        return [one for one in value if _name_of(one) in wanted or _name_of(one) is None]
    return value


def _name_of(entry: Any) -> Any:
    return entry.get(ID) if isinstance(entry, Mapping) else None


def _is_of_series(error: UnprocessableError) -> bool:
    """Say whether a refusal is about the series that were sent, and not about an option."""
    return bool(error.errors) and all(one.get(ID) is not None for one in error.errors)


def _only_errors(error: UnprocessableError) -> dict[str, Any]:
    return {"errors": [{"code": error.code, **one} for one in error.errors]}


def _told(requests: int, series: int) -> dict[str, Any]:
    return {
        "code": "sent_in_parts",
        "unique_id": None,
        "message": f"{series:,} series were sent in {requests:,} requests",
        "hint": "a model that learns from all series together saw those of its request only",
    }
