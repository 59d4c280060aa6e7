"""The transforms that may be asked for, each a small set of params."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy.optimize import minimize_scalar
from scipy.stats import boxcox_llf

from models.errors import SeriesTooShort
from models.params import Params
from models.transforms._fitted import Affine, Differencing, FittedTransform, Logarithm, Power
from models.types import FloatArray

_LAMBDAS = (-1.0, 2.0)
_CLEARLY = 1.92
"""Half the 95 % quantile of chi-squared: what the log-likelihood of a negative lambda must gain on 0."""


class TransformParams(Params):
    """A transform as it is asked for.

    ``is_nonlinear``: whether means and medians are transformed differently. ``pointwise``: as that of its stage.
    """

    is_nonlinear: ClassVar[bool] = False
    pointwise: ClassVar[bool] = True

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Learn from the training part, shape (t,), finite; raises ``BadValues`` or ``SeriesTooShort``."""
        raise NotImplementedError

    def lowest(self) -> float | None:
        """Return the value that all values must be above; None if any will do."""
        return None

    @property
    def is_fixed(self) -> bool:
        """Whether what becomes of a value depends on no other value."""
        return False

    @property
    def points_lost(self) -> int:
        """How many leading points of a series it takes away."""
        return 0


class _Logarithmic(TransformParams):
    """A natural logarithm of the value and what is ``added`` to it."""

    is_nonlinear: ClassVar[bool] = True
    added: ClassVar[float] = 0.0

    @property
    def is_fixed(self) -> bool:
        """Always."""
        return True

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Learn nothing of a series, (t,)."""
        return Logarithm(self.added)

    def lowest(self) -> float | None:
        """Return what becomes 0, whose logarithm is none."""
        return 0.0 - self.added


class Log(_Logarithmic):
    """Natural logarithm, for positive values whose changes are proportional."""

    name: Literal["log"] = "log"


class Log1p(_Logarithmic):
    """Natural logarithm of 1 plus the value, for counts with zeros."""

    name: Literal["log1p"] = "log1p"
    added: ClassVar[float] = 1.0


class BoxCox(TransformParams):
    """Power transform (y^λ - 1) / λ, which evens out a variance that grows with the level.

    References: Box & Cox (1964), Journal of the Royal Statistical Society B 26, 211-252; Guerrero
    (1993), Journal of Forecasting 12, 37-48.
    """

    name: Literal["boxcox"] = "boxcox"
    is_nonlinear: ClassVar[bool] = True
    lmbda: float | None = Field(
        None,
        ge=-5,
        le=5,
        title="Lambda",
        description="1 leaves the shape as it is, 0.5 is the square root, 0 the logarithm; found if omitted.",
    )
    method: Literal["mle", "guerrero"] = Field(
        "mle",
        title="How lambda is found",
        description="Between -1 and 2: by maximum likelihood of a normal distribution (negative only where"
        " clearly better than 0 and where values may still rise), or where the spread within seasons varies least"
        " with their level, from two seasons on.",
    )

    @property
    def is_fixed(self) -> bool:
        """With a given lambda, but for a negative one, whose inverse stops by the largest value."""
        return self.lmbda is not None and self.lmbda >= 0

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Find lambda by a series, (t,), if it is not given."""
        if self.lmbda is not None:
            return Power(self.lmbda, float(y.max()))
        if np.ptp(y) == 0:
            return Power(1.0, float(y.max()))
        by_spread = self.method == "guerrero" and len(y) >= 2 * max(2, season_length)
        cost = _guerrero_cost if by_spread else _likelihood_cost
        # Lambda does not depend on the unit; around 1 no power overflows.
        unit = y / np.exp(np.mean(np.log(y)))
        found = minimize_scalar(cost, bounds=_LAMBDAS, args=(unit, season_length), method="bounded")
        lmbda = round(float(found.x), 6)
        power = Power(lmbda, float(y.max()))
        if lmbda < 0 and not by_spread:
            is_clear = boxcox_llf(0.0, unit) + found.fun <= -_CLEARLY
            return power if is_clear and power.has_room(y) else Power(0.0, power.largest)
        return power

    def lowest(self) -> float | None:
        """Return 0."""
        return 0.0


def _likelihood_cost(lmbda: float, y: FloatArray, _: int) -> float:
    return -float(boxcox_llf(lmbda, y))


def _guerrero_cost(lmbda: float, y: FloatArray, season_length: int) -> float:
    """Return the coefficient of variation of spread / level^(1 - lambda) over whole seasons, two at least."""
    period = max(2, season_length)
    seasons = y[len(y) % period :].reshape(-1, period)
    ratio = seasons.std(axis=1, ddof=1) / seasons.mean(axis=1) ** (1 - lmbda)
    mean = float(ratio.mean())
    return float(ratio.std(ddof=1)) / mean if mean > 0 else 0.0


class Standard(TransformParams):
    """Subtract the mean, divide by the standard deviation."""

    name: Literal["standard"] = "standard"

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Learn mean and standard deviation of a series, (t,)."""
        return Affine(float(y.mean()), _scale(y.std()))


class MinMax(TransformParams):
    """Map the range of the training part to 0 to 1."""

    name: Literal["minmax"] = "minmax"

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Learn the range of a series, (t,)."""
        return Affine(float(y.min()), _scale(np.ptp(y)))


class Robust(TransformParams):
    """Subtract the median, divide by the interquartile range: outliers do not matter."""

    name: Literal["robust"] = "robust"

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Learn median and quartiles of a series, (t,)."""
        low, middle, high = np.quantile(y, [0.25, 0.5, 0.75])
        return Affine(float(middle), _scale(high - low))


class Difference(TransformParams):
    """Each value minus an earlier one: changes instead of levels."""

    name: Literal["difference"] = "difference"
    pointwise: ClassVar[bool] = False
    lag: int = Field(
        1,
        ge=1,
        le=100_000,
        title="Lag",
        description="How many steps before; the season length for seasonal differences.",
    )

    @property
    def points_lost(self) -> int:
        """As many as the lag."""
        return self.lag

    def fit(self, y: FloatArray, season_length: int) -> FittedTransform:
        """Keep the values, (t,), that differences are added to; raises ``SeriesTooShort``."""
        if len(y) <= self.lag:
            raise SeriesTooShort(
                f"differences at lag {self.lag} need at least {self.lag + 1} values, got {len(y)}",
                "send a longer series or leave the difference out",
            )
        return Differencing(y.copy(), self.lag)


def _scale(std: float) -> float:
    """Return the standard deviation, or 1 where there is none, so that a constant stays finite."""
    return float(std) if std > 0 else 1.0


TransformName = Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"]
Transform = Annotated[
    Log | Log1p | BoxCox | Standard | MinMax | Robust | Difference, Field(discriminator="name")
]
TransformOption = TransformName | Transform
Transforms = TransformOption | Annotated[list[TransformOption], Field(max_length=8)]
"""The type of the option ``transform``: one or several, each a name or an object of name and params."""

KINDS: Mapping[str, type[TransformParams]] = {
    "log": Log,
    "log1p": Log1p,
    "boxcox": BoxCox,
    "standard": Standard,
    "minmax": MinMax,
    "robust": Robust,
    "difference": Difference,
}
