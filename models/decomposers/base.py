"""The contract of every decomposition: final ``decompose``, a method writes ``_decompose``."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar, final

import numpy as np

from models import registry
from models.contract.cost import Cost, Workload
from models.contract.model import Model
from models.data.series import Series
from models.errors import SeasonUnknown, SeriesTooShort
from models.params import Params
from models.types import FloatArray

P = TypeVar("P", bound=Params)

PARTS = ("trend", "seasonal", "cycle", "residual")
"""Every part that a method may have, in the order of the answer's columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """A series taken apart.

    ``columns``: name to shape (t,), NaN where a part cannot be told. The parts among ``PARTS`` give
    the series back, by their sum or their product; other columns say more about one of them, as
    ``seasonal_24`` and ``seasonal_168`` about ``seasonal``.
    """

    columns: Mapping[str, FloatArray]
    combined: Literal["sum", "product"] = "sum"

    def together(self) -> FloatArray:
        """Return the parts put together again, shape (t,): the series, NaN where a part is."""
        parts = np.stack([self.columns[name] for name in PARTS if name in self.columns])
        return np.asarray(parts.sum(axis=0) if self.combined == "sum" else parts.prod(axis=0))


class Decomposer(Model[P]):
    """A method that takes one series apart; a subclass names its ``parts`` and writes ``_decompose``."""

    kind = "decomposition"
    parts: ClassVar[tuple[str, ...]]

    @final
    def decompose(self, series: Series) -> Decomposition:
        """Take a series of at least one point apart.

        A constant is all trend, whatever its length. Raises ``SeriesTooShort``, ``SeasonUnknown``
        for a seasonal method and a series without season, ``BadValues`` or ``FitFailed``.
        """
        if series.is_constant:
            return self._of_constant(series.y)
        self._prepare(series)
        return self._decompose(series)

    @property
    def combined(self) -> Literal["sum", "product"]:
        """How the parts give the series back."""
        return "sum"

    def cost(self, work: Workload) -> Cost:
        """Estimate what taking the series apart takes, given the params."""
        return Cost(work.seconds(self._seconds))

    def _seconds(self, observations: int, season_length: int, horizon: int) -> float:
        """Estimate the time of one series in seconds of one core."""
        return 1e-4 + 1e-6 * observations

    @abstractmethod
    def _decompose(self, series: Series) -> Decomposition:
        """Take apart; ``series.y`` is finite, long enough and not constant."""

    def _of_constant(self, y: FloatArray) -> Decomposition:
        nothing = 0.0 if self.combined == "sum" else 1.0
        columns = {part: np.full_like(y, nothing) for part in self.parts}
        return Decomposition({**columns, "trend": y.copy()}, self.combined)

    def _prepare(self, series: Series) -> None:
        self.season_length_ = self._season_of(series)
        if self.is_seasonal() and self.season_length_ < 2:
            raise season_unknown(self.name, series.unique_id)
        self._require(len(series), self.season_length_, series.unique_id)

    def _require(self, observations: int, season_length: int, unique_id: str) -> None:
        needed = self.required_observations(season_length)
        if observations < needed:
            season = f" for a season of {season_length}" if season_length > 1 else ""
            raise SeriesTooShort(
                f"{self.name} needs at least {needed} observations{season}, got {observations}",
                f"send a longer series, name a shorter season, or use a method without: {_without_season()}",
                unique_id=unique_id,
            )


def _without_season() -> str:
    return registry.named_without("decomposition", "seasonal")


def season_unknown(name: str, unique_id: str) -> SeasonUnknown:
    """Build the error of a seasonal method for a series without season."""
    return SeasonUnknown(
        f"{name} needs a season, and none was found in the series",
        f"set season_length, or use a method without season: {_without_season()}",
        unique_id=unique_id,
    )
