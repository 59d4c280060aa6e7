"""Runs of one value that are longer than chance makes them, as points come: a sensor that is stuck."""

import math
from dataclasses import dataclass, field

from models.contract.state import kept
from models.stats.runs import run_rarity

_LEAST = 5
"""A run has so many points."""
_IN_SERIES = 0.01
"""In how many series chance may make a run that counts."""


@kept
@dataclass(eq=False)
class Runs:
    """How often a value has repeated the one before, and the repeats of the longest run."""

    steps: int = 0
    repeats: int = 0
    longest: int = 0

    def add(self, repeats: int) -> None:
        """Count a run that is over."""
        self.steps += repeats + 1
        self.repeats += repeats
        self.longest = max(self.longest, repeats)

    def rarity(self, repeats: int) -> float:
        """Return -log10 of how often chance makes such a run, 0 for one that is nothing new."""
        return (
            float(run_rarity(repeats, self.longest, self.repeats, self.steps))
            if self.steps
            else 0.0
        )


@kept
@dataclass(eq=False)
class StuckSoFar:
    """The run in progress, and those before it.

    ``home``: the value of the longest of them, such as the zero of nights and closed days, which has ``own``
    runs; ``others``: the runs of all other values.
    """

    value: float = math.nan
    run: int = 0
    home: float = math.nan
    own: Runs = field(default_factory=Runs)
    others: Runs = field(default_factory=Runs)

    def take(self, value: float) -> float:
        """Move on by one point; return how strange the run up to it is, over 1 if chance does not make it."""
        if value == self.value:
            self.run += 1
            return self._strangeness() if self.run + 1 >= _LEAST else 0.0
        if not math.isnan(self.value):
            self._count()
        self.value, self.run = value, 0
        return 0.0

    def _count(self) -> None:
        """Count the run that is over; the longest of all makes its value the home."""
        if self.value == self.home:
            self.own.add(self.run)
        elif self.run + 1 >= _LEAST and self.run > self.own.longest:
            known = Runs(
                self.own.steps + self.others.steps,
                self.own.repeats + self.others.repeats,
                self.others.longest,
            )
            self.home, self.own, self.others = self.value, Runs(), known
            self.own.add(self.run)
        else:
            self.others.add(self.run)

    def _strangeness(self) -> float:
        at_home = self.value == self.home
        rarity = (self.own if at_home else self.others).rarity(self.run)
        seen = self.own.steps + self.others.steps + self.run
        return rarity / (math.log10(seen) - math.log10(_IN_SERIES))
