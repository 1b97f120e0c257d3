"""Stand in for a store that may not open yet, so that a worker can start without it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from feedsvc.model.errors import StoreError
from feedsvc.model.ports import Library


class LateLibrary:
    """A library that opens when it is first asked, or when it is next asked after it could not.

    Until it opens every question raises StoreError, which is answered with 503. A worker that raised it at its start
    would have gunicorn stop the whole service.
    """

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._open = open_library
        self._opening = Lock()
        self._opened: Library | None = None

    def open(self) -> Library:
        """Return the library, opened."""
        if self._opened is not None:
            return self._opened
        # Opening may wait for a locked file; only one thread does.
        if not self._opening.acquire(blocking=False):
            raise StoreError("the store is being opened")
        try:
            if self._opened is None:
                self._opened = self._open()
            return self._opened
        finally:
            self._opening.release()

    def close(self) -> None:
        """Let go of the library, where it was opened."""
        if self._opened is not None:
            self._opened.close()

    def __getattr__(self, question: str) -> Any:  # noqa: ANN401  whatever the library has
        """Ask the library."""
        return getattr(self.open(), question)
