import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from models.contract.context import Context
from models.contract.state import State
from models.data.results import Forecast, Outcome
from models.data.series import Series
from models.errors import BadValues, Cancelled, InvalidRequest, SeriesTooShort
from models.forecasters.base import Forecaster
from models.forecasters.neural._sizes import window_of
from models.forecasters.neural.lstm import LSTM, LSTMParams
from models.networks.device import knows_bfloat16
from models.networks.forecast_training import ForecastTraining
from models.registry import ModelSpec, create, revive
from models.tasks.forecast import ForecastTask, forecast_many
from models.tasks.forecast_task import cost_of
from models.tasks.task import TaskOptions
from models.types import FloatArray
from tests.models.build import series_of
from tests.waiting import ticking

TINY: dict[str, Any] = {"epochs": 3, "hidden": 4}


def lstm(**params: Any) -> Forecaster[Any]:
    return create(Forecaster, ModelSpec("lstm", {**TINY, **params}))


def waves(length: int = 120, season: int = 12, seed: int = 0, size: float = 1.0) -> FloatArray:
    t = np.arange(length)
    noise = np.random.default_rng(seed).normal(size=length)
    return np.asarray(size * (20 + 5 * np.sin(2 * np.pi * t / season) + 0.5 * noise))


def several(lengths: tuple[int, ...] = (120, 90, 40)) -> list[Series]:
    return [
        series_of(waves(length, seed=i, size=10.0**i), 12, f"s{i}")
        for i, length in enumerate(lengths)
    ]


def bent(seed: int, size: float) -> Series:
    """Return a wave whose next value is no linear function of those before."""
    t = np.arange(200.0) + 7 * seed
    return series_of(size * (20 + 5 * np.sin(t / 4 + np.sin(t / 9)) ** 3), 1, f"bent {seed}")


def run(series: list[Series], **options: Any) -> list[Outcome[Forecast]]:
    params = {**TINY, **options.pop("params", {})}
    task = ForecastTask(ModelSpec("lstm", params), 6, (80.0, 95.0), **options)
    return list(forecast_many(task, series))


def test_one_network_learns_from_all_series_of_any_lengths() -> None:
    outcomes = run(several())
    assert [one.error for one in outcomes] == [None] * 3
    infos = [one.model for one in outcomes]
    assert infos[0] is infos[1] is infos[2]
    assert infos[0] is not None
    assert infos[0].details["series"] == 3
    for i, one in enumerate(outcomes):
        assert one.result is not None
        assert np.abs(one.result.mean - 20 * 10.0**i).max() < 10 * 10.0**i
        assert one.result.interval_method == "conformal"


def test_each_series_may_have_its_own() -> None:
    outcomes = run(several(), params={"scope": "local"})
    assert [one.model.details["series"] for one in outcomes if one.model] == [1, 1, 1]
    alone = run(several()[:1])
    assert outcomes[0].result is not None
    assert alone[0].result is not None
    np.testing.assert_array_equal(outcomes[0].result.mean, alone[0].result.mean)


def test_it_learns_what_the_naive_forecast_misses() -> None:
    """A season that swings about its mean: half of its deviation is left a cycle later."""
    rng = np.random.default_rng(4)
    y = np.zeros(400)
    for t in range(1, 400):
        y[t] = -0.8 * y[t - 1] + rng.normal()
    model = lstm(epochs=15, window=12, highway=False, learning_rate=0.02).fit_one(
        series_of(y + 50, 1)
    )
    course = model.learned_.course  # type: ignore[attr-defined]
    training, validation = course.training, course.validation
    assert min(validation) < 0.75 * validation[0]
    assert training[-1] < training[0]


def test_the_answer_tells_how_the_training_went() -> None:
    (outcome,) = run([series_of(waves(), 12)])
    assert outcome.model is not None
    told = outcome.model.details
    assert len(told["training_loss"]) == len(told["validation_loss"]) == told["epochs"] + 1
    assert told["device"] == "cpu"
    assert "held-back part" in told["why"]
    assert outcome.model.params["window"] == 24
    assert outcome.model.params["horizon"] == 6


