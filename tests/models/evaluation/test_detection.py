"""Scores of detectors: against a reference, and by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from models.evaluation.detection import (
    Labelled,
    average_precision,
    best_f1,
    event_recall,
    nab_score,
    stretches,
    usual_window,
    vus_pr,
)

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden" / "detection_scores.json").read_text()
)
NAN = float("nan")


def labelled(case: dict[str, Any]) -> Labelled:
    return Labelled(np.array(case["labels"], dtype=bool), np.array(case["scores"]))


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_scores_are_those_of_the_reference(case: dict[str, Any]) -> None:
    one = labelled(case)
    assert usual_window(np.array(case["y"])) == case["window"]
    assert average_precision(one.labels, one.scores) == pytest.approx(case["auc_pr"], rel=1e-12)
    assert best_f1(one.labels, one.scores)[0] == pytest.approx(case["best_f1"], rel=1e-12)
    volume = vus_pr(one.labels, one.scores, case["window"])
    assert volume == pytest.approx(case["vus_pr"], rel=1e-12)
    assert nab_score([one])[0] == pytest.approx(case["nab"], rel=1e-12)


def test_the_nab_score_of_a_corpus_has_one_threshold() -> None:
    corpus = [labelled(case) for case in GOLDEN["cases"]]
    score, threshold = nab_score(corpus)
    assert score == pytest.approx(GOLDEN["nab"], rel=1e-12)
    flags = [Labelled(one.labels, one.above(threshold).astype(np.float64)) for one in corpus]
    assert nab_score(flags)[0] == pytest.approx(score, rel=1e-12)


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_the_threshold_of_the_best_f1_gives_it(case: dict[str, Any]) -> None:
    one = labelled(case)
    f1, threshold = best_f1(one.labels, one.scores)
    assert sklearn_metrics.f1_score(one.labels, one.above(threshold)) == pytest.approx(f1)
    assert average_precision(one.labels, one.scores) == pytest.approx(
        sklearn_metrics.average_precision_score(one.labels, one.scores)
    )


def test_a_threshold_lies_between_two_scores() -> None:
    labels = np.array([0, 0, 1, 0], dtype=bool)
    assert best_f1(labels, np.array([0.1, 1.0, 4.0, NAN])) == (1.0, 2.0)
    assert best_f1(np.array([True]), np.array([4.0])) == (1.0, 2.0)


def test_events_are_found_by_one_flag() -> None:
    labels = np.array([0, 1, 1, 0, 1, 0, 1], dtype=bool)
    flags = np.array([1, 0, 1, 1, 0, 0, 1], dtype=bool)
    assert event_recall(labels, flags) == (2, 3)
    assert [one.tolist() for one in stretches(labels)] == [[1, 4, 6], [2, 4, 6]]


def test_a_perfect_detector_has_a_perfect_score() -> None:
    labels = np.zeros(200, dtype=bool)
    labels[100:110] = True
    one = Labelled(labels, labels.astype(float))
    assert average_precision(labels, one.scores) == 1.0
    assert best_f1(labels, one.scores)[0] == 1.0
    assert nab_score([one])[0] == pytest.approx(100.0)
    assert vus_pr(labels, one.scores, 0) == 1.0


def test_without_an_anomaly_nothing_is_known() -> None:
    labels, scores = np.zeros(5, dtype=bool), np.arange(5.0)
    found = [average_precision(labels, scores), *best_f1(labels, scores), vus_pr(labels, scores, 2)]
    assert np.isnan([*found, *nab_score([Labelled(labels, scores)])]).all()


@pytest.mark.parametrize(("score", "best"), [(NAN, 0.0), (0.0, 0.0), (np.inf, 0.5)])
def test_scores_that_tell_nothing_have_a_finite_threshold(score: float, best: float) -> None:
    labels, scores = np.array([0, 1, 0, 0, 1, 0], dtype=bool), np.full(6, score)
    f1, threshold = best_f1(labels, scores)
    assert f1 == pytest.approx(best)
    assert threshold == nab_score([Labelled(labels, scores)])[1] == 1.0
    assert average_precision(labels, scores) == pytest.approx(1 / 3)


def test_the_best_f1_is_that_of_a_threshold_that_flags_what_it_counts() -> None:
    labels = np.array([1, 1, 1, 0, 1, 1], dtype=bool)
    scores = np.array([NAN, NAN, 0.0, 0.5, 2.0, 0.0])
    f1, threshold = best_f1(labels, scores)
    assert f1 == sklearn_metrics.f1_score(labels, scores > threshold) == pytest.approx(1 / 3)


def test_the_window_of_what_does_not_move_is_the_usual_one() -> None:
    assert usual_window(np.zeros(50)) == usual_window(np.full(9, NAN)) == 125
