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

    The number is always asked before anything is read, so what is kept is never older than its edition.

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
        self.library = library
        self._max_bytes = max_bytes
        self._refresh_s = refresh_s
        self._clock = clock
        self._lock = Lock()
        self._ask_at = clock()
        self._number = 0
        self._feeds: OrderedDict[str, ReadyFeed] = OrderedDict()
        self._bytes = 0
        self._listings: tuple[int, tuple[FeedListing, ...]] | None = None
        self._edition: tuple[int, Edition] | None = None

    def number(self) -> int:
        """Return the number of the last edition; 0 when nothing was ever published.

        raises: StoreError, as do the other methods.
        """
        with self._lock:
            now = self._clock()
            if now >= self._ask_at:
                number = self.library.edition_number()
                self._ask_at = now + self._refresh_s
                if number != self._number:
                    self._number = number
                    self._feeds.clear()
                    self._bytes = 0
            return self._number

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*, None when there is none."""
        number = self.number()
        with self._lock:
            held = self._feeds.get(path)
            if held is not None:
                self._feeds.move_to_end(path)
                return held
        feed = self.library.ready(path)
        if feed is not None:
            self._keep(feed, number=number)
        return feed

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed of the edition, in the library's order."""
        number = self.number()
        kept = self._listings
        if kept is None or kept[0] != number:
            kept = self._listings = (number, self.library.listings())
        return kept[1]

    def edition(self) -> Edition:
        """Return the last edition."""
        number = self.number()
        kept = self._edition
        if kept is None or kept[0] != number:
            kept = self._edition = (number, self.library.edition())
        return kept[1]

    def _keep(self, feed: ReadyFeed, *, number: int) -> None:
        size = _size(feed)
        with self._lock:
            if number != self._number or feed.path in self._feeds or size > self._max_bytes:
                return
            self._feeds[feed.path] = feed
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, oldest = self._feeds.popitem(last=False)
                self._bytes -= _size(oldest)


def _size(feed: ReadyFeed) -> int:
    return len(feed.body) + len(feed.gzip or b"") + len(feed.brotli or b"")
