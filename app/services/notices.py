"""What a caller should know of options that were not followed to the letter."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.schemas.forecast import ForecastingOptions
from app.schemas.shared import SharedOptions
from app.services.choice import Selection
from app.settings import Settings
from models import registry
from models.contract.model import Kind
from models.data.results import Outcome
from models.data.series import Notice
from models.decisions.labels import Label


def timeout_notices(options: SharedOptions, settings: Settings) -> list[Notice]:
    """Tell that less time was given than was asked for."""
    if options.timeout_s is None or options.timeout_s <= settings.timeout_s:
        return []
    return [
        Notice(
            "timeout_capped",
            f"timeout_s was {options.timeout_s:g}, the server gives at most {settings.timeout_s:g}",
            "have TIDECAST_TIMEOUT_S raised, or send fewer series",
        )
    ]


def level_notices(options: ForecastingOptions) -> list[Notice]:
    """Tell of levels so low that a share may have been meant."""
    asked = options.level if isinstance(options.level, list) else [options.level]
    return [
        Notice(
            "level_below_one",
            f"level is in percent: of the actual values {level:g} % are to lie within the interval",
            f"send {100 * level:g} for a share of {level:g}",
        )
        for level in asked
        if level is not None and level < 1
    ]


def seasons_notices(
    options: SharedOptions, chosen: Selection, outcomes: Iterable[Outcome[Any]]
) -> list[Notice]:
    """Tell of seasons that the caller named and a model did not use that takes one only."""
    given = options.season_length if isinstance(options.season_length, list) else []
    named, name = {season for season in given if season > 1}, chosen.spec.name
    if len(named) < 2 or chosen.model.takes_several_seasons:
        return []
    infos = [one.model for one in outcomes if one.model is not None and one.model.name == name]
    several = sorted({info.season_length for info in infos if info.season_length})
    hint = _several_seasons(chosen.kind)
    return [
        Notice("seasons_unused", f"{name} takes one season: {_of_seasons(used, named)}", hint)
        for used in several
        if named - {*used}
    ]


def strange_labels(labels: Sequence[Label], ids: Sequence[str]) -> list[Notice]:
    """Tell of labels of series that there are none of."""
    known = set(ids)
    named = [str(one.unique_id) for one in labels if one.unique_id is not None]
    strange = [*dict.fromkeys(name for name in named if name not in known)]
    if not strange:
        return []
    text = f"there is no series {strange[0]!r}, which labels speak of"
    text += f", nor {len(strange) - 1} others" if len(strange) > 1 else ""
    return [Notice("labels_unused", text, "write unique_id as in the series")]


def _of_seasons(used: Sequence[int], named: set[int]) -> str:
    was, rest = (" and ".join(map(str, one)) for one in (used, sorted(named - {*used})))
    return f"{was} was used, {rest} was not"


def _several_seasons(kind: Kind) -> str:
    """Name the models that take several seasons."""
    source: Kind = "decomposition" if kind == "decomposition" else "forecaster"
    names = registry.named(source, "several_seasons")
    if kind == "detector":
        able = registry.around_forecasters("detector")
        return f"use {able} with a forecaster that takes several: {names}"
    return f"name one season, or use what takes several: {names}"
