"""Every param of every detector changes what it finds, or is refused: none is ignored without a word."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import registry
from models.decisions.rules import Rules
from models.errors import InvalidParameter
from models.params import validate
from models.registry import ModelSpec
from models.tasks.detect import DetectTask, detect_many
from tests.contracts.small import params_of
from tests.models.build import series_of

pytestmark = pytest.mark.no_cover

DETECTORS = registry.registered("detector")

OTHERS: dict[str, Any] = {
    "accept_rare": True,
    "alpha": 0.5,
    "architecture": "lstm",
    "beta": 0.5,
    "center": "mean",
    "clusters": 2,
    "code": 2,
    "components": 1,
    "degree": 1,
    "dropout": 0.5,
    "epoch_windows": 16,
    "epochs": 1,
    "eps": 0.1,
    "features": "windows",
    "forecaster": "ses",
    "gamma": 0.7,
    "hidden": 3,
    "k": 1.5,
    "lag": 2,
    "lags": 3,
    "layers": 2,
    "learning_rate": 0.5,
    "least": 2,
    "max_share": 0.001,
    "memory": 40,
    "min_cluster_size": 40,
    "min_samples": 20,
    "n_passes": 3,
    "neighbors": 3,
    "patience": 1,
    "quantile": 0.1,
    "quiet": False,
    "refit_every": 2,
    "same_phase_of": 12,
    "sample": 30,
    "season_length": 7,
    "shrinkage": 0.9,
    "smoothing": 4,
    "steps_ahead": 3,
    "tolerance": 3.0,
    "trees": 11,
    "variational": True,
    "warm_up": 25,
    "window": 16,
}
"""A value of each param that is no default; of a window an even one, which some detectors cannot take."""
SOME = {"auto_live": {"window": 60}, "volatility_shift": {"window": 30}}
ONLY_WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("autoencoder", "beta"): {"variational": True},
    ("autoencoder", "patience"): {"epochs": 30},
    ("auto_live", "quiet"): {"season_length": 12},
    ("band", "quantile"): {"center": "quartiles"},
    ("dbscan", "smoothing"): {"features": "windows"},
    ("dbscan", "window"): {"features": "features"},
    ("hdbscan", "smoothing"): {"features": "features"},
    ("hdbscan", "window"): {"features": "windows"},
    ("lstm_residual", "patience"): {"epochs": 30},
    ("mc_dropout", "patience"): {"epochs": 30},
    ("volatility_shift", "season_length"): {"window": None},
}
"""What else has to be asked for, so that a param has something to say."""
REFUSED = [
    ("autoencoder", {"beta": 0.5}, "beta"),
    ("band", {"quantile": 0.1}, "quantile"),
    ("band", {"center": "mean", "quantile": 0.1}, "quantile"),
    ("dbscan", {"window": 20}, "window"),
    ("dbscan", {"features": "values", "smoothing": 2}, "smoothing"),
    ("hdbscan", {"window": 20}, "window"),
    ("level_shift", {"window": 20, "season_length": 7}, "season_length"),
    ("volatility_shift", {"window": 20, "season_length": 7}, "season_length"),
    ("poly", {"window": 7, "degree": 4}, "degree"),
]


def every_param() -> list[tuple[str, str]]:
    return [(name, field) for name, kind in DETECTORS.items() for field in fields_of(kind)]


def fields_of(kind: Any) -> dict[str, Any]:
    return kind.params_type().model_fields


def eventful() -> np.ndarray:
    """A season of 12 with noise, a spike, two short incidents, a flat line and a new level."""
    place = np.arange(240)
    y = 50.0 + 5.0 * np.sin(2 * np.pi * place / 12) + np.random.default_rng(3).normal(size=240)
    y[30], y[150:153], y[200:206] = 20.0, 80.0, 60.0
    y[220:] += 8.0
    return y


def found(name: str, params: dict[str, Any], *, causal: bool) -> tuple[bytes, ...]:
    """Return what a detector says of the eventful series, to the bit."""
    series = [series_of(eventful(), None)]
    if name == "multivariate":
        other = np.roll(eventful(), 60) + np.random.default_rng(4).normal(size=240)
        series = [replace(series[0], exog={"x": other})]
    if DETECTORS[name].judges_together:
        series += [series_of(eventful() + shift, None, str(shift)) for shift in (1.0, 2.0, 4.0)]
    task = DetectTask(ModelSpec(name, {**params_of(name, "detector"), **params}), Rules(), causal)
    outcome = detect_many(task, series)[0]
    assert outcome.error is None, outcome.error
    told = outcome.result
    band = () if told.band is None else (told.band.lower, told.band.upper)
    arrays = (told.score, told.expected if told.expected is not None else told.score, *band)
    return tuple(np.nan_to_num(values, nan=-1.0).tobytes() for values in arrays)


@pytest.mark.parametrize(("name", "field"), every_param())
def test_a_param_changes_what_is_found(name, field):
    with_it = ONLY_WITH.get((name, field), {})
    value = {**OTHERS, **SOME.get(name, {})}[field]
    assert value != fields_of(DETECTORS[name])[field].default
    modes = [False, True] if DETECTORS[name].is_causal else [False]
    assert any(
        found(name, with_it, causal=causal) != found(name, {**with_it, field: value}, causal=causal)
        for causal in modes
    )


@pytest.mark.parametrize(("name", "params", "field"), REFUSED)
def test_a_param_that_nothing_reads_is_refused(name, params, field):
    with pytest.raises(InvalidParameter) as caught:
        validate(DETECTORS[name].params_type(), params)
    [problem] = caught.value.problems
    assert problem.path == (field,)
    assert problem.hint


@pytest.mark.parametrize("name", ["autoencoder", "band", "dbscan", "hdbscan"])
def test_defaults_that_are_sent_are_not_refused(name):
    kind = DETECTORS[name].params_type()
    assert validate(kind, kind().model_dump()) == kind()


@pytest.mark.parametrize("field", ["memory", "refit_every", "warm_up"])
def test_what_only_causal_points_need_is_told_where_the_whole_series_is_at_hand(field):
    task = DetectTask(ModelSpec("prediction_interval", {field: OTHERS[field]}))
    [outcome] = detect_many(task, [series_of(eventful(), 12)])
    [told] = [one for one in outcome.notices if one.code == "parameter_unused"]
    assert told.message.startswith(f"{field} ")
    causal = DetectTask(ModelSpec("prediction_interval", {field: OTHERS[field]}), causal=True)
    [outcome] = detect_many(causal, [series_of(eventful(), 12)])
    assert all(one.code != "parameter_unused" for one in outcome.notices)
