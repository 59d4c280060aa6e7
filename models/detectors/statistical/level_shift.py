"""Points from which on the level is another."""

import numpy as np

from models.detectors.statistical._two_windows import TwoWindows
from models.types import FloatArray


class LevelShift(TwoWindows):
    """Flag points whose median from here on differs from that before by more than it usually does.

    Medians of whole seasons do not follow a season, and a spike moves none of them.

    Reference: Basseville and Nikiforov (1993), Detection of Abrupt Changes, Prentice Hall, ch. 2.
    """

    name = "level_shift"
    title = "Level shift"
    summary = "Points at which the level changes; ignores spikes and the season."
    reference = "Basseville & Nikiforov (1993), Detection of Abrupt Changes, Prentice Hall"

    state_version = 2
    shows = "level_shift"

    def _gap(self, before: FloatArray, after: FloatArray) -> FloatArray:
        return np.asarray(np.abs(np.median(after, axis=1) - np.median(before, axis=1)))
