"""Write a feed in every format, and keep to what it was where it says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedsvc.model.feeds import Feed, FeedListing, ReadyFeed
from feedsvc.press.ready import digest_of, make_ready
from feedsvc.renderers import RENDERERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Hold a feed that changed, before its codings are made; rank is its number among listings."""

    listing: FeedListing
    body: bytes
    rank: int

    def ready(self) -> ReadyFeed:
        """Return it with its codings."""
        listing = self.listing
        return make_ready(
            listing.path,
            listing.media_type,
            self.body,
            last_modified=listing.last_modified,
            entries=listing.entries,
            archives=listing.archives,
        )


def changed_sheets(
    feeds: Mapping[str, Feed],
    shown: Sequence[Mapping[str, bytes]],
    *,
    kept: Mapping[str, tuple[str, datetime]],
    made_at: datetime,
    rank: int,
    archives: int,
) -> Iterator[Sheet]:
    """Yield one feed in every format in which it changed, with the same entries in all.

    feeds:   by format, each updated when it was last.
    shown:   the entries by format, in their order.
    kept:    by path, (digest, time of the last change) of the feeds that there are.
    made_at: aware; of the edition being made.
    rank:    of the first format.
    """
    for position, (form, renderer) in enumerate(RENDERERS.items()):
        feed, entries = feeds[form], [entry[form] for entry in shown]
        before = kept.get(feed.path)
        body = renderer.feed(feed, entries)
        # A feed that says what it said before keeps the time of its last change, and so its bytes.
        if before and digest_of(body) == before[0]:
            continue
        if before:
            feed = replace(feed, updated=made_at)
            body = renderer.feed(feed, entries)
        listing = FeedListing(
            path=feed.path,
            category=feed.category,
            language=feed.language,
            format=feed.format,
            media_type=renderer.media_type,
            title=feed.title,
            bytes=len(body),
            entries=len(entries),
            last_modified=feed.updated,
            archives=archives,
        )
        yield Sheet(listing=listing, body=body, rank=rank + position)
