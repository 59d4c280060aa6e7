"""What all tasks share is asked for in one place."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest

from models.data.results import Outcome
from models.data.series import Series
from models.features.holiday_calendar import HolidayCalendar
from models.registry import ModelSpec
from models.tasks.changepoints import ChangesTask, find_changes_many
from models.tasks.decompose import DecomposeTask, decompose_many
from models.tasks.detect import DetectTask, detect_many
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.profile import ProfileTask, profile_many
from models.tasks.stages import FittedStage
from models.tasks.task import Task, TaskOptions
from models.transforms.bounds import Bounds
from models.transforms.transform import BoxCox
from tests.models.build import series_of

TASKS: list[tuple[Callable[..., Sequence[Outcome[Any]]], Task]] = [
    (forecast_many, ForecastTask(ModelSpec("mean"), 2, (80.0,))),
    (detect_many, DetectTask(ModelSpec("band"))),
    (decompose_many, DecomposeTask()),
    (find_changes_many, ChangesTask()),
    (profile_many, ProfileTask()),
]


@dataclass
class Noted:
    """A stage that notes which series came by."""

    seen: list[str] = field(default_factory=list)

    def into(self, series: Series, horizon: int) -> FittedStage | None:
        self.seen.append(series.unique_id)


@pytest.mark.parametrize(("work", "task"), TASKS)
def test_a_stage_of_all_tasks_is_in_each(
    work: Callable[..., Sequence[Outcome[Any]]], task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = Noted()
    monkeypatch.setattr(Task, "around", lambda self, **_: (noted,))
    (outcome,) = work(task, [series_of(np.sin(np.arange(40.0)), 1, "a")])
    assert outcome.error is None
    assert set(noted.seen) == {"a"}


ASKED = TaskOptions(
    transform=["log1p", BoxCox(lmbda=0.5)],
    bounds=Bounds(lower=0.0),
    holidays=HolidayCalendar(country="DE", dates=[date(2024, 3, 30)]),
    calendar=["weekday"],
    random_state=7,
)


def test_what_all_tasks_share_is_kept_with_what_was_asked() -> None:
    usual = TaskOptions()
    assert all(getattr(ASKED, name) != getattr(usual, name) for name in TaskOptions.model_fields)
    spec = ModelSpec("rolling_band", {"window": 9})
    task = DetectTask(spec, causal=True, options=ASKED)
    again = DetectTask.of_json(json.loads(json.dumps(task.to_json())))
    assert again.options == ASKED
