"""Goes on with watched streams that another process kept: ``python -m tests.contracts.verdicts FOLDER``."""

import sys
from pathlib import Path

import numpy as np

from models.contract.state import State
from models.tasks.watch import Watch


def main(folder: Path) -> None:
    """Write, beside each ``NAME.state``, what the points in ``NAME.npy`` are judged to be."""
    for path in sorted(folder.glob("*.state")):
        watch = Watch.revive(State.from_bytes(path.read_bytes()))
        found = watch.observe(np.load(path.with_suffix(".npy")))
        nothing = np.full(len(found.score), np.nan)
        np.savez(
            path.with_suffix(".npz"),
            score=found.score,
            is_anomaly=found.is_anomaly,
            severity=found.severity,
            expected=nothing if found.expected is None else found.expected,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
