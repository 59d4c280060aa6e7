"""What Prometheus is told, read by its own parser and held to what ``promtool check metrics`` lints."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.app.helpers import Api, answered

SERIES = [{"unique_id": str(i), "y": [1, 2, 3, 5]} for i in range(5)]


class Figures:
    """All samples by name and labels."""

    def __init__(self, api: Api) -> None:
        response = api.client.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=")
        self.text = response.text
        self.families = list(text_string_to_metric_families(response.text))
        self.samples = {
            (one.name, *sorted(one.labels.items())): one.value
            for family in self.families
            for one in family.samples
        }

    def get(self, name: str, **labels: str) -> float:
        return self.samples.get((name, *sorted(labels.items())), 0.0)


@pytest.fixture
def figures(make_api: Callable[..., Api]) -> tuple[Api, Callable[[], Figures]]:
    api = make_api()
    return api, lambda: Figures(api)


def test_requests_are_counted_by_route_and_status(
    figures: tuple[Api, Callable[[], Figures]],
) -> None:
    api, read = figures
    answered(api.post("/v1/forecast", {"y": [1, 2], "h": 1, "model": "naive"}))
    api.refused("/v1/forecast", {"y": [1, 2]})
    for i in range(3):
        api.client.get(f"/nothing/{i}")
    seen = read()
    counted = "tidecast_requests_total"
    assert seen.get(counted, method="POST", path="/v1/forecast", status="200") == 1
    assert seen.get(counted, method="POST", path="/v1/forecast", status="422") == 1
    assert seen.get(counted, method="GET", path="other", status="404") == 3
    assert seen.get("tidecast_request_seconds_count", path="/v1/forecast") == 2


def test_fits_are_counted_by_model_with_their_time(
    figures: tuple[Api, Callable[[], Figures]],
) -> None:
    api, read = figures
    answered(api.post("/v1/forecast", {"series": SERIES, "h": 1, "models": ["naive", "mean"]}))
    answered(api.post("/v1/detect", {"series": SERIES, "detector": "band"}))
    short = {"series": [*SERIES, {"unique_id": "x", "y": [None]}], "h": 1, "model": "drift"}
    answered(api.post("/v1/forecast", short))
    seen = read()
    for model in ("naive", "mean", "band", "drift"):
        assert seen.get("tidecast_fit_seconds_count", model=model) == 5
        assert seen.get("tidecast_fit_seconds_bucket", model=model, le="+Inf") == 5
        assert seen.get("tidecast_fit_seconds_sum", model=model) >= 0
    assert seen.get("tidecast_failed_series_total", code="no_observations") == 1


def test_every_family_has_a_help_and_a_type_and_is_named_as_prometheus_asks(
    figures: tuple[Api, Callable[[], Figures]],
) -> None:
    _, read = figures
    families = {one.name: one for one in read().families}
    for one in families.values():
        assert one.documentation.endswith(".")
        assert one.type in ("counter", "gauge", "histogram")
        assert one.name.islower()
        assert not one.name.endswith(("_total", "_count", "_sum", "_ms"))
    assert {
        *("tidecast_workers_lost", "tidecast_queue_pieces", "tidecast_running_pieces"),
        *("tidecast_workers", "tidecast_workers_memory_bytes", "process_resident_memory_bytes"),
        *("tidecast_build_info", "tidecast_requests_in_progress", "tidecast_requests_allowed"),
    } <= set(families)


NO_BASE_UNITS = """
    s ms us ns sec b kb mb gb tb pb m h d milliseconds microseconds nanoseconds minutes hours days weeks
    bits kilobytes megabytes gigabytes kibibytes mebibytes gibibytes percent percents millis
"""


def lints(text: str) -> list[str]:
    """What promtool would say of an exposition: names, types, helps, units, and what stands twice."""
    said = []
    for about in ("HELP", "TYPE"):
        named = re.findall(rf"^# {about} (\S+) \S", text, re.MULTILINE)
        said += [f"{name}: {about} twice" for name, count in Counter(named).items() if count > 1]
    series = Counter(line.rsplit(" ", 1)[0] for line in text.splitlines() if line[:1] not in "#")
    said += [f"{one}: twice" for one, count in series.items() if count > 1]
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        words = name.split("_")
        ends = ("_total", "_count", "_sum", "_bucket")
        faults = {
            "no help": f"# HELP {name} " not in text,
            "a counter without _total": kind == "counter" and not name.endswith("_total"),
            "_total, _count, _sum or _bucket": kind != "counter" and name.endswith(ends),
            "its type in its name": bool({"counter", "gauge", "histogram", "summary"} & {*words}),
            "capitals or colons": re.search("[A-Z:]", name) is not None,
            "no base unit": bool({*NO_BASE_UNITS.split()} & {*words}),
            "the label of a bucket": re.search(rf"^{name}{{.*\ble=", text, re.MULTILINE)
            is not None,
        }
        said += [f"{name}: {fault}" for fault, found in faults.items() if found]
    return said


def test_promtool_would_have_nothing_to_say(figures: tuple[Api, Callable[[], Figures]]) -> None:
    api, read = figures
    answered(api.post("/v1/forecast", {"series": SERIES, "h": 1, "models": ["naive", "mean"]}))
    api.refused("/v1/forecast", {"y": [1, 2]})
    assert lints(read().text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# TYPE a gauge\na 1\n", "a: no help"),
        ("# HELP a A.\n# TYPE a counter\na 1\n", "a: a counter without _total"),
        ("# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n", "a_ms: no base unit"),
        ('# HELP a A.\n# TYPE a gauge\na{b="1"} 1\na{b="1"} 2\n', 'a{b="1"}: twice'),
    ],
)
def test_what_promtool_says_is_said(text: str, said: str) -> None:
    assert lints(text) == [said]
