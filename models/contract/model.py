"""What forecasters and detectors share: identity, params, learned state."""

from abc import ABC
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

import numpy as np

from models.contract.seasons import seasons_of
from models.contract.state import Reader, State, Writer
from models.data.results import ModelInfo
from models.data.series import Notice, Series
from models.errors import SeriesTooShort, StateUnreadable
from models.params import Params, SeasonalParams

P = TypeVar("P", bound=Params)

Kind = Literal["forecaster", "detector", "decomposition"]


class Model(ABC, Generic[P]):
    """Base of all models: ``__init__`` only stores, what is learned ends in ``_``.

    Everything learned is a number, a text, an array, a model, a value object that is declared ``kept``, or a list
    of these, so that a fitted model can be kept; what a ``cached_property`` holds is made from that again.
    Randomness comes from ``random_state`` only.
    """

    kind: ClassVar[Kind]
    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    reference: ClassVar[str]
    min_observations: ClassVar[int] = 1
    takes_exogenous: ClassVar[bool] = False
    takes_several_seasons: ClassVar[bool] = False
    takes_missing: ClassVar[bool] = False
    uses_gpu: ClassVar[bool] = False
    baselines: ClassVar[tuple[str, ...]] = ()
    """Names of plainer models that this one has to beat: a backtest says where it does not."""
    state_kind: ClassVar[str] = ""
    """As what it is kept, for a model that no request names: see ``registry.revive``."""
    state_version: ClassVar[int] = 1
    """Raised when what the model keeps changes: older states are then refused."""

    def __init__(self, params: P | None = None, *, random_state: int = 0) -> None:
        self.params: P = params if params is not None else self.params_type()()
        self.random_state = random_state
        self.season_length_: int = 1

    def state(self) -> State:
        """Return what was fitted, to be kept; raises ``TypeError`` for a model that keeps it elsewhere."""
        strays = [name for name in vars(self) if not self._may_hold(name)]
        if strays:
            raise TypeError(f"{self.name} keeps {', '.join(strays)}, which does not end in _")
        writer = Writer(lambda value: value.state() if isinstance(value, Model) else None)
        values = {name: writer.written(value, name) for name, value in self._learned().items()}
        params = self.params.model_dump(mode="json")
        return State(
            self.state_kind or self.kind,
            self.name,
            params,
            self.random_state,
            self.state_version,
            values,
            writer.arrays,
            writer.parts,
        )

    @classmethod
    def revive(cls, params: P, state: State, parts: Mapping[str, "Model[Any]"]) -> Self:
        """Return the model as it was kept; ``parts``: the models within it. Raises ``StateUnreadable``."""
        if state.version != cls.state_version:
            raise StateUnreadable(
                f"{cls.name} was kept as version {state.version}, this is version {cls.state_version}",
                "fit and keep it again with this version",
            )
        model = cls(params, random_state=state.random_state)
        reader = Reader(state, parts)
        for name, written in state.values.items():
            if not name.endswith("_") or name.startswith("_"):
                raise StateUnreadable(f"{cls.name} learns nothing that is called '{name:.60}'")
            setattr(model, name, reader.read(written))
        reader.finish()
        return model

    def _learned(self) -> dict[str, Any]:
        """Return what is to be kept, by the name of its attribute."""
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    @classmethod
    def _may_hold(cls, name: str) -> bool:
        """Whether a model may have an attribute: learned, given, or made from these again."""
        made_again = isinstance(getattr(cls, name, None), cached_property)
        return name.endswith("_") or name in ("params", "random_state") or made_again

    @classmethod
    def params_type(cls) -> type[P]:
        """Return the class of the params that the brackets of the base class name; raises ``TypeError``."""
        for base in getattr(cls, "__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Params):
                    return argument  # type: ignore[return-value]
        raise TypeError(
            f"{cls.__name__} names no params, write class {cls.__name__}(Forecaster[MyParams])"
        )

    @classmethod
    def family(cls) -> str:
        """Return the folder that the model stands in."""
        return cls.__module__.rpartition(".")[0].rpartition(".")[2]

    @classmethod
    def is_seasonal(cls) -> bool:
        """Whether the model has a season, hence whether one must be known or detected."""
        return issubclass(cls.params_type(), SeasonalParams)

    @classmethod
    def capabilities(cls) -> dict[str, bool]:
        """Return what the catalog tells of the model's abilities."""
        return {
            "exogenous": cls.takes_exogenous,
            "seasonal": cls.is_seasonal(),
            "several_seasons": cls.takes_several_seasons,
            "missing_values": cls.takes_missing,
            "gpu": cls.uses_gpu,
        }

    def required_observations(self, season_length: int) -> int:
        """Return how many points this model needs, given its params and the season."""
        return self.min_observations

    def required_for(self, series: Series) -> int:
        """Return how many points this model needs with the season of a series."""
        return self.required_observations(self._season_of(series))

    def unfitted_info(self) -> ModelInfo:
        """Tell what was asked for, of a series that nothing is fitted to, such as a constant one."""
        return ModelInfo(self.name, self.title, self.params.model_dump())

    def info(self) -> ModelInfo:
        """Tell what was fitted."""
        params, details = self._resolved_params(), self._details()
        return ModelInfo(self.name, self._title(), params, self._season_info(), details)

    def infos(self, count: int) -> list[ModelInfo]:
        """Tell what was fitted, once per member of a fitted group."""
        return [self.info()] * count

    def notices(self) -> Sequence[Notice]:
        """Return what the caller should know of the fit: what was replaced, limited, doubtful."""
        return ()

    def _title(self) -> str:
        """Return the title as fitted, for instance ``ETS(A,Ad,A)``."""
        return self.title

    def _resolved_params(self) -> dict[str, Any]:
        """Return the params with what was left open filled in by the fit."""
        return self.params.model_dump()

    def _season_info(self) -> tuple[int, ...]:
        """Return the seasons that were used."""
        return (self.season_length_,) if self.season_length_ > 1 else ()

    def _details(self) -> dict[str, Any]:
        """Return what else the caller should know: candidates, weights, why."""
        return {}

    def _season_of(self, series: Series) -> int:
        """Return the one season that the model uses: that of its params, else the series' shortest.

        One that was found, not given, has to be short enough for the model.
        """
        if not isinstance(self.params, SeasonalParams):
            return 1
        if self.params.season_length is not None:
            return self.params.season_length
        known = seasons_of(series)
        if series.season_length is not None:
            return min(known, default=1)
        fitting = (m for m in known if self.required_observations(m) <= len(series))
        return min(fitting, default=1)

    def named_seasons(self, series: Series) -> tuple[int, ...] | None:
        """Return the seasons that are named, by the params or with the series; None if they are to be found."""
        if not self.is_seasonal():
            return ()
        own = getattr(self.params, "season_length", None)
        return series.season_length if own is None else tuple(np.atleast_1d(own).tolist())

    def _prepare(self, series: Series) -> None:
        """Settle the season and check the length."""
        self.season_length_ = self._season_of(series)
        self._require(len(series), self.season_length_, series.unique_id)

    def _require(self, observations: int, season_length: int, unique_id: str) -> None:
        """Raise ``SeriesTooShort`` if there are fewer observations than the model needs."""
        needed = self.required_observations(season_length)
        if observations < needed:
            raise SeriesTooShort(
                f"{self.name} needs at least {needed} observations, got {observations}",
                "send a longer series, or choose the model 'auto', which takes any length",
                unique_id=unique_id,
            )
