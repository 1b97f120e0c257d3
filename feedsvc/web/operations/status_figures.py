"""The figures of the service: the last edition, the sources, the feeds, their polls and the chart of these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from feedsvc.config.settings import FeedRules, Settings, SourceSettings
from feedsvc.model.document import Problem, SourceFigures
from feedsvc.model.feed import Edition, FeedListing, PartnerReport, ReceiverState
from feedsvc.publish.pass_counts import FILE as PASSES
from feedsvc.publish.pass_counts import Passes, passes_in
from feedsvc.stores import beside_store
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.poll_counts import (
    ARCHIVES,
    COLUMNS,
    FOUND,
    OTHER,
    STEP_S,
    STEPS,
    UNCHANGED,
    Counted,
    PollCounts,
)
from feedsvc.web.delivery.request_counts import no_requests

BAR = 4
HEIGHT = 80
LABEL_EVERY = 6 * 3600 // STEP_S


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """The figures of one source.

    documents:             present at the last pass.
    rejected, held, notes: documents with such a problem.
    last_arrival:          of its newest document.
    silent_s:              seconds since then.
    is_silent:             longer than silent_after_s.
    troubles:              of the whole source: it cannot be listed, or too many documents are missing at once.
    """

    name: str
    documents: int
    rejected: int
    held: int
    notes: int
    last_arrival: datetime | None
    silent_s: float | None
    silent_after_s: int | None
    is_silent: bool
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """The figures of one feed; path is ARCHIVES for all pages of archives together.

    found, unchanged, other: polls by answer.
    share:       of polls answered with 304; None without polls.
    subscribers: as feed readers last reported them.
    readers:     the same by reader.
    """

    path: str
    entries: int
    bytes: int
    last_modified: datetime | None
    found: int
    unchanged: int
    other: int
    share: float | None
    subscribers: int
    readers: Mapping[str, int]

    @property
    def polls(self) -> int:
        return self.found + self.unchanged + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverLine:
    """A receiver, and how the deliveries to it fare; host: all that may be shown of its address."""

    kind: str
    host: str
    state: ReceiverState


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """What a partner gets, and how often it has polled its feed, in all formats."""

    report: PartnerReport
    polls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures, at one moment.

    faults:      of the configuration, if an earlier one is in use.
    publishing:  since when, and why, a pass or a source fails; None if all is well.
    steps:       as in Counted.
    unknown:     polls of feeds that do not exist.
    unavailable: polls that were answered with 503.
    requests:    as in Counted.
    passes:      of the publishers of this machine.
    receivers:   that are told of editions.
    partners:    in the order of the configuration.
    rules:       of feeds.
    """

    now: datetime
    edition: Edition
    faults: tuple[str, ...]
    publishing: Mapping[str, str] | None
    is_away: bool
    sources: tuple[SourceLine, ...]
    feeds: tuple[FeedLine, ...]
    steps: Mapping[int, tuple[int, ...]]
    unknown: int
    unavailable: int
    requests: Mapping[str, Sequence[float]] = field(default_factory=dict)
    passes: Passes = field(default_factory=Passes)
    receivers: tuple[ReceiverLine, ...] = ()
    partners: tuple[PartnerLine, ...] = ()
    rules: FeedRules = field(default_factory=FeedRules)

    @property
    def has_long_feeds(self) -> bool:
        """Return whether a feed has more entries than its limit."""
        return any(feed.entries > self.rules.limit for feed in self.feeds if not feed.path.endswith(".opml"))


