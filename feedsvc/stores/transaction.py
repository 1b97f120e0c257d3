"""The open transaction of one pass, which may end with a new edition."""

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
from feedsvc.stores.changes import Changes
from feedsvc.stores.documents import Documents
from feedsvc.stores.editions import last_edition, sureness
from feedsvc.stores.erase_killed import Eraser
from feedsvc.stores.placements import Corrections, Placements
from feedsvc.stores.receiver_places import ReceiverPlaces
from feedsvc.stores.search import SearchIndex
from feedsvc.stores.shown_files import ShownFiles
from feedsvc.text.failures import Failure, failure_of

Part = str | tuple[str, str]  # the id of an article, or the source and the path of a document

ALIVE_EVERY = 8  # calls: the slowest documents take seconds each
LIMITS = "54"  # begins the SQLSTATEs of values that are too large for an index or a row of PostgreSQL


class PartsFailedError(StoreError):
    """Some articles and documents cannot be written; a pass without them may succeed."""

    def __init__(self, failures: Mapping[Part, Failure]) -> None:
        super().__init__("; ".join(f"{part}: {failure.reason}" for part, failure in failures.items()))
        self.failures = failures


class Transaction:
    """Everything that one pass writes; others see it once it is committed.

    without: articles and documents that could not be written before, and so stay as they were. A pass with *without* is
             careful: it finds all others that cannot be written. None in a pass that fails at the first of them.
    """

    def __init__(self, connection: Connection, *, without: Mapping[Part, Failure] | None = None) -> None:
        self._connection = connection
        self._is_remote = connection.dialect.name == "postgresql"
        self._calls = 0
        self.is_careful = without is not None
        self.without = without or {}
        self._failures: dict[Part, Failure] = {}
        self.documents = Documents(connection)
        self.articles = Articles(connection)
        self.titles = Titles(connection)
        self.archives = Archives(connection)
        self.placements = Placements(connection, self.archives)
        self.corrections = Corrections(connection)
        self.files = ShownFiles(connection)
        self.changes = Changes(connection)
        self.eraser = Eraser(connection)
        self.search_index = SearchIndex(connection)
        self.receivers = ReceiverPlaces(connection)

    def keep_alive(self) -> None:
        """Show a server, which ends a transaction that idles for long, that this one does not; call it often."""
        self._calls += 1
        if self._is_remote and self._calls % ALIVE_EVERY == 0:
            self._connection.exec_driver_sql("SELECT 1")

    def end_batch(self) -> None:
        """Write the rows that wait, and empty the caches, so that memory stays bounded."""
        self.documents.end_batch()
        self.articles.end_batch()
        self.titles.end_batch()
        self.placements.end_batch()
        self.files.end_batch()
        self.changes.end_batch()
        self.search_index.flush()

    @contextmanager
    def only(self, part: Part) -> Iterator[None]:
        """Write one *part* in the block; a careful pass undoes only this part if it fails.

        Savepoints and statements for each part cost several times as much as batches, so only a second try is careful.
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
            its_rows = (self.documents, self.articles, self.titles, self.placements, self.files, self.changes)
            for writer in (*its_rows, self.search_index):
                writer.drop()
            its = error.orig if isinstance(error, DBAPIError) else None  # SQLAlchemy's own message quotes the whole row
            self._failures[part] = failure_of(its if isinstance(its, Exception) else error)

    @contextmanager
    def part_failures_raised(self) -> Iterator[None]:
        """Raise the failures of parts instead of an error that they caused.

        raises: PartsFailedError.
        """
        try:
            yield
        except Exception as error:
            if not self._failures or isinstance(error, PartsFailedError):
                raise
            raise PartsFailedError(self._failures) from error

    def end_parts(self) -> None:
        """Raise the failures of parts, if there are any; otherwise report the parts that the pass leaves out.

        raises: PartsFailedError.
        """
        if self._failures:
            raise PartsFailedError(self._failures)
        for part, failure in self.without.items():
            for document in self.documents.of(part) if isinstance(part, str) else ():
                self.documents.put_failure(document.source, document.path, failure, what="be published")
                self.documents.put(replace(document, fingerprint=""))

    def edition(self) -> Edition:
        """Return the last edition, with the problems that the transaction has now."""
        return last_edition(self._connection)

    def sureness(self) -> Sureness:
        """Count the confidences of the dates of all live articles, by reading each."""
        self.end_batch()
        return sureness(self._connection)


def is_refusal(error: SQLAlchemyError) -> bool:
    """Return whether the values of a row caused *error*: too large, too long for an index, already there."""
    if isinstance(error, DataError | IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return state is not None and state.startswith(LIMITS)


def _is_of_the_part(error: Exception) -> bool:
    """Return whether the part itself may have caused *error*, and not the store, the disk or the network."""
    if isinstance(error, SQLAlchemyError):
        return is_refusal(error)
    return not isinstance(error, StoreError | OSError)
