from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from feedsvc import __version__
from feedsvc.config.settings import FeedRules
from feedsvc.model.feed import Edition, ReceiverState, Sureness
from feedsvc.publish import pass_counts
from feedsvc.publish.pass_counts import Passes
from feedsvc.web.delivery.request_counts import BOUNDS_S
from feedsvc.web.operations.metrics import metrics_registry
from feedsvc.web.operations.status_figures import FeedLine, Figures, ReceiverLine, SourceLine

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ODD = 'quay "north"\\\n港'  # what the format escapes, and what it does not
FIGURES = Figures(
    now=NOW,
    edition=Edition(number=412, made_at=NOW, articles=47, took_s=0.4, sureness=Sureness(high=40, medium=5, low=2)),
    faults=(),
    publishing={"since": "2026-11-20T11:00:00+00:00", "why": "the disk is full"},
    is_away=False,
    sources=(
        SourceLine(
            name=ODD,
            documents=50,
            rejected=2,
            held=1,
            notes=3,
            last_arrival=NOW,
            silent_s=0.0,
            silent_after_s=600,
            is_silent=False,
            troubles=("too much is gone",),
        ),
        SourceLine(
            name="empty",
            documents=0,
            rejected=0,
            held=0,
            notes=0,
            last_arrival=None,
            silent_s=None,
            silent_after_s=600,
            is_silent=True,
            troubles=(),
        ),
    ),
    feeds=(
        FeedLine(
            path="/feeds/world.rss",
            entries=50,
            bytes=181204,
            last_modified=NOW,
            found=7,
            unchanged=90211,
            other=1,
            share=1.0,
            subscribers=1200,
            readers={"Quayreader": 1200},
        ),
    ),
    steps={},
    unknown=12,
    unavailable=3,
    requests={"page": (*[0.0] * 7, 2.0, 1.0, *[0.0] * 6, 0.25, 1.0, 0.0, 2.0, 0.0)},
    receivers=(
        ReceiverLine(
            kind="websub",
            host="hub.example",
            state=ReceiverState(name="hub", waiting=2, told_at=NOW, told=410, failing_since=NOW, fault="no"),
        ),
    ),
    passes=Passes(took=(4, 0, 0, 1, *[0] * 8), seconds=0.6, failed=2),
)


def scrape(figures: Figures) -> dict[str, tuple[str, dict[tuple[str, ...], float]]]:
    """Return family -> (type, label values in the order of the labels' names -> value)."""
    text = generate_latest(metrics_registry(lambda: figures)).decode()
    return {
        family.name: (family.type, {_labels(family.name, sample): sample.value for sample in family.samples})
        for family in text_string_to_metric_families(text)
        if not family.name.startswith("process_")
    }


def _labels(family: str, sample: Sample) -> tuple[str, ...]:
    part = sample.name.removeprefix(family).removeprefix("_total")  # of a histogram
    return (*([part] if part else []), *(value for _, value in sorted(sample.labels.items())))


