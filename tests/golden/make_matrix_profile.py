"""Writes matrix_profile.json: the profile that stumpy 1.14.1 (no dependency of ours) gives.

Run from the repository root, with stumpy installed: python -m tests.golden.make_matrix_profile
"""

import json
from pathlib import Path

import numpy as np
import stumpy

TARGET = Path(__file__).with_name("matrix_profile.json")
WINDOW = 12


def main() -> None:
    t = np.arange(200)
    y = np.round(np.sin(t / 4) + 0.1 * np.random.default_rng(0).normal(size=200), 4)
    y[100:120] = 0.5
    profile = stumpy.stump(y, WINDOW)[:, 0].astype(float)
    written = {"y": y.tolist(), "window": WINDOW, "profile": profile.round(10).tolist()}
    TARGET.write_text(json.dumps(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
