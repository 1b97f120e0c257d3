"""The figures of the status page as metrics for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client.core import (
    CollectorRegistry,
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from feedsvc import __version__
from feedsvc.publish import pass_counts
from feedsvc.web.delivery import request_counts
from feedsvc.web.operations.process_metrics import process_metrics
from feedsvc.web.operations.status_figures import FeedLine, Figures, ReceiverLine, SourceLine


def metrics_registry(figures: Callable[[], Figures]) -> CollectorRegistry:
    """Return a registry that calls *figures* at each scrape, and looks at the processes of the service."""
    registry = CollectorRegistry()
    registry.register(FiguresCollector(figures))
    return registry


class FiguresCollector(Collector):
    """Yields the figures as metrics; the polls are counted elsewhere, so that no metric object slows them down.

    source: docs/decisions/0103-metrics-by-prometheus-client.md
    """

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every family, those without samples too."""
        figures = self._figures()
        yield from _site(figures)
        yield from _sources(figures.sources)
        yield from _receivers(figures.receivers)
        yield from _feeds(figures.feeds)
        yield CounterMetricFamily(
            "feedsvc_unknown_feed_polls", "Polls of feeds that do not exist.", value=figures.unknown
        )
        yield CounterMetricFamily(
            "feedsvc_unavailable_polls",
            "Polls answered with 503: the store could not be read, or too much was asked at once.",
            value=figures.unavailable,
        )
        yield from _requests(figures.requests)
        yield from _passes(figures.passes)
        yield from process_metrics(os.environ)


def _site(figures: Figures) -> Iterator[Metric]:
    edition = figures.edition
    version = GaugeMetricFamily("feedsvc_info", "The version of feedsvc.", labels=["version"])
    version.add_metric([__version__], 1)
    yield version
    yield GaugeMetricFamily("feedsvc_edition", "Number of the last edition.", value=edition.number)
    if edition.number:
        yield GaugeMetricFamily(
            "feedsvc_edition_made_timestamp_seconds",
            "When the last edition was made.",
            value=edition.made_at.timestamp(),
        )
        yield GaugeMetricFamily(
            "feedsvc_edition_duration_seconds", "How long the last edition took.", value=edition.took_s
        )
    yield GaugeMetricFamily("feedsvc_articles", "Live articles.", value=edition.articles)
    if edition.sureness is not None:
        dates = GaugeMetricFamily(
            "feedsvc_dates", "Dates of live articles, one for each language, by confidence.", labels=["confidence"]
        )
        dates.add_metric(["high"], edition.sureness.high)
        dates.add_metric(["medium"], edition.sureness.medium)
        dates.add_metric(["low"], edition.sureness.low)
        yield dates
    yield GaugeMetricFamily(
        "feedsvc_publishing_troubled",
        "Whether passes fail, or a source does.",
        value=figures.publishing is not None,
    )
    yield GaugeMetricFamily(
        "feedsvc_configuration_faulty",
        "Whether the site is served with an earlier configuration.",
        value=bool(figures.faults),
    )
    yield GaugeMetricFamily("feedsvc_store_away", "Whether the store cannot be reached.", value=figures.is_away)


def _sources(sources: tuple[SourceLine, ...]) -> Iterator[Metric]:
    documents = GaugeMetricFamily("feedsvc_source_documents", "Documents read.", labels=["source"])
    problems = GaugeMetricFamily(
        "feedsvc_source_problems",
        "Documents that are rejected, held, or published with a note.",
        labels=["source", "severity"],
    )
    last_arrival = GaugeMetricFamily(
        "feedsvc_source_last_arrival_timestamp_seconds", "When the newest document came.", labels=["source"]
    )
    silent = GaugeMetricFamily(
        "feedsvc_source_silent", "Whether nothing came for longer than silent_after_s.", labels=["source"]
    )
    troubled = GaugeMetricFamily(
        "feedsvc_source_troubled",
        "Whether the source cannot be listed, or too much of it is gone at once.",
        labels=["source"],
    )
    for source in sources:
        documents.add_metric([source.name], source.documents)
        problems.add_metric([source.name, "rejected"], source.rejected)
        problems.add_metric([source.name, "held"], source.held)
        problems.add_metric([source.name, "note"], source.notes)
        if source.last_arrival:
            last_arrival.add_metric([source.name], source.last_arrival.timestamp())
        silent.add_metric([source.name], source.is_silent)
        troubled.add_metric([source.name], bool(source.troubles))
    yield from (documents, problems, last_arrival, silent, troubled)


