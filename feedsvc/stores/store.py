"""Open a store of either kind: a transaction for each pass, a snapshot for each reader, and its upkeep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import SQLITE, Imprint
from feedsvc.model.errors import DamagedError, LockedError, RefusedError, SlowError, StoreAwayError, StoreError
from feedsvc.model.feed import Edition
from feedsvc.model.packing import PackingError, unpack
from feedsvc.stores import schema
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.editions import last_edition
from feedsvc.stores.postgres import PREFIXES, Postgres
from feedsvc.stores.publisher_locks import Lead
from feedsvc.stores.queries import Queries
from feedsvc.stores.schema import bring_up, cause, instant, must_be_current, noted, seconds, version_of
from feedsvc.stores.sqlite import Sqlite
from feedsvc.stores.transaction import Part, Transaction, is_refusal
from feedsvc.text.failures import Failure

AGREES = timedelta(seconds=2)  # a question takes a moment


def clock_trouble(ahead: timedelta) -> str:
    """Return what is wrong with this machine's clock, if that of the database is *ahead* of it, or behind."""
    seconds = round(abs(ahead.total_seconds()))
    direction = "behind" if ahead > timedelta() else "ahead of"
    return f"the clock of this machine is {seconds} s {direction} that of the database; set it by NTP"


class Kind(Protocol):
    """One store, known by its URL; nothing is opened before `engine` is called.

    The files of a node (its locks, its status file) lie beside a store that is a file, else in the folder *var*.
    """

    @property
    def name(self) -> str:
        """The store's name in messages, without a password."""

    @property
    def ask_every_s(self) -> float:
        """The shortest time between two questions of a web worker for the last edition."""

    def is_there(self) -> bool:
        """Return whether the store may exist, without making it."""

    def engine(self, *, makes: bool) -> Engine:
        """Return an engine, which connects when it is first used.

        makes:  a missing file is made, but only once.
        raises: StoreError, OSError.
        """

    def must_be_new(self) -> None:
        """Check that no store was here before, if there is none now.

        raises: StoreError.
        """

    def cure(self, error: SQLAlchemyError) -> str | None:
        """Return what is to be done after *error*, if that is known."""

    def snapshot(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Open a connection that sees one edition, whatever is committed meanwhile."""

    def transaction(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Wait for the lock of the pass, and open one transaction, which ends with the block."""

    def time_limit(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Stop each statement of the block that takes longer than *seconds*, with an error that `is_slow`."""

    def scrub(self, engine: Engine) -> None:
        """Rewrite the store without erased bytes, and delete the mark that asks for it.

        raises: StoreError, SQLAlchemyError if that is impossible now; the mark then stays.
        """

    def compact(self, engine: Engine) -> None:
        """Rewrite the store without free space, under the lock of the pass.

        raises: StoreError, SQLAlchemyError if that is impossible now.
        """

    def size(self, engine: Engine) -> int:
        """Return the bytes that the store takes."""

    def renew(self, engine: Engine) -> None:
        """Close connections to a store that was removed or replaced.

        raises: StoreError while there is no store.
        """

    def identity(self, engine: Engine) -> object:
        """Return a value that changes when another store takes the place of this one.

        raises: StoreError, SQLAlchemyError.
        """

    def clock(self, engine: Engine) -> datetime | None:
        """Return the time of the store's own machine, aware; None for a store on this machine.

        raises: SQLAlchemyError.
        """

    def last_write(self, engine: Engine) -> object:
        """Return the store's change token, new after each write and for another store; None if only a query tells.

        raises: StoreError while there is no store.
        """

    def is_away(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that the store cannot be reached now."""

    def is_locked(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that a table was locked for too long."""

    def is_slow(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that a statement took too long."""

    def is_damaged(self, error: SQLAlchemyError) -> bool:
        """Return whether *error* says that the store is damaged."""

    def set_aside(self) -> Path | None:
        """Move the store away without loss, and return its new path; None if this kind cannot be moved."""

    def replaced_path(self, now: datetime, *, var: Path) -> Path:
        """Return the file for a backup of the store that a restore replaces; names sort by time."""

    def lead(self, purpose: str, *, var: Path, makes: bool = True) -> Lead:
        """Return the lock for *purpose* among all processes and nodes that share the store.

        makes: a missing folder of the store is made.
        """

    def status_path(self, *, var: Path) -> Path:
        """Return the file that says why this node publishes nothing."""


def kind_of(url: str, *, patience_s: float | None = None) -> Kind:
    """Return the kind of the store at *url*.

    patience_s: for each answer of a server; None waits for as long as it takes.
    raises:     StoreError.
    """
    if url.startswith(SQLITE):
        return Sqlite(url)
    if url.startswith(PREFIXES):
        return Postgres(url, patience_s=patience_s)
    scheme = url.partition("://")[0]
    raise StoreError(f"store {scheme}: only {SQLITE}… and postgresql+psycopg://… stores are known; correct store.url")


class Store(Queries):
    """An open store; every method is safe to call from several threads.

    url:      as SQLAlchemy takes it. The folder of an SQLite file is made if it is missing.
    makes:    missing tables are made, but not where a store was before, unless *anew*.
    migrates: tables of an older feedsvc are brought up to date.
    patience_s: as in `kind_of`.
    raises:   StoreError; EmptyStoreError if there are no tables and none are made.
    """

    def __init__(
        self,
        url: str,
        *,
        makes: bool = True,
        anew: bool = False,
        migrates: bool = True,
        patience_s: float | None = None,
    ) -> None:
        self.url = url
        self._kind = kind_of(url, patience_s=patience_s)
        if makes and not anew:
            self._kind.must_be_new()
        self._engine = self._kind.engine(makes=makes)
        try:
            self._open(makes=makes, migrates=migrates)
            self._kind.renew(self._engine)
        except StoreError:
            self._engine.dispose()
            raise

    def _open(self, *, makes: bool, migrates: bool) -> None:
        """Make or migrate the tables if that is needed and allowed, and check them."""
        name = self._kind.name
        with self.snapshot() as connection:
            version = version_of(connection, name=name)
        if version != schema.SCHEMA_VERSION and (migrates or (makes and version == 0)):
            with self.transaction() as connection:
                bring_up(connection, name=name, migrates=migrates)
        with self.snapshot() as connection:
            must_be_current(connection, name=name)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that sees one edition, whatever is committed meanwhile."""
        with self._store_errors(), self._kind.snapshot(self._engine) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Wait for the lock of the pass, and open one transaction over all tables."""
        with self._store_errors(), self._kind.transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if self._kind.is_away(error):
                raise StoreAwayError(f"{self._kind.name}: cannot be reached: {self._told(error)}") from error
            if self._kind.is_locked(error):
                raise LockedError(f"{self._kind.name}: is locked by another session: {cause(error)}") from error
            if self._kind.is_slow(error):
                raise SlowError(f"{self._kind.name}: took too long: {cause(error)}") from error
            if self._kind.is_damaged(error):
                raise DamagedError(
                    f"{self._kind.name}: is damaged, or is no store: {cause(error)}; "
                    "restore a backup: feedsvc restore FILE --replace"
                ) from error
            kind = RefusedError if is_refusal(error) else StoreError
            raise kind(f"{self._kind.name}: cannot be used as a store: {self._told(error)}") from error

    def _told(self, error: SQLAlchemyError) -> str:
        """Return the message of *error* in one line, with the cure."""
        return "; ".join(filter(None, (cause(error), self._kind.cure(error))))

    @contextmanager
    def begin(self, *, without: Mapping[Part, Failure] | None = None) -> Iterator[Transaction]:
        """Wait for the lock of the pass, and open one transaction; an error undoes all of it.

        without: see `Transaction`.
        """
        with self.transaction() as connection:
            # A newer feedsvc may have changed the tables since this process opened them.
            must_be_current(connection, name=self._kind.name)
            tx = Transaction(connection, without=without)
            with tx.part_failures_raised():
                yield tx
                tx.end_batch()

    def scrub(self) -> None:
        """Rewrite the store's files, whose free space still has the bytes that were erased or overwritten.

        The mark that asks for it stays until then, so that a pass after a crash does it.

        raises: StoreError if that is impossible now: the disk is full, or somebody still reads an old edition.
        """
        with self._store_errors():
            self._kind.scrub(self._engine)

    def compact(self) -> tuple[int, int]:
        """Rewrite the store without free space; return the bytes that it took before and takes now.

        raises: StoreError if that is impossible now: the disk is full, or somebody reads for long.
        """
        with self._store_errors():
            before = self._kind.size(self._engine)
            self._kind.compact(self._engine)
            return before, self._kind.size(self._engine)

    def next_release(self, after: datetime) -> datetime | None:
        """Return the first end of an embargo or of an expiry later than *after*."""
        due = schema.documents.c.due
        query = select(func.min(due)).where(due > seconds(after), schema.documents.c.present)
        with self.snapshot() as connection:
            found = connection.scalar(query)
        return None if found is None else instant(found)

    def edition(self) -> Edition:
        """Return the last edition; its number is 0 if nothing was ever published."""
        with self.snapshot() as connection:
            return last_edition(connection)

    def identity(self) -> object:
        """Return a value that changes when another store takes the place of this one.

        raises: StoreError while there is no store.
        """
        with self._store_errors():
            return self._kind.identity(self._engine)

    def clock_ahead(self, now: datetime) -> timedelta:
        """Return by how much the clock of the store's machine is ahead of *now*; 0 if they agree within seconds.

        An embargo must not end early where a node's clock is fast, so the machines obey the one that they share.

        raises: StoreError.
        """
        with self._store_errors():
            there = self._kind.clock(self._engine)
        ahead = timedelta() if there is None else there - now
        return ahead if abs(ahead) >= AGREES else timedelta()

    def last_write(self) -> object:
        """Return the store's change token, new after each write and for another store; None if only a query tells.

        raises: StoreError while there is no store.
        """
        return self._kind.last_write(self._engine)

    def edition_number(self) -> int:
        self._kind.renew(self._engine)
        with self.snapshot() as connection:
            return connection.scalar(select(func.max(schema.editions.c.number))) or 0

    def needs_pass(self, made_with: str) -> bool:
        """Return whether nothing was ever published, or the last pass ran with other software or settings.

        made_with: see `feedsvc.config.settings.made_with`.
        """
        self._kind.renew(self._engine)
        with self.snapshot() as connection:
            return noted(connection, "made with") != made_with

    def base_url(self) -> str | None:
        """Return the base URL of the last edition, None if it is unknown."""
        with self.snapshot() as connection:
            packed = noted(connection, IMPRINT)
        try:
            return None if packed is None else unpack(packed.encode(), Imprint).site.base_url
        except PackingError:
            return None  # of an older feedsvc; the next pass renders everything again

    def time_limit(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Stop each statement of the block that takes longer than *seconds*.

        raises: SlowError.
        """
        return self._kind.time_limit(connection, seconds)

    def close(self) -> None:
        self._engine.dispose()
