"""Write Atom 1.0, with tombstones for entries that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc.feeds.entry import entry_id
from feedsvc.feeds.feedxml import atom_entry, atom_feed
from feedsvc.model.feed import Feed, Item


class Atom:
    """Write Atom 1.0 (RFC 4287) with deleted entries (RFC 6721)."""

    name = "atom"
    media_type = "application/atom+xml; charset=utf-8"

    def entry(self, _feed: Feed, item: Item) -> bytes:
        return atom_entry(item)

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        gone = tuple(replace(tombstone, id=entry_id(tombstone.id, feed)) for tombstone in feed.tombstones)
        return atom_feed(replace(feed, tombstones=gone), entries)
