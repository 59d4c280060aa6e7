"""Write the options of the client's methods from the OpenAPI document: ``make client-options``."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.main import create_app
from app.settings import Settings

PAGE = Path(__file__).parents[1] / "client" / "tidecast" / "_keywords.py"
METHODS = {
    "forecast": "Forecast",
    "detect": "Detect",
    "backtest": "Backtest",
    "backtest_detectors": "BacktestDetectors",
    "profile": "Profile",
    "decompose": "Decompose",
    "changepoints": "Changepoints",
}
# What the data are sent as, and what the methods name themselves.
_DATA = {"y", "unique_id", "ds", "start", "series", "future"}
_OWN = {
    "forecast": {"h", "horizon", "model"},
    "backtest": {"h", "horizon", "models", "model"},
    "detect": {"detector"},
    "backtest_detectors": {"labels", "detectors"},
    "decompose": {"method"},
}
_WIDTH = 100
_HEAD = '''\
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
'''
_COLUMNS = """\
    id_col: Column of the series' names; "unique_id" if omitted.
    time_col: Column of the times; "ds" if omitted.
    target_col: Column of the values; "y" if omitted.
    wide: Whether each column of numbers is a series.
    start: First time of values that have none."""


def page() -> str:
    """Return the module as it should be."""
    document = create_app(Settings(workers=1)).openapi()
    classes = [_class(document, endpoint, name) for endpoint, name in METHODS.items()]
    return _formatted("\n\n".join([_HEAD, *classes]))


def _class(document: Mapping[str, Any], endpoint: str, name: str) -> str:
    path, _, instead = endpoint.partition("_")
    operation = document["paths"][f"/v1/{path}"]["post"]
    schemas = document["components"]["schemas"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    reference = body.get("anyOf", [body])[1 if instead else 0]["$ref"]
    properties = schemas[reference.rsplit("/", 1)[1]]["properties"]
    left_out = _DATA | _OWN.get(endpoint, set())
    options = {
        key: one
        for key, one in properties.items()
        if key not in left_out and "x-alias-of" not in one
    }
    about = [_about(key, one) for key, one in options.items()]
    fields = [f"    {key}: {_type(one, schemas)}" for key, one in options.items()]
    head = f'class {name}Keywords(DataKeywords, total=False):\n    """Options of `{endpoint}`.\n'
    return "\n".join([head, _COLUMNS, *about, '    """', "", *fields, ""])


def _about(name: str, schema: Mapping[str, Any]) -> str:
    text = " ".join(f"{name}: {schema['description']}".split()).replace("\\", "\\\\")
    return textwrap.fill(text, _WIDTH, initial_indent="    ", subsequent_indent="        ")


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the Python type of what a schema takes."""
    types = [*dict.fromkeys(_types(schema, schemas))]
    known = [one for one in types if one != "None"]
    union = known[0] if len(known) == 1 else f"Union[{', '.join(known)}]"
    return f"Optional[{union}]" if known != types else union


def _types(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return ["Chosen"] if name == "ModelChoice" else _types(schemas[name], schemas)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return _merged([one for part in several for one in _types(part, schemas)])
    if "enum" in schema:
        return [f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"]
    if "const" in schema:
        return [f"Literal[{json.dumps(schema['const'])}]"]
    if schema.get("type") == "array":
        return [f"Sequence[{_type(schema.get('items', {}), schemas)}]"]
    if schema.get("format") == "date":
        return ["Date"]
    plain = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}
    return [plain.get(str(schema.get("type")), "") or _other(schema)]


def _other(schema: Mapping[str, Any]) -> str:
    return {"object": "Mapping[str, Any]", "null": "None"}.get(str(schema.get("type")), "Any")


def _merged(types: list[str]) -> list[str]:
    """Leave out what a wider type holds, and put None last."""
    types = list(dict.fromkeys(types))
    if "Chosen" in types:
        types = [one for one in types if one not in ("str", "Mapping[str, Any]")]
    return [one for one in types if one != "None"] + ["None"] * ("None" in types)


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", str(PAGE), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
