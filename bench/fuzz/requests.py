"""Requests made from the published document: each follows from a seed and its number alone."""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any

from bench.fuzz.tables import ARROW, CSV, PARQUET, as_table
from bench.fuzz.values import NASTY, resolved, value_of

BUDGET_S = 3
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Maker:
    """Makes requests for a server from its OpenAPI document and catalog."""

    document: Mapping[str, Any]
    catalog: Mapping[str, Sequence[Mapping[str, Any]]]
    seed: int

    @cached_property
    def posts(self) -> dict[str, list[tuple[Mapping[str, Any], dict[str, Any]]]]:
        """Schema and example of each body that an endpoint with series takes, one for most."""
        found = {}
        for path, methods in self.document["paths"].items():
            content = methods.get("post", {}).get("requestBody", {}).get("content", {}).get(JSON)
            if content is not None:
                shown = [content["example"]] if "example" in content else []
                shown += [one["value"] for one in content.get("examples", {}).values()]
                bodies = content["schema"].get("anyOf", [content["schema"]])
                examples = [shown[0], *shown[-1:]]
                found[path] = [
                    (resolved(body, self.document), example)
                    for body, example in zip(bodies, examples, strict=False)
                ]
        return found

    @cached_property
    def others(self) -> list[str]:
        """Paths without a body."""
        return [path for path in self.document["paths"] if path not in self.posts]

    def request(self, number: int) -> Sent:
        """Return the request of this number."""
        rng = Random(f"{self.seed}:{number}")
        if rng.random() < 0.02:
            return self._without_body(rng)
        path = rng.choice([*self.posts])
        bodies = self.posts[path]
        schema, example = bodies[0] if len(bodies) == 1 else rng.choice(bodies)
        draft = Draft(self, schema["properties"], rng, rng.choice(WILDNESS), {**example})
        draft.body["timeout_s"] = BUDGET_S
        for change in rng.choices(CHANGES, k=rng.choice([1, 1, 2, 3])):
            change(draft)
        sent = _written(path, draft.body, rng)
        return _spoilt(sent, rng) if sent.body and rng.random() < 0.05 else sent

    def _without_body(self, rng: Random) -> Sent:
        path = rng.choice([*self.others, *self.posts, "/", "/docs", "/static/", "/v1/%00", "/nil"])
        method = rng.choice(["GET", "HEAD", "DELETE", "PUT", "OPTIONS", "PATCH"])
        return Sent(method, path + rng.choice(["", "?", "?h=1", "?x=%ff", "/", "/../x"]))


def _written(path: str, body: Mapping[str, Any], rng: Random) -> Sent:
    """Return the request that sends a body: as JSON, or at times as a table."""
    headers = {"Accept": rng.choice([CSV, ARROW, PARQUET])} if rng.random() < 0.1 else {}
    table = as_table(body, rng) if rng.random() < 0.15 else None
    if table is None:
        return Sent("POST", path, json.dumps(body).encode(), {**headers, "Content-Type": JSON})
    query, kind, written = table
    return Sent("POST", f"{path}?{query}", written, {**headers, "Content-Type": kind})


