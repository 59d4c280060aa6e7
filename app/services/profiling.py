"""Tell what series are like, and which models suit them."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from app.codecs.frame import Column, Frame
from app.schemas.examining import ProfileAnswer, ProfileOptions
from app.schemas.series import EXAMPLE
from app.services.answer import AnswerParts
from app.services.endpoint import Endpoint, UseCase
from app.services.examining import Examination, ExaminationPlan, Row
from app.services.request import SeriesRequest
from models.analysis.profile import Profile
from models.tasks.profile import ProfileTask, cost_of, profile_many

_COLUMNS = 27
_PROFILE_BYTES = 5000


class Profiling(UseCase[ProfileOptions]):
    """The use case of ``POST /v1/profile``."""

    def answer(self, asked: SeriesRequest, options: ProfileOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options, ``LimitExceeded``, ``NothingWorked`` if no
        series could be profiled, ``Unavailable`` if the engine is stopping.
        """
        task = ProfileTask(options=options.of_task())
        cost = partial(cost_of, task)
        job = ExaminationPlan(profile_many, task, cost, _COLUMNS, _PROFILE_BYTES, a_row_each=True)
        examination, found = Examination(self.workbench, asked, options), AnswerParts()
        rows = examination.rows(job, found, lambda profile: {"profile": profile})
        return examination.answer("profiles", _table(rows), found)


def _table(rows: Sequence[Row[Profile]]) -> dict[str, Column]:
    lines = [{**_data(row), **_measures(row.found), **_advice(row.found)} for row in rows]
    return {name: [line[name] for line in lines] for name in lines[0]}


def _data(row: Row[Profile]) -> dict[str, Any]:
    found, report = row.found, row.report
    grid = row.series.grid
    start, end = grid.text(grid.stamps[[0, -1]])
    return {
        "unique_id": row.series.unique_id,
        "freq": row.series.grid.freq.wire,
        "start": start,
        "end": end,
        "length": found.length,
        "observed": found.observed,
        "missing": report.missing_filled + report.missing_dropped,
        "gaps": report.gaps,
        "duplicates": report.duplicates,
        "is_constant": found.is_constant,
        "mean": found.values.mean,
        "deviation": found.values.deviation,
    }


def _measures(found: Profile) -> dict[str, Any]:
    strong, tests, demand = found.strengths, found.stationarity, found.demand
    return {
        "trend_strength": None if strong is None else strong.trend,
        "seasonal_strength": None if strong is None or strong.trend is None else strong.seasonal,
        "season_length": _listed(found.seasons.used),
        "seasons_acf": _listed(found.seasons.acf),
        "seasons_spectrum": _listed(peak.season_length for peak in found.seasons.spectrum),
        "adf_p_value": None if tests is None else tests.adf[0].p_value,
        "kpss_p_value": None if tests is None else tests.kpss[0].p_value,
        "stationarity": None if tests is None else tests.verdict,
        "is_white_noise": None if found.noise is None else found.noise.is_white_noise,
        "is_intermittent": demand is not None and demand.is_intermittent,
        "demand_class": None if demand is None else demand.demand_class,
        "outlier_share": None if strong is None else strong.outlier_share,
    }


def _advice(found: Profile) -> dict[str, Any]:
    suggested = found.suggestions
    return {
        "holt_winters": found.holt_winters.seasonal,
        "forecasters": _listed(one.name for one in suggested.forecasters),
        "detectors": _listed(one.name for one in suggested.detectors),
    }


def _listed(values: Iterable[int | str]) -> str | None:
    """Return values as one text, which fits into a cell of every format; None without any."""
    return ", ".join(str(value) for value in values) or None


ENDPOINT = Endpoint(
    "/v1/profile",
    "Describe one or many series, and suggest models that suit them.",
    Profiling,
    ProfileOptions,
    ProfileAnswer,
    {"y": EXAMPLE * 3, "start": "2021-01-01", "freq": "MS"},
    position=6,
)
