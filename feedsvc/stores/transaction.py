"""Write one edition: the open transaction of a pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from feedsvc.model.errors import StoreError
from feedsvc.model.feed import Edition, Sureness
from feedsvc.stores.archives import Archives
from feedsvc.stores.articles import Articles, Titles
from feedsvc.stores.documents import Documents
from feedsvc.stores.erase import Eraser
from feedsvc.stores.placements import Corrections, Placements
from feedsvc.stores.queries import last_edition, sureness
from feedsvc.stores.search import SearchIndex
from feedsvc.text.failures import Failure, failure_of

Part = str | tuple[str, str]  # the id of an article, or the source and the path of a document

LIMITS = "54"  # SQLSTATEs of what PostgreSQL finds too large for an index or a row


class PartsFailedError(StoreError):
    """Say which articles and documents cannot be written, and why; without them a pass may end well."""

    def __init__(self, failures: Mapping[Part, Failure]) -> None:
        super().__init__("; ".join(f"{part}: {failure.reason}" for part, failure in failures.items()))
        self.failures = failures


class Transaction:
    """The transaction of one pass; nothing of it is seen by others before it ends well.

    without: documents and articles that are known not to be writable, and so are left as they were; it is found out
             which others are not. None in a pass that takes all for writable, and fails where one is not.
    """

    def __init__(self, connection: Connection, *, without: Mapping[Part, Failure] | None = None) -> None:
        self._connection = connection
        self.is_careful = without is not None
        self.without = without or {}
        self._failures: dict[Part, Failure] = {}
        self.documents = Documents(connection)
        self.articles = Articles(connection)
        self.titles = Titles(connection)
        self.archives = Archives(connection)
        self.placements = Placements(connection, self.archives)
        self.corrections = Corrections(connection)
        self.eraser = Eraser(connection)
        self.search_index = SearchIndex(connection)

    def end_batch(self) -> None:
        """Write the rows that wait, and empty the caches, so that memory stays bounded."""
        self.documents.end_batch()
        self.articles.end_batch()
        self.titles.end_batch()
        self.placements.end_batch()
        self.search_index.flush()

    @contextmanager
    def only(self, part: Part) -> Iterator[None]:
        """Do what is of one *part* alone; in a careful pass it is undone when it fails, and the next part follows.

        A savepoint, and statements for each part, cost several times what batches do: so that is left to a second try.
        """
        if not self.is_careful:
            yield
            return
        self.end_batch()
        savepoint = self._connection.begin_nested()
        try:
            yield
            self.end_batch()
            savepoint.commit()
        except Exception as error:
            if not _is_of_the_part(error):
                raise
            savepoint.rollback()
            for writer in (self.documents, self.articles, self.titles, self.placements, self.search_index):
                writer.drop()
            its = error.orig if isinstance(error, DBAPIError) else None  # SQLAlchemy's own words quote the whole row
            self._failures[part] = failure_of(its if isinstance(its, Exception) else error)

    @contextmanager
    def part_failures_raised(self) -> Iterator[None]:
        """Raise the failures of parts in place of an error that they caused.

        raises: PartsFailedError.
        """
        try:
            yield
        except Exception as error:
            if not self._failures or isinstance(error, PartsFailedError):
                raise
            raise PartsFailedError(self._failures) from error

    def end_parts(self) -> None:
        """Raise the failures of parts, if there are any; else report the parts that the pass leaves out.

        raises: PartsFailedError.
        """
        if self._failures:
            raise PartsFailedError(self._failures)
        for part, failure in self.without.items():
            for document in self.documents.of(part) if isinstance(part, str) else ():
                self.documents.put_failure(document.source, document.path, failure, what="be published")
                self.documents.put(replace(document, fingerprint=""))

    def edition(self) -> Edition:
        """Return the last edition, with the problems as they stand inside the transaction."""
        return last_edition(self._connection)

    def sureness(self) -> Sureness:
        """Return how sure the dates of all live articles are, which takes reading every one."""
        self.end_batch()
        return sureness(self._connection)


def is_refusal(error: SQLAlchemyError) -> bool:
    """Return whether *error* is of the values in a row: too large, too long for an index, there already."""
    if isinstance(error, DataError | IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state is not None and state.startswith(LIMITS)


def _is_of_the_part(error: Exception) -> bool:
    """Return whether *error* may be of what was being written, and not of the store, the disk or the network."""
    if isinstance(error, SQLAlchemyError):
        return is_refusal(error)
    return not isinstance(error, StoreError | OSError)
