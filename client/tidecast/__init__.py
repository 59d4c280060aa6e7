"""Client for Tidecast, the self-hosted forecasting and anomaly-detection service.

>>> import tidecast
>>> client = tidecast.Client("http://127.0.0.1:8000")
>>> client.forecast(df, h=12)            # a DataFrame in, a DataFrame out
"""

from ._answer import Answer
from ._client import Client
from ._errors import (
    BadRequestError,
    BudgetExceededError,
    ConflictError,
    ConnectionFailedError,
    DataError,
    ForbiddenError,
    InvalidAnswerError,
    MissingDependencyError,
    NotFoundError,
    RateLimitedError,
    ResponseError,
    ServerBusyError,
    ServerError,
    SettingError,
    TidecastError,
    TimedOutError,
    TooLargeError,
    UnauthorizedError,
    UnprocessableError,
    UnsupportedFormatError,
)
from ._path import read
from ._version import __version__
from ._warnings import PartialAnswerWarning, TidecastWarning

__all__ = [
    "Answer",
    "BadRequestError",
    "BudgetExceededError",
    "Client",
    "ConflictError",
    "ConnectionFailedError",
    "DataError",
    "ForbiddenError",
    "InvalidAnswerError",
    "MissingDependencyError",
    "NotFoundError",
    "PartialAnswerWarning",
    "RateLimitedError",
    "ResponseError",
    "ServerBusyError",
    "ServerError",
    "SettingError",
    "TidecastError",
    "TidecastWarning",
    "TimedOutError",
    "TooLargeError",
    "UnauthorizedError",
    "UnprocessableError",
    "UnsupportedFormatError",
    "__version__",
    "read",
]

for _name in __all__:
    if not _name.startswith("__"):
        globals()[_name].__module__ = "tidecast"  # messages and docs show the public name
del _name
