"""The feeds of the last edition in memory, so that a poll need not ask the store."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import FeedAddress
from feedsvc.feeds.on_demand import render_archive
from feedsvc.model.errors import BusyError, StoreAwayError, StoreError
from feedsvc.model.feed import Edition, FeedListing, ReadyFeed
from feedsvc.model.ports import Library
from feedsvc.web.delivery.answer import Prepared, prepare
from feedsvc.web.delivery.poll_counts import Polls

# Rendering one page takes a tenth of a second of one processor, and who waits for it takes a thread from other pages.
WAITING = 8


class Turns:
    """Lets the threads of this process render costly answers one at a time.

    refusal: the message for those who come when too many wait.
    """

    def __init__(self, refusal: str) -> None:
        self._refusal = refusal
        self._rendering = Lock()
        self._waiting = BoundedSemaphore(WAITING)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn to render.

        raises: BusyError if too many wait.
        """
        if not self._waiting.acquire(blocking=False):
            raise BusyError(self._refusal)
        try:
            with self._rendering:
                yield
        finally:
            self._waiting.release()


class Archives(Turns):
    """Renders pages of archives, one at a time in this process.

    settings: for a library that does not have those of its edition.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        super().__init__("too many pages of archives are asked for at once")
        self._library = library
        self._settings = settings

    def ready(self, address: FeedAddress) -> ReadyFeed | None:
        """Return the page at *address* of the last edition; None if there is none, or it is not full."""
        if address.category is None or address.page is None:
            return None
        page = self._library.archive(address.category, address.language, address.page)
        return None if page is None else render_archive(page, address.format, self._settings)


# An answer from a store in a file is at most this old.
REFRESH_S = 0.02
# While one thread asks the store, the others answer from the cache, unless its last answer is older than this.
LATE_S = 0.25
# A store on another machine may never answer: no thread waits longer for the question of another.
PATIENCE_S = 1.0
# After a failure to reach the store, it is asked again after a pause.
PAUSE_S = 1.0
TRIES = 3

Key = tuple[object, int]

logger = logging.getLogger(__name__)


class FeedCache:
    """Caches what it reads from a library until the next edition; safe to call from several threads.

    The store's identity and edition number are asked before anything is read, and for feeds again afterwards. So all
    feeds of a worker are of one edition. The number does not suffice: in a store that replaces another it starts at 1.

    base_url:  of the links in the answers.
    archives:  renders archive pages; None leaves them to the library.
    polls:     the counts of each feed, which outlast editions.
    max_bytes: of all feeds in the cache; recently used ones stay.
    clock:     monotonic seconds.
    """

    def __init__(
        self,
        library: Library,
        *,
        base_url: str = "",
        archives: Archives | None = None,
        polls: Polls | None = None,
        max_bytes: int,
        refresh_s: float = REFRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.published = library
        self.polls = polls or Polls()
        self._base_url = base_url
        self._archives = archives
        self._max_bytes = max_bytes
        self._refresh_s = refresh_s
        self._clock = clock
        self._asking = Lock()
        self._lock = Lock()
        self._ask_at = clock()
        self._key: Key | None = None
        self._seen: tuple[object, Key] | None = None  # the last write to the library, and the key after it
        self._feeds: dict[str, Prepared] = {}  # the first is dropped first, unless it was used since
        self._used: set[str] = set()
        self._bytes = 0
        self._listings: tuple[object, tuple[FeedListing, ...]] | None = None
        self._edition: tuple[object, Edition] | None = None
        self._is_away = False

    @property
    def is_away(self) -> bool:
        """Return whether the last question did not reach the store; the cache answers meanwhile."""
        return self._is_away

    def number(self) -> int:
        """Return the number of the last edition; 0 before the first.

        raises: StoreError, as do the other methods.
        """
        return self._current_key()[1]

    def cached(self, path: str) -> Prepared | None:
        """Return the feed at *path*; None if the library must be asked first.

        It never waits, for an event loop, which must also call `is_current` now and then.
        """
        feed = self._feeds.get(path)
        if feed is None or (self._clock() >= self._ask_at + LATE_S and not self.is_current()):
            return None
        self._used.add(path)
        return feed

    def is_current(self) -> bool:
        """Return whether the cache is known to be of the last edition.

        It never waits: the library knows at once that nothing was written since. Otherwise call `number`, which asks.
        """
        if self._clock() < self._ask_at:
            return True
        seen = self._seen
        try:
            if seen is None or seen[0] is None or seen != (self.published.last_write(), self._key):
                return False
        except StoreError:
            return False
        self._ask_at = self._clock() + self._refresh_s
        return True

    def prepared(self, path: str) -> Prepared | None:
        """Return the feed at *path* with its answers; None if there is none."""
        key = self._current_key()
        feed = self._find(path)
        if feed is not None:
            return feed
        address = FeedAddress.parse(path)
        if address is None:
            return None
        if self._archives is None or address.page is None:
            return self._read(address, key, lambda wanted: self.published.ready(wanted.path))
        with self._archives.turn():
            key = self._current_key()
            return self._find(path) or self._read(address, key, self._archives.ready)

    def _read(self, address: FeedAddress, key: Key, find: Callable[[FeedAddress], ReadyFeed | None]) -> Prepared | None:
        """Return the feed that *find* finds at *address*; cache it if no edition was made meanwhile."""
        for _ in range(TRIES):
            ready = find(address)
            before, key = key, self._refresh()
            if ready is None:
                return None
            feed = prepare(ready, edition=before[1], base_url=self._base_url, counts=self.polls.of(address.path))
            if before == key:
                self._keep(feed, key=key)
                break
        return feed

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*; None if there is none."""
        feed = self.prepared(path)
        return None if feed is None else feed.ready

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed of the edition, in the library's order."""
        key = self._current_key()
        kept = self._listings
        if kept is None or kept[0] != key:
            kept = self._listings = (key, self.published.listings())
        return kept[1]

    def edition(self) -> Edition:
        key = self._current_key()
        kept = self._edition
        if kept is None or kept[0] != key:
            kept = self._edition = (key, self.published.edition())
        return kept[1]

    def _current_key(self) -> Key:
        """Return the identity of the store and the number of its last edition, as of a moment ago.

        One thread asks the library at a time; the others go on with the last answer.
        """
        key, now = self._key, self._clock()
        if key is not None and now < self._ask_at:
            return key
        waits = key is None or (now >= self._ask_at + LATE_S and not self._is_away)
        if not self._asking.acquire(timeout=-1 if key is None else PATIENCE_S if waits else 0) and key is not None:
            return key
        try:
            key = self._key
            return key if key is not None and self._clock() < self._ask_at else self._refresh()
        finally:
            self._asking.release()

    def _refresh(self) -> Key:
        """Ask the library for its key, and drop the feeds of another edition."""
        try:
            key = self._ask()
        except StoreAwayError as error:
            return self._last_key(error)
        if self._is_away:
            logger.info("the store can be reached again")
        with self._lock:
            self._is_away = False
            self._ask_at = self._clock() + self._refresh_s
            if key != self._key:
                self._key = key
                self._feeds.clear()
                self._used.clear()
                self._bytes = 0
        return key

    def _ask(self) -> Key:
        """Return the key of the library: the one seen before, if nothing was written since."""
        written, seen = self.published.last_write(), self._seen
        if seen is not None and written is not None and seen[0] == written:
            return seen[1]
        key = (self.published.identity(), self.published.edition_number())
        self._seen = (written, key)
        return key

    def _last_key(self, error: StoreAwayError) -> Key:
        """Return the key that was seen last, and ask again after a pause.

        raises: *error* if none was ever seen.
        """
        with self._lock:
            if self._key is None:
                raise error
            if not self._is_away:
                logger.error("serving the feeds in memory: %s", error)
            self._is_away = True
            self._ask_at = self._clock() + PAUSE_S
            return self._key

    def _find(self, path: str) -> Prepared | None:
        """Look in the cache without a lock: a thread that lost the interpreter with the lock would delay all others."""
        feed = self._feeds.get(path)
        if feed is not None:
            self._used.add(path)
        return feed

    def _keep(self, feed: Prepared, *, key: Key) -> None:
        path, size = feed.ready.path, feed.size
        with self._lock:
            if key != self._key or path in self._feeds or size > self._max_bytes:
                return
            self._feeds[path] = feed
            self._bytes += size
            while self._bytes > self._max_bytes:
                oldest = next(iter(self._feeds))
                dropped = self._feeds.pop(oldest)
                if oldest in self._used:  # it stays for another round
                    self._used.discard(oldest)
                    self._feeds[oldest] = dropped
                else:
                    self._bytes -= dropped.size
