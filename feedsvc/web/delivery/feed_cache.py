"""The feeds of the last edition in memory, so that a poll need not ask the store."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Lock, Thread

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import FeedAddress
from feedsvc.feeds.on_demand import render_archive
from feedsvc.model.errors import BusyError, FeedsvcError, StoreAwayError, StoreError
from feedsvc.model.feed import OF_CORRECTIONS, Edition, FeedListing, ReadyFeed
from feedsvc.model.ports import Library
from feedsvc.web.delivery.answer import Prepared, prepare
from feedsvc.web.delivery.poll_counts import Polls
from feedsvc.web.delivery.shared_feeds import Key, SharedFeeds

# Rendering one page takes a tenth of a second of one processor, and who waits for it takes a thread from other pages.
WAITING = 8


class RenderQueue:
    """Lets the threads of this process render costly answers one at a time, while a few wait.

    refusal: the message for those who come when too many wait.
    """

    def __init__(self, refusal: str) -> None:
        self._refusal = refusal
        self._rendering = Lock()
        self._waiting = BoundedSemaphore(WAITING)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other thread renders, and keep the others waiting meanwhile.

        raises: BusyError if too many wait.
        """
        if not self._waiting.acquire(blocking=False):
            raise BusyError(self._refusal)
        try:
            with self._rendering:
                yield
        finally:
            self._waiting.release()


class Archives(RenderQueue):
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
        if address.is_of_corrections and address.language is not None:
            return None
        language = OF_CORRECTIONS if address.is_of_corrections else address.language
        page = self._library.archive(address.category, language, address.page)
        return None if page is None else render_archive(page, address.format, self._settings)


# An answer from a store in a file is at most this old.
REFRESH_S = 0.02
# While one thread asks the store, the others answer from the cache, unless its last answer is older than this.
LATE_S = 0.25
# A store on another machine may never answer: after this time the cache answers, and nobody waits any more.
PATIENCE_S = 0.5
FIRST_PATIENCE_S = 10.0  # without anything in the cache; the store itself gives up sooner
READ_PATIENCE_S = 1.0  # after a feed was read
SWITCH_PATIENCE_S = 5.0  # while the feeds of a new edition are read
AWAY_PATIENCE_S = 0.05  # of one request a second, so that the cache soon knows that the store is back
# After a failure to reach the store, it is asked again after a pause.
PAUSE_S = 1.0
TRIES = 3
# So long after the last answer of the store, the feeds in the cache are too old; as in CACHE_CONTROL.
STALE_S = 86_400.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Question:
    """A question to the library, in a thread of its own.

    began:    monotonic seconds.
    is_heard: the library has answered, and at most the reading of feeds is left.
    """

    began: float
    ended: Event = field(default_factory=Event)
    is_heard: bool = False
    failure: FeedsvcError | OSError | None = None


