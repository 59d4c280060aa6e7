"""Fits a model to groups of series and forecasts them, with intervals, history and paths."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from models import registry
from models.contract.context import QUIET, Context
from models.data.forecasts import Forecasts, Provenance
from models.data.outcomes import constant_notice, guard, named
from models.data.panel import Panel
from models.data.prediction import Prediction, normal_band
from models.data.results import Forecast, Interval, Outcome
from models.data.series import Notice, Series, exogenous_unused
from models.errors import FitFailed
from models.forecasters.base import ANOTHER, Forecaster, Part
from models.forecasters.transformed import AS_CONSTANT, TransformedForecaster
from models.intervals.conformal import (
    REFERENCE_LEVEL,
    paths_within,
    rolling_errors,
    rolling_origins,
)
from models.intervals.methods import with_intervals
from models.stats.distributions import residual_std
from models.tasks.forecast_task import ForecastTask
from models.types import BoolArray, FloatArray
from models.wording import counted

_ENOUGH_CYCLES = 3
"""So many cycles show a season, or that there is none."""
_BEYOND = 0.5
"""A regressor may leave the range of its history by such a share of it, as one with a trend does."""


def fit_and_forecast(
    task: ForecastTask, series: Sequence[Series], context: Context = QUIET
) -> Forecasts:
    """Forecast every series, in order, in the groups that the model fits together; no stage around it.

    Of ``task.transform`` it takes what begins with a difference, as a part of the model. Constant series
    need no fit.
    """
    model = task.make()
    if task.transform:
        around = TransformedForecaster.of(task.model, task.transform, task.options.random_state)
        model = around.aimed_at(task.horizon)
    panel = Panel.of(series)
    constant = _constants(panel)
    still, varying = np.flatnonzero(constant), np.flatnonzero(~constant)
    members = panel[varying]
    fit = model.fit(members, context)
    parts = [(varying[part.rows], _outcomes(task, part, members, context)) for part in fit.parts]
    parts.append((still, [_constant(task, one) for one in panel[still]]))
    parts += [
        (varying[[row]], [Outcome(members.ids[row], error=error)])
        for row, error in fit.errors.items()
    ]
    return Forecasts.in_order(
        [(rows, Forecasts.of(made, task.horizon)) for rows, made in parts if len(rows)],
        task.horizon,
    )


def _constants(panel: Panel) -> BoolArray:
    """Return which series have several values that are all the same, shape (n,)."""
    constant = np.zeros(len(panel), dtype=bool)
    for rows, y in panel.by_length():
        constant[rows] = y.shape[1] > 1 and (y == y[:, :1]).all(axis=1)
    return constant


def _outcomes(
    task: ForecastTask, part: Part, panel: Panel, context: Context
) -> Sequence[Outcome[Forecast]]:
    """Predict what was fitted together."""
    members = panel[part.rows]
    work = partial(_forecasts, task, part.model, members, context)
    return attempt(part.model, members, work, part.spent_ms)


def attempt(
    model: Forecaster[Any],
    members: Panel,
    work: Callable[[], Forecasts],
    before_ms: float = 0.0,
) -> Sequence[Outcome[Forecast]]:
    """Do the work of one model, a forecast per member; what goes wrong becomes the error of each.

    ``before_ms``: what the members took already.
    """
    with guard(f"{model.name} could not be fitted", ANOTHER) as caught:
        made = work()  # what is not finite is refused below, in one place
    if caught.error is not None:
        return [Outcome(name, error=named(caught.error, name)) for name in members.ids]
    spent = (before_ms + caught.spent_ms) / len(members)
    wrong = np.flatnonzero(~np.isfinite(made.mean).all(axis=1)).tolist()
    notices = _notices(members, made, model)
    return replace(
        made,
        provenances=_provenances(model, made, spent),
        errors={row: not_finite(model.name, members.ids[row]) for row in wrong},
        notices={row: told for row, told in notices.items() if row not in wrong},
    )


def _forecasts(
    task: ForecastTask, model: Forecaster[Any], members: Panel, context: Context
) -> Forecasts:
    """Predict every member of a fitted group, with intervals."""
    rolling = cache(partial(group_rolling_errors, model, members, task.horizon, context))
    made = model.predict(task.horizon)
    bands, method = bands_of(model, made, task, rolling)
    found = Forecasts(members.ids, made.mean, bands, [Provenance(method)] * len(members))
    fitted = model.fitted() if task.add_history else None
    paths = None
    if task.n_paths:
        band = bands[REFERENCE_LEVEL]
        paths = paths_within(band, made.mean, rolling(), task.n_paths, task.options.random_state)
        paths = np.maximum(paths, made.least)
    parts = model.parts(task.horizon) if task.parts and len(members) == 1 else None
    if fitted is None and paths is None and parts is None:
        return found
    history = _history_bands(task, members, fitted)
    whole = {
        row: replace(
            one,
            fitted=None if fitted is None else fitted[row],
            fitted_bands=history[row],
            paths=None if paths is None else paths[row],
            parts=parts,
        )
        for row, one in enumerate(found.results())
    }
    return replace(found, whole=whole)


def bands_of(
    model: Forecaster[Any],
    made: Prediction,
    task: ForecastTask,
    rolling: Callable[[], FloatArray],
) -> tuple[dict[float, Interval], str]:
    """Return the intervals of a prediction by their levels, (members, horizon), and the method that made them.

    ``rolling`` makes the errors at rolling origins, which only some methods need.
    """
    levels = task.made_levels
    if not levels:
        return {}, "none"
    known = with_intervals(
        model.name, made, task.interval_method, rolling, task.options.random_state
    )
    bands = {level: known.interval(level) for level in levels}
    return {level: band for level, band in bands.items() if band is not None}, known.method


def group_rolling_errors(
    model: Forecaster[Any], members: Sequence[Series], horizon: int, context: Context = QUIET
) -> FloatArray:
    """Return the errors at rolling origins, shape (members, origins, horizon), NaN where there is none.

    They lie as far from the end of each member as from that of the shortest. The model is asked for them
    first: one that cannot tell is refitted at each.
    """
    shortest = min(len(series) for series in members)
    required = model.required_observations(model.season_length_)
    origins = rolling_origins(shortest, required, horizon)
    own = model.held_out(horizon, shortest - origins)
    if own is not None:
        return own

    def forecast_from(origin: int, steps: int) -> FloatArray:
        behind = shortest - origin
        heads = [series.head(len(series) - behind) for series in members]
        return model.fit(heads, context).predict(steps)

    y = np.stack([series.y[len(series) - shortest :] for series in members])
    return rolling_errors(y, origins, horizon, forecast_from)


def _history_bands(
    task: ForecastTask, members: Sequence[Series], fitted: Sequence[FloatArray] | None
) -> list[dict[float, Interval]]:
    """Return one-step intervals around the fitted values of each member, from the spread of their residuals."""
    if fitted is None:
        return [{} for _ in members]
    stds = [
        residual_std((series.y - known)[None])[0, 0]
        for series, known in zip(members, fitted, strict=True)
    ]
    return [
        {level: normal_band(known, std, level) for level in task.made_levels}
        for known, std in zip(fitted, stds, strict=True)
    ]


def _constant(task: ForecastTask, series: Series) -> Outcome[Forecast]:
    model = task.make()
    mean = np.full(task.horizon, series.y[0])
    levels = task.made_levels
    fitted = series.y if task.add_history else None
    forecast = Forecast(
        mean,
        {level: Interval(mean, mean) for level in levels},
        "constant" if levels else "none",
        fitted=fitted,
        fitted_bands={}
        if fitted is None
        else {level: Interval(fitted, fitted) for level in levels},
        paths=np.tile(mean, (task.n_paths, 1)) if task.n_paths else None,
    )
    notice = constant_notice(series, AS_CONSTANT)
    return Outcome(series.unique_id, forecast, model.unfitted_info(), notices=(notice,))


def _provenances(model: Forecaster[Any], made: Forecasts, spent_ms: float) -> list[Provenance]:
    """Return how each member was made, the same object where the model tells the same of them."""
    known: dict[int, Provenance] = {}
    infos = model.infos(len(made))
    for info, provenance in zip(infos, made.provenances, strict=True):
        known.setdefault(id(info), Provenance(provenance.interval_method, info, spent_ms))
    return [known[id(info)] for info in infos]


def _notices(
    members: Panel, made: Forecasts, model: Forecaster[Any]
) -> dict[int, tuple[Notice, ...]]:
    """Return what there is to tell of members, by row."""
    of_model = tuple(model.notices())
    known = np.ones(len(members), dtype=bool)
    for band in made.bands.values():
        known &= np.isfinite(band.upper[:, -1])
    rows = range(len(members)) if of_model or members.exog else np.flatnonzero(~known).tolist()
    horizon = made.mean.shape[-1]
    told = {row: _notices_of(members[row], model, of_model, horizon) for row in rows}
    for row in np.flatnonzero(~known).tolist():
        told[row] += (_too_short(members[row], model),)
    is_told = any(notice.code == "season_left_out" for notice in of_model)
    used = model.info().season_length
    if model.is_seasonal() and not is_told and (model.takes_several_seasons or not used):
        for row, one in enumerate(members):
            told[row] = told.get(row, ()) + _undecided(one, model, used)
    return {row: notices for row, notices in told.items() if notices}


def _notices_of(
    series: Series, model: Forecaster[Any], of_model: tuple[Notice, ...], horizon: int
) -> tuple[Notice, ...]:
    own = [notice for notice in of_model if notice.unique_id in (None, series.unique_id)]
    notices = tuple(replace(notice, unique_id=series.unique_id) for notice in own)
    if not series.exog:
        return notices
    return (*notices, *_unused_exogenous(series, model), *_beyond_history(series, model, horizon))


def _too_short(series: Series, model: Forecaster[Any]) -> Notice:
    few = counted(len(series), "observation is", "observations are")
    return Notice(
        "interval_unavailable",
        f"{few} too few to tell how uncertain {model.name} is",
        "send a longer series",
        series.unique_id,
    )


def _undecided(series: Series, model: Forecaster[Any], used: tuple[int, ...]) -> tuple[Notice, ...]:
    """Tell of seasons that are named and too few cycles show, or of the calendar's that two or so leave open."""
    size, named = len(series), model.named_seasons(series)
    if named is not None:
        short = [m for m in named if m > 1 and size < _ENOUGH_CYCLES * m and m not in used]
        return tuple(_unseen(series, m) for m in short)
    known = () if used else series.grid.freq.calendar_seasons()
    few = [m for m in known if m > 1 and 2 * m <= size < _ENOUGH_CYCLES * m]
    if not few:
        return ()
    text = f"{size} observations do not show whether there is a season of {few[0]}: none was used"
    hint = f"send season_length {few[0]} to have it used, or a longer series"
    return (Notice("season_undecided", text, hint, series.unique_id),)


