"""Keep the pages that were shown, for as long as their edition stands."""

from __future__ import annotations

from threading import Lock

from feedsvc.model.feeds import Edition
from feedsvc.web.answers import Content

MOST_BYTES = 16_000_000


class Shown:
    """Hold pages of one edition, by what they are named; safe to call from several threads.

    most_bytes: of the pages kept; the first to come is the first to go.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._edition: Edition | None = None
        self._pages: dict[str, Content] = {}
        self._bytes = 0

    def find(self, name: str, edition: Edition) -> Content | None:
        """Return the page called *name* of *edition*, None when it is not kept."""
        return self._pages.get(name) if self._edition is edition else None

    def keep(self, name: str, page: Content, edition: Edition) -> None:
        """Keep *page*, and forget those of any other edition.

        edition: noted before anything that the page shows was read, so that it is not older than it says.
        """
        with self._lock:
            if self._edition is not edition:
                self._edition = edition
                self._pages = {}
                self._bytes = 0
            if name in self._pages:
                return
            self._pages[name] = page
            self._bytes += len(page.body)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._pages.pop(next(iter(self._pages))).body)
