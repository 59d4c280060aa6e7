"""Compare rolling_dbscan with a full clustering of every window: ``make bench-rolling-dbscan``."""

import time

import numpy as np
from sklearn.cluster import DBSCAN

from bench.options import published
from bench.report import markdown, publish
from models.detectors.clustering.rolling_dbscan import RollingDbscan, RollingDbscanParams
from tests.models.build import series_of


def main() -> None:
    parser = published(__doc__)
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
    begun = time.process_time()
    flags = detector.observe(y[-asked.windows :], 99.0).raw > 1.0
    ours = time.process_time() - begun
    vectors = np.lib.stride_tricks.sliding_window_view(y, asked.lags)
    begun = time.process_time()
    noise = []
    for end in range(len(vectors) - asked.windows + 1, len(vectors) + 1):
        part = np.ascontiguousarray(vectors[end - asked.window - 1 : end])
        noise.append(DBSCAN(eps=eps, min_samples=5).fit(part).labels_[-1] < 0)
    full = time.process_time() - begun
    row = {
        "windows": asked.windows,
        "points of each": asked.window,
        "lags": asked.lags,
        "full DBSCAN, µs a point": 1e6 * full / asked.windows,
        "rolling_dbscan, µs a point": 1e6 * ours / asked.windows,
        "times faster": full / ours,
        "flags": int(flags.sum()),
        "flags that differ": int(np.sum(flags != np.array(noise))),
    }
    publish("rolling-dbscan", markdown([row]), write=asked.write)


if __name__ == "__main__":
    main()
