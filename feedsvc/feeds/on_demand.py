"""Print a page of a feed's archive: made when it is first asked for, of what the store holds and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsvc.config.settings import Imprint, Settings
from feedsvc.feeds.addresses import ALL, archive_path, describe_feed, feed_path, feeds_of, search_page_path, search_path
from feedsvc.feeds.encode import make_ready
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.formats.entry import entry_dates
from feedsvc.feeds.rendered_entries import EntryCache, RenderedEntry, fit
from feedsvc.model.article import Entry
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Alternate, ArchivePage, Chain, Feed, Found, ReadyFeed
from feedsvc.model.packing import unpack

# A page holds more entries than a feed does, is fetched once, and leads no poller to fetch it again.
MAX_BYTES_SHARE = 4
POLL_INTERVAL_S = 86_400


def print_archive(page: ArchivePage, form: str, settings: Settings) -> ReadyFeed | None:
    """Return *page* in the format *form*; None when its feed is none of the edition's.

    settings: any; what the edition's say of feeds comes with the page, so that every process prints the same bytes.
    """
    settings = settings.under(unpack(page.imprint.encode(), Imprint)) if page.imprint else settings
    renderer = RENDERERS.get(form)
    if renderer is None or (page.category, page.language) not in feeds_of(settings):
        return None
    feed = _described(page, form, settings)
    entry_cache = list(_set(page, feed))
    head = {form: len(renderer.feed(feed, []))}
    most = settings.feeds.max_bytes * MAX_BYTES_SHARE
    shown = fit(entry_cache, head, most=most, bound=frozenset(each.entry.article.id for each in entry_cache))
    body = renderer.feed(feed, [entry[form] for entry in shown])
    return make_ready(
        feed.path,
        renderer.media_type,
        body,
        last_modified=page.changed,
        entries=len(shown),
        archives=page.last,
    )


def _described(page: ArchivePage, form: str, settings: Settings) -> Feed:
    """Return what the page is besides its entries: the feed itself, at another place, and seldom polled."""
    category, language, number = page.category, page.language, page.number
    base_url = settings.site.base_url
    feed = describe_feed(settings, category, language, form, media_types={}, spoken=frozenset(), updated=page.changed)

    def url(other: int) -> str | None:
        return base_url + archive_path(category, language, other, form) if 1 <= other <= page.last else None

    path = archive_path(category, language, number, form)
    return replace(
        feed,
        path=path,
        url=base_url + path,
        poll_interval_s=POLL_INTERVAL_S,
        # Pages of the same number hold other entries in other languages.
        alternates=tuple(
            Alternate(
                href=base_url + archive_path(category, language, number, other),
                media_type=renderer.media_type,
                language=language,
                title=feed.title,
            )
            for other, renderer in RENDERERS.items()
            if other != form
        ),
        tombstones=page.tombstones,
        chain=Chain(
            current=base_url + feed_path(category, language, form), previous=url(number - 1), following=url(number + 1)
        ),
    )


def _set(page: ArchivePage, feed: Feed) -> Iterator[RenderedEntry]:
    """Yield the entries that can be written; the pass that kept the others has reported them."""
    entry_cache = EntryCache()
    for entry in page.entries:
        try:
            rendered = entry_cache.of(entry, {feed.format: feed})
        except RenderError:
            continue
        yield rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched for, and where.

    text: of the question, as `feedsvc.text.search_words.ask` spells it.
    """

    text: str
    category: str = ALL
    language: str | None = None


def print_search(found: Found, search: Search, form: str, settings: Settings, *, made_at: datetime) -> ReadyFeed:
    """Return what was *found* as a feed in the format *form*, one of RENDERERS.

    What it says depends on the entries alone: it is the same in every edition that has the same ones. It says that it
    was updated when the last of them was, for when an entry left it nobody knows.

    settings: any; what the edition's say of feeds comes with what was found.
    made_at:  aware; of the edition, before which nothing of it may be taken for unchanged.
    """
    settings = settings.under(unpack(found.imprint.encode(), Imprint)) if found.imprint else settings
    renderer = RENDERERS[form]
    feed = _described_answering(search, form, settings)
    entry_cache = _set_answering(found.entries, feed)
    updated = max((entry_dates(each.entry, feed)[1] for each in entry_cache), default=feed.updated)
    feed = replace(feed, updated=updated)
    shown = fit(entry_cache, {form: len(renderer.feed(feed, []))}, most=settings.feeds.max_bytes)
    body = renderer.feed(feed, [entry[form] for entry in shown])
    return make_ready(feed.path, renderer.media_type, body, last_modified=made_at, entries=len(shown))


def _described_answering(search: Search, form: str, settings: Settings) -> Feed:
    """Return what the feed is besides its entries: its category's, with an address and a name of its own."""
    site = settings.site
    nothing_yet = datetime.fromisoformat((site.authority_date + "-01-01")[:10]).replace(tzinfo=UTC)
    feed = describe_feed(
        settings,
        search.category,
        search.language,
        form,
        media_types={},
        spoken=frozenset(),
        updated=nothing_yet,
    )
    path = search_path(search.text, search.language, search.category, form)
    home = search_page_path(search.text, search.language, search.category)
    title = f"{feed.title}: {search.text}"
    return replace(
        feed,
        id=f"tag:{site.authority},{site.authority_date}:feed{home}",
        path=path,
        url=site.base_url + path,
        home=site.base_url + home,
        title=title,
        alternates=tuple(
            Alternate(
                href=site.base_url + search_path(search.text, search.language, search.category, other),
                media_type=renderer.media_type,
                language=search.language,
                title=title,
            )
            for other, renderer in RENDERERS.items()
            if other != form
        ),
    )


def _set_answering(entries: tuple[Entry, ...], feed: Feed) -> list[RenderedEntry]:
    """Return the entries that can be written; the pass that kept the others has reported them."""
    entry_cache, done = EntryCache(), []
    for entry in entries:
        try:
            done.append(entry_cache.of(entry, {feed.format: feed}))
        except RenderError:
            continue
    return done


def is_searched(search: Search, settings: Settings) -> bool:
    """Return whether there is such a category, and such a language."""
    return (search.category, search.language) in feeds_of(settings)