def test_the_window_follows_the_seasons_and_the_horizon_where_there_is_room() -> None:
    cases: dict[tuple[tuple[int, ...], int, int], int] = {
        ((), 6, 200): 9,
        ((12,), 6, 200): 24,
        ((12,), 48, 200): 72,
        ((24, 168), 48, 700): 336,
        ((24, 168), 48, 100): 100,
        ((), 2, 200): 8,
        ((700,), 10, 9000): 512,
    }
    assert {case: window_of(LSTMParams(), *case) for case in cases} == cases


def test_values_over_zero_are_seen_as_logarithms() -> None:
    y = np.exp(np.sin(np.arange(100.0)) + 0.02 * np.arange(100))
    model = lstm(epochs=1).aimed_at(8).fit_one(series_of(y[:92], 1))
    assert model.members_.log.tolist() == [True]  # type: ignore[attr-defined]
    assert (model.predict(8).mean > 0).all()
    with pytest.raises(BadValues, match="row 1 is -2"):
        model.update(np.array([1.0, -2.0]))
    assert lstm().fit_one(series_of(y - 2, 1)).members_.log.tolist() == [False]  # type: ignore[attr-defined]
    with pytest.raises(BadValues, match="logarithms take values over 0"):
        lstm(log=True).fit_one(series_of(y - 2, 1))


def test_it_may_learn_from_the_held_back_part_and_its_errors_stay_honest() -> None:
    series = series_of(waves(), 12)
    plain, whole = (
        lstm(use_all=False).aimed_at(6).fit_one(series),
        lstm(use_all=True).aimed_at(6).fit_one(series),
    )
    back = np.array([20, 10, 1])
    np.testing.assert_array_equal(whole.held_out(6, back), plain.held_out(6, back))
    assert (whole.predict(6).mean != plain.predict(6).mean).any()


def test_a_series_shorter_than_a_window_is_told_so_and_the_others_are_done() -> None:
    outcomes = run(several((120, 30)), params={"window": 48})
    assert outcomes[0].result is not None
    assert isinstance(outcomes[1].error, SeriesTooShort)
    assert "needs at least 52 observations, got 30" in outcomes[1].error.message


def test_farther_steps_build_on_those_that_it_learned() -> None:
    model = lstm(horizon=4).fit_one(series_of(waves(), 12))
    far = model.predict(10).mean
    np.testing.assert_allclose(model.predict(3).mean, far[:, :3], rtol=1e-6)
    longer = lstm(horizon=4).fit_one(series_of(waves(), 12))
    longer.update(far[0, :4])
    np.testing.assert_allclose(longer.predict(6).mean, far[:, 4:], rtol=1e-4)


def test_intervals_come_from_the_held_back_part_without_another_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits = []
    original = LSTM._learn
    monkeypatch.setattr(
        LSTM, "_learn", lambda self, *args: (fits.append(self), original(self, *args))
    )
    for method in ("auto", "conformal", "bootstrap", "parametric"):
        (outcome,) = run([series_of(waves(), 12)], interval_method=method, n_paths=3)
        assert outcome.result is not None
        assert outcome.result.interval_method == ("conformal" if method == "auto" else method)
        assert np.isfinite(outcome.result.bands[95.0].upper).all()
    assert len(fits) == 4


def test_errors_of_what_it_learned_from_are_left_out() -> None:
    model = lstm(use_all=False).aimed_at(6).fit_one(series_of(waves(), 12))
    errors = model.held_out(6, np.array([60, 24, 10, 1]))
    assert errors is not None
    assert np.isnan(errors[0, 0]).all()
    assert np.isfinite(errors[0, 1]).all()
    assert np.isfinite(errors[0, 3]).tolist() == [True] + [False] * 5
    assert errors[0, 1, 0] == pytest.approx(
        waves()[96]
        - lstm(use_all=False).aimed_at(6).fit_one(series_of(waves(), 12)).fitted()[0][96],
        rel=1e-5,
    )


def test_a_network_continues_a_series_that_it_has_never_seen() -> None:
    model = lstm().fit_one(series_of(waves(), 12))
    found = model.apply([series_of(waves(60, seed=8, size=1000.0), 12, "new")])
    (part,) = found.parts
    assert np.abs(part.model.predict(6).mean - 20_000).max() < 10_000
    before, after = model.learned_.weights, part.model.learned_.weights  # type: ignore[attr-defined]
    assert [name for name in before if after[name] is not before[name]] == ["own.each"]


