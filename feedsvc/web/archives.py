"""Have a page of an archive printed when it is first asked for; the one kind of feed that workers render."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from feedsvc.errors import BusyError
from feedsvc.feeds import parse_archive_path
from feedsvc.model.feeds import ReadyFeed
from feedsvc.ports import Library
from feedsvc.press.archiving import print_archive
from feedsvc.settings import Settings

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

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the page at *path* as of the library's last edition; None when there is none, or it is not full."""
        asked = parse_archive_path(path)
        if asked is None:
            return None
        category, language, number, form = asked
        page = self._library.archive(category, language, number)
        return None if page is None else print_archive(page, form, self._settings)
