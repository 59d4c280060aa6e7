"""What every worker process has in memory when it begins: imported once, in the fork server."""

import contextlib
import os

# One thread a worker: several workers share the cores. Must stand before numpy is imported.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import importlib  # noqa: E402

from models import registry  # noqa: E402

BACKENDS = (
    "models.prepare",
    "models.tasks.forecast",
    "models.tasks.detect",
    "models.tasks.decompose",
    "models.tasks.changepoints",
    "models.tasks.profile",
    "pandas",
    "scipy.signal",
    "scipy.stats",
    "scipy.optimize",
    "statsforecast.models",
    "statsmodels.tsa.holtwinters",
)
"""What workers run, and libraries that models import where they use them."""

for _backend in BACKENDS:
    with contextlib.suppress(ImportError):
        importlib.import_module(_backend)
registry.registered("forecaster")
registry.registered("detector")
registry.registered("decomposition")
