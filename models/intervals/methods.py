"""Which intervals a forecast gets: those of its model, or others made of what the model missed."""

from collections.abc import Callable, Mapping
from typing import Literal

from models.data.prediction import Prediction
from models.errors import InvalidParameter
from models.intervals.conformal import bootstrap, conformal, normal
from models.types import FloatArray

IntervalMethod = Literal["auto", "parametric", "conformal", "bootstrap", "mc_dropout", "none"]

_Maker = Callable[[FloatArray, FloatArray, int], Prediction]

_FROM_ERRORS: Mapping[str, _Maker] = {
    "auto": lambda mean, errors, random_state: conformal(mean, errors),
    "conformal": lambda mean, errors, random_state: conformal(mean, errors),
    "parametric": lambda mean, errors, random_state: normal(mean, errors),
    "bootstrap": bootstrap,
}
"""From the mean, the errors at rolling origins and the random state, for models that have no own."""


def with_intervals(
    name: str,
    own: Prediction,
    method: IntervalMethod,
    rolling: Callable[[], FloatArray],
    random_state: int,
) -> Prediction:
    """Return the prediction of a model with the distribution that the method makes.

    The model is asked first. ``rolling`` makes its errors at rolling origins, (n, k, horizon), where these
    are needed. Raises ``InvalidParameter`` for a method that only some models have.
    """
    known = own if method == "auto" else own.by(method)
    if known is not None and known.distribution is not None:
        return known
    maker = _FROM_ERRORS.get(method)
    if maker is None:
        raise InvalidParameter(
            f"{name} has no dropout to sample",
            "use interval_method 'auto', 'parametric', 'conformal' or 'bootstrap'",
            path=("interval_method",),
        )
    made = maker(own.mean, rolling(), random_state)
    made.least = own.least
    return made


def is_refitted(method: IntervalMethod, own: tuple[str, ...]) -> bool:
    """Whether intervals of a method take refits of a model that has the methods ``own``."""
    return method in ("conformal", "bootstrap") and method not in own