class StatusCollector:
    """Collects the figures when asked.

    clock: returns the time, aware.
    """

    def __init__(
        self,
        settings: Settings,
        feed_cache: FeedCache,
        *,
        poll_counts: PollCounts,
        trouble: Callable[[], Mapping[str, str] | None],
        faults: tuple[str, ...],
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._feed_cache = feed_cache
        self._poll_counts = poll_counts
        self._trouble = trouble
        self._faults = faults
        self._clock = clock

    def figures(self) -> Figures:
        """Return the figures as they are in the store now, not in the feed cache.

        raises: StoreError.
        """
        now = self._clock()
        edition = self._feed_cache.published.edition()
        known = {source.name: source for source in self._feed_cache.published.source_figures()}
        states = {state.name: state for state in self._feed_cache.published.receiver_states()}
        counted = self._poll_counts.add()
        return Figures(
            now=now,
            edition=edition,
            faults=self._faults,
            publishing=self._trouble(),
            is_away=self._feed_cache.is_away,
            sources=tuple(
                _source(rules, known.get(rules.name), edition.problems, now=now) for rules in self._settings.sources
            ),
            feeds=tuple(_feeds(self._feed_cache.listings(), counted, now=now)),
            steps=counted.steps,
            unknown=counted.nowhere[0],
            unavailable=counted.nowhere[1],
            requests={**no_requests(), **counted.requests},
            passes=passes_in(beside_store(self._settings, PASSES)),
            receivers=tuple(
                ReceiverLine(
                    kind=receiver.kind,
                    host=receiver.host,
                    state=states.get(receiver.name, ReceiverState(name=receiver.name)),
                )
                for receiver in self._settings.receivers
            ),
            partners=tuple(
                PartnerLine(report=report, polls=sum(sum(counted.feeds.get(path, ())) for path in report.paths))
                for report in self._feed_cache.published.partner_reports()
            ),
            rules=self._settings.feeds,
        )


def _source(
    rules: SourceSettings, known: SourceFigures | None, problems: Iterable[Problem], *, now: datetime
) -> SourceLine:
    its = [problem for problem in problems if problem.source == rules.name]
    last = known.last_arrival if known else None
    silent_s = None if last is None else max((now - last).total_seconds(), 0.0)

    def count(severity: str) -> int:
        return len({problem.path for problem in its if problem.path and problem.severity == severity})

    return SourceLine(
        name=rules.name,
        documents=known.documents if known else 0,
        rejected=count("rejected"),
        held=count("held"),
        notes=count("note"),
        last_arrival=last,
        silent_s=silent_s,
        silent_after_s=rules.silent_after_s,
        is_silent=rules.silent_after_s is not None and (silent_s is None or silent_s > rules.silent_after_s),
        troubles=tuple(problem.message for problem in its if not problem.path),
    )


def _feeds(listings: Iterable[FeedListing], counted: Counted, *, now: datetime) -> Iterable[FeedLine]:
    for listing in listings:
        yield _feed(listing.path, listing, counted, now=now)
    if ARCHIVES in counted.feeds:
        yield _feed(ARCHIVES, None, counted, now=now)


def _feed(path: str, listing: FeedListing | None, counted: Counted, *, now: datetime) -> FeedLine:
    counts = counted.feeds.get(path, (0,) * COLUMNS)
    readers = counted.readers_of(path, now=now.timestamp())
    return FeedLine(
        path=path,
        entries=listing.entries if listing else 0,
        bytes=listing.bytes if listing else 0,
        last_modified=listing.last_modified if listing else None,
        found=counts[FOUND],
        unchanged=counts[UNCHANGED],
        other=counts[OTHER],
        share=counts[UNCHANGED] / sum(counts) if sum(counts) else None,
        subscribers=sum(readers.values()),
        readers=readers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar; unchanged: the height of the part that was answered with 304."""

    x: int
    height: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of polls.

    labels:           (x, words).
    most:             polls of the highest bar, which is HEIGHT high.
    polls, unchanged: of all bars.
    """

    bars: tuple[Bar, ...]
    labels: tuple[tuple[int, str], ...]
    most: int
    polls: int
    unchanged: int
    width: int = BAR * STEPS
    height: int = HEIGHT
    bar: int = BAR


def chart_of(steps: Mapping[int, tuple[int, ...]], *, now: datetime) -> Chart:
    """Return the chart of the last day.

    steps: by number of the step since 1970, (polls, polls answered with 304).
    now:   aware, in the last step.
    """
    last = int(now.timestamp()) // STEP_S
    first = last - STEPS + 1
    there = {step: counts for step, counts in steps.items() if first <= step <= last}
    most = max((counts[0] for counts in there.values()), default=0)
    return Chart(
        bars=tuple(
            Bar(
                x=(step - first) * BAR,
                height=max(1, round(HEIGHT * polls / most)),
                unchanged=round(HEIGHT * unchanged / most),
            )
            for step, (polls, unchanged) in sorted(there.items())
        ),
        labels=tuple(
            ((step - first) * BAR, f"{datetime.fromtimestamp(step * STEP_S, UTC):%H:%M}")
            for step in range(first, last + 1)
            if step % LABEL_EVERY == 0
        ),
        most=most,
        polls=sum(counts[0] for counts in there.values()),
        unchanged=sum(counts[1] for counts in there.values()),
    )
