"""Write Atom 1.0, with tombstones for what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc.feedxml import atom_feed
from feedsvc.model.articles import Entry
from feedsvc.model.feeds import Feed
from feedsvc.renderers.items import entry_id, make_items


class Atom:
    """Write Atom 1.0 (RFC 4287) with deleted entries (RFC 6721)."""

    name = "atom"
    media_type = "application/atom+xml; charset=utf-8"

    def render(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """Return the feed as bytes.

        entries: newest first.
        raises:  RenderError.
        """
        gone = tuple(replace(each, id=entry_id(each.id, feed)) for each in feed.tombstones)
        return atom_feed(replace(feed, tombstones=gone), tuple(make_items(feed, entries)))
