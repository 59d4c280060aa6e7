"""Runs of one value that are longer than chance makes them, as points come: a sensor that is stuck."""

import math
from dataclasses import dataclass, field

from models.contract.state import kept
from models.stats.runs import run_rarity

_LEAST = 5
"""A run has so many points."""
_LEAST_KNOWN = 20
"""Fewer steps before a run do not tell how often values are repeated."""
_IN_SERIES = 0.01
"""In how many series chance may make a run that counts."""


@kept
@dataclass(eq=False)
class RunCounts:
    """How often a value has repeated the one before, and the repeats of the longest run that is usual.

    A strange run is usual only as far as a strange one before it was as long: ``strangest`` has the repeats of
    the longest of the strange ones.
    """

    steps: int = 0
    repeats: int = 0
    longest: int = 0
    strangest: int = 0

    def add(self, repeats: int, *, strange: bool) -> None:
        """Count a run that is over."""
        self.steps += repeats + 1
        self.repeats += repeats
        usual = min(repeats, self.strangest) if strange else repeats
        self.longest = max(self.longest, usual)
        self.strangest = max(self.strangest, repeats if strange else 0)

    def rarity(self, repeats: int) -> float:
        """Return -log10 of how often chance makes such a run, 0 for one that is nothing new."""
        return (
            float(run_rarity(repeats, self.longest, self.repeats, self.steps))
            if self.steps
            else 0.0
        )


@kept
@dataclass(eq=False)
class StuckValueRuns:
    """The run in progress, and those before it.

    ``home``: the value of the longest usual run, such as the zero of nights and closed days, which has ``own``
    runs, ``visits`` of them as long as counts; ``others``: the runs of all other values. It is none before its
    second visit: a level that changes slowly, in the steps of a coarse sensor, has long runs of each value once.
    """

    value: float = math.nan
    run: int = 0
    home: float = math.nan
    visits: int = 0
    own: RunCounts = field(default_factory=RunCounts)
    others: RunCounts = field(default_factory=RunCounts)

    def take(self, value: float) -> float:
        """Move on by one point; return how strange the run up to it is, over 1 if chance does not make it."""
        if value == self.value:
            self.run += 1
            return self._strangeness()
        if not math.isnan(self.value):
            self._count()
        self.value, self.run = value, 0
        return 0.0

    def _count(self) -> None:
        """Count the run that is over; the longest usual one of all makes its value the home."""
        strange, is_long = self._strangeness() > 1.0, self.run + 1 >= _LEAST
        if self.value == self.home:
            self.visits += is_long
            self.own.add(self.run, strange=strange)
        elif is_long and not strange and self.run > self.own.longest:
            self.others = self._all()
            self.home, self.visits, self.own = self.value, 1, RunCounts()
            self.own.add(self.run, strange=False)
        else:
            self.others.add(self.run, strange=strange)

    def _strangeness(self) -> float:
        if self.run + 1 < _LEAST:
            return 0.0
        before = self.own.steps + self.others.steps
        if before < _LEAST_KNOWN:
            return 0.0
        known = self.others if self.visits > 1 else self._all()
        if self.value == self.home:
            known = self.own
        return known.rarity(self.run) / (math.log10(before + self.run) - math.log10(_IN_SERIES))

    def _all(self) -> RunCounts:
        """Return the runs of all values as one."""
        one, other = self.own, self.others
        return RunCounts(
            one.steps + other.steps,
            one.repeats + other.repeats,
            max(one.longest, other.longest),
            max(one.strangest, other.strangest),
        )
