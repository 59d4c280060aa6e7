"""The synchronous client."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import IO, TYPE_CHECKING, Any, Union, overload
from urllib.parse import quote

import httpx
from numpy.typing import NDArray

from ._answer import Answer, read_answer, with_last_rows
from ._completion import completed
from ._errors import DataError, SettingError
from ._http import Http
from ._keywords import (
    BacktestDetectorsKeywords,
    BacktestKeywords,
    ChangepointsKeywords,
    DecomposeKeywords,
    DetectKeywords,
    ForecastKeywords,
    ProfileKeywords,
)
from ._options import plain
from ._path import is_file, read
from ._progress import Progress, Told
from ._retry import Retry
from ._split import ENDPOINTS as SPLIT_ENDPOINTS
from ._split import SplitBody, sent_in_parts
from ._tables import Encoded, Names, encode, melted
from ._warnings import PartialAnswerWarning, TidecastWarning, warn_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from typing_extensions import Self, TypeAlias, Unpack

DEFAULT_URL = "http://127.0.0.1:8000"
# A little more than the server's largest budget, so that its own 504 arrives first.
DEFAULT_TIMEOUT = httpx.Timeout(330.0, connect=10.0)

Path: TypeAlias = Union[str, bytes, "PathLike[str]", "IO[str]", "IO[bytes]"]
Model: TypeAlias = Union[str, Mapping[str, Any]]
Rows: TypeAlias = Sequence[Mapping[str, Any]]
Plain: TypeAlias = Union[Mapping[Any, Any], "Sequence[float | None]", "NDArray[Any]"]


class Client:
    """A connection to a Tidecast server.

    Data may be a pandas or polars DataFrame in long form (`unique_id`, `ds`, `y`, other columns
    are exogenous variables; `unique_id` may be left out for a single series), a pandas Series, a
    list or 1-D array of values, a dict of columns, a dict of id to values, a list of rows, or the
    path of a CSV, Excel, JSON or Parquet file, such a file that is open, its bytes, or text of several
    lines. The columns of a file are guessed as on the command line: a guess becomes a
    `TidecastWarning`, one that could be wrong a `DataError` that names the argument to set.
    `id_col`, `time_col` and `target_col` name the three columns, in the data and in the answer.
    `wide=True` takes each column of numbers for a series. The names of other clients work, too:
    `df=`, `cross_validation`, `detect_anomalies`, `horizon=` and `X_df=`.

    `forecast` and `detect` return the table alone, of the same kind as the data: pandas for pandas,
    polars for polars, a dict of arrays for arrays, of lists for lists, rows for rows. Each warning
    of the server becomes a `TidecastWarning`, and series that failed a `PartialAnswerWarning`. `ask`
    returns everything else, too, as an `Answer`: models, data reports and timings. It gives no
    warnings, and reaches endpoints that have no method.

    Options that are not named here go to the server as they are; it checks them, and an unknown
    one raises an `UnprocessableError` that suggests the nearest known name.

    Args:
        base_url: Address of the server; else TIDECAST_URL, else http://127.0.0.1:8000.
        api_key: Bearer key; else TIDECAST_API_KEY, else none.
        timeout: Seconds to wait for an answer, or an `httpx.Timeout`.
        retries: Further tries after a failed connection, a 429, 502, 503 or a gateway's 504.
        transport: Replaces the network, as with `httpx.Client`.
        progress: For data that are sent in several requests: a function of the series done and all of
            them, or whether to show a bar on standard error; in a terminal if omitted.
        series_per_request: Largest number of series per request; what the server's limits allow if omitted.

    Data beyond a limit of the server are split by series, sent in several requests, two at a time, and
    returned as one answer with a warning that says so.

    Example:
        >>> with tidecast.Client() as client:
        ...     table = client.forecast([112, 118, 132, 129, 121, 135], h=2, model="drift")
        ...     anomalies = client.detect(df, time_col="day", target_col="sales")
    """

    def __init__(  # noqa: PLR0913, PLR0917 (settings, each with its default)
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float | httpx.Timeout = DEFAULT_TIMEOUT,
        retries: int = 3,
        transport: httpx.BaseTransport | None = None,
        progress: Told = None,
        series_per_request: int | None = None,
    ) -> None:
        if retries < 0:
            raise SettingError(f"retries must be ≥ 0, got {retries}")
        if series_per_request is not None and series_per_request < 1:
            raise SettingError(f"series_per_request must be ≥ 1, got {series_per_request}")
        self._progress, self._series_per_request = progress, series_per_request
        self._http = Http(
            base_url or os.environ.get("TIDECAST_URL") or DEFAULT_URL,
            api_key or os.environ.get("TIDECAST_API_KEY"),
            timeout=timeout,
            retry=Retry(retries),
            transport=transport,
        )

    def __enter__(self) -> Self:
        self._http.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._http.__exit__(*raised)

    if not TYPE_CHECKING:  # type checkers know what there is

        def __getattr__(self, name: str) -> Any:
            hint = f"; hint: {_OTHER_NAMES[name]}" if name in _OTHER_NAMES else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}")

    def __repr__(self) -> str:
        return f"<Client {self._http.base_url}>"

    def close(self) -> None:
        """Close all connections; leaving a `with` block does the same."""
        self._http.close()

    @overload
    def forecast(
        self,
        data: pd.DataFrame | pd.Series[Any],
        h: int = ...,
        *,
        model: Any = ...,
        future: Any = ...,
        horizon: int = ...,
        X_df: Any = ...,  # noqa: N803
        **options: Unpack[ForecastKeywords],
    ) -> pd.DataFrame: ...
    @overload
    def forecast(
        self,
        data: pl.DataFrame,
        h: int = ...,
        *,
        model: Any = ...,
        future: Any = ...,
        horizon: int = ...,
        X_df: Any = ...,  # noqa: N803
        **options: Unpack[ForecastKeywords],
    ) -> pl.DataFrame: ...
    @overload
    def forecast(
        self,
        data: Rows,
        h: int = ...,
        *,
        model: Any = ...,
        future: Any = ...,
        horizon: int = ...,
        X_df: Any = ...,  # noqa: N803
        **options: Unpack[ForecastKeywords],
    ) -> list[dict[str, Any]]: ...
    @overload
    def forecast(
        self,
        data: Plain | Path,
        h: int = ...,
        *,
        model: Any = ...,
        future: Any = ...,
        horizon: int = ...,
        X_df: Any = ...,  # noqa: N803
        **options: Unpack[ForecastKeywords],
    ) -> dict[str, Any]: ...
    @completed(ForecastKeywords)
    def forecast(  # noqa: PLR0913 (two names of an option each)
        self,
        data: Any,
        h: int | None = None,
        *,
        model: Model | Sequence[Model] = "auto",
        future: Any = None,
        horizon: int | None = None,
        X_df: Any = None,  # noqa: N803
        **options: Unpack[ForecastKeywords],
    ) -> Any:
        """Forecast every series `h` steps ahead.

        Args:
            data: The history; see the class.
            h: Horizon in steps, at least 1.
            model: A name, a mapping `{"name": ..., parameter: value}`, or several of these.
            future: Values of the exogenous variables over the horizon, without the target.
            horizon: Another name of `h`.
            X_df: Another name of `future`.
            **options: As listed below.

        Returns:
            `unique_id`, `ds`, `yhat` and, per level, `yhat_lo_80`, `yhat_hi_80`, ...: `h` rows
            per series. `unique_id` is left out if the data have none.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        chosen: dict[str, Any] = {}
        if "models" not in options:
            chosen["model" if isinstance(model, (str, Mapping)) else "models"] = model
        h = _horizon(h, horizon, options)
        future = X_df if future is None else future
        return _table_of(self.ask("forecast", data, h=h, future=future, **chosen, **options))

    @overload
    def detect(
        self,
        data: pd.DataFrame | pd.Series[Any],
        *,
        detector: Any = ...,
        **options: Unpack[DetectKeywords],
    ) -> pd.DataFrame: ...
    @overload
    def detect(
        self, data: pl.DataFrame, *, detector: Any = ..., **options: Unpack[DetectKeywords]
    ) -> pl.DataFrame: ...
    @overload
    def detect(
        self, data: Rows, *, detector: Any = ..., **options: Unpack[DetectKeywords]
    ) -> list[dict[str, Any]]: ...
    @overload
    def detect(
        self, data: Plain | Path, *, detector: Any = ..., **options: Unpack[DetectKeywords]
    ) -> dict[str, Any]: ...
    @completed(DetectKeywords)
    def detect(
        self, data: Any, *, detector: Model = "auto", **options: Unpack[DetectKeywords]
    ) -> Any:
        """Judge every point of every series.

        Args:
            data: The series; see the class.
            detector: A name, or a mapping `{"name": ..., parameter: value}`.
            **options: As listed below.

        Returns:
            One row per point: `unique_id`, `ds`, `y`, `is_anomaly`, `score` (1.0 is the
            threshold), `severity` (0 to 1), `direction`, `yhat`, `yhat_lower`, `yhat_upper`,
            `reason`. `unique_id` is left out if the data have none. Neighbouring anomalies as
            events are in `ask("detect", data).tables["events"]`.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        return _table_of(self.ask("detect", data, detector=detector, **options))

    @completed(DetectKeywords)
    def detect_anomalies(
        self, data: Any, *, detector: Model = "auto", **options: Unpack[DetectKeywords]
    ) -> Any:
        """Judge every point of every series: another name of `detect`."""
        return self.detect(data, detector=detector, **options)

    @completed(DetectKeywords)
    def detect_online(
        self,
        data: Any,
        *,
        detector: Model = "auto",
        **options: Unpack[DetectKeywords],
    ) -> Any:
        """Judge the last points as they would have been judged live, from their past alone.

        Args:
            data: The series; see the class.
            detector: A name, or a mapping `{"name": ..., parameter: value}`.
            **options: As listed below; `causal` is true, and `detection_size` 1 if omitted.

        Returns:
            The columns of `detect`, one row per judged point: the last ones of each series.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        last = options.setdefault("detection_size", 1)
        asked = {"detector": detector, **options, "causal": True}
        return _table_of(self._ask("detect", data, None, asked, last=last))

    @completed(BacktestKeywords)
    def backtest(
        self,
        data: Any,
        h: int | None = None,
        *,
        models: Model | Sequence[Model] = "auto",
        horizon: int | None = None,
        **options: Unpack[BacktestKeywords],
    ) -> Answer:
        """Forecast from several past cutoffs and score the forecasts against the actual values.

        Args:
            data: The series; see the class.
            h: Horizon in steps, at least 1.
            models: A name, a mapping `{"name": ..., parameter: value}`, or several of these.
            horizon: Another name of `h`.
            **options: As listed below.

        Returns:
            All tables of the answer: forecasts by cutoff, scores, and the ranking.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        h = _horizon(h, horizon, options)
        asked: dict[str, Any] = dict(options)
        models = asked.pop("model", models) if models == "auto" else models
        several = [models] if isinstance(models, (str, Mapping)) else list(models)
        return self.ask("backtest", data, h=h, models=several, **asked)

    @completed(BacktestKeywords)
    def cross_validation(
        self,
        data: Any,
        h: int | None = None,
        *,
        models: Model | Sequence[Model] = "auto",
        horizon: int | None = None,
        **options: Unpack[BacktestKeywords],
    ) -> Any:
        """Return the forecasts of a backtest: a row per cutoff and step, with the actual value in `y`.

        Args:
            data: The series; see the class.
            h: Horizon in steps, at least 1.
            models: A name, a mapping `{"name": ..., parameter: value}`, or several of these.
            horizon: Another name of `h`.
            **options: As listed below.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        answer = self.backtest(data, h, models=models, horizon=horizon, **options)
        return _table_of(answer)

    @completed(BacktestDetectorsKeywords)
    def backtest_detectors(
        self,
        data: Any,
        labels: str | Sequence[Mapping[str, Any]],
        *,
        detectors: Model | Sequence[Model] = "auto",
        **options: Unpack[BacktestDetectorsKeywords],
    ) -> Answer:
        """Score detectors on series with known anomalies, and choose a threshold.

        Args:
            data: The series; see the class.
            labels: The column that has 1 for anomalies and 0 for other points, or stretches
                `{"start": ..., "end": ...}`, of several series with their `unique_id`.
            detectors: A name, a mapping `{"name": ..., parameter: value}`, or several of these.
            **options: As listed below.

        Returns:
            All tables of the answer: `detection` with the scores of every point, `scores` per
            series and over all; `raw["threshold"]` is what `detect` takes as `threshold=`.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.

        Example:
            >>> answer = client.backtest_detectors(df, "is_incident", detectors=["auto", "band"])
            >>> best = answer.raw["ranking"][0]
            >>> table = client.detect(df, detector="auto", threshold=best["threshold"])
        """
        several = [detectors] if isinstance(detectors, (str, Mapping)) else list(detectors)
        sent = labels if isinstance(labels, str) else [dict(one) for one in labels]
        return self.ask("backtest", data, labels=sent, detectors=several, **options)

    @completed(ProfileKeywords)
    def profile(self, data: Any, **options: Unpack[ProfileKeywords]) -> Answer:
        """Describe every series: seasons, trend, stationarity, gaps, and models that suit it.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        return self.ask("profile", data, **options)

    @completed(DecomposeKeywords)
    def decompose(
        self, data: Any, *, method: Model | None = None, **options: Unpack[DecomposeKeywords]
    ) -> Any:
        """Split every series into the parts that the method has, such as trend and residual.

        Args:
            data: The series; see the class.
            method: A name such as `stl`, or a mapping with parameters; None leaves it to the server.
            **options: As listed below.

        Returns:
            One row per point with a column per part.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        chosen = {} if method is None else {"method": method}
        return _table_of(self.ask("decompose", data, **chosen, **options))

    @completed(ChangepointsKeywords)
    def changepoints(self, data: Any, **options: Unpack[ChangepointsKeywords]) -> Any:
        """Find where the level, trend or variance of every series changed.

        Returns:
            One row per change.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
        """
        return _table_of(self.ask("changepoints", data, **options))

    def ask(self, endpoint: str, data: Any, *, future: Any = None, **options: Any) -> Answer:
        """Send data to `/v1/{endpoint}` and return all of the answer.

        Args:
            endpoint: Name of an endpoint that takes data, such as `forecast` or `detect`.
            data: The series; see the class.
            future: Values of the exogenous variables over the horizon, without the target.
            **options: As for `forecast` and `detect`.

        Returns:
            The tables, of the same kind as the data, with series, warnings and errors.

        Raises:
            DataError: The data cannot be sent.
            ResponseError: The server refused; the message carries its hints.
            ConnectionFailedError: No answer came.
            InvalidAnswerError: What answered is not a Tidecast server.
        """
        return self._ask(endpoint, data, future, options)

    def _ask(
        self,
        endpoint: str,
        data: Any,
        future: Any,
        options: dict[str, Any],
        *,
        last: int | None = None,
    ) -> Answer:
        """Send data and read the answer, of a detection the ``last`` rows of each series alone, None for all."""
        names = Names(
            options.pop("id_col", Names.id),
            options.pop("time_col", Names.time),
            options.pop("target_col", Names.target),
        )
        wide = options.pop("wide", False)
        if is_file(data):
            data, names = read(data, wide=wide, **_given(names)), Names()
        elif wide:
            data = melted(data, names)
        encoded = encode(data, names, start=options.pop("start", None))
        body = _body(encoded, options)
        if future is not None:
            body["future"] = _future(encode(future, names, with_target=False))
        raw = self._answered(endpoint.strip("/"), body)
        return read_answer(raw if last is None else with_last_rows(raw, last), encoded)

    def _answered(self, endpoint: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a body, in parts where it is too large for one request and its series can be told apart."""
        path = f"/v1/{quote(endpoint)}"
        whole = SplitBody(body)
        if endpoint not in SPLIT_ENDPOINTS or len(whole.ids) < 2:
            return self._http.request("POST", path, body)
        limits = self.limits() if whole.is_large else {}
        return sent_in_parts(
            whole,
            whole.planned(limits, self._series_per_request),
            lambda part: self._http.request("POST", path, part),
            Progress(len(whole.ids), self._progress),
        )

    def catalog(self) -> dict[str, Any]:
        """Return every forecaster, detector and decomposition that the server has.

        Raises:
            ResponseError: The server refused.
            ConnectionFailedError: No answer came.
        """
        return self._http.request("GET", "/v1/catalog")

    def limits(self) -> dict[str, Any]:
        """Return the limits that the server enforces, by the names of their settings.

        Raises:
            ResponseError: The server refused.
            ConnectionFailedError: No answer came.
        """
        return self._http.request("GET", "/v1/limits")


def _body(encoded: Encoded, options: Mapping[str, Any]) -> dict[str, Any]:
    """Merge data and options; a zone that the user names wins over the one in the data."""
    for name in encoded.body.keys() & options.keys():
        raise DataError(f"{name}= is no option: it is what the data are sent as")
    zone = {} if encoded.tz is None else {"tz": encoded.tz}
    return {**encoded.body, **zone, **{name: plain(v, name) for name, v in options.items()}}


_OTHER_NAMES = {
    "predict": "forecast(data, h) fits and predicts in one call",
    "fit": "forecast(data, h) fits and predicts in one call",
    "evaluate": "backtest(data, h) forecasts from past cutoffs and scores the forecasts",
    "detect_anomalies_online": "detect_online(data) judges the last points as they came",
    "plot": "ask('forecast', data, h=12) returns an answer that has plot()",
    "models": "catalog() tells of every model",
}
_NAMES_OF_H = ("fh", "steps", "periods", "prediction_length", "n", "forecast_horizon")


def _given(names: Names) -> dict[str, Any]:
    """Return the names that the user chose, for a file of which the others are guessed."""
    pairs = {"id_col": names.id, "time_col": names.time, "target_col": names.target}
    usual = {Names.id, Names.time, Names.target}
    return {argument: name for argument, name in pairs.items() if name not in usual}


def _future(encoded: Encoded) -> Any:
    return encoded.body.get("series", encoded.body)


def _horizon(h: int | None, horizon: int | None, options: Mapping[str, Any]) -> int:
    """Return the one that is given of the two names of the horizon."""
    if h is not None and horizon is not None:
        raise DataError("h is given, and horizon too; hint: they are two names of one option")
    found = h if h is not None else horizon
    if found is None:
        other = next((name for name in _NAMES_OF_H if name in options), None)
        called = f"{other} is called h here" if other else "h=12 is the number of steps to forecast"
        raise DataError(f"h is missing; hint: {called}")
    return found


def _table_of(answer: Answer) -> Any:
    warn_of(answer.errors, PartialAnswerWarning)
    warn_of(answer.warnings, TidecastWarning)
    return answer.table
