"""Put articles into the feeds of the newsroom's own, whose selections they fit."""

from __future__ import annotations

from collections.abc import Iterable

from feedsvc.model.article import Article
from feedsvc.model.feed import Category
from feedsvc.model.packing import pack, unpack
from feedsvc.publish.context import PassContext
from feedsvc.stores.batches import chunks

MARK = "own feeds"  # of the selections that the placements of the last edition follow
AT_ONCE = 200  # articles


def feeds_that_take(article: Article, feeds: Iterable[Category]) -> tuple[str, ...]:
    """Return the slugs of those of *feeds* that *article* fits."""
    return tuple(feed.slug for feed in feeds if feed.selection is not None and feed.selection.fits(article))


def fill_own_feeds(context: PassContext) -> set[str]:
    """Fill the feeds whose selections are new, empty those that are gone; return the slugs of those that are filled.

    Only a change of the configuration costs this: a look at every article.
    """
    tx, feeds = context.tx, context.settings.own_feeds
    wanted = {feed.slug: pack(feed.selection).decode() for feed in feeds}
    known = unpack((tx.placements.mark(MARK) or "{}").encode(), dict[str, str])
    if wanted == known:
        return set()
    stale = {slug for slug in known if known[slug] != wanted.get(slug)}
    fresh = [feed for feed in feeds if known.get(feed.slug) != wanted[feed.slug]]
    for slug in sorted(stale):
        tx.placements.empty(slug)
    for batch in chunks(tx.articles.ids() if fresh else [], AT_ONCE):
        articles = [entry.article for entry in tx.articles.live_entries(batch)]
        for feed in fresh:
            taken = [article.id for article in articles if feeds_that_take(article, [feed])]
            tx.placements.fill(feed.slug, taken)
    tx.placements.end_batch()
    tx.placements.put_mark(MARK, pack(wanted).decode())
    return {feed.slug for feed in fresh}
