"""Writes smoothing.json: what the original implementations say of the airline passengers.

Run from the repository root: python -m tests.golden.make_smoothing
The sources are statsforecast 2.1.1 (theta, CES, baselines), statsmodels 0.15.0 (exponential smoothing
with given and with fitted parameters) and pandas 2.3 (exponentially weighted means).
"""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from statsforecast import models as sf
from statsforecast.ces import auto_ces, forecast_ces
from statsforecast.ets import ets_f
from statsforecast.theta import auto_theta, forecast_theta
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing

from tests.datasets import load

TARGET = Path(__file__).with_name("smoothing.json")
H = 15
LONG = {"A": "add", "M": "mul", "N": None}

# alpha, beta, gamma, phi: round numbers, not fitted ones. statsmodels updates a multiplicative season
# in its own way, so those forms are tested against the recursions of the book instead.
GIVEN = {
    "ANN": [0.4, 0.0, 0.0, 1.0],
    "AAN": [0.4, 0.1, 0.0, 1.0],
    "AAdN": [0.4, 0.1, 0.0, 0.9],
    "ANA": [0.3, 0.0, 0.2, 1.0],
    "AAA": [0.3, 0.05, 0.2, 1.0],
    "AAdA": [0.3, 0.05, 0.2, 0.9],
    "MAA": [0.3, 0.05, 0.2, 1.0],
}


def numbers(values: Any) -> list[float]:
    return [round(float(value), 9) for value in np.asarray(values)]


def baselines(y: np.ndarray) -> dict[str, Any]:
    made = {
        "naive": sf.Naive(),
        "seasonal_naive": sf.SeasonalNaive(12),
        "drift": sf.RandomWalkWithDrift(),
    }
    out: dict[str, Any] = {}
    for name, model in made.items():
        answer = model.forecast(y, H, level=[80, 95])
        out[name] = {key: numbers(answer[key]) for key in ("mean", "lo-80", "hi-95")}
    out["sma"] = {"mean": numbers(sf.WindowAverage(4).forecast(y, H)["mean"])}
    return out


def thetas(y: np.ndarray) -> dict[str, list[float]]:
    return {
        f"{kind} {season}": numbers(
            forecast_theta(auto_theta(y, 12, model=kind, decomposition_type=season), H)["mean"]
        )
        for kind in ("STM", "DOTM")
        for season in ("multiplicative", "additive")
    }


def ces(y: np.ndarray) -> dict[str, list[float]]:
    return {
        word: numbers(forecast_ces(auto_ces(y, 12, model=word[0].upper()), H)["mean"])
        for word in ("none", "simple", "partial", "full")
    }


def given(y: np.ndarray) -> dict[str, Any]:
    """Return what statsmodels makes of parameters that were not fitted."""
    out = {}
    for code, (alpha, beta, gamma, phi) in GIVEN.items():
        error, trend, season = code[0], code[1], code[-1]
        figure = np.linspace(-10, 10, 12) if season == "A" else np.linspace(0.8, 1.2, 12)
        figure = figure - (figure.mean() - (season == "M"))
        start = [120.0]
        start += [2.0 if trend == "A" else 1.01] if trend != "N" else []
        start += figure[::-1].tolist() if season != "N" else []
        model = ETSModel(
            pd.Series(y),
            error=LONG[error],
            trend=LONG[trend],
            damped_trend="d" in code,
            seasonal=LONG[season],
            seasonal_periods=12 if season != "N" else None,
            initialization_method="known",
            initial_level=start[0],
            initial_trend=start[1] if trend != "N" else None,
            initial_seasonal=figure if season != "N" else None,
        )
        free = [alpha]
        free += [beta] if trend != "N" else []
        free += [gamma] if season != "N" else []
        free += [phi] if "d" in code else []
        smoothed = model.smooth(np.r_[free, start])
        one = {
            "par": [alpha, beta, gamma, phi],
            "start": start,
            "forecast": numbers(smoothed.forecast(H)),
            "fitted": numbers(smoothed.fittedvalues[-12:]),
            "llf": float(smoothed.llf),
        }
        if error == "A" and season != "M":
            prediction = smoothed.get_prediction(start=len(y), end=len(y) + H - 1)
            one["relative_variance"] = numbers(prediction.forecast_variance / smoothed.mse)
        out[code] = one
    return out


def fitted(y: np.ndarray) -> dict[str, float]:
    """Return how well the libraries' own searches fit: sums of squares, and corrected AICs."""
    out = {}
    for trend, season, damped in (
        ("add", "add", False),
        ("add", "add", True),
        (None, "add", False),
    ):
        model = ExponentialSmoothing(
            y, trend=trend, damped_trend=damped, seasonal=season, seasonal_periods=12
        )
        code = f"A{'A' if trend else 'N'}{'d' if damped else ''}A"
        out[f"statsmodels sse {code}"] = float(model.fit().sse)
    for code, damped in (
        ("ANN", False),
        ("AAN", False),
        ("AAA", False),
        ("MAM", False),
        ("MAM", True),
    ):
        title = f"{code[:2]}{'d' if damped else ''}{code[2]}"
        out[f"statsforecast aicc {title}"] = float(ets_f(y, 12, model=code, damped=damped)["aicc"])
    return out


def simple(y: np.ndarray) -> dict[str, Any]:
    known = SimpleExpSmoothing(y, initialization_method="known", initial_level=y[0]).fit()
    free = SimpleExpSmoothing(y, initialization_method="estimated").fit()
    return {
        "ewma alpha 0.3": numbers(pd.Series(y).ewm(alpha=0.3, adjust=False).mean()[-3:]),
        "ewma span 9": numbers(pd.Series(y).ewm(span=9, adjust=False).mean()[-3:]),
        "fitted from the first value": {
            "alpha": float(known.params["smoothing_level"]),
            "sse": float(known.sse),
        },
        "ses": {"alpha": float(free.params["smoothing_level"]), "sse": float(free.sse)},
    }


def main() -> None:
    warnings.simplefilter("ignore")
    passengers = load("airpassengers")[1]
    sunspots = load("sunspots")[1][-120:]
    births = load("births_daily")[1][:200]
    golden = {
        "baselines": baselines(passengers),
        "theta": thetas(passengers),
        "ces": ces(passengers),
        "given": given(passengers),
        "fitted": fitted(passengers),
        "simple": {"sunspots": simple(sunspots), "births_daily": simple(births)},
    }
    TARGET.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
