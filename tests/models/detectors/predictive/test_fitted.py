import numpy as np
import pytest

from models.detectors.predictive._fitted import fitted_to
from models.forecasters.baseline.ewma import EWMA
from tests.models.build import noise, series_of


@pytest.mark.parametrize("first", [-4.0, 0.0, 4.0])
def test_an_average_of_noise_is_slow_however_far_off_its_first_value_lies(first: float) -> None:
    y = np.append(first, noise(500))
    fitted = fitted_to(EWMA(), series_of(y), (), in_logs=False)
    assert fitted.model.info().params["alpha"] < 0.03
    assert fitted.model.predict(1).mean[0][0] == pytest.approx(np.mean(y), abs=0.1)
    assert fitted.expected is not None
    assert abs(fitted.expected[1] - np.median(y[:24])) < 1e-9


def test_an_average_of_what_wanders_begins_at_its_first_value() -> None:
    y = np.cumsum(noise(100))
    fitted = fitted_to(EWMA(), series_of(y), (), in_logs=False)
    assert fitted.expected is not None
    assert fitted.expected[1] == y[0]
