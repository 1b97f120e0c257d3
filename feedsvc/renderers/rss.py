"""Write RSS 2.0."""

from __future__ import annotations

from collections.abc import Sequence

from feedsvc.feedxml import rss_feed
from feedsvc.model.articles import Entry
from feedsvc.model.feeds import Feed
from feedsvc.renderers.items import make_items


class Rss:
    """Write RSS 2.0 as the RSS Board's specification and its Best Practices Profile have it."""

    name = "rss"
    media_type = "application/rss+xml; charset=utf-8"

    def render(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """Return the feed as bytes.

        entries: newest first.
        raises:  RenderError.
        """
        return rss_feed(feed, tuple(make_items(feed, entries)))
