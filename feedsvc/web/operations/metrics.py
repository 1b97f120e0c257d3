"""Write the figures for Prometheus, in its text format 0.0.4.

source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from feedsvc import __version__
from feedsvc.web.operations.status_figures import Figures

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


def metrics(figures: Figures) -> str:
    """Return *figures* as metrics, one a line."""
    return "\n".join((*_published(figures), *_sources(figures), *_feeds(figures), ""))


def _published(figures: Figures) -> Iterator[str]:
    edition = figures.edition
    yield from _metric("info", "gauge", "The version of feedsvc.", [({"version": __version__}, 1)])
    yield from _metric("edition", "gauge", "Number of the last edition.", [({}, edition.number)])
    if edition.number:
        made_at = edition.made_at.timestamp()
        yield from _metric(
            "edition_made_timestamp_seconds", "gauge", "When the last edition was made.", [({}, made_at)]
        )
        took_s = edition.took_s
        yield from _metric("edition_duration_seconds", "gauge", "How long the last edition took.", [({}, took_s)])
    yield from _metric("articles", "gauge", "Live articles.", [({}, edition.articles)])
    if edition.sureness is not None:
        sure = edition.sureness
        levels = {"high": sure.high, "medium": sure.medium, "low": sure.low}
        yield from _metric(
            "dates",
            "gauge",
            "Dates of live articles, one for each language, by confidence.",
            [({"confidence": level}, number) for level, number in levels.items()],
        )
    for name, said, is_so in (
        ("publishing_troubled", "Whether publishing fails, or a source does.", figures.publishing is not None),
        (
            "configuration_faulty",
            "Whether the configuration has errors and the last one without is used.",
            bool(figures.faults),
        ),
        ("store_away", "Whether the store cannot be reached.", figures.is_away),
    ):
        yield from _metric(name, "gauge", said, [({}, is_so)])


def _sources(figures: Figures) -> Iterator[str]:
    sources = [({"source": each.name}, each) for each in figures.sources]
    yield from _metric(
        "source_documents", "gauge", "Documents read.", [(label, each.documents) for label, each in sources]
    )
    yield from _metric(
        "source_problems",
        "gauge",
        "Documents that are rejected, held, or published with a note.",
        [
            ({**label, "severity": severity}, number)
            for label, each in sources
            for severity, number in (("rejected", each.rejected), ("held", each.held), ("note", each.notes))
        ],
    )
    yield from _metric(
        "source_last_arrival_timestamp_seconds",
        "gauge",
        "When the newest document arrived.",
        [(label, each.last_arrival.timestamp()) for label, each in sources if each.last_arrival],
    )
    yield from _metric(
        "source_silent",
        "gauge",
        "Whether no document arrived for longer than silent_after_s.",
        [(label, each.is_silent) for label, each in sources],
    )
    yield from _metric(
        "source_troubled",
        "gauge",
        "Whether the source cannot be listed, or too many of its documents are missing at once.",
        [(label, bool(each.troubles)) for label, each in sources],
    )


def _feeds(figures: Figures) -> Iterator[str]:
    feeds = [({"feed": each.path}, each) for each in figures.feeds]
    yield from _metric("feed_entries", "gauge", "Entries.", [(label, each.entries) for label, each in feeds])
    yield from _metric(
        "feed_bytes", "gauge", "Size before compression.", [(label, each.bytes) for label, each in feeds]
    )
    yield from _metric(
        "feed_subscribers",
        "gauge",
        "Subscribers, as feed readers state them in their User-Agent.",
        [(label, each.subscribers) for label, each in feeds],
    )
    yield from _metric(
        "feed_polls_total",
        "counter",
        "Polls by answer: found (200), unchanged (304), other.",
        [
            ({**label, "answer": answer}, number)
            for label, each in feeds
            for answer, number in (("found", each.found), ("unchanged", each.unchanged), ("other", each.other))
        ],
    )
    yield from _metric(
        "unknown_feed_polls_total", "counter", "Polls of feeds that do not exist.", [({}, figures.unknown)]
    )
    yield from _metric(
        "unavailable_polls_total",
        "counter",
        "Polls answered with 503, because the store could not be read or there were too many requests at once.",
        [({}, figures.unavailable)],
    )


def _metric(name: str, kind: Literal["counter", "gauge"], said: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP feedsvc_{name} {said}"
    yield f"# TYPE feedsvc_{name} {kind}"
    for labels, value in samples:
        written = ",".join(f'{label}="{_escaped(words)}"' for label, words in labels.items())
        yield f"feedsvc_{name}{f'{{{written}}}' if written else ''} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
