"""The document as generators of clients and linters take it, saying the same."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_TYPES: dict[type, tuple[str, ...]] = {
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    str: ("string",),
    list: ("array",),
    dict: ("object",),
}
_ABOUT = ("title", "description", "examples", "x-alias-of")


def settle(document: Schema) -> None:
    """Rewrite the schemas of what is sent, in place.

    Generators of types take a property with a default for one that is always there, which is true of answers
    and wrong of requests: defaults move into the branch of their type. Discriminators are required, and arrays
    of fixed places say what an item is.
    """
    for schema in _sent(document):
        for one in _all_of(schema):
            if "properties" in one:
                _settle_defaults(one)
            if "prefixItems" in one:
                one.setdefault("items", one["prefixItems"][0])


def _sent(document: Schema) -> Iterator[Schema]:
    """Yield the schemas that bodies of requests refer to, and those that these refer to."""
    schemas, seen = document["components"]["schemas"], set()
    bodies = [m["post"]["requestBody"] for m in document["paths"].values() if "post" in m]
    left = [name for body in bodies for name in _names(body)]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += _names(schemas[name])
            yield schemas[name]


def _names(value: Any) -> list[str]:
    refs = [one["$ref"] for one in _all_of(value) if isinstance(one.get("$ref"), str)]
    return [ref.rpartition("/")[2] for ref in refs]


def _all_of(value: Any) -> Iterator[Schema]:
    """Yield every object within a value."""
    if isinstance(value, dict):
        yield value
        value = [one for name, one in value.items() if name not in ("examples", "example")]
    if isinstance(value, list):
        for one in value:
            yield from _all_of(one)


def _settle_defaults(schema: Schema) -> None:
    for name, one in schema["properties"].items():
        if "default" not in one:
            continue
        default = one.pop("default")
        if "const" in one:
            schema["required"] = sorted({*schema.get("required", ()), name})
        elif default is not None:
            schema["properties"][name] = _with_default(one, default)


def _with_default(schema: Schema, default: Any) -> Schema:
    """Return a schema that has its default in the branch that takes it."""
    about = {name: one for name, one in schema.items() if name in _ABOUT}
    value = {name: one for name, one in schema.items() if name not in about}
    branches = [dict(one) for one in value["anyOf"]] if set(value) == {"anyOf"} else [value]
    types = _TYPES[type(default)]
    fitting = [one for one in branches if one.get("type") in types]
    (fitting or branches)[0]["default"] = default
    return {"anyOf": branches, **about}
