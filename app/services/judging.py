"""Try detectors on series of which the anomalies are known; score and rank them, and pick a threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from app.codecs.frame import Column, Frame, SharedStamps, whole
from app.engine.run import Unit
from app.failures import NothingWorked, over_limit
from app.schemas.judging import DetectorBacktestAnswer, DetectorBacktestOptions
from app.services.answer import AnswerParts, Entries, failure_of, frame
from app.services.choice import Selection, choose
from app.services.endpoint import Endpoint, UseCase
from app.services.notices import seasons_notices, strange_labels, timeout_notices
from app.services.plans import distinct, unit_of_detector
from app.services.request import SeriesRequest, prepare_all, refuse_failed_preparation
from app.services.size import AnswerSize, told_bytes
from models.data.results import Outcome
from models.data.series import Series
from models.decisions.rules import Rules
from models.errors import InvalidParameter, Problem
from models.evaluation.detection import DetectorScores, scores_of
from models.evaluation.detector_trials import DetectorTrial, TrialScores, cost_of, parted, try_many
from models.evaluation.scores import competition_ranks
from models.prepare import PreparedPanel
from models.tasks.detect import DetectTask

_INDEX_COLUMNS = 4
_SCORE_ENTRIES = 2
"""A row of scores takes about as much as what is told of a series and detector."""
_TOLD = {
    **{"n_points": "points", "n_anomalies": "anomalies", "n_events": "events"},
    **{name: name for name in ("auc_pr", "vus_pr", "best_f1", "nab", "threshold")},
    **{name: name for name in ("precision", "recall", "f1", "event_recall", "false_alarms")},
}
"""The columns of scores, and what they are called where they are made."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A detector of the request: what tells it from the others, and what came of each series."""

    name: str
    chosen: Selection
    trial: DetectorTrial

    @property
    def column(self) -> str:
        """The column of its scores."""
        return f"score_{self.name}"


class Judging(UseCase[DetectorBacktestOptions]):
    """The use case of ``POST /v1/backtest`` with labelled anomalies."""

    def answer(self, asked: SeriesRequest, options: DetectorBacktestOptions) -> Frame:
        """Answer a request.

        Raises ``InvalidRequest`` for wrong options and where no point is labelled, ``LimitExceeded``,
        ``NothingWorked`` if no series could be judged, ``Unavailable`` if the engine is stopping.
        """
        budget = self.workbench.budget(options, asked.cancellation)
        candidates = self._candidates(options)
        prepared = prepare_all(asked, options, budget)
        refuse_failed_preparation(prepared, options)
        panel, chosen = prepared.panel, [one.chosen for one in candidates]
        columns, entries = _INDEX_COLUMNS + len(candidates), _SCORE_ENTRIES * len(candidates)
        size = AnswerSize(panel.ids, panel.lengths, columns, entries, told_bytes(chosen))
        self.workbench.check_size(size)
        asked.clock.lap("prepare")
        units = [_unit(one, panel) for one in candidates]
        done = self.workbench.run(units, options, budget)
        asked.clock.lap("fit")
        found = AnswerParts(notices=timeout_notices(options, self.workbench.settings))
        found.tell_of(prepared)
        for one, outcomes in zip(candidates, done, strict=True):
            found.notices.extend(seasons_notices(options, one.chosen, outcomes))
        labels = candidates[0].trial.labels
        if not isinstance(labels, str):
            found.notices.extend(strange_labels(labels, panel.ids))
        comparison = _compared(prepared, candidates, done, found)
        told = _scores(comparison, options)
        asked.clock.lap("score")
        answer = frame("detection", _table(comparison), found, asked, options)
        return answer.beside(**told)

    def _candidates(self, options: DetectorBacktestOptions) -> list[_Candidate]:
        allowed = self.workbench.settings.max_models
        if len(options.detectors) > allowed:
            raise over_limit("max_models", len(options.detectors), allowed, ("detectors",))
        several = [
            choose("detector", choice, {}, ("detectors", place))
            for place, choice in enumerate(options.detectors)
        ]
        found: list[_Candidate] = []
        for name, chosen in zip(distinct(several), several, strict=True):
            task = DetectTask(
                chosen.spec, Rules(level=options.level), options.causal, options=options.of_task()
            )
            task.make()
            labels = options.labels if isinstance(options.labels, str) else (*options.labels,)
            found.append(_Candidate(name, chosen, DetectorTrial(task, labels)))
        return found


