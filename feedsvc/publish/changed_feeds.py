"""Render the feeds that an edition changes: choose their entries, render and encode them, write them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial

from feedsvc.feeds.addresses import ALL, FeedAddress, address_of, feed_lists, feeds_of
from feedsvc.feeds.entry_cache import EntryCache
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.formats.opml import OPML_MEDIA_TYPE, render_opml
from feedsvc.feeds.render import (
    RenderJob,
    RenderResult,
    describe_feed,
    digest_of,
    feed_title,
    make_ready,
    render_and_encode,
    render_feed,
    schemes_of,
)
from feedsvc.model.feed import OF_CORRECTIONS, Feed, FeedListing, ReadyFeed
from feedsvc.publish.changed_partner_feeds import PartnerFeeds
from feedsvc.publish.context import PassContext

YOUNG = timedelta(hours=48)
TOMBSTONES = 50
THREADS = 3  # one for each format
AHEAD = 4  # feeds, each in all formats, that wait in memory for their codings
CORRECTIONS_RANK = 1_000_000  # feeds of corrections are listed after all others, whose number may grow
RENDERING = "(feeds)"  # the source of problems that only rendering finds


class FeedRenderer:
    """Render feeds inside the transaction of a pass.

    entry_cache: entries that former passes rendered; this pass adds its own.
    """

    def __init__(self, context: PassContext, entry_cache: EntryCache) -> None:
        tx = context.tx
        self._context = context
        self._entry_cache = entry_cache
        self._pool = context.pool
        self._placements = tx.placements
        self._archives = tx.archives
        self._documents = tx.documents
        self._corrections = tx.corrections
        self._settings = context.settings
        self._young = context.now - YOUNG
        self._made_at = context.made_at
        self._troubled = tx.documents.problem_paths(RENDERING)
        self._kept = tx.placements.feeds()
        self._spoken: dict[str, frozenset[str]] = {}
        # For each feed anew, they took most of a first pass over 1,000 categories.
        self._schemes = cache(partial(schemes_of, context.settings))

    def render(self, touched: set[str]) -> tuple[str, ...]:
        """Render the feeds of the *touched* categories, and new feeds; return the paths of changed feeds."""
        changed: list[str] = []
        lists = [address.path for address in feed_lists(self._settings)]
        paths: list[str] = [*lists]
        jobs = self._jobs(touched, paths)
        for result in (
            self._pool.map(render_and_encode, jobs, at_once=1) if self._pool.is_running else self._rendered_here(jobs)
        ):
            self._report(result)
            for feed, ready in zip(result.changed, result.ready, strict=True):
                self._placements.put_feed(ready, feed.listing, rank=feed.rank)
                changed.append(ready.path)
        partners = PartnerFeeds(self._context, self._entry_cache, kept=self._kept)
        changed += partners.render(touched)
        # Workers and networks answer from their caches until an edition says that a feed is gone.
        changed += sorted(self._placements.drop_feeds(but=[*paths, *partners.paths]))
        if changed or not self._kept.keys() >= set(lists):
            changed += self._render_opml()
        return tuple(changed)

    def _rendered_here(self, jobs: Iterable[RenderJob]) -> Iterator[RenderResult]:
        """Yield feeds rendered in this process, with the entries of the cache.

        Threads compress feeds while the next are rendered, because compression frees the interpreter.
        """
        encoding: deque[tuple[RenderResult, list[Future[ReadyFeed]]]] = deque()
        with ThreadPoolExecutor(THREADS) as threads:
            for job in jobs:
                result = render_feed(job, self._entry_cache)
                encoding.append((result, [threads.submit(feed.ready) for feed in result.changed]))
                while len(encoding) > AHEAD:
                    yield _encoded(*encoding.popleft())
            while encoding:
                yield _encoded(*encoding.popleft())

    def _report(self, result: RenderResult) -> None:
        """Note the problems of entries that cannot be rendered, and delete those of entries that can again."""
        for problem, failure in result.faults:
            self._documents.put_failed(RENDERING, problem, failure)
        for path in self._troubled.intersection(result.sound):
            self._documents.put_problems(RENDERING, path, [])

    def _jobs(self, touched: set[str], paths: list[str]) -> Iterator[RenderJob]:
        """Yield jobs for the feeds that may have changed, and add the paths of all feeds to *paths*."""

        def is_due(category: str, forms: Iterable[str]) -> bool:
            is_over = ALL in touched and self._begin_of(category) is not None
            return category in touched or is_over or not self._kept.keys() >= set(forms)

        for category, language in feeds_of(self._settings):
            forms = [FeedAddress(category=category, language=language, format=form).path for form in RENDERERS]
            paths += forms
            if is_due(category, forms):
                yield self._job(category, language, rank=len(paths))
        corrected = self._corrections.categories()
        for number, category in enumerate((ALL, *(category.slug for category in self._settings.all_feeds))):
            forms = [address.path for address in _corrections_of(category)]
            # A feed that was offered stays, even if all its entries are gone.
            if category in corrected or not self._kept.keys().isdisjoint(forms):
                paths += forms
                if is_due(category, forms):
                    yield self._job_of_corrections(category, rank=CORRECTIONS_RANK + number * len(RENDERERS))

    def _job(self, category: str, language: str | None, *, rank: int) -> RenderJob:
        archives = self._archives.sealed(category, language)
        unsealed = self._archives.unsealed(category, language, sealed=archives)
        entries = self._placements.entries(
            category=category,
            language=language,
            limit=self._settings.feeds.limit,
            young=self._young,
            unsealed=unsealed,
            since=self._begin_of(category),
        )
        is_complete = archives == 0 and unsealed <= {entry.article for entry in entries}
        notices = self._placements.notices(category=category, language=language)
        if notices:  # at their former positions
            entries = tuple(sorted([*entries, *notices], key=lambda entry: entry.sequence, reverse=True))
        feeds = self._described(category, language, archives=archives, is_complete=is_complete)
        return RenderJob(
            feeds=feeds,
            entries=entries,
            kept=self._kept_of(feeds),
            made_at=self._made_at,
            rank=rank,
            max_bytes=self._settings.feeds.max_bytes,
            bound=unsealed,
            archives=archives,
        )

    def _begin_of(self, category: str) -> datetime | None:
        """Return the least date of the entries of a feed that shows them for a while only."""
        feed = self._settings.category(category)
        within = feed.selection.within if feed is not None and feed.selection is not None else None
        return None if within is None else self._made_at - within

    def _job_of_corrections(self, category: str, *, rank: int) -> RenderJob:
        archives = self._archives.sealed(category, OF_CORRECTIONS)
        unsealed = self._archives.unsealed(category, OF_CORRECTIONS, sealed=archives)
        tombstones = self._corrections.tombstones(category, limit=TOMBSTONES)
        entries = self._corrections.entries(category, limit=self._settings.feeds.limit, unsealed=unsealed)
        is_complete = archives == 0 and unsealed <= {entry.article for entry in entries}
        feeds = {}
        for address in _corrections_of(category):
            _, updated = self._kept.get(address.path, (None, self._made_at))
            feed = describe_feed(self._settings, address, updated=updated, schemes=self._schemes)
            chain = replace(address.chain(archives, base_url=self._settings.site.base_url), complete=is_complete)
            feeds[address.format] = replace(feed, tombstones=tombstones, chain=chain)
        return RenderJob(
            feeds=feeds,
            entries=entries,
            kept=self._kept_of(feeds),
            made_at=self._made_at,
            rank=rank,
            max_bytes=self._settings.feeds.max_bytes,
            bound=unsealed,
            archives=archives,
            corrections=True,
        )

    def _kept_of(self, feeds: Mapping[str, Feed]) -> Mapping[str, tuple[str, datetime]]:
        return {feed.path: self._kept[feed.path] for feed in feeds.values() if feed.path in self._kept}

    def _described(
        self, category: str, language: str | None, *, archives: int, is_complete: bool
    ) -> Mapping[str, Feed]:
        """Return, by format, the feeds of *category* and *language* without their entries."""
        if category not in self._spoken:
            self._spoken[category] = self._placements.spoken(category, self._settings.site.languages)
        tombstones = self._placements.tombstones(category=category, language=language, limit=TOMBSTONES)
        described = {}
        for form in RENDERERS:
            address = FeedAddress(category=category, language=language, format=form)
            _, updated = self._kept.get(address.path, (None, self._made_at))
            feed = describe_feed(
                self._settings, address, updated=updated, languages=self._spoken[category], schemes=self._schemes
            )
            chain = replace(address.chain(archives, base_url=self._settings.site.base_url), complete=is_complete)
            described[form] = replace(feed, tombstones=tombstones, chain=chain)
        return described

    def _render_opml(self) -> Iterator[str]:
        """Render the changed lists of feeds, and yield their paths."""
        listings = [listing for listing in self._placements.listings() if not address_of(listing).is_of_corrections]
        for address in feed_lists(self._settings):
            path = address.path
            listed = self._offered(listings, address.language)
            kept = self._kept.get(path)
            modified = kept[1] if kept else self._made_at
            body = self._opml(listed, address, modified)
            if kept and digest_of(body) == kept[0]:
                continue
            if kept:
                modified = self._made_at
                body = self._opml(listed, address, modified)
            ready = make_ready(path, OPML_MEDIA_TYPE, body, last_modified=modified, entries=len(listed))
            nowhere = FeedListing(
                path=path,
                category="",
                language=None,
                format="opml",
                media_type=OPML_MEDIA_TYPE,
                title="",
                bytes=len(body),
                entries=len(listed),
                last_modified=modified,
            )
            self._placements.put_feed(ready, nowhere, rank=0)
            yield path

    def _offered(self, listings: Sequence[FeedListing], language: str | None) -> list[FeedListing]:
        """Return the feeds in *language*; None for the site's first language, or all languages if nothing is in it.

        Whoever imports a list subscribes to all of it, and would get each article once for each feed.
        """
        languages = self._settings.site.languages
        if language is None and len(languages) > 1:
            its = [listing for listing in listings if listing.language == languages[0]]
            if any(listing.entries for listing in its):
                return its
        return [listing for listing in listings if listing.language == language]

    def _opml(self, listings: Sequence[FeedListing], address: FeedAddress, modified: datetime) -> bytes:
        settings = self._settings
        return render_opml(
            listings,
            title=feed_title(settings, address),
            base_url=settings.site.base_url,
            home=lambda listing: settings.site.base_url + address_of(listing).home(settings.site.page_languages),
            modified=modified,
        )


def _corrections_of(category: str) -> list[FeedAddress]:
    """Return the feed of corrections of *category* in every format."""
    return [FeedAddress(category=category, format=form, is_of_corrections=True) for form in RENDERERS]


def _encoded(result: RenderResult, ready: Sequence[Future[ReadyFeed]]) -> RenderResult:
    return replace(result, ready=tuple(future.result() for future in ready))
