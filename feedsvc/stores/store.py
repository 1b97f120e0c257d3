"""Open a store of either kind: a transaction for each pass, a snapshot for each reader, and its upkeep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import SQLITE, Imprint
from feedsvc.model.errors import DamagedError, RefusedError, SlowError, StoreAwayError, StoreError
from feedsvc.model.feed import Edition
from feedsvc.model.packing import PackingError, unpack
from feedsvc.stores import schema
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.postgres import PREFIXES, Postgres, cause
from feedsvc.stores.queries import Queries, last_edition
from feedsvc.stores.schema import bring_up, instant, must_be_current, seconds, version_of
from feedsvc.stores.sqlite import Sqlite
from feedsvc.stores.transaction import Part, Transaction, is_refusal
from feedsvc.text.failures import Failure


class Lead(Protocol):
    """A lock that one process keeps for as long as it lives."""

    def take(self) -> bool:
        """Take the lock if it is free, and return whether this process has it.

        raises: OSError, StoreError where that cannot be known.
        """

    def let_go(self) -> None:
        """Let another process have it."""


class Kind(Protocol):
    """Know one store by its URL; nothing is opened before `engine` is called.

    The files of a node (its locks, its trouble) lie beside the store where that is a file, else in *var*, a folder.
    """

    @property
    def name(self) -> str:
        """Return what messages call the store: never a password."""

    @property
    def ask_every_s(self) -> float:
        """Return how often a web worker may ask for the last edition, in seconds."""

    def is_there(self) -> bool:
        """Return whether anything may be kept there, without making anything."""

    def engine(self) -> Engine:
        """Return an engine for the store, which connects when it is first used.

        raises: StoreError, OSError.
        """

    def reading(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Open a connection that sees one whole edition, whatever is committed meanwhile."""

    def passing(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Wait for the lock of the pass, and open one transaction, which ends with the block."""

    def hurried(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Have the statements of the block end with an error that `is_slow`, once they take longer than *seconds*."""

    def scrub(self, engine: Engine) -> None:
        """Write the store anew without what was erased, and take away the mark that asks for it.

        raises: StoreError, SQLAlchemyError if it cannot be done now; the mark then stays.
        """

    def compact(self, engine: Engine) -> None:
        """Write the store anew without the space that nothing takes, under the lock of the pass.

        raises: StoreError, SQLAlchemyError if it cannot be done now.
        """

    def size(self, engine: Engine) -> int:
        """Return how many bytes the store takes."""

    def renew(self, engine: Engine) -> None:
        """Close connections to a store that is no longer there.

        raises: StoreError while there is nothing.
        """

    def identity(self, engine: Engine) -> object:
        """Return what changes when another store is put in this one's place.

        raises: StoreError, SQLAlchemyError.
        """

    def last_write(self, engine: Engine) -> object:
        """Return the store's change token, new after each write and for another store; None if only a query tells.

        raises: StoreError while there is nothing.
        """

    def is_away(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that the store cannot be reached at the moment."""

    def is_slow(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that a statement took longer than it may."""

    def is_damaged(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that what is kept there is damaged."""

    def set_aside(self) -> Path | None:
        """Move the store away without loss, and return its new path; None if this kind cannot be moved."""

    def kept_file(self, now: datetime, *, var: Path) -> Path:
        """Return the file for what is there when a restore replaces it; of two, that of the later time is the last."""

    def lead(self, purpose: str, *, var: Path) -> Lead:
        """Return the lock for *purpose* over all processes and nodes that share the store."""

    def trouble_file(self, *, var: Path) -> Path:
        """Return the file that tells why this node publishes nothing."""


def kind_of(url: str) -> Kind:
    """Return the kind of the store at *url*.

    raises: StoreError.
    """
    if url.startswith(SQLITE):
        return Sqlite(url)
    if url.startswith(PREFIXES):
        return Postgres(url)
    scheme = url.partition("://")[0]
    raise StoreError(f"store {scheme}: only {SQLITE}… and postgresql+psycopg://… stores are known; correct store.url")


class Store(Queries):
    """A store open; every method is safe to call from several threads.

    url:      as SQLAlchemy takes it. The folder of an SQLite file is made when it is missing.
    makes:    tables are made where there are none. migrates: those of an older feedsvc are brought up to date.
    raises:   StoreError; EmptyStoreError where there are no tables and none are made.
    """

    def __init__(self, url: str, *, makes: bool = True, migrates: bool = True) -> None:
        self.url = url
        self._kind = kind_of(url)
        self._engine = self._kind.engine()
        try:
            self._open(makes=makes, migrates=migrates)
            self._kind.renew(self._engine)
        except StoreError:
            self._engine.dispose()
            raise

    def _open(self, *, makes: bool, migrates: bool) -> None:
        """See that the tables are there and can be used; nothing is written where they are as they should be."""
        name = self._kind.name
        with self.snapshot() as connection:
            version = version_of(connection, name=name)
        if version != schema.SCHEMA_VERSION and (migrates or (makes and version == 0)):
            with self._passing() as connection:
                bring_up(connection, name=name, migrates=migrates)
        with self.snapshot() as connection:
            must_be_current(connection, name=name)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that sees one whole edition."""
        with self._errors_told(), self._kind.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Take the pass lock, waiting for it, and open one transaction over all tables."""
        with self._passing() as connection:
            yield connection

    @contextmanager
    def _passing(self) -> Iterator[Connection]:
        with self._errors_told(), self._kind.passing(self._engine) as connection:
            yield connection

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if self._kind.is_away(error):
                raise StoreAwayError(f"{self._kind.name}: cannot be reached: {cause(error)}") from error
            if self._kind.is_slow(error):
                raise SlowError(f"{self._kind.name}: took too long: {cause(error)}") from error
            if self._kind.is_damaged(error):
                raise DamagedError(
                    f"{self._kind.name}: is damaged, or is no store: {cause(error)}; "
                    "restore a backup: feedsvc restore FILE --replace"
                ) from error
            kind = RefusedError if is_refusal(error) else StoreError
            raise kind(f"{self._kind.name}: cannot be used as a store: {cause(error)}") from error

    @contextmanager
    def begin(self, *, without: Mapping[Part, Failure] | None = None) -> Iterator[Transaction]:
        """Take the pass lock, waiting for it, and open one transaction; leaving with an error undoes all of it.

        without: see `Transaction`.
        """
        with self._passing() as connection:
            # A newer feedsvc may have changed the tables since this process opened them.
            must_be_current(connection, name=self._kind.name)
            tx = Transaction(connection, without=without)
            with tx.part_failures_raised():
                yield tx
                tx.end_batch()

    def scrub(self) -> None:
        """Write the store's files anew without what was erased or overwritten, which lies in their free space.

        The mark that asks for it stays until it is done, so that a pass after a crash does it.

        raises: StoreError if it cannot be done now: the disk is full, or a reader does not let go of an old edition.
        """
        with self._errors_told():
            self._kind.scrub(self._engine)

    def compact(self) -> tuple[int, int]:
        """Write the store anew without free space, and return the bytes that it took before and takes now.

        raises: StoreError if it cannot be done now: the disk is full, or somebody reads for long.
        """
        with self._errors_told():
            before = self._kind.size(self._engine)
            self._kind.compact(self._engine)
            return before, self._kind.size(self._engine)

    def next_release(self, after: datetime) -> datetime | None:
        """Return the first instant later than *after* at which a held document may be used, or a used one no more."""
        due = schema.documents.c.due
        query = select(func.min(due)).where(due > seconds(after), schema.documents.c.present)
        with self.snapshot() as connection:
            found = connection.scalar(query)
        return None if found is None else instant(found)

    def edition(self) -> Edition:
        """Return the last edition; number 0 when nothing was ever published."""
        with self.snapshot() as connection:
            return last_edition(connection)

    def identity(self) -> object:
        """Return what tells this store from another put in its place.

        raises: StoreError while there is none.
        """
        with self._errors_told():
            return self._kind.identity(self._engine)

    def last_write(self) -> object:
        """Return the store's change token, new after each write and for another store; None if only a query tells.

        raises: StoreError while there is none.
        """
        return self._kind.last_write(self._engine)

    def edition_number(self) -> int:
        """Return the last edition's number."""
        self._kind.renew(self._engine)
        with self.snapshot() as connection:
            return connection.scalar(select(func.max(schema.editions.c.number))) or 0

    def needs_pass(self, made_with: str) -> bool:
        """Return whether nothing was ever published, or the last pass ran with other software or settings.

        made_with: see `feedsvc.config.settings.made_with`.
        """
        self._kind.renew(self._engine)
        query = select(schema.meta.c.value).where(schema.meta.c.key == "made with")
        with self.snapshot() as connection:
            return connection.scalar(query) != made_with

    def base_url(self) -> str | None:
        """Return the base URL of all that was published last; None where nothing says it."""
        query = select(schema.meta.c.value).where(schema.meta.c.key == IMPRINT)
        with self.snapshot() as connection:
            packed = connection.scalar(query)
        try:
            return None if packed is None else unpack(packed.encode(), Imprint).site.base_url
        except PackingError:
            return None  # an older feedsvc's; the next pass makes all anew

    def hurried(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Have what is asked on *connection* meanwhile be given up after so many *seconds*.

        raises: SlowError.
        """
        return self._kind.hurried(connection, seconds)

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()
