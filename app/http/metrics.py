"""What Prometheus is told: requests, fits by model, the engine's queue and workers, memory."""

import threading
from bisect import bisect_left
from collections import Counter as Count
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.engine.base import LOSSES, Engine
from app.http.exchange import AdmissionControl
from app.version import own_version

MEDIA_TYPE = CONTENT_TYPE_LATEST
_REQUEST_SECONDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0, 300.0)
_FIT_SECONDS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


class Metrics:
    """All figures of one app, in a registry of its own."""

    def __init__(self, engine: Engine, admission: AdmissionControl) -> None:
        registry = CollectorRegistry()
        labels = ["method", "path", "status"]
        self._requests = Counter("tidecast_requests", "Requests.", labels, registry=registry)
        self._seconds = Histogram(
            "tidecast_request_seconds",
            "Time from a request to its answer.",
            ["path"],
            registry=registry,
            buckets=_REQUEST_SECONDS,
        )
        self._fits = _FitHistogram()
        self._failed = Counter(
            "tidecast_failed_series", "Series without an answer.", ["code"], registry=registry
        )
        Info("tidecast_build", "Version of the server.", registry=registry).info(
            {"version": own_version()}
        )
        registry.register(self._fits)
        registry.register(_Work(engine, admission))
        ProcessCollector(registry=registry)
        self._registry = registry

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request; ``path``: that of its route."""
        self._requests.labels(method, path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def fitted(self, around: Mapping[str, Any]) -> None:
        """Count what an answer tells of its series and errors."""
        self._fits.add(around["series"])
        for code, count in Count(one["code"] for one in around["errors"]).items():
            self._failed.labels(code).inc(count)


class _FitHistogram(Collector):
    """A histogram of fits by model; whole answers are counted, since a request may hold thousands."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, list[int]] = {}
        self._sums: Count[str] = Count()

    def add(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Count what answers tell of each series."""
        alike = Count((_model_of(one), one["fit_ms"] / 1e3) for one in entries)
        with self._lock:
            for (name, seconds), count in alike.items():
                counts = self._counts.setdefault(name, [0] * (len(_FIT_SECONDS) + 1))
                counts[bisect_left(_FIT_SECONDS, seconds)] += count
                self._sums[name] += count * seconds

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram."""
        found = HistogramMetricFamily(
            "tidecast_fit_seconds", "Time that fits took.", labels=["model"]
        )
        with self._lock:
            for name, counts in self._counts.items():
                found.add_metric([name], _cumulated(counts), self._sums[name])
        yield found


def _model_of(entry: Mapping[str, Any]) -> str:
    return (entry.get("model") or {"name": "none"})["name"]  # type: ignore[no-any-return]


def _cumulated(counts: Iterable[int]) -> list[tuple[str, float]]:
    edges, total, buckets = [*map(str, _FIT_SECONDS), "+Inf"], 0, []
    for edge, count in zip(edges, counts, strict=True):
        total += count
        buckets.append((edge, float(total)))
    return buckets


class _Work(Collector):
    """What the engine and the door say of themselves when they are asked."""

    def __init__(self, engine: Engine, admission: AdmissionControl) -> None:
        self._engine, self._admission = engine, admission

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        vitals = self._engine.vitals()
        lost = CounterMetricFamily(
            "tidecast_workers_lost", "Worker processes that ended early.", labels=["reason"]
        )
        for reason in LOSSES:
            lost.add_metric([reason], vitals.lost.get(reason, 0))
        yield lost
        for name, about, value in (
            ("requests_in_progress", "Requests that are worked on.", self._admission.inside),
            ("requests_allowed", "Requests that may be worked on at once.", self._admission.most),
            ("queue_pieces", "Pieces of work that wait for a worker.", vitals.queued),
            ("running_pieces", "Pieces of work that run.", vitals.running),
            ("workers", "Worker processes there should be.", vitals.workers),
            ("workers_memory_bytes", "Memory of all worker processes.", vitals.memory_bytes),
        ):
            yield GaugeMetricFamily(f"tidecast_{name}", about, value)
