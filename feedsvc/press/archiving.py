"""Print a page of a feed's archive: made when it is first asked for, of what the store holds and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from feedsvc.errors import RenderError
from feedsvc.feeds import archive_path, describe_feed, feed_path, feeds_of
from feedsvc.model.feeds import Alternate, ArchivePage, Chain, Feed, ReadyFeed
from feedsvc.packing import unpack
from feedsvc.press.galleys import Galley, Galleys, fit
from feedsvc.press.ready import make_ready
from feedsvc.renderers import RENDERERS
from feedsvc.settings import Imprint, Settings

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
    galleys = list(_set(page, feed))
    head = {form: len(renderer.feed(feed, []))}
    most = settings.feeds.max_bytes * MAX_BYTES_SHARE
    shown = fit(galleys, head, most=most, bound=frozenset(each.entry.article.id for each in galleys))
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


def _set(page: ArchivePage, feed: Feed) -> Iterator[Galley]:
    """Yield the entries that can be written; the pass that kept the others has reported them."""
    galleys = Galleys()
    for entry in page.entries:
        try:
            galley = galleys.of(entry, {feed.format: feed})
        except RenderError:
            continue
        yield galley