def test_a_kept_network_of_many_series_forecasts_a_new_one_without_a_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learned_from = [bent(seed, 10.0**seed) for seed in range(4)]
    alone = {"highway": False, "residual": False, "season_length": 1, "window": 12, "horizon": 6}
    model = lstm(**alone, epochs=30, hidden=16, learning_rate=0.02)
    (part,) = model.fit(learned_from).parts
    written = part.model.state().to_bytes()
    monkeypatch.setattr(ForecastTraining, "train", None)  # whoever trained would fail

    kept = revive(State.from_bytes(written))
    assert isinstance(kept, Forecaster)
    new = bent(9, 50.0)
    (applied,) = kept.apply([replace(new, y=new.y[:-60])]).parts
    missed, naive = [], []
    for end in range(len(new.y) - 60, len(new.y) - 6, 6):
        came = new.y[end : end + 6]
        missed.append(np.abs(applied.model.predict(6).mean[0] - came).mean())
        naive.append(np.abs(new.y[end - 1] - came).mean())
        applied.model.update(came)
    assert np.mean(missed) < 0.5 * np.mean(naive)
    assert kept.learned_.course == applied.model.learned_.course  # type: ignore[attr-defined]


def test_new_points_of_several_series_are_refused() -> None:
    (part,) = lstm().fit(several()).parts
    with pytest.raises(InvalidRequest, match="was fitted to 3 series"):
        part.model.update(np.array([1.0]))


def test_a_training_that_nobody_waits_for_ends() -> None:
    with pytest.raises(Cancelled):
        lstm().fit(several(), Context(is_cancelled=lambda: True))


def test_another_seed_gives_another_network() -> None:
    one, other = (
        run(
            [series_of(waves(), 12)],
            options=TaskOptions(random_state=seed),
            params={"highway": False},
        )[0].result
        for seed in (0, 1)
    )
    assert one is not None
    assert other is not None
    assert (one.mean != other.mean).any()


@pytest.mark.parametrize(
    "params",
    [
        {"bidirectional": True, "merge": "sum", "pooling": "max"},
        {"layers": 2, "pooling": "mean"},
        {"scaler": "minmax", "scale_by": "series"},
        {"scaler": "robust", "scale_by": "global", "residual": False, "highway": False},
        {"stride": 5, "learning_rate": "find", "epoch_windows": 8},
    ],
)
def test_every_way_to_build_it_has_a_forecast(params: dict[str, Any]) -> None:
    for one in run(several((120, 90)), params=params):
        assert one.result is not None, one.error
        assert np.isfinite(one.result.mean).all()


def test_values_that_were_filled_in_are_not_learned_from() -> None:
    y = waves()
    y[40:60] = np.nan
    (outcome,) = run([series_of(y, 12)])
    assert outcome.result is not None


def test_its_cost_grows_with_what_is_trained() -> None:
    series = series_of(waves(), 12)

    def seconds(**params: Any) -> float:
        return cost_of(ForecastTask(ModelSpec("lstm", params), 6, (80.0,)), series).seconds

    assert seconds() < 10
    assert seconds(epochs=400) > 5 * seconds()
    assert seconds(hidden=256) > 5 * seconds()


def test_it_needs_a_round_of_its_training_and_no_more() -> None:
    series = series_of(waves(), 12)

    def needed(**params: Any) -> float:
        task = ForecastTask(ModelSpec("lstm", params), 6, (80.0,))
        return cost_of(task, series).needed_seconds

    assert needed(epochs=4000) == pytest.approx(needed(epochs=400), rel=0.01)
    assert needed(epochs=4000, restarts=9, search=50) == pytest.approx(needed(epochs=400), rel=0.01)
    assert needed(epochs=400, hidden=256) > needed(epochs=400)
    assert needed(epochs=1) < 1


