"""Values for an option: some that its schema allows, some at the edge, some that nobody would send."""

from collections.abc import Mapping
from random import Random
from typing import Any

Schema = Mapping[str, Any]
_DEPTH = 4

NASTY: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        "",
        " ",
        "\0",
        "é",
        "\u202e",
        "x" * 5000,
        [],
        {},
        [[]],
        [None],
        {"": None},
    ),
    *(0, -1, 1, 2, 7, 2**31, -(2**31), 2**53 + 1, 2**63, -(2**63), 2**64, 10**30, 10**400),
    *(0.0, -0.0, 0.5, 1e-300, 1e308, -1e308, 5e-324, 0.1 + 0.2, 99.999999999, 100.0, 100),
    *("NaN", "Infinity", "null", "12", "1e5", "auto", "naive", "ets", "hp", "band", "__class__"),
    *(
        "D",
        "-1D",
        "0D",
        "99999999999999999999D",
        "W-SUN",
        "B",
        "P1M",
        "PT0S",
        "QS-FEB",
        "ms",
        "min",
    ),
    *("2024-01-01", "2024-02-30", "0001-01-01", "9999-12-31T23:59:60Z", "2262-05-05", "1677-09-21"),
    *("2024-03-31T02:30", "2024-W53-7", "20240101", "24:00", "+05:30"),
    *("UTC", "Europe/Berlin", "localtime", "posixrules", "../etc/passwd", "Etc/GMT+12", "Factory"),
    *(
        {"name": "naive"},
        {"name": None},
        {"name": "ets", "params": {"x": 1}},
        {"lower": 1, "upper": 0},
    ),
    *({"freq": "W", "agg": "sum"}, {"country": "DE"}, {"country": "XX"}, [2, 3, 5, 7] * 20),
    *([80, 95], [80, 80], [0.1, 0.5, 0.9], ["log", "log"], ["difference"] * 9, "boxcox"),
)
"""What once broke a service of this kind, or might."""


def value_of(schema: Schema, document: Schema, rng: Random, depth: int = 0) -> Any:
    """Return a value that the schema allows, or nearly so."""
    schema = resolved(schema, document)
    for choice in ("anyOf", "oneOf"):
        if choice in schema and "properties" not in schema:
            return value_of(rng.choice(schema[choice]), document, rng, depth)
    known = [*schema.get("enum", ()), *schema.get("examples", ())]
    known += [schema[key] for key in ("const", "default") if key in schema]
    if known and rng.random() < 0.6:
        return rng.choice(known)
    makers = {"array": _array, "object": _object}
    kind = schema.get("type")
    if kind in makers:
        return None if depth > _DEPTH else makers[kind](schema, document, rng, depth)
    return _scalar(schema, rng)


def resolved(schema: Schema, document: Schema) -> Schema:
    """Follow references within the document."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _scalar(schema: Schema, rng: Random) -> Any:
    kind = schema.get("type")
    if kind in ("integer", "number"):
        low, high = _edge(schema, "inimum", 0), _edge(schema, "aximum", 60)
        edges = [low - 1, low, low + 1, high - 1, high, high + 1]
        inside = rng.randint(int(low), max(int(low), int(min(high, low + 60))))
        whole = rng.choice([*edges, inside, inside, inside])
        return whole if kind == "integer" else whole + rng.choice([0, 0, 0.5, 1e-9])
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "null":
        return None
    return rng.choice(NASTY)


def _edge(schema: Schema, ending: str, otherwise: float) -> float:
    letter = "m"
    return schema.get(letter + ending, schema.get(f"exclusiveM{ending}", otherwise))  # type: ignore[no-any-return]


def _array(schema: Schema, document: Schema, rng: Random, depth: int) -> list[Any]:
    most = min(schema.get("maxItems", 4), 4)
    items = schema.get("prefixItems") or [schema.get("items", {})] * rng.randint(0, max(most, 1))
    return [value_of(one or {}, document, rng, depth + 1) for one in items]


def _object(schema: Schema, document: Schema, rng: Random, depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    names = [name for name in properties if name in required or rng.random() < 0.4]
    return {name: value_of(properties[name], document, rng, depth + 1) for name in names}
