"""Keep what the last edition holds at hand, so that a poll need not open the store."""

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

# Printing one page takes a tenth of a second of one processor. Whoever waits for it holds a thread that pages need too.
WAITING = 8


class Archives:
    """Print pages, one at a time in this process.

    settings: where the library does not say what stood in those of its edition.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        self._printing = Lock()
        self._waiting = BoundedSemaphore(WAITING)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn to print.

        raises: BusyError when too many wait.
        """
        if not self._waiting.acquire(blocking=False):
            raise BusyError("too many pages of archives are asked for at once")
        try:
            with self._printing:
                yield
        finally:
            self._waiting.release()

    def ready(self, address: FeedAddress) -> ReadyFeed | None:
        """Return the page at *address* as of the library's last edition; None when there is none, or it is not full."""
        if address.category is None or address.page is None:
            return None
        page = self._library.archive(address.category, address.language, address.page)
        return None if page is None else render_archive(page, address.format, self._settings)


# An answer is at most this much older than the store, where that is a file.
REFRESH_S = 0.02
# While one thread asks, the others go on with what is held, unless the last answer is older than this.
LATE_S = 0.25
# A store on another machine may never answer. Nobody waits longer for what another thread asks, and one that is away
# is asked again after a pause.
PATIENCE_S = 1.0
PAUSE_S = 1.0
TRIES = 3

Key = tuple[object, int]

logger = logging.getLogger(__name__)


class FeedCache:
    """Read a library and keep what was read for as long as its edition stands; safe to call from several threads.

    The store's identity and the number are asked before anything is read and, for feeds, after: what is kept is of its
    edition, and all of a worker's feeds are of the same. The number alone would not do: in a store put in the place of
    another it starts at 1 again.

    base_url:  of the links in the answers.
    archives:  prints their pages, which the library does not hold ready.
    polls:     counts of each feed, which outlast editions.
    max_bytes: of the feeds kept; those asked for lately stay.
    clock:     seconds, never going back.
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
        self._seen: tuple[object, Key] | None = None  # at what write of the library which key stood
        self._feeds: dict[str, Prepared] = {}  # the first is the first to go, unless it was used since
        self._used: set[str] = set()
        self._bytes = 0
        self._listings: tuple[object, tuple[FeedListing, ...]] | None = None
        self._edition: tuple[object, Edition] | None = None
        self._is_away = False

    @property
    def is_away(self) -> bool:
        """Return whether the store could not be reached when it was last asked: what is held stands meanwhile."""
        return self._is_away

    def number(self) -> int:
        """Return the number of the last edition; 0 when nothing was ever published.

        raises: StoreError, as do the other methods.
        """
        return self._standing()[1]

    def at_hand(self, path: str) -> Prepared | None:
        """Return the feed at *path* without asking the library; None when that must be asked first.

        For an event loop, which must not wait; see that `stands` is asked now and then beside it.
        """
        held = self._feeds.get(path)
        if held is None or (self._clock() >= self._ask_at + LATE_S and not self.stands()):
            return None
        self._used.add(path)
        return held

    def stands(self) -> bool:
        """Return whether what is held is known to be of the last edition, without asking the library for that.

        For an event loop too: where nothing was written since, the library knows at once; else `number` asks it.
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
        """Return the feed at *path* with its answers, None when there is none."""
        key = self._standing()
        held = self._held(path)
        if held is not None:
            return held
        address = FeedAddress.parse(path)
        if address is None:
            return None
        if self._archives is None or address.page is None:
            return self._read(address, key, lambda wanted: self.published.ready(wanted.path))
        with self._archives.turn():
            key = self._standing()
            return self._held(path) or self._read(address, key, self._archives.ready)

    def _read(self, address: FeedAddress, key: Key, find: Callable[[FeedAddress], ReadyFeed | None]) -> Prepared | None:
        """Return what *find* finds at *address*, and keep it when it is of one edition for certain."""
        for _ in range(TRIES):
            ready = find(address)
            before, key = key, self._look()
            if ready is None:
                return None
            feed = prepare(ready, edition=before[1], base_url=self._base_url, counts=self.polls.of(address.path))
            if before == key:
                self._keep(feed, key=key)
                break
        return feed

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*, None when there is none."""
        feed = self.prepared(path)
        return None if feed is None else feed.ready

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

    def _standing(self) -> Key:
        """Return the identity of the store and the number of its last edition, asked for a moment ago at most.

        One thread asks at a time, and the others go on with what is held.
        """
        key, now = self._key, self._clock()
        if key is not None and now < self._ask_at:
            return key
        waits = key is None or (now >= self._ask_at + LATE_S and not self._is_away)
        if not self._asking.acquire(timeout=-1 if key is None else PATIENCE_S if waits else 0) and key is not None:
            return key
        try:
            key = self._key
            return key if key is not None and self._clock() < self._ask_at else self._look()
        finally:
            self._asking.release()

    def _look(self) -> Key:
        """Ask the library where it stands, and forget what is of another edition."""
        try:
            key = self._ask()
        except StoreAwayError as error:
            return self._stand_by(error)
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
        """Return where the library stands: where it stood when it was last asked, if nothing was written since."""
        written, seen = self.published.last_write(), self._seen
        if seen is not None and written is not None and seen[0] == written:
            return seen[1]
        key = (self.published.identity(), self.published.edition_number())
        self._seen = (written, key)
        return key

    def _stand_by(self, error: StoreAwayError) -> Key:
        """Go on with what is held of the last edition that was seen, if one was."""
        with self._lock:
            if self._key is None:
                raise error
            if not self._is_away:
                logger.error("serving what is at hand: %s", error)
            self._is_away = True
            self._ask_at = self._clock() + PAUSE_S
            return self._key

    def _held(self, path: str) -> Prepared | None:
        """Return what is held.

        Without a lock: a thread that lost the interpreter while it had one would hold up all others.
        """
        held = self._feeds.get(path)
        if held is not None:
            self._used.add(path)
        return held

    def _keep(self, feed: Prepared, *, key: Key) -> None:
        path, size = feed.ready.path, feed.size
        with self._lock:
            if key != self._key or path in self._feeds or size > self._max_bytes:
                return
            self._feeds[path] = feed
            self._bytes += size
            while self._bytes > self._max_bytes:
                oldest = next(iter(self._feeds))
                held = self._feeds.pop(oldest)
                if oldest in self._used:  # it stays for another round
                    self._used.discard(oldest)
                    self._feeds[oldest] = held
                else:
                    self._bytes -= held.size
