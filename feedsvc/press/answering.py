"""Print what was found for a question as a feed, so that a search can be subscribed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsvc.errors import RenderError
from feedsvc.feeds import ALL, describe_feed, feeds_of, search_page_path, search_path
from feedsvc.model.articles import Entry
from feedsvc.model.feeds import Alternate, Feed, Found, ReadyFeed
from feedsvc.packing import unpack
from feedsvc.press.galleys import Galley, Galleys, fit
from feedsvc.press.ready import make_ready
from feedsvc.renderers import RENDERERS
from feedsvc.renderers.items import entry_dates
from feedsvc.settings import Imprint, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Hold what is searched for, and where.

    text: of the question, as `feedsvc.search.ask` spells it.
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
    feed = _described(search, form, settings)
    galleys = _set(found.entries, feed)
    updated = max((entry_dates(each.entry, feed)[1] for each in galleys), default=feed.updated)
    feed = replace(feed, updated=updated)
    shown = fit(galleys, {form: len(renderer.feed(feed, []))}, most=settings.feeds.max_bytes)
    body = renderer.feed(feed, [entry[form] for entry in shown])
    return make_ready(feed.path, renderer.media_type, body, last_modified=made_at, entries=len(shown))


def _described(search: Search, form: str, settings: Settings) -> Feed:
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


def _set(entries: tuple[Entry, ...], feed: Feed) -> list[Galley]:
    """Return the entries that can be written; the pass that kept the others has reported them."""
    galleys, done = Galleys(), []
    for entry in entries:
        try:
            done.append(galleys.of(entry, {feed.format: feed}))
        except RenderError:
            continue
    return done


def is_searched(search: Search, settings: Settings) -> bool:
    """Return whether there is such a category, and such a language."""
    return (search.category, search.language) in feeds_of(settings)
