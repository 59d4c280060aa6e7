"""Tables and catalog entries as text."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._answer import Answer
from .._errors import DataError
from .._files import cell_text

_MOST_ROWS = 40
_MOST_PROFILES = 8


def row_count(table: Mapping[str, Sequence[Any]]) -> int:
    """Return the number of rows of a table in columns."""
    return len(next(iter(table.values()), []))


def aligned(table: Mapping[str, Sequence[Any]], most: int = _MOST_ROWS) -> str:
    """Return a table with columns in line, cut after `most` rows with a note of the rest."""
    total = row_count(table)
    columns = [[name, *(_short(v) for v in values[:most])] for name, values in table.items()]
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths)).rstrip()
        for row in zip(*columns)
    ]
    if total > most:
        lines.append(f"... and {total - most} more rows; --out FILE writes all of them")
    return "\n".join(lines)


def flagged_text(table: Mapping[str, Sequence[Any]]) -> str:
    """Return how many points are anomalies, and these."""
    flagged = flagged_rows(table)
    count, total = row_count(flagged), row_count(table)
    head = f"{count} of {total} points are anomalies"
    return f"{head}\n{aligned(flagged)}" if count else head


def anomalies_text(answer: Answer) -> str:
    """Return how many points are anomalies, and the events that they make, the most severe first."""
    events = answer.tables.get("events")
    if events is None:  # the answer of an older server
        return flagged_text(answer.table)
    count, total = sum(answer.table["is_anomaly"]), row_count(answer.table)
    head = f"{count} of {total} points are anomalies"
    if not count:
        return head
    order = sorted(range(row_count(events)), key=lambda row: -events["severity"][row])
    left_out = ("peak", "severity", "direction")
    table = {
        name: [values[row] for row in order]
        for name, values in events.items()
        if name not in left_out
    }
    return f"{head}, in {len(order)} event{'s' * (len(order) > 1)}\n{aligned(table)}"


def ranking_text(scores: Mapping[str, Sequence[Any]]) -> str:
    """Return the ranking of a backtest with the scores that most look at."""
    chosen = (
        *("model", "rank", "mae", "rmse", "smape", "mase", "crps", "detector", "vus_pr", "auc_pr"),
        *("best_f1", "event_recall", "nab", "threshold"),
    )
    coverage = [name for name in scores if name.startswith("coverage_")]
    return aligned({name: scores[name] for name in (*chosen, *coverage) if name in scores})


def changes_text(table: Mapping[str, Sequence[Any]]) -> str:
    """Return the changes, or that there is none."""
    return aligned(table) if row_count(table) else "no change was found"


def profile_text(answer: Answer) -> str:
    """Return a paragraph per series: what it is like, and what suits it and why."""
    shown = [_profile(series) for series in answer.series[:_MOST_PROFILES]]
    if len(answer.series) > _MOST_PROFILES:
        shown.append(
            f"... and {len(answer.series) - _MOST_PROFILES} more series; --out FILE has all"
        )
    return "\n\n".join(shown)


def _profile(series: Mapping[str, Any]) -> str:
    profile = series["profile"]
    seasons = ", ".join(str(season) for season in profile["seasons"]["used"]) or "none found"
    strength = profile["strengths"]
    lines = [
        f"{series['unique_id']}: {profile['observed']} values, freq {series.get('freq') or 'unknown'}",
        f"  season: {seasons}; trend strength {strength['trend']:.2f}",
        f"  {profile['stationarity']['reading']}",
    ]
    for kind, suggestions in profile["suggestions"].items():
        lines += [f"  {kind}:", *(f"    {s['name']}: {s['reason']}" for s in suggestions)]
    return "\n".join(lines)


def flagged_rows(table: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Return the rows of a detection that are anomalies, without the columns all of them share."""
    rows = [index for index, flag in enumerate(table["is_anomaly"]) if flag]
    left_out = {"is_anomaly"}
    return {
        name: [values[index] for index in rows]
        for name, values in table.items()
        if name not in left_out
    }


def catalog_text(catalog: Mapping[str, Any], width: int) -> str:
    """Return one line per model, grouped by kind, cut at `width`."""
    entries = list(_entries(catalog))
    names = max((len(entry["name"]) for entry in entries), default=0)
    lines: list[str] = []
    for kind in dict.fromkeys(entry["kind"] for entry in entries):
        lines += ["", f"{kind}s"] if lines else [f"{kind}s"]
        for entry in entries:
            if entry["kind"] == kind:
                line = f"  {entry['name']:<{names}}  {_use(entry)}"
                lines.append(line if len(line) <= width else f"{line[: width - 4]} ...")
    return "\n".join(lines)


def entry_text(catalog: Mapping[str, Any], name: str, width: int) -> str:
    """Return everything about the entries of that name.

    Raises:
        DataError: There is none; the nearest name is the hint.
    """
    entries = list(_entries(catalog))
    found = [entry for entry in entries if entry["name"] == name]
    if not found:
        near = difflib.get_close_matches(name, [entry["name"] for entry in entries], n=1)
        hint = f"hint: {near[0]}?" if near else "hint: `tidecast catalog` lists all"
        raise DataError(f"there is no {name!r} in the catalog; {hint}")
    return "\n\n".join("\n".join(_details(entry, width)) for entry in found)


def _entries(catalog: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the models of every group; a group's name tells the kind where an entry does not."""
    for group, entries in catalog.items():
        if not isinstance(entries, list):
            continue
        for entry in entries:
            if isinstance(entry, Mapping) and "name" in entry:
                yield {"kind": group.removesuffix("s"), **entry}


def _use(entry: Mapping[str, Any]) -> str:
    return str(entry.get("summary") or entry.get("use") or entry.get("title") or "")


def _details(entry: Mapping[str, Any], width: int) -> Iterator[str]:
    title = entry.get("title") or entry["name"]
    yield f"{entry['name']} ({entry['kind']}): {title}"
    if _use(entry) and _use(entry) != title:
        yield from _wrapped(_use(entry), width, "  ")
    if entry.get("min_observations") is not None:
        yield f"  needs at least {entry['min_observations']} observations"
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, Mapping):
        able = [name for name, value in capabilities.items() if value is True]
        yield from _wrapped(f"can: {', '.join(able) or 'nothing beyond the basics'}", width, "  ")
    yield from _parameters(entry.get("params") or {}, width)
    if entry.get("reference"):
        yield from _wrapped(f"reference: {entry['reference']}", width, "  ")


def _parameters(schema: Mapping[str, Any], width: int) -> Iterator[str]:
    properties = schema.get("properties") or {}
    if not properties:
        yield "  no parameters"
        return
    yield "  parameters (--param NAME=VALUE)"
    for name, field in properties.items():
        default = f", default {_literal(field['default'])}" if "default" in field else ""
        yield f"    {name}: {_type(field)}{default}"
        yield from _wrapped(str(field.get("description", "")), width, "      ")


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(_literal(value) for value in field["enum"])
    if "const" in field:
        return _literal(field["const"])
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    bounds = [
        f"{sign} {field[key]}"
        for key, sign in (
            ("minimum", "≥"),
            ("exclusiveMinimum", ">"),
            ("maximum", "≤"),
            ("exclusiveMaximum", "<"),
        )
        if key in field
    ]
    kind = field.get("type", "object" if "$ref" in field else "any")
    return f"{kind} {', '.join(bounds)}".rstrip()


def _literal(value: Any) -> str:
    return "null" if value is None else cell_text(value)


def _wrapped(text: str, width: int, indent: str) -> Iterable[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else cell_text(value)
