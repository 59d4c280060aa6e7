"""Fitted transforms: what each does to values, how it is undone, and what becomes of a distribution."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import boxcox, inv_boxcox

from models.contract.state import kept
from models.types import FloatArray

_LARGEST = 1e290
_LARGEST_EXPONENT = float(np.log(_LARGEST))
"""What is transformed back stays well within what a float holds."""
_ROOM = 1.5
"""So many standard deviations above the largest value the inverse of a power that is chosen goes on."""
FARTHEST = 10.0
"""An inverse that is curved upwards runs off; bounds stop so many times the largest value beyond the median."""


class FittedTransform(ABC):
    """A transform with what it learned. Values have the shape (..., t) or (..., horizon).

    ``points_lost``: how many leading points of the series the transform takes away. ``pointwise``: whether each
    value is transformed by itself, whatever comes before it. ``is_nonlinear``: whether the inverse is curved.
    """

    points_lost: int = 0
    pointwise: ClassVar[bool] = True
    is_nonlinear: ClassVar[bool] = False

    @abstractmethod
    def apply(self, y: FloatArray) -> FloatArray:
        """Transform the values of the series; shape (..., t - points_lost)."""

    @abstractmethod
    def invert(self, values: FloatArray, *, inside: bool = False) -> FloatArray:
        """Transform back values that follow the series' end, or (``inside``) fitted ones; same shape."""

    def stops(self, values: FloatArray) -> bool:
        """Whether the inverse of transformed values, of any shape, ends before some of them do; NaN is none."""
        return False

    def derivative(self, values: FloatArray) -> FloatArray:
        """Return the first derivative of the inverse at transformed values; same shape."""
        return np.ones_like(values)

    def second_derivative(self, values: FloatArray) -> FloatArray:
        """Return the second derivative of the inverse at transformed values; same shape."""
        return np.zeros_like(values)

    def invert_std(
        self, values: FloatArray, std: FloatArray, bias: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Carry a standard deviation, and the mean's distance from the median, through the inverse; one shape."""
        derivative = self.derivative(values)
        return derivative * std, derivative * bias + 0.5 * self.second_derivative(values) * std**2


@kept
@dataclass(frozen=True, slots=True)
class Affine(FittedTransform):
    """Subtract ``center``, divide by ``scale``."""

    center: float
    scale: float

    def apply(self, y: FloatArray) -> FloatArray:
        return np.asarray((y - self.center) / self.scale)

    def invert(self, values: FloatArray, *, inside: bool = False) -> FloatArray:
        return np.asarray(values * self.scale + self.center)

    def derivative(self, values: FloatArray) -> FloatArray:
        return np.full_like(values, self.scale)


@kept
@dataclass(frozen=True, slots=True)
class Logarithm(FittedTransform):
    """The natural logarithm of the value plus ``shift``."""

    shift: float
    is_nonlinear: ClassVar[bool] = True

    def apply(self, y: FloatArray) -> FloatArray:
        return np.asarray(np.log(y + self.shift) if self.shift != 1 else np.log1p(y))

    def invert(self, values: FloatArray, *, inside: bool = False) -> FloatArray:
        exponent = np.minimum(values, _LARGEST_EXPONENT)
        return np.asarray(np.exp(exponent) - self.shift if self.shift != 1 else np.expm1(exponent))

    def derivative(self, values: FloatArray) -> FloatArray:
        return np.asarray(np.exp(np.minimum(values, _LARGEST_EXPONENT)))

    def second_derivative(self, values: FloatArray) -> FloatArray:
        return self.derivative(values)


@kept
@dataclass(frozen=True, slots=True)
class Power(FittedTransform):
    """Box-Cox with a given lambda; ``largest``: the greatest value of the training part."""

    lmbda: float
    largest: float
    is_nonlinear: ClassVar[bool] = True

    def apply(self, y: FloatArray) -> FloatArray:
        return np.asarray(boxcox(y, self.lmbda))

    def invert(self, values: FloatArray, *, inside: bool = False) -> FloatArray:
        return np.asarray(inv_boxcox(self._possible(values), self.lmbda))

    def stops(self, values: FloatArray) -> bool:
        return bool((values > self._highest()).any())

    def has_room(self, y: FloatArray) -> bool:
        """Whether the inverse goes on well beyond the largest of the values, (t,), by how far these lie apart."""
        values = self.apply(y)
        return bool(self._highest() - values.max() >= _ROOM * values.std())

    def _possible(self, values: FloatArray) -> FloatArray:
        """Return the values moved to where the inverse exists: from 0 to its farthest."""
        lowest = -1 / self.lmbda if self.lmbda > 0 else -np.inf
        return np.clip(values, lowest, self._highest())

    def _highest(self) -> float:
        """Return the transformed value of the farthest that is transformed back."""
        farthest = FARTHEST * self.largest if self.lmbda < 0 else _LARGEST
        with np.errstate(over="ignore"):
            return float(boxcox(farthest, self.lmbda))

    def derivative(self, values: FloatArray) -> FloatArray:
        return np.asarray(self._positive(values) ** (1 - self.lmbda))

    def second_derivative(self, values: FloatArray) -> FloatArray:
        return np.asarray((1 - self.lmbda) * self._positive(values) ** (1 - 2 * self.lmbda))

    def _positive(self, values: FloatArray) -> FloatArray:
        return np.maximum(self.invert(values), 1e-12 * self.largest)


@kept
@dataclass(frozen=True, slots=True, eq=False)
class Differencing(FittedTransform):
    """Each value minus the one ``points_lost`` before; ``history``: shape (t,), the values as they were."""

    history: FloatArray
    points_lost: int
    pointwise: ClassVar[bool] = False

    def apply(self, y: FloatArray) -> FloatArray:
        return np.asarray(y[..., self.points_lost :] - y[..., : -self.points_lost])

    def invert(self, values: FloatArray, *, inside: bool = False) -> FloatArray:
        if inside:
            # A later stage may have lost more: what is there are the last values.
            known = self.history[: -self.points_lost]
            return np.asarray(values + known[len(known) - values.shape[-1] :])
        return self._summed(values) + np.resize(self.history[-self.points_lost :], values.shape[-1])

    def invert_std(
        self, values: FloatArray, std: FloatArray, bias: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        # How the spread adds up depends on how the errors are related; no stage before asks for it.
        return std, self._summed(bias)

    def _summed(self, values: FloatArray) -> FloatArray:
        """Add up every ``points_lost``-th step; shape (..., horizon)."""
        summed = np.empty_like(values)
        for phase in range(min(self.points_lost, values.shape[-1])):
            summed[..., phase :: self.points_lost] = values[..., phase :: self.points_lost].cumsum(
                axis=-1
            )
        return summed
