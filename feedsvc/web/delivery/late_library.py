"""Stand in for a store that may not open yet, so that a worker can start without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from feedsvc.model.article import Article, Entry
from feedsvc.model.document import FeedPosition, KeptDocument, SourceFigures
from feedsvc.model.errors import StoreError
from feedsvc.model.feed import ArchivePage, Edition, FeedListing, Found, ReadyFeed, Tombstone
from feedsvc.model.ports import Library


class LateLibrary:
    """Open a library when it is first asked, and again at each question until it opens.

    Until then every method raises StoreError, which is answered with 503. A worker that raised it at its start would
    have gunicorn stop the whole service.
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

    def edition(self) -> Edition:
        """Return the last edition."""
        return self.open().edition()

    def edition_number(self) -> int:
        """Return the last edition's number."""
        return self.open().edition_number()

    def identity(self) -> object:
        """Return what changes when another store is put in this one's place."""
        return self.open().identity()

    def last_write(self) -> object:
        """Return what changes with whatever is written."""
        return self.open().last_write()

    def needs_pass(self, made_with: str) -> bool:
        """Return whether the last pass left another mark than *made_with*."""
        return self.open().needs_pass(made_with)

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path*."""
        return self.open().ready(path)

    def archive(self, category: str, language: str | None, number: int) -> ArchivePage | None:
        """Return a page of a feed's archive."""
        return self.open().archive(category, language, number)

    def found(
        self, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int = 0
    ) -> Found:
        """Return live entries that hold all *phrases*."""
        return self.open().found(phrases, category=category, language=language, limit=limit, offset=offset)

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed."""
        return self.open().listings()

    def entry(self, slug: str) -> Entry | None:
        """Return the live article with *slug*."""
        return self.open().entry(slug)

    def tombstone(self, slug: str) -> Tombstone | None:
        """Return what is left of a withdrawn or killed article."""
        return self.open().tombstone(slug)

    def latest(self, *, category: str, language: str | None, limit: int, offset: int = 0) -> tuple[Entry, ...]:
        """Return live entries, the last published first."""
        return self.open().latest(category=category, language=language, limit=limit, offset=offset)

    def count(self, *, category: str, language: str | None) -> int:
        """Return how many live entries `latest` could give in all."""
        return self.open().count(category=category, language=language)

    def standings(self, article: str) -> tuple[FeedPosition, ...]:
        """Return where an article stands."""
        return self.open().standings(article)

    def documents_of(self, article: str) -> tuple[KeptDocument, ...]:
        """Return the documents of an article."""
        return self.open().documents_of(article)

    def document_at(self, source: str, path: str) -> KeptDocument | None:
        """Return the document at *path*."""
        return self.open().document_at(source, path)

    def source_figures(self) -> tuple[SourceFigures, ...]:
        """Return what is known of the sources."""
        return self.open().source_figures()

    def neighbours(self, article: str, *, category: str, language: str | None) -> tuple[Article | None, Article | None]:
        """Return the articles before and after one."""
        return self.open().neighbours(article, category=category, language=language)

    def close(self) -> None:
        """Let go of the library, where it was opened."""
        if self._opened is not None:
            self._opened.close()
