"""What is known of steps ahead."""

import numpy as np
import pytest

from models import registry
from models.data.series import Series
from models.features.known_ahead import delayed, informative_columns, places, regressors
from models.forecasters.base import Forecaster
from models.registry import ModelSpec
from models.time.frequency import Frequency
from models.time.grid import Grid

STAMPS = np.arange("2024-01-01", "2024-03-01", dtype="datetime64[D]").astype("datetime64[ns]")


def with_columns() -> Series:
    """Sixty days about ten; a column that never varied and then goes up, one that varies, one without future."""
    noise = np.random.default_rng(0).normal(size=60)
    still, moving = np.full(60, 3.0), np.random.default_rng(1).normal(size=60)
    return Series(
        "a",
        10 + noise,
        Grid(Frequency.parse("D"), STAMPS, None),
        exog={"still": still, "moving": moving, "past": moving},
        future={"still": np.full(5, 5.0), "moving": np.zeros(5)},
    )


def test_columns_tell_that_vary_and_go_on() -> None:
    assert informative_columns(with_columns()) == ["moving"]


def test_months_have_a_place_in_the_year_and_no_weekday() -> None:
    stamps = np.arange("2019-03", "2021-03", dtype="datetime64[M]").astype("datetime64[ns]")
    months = Series("a", np.arange(24.0), Grid(Frequency.parse("MS"), stamps, None))
    found = places(months, 12, ())
    assert [*found] == ["place in 12"]
    np.testing.assert_array_equal(found["place in 12"], np.arange(36) % 12)


@pytest.mark.parametrize("name", ["arima", "auto_arima", "fourier_arima", "prophet", "auto"])
def test_a_regressor_that_never_varied_does_not_move_the_forecast(name: str) -> None:
    model = registry.create(Forecaster, ModelSpec(name, {}), 0).fit_one(with_columns())
    np.testing.assert_allclose(model.predict(5).mean[0], 10, atol=1.5)


def test_regressors_are_told_as_they_are_smoothed_and_some_steps_later() -> None:
    found = regressors(with_columns(), 5)
    moving = np.append(with_columns().exog["moving"], np.zeros(5))
    np.testing.assert_array_equal(found["moving"], moving)
    for steps, name in enumerate(delayed("moving"), 1):
        np.testing.assert_array_equal(found[name][steps:], moving[:-steps])
        assert (found[name][:steps] == moving[0]).all()
    assert [n for n in found if n.startswith("still")] == ["still", *delayed("still")]
    assert [*regressors(with_columns(), 5, delayed("moving"))] == [*delayed("moving")]
