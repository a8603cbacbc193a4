"""Numbers for Prometheus: how often, how fast, how far. No address, no word of a query.

The worker processes of one server count together, in files that they share.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, g, request

from web.holdings import holdings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric

_EXTENSION = "jianbao-metrics"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SEARCH_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST"))


@contextmanager
def counting_together() -> Iterator[None]:
    """Let this process and those forked from it count together, until the end of the block.

    The application must be made in the block.
    """
    owner = os.getpid()
    folder = tempfile.mkdtemp(prefix="jianbao-metrics-")
    os.environ[_SHARED] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # workers leave by this way, too
            shutil.rmtree(folder, ignore_errors=True)


class Metrics:
    """What one process has counted, or all of them together."""

    def __init__(self) -> None:
        # At its import the library decides whether processes count together, so it waits for that.
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._counted = CollectorRegistry()
        self.requests = Counter(
            "jianbao_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._counted,
        )
        self.request_seconds = Histogram(
            "jianbao_request_seconds",
            "Time until an answer begins.",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=self._counted,
        )
        self.search_seconds = Histogram(
            "jianbao_search_seconds",
            "Time to search and to read the hits.",
            buckets=_SEARCH_SECONDS,
            registry=self._counted,
        )

    def registry(self) -> CollectorRegistry:
        """Everything there is to tell."""
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        if _SHARED in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._counted)
        registry.register(_Archive())
        return registry


class _Archive:
    """How far store and index are, asked when somebody wants to know."""

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        held = holdings()
        index = held.index.status()
        yield InfoMetricFamily("jianbao", "The program.", {"version": version("jianbao")})
        for name, words, value in (
            (
                "jianbao_store_revision",
                "Newest revision of the article store.",
                held.store.revision,
            ),
            ("jianbao_store_articles", "Articles that are not withdrawn.", held.store.count()),
            ("jianbao_index_revision", "Revision that the index answers for.", index.revision),
            ("jianbao_index_documents", "Articles that can be found.", index.documents),
            ("jianbao_index_segments", "Files of the index that are searched.", index.segments),
            ("jianbao_index_bytes", "Size of the index on the disk.", index.size),
        ):
            yield GaugeMetricFamily(name, words, value)


def install(app: Flask) -> None:
    """Count every request. Call it first, so that nothing that is asked goes uncounted."""
    metrics = app.extensions[_EXTENSION] = Metrics()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        metrics.requests.labels(method, route, response.status_code).inc()
        metrics.request_seconds.labels(route).observe(time.perf_counter() - g.began)
        return response


def of(app: Flask) -> Metrics:
    """Those of an application."""
    return cast(Metrics, app.extensions[_EXTENSION])


def exposition(metrics: Metrics) -> Response:
    """The numbers in the form that the client wants: Prometheus' text or OpenMetrics."""
    from prometheus_client.exposition import choose_encoder

    encode, media_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(metrics.registry()), content_type=media_type)
