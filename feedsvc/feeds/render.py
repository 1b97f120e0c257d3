"""Render one feed from a complete job, so that another process can do it without the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from feedsvc.articles.revisions import correction_of
from feedsvc.feeds.encode import digest_of, make_ready
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.rendered_entries import EntryCache, RenderedEntry, fit
from feedsvc.model.article import Entry, FeedEntry
from feedsvc.model.document import Problem
from feedsvc.model.feed import Feed, FeedListing, ReadyFeed
from feedsvc.text.failures import Failure, attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFeed:
    """A feed that changed, before its codings are made; rank is its number among listings."""

    listing: FeedListing
    body: bytes
    rank: int

    def ready(self) -> ReadyFeed:
        """Return it with its codings."""
        listing = self.listing
        return make_ready(
            listing.path,
            listing.media_type,
            self.body,
            last_modified=listing.last_modified,
            entries=listing.entries,
            archives=listing.archives,
        )


def changed_feeds(
    feeds: Mapping[str, Feed],
    shown: Sequence[Mapping[str, bytes]],
    *,
    kept: Mapping[str, tuple[str, datetime]],
    made_at: datetime,
    rank: int,
    archives: int,
) -> Iterator[ChangedFeed]:
    """Yield one feed in every format in which it changed, with the same entries in all.

    feeds:   by format, each updated when it was last.
    shown:   the entries by format, in their order.
    kept:    by path, (digest, time of the last change) of the feeds that there are.
    made_at: aware; of the edition being made.
    rank:    of the first format.
    """
    for position, (form, renderer) in enumerate(RENDERERS.items()):
        feed, entries = feeds[form], [entry[form] for entry in shown]
        before = kept.get(feed.path)
        body = renderer.feed(feed, entries)
        # A feed that says what it said before keeps the time of its last change, and so its bytes.
        if before and digest_of(body) == before[0]:
            continue
        if before:
            feed = replace(feed, updated=made_at)
            body = renderer.feed(feed, entries)
        listing = FeedListing(
            path=feed.path,
            category=feed.category,
            language=feed.language,
            format=feed.format,
            media_type=renderer.media_type,
            title=feed.title,
            bytes=len(body),
            entries=len(entries),
            last_modified=feed.updated,
            archives=archives,
        )
        yield ChangedFeed(listing=listing, body=body, rank=rank + position)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """What a feed is rendered from.

    feeds:       by format, each updated when it was last.
    entries:     in the order of the feed.
    kept:        by path, (digest, time of the last change) of these feeds as they are.
    made_at:     aware; of the edition being made.
    rank:        of the first format among listings.
    max_bytes:   of the feed in each format.
    bound:       ids of articles that are never left out. archives: pages that it leads back to.
    corrections: it shows each article as what was corrected.
    """

    feeds: Mapping[str, Feed]
    entries: tuple[FeedEntry, ...]
    kept: Mapping[str, tuple[str, datetime]]
    made_at: datetime
    rank: int
    max_bytes: int
    bound: frozenset[str] = frozenset()
    archives: int = 0
    corrections: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """A feed in every format in which it changed.

    ready:  the changed feeds with their codings, where these were asked for.
    faults: why entries are left out. sound: the first document of each other entry.
    """

    changed: tuple[ChangedFeed, ...]
    ready: tuple[ReadyFeed, ...] = ()
    faults: tuple[tuple[Problem, Failure], ...] = ()
    sound: tuple[str, ...] = ()


def render_feed(job: RenderJob, entry_cache: EntryCache) -> RenderResult:
    """Return the feed that *job* asks for; an entry that cannot be written is left out, and the others are served.

    entry_cache: entries that other feeds rendered; those of this feed are added.
    """
    feeds, faults = job.feeds, []
    done: list[RenderedEntry] = []
    render_entry = partial(entry_cache.rendered, feeds=feeds, variant="correction" if job.corrections else "")
    for entry in _entries(job, entry_cache):
        rendered = attempt(render_entry, entry)
        if isinstance(rendered, Failure):
            article = entry.article
            problem = Problem(source=article.source, path=article.origins[0], message=rendered.reason)
            faults.append((problem, rendered))
        else:
            done.append(rendered)
    if faults:  # what cannot be written is missing, so this is not all there is
        feeds = {form: replace(feed, chain=replace(feed.chain, complete=False)) for form, feed in feeds.items()}
    heads = {form: len(renderer.feed(feeds[form], [])) for form, renderer in RENDERERS.items()}
    changed = changed_feeds(
        feeds,
        fit(done, heads, max_bytes=job.max_bytes, bound=job.bound),
        kept=job.kept,
        made_at=job.made_at,
        rank=job.rank,
        archives=job.archives,
    )
    return RenderResult(changed=tuple(changed), faults=tuple(faults), sound=_sound(done))


def render_and_encode(job: RenderJob) -> RenderResult:
    """Do what `render_feed` does, and encode the feeds that changed."""
    result = render_feed(job, EntryCache())
    return replace(result, ready=tuple(feed.ready() for feed in result.changed))


def _entries(job: RenderJob, entry_cache: EntryCache) -> Iterable[Entry]:
    entries = map(entry_cache.entry, job.entries)
    return map(correction_of, entries) if job.corrections else entries


def _sound(entries: Sequence[RenderedEntry]) -> tuple[str, ...]:
    return tuple(rendered.entry.article.origins[0] for rendered in entries)
