"""Days that came twice in a series and were strange both times: a very strange one alone, or several together."""

from collections.abc import Iterator

import numpy as np

from models.features.day_effects import TWICE, DayEffect, customs
from models.features.year_labels import LABELS, family_of
from models.types import BoolArray, FloatArray, IntArray

_VERY_FAR, _APART, _UNSURE = 10.0, 0.5, 0.25
"""Of a day alone: standard deviations beyond which both values lie, and shares of its effect: by which these may
differ, and by which the next may be off."""
_ALIKE = 0.5
"""Of several: the smaller of two amounts is at least such a share of the larger."""
_LEAST_DAYS, _FALSE = 3, 0.2
"""So many days there are, of which no larger a share may be chance."""


def alone_seen_twice(
    values: FloatArray, labels: IntArray, size: float, of: FloatArray
) -> list[DayEffect]:
    """Return the days that came twice and were very strange, and alike; those by their date if there are any.

    ``values``: shape (n,), each of a day with one of the ``labels``; ``size``: how far values usually lie off;
    ``of``: all of them, (m,). Closed on 25 and 26 December, a shop has such a fourth Saturday, too.
    """
    found = [
        one._replace(scale=max(one.scale, _UNSURE * abs(one.effect)))
        for one in customs(values, labels, _VERY_FAR * size, of, TWICE.among(LABELS))
        if one.times == TWICE.times
        and np.ptp(values[labels == one.label]) <= _APART * abs(one.effect)
    ]
    return [one for one in found if family_of(one.label) == 0] or found


def together_seen_twice(rest: FloatArray, labels: IntArray, limit: float) -> list[DayEffect]:
    """Return the days that came twice and lay beyond the limit, to the same side and by alike amounts.

    ``rest``: what values are beside the usual, (t,), nought where unknown; ``labels``: of the days that each is,
    (t, k), -1 for none. How far two values of a day are apart is learned from all of them together.

    Reference: Storey (2002), A direct approach to false discovery rates, JRSS B 64.
    """
    found = [*_above(rest, labels, limit)]
    found += [one._replace(effect=-one.effect) for one in _above(-rest, labels, limit)]
    scale = float(np.sqrt(np.mean([one.scale**2 for one in found]))) if found else 0.0
    return [one._replace(scale=scale) for one in found]


def _above(rest: FloatArray, labels: IntArray, limit: float) -> list[DayEffect]:
    """Return the days whose values are above the limit, unless they may well be chance.

    Of days that share a value those count first whose two are most alike. As many strange values as are left over
    would by chance have pairs among them, a value having so many labels.
    """
    strange, used, found = rest > limit, set[int](), list[DayEffect]()
    for label, places in sorted(_pairs(strange, labels), key=lambda pair: _unlike(rest[pair[1]])):
        amounts = rest[places]
        if amounts.min() < _ALIKE * amounts.max() or not used.isdisjoint(places.tolist()):
            continue
        used.update(places.tolist())
        found.append(DayEffect(label, float(amounts.mean()), float(amounts.std(ddof=1)), 2, 0.0))
    other = np.count_nonzero(strange) - len(used) + 1
    by_chance = other / 2 * other / len(rest) * np.count_nonzero(labels >= 0) / len(rest)
    enough = len(found) >= _LEAST_DAYS and by_chance <= _FALSE * len(found)
    return found if enough else []


def _pairs(strange: BoolArray, labels: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Yield the labels that come twice, both times at a strange value, with the places of these, (2,)."""
    there = labels >= 0
    times = np.bincount(labels[there])
    often = np.bincount(labels[there & strange[:, None]], minlength=len(times))
    places = np.flatnonzero(strange)
    for label in np.flatnonzero((times == 2) & (often == 2)).tolist():
        yield label, places[(labels[places] == label).any(axis=1)]


def _unlike(amounts: FloatArray) -> float:
    """Return by how much two amounts, (2,), differ, as a share of their mean."""
    return float(np.ptp(amounts) / amounts.mean())