def test_a_training_of_hours_keeps_to_its_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ticking(monkeypatch, 0.01)
    long = {**TINY, "epochs": 10_000, "patience": 10_000}
    task = ForecastTask(ModelSpec("lstm", long), 6, (80.0,), budget_s=30.0)
    (outcome,) = forecast_many(task, [series_of(waves(), 12)], Context(deadline=clock() + 2.0))
    assert outcome.model is not None
    assert outcome.model.name == "lstm"
    assert outcome.model.details["ending"] == "out of time"
    assert "training_cut" in [one.code for one in outcome.notices]


def test_a_network_in_place_of_another_model_keeps_to_the_time_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = ticking(monkeypatch, 0.01)
    long = ModelSpec("lstm", {**TINY, "epochs": 10_000, "patience": 10_000})
    dear = ModelSpec("lstm", {**long.params, "hidden": 512})
    task = ForecastTask(dear, 6, budget_s=10.0, substitute=long)
    [outcome] = forecast_many(task, [series_of(waves(), 12)], Context(deadline=clock() + 2.0))
    assert outcome.model is not None
    assert outcome.model.details["ending"] == "out of time"
    assert {"model_replaced", "training_cut"} <= {one.code for one in outcome.notices}


def test_trainings_of_each_series_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ticking(monkeypatch, 0.01)
    long = {**TINY, "epochs": 10_000, "patience": 10_000, "scope": "local"}
    alike = several((120, 120, 120))
    outcomes = forecast_many(
        ForecastTask(ModelSpec("lstm", long), 6), alike, Context(deadline=clock() + 6.0)
    )
    infos = [one.model for one in outcomes]
    assert [one.details["ending"] for one in infos if one is not None] == ["out of time"] * 3
    epochs = [one.details["epochs"] for one in infos if one is not None]
    # It would be a sixteenth if each took three quarters of what is left.
    assert min(epochs) > 0.1 * max(epochs)


def test_a_difference_is_taken_around_a_network_for_as_many_steps() -> None:
    from models.forecasters.transformed import TransformedForecaster
    from models.transforms.chain import TransformChain

    around = TransformedForecaster.of(ModelSpec("lstm", TINY), TransformChain.of("difference"))
    model = around.aimed_at(5).fit_one(series_of(np.cumsum(waves()), 12))
    assert model.model_.horizon_ == 5
    assert np.isfinite(model.predict(5).mean).all()


def test_torch_is_loaded_where_a_network_is_fitted_and_not_before() -> None:
    code = """
import sys, numpy as np
from models.registry import catalog
from models.tasks.forecast import ForecastTask, forecast_many
from models.registry import ModelSpec
from tests.models.build import series_of
catalog()
series = [series_of(np.sin(np.arange(60.0)))]
task = ForecastTask(ModelSpec("lstm", {"epochs": 1, "window": 100}), 3)
assert forecast_many(task, series)[0].error is not None
forecast_many(ForecastTask(ModelSpec("ets"), 3, (80.0,)), series)
assert "torch" not in sys.modules
forecast_many(ForecastTask(ModelSpec("lstm", {"epochs": 1}), 3), series)
assert "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not knows_bfloat16(torch.device("cpu")), reason="a core without AVX-512")
def test_it_learns_as_well_with_numbers_of_16_bits() -> None:
    series = series_of(waves(), 12)
    exact, mixed = (lstm(precision=one, highway=False) for one in ("float32", "bfloat16"))
    ahead = [model.fit_one(series).predict(12).mean for model in (exact, mixed)]
    assert not np.array_equal(*ahead)
    assert np.abs(ahead[0] - ahead[1]).max() < 0.5


def test_what_a_processor_has_no_numbers_for_is_learned_with_others_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("device", "encoders"):
        monkeypatch.setattr(f"models.networks.{module}.knows_bfloat16", lambda device: False)
    series = series_of(waves(), 12)
    exact, asked = (lstm(precision=one, epochs=2) for one in ("float32", "bfloat16"))
    ahead = [model.fit_one(series).predict(12).mean for model in (exact, asked)]
    np.testing.assert_array_equal(*ahead)
    codes = [[notice.code for notice in model.notices()] for model in (exact, asked)]
    assert ["precision_unused" in one for one in codes] == [False, True]