def _unit(one: _Candidate, series: Sequence[Series]) -> Unit:
    cost = partial(cost_of, one.trial)
    return unit_of_detector(try_many, one.trial, one.trial.task, series, cost)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The detectors, the series of which any has scores, and what came of each, a list per detector."""

    candidates: Sequence[_Candidate]
    series: Sequence[Series]
    tried: Sequence[Sequence[TrialScores | None]]


def _compared(
    prepared: PreparedPanel,
    candidates: Sequence[_Candidate],
    done: Sequence[Sequence[Outcome[TrialScores]]],
    found: AnswerParts,
) -> _Comparison:
    """Gather what came of it; raises ``NothingWorked``, or ``InvalidParameter`` where no point is labelled."""
    entries, kept = Entries(prepared), []
    for place, series in enumerate(prepared.panel):
        outcomes = [of_detector[place] for of_detector in done]
        for candidate, outcome in zip(candidates, outcomes, strict=True):
            found.notices.extend(outcome.notices)
            if outcome.result is None:
                found.failures.append(failure_of(outcome))
            else:
                found.series.append(entries.entry(place, outcome, column=candidate.column))
        if any(outcome.result is not None for outcome in outcomes):
            kept.append((place, series))
    if not kept:
        raise NothingWorked.because(found.failures)
    tried = [[of_detector[place].result for place, _ in kept] for of_detector in done]
    if not any(one.known.labels.any() for several in tried for one in several if one):
        text = "no observed point is labelled an anomaly"
        raise InvalidParameter.of(
            [Problem(text, "label one at least, within the series", ("labels",))]
        )
    return _Comparison(candidates, [one for _, one in kept], tried)


# --- the answer --------------------------------------------------------------


def _table(comparison: _Comparison) -> dict[str, Column]:
    series, candidates = comparison.series, comparison.candidates
    labels = candidates[0].trial.labels
    flags = np.concatenate([parted(one, labels)[1] for one in series])
    table: dict[str, Column] = {
        **SharedStamps(whole).index([s.unique_id for s in series], [s.grid for s in series]),
        "y": np.concatenate([one.y_observed for one in series]),
        "label": flags,
    }
    for candidate, tried in zip(candidates, comparison.tried, strict=True):
        pairs = zip(series, tried, strict=True)
        parts = [np.full(len(s), np.nan) if one is None else one.score for s, one in pairs]
        table[candidate.column] = np.concatenate(parts)
    return table


def _scores(comparison: _Comparison, options: DetectorBacktestOptions) -> dict[str, Any]:
    """Return what the answer tells besides scores of points: a table, a ranking, a winner and its threshold."""
    of = partial(_of_series, options=options)
    each = [[of([one]) for one in tried] for tried in comparison.tried]
    overall = [of(tried) for tried in comparison.tried]
    ranks = _ranks([overall], options)[0]
    names = [one.name for one in comparison.candidates]
    order = sorted(range(len(names)), key=lambda i: (ranks[i] is None, ranks[i] or 0))
    ranking = [
        {
            "rank": ranks[i],
            "detector": names[i],
            "column": comparison.candidates[i].column,
            "score": _by(overall[i], options),
            "threshold": _known(getattr(overall[i], "threshold", None)),
        }
        for i in order
    ]
    first = ranking[0]
    return {
        "scores": _score_table(comparison, each, overall, options),
        "ranking": ranking,
        "winner": first["detector"] if first["rank"] is not None else None,
        "threshold": first["threshold"] if first["rank"] is not None else None,
        "rank_by": options.rank_by,
    }


def _of_series(
    tried: Sequence[TrialScores | None], options: DetectorBacktestOptions
) -> DetectorScores | None:
    own = [one for one in tried if one is not None]
    if not own:
        return None
    areas = [(one.auc_pr, one.vus_pr) for one in own]
    return scores_of([one.known for one in own], areas, options.threshold_by)


def _score_table(
    comparison: _Comparison,
    each: Sequence[Sequence[DetectorScores | None]],
    overall: Sequence[DetectorScores | None],
    options: DetectorBacktestOptions,
) -> Mapping[str, list[Any]]:
    names = [one.name for one in comparison.candidates]
    by_series = [*zip(*each, strict=True)]
    ids = [one.unique_id for one in comparison.series]
    groups = [*zip([*ids, None], [*by_series, overall], strict=True)]
    ranks = _ranks([scores for _, scores in groups], options)
    rows = [
        (unique_id, name, rank, one)
        for (unique_id, scores), of_group in zip(groups, ranks, strict=True)
        for name, rank, one in zip(names, of_group, scores, strict=True)
        if one is not None
    ]
    return {
        "unique_id": [row[0] for row in rows],
        "detector": [row[1] for row in rows],
        "rank": [row[2] for row in rows],
        **{told: [_known(getattr(row[3], name)) for row in rows] for told, name in _TOLD.items()},
    }


def _ranks(
    groups: Sequence[Sequence[DetectorScores | None]], options: DetectorBacktestOptions
) -> list[list[int | None]]:
    """Return the ranks within each group, None without a score."""
    scores = np.array([[_by(one, options) for one in group] for group in groups], dtype=np.float64)
    return [[int(one) or None for one in group] for group in competition_ranks(-scores.T).T]


def _by(one: DetectorScores | None, options: DetectorBacktestOptions) -> float | None:
    return None if one is None else _known(getattr(one, options.rank_by))


def _known(value: float | None) -> float | None:
    return value if value is None or np.isfinite(value) else None


JUDGING = Endpoint(
    "/v1/backtest",
    "Try detectors on series of which the anomalies are known; score and rank them, and pick a threshold.",
    Judging,
    DetectorBacktestOptions,
    DetectorBacktestAnswer,
    {
        "y": [10, 11, 10, 9, 10, 55, 11, 10, 9, 10, 11, 9, 10, 44, 10, 9, 11, 10],
        "labels": [{"start": 5}, {"start": 13}],
        "detectors": ["band", "differences"],
    },
)
"""What a backtest is with labels; its path is declared beside that without."""
