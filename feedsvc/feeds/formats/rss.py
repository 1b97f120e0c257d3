"""Write RSS 2.0."""

from __future__ import annotations

from collections.abc import Sequence

from feedsvc.feeds.feedxml import rss_feed, rss_item
from feedsvc.model.feed import Feed, Item


class Rss:
    """Write RSS 2.0 as the RSS Board's specification and its Best Practices Profile have it."""

    name = "rss"
    media_type = "application/rss+xml; charset=utf-8"

    def entry(self, feed: Feed, item: Item) -> bytes:
        return rss_item(item, feed_language=feed.languages[0])

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        return rss_feed(feed, entries)
