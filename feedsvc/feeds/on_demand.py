"""Render archive pages and searches when they are asked for, from the entries of the store only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsvc.articles.revisions import correction_of
from feedsvc.config.settings import Imprint, Settings
from feedsvc.feeds.addresses import ALL, FeedAddress, feeds_of
from feedsvc.feeds.entry_cache import RenderedEntry, render_entry
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.published_and_updated import last_update
from feedsvc.feeds.render import describe_feed, fit, make_ready
from feedsvc.model.article import Entry
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import OF_CORRECTIONS, ArchivePage, Feed, Found, ReadyFeed
from feedsvc.model.packing import unpack
from feedsvc.text.search_words import Label

# A page holds more entries than a feed does, is fetched once, and leads no poller to fetch it again.
MAX_BYTES_SHARE = 4


def render_archive(page: ArchivePage, form: str, settings: Settings) -> ReadyFeed | None:
    """Return *page* in the format *form*; None when its feed is none of the edition's.

    settings: any; the page brings the edition's settings for feeds, so that every process renders the same bytes.
    """
    settings = settings.under(unpack(page.imprint.encode(), Imprint)) if page.imprint else settings
    renderer = RENDERERS.get(form)
    is_of_corrections = page.language == OF_CORRECTIONS
    language = None if is_of_corrections else page.language
    if renderer is None or (page.category, language) not in feeds_of(settings):
        return None
    address = FeedAddress(
        category=page.category,
        language=language,
        format=form,
        page=page.number,
        is_of_corrections=is_of_corrections,
    )
    feed = replace(
        describe_feed(settings, address, updated=page.changed),
        tombstones=page.tombstones,
        chain=address.chain(page.last, base_url=settings.site.base_url),
    )
    max_bytes = settings.feeds.max_bytes * MAX_BYTES_SHARE
    corrected = tuple(map(correction_of, page.entries)) if is_of_corrections else page.entries
    entries = _rendered(corrected, feed, max_bytes=max_bytes)
    head = {form: len(renderer.feed(feed, []))}
    shown = fit(entries, head, max_bytes=max_bytes, bound=frozenset(rendered.article for rendered in entries))
    body = renderer.feed(feed, [entry[form] for entry in shown])
    return make_ready(
        feed.path,
        renderer.media_type,
        body,
        last_modified=page.changed,
        entries=len(shown),
        archives=page.last,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search within a category and a language.

    text: of the question, as `feedsvc.text.search_words.ask` spells it.
    """

    text: str
    category: str = ALL
    language: str | None = None

    def address(self, form: str) -> FeedAddress:
        """Return the address of the feed of its results."""
        return FeedAddress(category=self.category, language=self.language, format=form, query=self.text)


def render_search(found: Found, search: Search, form: str, settings: Settings, *, made_at: datetime) -> ReadyFeed:
    """Return the entries *found* as a feed in the format *form*, a key of RENDERERS.

    The feed depends only on its entries: editions that find the same ones give the same bytes. It was updated when the
    last of them was, because nothing tells when an entry left it.

    settings: any; *found* brings the edition's settings for feeds.
    made_at:  aware; of the edition, before which nothing of it may be taken for unchanged.
    """
    return _render_found(found, search.address(form), settings, made_at=made_at)


def render_label(found: Found, label: Label, form: str, settings: Settings, *, made_at: datetime) -> ReadyFeed:
    """Return the entries *found*, which all have *label*, as `render_search` does."""
    return _render_found(found, FeedAddress(label=label, format=form), settings, made_at=made_at)


def _render_found(found: Found, address: FeedAddress, settings: Settings, *, made_at: datetime) -> ReadyFeed:
    settings = settings.under(unpack(found.imprint.encode(), Imprint)) if found.imprint else settings
    renderer = RENDERERS[address.format]
    nothing_yet = datetime.fromisoformat((settings.site.authority_date + "-01-01")[:10]).replace(tzinfo=UTC)
    feed = describe_feed(settings, address, updated=nothing_yet)
    entries = _rendered(found.entries, feed, max_bytes=settings.feeds.max_bytes)
    written = {rendered.article for rendered in entries}
    feed = replace(feed, updated=last_update((one for one in found.entries if one.article.id in written), feed))
    shown = fit(entries, {address.format: len(renderer.feed(feed, []))}, max_bytes=settings.feeds.max_bytes)
    body = renderer.feed(feed, [entry[address.format] for entry in shown])
    return make_ready(feed.path, renderer.media_type, body, last_modified=made_at, entries=len(shown))


def _rendered(entries: tuple[Entry, ...], feed: Feed, *, max_bytes: int) -> list[RenderedEntry]:
    """Return the entries that can be written; the pass has reported the others."""
    done = []
    for entry in entries:
        try:
            done.append(render_entry(entry, {feed.format: feed}, max_bytes=max_bytes))
        except RenderError:
            continue
    return done


def is_searched(search: Search, settings: Settings) -> bool:
    """Return whether the site has the category and the language of *search*."""
    return (search.category, search.language) in feeds_of(settings)