def _receivers(receivers: tuple[ReceiverLine, ...]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "feedsvc_receiver_waiting", "Editions that it was not told of yet.", labels=["receiver"]
    )
    failing = GaugeMetricFamily("feedsvc_receiver_failing", "Whether the last try failed.", labels=["receiver"])
    told_at = GaugeMetricFamily(
        "feedsvc_receiver_told_timestamp_seconds", "When the receiver was last told, 0 for never.", labels=["receiver"]
    )
    deliveries = CounterMetricFamily(
        "feedsvc_receiver_deliveries", "Deliveries that the receiver has taken.", labels=["receiver"]
    )
    for receiver in receivers:
        state = receiver.state
        waiting.add_metric([state.name], state.waiting)
        failing.add_metric([state.name], state.failing_since is not None)
        told_at.add_metric([state.name], state.told_at.timestamp() if state.told_at else 0)
        deliveries.add_metric([state.name], state.told)
    yield from (waiting, failing, told_at, deliveries)


def _feeds(feeds: tuple[FeedLine, ...]) -> Iterator[Metric]:
    entries = GaugeMetricFamily("feedsvc_feed_entries", "Entries.", labels=["feed"])
    size = GaugeMetricFamily("feedsvc_feed_bytes", "Size before compression.", labels=["feed"])
    subscribers = GaugeMetricFamily(
        "feedsvc_feed_subscribers", "Subscribers, as readers say in their User-Agent.", labels=["feed"]
    )
    polls = CounterMetricFamily(
        "feedsvc_feed_polls", "Polls by answer: found (200), unchanged (304), other.", labels=["feed", "answer"]
    )
    for feed in feeds:
        entries.add_metric([feed.path], feed.entries)
        size.add_metric([feed.path], feed.bytes)
        subscribers.add_metric([feed.path], feed.subscribers)
        polls.add_metric([feed.path, "found"], feed.found)
        polls.add_metric([feed.path, "unchanged"], feed.unchanged)
        polls.add_metric([feed.path, "other"], feed.other)
    yield from (entries, size, subscribers, polls)


def _requests(requests: Mapping[str, Sequence[float]]) -> Iterator[Metric]:
    answered = CounterMetricFamily(
        "feedsvc_requests", "Requests by kind and by the first digit of the status.", labels=["kind", "status"]
    )
    took = HistogramMetricFamily(
        "feedsvc_request_duration_seconds", "Time from a request to its answer.", labels=["kind"]
    )
    for kind, counts in requests.items():
        for column, status in enumerate(request_counts.STATUSES, request_counts.STATUS):
            answered.add_metric([kind, status], counts[column])
        buckets = _buckets(counts[: request_counts.SECONDS], request_counts.BOUNDS_S)
        took.add_metric([kind], buckets, counts[request_counts.SECONDS])
    yield from (answered, took)


def _passes(passes: pass_counts.Passes) -> Iterator[Metric]:
    yield CounterMetricFamily(
        "feedsvc_failed_passes", "Passes that failed, so that the last edition stayed.", value=passes.failed
    )
    yield HistogramMetricFamily(
        "feedsvc_pass_duration_seconds",
        "Duration of the passes that ended well, those without a new edition too.",
        _buckets(passes.took, pass_counts.BOUNDS_S),
        passes.seconds,
    )


def _buckets(counts: Sequence[float], bounds: Sequence[float]) -> list[tuple[str, float]]:
    """Return each upper bound with the number of all that are not above it."""
    return list(zip([*map(str, bounds), "+Inf"], accumulate(counts), strict=True))
