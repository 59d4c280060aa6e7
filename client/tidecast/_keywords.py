"""Options of every endpoint as keywords, written by `make client-options` from the OpenAPI document."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Optional, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

# No annotation is put off, and no union written with |: help(client.forecast) reads them on Python 3.9 too.
Chosen: "TypeAlias" = Union[str, Mapping[str, Any]]
Date: "TypeAlias" = Union[str, dt.date]


class DataKeywords(TypedDict, total=False):
    """What the columns of the data are called."""

    id_col: str
    time_col: str
    target_col: str
    wide: bool
    start: Date


class ForecastKeywords(DataKeywords, total=False):
    """Options of `forecast`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request; fallback: a failing series gets the fallback model and a
        warning.
    timeout_s: Time for fitting; the server's limit if omitted.
    fallback_model: What a failing series gets with on_error 'fallback'; naive if omitted.
    models: Several forecasters at once: a set of columns for each, or one set with ensemble.
    params: Parameters, as the catalog lists them for the model.
    ensemble: Combine the models into one forecast: their mean, their median, or weighted by the
        inverse of their errors.
    level: Coverage of the intervals in percent; [80, 95] if omitted, [] for none.
    quantiles: Quantiles to forecast instead of intervals, each between 0 and 1.
    interval_method: auto: the model's own intervals, else conformal. parametric: the model's own,
        else normal ones from its rolling errors. conformal, bootstrap: from these errors.
        mc_dropout: for networks only. Under a difference no model has intervals of its own.
    add_history: Begin the table with the one-step fitted values, marked in the column is_history.
    parts: Decompose the forecasts in a second table: trend, seasons, holidays, regressors. Not all
        models can.
    n_paths: How many possible futures to simulate, in columns yhat_path_1 and so on.
    """

    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail", "fallback"]]
    timeout_s: Optional[float]
    fallback_model: Optional[Chosen]
    models: Optional[Sequence[Chosen]]
    params: Optional[Mapping[str, Any]]
    ensemble: Optional[Literal["mean", "median", "weighted"]]
    level: Optional[Union[float, Sequence[float]]]
    quantiles: Optional[Sequence[float]]
    interval_method: Optional[
        Literal["auto", "parametric", "conformal", "bootstrap", "mc_dropout", "none"]
    ]
    add_history: Optional[bool]
    parts: Optional[bool]
    n_paths: Optional[int]


class DetectKeywords(DataKeywords, total=False):
    """Options of `detect`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    level: Share of normal points, in percent, that lies inside the band; a higher level flags less.
    threshold: The score from which on a point is an anomaly, as a backtest with labelled anomalies
        returns it. Scores are divided by it and bands are as many times wider, so that 1 is the
        threshold again.
    direction: Flag values above what was expected, below it, or both.
    max_anomaly_ratio: At most this share of the judged points is flagged, those with the highest
        scores; when causal, of the points so far, first come first served.
    min_dev: Smaller deviations from the expected value, in units of the series, are not flagged.
    min_rel_dev: Deviations smaller than this share of the expected value (0.1 is 10 %) are not
        flagged.
    data_range: What lies outside is always an anomaly: a list of the least and the greatest
        possible value, null for none, or an object of lower and upper.
    min_consecutive: Flag only runs of at least this many anomalous points; when causal, a run from
        this point on.
    suppress_for: How long after an event no new one is raised: a number of points, or a duration as
        a pandas alias or in ISO 8601 (12, '6h', 'P1D'). Points outside of data_range are flagged
        all the same.
    detection_size: Judge only this many last points; all if omitted. A causal detector may skip
        points far before them, so that the last digits of scores differ.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request; fallback: a failing series gets the fallback model and a
        warning.
    timeout_s: Time for fitting; the server's limit if omitted.
    fallback_model: What a failing series gets with on_error 'fallback'; band, rolling_band with
        causal if omitted.
    params: Parameters, as the catalog lists them for the model.
    sensitivity: Instead of level: 50 means level 99, every 25 more make alarms ten times as
        frequent, so that 0 means level 99.99 and 75 level 90.
    causal: Judge every point from its past alone, as a live point would be.
    feedback: Points or stretches that people labelled as anomalies, or as normal (is_anomaly
        false). They move the threshold of their series to the score nearest to 1 that contradicts
        the fewest of them; when causal, from each label on.
    """

    level: Optional[float]
    threshold: Optional[float]
    direction: Optional[Literal["both", "above", "below"]]
    max_anomaly_ratio: Optional[float]
    min_dev: Optional[float]
    min_rel_dev: Optional[float]
    data_range: Optional[Union[Sequence[Optional[float]], Mapping[str, Any]]]
    min_consecutive: Optional[int]
    suppress_for: Optional[Union[int, str]]
    detection_size: Optional[int]
    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail", "fallback"]]
    timeout_s: Optional[float]
    fallback_model: Optional[Chosen]
    params: Optional[Mapping[str, Any]]
    sensitivity: Optional[float]
    causal: Optional[bool]
    feedback: Optional[Sequence[Mapping[str, Any]]]


class BacktestKeywords(DataKeywords, total=False):
    """Options of `backtest`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request; fallback: a failing series gets the fallback model and a
        warning.
    timeout_s: Time for fitting; the server's limit if omitted.
    fallback_model: What a failing series gets with on_error 'fallback'; naive if omitted.
    params: Parameters, as the catalog lists them for the model.
    ensemble: Combine the models into one forecast: their mean, their median, or weighted by the
        inverse of their errors.
    level: Coverage of the intervals in percent; [80, 95] if omitted, [] for none.
    quantiles: Quantiles to forecast instead of intervals, each between 0 and 1.
    interval_method: auto: the model's own intervals, else conformal. parametric: the model's own,
        else normal ones from its rolling errors. conformal, bootstrap: from these errors.
        mc_dropout: for networks only. Under a difference no model has intervals of its own.
    mode: roll: several cutoffs, each step_size after the one before; fixed: one, h before the end.
    n_windows: How many cutoffs; 3 if omitted. The last window ends with the series.
    step_size: Steps from one cutoff to the next; h if omitted, so that windows do not overlap.
    refit: Refit at every cutoff; otherwise fit once, at the first one, and update with the new
        observations. A model that cannot be updated is refitted, and a warning says so.
    rank_by: The score that ranks the models, the lower the better.
    """

    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail", "fallback"]]
    timeout_s: Optional[float]
    fallback_model: Optional[Chosen]
    params: Optional[Mapping[str, Any]]
    ensemble: Optional[Literal["mean", "median", "weighted"]]
    level: Optional[Union[float, Sequence[float]]]
    quantiles: Optional[Sequence[float]]
    interval_method: Optional[
        Literal["auto", "parametric", "conformal", "bootstrap", "mc_dropout", "none"]
    ]
    mode: Optional[Literal["roll", "fixed"]]
    n_windows: Optional[int]
    step_size: Optional[int]
    refit: Optional[bool]
    rank_by: Optional[Literal["mase", "mae", "rmse", "mse", "mape", "smape", "rmsse", "crps"]]


class BacktestDetectorsKeywords(DataKeywords, total=False):
    """Options of `backtest_detectors`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    level: Share of normal points, in percent, that lies inside the band; a higher level flags less.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request.
    timeout_s: Time for fitting; the server's limit if omitted.
    causal: Judge every point from its past alone, as a live point would be.
    rank_by: The score that ranks the detectors, the higher the better.
    threshold_by: Criterion for the threshold: the best F1 of points, or the best NAB score.
    """

    level: Optional[float]
    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail"]]
    timeout_s: Optional[float]
    causal: Optional[bool]
    rank_by: Optional[Literal["vus_pr", "auc_pr", "best_f1", "event_recall", "nab"]]
    threshold_by: Optional[Literal["f1", "nab"]]


class ProfileKeywords(DataKeywords, total=False):
    """Options of `profile`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request.
    timeout_s: Time for fitting; the server's limit if omitted.
    """

    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail"]]
    timeout_s: Optional[float]


class DecomposeKeywords(DataKeywords, total=False):
    """Options of `decompose`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request; fallback: a failing series gets the fallback model and a
        warning.
    timeout_s: Time for fitting; the server's limit if omitted.
    fallback_model: What a failing series gets with on_error 'fallback'; hp if omitted.
    params: Parameters, as the catalog lists them for the model.
    """

    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail", "fallback"]]
    timeout_s: Optional[float]
    fallback_model: Optional[Chosen]
    params: Optional[Mapping[str, Any]]


class ChangepointsKeywords(DataKeywords, total=False):
    """Options of `changepoints`.

    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none.
    kinds: Which changes to report: of the level, of the trend, of the variance.
    penalty: How much a change must improve the fit, in units of the BIC; 1.25 if omitted. Larger
        values find fewer changes.
    sensitivity: Instead of penalty: 50 means the default penalty, every 25 more halve it.
    min_size: Smallest number of observations between two changes of one kind; if omitted, 10, or a
        fifth of a short series.
    freq: Step of the series: a pandas alias (old or new spelling, as 'MS', 'W-MON', '15min'), an
        ISO 8601 duration ('PT15M'), a calendar of business (open weekdays 'C-MON-WED-FRI', month
        days 'MS-10-20-31', the last Friday 'LWOM-FRI', opening hours 'h Mon-Fri
        09:00-12:00,13:00-17:00; Sat 09:00-13:00') or an integer step; 'auto' finds it in the
        timestamps.
    season_length: Observations per cycle, or a list of several; 1 or an empty list means no season;
        detected if omitted.
    tz: Named zone in which timestamps without an offset are read, and days and seasons are counted:
        where the clocks change, days have 23 or 25 hours, and hourly seasons keep the wall clock.
    missing: What to do with missing values and gaps: interpolate, with the season if there is one;
        carry the last value forward; put zero or the mean; seasonal, the same as interpolate; drop
        the rows; or refuse the series.
    duplicates: What to do with several rows of one timestamp: refuse the series, keep the first or
        last, or take the mean or sum.
    resample: Aggregate the rows to longer steps before anything else; season lengths count those
        steps. An incomplete last step is left out, so that a forecast begins with it.
    transform: Applied to the values before the model and inverted in the answer: a name, an object
        of name and parameters, or a list in order. Learns from the training part only; means of
        forecasts are corrected for bias. Changes and profiles are those of the transformed values,
        as a warning says.
    bounds: Values that forecasts, expected values and their intervals may not leave.
    holidays: A country's holidays or a list of own days, as a regressor for models that take
        regressors.
    calendar: Positions in day, week and year, as regressors for models that take regressors.
    random_state: Makes the answer reproducible; echoed in it.
    on_error: partial: the table holds the series that worked, errors the others; fail: the first
        failing series fails the request.
    timeout_s: Time for fitting; the server's limit if omitted.
    """

    kinds: Optional[Sequence[Literal["level", "trend", "variance"]]]
    penalty: Optional[float]
    sensitivity: Optional[float]
    min_size: Optional[int]
    freq: Optional[Union[str, int]]
    season_length: Optional[Union[int, Sequence[int]]]
    tz: Optional[str]
    missing: Optional[Literal["interpolate", "ffill", "zero", "mean", "seasonal", "drop", "error"]]
    duplicates: Optional[Literal["error", "first", "last", "mean", "sum"]]
    resample: Optional[Mapping[str, Any]]
    transform: Optional[
        Union[
            Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
            Mapping[str, Any],
            Sequence[
                Union[
                    Literal["log", "log1p", "boxcox", "standard", "minmax", "robust", "difference"],
                    Mapping[str, Any],
                ]
            ],
        ]
    ]
    bounds: Optional[Mapping[str, Any]]
    holidays: Optional[Union[Mapping[str, Any], Sequence[Date]]]
    calendar: Optional[
        Sequence[
            Literal["hour", "weekday", "weekend", "month", "day_of_year", "days", "working_days"]
        ]
    ]
    random_state: Optional[int]
    on_error: Optional[Literal["partial", "fail"]]
    timeout_s: Optional[float]
