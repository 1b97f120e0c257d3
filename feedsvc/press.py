"""Print the feeds that an edition changes: entries chosen, rendered within the limits, made ready, kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from feedsvc.errors import RenderError
from feedsvc.feeds import (
    ALL,
    archive_path,
    corrections_path,
    describe_corrections,
    describe_feed,
    feed_path,
    feed_title,
    feeds_of,
    home_path,
    is_of_corrections,
    opml_paths,
)
from feedsvc.galleys import Galley, Galleys, fit
from feedsvc.model.articles import Entry
from feedsvc.model.documents import Problem
from feedsvc.model.feeds import Chain, Feed, FeedListing, ReadyFeed
from feedsvc.notices import correction_of, notice_of
from feedsvc.ready import digest_of, make_ready
from feedsvc.renderers import RENDERERS
from feedsvc.renderers.opml import OPML_MEDIA_TYPE, render_opml
from feedsvc.settings import Settings
from feedsvc.sheets import Sheet, changed_sheets
from feedsvc.stores.passing import Pass

YOUNG = timedelta(hours=48)
TOMBSTONES = 50
THREADS = 3  # one a format
AHEAD = 12  # feeds that wait for their codings: their bytes are held
CORRECTIONS_RANK = 1_000_000  # feeds of corrections are listed behind all others, of which there may be ever more
PRESS = "(feeds)"  # stands for a source in the problems that only rendering shows


class Press:
    """Render feeds inside the transaction of a pass.

    galleys: entries that are set already, and will be for the next pass.
    now:     aware; decides only how many young entries a feed may hold beyond its limit.
    made_at: aware; of the edition being made.
    """

    def __init__(self, a_pass: Pass, settings: Settings, galleys: Galleys, *, now: datetime, made_at: datetime) -> None:
        self._galleys = galleys
        self._shelf = a_pass.shelf
        self._archives = a_pass.archives
        self._documents = a_pass.documents
        self._corrections = a_pass.corrections
        self._settings = settings
        self._young = now - YOUNG
        self._made_at = made_at
        self._troubled = a_pass.documents.problem_paths(PRESS)
        self._kept = a_pass.shelf.feeds()
        self._spoken: dict[str, frozenset[str]] = {}
        self._media_types = {form: renderer.media_type for form, renderer in RENDERERS.items()}

    def print(self, touched: set[str]) -> tuple[str, ...]:
        """Render the feeds of the *touched* categories, and those never rendered; return the paths that changed."""
        changed: list[str] = []
        lists = opml_paths(self._settings)
        paths: list[str] = [*lists]
        # Compression lets go of the interpreter: codings are made while the next feeds are set.
        drying: deque[tuple[Sheet, Future[ReadyFeed]]] = deque()
        with ThreadPoolExecutor(THREADS) as threads:
            for sheet in self._sheets(touched, paths):
                drying.append((sheet, threads.submit(sheet.ready)))
                changed.append(sheet.listing.path)
                while len(drying) > AHEAD:
                    self._put(*drying.popleft())
            while drying:
                self._put(*drying.popleft())
        self._shelf.drop_feeds(but=paths)
        if changed or not self._kept.keys() >= set(lists):
            changed += self._print_opml()
        return tuple(changed)

    def _sheets(self, touched: set[str], paths: list[str]) -> Iterator[Sheet]:
        """Yield the feeds that changed, and add to *paths* those of all that there are."""

        def is_due(category: str, forms: Iterable[str]) -> bool:
            return category in touched or not self._kept.keys() >= set(forms)

        for category, language in feeds_of(self._settings):
            forms = [feed_path(category, language, form) for form in RENDERERS]
            paths += forms
            if is_due(category, forms):
                yield from self._printed(category, language, rank=len(paths))
        corrected = self._corrections.categories()
        for number, category in enumerate((ALL, *(each.slug for each in self._settings.categories))):
            forms = [corrections_path(category, form) for form in RENDERERS]
            # One that was offered stays, if all that it held is gone.
            if category in corrected or not self._kept.keys().isdisjoint(forms):
                paths += forms
                if is_due(category, forms):
                    yield from self._printed_corrections(category, rank=CORRECTIONS_RANK + number * len(RENDERERS))

    def _put(self, sheet: Sheet, ready: Future[ReadyFeed]) -> None:
        self._shelf.put_feed(ready.result(), sheet.listing, rank=sheet.rank)

    def _printed(self, category: str, language: str | None, *, rank: int) -> Iterator[Sheet]:
        """Yield the feed of *category* and *language* in every format in which it changed."""
        limit = self._settings.feeds.limit
        archives = self._archives.sealed(category, language)
        unsealed = self._archives.unsealed(category, language, sealed=archives)
        standing = self._shelf.standing(
            category=category, language=language, limit=limit, young=self._young, unsealed=unsealed
        )
        standing = _with_notices(standing, self._shelf.notices(category=category, language=language), language)
        feeds = self._described(category, language, archives=archives)
        galleys = self._set(standing, feeds)
        if len(galleys) < len(standing):  # what cannot be written is missing, so this is not all there is
            feeds = {form: replace(feed, chain=replace(feed.chain, complete=False)) for form, feed in feeds.items()}
        yield from self._changed(feeds, galleys, rank=rank, bound=unsealed, archives=archives)

    def _printed_corrections(self, category: str, *, rank: int) -> Iterator[Sheet]:
        """Yield the feed of what was corrected in *category*, in every format in which it changed."""
        limit = self._settings.feeds.limit
        entries = [correction_of(entry) for entry in self._corrections.standing(category, limit=limit)]
        tombstones = self._corrections.tombstones(category, limit=TOMBSTONES)
        feeds = {}
        for form in RENDERERS:
            _, updated = self._kept.get(corrections_path(category, form), (None, self._made_at))
            feed = describe_corrections(self._settings, category, form, media_types=self._media_types, updated=updated)
            feeds[form] = replace(feed, tombstones=tombstones)
        yield from self._changed(feeds, self._set(entries, feeds, guise="correction"), rank=rank)

    def _changed(
        self,
        feeds: Mapping[str, Feed],
        galleys: Sequence[Galley],
        *,
        rank: int,
        bound: frozenset[str] = frozenset(),
        archives: int = 0,
    ) -> Iterator[Sheet]:
        heads = {form: len(renderer.feed(feeds[form], [])) for form, renderer in RENDERERS.items()}
        shown = fit(galleys, heads, most=self._settings.feeds.max_bytes, bound=bound)
        return changed_sheets(feeds, shown, kept=self._kept, made_at=self._made_at, rank=rank, archives=archives)

    def _described(self, category: str, language: str | None, *, archives: int) -> Mapping[str, Feed]:
        """Return, by format, what the feeds of *category* and *language* are besides their entries."""
        if category not in self._spoken:
            self._spoken[category] = self._shelf.spoken(category, self._settings.site.languages)
        tombstones = self._shelf.tombstones(category=category, language=language, limit=TOMBSTONES)
        described = {}
        for form in RENDERERS:
            _, updated = self._kept.get(feed_path(category, language, form), (None, self._made_at))
            feed = describe_feed(
                self._settings,
                category,
                language,
                form,
                media_types=self._media_types,
                spoken=self._spoken[category],
                updated=updated,
            )
            described[form] = replace(feed, tombstones=tombstones, chain=self._chain(feed, archives))
        return described

    def _chain(self, feed: Feed, archives: int) -> Chain:
        """Return how *feed* leads back: to the last page of its archive, or nowhere, for it holds everything."""
        if not archives:
            return Chain(complete=True)
        path = archive_path(feed.category, feed.language, archives, feed.format)
        return Chain(previous=self._settings.site.base_url + path)

    def _set(self, entries: Sequence[Entry], feeds: Mapping[str, Feed], *, guise: str = "") -> list[Galley]:
        """Return *entries* set in every format; one that cannot be written is reported, and the others are served."""
        done = []
        for entry in entries:
            path = entry.article.origins[0]
            try:
                done.append(self._galleys.of(entry, feeds, guise=guise))
            except RenderError as error:
                problem = Problem(source=entry.article.source, path=path, message=str(error))
                self._documents.put_problems(PRESS, path, [problem])
            else:
                if path in self._troubled:
                    self._documents.put_problems(PRESS, path, [])
        return done

    def _print_opml(self) -> Iterator[str]:
        """Print the lists of feeds that changed; yield their paths."""
        listings = [each for each in self._shelf.listings() if not is_of_corrections(each)]
        for path, language in zip(opml_paths(self._settings), (None, *self._settings.site.languages), strict=False):
            listed = [each for each in listings if language in {None, each.language}]
            kept = self._kept.get(path)
            modified = kept[1] if kept else self._made_at
            body = self._opml(listed, language, modified)
            if kept and digest_of(body) == kept[0]:
                continue
            if kept:
                modified = self._made_at
                body = self._opml(listed, language, modified)
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
            self._shelf.put_feed(ready, nowhere, rank=0)
            yield path

    def _opml(self, listings: Sequence[FeedListing], language: str | None, modified: datetime) -> bytes:
        settings = self._settings
        return render_opml(
            listings,
            settings.categories,
            title=feed_title(settings, ALL, language),
            language=language,
            base_url=settings.site.base_url,
            home=lambda listing: settings.site.base_url + home_path(listing.category),
            modified=modified,
        )


def _with_notices(
    standing: tuple[Entry, ...], notices: Sequence[tuple[int, datetime, Entry]], language: str | None
) -> tuple[Entry, ...]:
    """Return the entries of a feed with the notices of what was withdrawn, each in the place that it had."""
    if not notices:
        return standing
    placed = [(_sequence(entry, language), entry) for entry in standing]
    placed += [(sequence, notice_of(entry, when=when)) for sequence, when, entry in notices]
    return tuple(entry for _, entry in sorted(placed, key=lambda each: each[0], reverse=True))


def _sequence(entry: Entry, language: str | None) -> int:
    versions = entry.article.versions
    return min(each.sequence for each in versions if language is None or each.language == language)
