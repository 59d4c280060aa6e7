"""Sines and cosines in place of long seasons."""

from typing import Any

import numpy as np
import pytest

from models.forecasters.arima._fourier import fourier_terms
from models.forecasters.arima._model import SarimaxForecaster
from models.forecasters.arima.auto_arima import AutoARIMA
from models.forecasters.arima.fourier_arima import FourierARIMA, FourierARIMAParams
from models.forecasters.arima.sarima import SARIMA, SARIMAParams
from tests.datasets import log_passengers
from tests.models.build import series_of


@pytest.mark.parametrize("model", [SARIMA(SARIMAParams(season_length=168)), AutoARIMA()])
def test_a_long_season_becomes_fourier_terms_and_says_so(model: SarimaxForecaster[Any]) -> None:
    t = np.arange(168 * 4)
    rng = np.random.default_rng(1)
    y = 10 + 5 * np.sin(2 * np.pi * t / 168) + 0.3 * rng.normal(size=t.size)
    model.fit_one(series_of(y, season_length=168))
    assert [notice.code for notice in model.notices()] == ["season_as_fourier"]
    ahead = 10 + 5 * np.sin(2 * np.pi * np.arange(t.size, t.size + 84) / 168)
    assert np.abs(model.predict(84).mean[0] - ahead).max() < 1.5


def test_fourier_terms_draw_several_seasons() -> None:
    t = np.arange(24 * 7 * 5)
    rng = np.random.default_rng(2)
    y = 3 * np.sin(2 * np.pi * t / 24) + 5 * np.cos(2 * np.pi * t / 168) + rng.normal(size=t.size)
    model = FourierARIMA().fit_one(series_of(y, season_length=[24, 168]))
    assert model.info().season_length == (24, 168)
    ahead = np.arange(t.size, t.size + 168)
    truth = 3 * np.sin(2 * np.pi * ahead / 24) + 5 * np.cos(2 * np.pi * ahead / 168)
    assert np.abs(model.predict(168).mean[0] - truth).mean() < 0.6
    assert "Fourier(" in model.info().title


def test_harmonics_are_as_many_as_wanted() -> None:
    params = FourierARIMAParams(harmonics=2)
    model = FourierARIMA(params).fit_one(series_of(log_passengers(), season_length=12))
    assert model.harmonics_ == [(12, 2)]


def test_fourier_terms_repeat_with_the_season_and_are_independent() -> None:
    terms = fourier_terms(0, 24, 12, 6)
    assert terms.shape == (24, 11)
    np.testing.assert_allclose(terms[:12], terms[12:], atol=1e-12)
    assert np.linalg.matrix_rank(terms) == 11
