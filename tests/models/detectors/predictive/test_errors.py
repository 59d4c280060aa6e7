import numpy as np
import pytest

from models.detectors.predictive._errors import ErrorScale
from models.stats.error_distribution import InSampleFit

_SIZE = 300


@pytest.mark.parametrize(("strange", "tells"), [(0, "fit"), (10, "fit"), (12, "errors")])
def test_errors_tell_how_far_points_lie_off_where_more_than_chance_of_them_refute_the_fit(
    strange: int, tells: str
) -> None:
    random = np.random.default_rng(0)
    y, units = random.normal(size=_SIZE), np.ones(_SIZE)
    fit = InSampleFit(y, np.zeros(_SIZE), units, np.ones(_SIZE, dtype=bool), 0)
    errors = np.clip(random.normal(size=_SIZE), -2.0, 2.0)
    errors[:: _SIZE // max(strange, 1)][:strange] = 8.0
    scale = ErrorScale.of(_SIZE)
    for error in errors:
        scale.take(float(error), 0.0, 1.0)

    scale.estimate(fit)

    of_fit = fit.distribution()
    assert (scale.distribution == of_fit) == (tells == "fit")


@pytest.mark.parametrize(("strange", "tells"), [(3, "fit"), (5, "errors")])
def test_three_of_sixty_errors_are_chance(strange: int, tells: str) -> None:
    y = np.random.default_rng(0).normal(size=60)
    fit = InSampleFit(y, np.zeros(60), np.ones(60), np.ones(60, dtype=bool), 0)
    scale = ErrorScale.of(60)
    for error in [*np.clip(y[strange:], -1.0, 1.0), *[8.0] * strange]:
        scale.take(float(error), 0.0, 1.0)

    scale.estimate(fit)

    assert (scale.distribution == fit.distribution()) == (tells == "fit")


@pytest.mark.parametrize(("places", "scale"), [((0, 1, 6, 7, 12), 1.0), ((1, 2, 6, 7, 8), 0.0)])
def test_others_than_the_one_expected_value_are_usual_where_they_came_three_times(
    places: tuple[int, ...], scale: float
) -> None:
    y, known = np.zeros(14), np.ones(14, dtype=bool)
    y[list(places)] = 1.0
    errors = ErrorScale.of(14)
    errors.estimate_around(0.0, y, known, 14)
    assert errors.distribution.scale >= scale
    assert (errors.distribution.scale == 0.0) == (scale == 0.0)
