"""Bounds that forecasts and their intervals may not leave."""

from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from models.data.results import Forecast, Interval
from models.errors import InvalidParameter
from models.params import Params
from models.types import FloatArray


class Bounds(Params):
    """The least and the greatest value that a forecast may take; None for no bound."""

    lower: float | None = Field(
        None, title="Lower bound", description="Nothing below this is forecast."
    )
    upper: float | None = Field(
        None, title="Upper bound", description="Nothing above this is forecast."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise InvalidParameter(
                f"lower must be ≤ upper, got lower {self.lower:g} and upper {self.upper:g}",
                "exchange lower and upper",
            )
        return self

    @property
    def is_open(self) -> bool:
        """Whether there is no bound at all."""
        return self.lower is None and self.upper is None

    def clip(self, values: FloatArray) -> FloatArray:
        """Return values of any shape, those outside moved to the nearer bound."""
        return np.clip(values, self.lower, self.upper)

    def clip_band(self, band: Interval) -> Interval:
        """Return the interval with both edges inside the bounds."""
        return Interval(self.clip(band.lower), self.clip(band.upper))

    def forecast(self, made: Forecast) -> Forecast:
        """Return the forecast with all its values inside the bounds."""

        def clip(values: FloatArray | None) -> FloatArray | None:
            return None if values is None else self.clip(values)

        return replace(
            made,
            mean=self.clip(made.mean),
            bands={level: self.clip_band(band) for level, band in made.bands.items()},
            fitted=clip(made.fitted),
            fitted_bands={level: self.clip_band(b) for level, b in made.fitted_bands.items()},
            paths=clip(made.paths),
            median=clip(made.median),
            fitted_median=clip(made.fitted_median),
        )
