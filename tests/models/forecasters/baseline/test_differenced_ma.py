"""The moving average of seasonal differences against the sum written out."""

import numpy as np
import pytest

from models.errors import SeriesTooShort
from models.forecasters.baseline.differenced_ma import DifferencedMA, DifferencedMAParams
from tests.models.build import series_of


def test_a_table_to_check_in_the_head() -> None:
    # Season 2, last two differences: (14 - 10, 25 - 20) = (4, 5), on average 4.5.
    model = DifferencedMA(DifferencedMAParams(window=2)).fit_one(
        series_of([10.0, 20.0, 14.0, 25.0], season_length=2)
    )
    np.testing.assert_allclose(model.predict(3).mean[0], [18.5, 29.5, 23.0])


@pytest.mark.parametrize(
    ("past", "expected"),
    [("centered", (1.0 + 2.0 + 6.0) / 3), ("trailing", (0.0 + 1.0 + 2.0) / 3)],
)
def test_the_past_is_smoothed_around_or_up_to_a_season_ago(past: str, expected: float) -> None:
    y = np.array([0.0, 1.0, 2.0, 6.0, 5.0, 0.0, 1.0])  # season 5: a season before step 7 is y[2]
    params = DifferencedMAParams(window=1, past_window=3, past=past)
    model = DifferencedMA(params).fit_one(series_of(y, season_length=5))
    change = y[6] - y[1]
    np.testing.assert_allclose(model.predict(1).mean[0], [expected + change])


def test_fitted_values_look_back_only() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=40)
    params = DifferencedMAParams(window=3, past_window=5)
    fitted = DifferencedMA(params).fit_one(series_of(y, season_length=6)).fitted()[0]
    assert fitted is not None
    for t in range(9, 40):
        smooth = y[t - 6 - 2 : t - 6 + 3].mean()
        change = np.mean([y[s] - y[s - 6] for s in (t - 3, t - 2, t - 1)])
        assert fitted[t] == pytest.approx(smooth + change)
    assert np.isnan(fitted[:9]).all()


def test_without_a_season_it_goes_on_by_the_mean_step() -> None:
    model = DifferencedMA(DifferencedMAParams(window=2)).fit_one(series_of([1.0, 2.0, 4.0, 7.0]))
    np.testing.assert_allclose(model.predict(2).mean[0], [9.5, 12.0])


def test_it_needs_a_season_and_a_window() -> None:
    with pytest.raises(SeriesTooShort, match="at least 9"):
        DifferencedMA(DifferencedMAParams(window=3)).fit_one(
            series_of(np.arange(8.0), season_length=6)
        )
