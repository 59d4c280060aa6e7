"""Writes intermittent.json: what statsforecast 2.1.1 forecasts for demand that is often zero.

Run from the repository root: python -m tests.golden.make_intermittent
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from statsforecast import models as sf

TARGET = Path(__file__).with_name("intermittent.json")


def demand(seed: int, size: int = 60, chance: float = 0.3) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.random(size) < chance) * random.integers(1, 9, size).astype(float)


def answers(y: np.ndarray) -> dict[str, Any]:
    models = {
        "croston classic": sf.CrostonClassic(),
        "croston optimized": sf.CrostonOptimized(),
        "croston sba": sf.CrostonSBA(),
        "tsb": sf.TSB(alpha_d=0.2, alpha_p=0.2),
        "adida": sf.ADIDA(),
        "seasonal_window_mean": sf.SeasonalWindowAverage(season_length=7, window_size=2),
        "mean": sf.HistoricAverage(),
    }
    out: dict[str, Any] = {"y": y.tolist()}
    for name, model in models.items():
        out[name] = model.forecast(y, 3)["mean"].tolist()
    out["fitted"] = {
        name: [
            None if np.isnan(one) else one
            for one in models[name].forecast(y, 3, fitted=True)["fitted"]
        ]
        for name in ("croston classic", "tsb")
    }
    out["mean lo-80"] = models["mean"].forecast(y, 3, level=[80])["lo-80"].tolist()
    return out


def main() -> None:
    golden = [answers(demand(seed)) for seed in range(5)]
    TARGET.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
