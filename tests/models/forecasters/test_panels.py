"""Many series at once: a stand-in that learns from all of them together, whatever their lengths."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest

from models import registry
from models.contract.context import QUIET, Context
from models.data.panel import Panel
from models.data.prediction import Normal, Prediction
from models.data.results import Forecast, Outcome
from models.data.series import Series
from models.errors import BadValues, Cancelled, FitFailed, InvalidParameter, SeriesTooShort
from models.forecasters.base import Forecaster
from models.forecasters.baseline.naive import Naive
from models.params import Params
from models.registry import ModelSpec
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.groups import fit_and_forecast
from models.tasks.task import TaskOptions
from models.types import FloatArray, IntArray
from tests.models.build import series_of


class SharedParams(Params):
    """Nothing to be told."""


class Shared(Forecaster[SharedParams]):
    """A level per series and a drift that all share, as a network shares its weights."""

    name = "shared"
    title = "Shared drift"
    summary = "A stand-in for what learns from many series."
    reference = "none"
    min_observations = 3
    scope = "global"
    interval_methods = ("conformal",)
    fits: ClassVar[list[list[str]]] = []
    forecasts: ClassVar[list[int]] = []
    knows_its_errors: ClassVar[bool] = True

    def group_key(self, series: Series) -> Hashable:
        return "all"

    def _check(self, series: Series) -> None:
        super()._check(series)
        if (series.y < 0).any():
            raise BadValues("shared takes no negative values", "leave them out")

    def _learn(self, members: Sequence[Series], context: Context) -> None:
        self.fits.append([series.unique_id for series in members])
        context.report(0.5, loss=1.0)
        context.check()
        self.values_ = [series.y for series in members]
        self.drift_ = float(np.mean([np.diff(y).mean() for y in self.values_]))

    def _forecast(self, horizon: int) -> Prediction:
        self.forecasts.append(horizon)
        last = np.array([y[-1] for y in self.values_])
        return Prediction(last[:, None] + self.drift_ * np.arange(1, horizon + 1))

    def held_out(self, horizon: int, back: IntArray) -> FloatArray | None:
        if not self.knows_its_errors:
            return None
        errors = np.full((len(self.values_), len(back), horizon), np.nan)
        for row, y in enumerate(self.values_):
            for k, behind in enumerate(back.tolist()):
                ahead = y[len(y) - behind :][:horizon]
                steps = np.arange(1, len(ahead) + 1)
                errors[row, k, : len(ahead)] = ahead - y[-behind - 1] - self.drift_ * steps
        return errors


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Shared]]:
    known = registry.registered("forecaster")
    monkeypatch.setitem(known, "shared", Shared)  # type: ignore[index]
    Shared.fits.clear()
    Shared.forecasts.clear()
    yield Shared
    Shared.knows_its_errors = True


def walk(length: int, name: str, seed: int = 0) -> Series:
    noise = np.random.default_rng(seed).normal(size=length)
    return series_of(50 + np.cumsum(0.5 + noise), 1, name)


def unequal() -> list[Series]:
    """Five series of which the third has values that the stand-in refuses."""
    lengths = (60, 96, 40, 96, 71)
    series = [walk(length, str(i), i) for i, length in enumerate(lengths)]
    series[2] = series[2].with_values(-series[2].y)
    return series


def run(series: Sequence[Series], **options: Any) -> list[Outcome[Forecast]]:
    return forecast_many(
        ForecastTask(ModelSpec("shared"), 6, (50.0, 80.0, 95.0), **options), series
    )


@pytest.mark.parametrize("as_panel", [False, True])
def test_unequal_lengths_a_bad_member_and_intervals_take_one_fit(as_panel: bool) -> None:
    series = unequal()
    outcomes = run(Panel.of(series) if as_panel else series)
    assert Shared.fits == [["0", "1", "3", "4"]]
    assert Shared.forecasts == [6]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    assert [(one.unique_id, type(one.error)) for one in failed] == [("2", BadValues)]
    for outcome in outcomes:
        if outcome.result is not None:
            assert outcome.result.interval_method == "conformal"
            narrow, wide = outcome.result.bands[50.0], outcome.result.bands[95.0]
            assert (wide.lower < narrow.lower).all()
            assert np.isfinite(wide.upper).all()


def test_a_model_that_knows_no_errors_of_its_own_is_refitted_at_unequal_lengths() -> None:
    Shared.knows_its_errors = False
    refitted = run(unequal())
    assert len(Shared.fits) == 21
    assert all(fit == ["0", "1", "3", "4"] for fit in Shared.fits)
    Shared.knows_its_errors = True
    for one, other in zip(refitted, run(unequal()), strict=True):
        if one.result is not None and other.result is not None:
            np.testing.assert_array_equal(one.result.mean, other.result.mean)
            width = other.result.bands[80.0].upper - other.result.mean
            np.testing.assert_allclose(
                one.result.bands[80.0].upper - one.result.mean, width, rtol=0.2
            )


def test_a_constant_or_too_short_member_is_no_burden_to_the_others() -> None:
    series = [*unequal()[:2], series_of([1.0, 2.0], 1, "short"), series_of(np.ones(9), 1, "flat")]
    outcomes = run(series)
    assert Shared.fits == [["0", "1"]]
    assert isinstance(outcomes[2].error, SeriesTooShort)
    assert outcomes[2].error.problems[0].unique_id == "short"
    assert outcomes[3].result is not None
    assert outcomes[3].result.interval_method == "constant"


def test_differences_are_taken_of_every_length() -> None:
    series = [walk(length, str(length), length) for length in (60, 90)]
    up = [one.with_values(np.cumsum(np.abs(one.y))) for one in series]
    outcomes = run(up, options=TaskOptions(transform="difference"))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert [fit for fit in Shared.fits if fit != ["60", "90"]] == []


def test_a_failing_training_is_told_of_each_that_was_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Shared, members: Sequence[Series], context: Context) -> None:
        raise RuntimeError("diverged")

    monkeypatch.setattr(Shared, "_learn", fail)
    fit = Shared().fit(unequal())
    assert sorted(fit.errors) == [0, 1, 2, 3, 4]
    assert isinstance(fit.errors[0], FitFailed)
    assert "diverged" in str(fit.errors[0])
    assert isinstance(fit.errors[2], BadValues)
    with pytest.raises(FitFailed):
        Shared().fit(unequal()[:2]).predict(3)


def test_the_context_reaches_the_training_which_reports_and_is_cancelled() -> None:
    told: list[float] = []
    context = Context(reported=lambda share, facts: told.append(share))
    task = ForecastTask(ModelSpec("shared"), 6)
    fit_and_forecast(task, unequal(), context)
    assert told == [0.5]
    with pytest.raises(Cancelled):
        fit_and_forecast(task, unequal(), Context(is_cancelled=lambda: True))


def test_a_matrix_in_which_one_series_fails_is_done_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = Naive._fit_panel

    def picky(self: Naive, y: FloatArray) -> None:
        if (y < 0).any():
            raise RuntimeError("below zero")
        original(self, y)

    monkeypatch.setattr(Naive, "_fit_panel", picky)
    series = [series_of([1.0, 2.0, 3.0]), series_of([1.0, -2.0, 3.0]), series_of([4.0, 5.0, 6.0])]
    fit = Naive().fit(series)
    assert {row: type(error) for row, error in fit.errors.items()} == {1: FitFailed}
    np.testing.assert_array_equal(fit.predict(1), [[3.0], [np.nan], [6.0]])


def test_the_model_that_is_asked_stays_as_it_is() -> None:
    model = Naive()
    before = dict(vars(model))
    fit = model.fit([series_of([1.0, 2.0])])
    assert vars(model) == before
    assert fit.parts[0].model is not model


def test_no_network_no_dropout() -> None:
    task = ForecastTask(ModelSpec("shared"), 6, (80.0,), "mc_dropout")
    with pytest.raises(InvalidParameter, match="shared has no dropout to sample"):
        fit_and_forecast(task, unequal(), QUIET)


def test_dropout_is_asked_of_the_model_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def forecast(self: Shared, horizon: int) -> Prediction:
        mean = np.array([[y[-1]] * horizon for y in self.values_])
        return Prediction(mean, {"mc_dropout": lambda: Normal(np.ones_like(mean))})

    monkeypatch.setattr(Shared, "_forecast", forecast)
    outcomes = run(unequal()[:2], interval_method="mc_dropout")
    assert [one.result.interval_method for one in outcomes if one.result] == ["mc_dropout"] * 2
