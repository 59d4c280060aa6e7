"""A detector tried on series of which the anomalies are known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.contract.context import QUIET, Context
from models.contract.cost import Cost
from models.data.outcomes import named
from models.data.results import Detection, Outcome
from models.data.series import Notice, Series
from models.decisions.labels import Label, flags_of, marked
from models.errors import BadValues, SeriesError
from models.evaluation.detection import Labelled, average_precision, usual_window, vus_pr
from models.tasks.detect import DetectTask, detect_many
from models.tasks.detect import cost_of as detection_cost_of
from models.types import BoolArray, FloatArray

_SECONDS_PER_POINT = 5e-6
"""What the areas of one point take, over all buffers."""


@dataclass(frozen=True, slots=True)
class DetectorTrial:
    """A detector and what is known of the anomalies: the column of flags, or the stretches."""

    task: DetectTask
    labels: str | tuple[Label, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TrialScores:
    """What a detector made of one series.

    ``score`` and ``labels``: of all points, shape (t,). ``known``: labels and scores of the observed ones.
    ``auc_pr`` and ``vus_pr``: the areas, NaN where no point is labelled.
    """

    score: FloatArray
    labels: BoolArray
    known: Labelled
    auc_pr: float
    vus_pr: float


def cost_of(trial: DetectorTrial, series: Series) -> Cost:
    """Estimate what trying the detector on one series takes."""
    judged = detection_cost_of(trial.task, series)
    return replace(judged, seconds=judged.seconds + _SECONDS_PER_POINT * len(series))


def try_many(
    trial: DetectorTrial, series: Sequence[Series], context: Context = QUIET
) -> list[Outcome[TrialScores]]:
    """Try the detector on every series, in order; what fails is told in its outcome."""
    outcomes: list[Outcome[TrialScores]] = []
    bare: dict[int, tuple[Series, BoolArray]] = {}
    for place, one in enumerate(series):
        outcomes.append(Outcome(one.unique_id))
        try:
            bare[place] = parted(one, trial.labels)
        except SeriesError as error:
            outcomes[place].error = named(error, one.unique_id)
    found = detect_many(trial.task, [one for one, _ in bare.values()], context)
    for (place, (one, labels)), outcome in zip(bare.items(), found, strict=True):
        outcomes[place] = _tried(one, labels, outcome, _outside(series[place], trial.labels))
    return outcomes


def _tried(
    series: Series, labels: BoolArray, outcome: Outcome[Detection], outside: tuple[Notice, ...]
) -> Outcome[TrialScores]:
    tried = None if outcome.result is None else _scored(series, labels, outcome.result.score)
    notices = (*outcome.notices, *outside)
    told = outcome.model, outcome.error, notices, outcome.fit_ms, outcome.device
    return Outcome(series.unique_id, tried, *told)


def _outside(series: Series, labels: str | Sequence[Label]) -> tuple[Notice, ...]:
    """Tell of stretches without any point of their series."""
    own = () if isinstance(labels, str) else tuple(marked(labels, series))
    count = sum(one.first >= one.after for one in own)
    if not count:
        return ()
    text = f"{count} of {len(own)} labels have no point within them"
    hint = "write the times of labels as those of the series"
    return (Notice("labels_unused", text, hint, series.unique_id),)


def _scored(series: Series, labels: BoolArray, score: FloatArray) -> TrialScores:
    observed = series.is_observed
    known = Labelled(labels[observed], score[observed])
    # The edges that the volume gives to anomalies lie in time: what was not observed keeps its place.
    in_place = labels & observed, np.where(observed, score, np.nan)
    volume = vus_pr(*in_place, usual_window(series.y_observed))
    return TrialScores(score, labels, known, average_precision(*known.pair), volume)


def parted(series: Series, labels: str | Sequence[Label]) -> tuple[Series, BoolArray]:
    """Return a series without its labels, and which points are labelled anomalies, shape (t,).

    Raises ``BadValues`` if there is no such column, ``BadStamps`` for times of labels that cannot be.
    """
    if not isinstance(labels, str):
        return series, flags_of(labels, series)
    if labels not in series.exog:
        raise BadValues(
            f"there is no column '{labels}' with the labels",
            f"the further columns are {', '.join(series.exog) or 'none'}",
        )
    rest = {name: values for name, values in series.exog.items() if name != labels}
    flags: BoolArray = np.nan_to_num(series.exog[labels]) > 0.5
    return replace(series, exog=rest), flags