def test_every_figure_is_told_under_its_name_type_and_labels():
    assert scrape(FIGURES) == {
        "feedsvc_info": ("gauge", {(__version__,): 1}),
        "feedsvc_edition": ("gauge", {(): 412}),
        "feedsvc_edition_made_timestamp_seconds": ("gauge", {(): 1795176000}),
        "feedsvc_edition_duration_seconds": ("gauge", {(): 0.4}),
        "feedsvc_articles": ("gauge", {(): 47}),
        "feedsvc_dates": ("gauge", {("high",): 40, ("medium",): 5, ("low",): 2}),
        "feedsvc_publishing_troubled": ("gauge", {(): 1}),
        "feedsvc_configuration_faulty": ("gauge", {(): 0}),
        "feedsvc_store_away": ("gauge", {(): 0}),
        "feedsvc_source_documents": ("gauge", {(ODD,): 50, ("empty",): 0}),
        "feedsvc_source_problems": (
            "gauge",
            {
                ("rejected", ODD): 2,
                ("held", ODD): 1,
                ("note", ODD): 3,
                ("rejected", "empty"): 0,
                ("held", "empty"): 0,
                ("note", "empty"): 0,
            },
        ),
        "feedsvc_source_last_arrival_timestamp_seconds": ("gauge", {(ODD,): 1795176000}),
        "feedsvc_source_silent": ("gauge", {(ODD,): 0, ("empty",): 1}),
        "feedsvc_source_troubled": ("gauge", {(ODD,): 1, ("empty",): 0}),
        "feedsvc_receiver_waiting": ("gauge", {("hub",): 2}),
        "feedsvc_receiver_failing": ("gauge", {("hub",): 1}),
        "feedsvc_receiver_told_timestamp_seconds": ("gauge", {("hub",): 1795176000}),
        "feedsvc_receiver_deliveries": ("counter", {("hub",): 410}),
        "feedsvc_feed_entries": ("gauge", {("/feeds/world.rss",): 50}),
        "feedsvc_feed_bytes": ("gauge", {("/feeds/world.rss",): 181204}),
        "feedsvc_feed_subscribers": ("gauge", {("/feeds/world.rss",): 1200}),
        "feedsvc_feed_polls": (
            "counter",
            {
                ("found", "/feeds/world.rss"): 7,
                ("unchanged", "/feeds/world.rss"): 90211,
                ("other", "/feeds/world.rss"): 1,
            },
        ),
        "feedsvc_unknown_feed_polls": ("counter", {(): 12}),
        "feedsvc_unavailable_polls": ("counter", {(): 3}),
        "feedsvc_requests": (
            "counter",
            {("page", "2xx"): 1, ("page", "3xx"): 0, ("page", "4xx"): 2, ("page", "5xx"): 0},
        ),
        "feedsvc_request_duration_seconds": (
            "histogram",
            {
                **{("_bucket", "page", str(bound)): 0 for bound in BOUNDS_S[:7]},
                ("_bucket", "page", "0.1"): 2,
                **{("_bucket", "page", bound): 3 for bound in (*map(str, BOUNDS_S[8:]), "+Inf")},
                ("_count", "page"): 3,
                ("_sum", "page"): 0.25,
            },
        ),
        "feedsvc_failed_passes": ("counter", {(): 2}),
        "feedsvc_pass_duration_seconds": (
            "histogram",
            {
                **{("_bucket", bound): 4 for bound in ("0.05", "0.1", "0.25")},
                **{("_bucket", bound): 5 for bound in (*map(str, pass_counts.BOUNDS_S[3:]), "+Inf")},
                ("_count",): 5,
                ("_sum",): 0.6,
            },
        ),
    }


def test_a_scrape_asks_for_the_figures_of_its_own_moment():
    asked = iter([FIGURES, FIGURES])
    registry = metrics_registry(lambda: next(asked))

    generate_latest(registry)
    generate_latest(registry)

    assert next(asked, None) is None


@pytest.mark.parametrize(("limit", "is_explained"), [(49, True), (50, False)])
def test_feeds_that_are_longer_than_their_limit_are_explained(limit, is_explained):
    assert replace(FIGURES, rules=FeedRules(limit=limit)).has_long_feeds is is_explained


def test_before_the_first_edition_no_time_is_told():
    families = scrape(
        Figures(
            now=NOW,
            edition=Edition(number=0, made_at=NOW),
            faults=("feedsvc.toml:1: no site",),
            publishing=None,
            is_away=True,
            sources=(),
            feeds=(),
            steps={},
            unknown=0,
            unavailable=0,
        )
    )

    assert {name: found for name, (kind, found) in families.items() if found and kind != "histogram"} == {
        "feedsvc_info": {(__version__,): 1},
        "feedsvc_edition": {(): 0},
        "feedsvc_articles": {(): 0},
        "feedsvc_publishing_troubled": {(): 0},
        "feedsvc_configuration_faulty": {(): 1},
        "feedsvc_store_away": {(): 1},
        "feedsvc_unknown_feed_polls": {(): 0},
        "feedsvc_unavailable_polls": {(): 0},
        "feedsvc_failed_passes": {(): 0},
    }
