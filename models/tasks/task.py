"""What all tasks share, so that an option of all of them is declared, kept and used in one place."""

from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from models.features.calendar import Calendar, CalendarFeatures
from models.features.holiday_calendar import HolidayOption, check_holidays
from models.params import Params, WholeNumber
from models.tasks.stages import OnTransformedScale, Stage, Transformed, WithinBounds
from models.transforms.bounds import Bounds
from models.transforms.chain import TransformChain
from models.transforms.transform import Transforms


class TaskOptions(Params):
    """What a caller may ask of every task: fields of requests, told to workers and kept as they are here."""

    transform: Transforms | None = Field(
        None,
        title="Transform",
        description="Applied to the values before the model and inverted in the answer: a name, an object"
        " of name and parameters, or a list in order. Learns from the training part only; means of forecasts"
        " are corrected for bias. Changes and profiles are those of the transformed values, as a warning"
        " says.",
        examples=["log", ["boxcox", "standard"], {"name": "difference", "lag": 7}],
    )
    bounds: Bounds | None = Field(
        None,
        title="Bounds",
        description="Values that forecasts, expected values and their intervals may not leave.",
        examples=[{"lower": 0}],
    )
    holidays: HolidayOption | None = Field(
        None,
        title="Holidays",
        description="A country's holidays or a list of own days, as a regressor for models that take"
        " regressors.",
        examples=[{"country": "DE"}, ["2024-12-24", "2024-12-31"]],
    )
    calendar: CalendarFeatures = Field(
        default_factory=list,
        title="Calendar columns",
        description="Positions in day, week and year, as regressors for models that take regressors.",
        examples=[["weekday", "month"]],
    )
    random_state: WholeNumber = Field(
        0,
        ge=0,
        le=2**32 - 1,
        title="Random state",
        description="Makes the answer reproducible; echoed in it.",
    )

    @model_validator(mode="after")
    def _holidays_are_known(self) -> Self:
        check_holidays(self.holidays)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to do with any number of series; ``make`` of a task that has a model makes it.

    ``budget_s``: seconds that one series may take, None for any.
    """

    options: TaskOptions = TaskOptions()
    budget_s: float | None = None

    @property
    def transform(self) -> TransformChain:
        """What the model sees of the values."""
        return TransformChain.of(self.options.transform)

    @property
    def bounds(self) -> Bounds:
        """What the answers of the model may not leave, open ones if none were asked for."""
        return self.options.bounds or Bounds()

    @property
    def calendar(self) -> Calendar:
        """What a model that takes regressors is told."""
        return Calendar(self.options.holidays, tuple(self.options.calendar))

    def around(self, *, pointwise: bool = False, undone: bool = True) -> tuple[Stage, ...]:
        """Return the stages that all tasks have between the wall clock and the model, those that have work.

        ``pointwise``: a first difference, and what comes after it, is left to the model; ``undone``: what is
        found is told in the units of the series.
        """
        stages: list[Stage] = []
        if not self.bounds.is_open:
            stages.append(WithinBounds(self.bounds))
        if transform := self.transform:
            stages.append(
                Transformed(transform, pointwise) if undone else OnTransformedScale(transform)
            )
        return tuple(stages)
