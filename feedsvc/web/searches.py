"""Answer questions from the library, a few at a time, and keep the feeds made of them while their edition stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from feedsvc.errors import BusyError
from feedsvc.model.feeds import Edition, Found
from feedsvc.press.answering import Search, print_search
from feedsvc.search import Question
from feedsvc.settings import Settings
from feedsvc.web.holdings import Holdings
from feedsvc.web.prepared import Prepared, prepare

# Whoever asks holds a thread that pages need too, for as long as a question may take.
AT_ONCE = 8
# Anybody can invent questions without end; what few subscribers ask for is made again.
MOST_BYTES = 8_000_000


class Searches:
    """Find articles; safe to call from several threads.

    settings: where the library does not say what stood in those of its edition.
    """

    def __init__(self, holdings: Holdings, settings: Settings) -> None:
        self._holdings = holdings
        self._settings = settings
        self._room = BoundedSemaphore(AT_ONCE)
        self._lock = Lock()
        self._edition: Edition | None = None
        self._feeds: dict[tuple[Search, str], Prepared] = {}
        self._bytes = 0

    def found(self, question: Question, search: Search, *, limit: int, offset: int = 0) -> Found:
        """Return what the library has for *question*.

        raises: BusyError when too many ask, SlowError when it takes too long.
        """
        if not question.phrases:
            return Found(entries=(), count=0)
        with self._turn():
            return self._holdings.published.found(
                question.phrases, category=search.category, language=search.language, limit=limit, offset=offset
            )

    def feed(self, question: Question, search: Search, form: str) -> Prepared:
        """Return the feed of *search* with its answers.

        raises: as `found` does.
        """
        # Asked for before anything is found: what is kept for it is of it, or of a later one for a moment.
        edition = self._holdings.edition()
        if edition.number == 0:
            raise BusyError("nothing is published yet")
        key = (search, form)
        with self._lock:
            if edition is not self._edition:
                self._edition, self._bytes = edition, 0
                self._feeds.clear()
            kept = self._feeds.get(key)
        if kept is not None:
            return kept
        found = self.found(question, search, limit=self._settings.feeds.limit)
        ready = print_search(found, search, form, self._settings, made_at=edition.made_at)
        feed = prepare(ready, edition=edition.number, base_url=self._settings.site.base_url)
        self._keep(key, feed, edition)
        return feed

    def _keep(self, key: tuple[Search, str], feed: Prepared, edition: Edition) -> None:
        with self._lock:
            if edition is not self._edition or key in self._feeds or feed.size > MOST_BYTES:
                return
            self._feeds[key] = feed
            self._bytes += feed.size
            while self._bytes > MOST_BYTES:
                oldest = next(iter(self._feeds))
                self._bytes -= self._feeds.pop(oldest).size

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise BusyError("too many searches are asked for at once")
        try:
            yield
        finally:
            self._room.release()
