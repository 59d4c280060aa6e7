from models import registry
from tests.app.helpers import Api, answered


def test_every_registered_model_is_listed_with_its_schema(api: Api) -> None:
    listed = answered(api.client.get("/v1/catalog"))
    for kind in ("forecaster", "detector", "decomposition"):
        entries = {entry["name"]: entry for entry in listed[f"{kind}s"]}
        assert list(entries) == list(registry.registered(kind))  # type: ignore[arg-type]
        for entry in entries.values():
            assert entry["kind"] == kind
            assert entry["params"]["type"] == "object"
            assert entry["title"]
            assert entry["summary"]
            assert entry["reference"]
            assert entry["min_observations"] >= 1
    sma = next(entry for entry in listed["forecasters"] if entry["name"] == "sma")
    assert sma["params"]["properties"]["window"]["description"]
