"""Keep what the last edition holds at hand, so that a poll need not open the store."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from feedsvc.model.feeds import Edition, FeedListing, ReadyFeed
from feedsvc.ports import Library

MAX_BYTES = 64_000_000
# An answer is at most this much older than the store. Asking an SQLite store takes about 0.15 ms.
REFRESH_S = 0.01


class Holdings:
    """Read a library and keep what was read for as long as its edition stands; safe to call from several threads.

    The store's identity and the number are always asked before anything is read, so what is kept is never older than
    its edition. The number alone would not do: in a store put in the place of another it starts at 1 again.

    max_bytes: of the feeds kept; those asked for last stay.
    clock:     seconds, never going back.
    """

    def __init__(
        self,
        library: Library,
        *,
        max_bytes: int = MAX_BYTES,
        refresh_s: float = REFRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.published = library
        self._max_bytes = max_bytes
        self._refresh_s = refresh_s
        self._clock = clock
        self._lock = Lock()
        self._ask_at = clock()
        self._key: tuple[object, int] = (None, 0)
        self._feeds: OrderedDict[str, ReadyFeed] = OrderedDict()
        self._bytes = 0
        self._listings: tuple[object, tuple[FeedListing, ...]] | None = None
        self._edition: tuple[object, Edition] | None = None

    def number(self) -> int:
        """Return the number of the last edition; 0 when nothing was ever published.

        raises: StoreError, as do the other methods.
        """
        return self._standing()[1]

    def _standing(self) -> tuple[object, int]:
        """Return the identity of the store and the number of its last edition, and forget what another one held."""
        with self._lock:
            now = self._clock()
            if now >= self._ask_at:
                key = (self.published.identity(), self.published.edition_number())
                self._ask_at = now + self._refresh_s
                if key != self._key:
                    self._key = key
                    self._feeds.clear()
                    self._bytes = 0
            return self._key

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*, None when there is none."""
        key = self._standing()
        with self._lock:
            held = self._feeds.get(path)
            if held is not None:
                self._feeds.move_to_end(path)
                return held
        feed = self.published.ready(path)
        if feed is not None:
            self._keep(feed, key=key)
        return feed

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed of the edition, in the library's order."""
        key = self._standing()
        kept = self._listings
        if kept is None or kept[0] != key:
            kept = self._listings = (key, self.published.listings())
        return kept[1]

    def edition(self) -> Edition:
        """Return the last edition."""
        key = self._standing()
        kept = self._edition
        if kept is None or kept[0] != key:
            kept = self._edition = (key, self.published.edition())
        return kept[1]

    def _keep(self, feed: ReadyFeed, *, key: tuple[object, int]) -> None:
        size = _size(feed)
        with self._lock:
            if key != self._key or feed.path in self._feeds or size > self._max_bytes:
                return
            self._feeds[feed.path] = feed
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, oldest = self._feeds.popitem(last=False)
                self._bytes -= _size(oldest)


def _size(feed: ReadyFeed) -> int:
    return len(feed.body) + len(feed.gzip or b"") + len(feed.brotli or b"")
