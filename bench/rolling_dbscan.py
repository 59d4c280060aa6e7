"""Compare rolling_dbscan with a full clustering of every window: the same flags, and how much sooner."""

import argparse
import time

import numpy as np
from sklearn.cluster import DBSCAN

from models.detectors.clustering.rolling_dbscan import RollingDbscan, RollingDbscanParams
from tests.models.build import series_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=1000)
    parser.add_argument("--window", type=int, default=200)
    parser.add_argument("--lags", type=int, default=1)
    asked = parser.parse_args()
    random = np.random.default_rng(0)
    y = random.normal(size=asked.windows + asked.window + asked.lags - 1)
    y[random.integers(asked.window, len(y), len(y) // 50)] += 5.0
    eps = 0.3 * asked.lags
    params = RollingDbscanParams(window=asked.window, lags=asked.lags, eps=eps)
    detector = RollingDbscan(params).begin([series_of(y, None)])
    detector.observe(y[: -asked.windows], 99.0)
    begun = time.perf_counter()
    flags = detector.observe(y[-asked.windows :], 99.0).raw > 1.0
    ours = time.perf_counter() - begun
    vectors = np.lib.stride_tricks.sliding_window_view(y, asked.lags)
    begun = time.perf_counter()
    noise = []
    for end in range(len(vectors) - asked.windows + 1, len(vectors) + 1):
        part = np.ascontiguousarray(vectors[end - asked.window - 1 : end])
        noise.append(DBSCAN(eps=eps, min_samples=5).fit(part).labels_[-1] < 0)
    full = time.perf_counter() - begun
    print(f"{asked.windows} windows of {asked.window}, {asked.lags} lags")
    print(f"a full DBSCAN per window {1e6 * full / asked.windows:.0f} µs a point")
    print(
        f"rolling_dbscan {1e6 * ours / asked.windows:.0f} µs a point: {full / ours:.1f} times faster"
    )
    print(
        f"flags {int(flags.sum())} and {int(np.sum(noise))}, equal: {np.array_equal(flags, noise)}"
    )


if __name__ == "__main__":
    main()