class FeedCache:
    """Caches what it reads from a library until the next edition; safe to call from several threads.

    The store's identity and edition number are asked before anything is read, and for feeds again afterwards. So all
    feeds of a worker are of one edition. The number does not suffice: in a store that replaces another it starts at 1.

    A thread of its own asks the library, and reads the feeds in the cache that a new edition has changed. Then the
    cache switches to that edition as a whole. While the library does not answer, the cache goes on with the last
    edition.

    base_url, page_languages, hubs, networks, rights: of the headers of answers, see `prepare`.
    archives:  renders archive pages; None leaves them to the library.
    polls:     the counts of each feed, which outlast editions.
    shared:    feeds that other workers have read.
    max_bytes: of all feeds in the cache; recently used ones stay.
    clock:     monotonic seconds.
    """

    def __init__(  # noqa: PLR0913  most have a default
        self,
        library: Library,
        *,
        base_url: str = "",
        page_languages: Collection[str] = (),
        hubs: Collection[str] = (),
        networks: Collection[str] = (),
        rights: Sequence[tuple[str, str]] = (),
        archives: Archives | None = None,
        polls: Polls | None = None,
        shared: SharedFeeds | None = None,
        max_bytes: int,
        refresh_s: float = REFRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.published = library
        self.polls = polls or Polls()
        self._base_url = base_url
        self._page_languages = page_languages
        self._hubs, self._networks, self._rights = hubs, networks, rights
        self._archives = archives
        self._shared = shared or SharedFeeds(None, most_bytes=0)
        self._max_bytes = max_bytes
        self._refresh_s = refresh_s
        self._clock = clock
        self._asking = Lock()
        self._lock = Lock()
        self._ask_at = clock()
        self._confirmed_at = self._ask_at
        self._key: Key | None = None
        self._seen: tuple[object, Key] | None = None  # the last write to the library, and the key after it
        self._feeds: dict[str, Prepared] = {}  # the first is dropped first, unless it was used since
        self._used: set[str] = set()
        self._bytes = 0
        self._listings: tuple[object, tuple[FeedListing, ...]] | None = None
        self._edition: tuple[object, Edition] | None = None
        self._question: _Question | None = None
        self._failure: FeedsvcError | OSError | None = None

    @property
    def is_away(self) -> bool:
        """Return whether the store did not answer the last question, or has not for PATIENCE_S."""
        question = self._question
        if self._failure is not None or question is None:
            return self._failure is not None
        return self._clock() >= question.began + (SWITCH_PATIENCE_S if question.is_heard else PATIENCE_S)

    @property
    def silent_s(self) -> float | None:
        """Return the seconds since the last answer of the store; None while it answers."""
        return max(self._clock() - self._confirmed_at, 0.0) if self.is_away else None

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
        if feed is None:
            return None
        if self._clock() >= self._ask_at + LATE_S and not self.is_current():
            if not self.is_away or self._is_expired():
                return None
            self._ask()
        self._used.add(path)
        return feed

    def is_current(self) -> bool:
        """Return whether the cache is known to be of the last edition.

        It never waits: the library knows at once that nothing was written since. Otherwise call `number`, which asks.
        """
        if self._clock() < self._ask_at:
            return self._failure is None
        self.polls.stirred.set()
        seen = self._seen
        try:
            if seen is None or seen[0] is None or seen != (self.published.last_write(), self._key):
                return False
        except StoreError:
            return False
        now = self._clock()
        self._ask_at, self._confirmed_at = now + self._refresh_s, now
        return self._failure is None

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
            found = self._shared.find(path, since=key)
            if found is not None and found[0] == key:
                feed = self._prepare(found[1], key=key)
                self._keep(feed, key=key)
                return feed
            try:
                self._refuse_while_away()
                return self._read(address, key, lambda wanted: self.published.ready(wanted.path))
            except StoreError:
                if found is None:
                    raise
                return self._prepare(found[1], key=found[0])
        with self._archives.alone():
            key = self._current_key()
            return self._find(path) or self._read(address, key, self._archives.ready)

    def _read(self, address: FeedAddress, key: Key, find: Callable[[FeedAddress], ReadyFeed | None]) -> Prepared | None:
        """Return the feed that *find* finds at *address*; cache it if no edition was made meanwhile."""
        for _ in range(TRIES):
            ready = find(address)
            before, key = key, self._renewed_key(key)
            if ready is None:
                return None
            feed = self._prepare(ready, key=before)
            if before == key:
                self._keep(feed, key=key)
                if address.page is None:
                    self._shared.add(key, ready)
                break
        return feed

    def _prepare(self, ready: ReadyFeed, *, key: Key) -> Prepared:
        return prepare(
            ready,
            edition=key[1],
            base_url=self._base_url,
            page_languages=self._page_languages,
            hubs=self._hubs,
            networks=self._networks,
            rights=self._rights,
            counts=self.polls.of(ready.path),
        )

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*; None if there is none."""
        feed = self.prepared(path)
        return None if feed is None else feed.ready

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed of the edition, in the library's order."""
        key = self._current_key()
        kept = self._listings
        if kept is None or kept[0] != key:
            self._refuse_while_away()
            kept = self._listings = (key, self.published.listings())
        return kept[1]

    def edition(self) -> Edition:
        """Return the last edition, the same object until the next: answers that are kept compare it by identity."""
        key = self._current_key()
        kept = self._edition
        if kept is None or kept[0] != key:
            self._refuse_while_away()
            found = (key, self.published.edition())
            with self._lock:
                if self._edition is kept:
                    self._edition = found
                kept = self._edition if self._edition and self._edition[0] == key else found
        return kept[1]

    def _refuse_while_away(self) -> None:
        """Spare a request the wait for a store that does not answer.

        raises: StoreAwayError.
        """
        if self.is_away:
            raise StoreAwayError(str(self._failure or "the store does not answer"))

    def _current_key(self) -> Key:
        """Return the identity of the store and the number of its last edition, as of a moment ago.

        A thread asks the library; whoever has it asked waits for the answer, and the others go on with the last one. If
        the answer is late, all wait, but not for longer than PATIENCE_S.

        raises: StoreError if there never was an answer, or the last is too old.
        """
        key, now = self._key, self._clock()
        if key is not None and now < self._ask_at and not self._is_expired():
            return key
        if key is not None and self.is_current():
            return key
        is_late = now >= self._ask_at + LATE_S
        was_away = self.is_away
        question, is_mine = self._ask()
        if question is not None and (key is None or is_mine or is_late):
            patience = AWAY_PATIENCE_S if was_away else max(question.began + PATIENCE_S - now, 0.0)
            question.ended.wait(FIRST_PATIENCE_S if key is None else patience)
            if key is None and question.failure is not None:
                self._adopt()
                if self._key is None:
                    raise question.failure
        if self._key is None:
            self._adopt()
        key = self._key
        if key is None or (self.is_away and self._is_expired()):
            raise StoreAwayError(str(self._failure or "the store does not answer"))
        return key

    def _renewed_key(self, key: Key) -> Key:
        """Return the key after a question that begins now, if the library answers it in time."""
        if self.is_current() and self._seen is not None and self._seen[0] is not None:
            return self._key or key
        for _ in range(2):  # the first question may have begun before
            with self._lock:
                self._ask_at = min(self._ask_at, self._clock())
            question, is_mine = self._ask()
            if question is not None:
                question.ended.wait(READ_PATIENCE_S)
            if is_mine:
                break
        return self._key or key

    def _ask(self) -> tuple[_Question | None, bool]:
        """Have a thread ask the library, unless one does or it is too early; return the question, and if it is new."""
        self.polls.stirred.set()
        with self._asking:
            question = self._question
            if question is not None:
                return question, False
            if self._key is not None and self._clock() < self._ask_at:
                return None, False
            question = self._question = _Question(self._clock())
        Thread(target=self._refresh, args=(question,), name="store", daemon=True).start()
        return question, True

    def _refresh(self, question: _Question) -> None:
        """Ask the library for its key, and switch to a new edition."""
        try:
            key = self._ask_library()
            question.is_heard = True
            if key != self._key:
                key = self._switch_to(key)
        except (FeedsvcError, OSError) as error:
            question.failure = error
            self._go_on(error)
        else:
            if self._failure is not None:
                logger.info("the store can be reached again")
            now = self._clock()
            self._failure, self._confirmed_at = None, now
            self._ask_at = now + self._refresh_s
            self._shared.confirm(key, time.monotonic())
        finally:
            self._question = None
            question.ended.set()

    def _switch_to(self, key: Key) -> Key:
        """Read the feeds in the cache that have changed, and switch to the edition of *key*, or to one after it."""
        for _ in range(TRIES):
            with self._lock:
                held = {path: feed for path, feed in self._feeds.items() if not _is_of_archive(path)}
            marks = {**self._shared.marks(), **{path: feed.ready.mark for path, feed in held.items()}}
            now, changed = self.published.changed_feeds(marks) if marks else ({}, {})
            before, key = key, self._ask_library() if marks else key
            if before == key:
                break
        kept = {
            path: self._prepare(changed.get(path, feed.ready), key=key) for path, feed in held.items() if path in now
        }
        with self._lock:
            self._key = key
            self._feeds = kept
            self._used.intersection_update(kept)
            self._bytes = sum(feed.size for feed in kept.values())
            self._drop_oldest()
        self._shared.switch(key, now, changed, time.monotonic())
        return key

    def _ask_library(self) -> Key:
        """Return the key of the library: the one seen before, if nothing was written since."""
        written, seen = self.published.last_write(), self._seen
        if seen is not None and written is not None and seen[0] == written:
            return seen[1]
        key = (repr(self.published.identity()), self.published.edition_number())
        self._seen = (written, key)
        return key

    def _go_on(self, error: FeedsvcError | OSError) -> None:
        """Note that the store did not answer, so that it is asked again after a pause."""
        if self._failure is None and self._key is not None:
            logger.error("serving the feeds in memory: %s", error)
        self._failure = error
        self._ask_at = self._clock() + PAUSE_S

    def _adopt(self) -> None:
        """Begin with the edition that other workers serve, because the store does not answer."""
        last = self._shared.last()
        if last is not None and self._key is None:
            self._key, at = last
            self._confirmed_at = self._clock() - (time.monotonic() - at)

    def _is_expired(self) -> bool:
        return self._clock() >= self._confirmed_at + STALE_S

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
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        while self._bytes > self._max_bytes:
            oldest = next(iter(self._feeds))
            dropped = self._feeds.pop(oldest)
            if oldest in self._used:  # it stays for another round
                self._used.discard(oldest)
                self._feeds[oldest] = dropped
            else:
                self._bytes -= dropped.size


def _is_of_archive(path: str) -> bool:
    address = FeedAddress.parse(path)
    return address is not None and address.page is not None
