"""Open a store: one transaction for each pass, a snapshot for whoever reads, and its upkeep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import Imprint
from feedsvc.model.errors import DamagedError, RefusedError, SlowError, StoreAwayError, StoreError
from feedsvc.model.feed import Edition
from feedsvc.model.packing import PackingError, unpack
from feedsvc.stores import schema
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.editions import last_edition
from feedsvc.stores.kinds import kind_of
from feedsvc.stores.postgres import cause
from feedsvc.stores.queries import Queries
from feedsvc.stores.schema import instant, seconds
from feedsvc.stores.schema_versions import bring_up, must_be_current, version_of
from feedsvc.stores.transaction import Part, Transaction, is_refusal
from feedsvc.text.failures import Failure


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

        made_with: see `feedsvc.config.software_digest.made_with`.
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