@dataclass
class Draft:
    """A body in the making; ``wild``: how often it gets what nobody would send, from 0 to 1."""

    maker: Maker
    properties: Mapping[str, Any]
    rng: Random
    wild: float
    body: dict[str, Any]

    def wildly(self) -> bool:
        """Decide whether the next part is one that nobody would send."""
        return self.rng.random() < self.wild

    def one_of(self, tame: Sequence[Any], wild: Sequence[Any]) -> Any:
        """Choose one of these."""
        return self.rng.choice(wild if self.wildly() else tame)

    def value(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
        """Return a value for an option, by its schema or against it."""
        if self.wildly():
            return self.rng.choice(NASTY)
        return value_of(schema, document, self.rng)


# --- changes of a body -------------------------------------------------------


def _values(draft: Draft) -> list[Any]:
    """Return the values of a series: a season, a line, a constant, counts, gaps; or extremes."""
    rng = draft.rng
    tame: list[Callable[[int], Any]] = [
        lambda i: 10 + i % 7 + rng.random(),
        lambda i: i,
        lambda i: 5,
        lambda i: rng.choice([0, 0, 0, 0, 3]),
        lambda i: rng.choice([None, 1.5, 2]),
        lambda i: -i * 1e-12,
        lambda i: 1e12 + i % 3,
    ]
    wild: list[Callable[[int], Any]] = [
        lambda i: None,
        lambda i: rng.choice([1e308, -1e308, 0, 1e-308]),
        lambda i: rng.choice([*NASTY, 1, 2, 3, 4, 5] * 2) if rng.random() < 0.05 else i,
    ]
    of = draft.one_of(tame, wild)
    return [of(i) for i in range(draft.one_of([5, 13, 24, 40, 60], [0, 1, 2, 3]))]


def _stamps(draft: Draft, length: int) -> list[Any]:
    """Return stamps: days, hours, months, quarters, integers; or what is in no way a stamp."""
    rng = draft.rng
    tame: list[Callable[[int], Any]] = [
        lambda i: f"2024-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}",
        lambda i: f"2024-03-{29 + i // 24:02d}T{i % 24:02d}:00:00+01:00",
        lambda i: f"{1900 + i // 12}-{1 + i % 12:02d}",
        lambda i: i * 7,
        lambda i: 1_700_000_000 + 3600 * i,
        lambda i: f"{2000 + i}-01-01",
    ]
    wild: list[Callable[[int], Any]] = [
        lambda i: 20240101 + i,
        lambda i: i * rng.choice([1, 7]),
        lambda i: f"{rng.randint(1, 9999):04d}-01-01",
        lambda i: rng.choice(NASTY),
        lambda i: rng.randint(-(2**63), 2**63),
    ]
    of = draft.one_of(tame, wild)
    found = [of(i) for i in range(length)]
    if draft.wildly():
        rng.shuffle(found)
    return found


def _new_series(draft: Draft) -> None:
    for name in ("y", "series", "ds", "start", "unique_id"):
        draft.body.pop(name, None)
    draft.rng.choice([_one, _compact, _compact, _rows, _columns])(draft)


def _one(draft: Draft) -> None:
    y = draft.body["y"] = _values(draft)
    if draft.rng.random() < 0.5:
        draft.body["ds"] = _stamps(draft, len(y))
    elif draft.rng.random() < 0.5:
        draft.body["start"] = draft.one_of(["2024-01-01", "2024-01-31T12:00Z", 5], NASTY)


def _compact(draft: Draft) -> None:
    series = []
    for i in range(draft.one_of([1, 2, 3], [0, 1])):
        name = draft.one_of([str(i)], [i, *NASTY[:8]])
        one: dict[str, Any] = {"unique_id": name, "y": _values(draft)}
        if draft.rng.random() < 0.5:
            one["ds"] = _stamps(draft, len(one["y"]) + draft.one_of([0], [0, 1]))
        if draft.wildly():
            one["price"] = _values(draft)[: len(one["y"])]
        if draft.rng.random() < 0.2:
            one["freq"] = draft.one_of(["D", "h", "MS", 1], NASTY)
        series.append(one)
    draft.body["series"] = series


def _rows(draft: Draft) -> None:
    y = _values(draft)
    ids = [draft.rng.choice("ab") for _ in y]
    rows = zip(ids, _stamps(draft, len(y)), y, strict=True)
    draft.body["series"] = [{"unique_id": name, "ds": ds, "y": value} for name, ds, value in rows]


def _columns(draft: Draft) -> None:
    y = _values(draft)
    ids = [draft.rng.choice("abc") for _ in y]
    draft.body["series"] = {"unique_id": ids, "ds": _stamps(draft, len(y)), "y": y}
    if draft.wildly():
        draft.body["series"]["x"] = draft.rng.choice([y, _values(draft)])


_KINDS = {"model": "forecasters", "detector": "detectors", "method": "decompositions"}


def _model(draft: Draft) -> None:
    """Name a model of the catalog with some of its parameters."""
    named = [name for name in _KINDS if name in draft.properties]
    if not named:
        return
    name = named[0] if not draft.wildly() else draft.rng.choice([*_KINDS])
    entry = draft.rng.choice(draft.maker.catalog[_KINDS[name]])
    schema = entry["params"]
    properties = schema.get("properties", {})
    chosen = draft.rng.sample([*properties], min(len(properties), draft.rng.choice([0, 0, 1, 2])))
    params = {one: draft.value(properties[one], schema) for one in chosen}
    draft.body[name] = {"name": entry["name"], **params}
    if name == "model":
        draft.body.pop("models", None)
        if draft.rng.random() < 0.2:
            draft.body["models"] = [draft.body.pop("model"), "naive"]


def _options(draft: Draft) -> None:
    """Give the body some options of its endpoint."""
    free = [name for name in draft.properties if name not in ("y", "series", "timeout_s", "ds")]
    for name in draft.rng.sample(free, draft.rng.choice([1, 1, 2, 4])):
        draft.body[name] = draft.value(draft.properties[name], draft.maker.document)


def _one_value(draft: Draft) -> None:
    """Replace one value somewhere in the body."""
    holder: Any = draft.body
    for _ in range(draft.rng.randint(1, 4)):
        keys = [*holder] if isinstance(holder, dict) else [*range(len(holder))]
        if not keys:
            return
        key = draft.rng.choice(keys)
        if not isinstance(holder[key], dict | list) or draft.rng.random() < 0.3:
            holder[key] = draft.rng.choice(NASTY)
            return
        holder[key] = holder = holder[key].copy()


def _nested(draft: Draft) -> None:
    value: Any = draft.rng.choice(NASTY)
    for _ in range(draft.rng.choice([3, 30, 300])):
        value = [value] if draft.rng.random() < 0.5 else {"name": value}
    draft.body[draft.rng.choice([*draft.properties])] = value


WILDNESS = (0.0, 0.02, 0.1, 0.4)
CHANGES: tuple[Callable[[Draft], None], ...] = (
    *(_new_series,) * 9,
    *(_model,) * 9,
    *(_options,) * 6,
    *(_one_value,) * 2,
    _nested,
)


# --- changes of the bytes ----------------------------------------------------


def _spoilt(sent: Sent, rng: Random) -> Sent:
    """Change bytes or headers."""
    body = bytearray(sent.body)
    place = rng.randrange(len(body))
    kind = rng.randrange(7)
    if kind == 0:
        body[place] = rng.randrange(256)
    elif kind == 1:
        del body[place:]
    elif kind == 2:
        body[place:place] = body[: rng.randrange(40)]
    elif kind == 3:
        packed = gzip.compress(bytes(body))
        cut = len(packed) - rng.choice([0, 0, 5])
        return replace(sent, body=packed[:cut], headers=_with(sent, "Content-Encoding", "gzip"))
    elif kind == 4:
        name = rng.choice(["gzip", "zstd", "br", "identity", "deflate"])
        plain = zlib.compress(bytes(body)) if rng.random() < 0.5 else bytes(body)
        return replace(sent, body=plain, headers=_with(sent, "Content-Encoding", name))
    elif kind == 5:
        types = ["text/csv", "application/json; charset=latin-1", "a/b", ";", "application/xml"]
        return replace(sent, headers=_with(sent, "Content-Type", rng.choice(types)))
    else:
        kinds = ["text/csv", "*/*;q=0", "application/json;q=x", ",", "text/*, */*;q=0.1"]
        return replace(sent, headers=_with(sent, "Accept", rng.choice(kinds)))
    return replace(sent, body=bytes(body))


def _with(sent: Sent, name: str, value: str) -> dict[str, str]:
    return {**sent.headers, name: value}
