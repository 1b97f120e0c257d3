"""Keep a store in one SQLite file, with the files of its locks beside it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import SQLITE
from feedsvc.model.errors import StoreError
from feedsvc.stores import schema
from feedsvc.stores.locks import FileLead, file_lock
from feedsvc.stores.private_files import make_private, make_private_folder

DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
STEPS = 10_000  # of a statement, between looks at the clock: about a millisecond
PAGES_KB = 16_000  # that a pass holds; with SQLite's own 2,000 what it writes is written over and over
WAIT_S = 30.0  # for another that writes, or reads what is to be written over


class Sqlite:
    """Know the store in one file (see `feedsvc.stores.store.Kind`)."""

    ask_every_s = 0.02  # it takes about 0.01 ms while nothing is written

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = Path(url.removeprefix(SQLITE))
        self.name = str(self._file)
        self._looking = Lock()
        self._identity: tuple[int, ...] | None = None
        self._lookout: sqlite3.Connection | None = None

    def is_there(self) -> bool:
        """Return whether the file is."""
        return self._file.exists()

    def engine(self) -> Engine:
        """Return an engine; the folder is made when it is missing, and the file when it is first used."""
        try:
            make_private_folder(self._file.parent)
        except OSError as error:
            raise StoreError(f"{self._file.parent}: cannot be made or written: {error.strerror}") from error
        engine = create_engine(self._url, creator=self._connect)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "engine_disposed", self._close_lookout)
        return engine

    def _connect(self) -> sqlite3.Connection:
        """Open the file, leaving transactions to SQLAlchemy's events, and readers to go on while a pass writes."""
        if not self._is_writable():
            return self._connect_for_reading()
        with suppress(OSError):  # SQLite says why
            make_private(self._file)  # the files that SQLite makes beside it are as private
        connection = sqlite3.connect(self._file, timeout=WAIT_S, check_same_thread=False, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            connection.execute("PRAGMA synchronous=FULL").close()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _connect_for_reading(self) -> sqlite3.Connection:
        """Open a file beside which nothing can be written: SQLite then needs the log of who writes, or that none is.

        source: sqlite.org/wal.html, section 5.
        """
        if not self._file.exists():
            raise StoreError(f"{self._file}: is not there, and this user cannot make it")
        has_log = self._has_log()
        if has_log and not self._beside("-shm").exists():
            raise StoreError(
                f"{self._file}: cannot be read where this user cannot write: what was published last lies in its log "
                f"({self._file.name}-wal); run feedsvc publish once as a user who can"
            )
        address = f"{self._file.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
        return sqlite3.connect(address, uri=True, timeout=WAIT_S, check_same_thread=False, isolation_level=None)

    def _is_writable(self) -> bool:
        """Return whether files can be made beside this one, as SQLite does to write to it, and also to read."""
        return os.access(self._file.parent, os.W_OK)

    def _has_log(self) -> bool:
        log = self._beside("-wal")
        return log.exists() and (log.stat().st_size > 0 or self._beside("-shm").exists())

    def reading(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Open a connection; its transaction is a snapshot, as all are in WAL mode."""
        return engine.connect()

    @contextmanager
    def passing(self, engine: Engine) -> Iterator[Connection]:
        """Wait for the lock of the pass, and open one transaction."""
        with file_lock(self._beside(".pass.lock")), engine.connect() as connection:
            marked = connection.execution_options(writing=True)
            with marked.begin():
                yield marked

    @contextmanager
    def hurried(self, connection: Connection, seconds: float) -> Iterator[None]:
        """Look at the clock between the steps of statements."""
        own: object = connection.connection.dbapi_connection
        if not isinstance(own, sqlite3.Connection):
            raise TypeError(f"{self._file}: is not read by sqlite3")
        late_at = time.monotonic() + seconds
        own.set_progress_handler(lambda: time.monotonic() > late_at, STEPS)
        try:
            yield
        finally:
            own.set_progress_handler(None, 0)

    def scrub(self, engine: Engine) -> None:
        """Write the file anew, and empty the log of what was written to it."""
        with file_lock(self._beside(".pass.lock")), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            try:
                write_anew(cursor.execute)
                cursor.execute("DELETE FROM meta WHERE key = ?", (schema.SCRUB,))
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, 'wanted')", (schema.SCRUB,))
            except sqlite3.Error as error:
                raise StoreError(f"{self._file}: what was killed is not yet erased from the file: {error}") from error
            if busy:
                raise StoreError(f"{self._file}: what was killed is not yet erased from the file: it is being read")

    def compact(self, engine: Engine) -> None:
        """Write the file anew; its log is emptied, unless it is being read, which ends by itself."""
        with file_lock(self._beside(".pass.lock")), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise StoreError(f"{self._file}: cannot be compacted: {error}") from error

    def size(self, engine: Engine) -> int:  # noqa: ARG002  the files tell
        """Return the bytes of the file and its log."""
        files = (self._file, self._beside("-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def renew(self, engine: Engine) -> None:
        """Let go of a file that was removed or replaced (`rm -rf var`, a restored backup).

        Open connections would go on reading it.

        raises: StoreError while there is no file.
        """
        with self._looking:
            try:
                found = self._file.stat()
            except OSError as error:
                raise StoreError(f"{self._file}: is gone: {error.strerror}") from error
            identity: tuple[int, ...] = (found.st_dev, found.st_ino)
            if not self._is_writable():  # then it may be open as one that never changes
                identity = (*identity, found.st_mtime_ns, found.st_size, self._has_log())
            if identity != self._identity:
                if self._identity is not None:
                    engine.dispose()
                self._identity = identity

    def identity(self, engine: Engine) -> object:
        """Return the file's device and inode, and what was minted when all in it was last replaced."""
        self.renew(engine)
        query = select(schema.meta.c.value).where(schema.meta.c.key == schema.IDENTITY)
        with self.reading(engine) as connection:
            return (self._identity or ())[:2], connection.scalar(query)

    def last_write(self, engine: Engine) -> object:
        """Return the file's device and inode, and SQLite's number of what was committed to it; None while it is busy.

        A query through SQLAlchemy takes a hundred times as long, and polls wait meanwhile: for the interpreter.

        source: SQLite, PRAGMA data_version, which is told by one connection that itself writes nothing.
        """
        self.renew(engine)
        try:
            with self._looking:
                if self._lookout is None:
                    address = f"{self._file.absolute().as_uri()}?mode=rw"
                    self._lookout = (
                        sqlite3.connect(address, uri=True, timeout=0, check_same_thread=False)
                        if self._is_writable()
                        else self._connect_for_reading()
                    )
                return self._identity, *self._lookout.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None  # the store itself says what is wrong

    def _close_lookout(self, _engine: Engine) -> None:
        lookout, self._lookout = self._lookout, None
        if lookout is not None:
            lookout.close()

    def is_away(self, _error: SQLAlchemyError) -> bool:
        """Return False: a file is there, or it is gone."""
        return False

    def is_slow(self, error: SQLAlchemyError) -> bool:
        """Return whether it was interrupted."""
        return getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT

    def is_damaged(self, error: SQLAlchemyError) -> bool:
        """Return whether SQLite finds that the file is malformed, or is no store at all."""
        # An extended code says more in its higher bits.
        return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in DAMAGE

    def set_aside(self) -> Path:
        """Rename the file and its log to `feedsvc.db.damaged…`, in place of former ones."""
        aside = self._beside(".damaged")
        try:
            with file_lock(self._beside(".pass.lock")):
                # The log first: without its file it is of no use, and beside a new file it would do harm.
                for ending in ("-wal", "-shm", ""):
                    aside.with_name(aside.name + ending).unlink(missing_ok=True)
                    with suppress(FileNotFoundError):
                        self._file.with_name(self._file.name + ending).rename(aside.with_name(aside.name + ending))
        except OSError as error:
            raise StoreError(f"{self._file}: cannot be renamed to {aside.name}: {error.strerror}") from error
        return aside

    def kept_file(self, now: datetime, *, var: Path) -> Path:  # noqa: ARG002  all is beside the file
        """Return `feedsvc.db.replaced-` with the time."""
        return self._beside(f".replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")

    def lead(self, purpose: str, *, var: Path) -> FileLead:  # noqa: ARG002  all is beside the file
        """Return the lock in a file of its own: `feedsvc.db.leader.lock`."""
        return FileLead(self._beside(f".{purpose}.lock"))

    def trouble_file(self, *, var: Path) -> Path:  # noqa: ARG002  the same
        """Return `feedsvc.db.trouble.json`."""
        return self._beside(".trouble.json")

    def _beside(self, ending: str) -> Path:
        return self._file.with_name(self._file.name + ending)


def write_anew(execute: Callable[[str], object]) -> None:
    """Leave nothing in a file of what was deleted from it; *execute* runs a statement there, in no transaction.

    What left the index of words stands in it until its parts are made one.
    """
    execute("INSERT INTO search (search) VALUES ('optimize')")
    execute("VACUUM")


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite store, None for another kind of store."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"PRAGMA cache_size = -{PAGES_KB}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
