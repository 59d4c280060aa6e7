"""An endpoint as a value: a use case declares it beside itself, and router, document and console follow."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

import app.services
from app.codecs.base import Content
from app.codecs.frame import Frame
from app.schemas.series import SeriesBody
from app.schemas.shared import SharedOptions
from app.services.request import SeriesRequest
from app.services.workbench import Workbench
from models.params import validate

Options = TypeVar("Options", bound=SharedOptions)


class UseCase(ABC, Generic[Options]):
    """What is done for a request with series."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench

    @abstractmethod
    def answer(self, asked: SeriesRequest, options: Options) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series has an answer, ``Unavailable`` if the engine is stopping.
        """


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Options]):
    """A path that takes series with options and answers a table.

    ``about``: a sentence that says what it does. ``answer``: describes the answer. ``example``: a
    body that the API reference tries out. ``position``: its place in the reference. ``instead``: what the path
    does where a request has one of the options ``told_by``.
    """

    path: str
    about: str
    use_case: type[UseCase[Options]]
    options: type[Options]
    answer: type[BaseModel]
    example: Mapping[str, Any]
    position: int = 100
    instead: "Endpoint[Any] | None" = None
    told_by: tuple[str, ...] = ()

    @property
    def several(self) -> "tuple[Endpoint[Any], ...]":
        """Itself and, if there is one, what the path does instead."""
        return (self,) if self.instead is None else (self, self.instead)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def answered(self, workbench: Workbench, asked: SeriesRequest) -> Frame:
        """Read the options and answer; raises ``UnknownName`` too, and what the use case raises."""
        told = [asked.content.options.get(name) for name in self.told_by]
        if self.instead is not None and any(one is not None for one in told):
            return self.instead.answered(workbench, asked)
        beside = ("future",) if asked.content.in_address else SeriesBody.model_fields
        options = validate(self.options, self._sent(asked.content), beside=beside)
        return self.use_case(workbench).answer(asked, options)

    def _sent(self, content: Content) -> Mapping[str, Any]:
        """Return the options; those that are lists as lists, however they were sent."""
        if not content.in_address:
            return content.options
        lists = _lists(self.options)
        return {
            name: [one] if name in lists and not isinstance(one, list) and one is not None else one
            for name, one in content.options.items()
        }


@cache
def _lists(options: type[BaseModel]) -> frozenset[str]:
    """Return the names of options that are lists and nothing else."""
    properties = options.model_json_schema()["properties"].items()
    return frozenset(
        name
        for name, one in properties
        if {branch.get("type") for branch in one.get("anyOf", [one])} - {"null"} == {"array"}
    )


def declared() -> list[Endpoint[Any]]:
    """Return every endpoint that a module of this folder calls ``ENDPOINT``, in their order."""
    names = [found.name for found in iter_modules(app.services.__path__, "app.services.")]
    endpoints = [getattr(import_module(name), "ENDPOINT", None) for name in names]
    found = [one for one in endpoints if isinstance(one, Endpoint)]
    return sorted(found, key=lambda one: (one.position, one.path))
