"""Names for the array types used throughout."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
StampArray = NDArray[Any]
"""Timestamps: ``int64`` for integer time, ``datetime64[ns]`` (UTC if the series has a zone) otherwise."""