def _unseen(series: Series, season: int) -> Notice:
    size = len(series)
    text = f"the season of {season} has no part in the forecast: {size} observations show too little of it"
    repeated = ", or choose seasonal_naive, which repeats the last season" * (size >= season)
    return Notice("season_undecided", text, f"send a longer series{repeated}", series.unique_id)


def _unused_exogenous(series: Series, model: Forecaster[Any]) -> tuple[Notice, ...]:
    """Tell of exogenous columns that the model does not use."""
    unused = [name for name in series.exog if not model.uses_column(series, name)]
    why = "has no known future" if model.takes_exogenous else f"is not taken by {model.name}"
    hint = "send its future values in 'future'"
    if not model.takes_exogenous:
        hint = f"use a model that takes any: {registry.named('forecaster', 'exogenous')}"
    still = [name for name in series.exog if name not in unused and not np.ptp(series.exog[name])]
    return (
        *exogenous_unused(unused, why, hint, series.unique_id),
        *_never_varying(still, series.unique_id),
    )


def _never_varying(names: Sequence[str], unique_id: str) -> tuple[Notice, ...]:
    """Tell of exogenous columns of whose effect nothing can be learned."""
    if not names:
        return ()
    listed = ", ".join(names)
    text = (
        f"the exogenous column {listed} is the same in all of the history: nothing tells its effect"
    )
    hint = "send a history in which it varies, or leave it out"
    return (Notice("exogenous_constant", text, hint, unique_id),)


def _beyond_history(series: Series, model: Forecaster[Any], horizon: int) -> Iterator[Notice]:
    """Tell of used columns whose future is so far outside their history that nothing tells what it does."""
    for name, values in series.exog.items():
        if name not in series.future:  # of the past alone
            continue
        ahead = series.future[name][:horizon]
        least, most = float(values.min()), float(values.max())
        room = _BEYOND * (most - least)
        if not room or not model.uses_column(series, name):
            continue
        farthest = float(ahead[np.argmax(np.maximum(ahead - most, least - ahead))])
        if least - room <= farthest <= most + room:
            continue
        text = (
            f"the future of the exogenous column {name} goes to {farthest:g}, far outside its history from"
            f" {least:g} to {most:g}: what it does there is not learned but extrapolated"
        )
        hint = "check these values, or send a history that has some like them"
        yield Notice("exogenous_beyond_history", text, hint, series.unique_id)


def not_finite(name: str, unique_id: str) -> FitFailed:
    """Build the error for a forecast that is not finite."""
    return FitFailed(
        f"{name} gave a forecast that is not finite",
        "the values may be too large for it: rescale them, or try another model",
        unique_id=unique_id,
    )
