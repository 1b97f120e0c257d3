"""A store in one SQLite file, with its locks in files beside it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import SQLITE
from feedsvc.model.errors import StoreAwayError, StoreError
from feedsvc.stores import schema
from feedsvc.stores.private_files import cure_of, hindrance, is_there, make_private, make_private_folder
from feedsvc.stores.publisher_locks import FileLead, file_pass_lock

AWAY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
STEPS = 10_000  # of a statement, between looks at the clock: about a millisecond
PAGES_KB = 16_000  # in memory during a pass; with SQLite's own 2,000, a pass writes pages again and again
WAIT_S = 30.0  # for another connection that writes, or reads pages that are to be overwritten


class Sqlite:
    """The store in one file (see `feedsvc.stores.store.Kind`)."""

    ask_every_s = 0.02  # it takes about 0.01 ms while nothing is written

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = Path(url.removeprefix(SQLITE))
        self.name = str(self._file)
        self._looking = Lock()
        self._identity: tuple[int, ...] | None = None
        self._makes = False
        self._lookout: sqlite3.Connection | None = None

    def is_there(self) -> bool:
        """Return whether there is a file, or may be one where this user may not look."""
        try:
            self._file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return True

    def engine(self, *, makes: bool) -> Engine:
        """Return an engine; a missing folder is made now, and the file when the engine is first used."""
        self._makes = makes
        try:
            if makes:
                make_private_folder(self._file.parent)
        except OSError as error:
            why = cure_of(error, self._file)
            raise StoreError(f"{self._file.parent}: cannot be made or written: {why}") from error
        engine = create_engine(self._url, creator=self._connect)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "engine_disposed", self._close_lookout)
        return engine

    def _connect(self) -> sqlite3.Connection:
        """Open the file; SQLAlchemy's events begin transactions.

        raises: StoreError, sqlite3.Error.
        """
        try:
            return self._opened()
        except OSError as error:  # this user may not look into the folder
            raise StoreAwayError(f"{self._file}: cannot be used as a store: {cure_of(error, self._file)}") from error

    def _opened(self) -> sqlite3.Connection:
        """Open the file in WAL mode, so that readers go on during a pass."""
        if not self._makes and not self.is_there():
            raise StoreAwayError(self._gone())
        if not self._is_writable():
            return self._connect_for_reading()
        if self._makes:
            with suppress(OSError):  # SQLite then says why
                make_private(self._file)  # SQLite makes the files beside it as private
        address = f"{self._file.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, timeout=WAIT_S, check_same_thread=False, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            connection.execute("PRAGMA synchronous=FULL").close()
        except sqlite3.Error:
            connection.close()
            raise
        self._makes = False  # if it goes, it may come back, and an empty one in its place would withdraw everything
        return connection

    def _gone(self) -> str:
        return (
            f"{self._file}: is gone; bring it back, mount its disk, or restore a backup: feedsvc restore FILE; "
            "to begin anew without its ids and dates, end the service, "
            f"remove {self._beside('.pass.lock')}, and start the service again"
        )

    def must_be_new(self) -> None:
        """Check that no store was here before, which has left its lock, so that none is made in its place.

        raises: StoreError.
        """
        left = self._beside(".pass.lock")
        if is_there(left) and not is_there(self._file):
            raise StoreError(
                f"{self._file}: was here, for {left.name} is left of it; bring it back, or restore a backup: "
                f"feedsvc restore FILE; to begin anew without its ids and dates, remove {left}"
            )

    def _connect_for_reading(self) -> sqlite3.Connection:
        """Open a file in a folder that this user cannot write to: SQLite needs the log of a writer, or no log at all.

        source: sqlite.org/wal.html, section 5.
        """
        if not is_there(self._file):
            raise StoreError(f"{self._file}: is not there, and this user cannot make it: {hindrance(self._file)}")
        has_log = self._has_log()
        if has_log and not self._beside("-shm").exists():
            raise StoreError(
                f"{self._file}: cannot be read where this user cannot write: the last edition is in its log "
                f"({self._file.name}-wal); run feedsvc publish once as a user who can"
            )
        address = f"{self._file.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
        return sqlite3.connect(address, uri=True, timeout=WAIT_S, check_same_thread=False, isolation_level=None)

    def _is_writable(self) -> bool:
        """Return whether this user can make files in the folder, which SQLite does to write, and also to read."""
        return os.access(self._file.parent, os.W_OK)

    def _has_log(self) -> bool:
        log = self._beside("-wal")
        return log.exists() and (log.stat().st_size > 0 or self._beside("-shm").exists())

    def snapshot(self, engine: Engine) -> AbstractContextManager[Connection]:
        """Open a connection; in WAL mode every transaction is a snapshot."""
        return engine.connect()

    @contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        with file_pass_lock(self._beside(".pass.lock")), engine.connect() as connection:
            marked = connection.execution_options(writing=True)
            with marked.begin():
                yield marked

    @contextmanager
    def time_limit(self, connection: Connection, seconds: float) -> Iterator[None]:
        """Let SQLite look at the clock between the steps of statements."""
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
        """Rewrite the file, and empty its log."""
        with file_pass_lock(self._beside(".pass.lock")), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            try:
                rewrite(cursor.execute)
                cursor.execute("DELETE FROM meta WHERE key = ?", (schema.SCRUB,))
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, 'wanted')", (schema.SCRUB,))
            except sqlite3.Error as error:
                raise StoreError(f"{self._file}: killed texts are not yet erased from the file: {error}") from error
            if busy:
                raise StoreError(f"{self._file}: killed texts are not yet erased from the file: it is being read")

    def compact(self, engine: Engine) -> None:
        """Rewrite the file, and empty its log, unless somebody reads it."""
        with file_pass_lock(self._beside(".pass.lock")), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise StoreError(f"{self._file}: cannot be compacted: {error}") from error

    def size(self, engine: Engine) -> int:  # noqa: ARG002  a Kind
        """Return the bytes of the file and its log."""
        files = (self._file, self._beside("-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def renew(self, engine: Engine) -> None:
        """Close connections to a file that was removed or replaced (`rm -rf var`, a restored backup).

        They would go on reading it.

        raises: StoreError while there is no file.
        """
        with self._looking:
            try:
                found = self._file.stat()
            except OSError as error:
                is_gone = isinstance(error, FileNotFoundError | NotADirectoryError)
                raise StoreAwayError(
                    self._gone() if is_gone else f"{self._file}: cannot be looked at: {hindrance(self._file)}"
                ) from error
            identity: tuple[int, ...] = (found.st_dev, found.st_ino)
            if not self._is_writable():  # then SQLite may treat it as immutable
                identity = (*identity, found.st_mtime_ns, found.st_size, self._has_log())
            if identity != self._identity:
                if self._identity is not None:
                    engine.dispose()
                self._identity = identity

    def identity(self, engine: Engine) -> object:
        """Return the file's device and inode, and the id of its content."""
        self.renew(engine)
        with self.snapshot(engine) as connection:
            schema.must_not_be_newer(connection, name=self.name)
            return (self._identity or ())[:2], schema.noted(connection, schema.IDENTITY)

    def clock(self, engine: Engine) -> None:  # noqa: ARG002  a Kind
        """Return None: all processes of a machine have one clock."""
        return

    def last_write(self, engine: Engine) -> object:
        """Return the file's device and inode, and SQLite's count of commits; None while the file is busy.

        A query through SQLAlchemy takes a hundred times as long, while polls wait for the interpreter.

        source: SQLite, PRAGMA data_version; the connection that asks must never write.
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
            return None  # a query will say what is wrong

    def _close_lookout(self, _engine: Engine) -> None:
        lookout, self._lookout = self._lookout, None
        if lookout is not None:
            lookout.close()

    def is_away(self, error: SQLAlchemyError) -> bool:
        """Return whether the file cannot be opened or read now: its disk is away, or it has another owner."""
        return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in AWAY

    def is_locked(self, error: SQLAlchemyError) -> bool:  # noqa: ARG002  a Kind
        """Return False: readers of a log wait for nobody."""
        return False

    def is_slow(self, error: SQLAlchemyError) -> bool:
        return getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT

    def cure(self, error: SQLAlchemyError) -> str | None:
        """Return why the file cannot be used, and what to do, if that can be seen."""
        code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return f"make room on the disk that holds {self._file.parent}"
        if code == sqlite3.SQLITE_BUSY:
            return f"another program, such as sqlite3, keeps it locked; end it (fuser {self._file} names it)"
        return hindrance(self._file)

    def is_damaged(self, error: SQLAlchemyError) -> bool:
        """Return whether the file is malformed, or no SQLite file at all."""
        # An extended code has more in its higher bits.
        return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in DAMAGE

    def set_aside(self) -> Path:
        """Rename the file and its log to `feedsvc.db.damaged…`, and delete former ones."""
        aside = self._beside(".damaged")
        try:
            with file_pass_lock(self._beside(".pass.lock")):
                # The log first: it is useless without its file, and harmful beside a new one.
                for ending in ("-wal", "-shm", ""):
                    aside.with_name(aside.name + ending).unlink(missing_ok=True)
                    with suppress(FileNotFoundError):
                        self._file.with_name(self._file.name + ending).rename(aside.with_name(aside.name + ending))
        except OSError as error:
            raise StoreError(f"{self._file}: cannot be renamed to {aside.name}: {error.strerror}") from error
        return aside

    def replaced_path(self, now: datetime, *, var: Path) -> Path:  # noqa: ARG002  a Kind
        return self._beside(f".replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")

    def lead(self, purpose: str, *, var: Path, makes: bool = True) -> FileLead:  # noqa: ARG002  a Kind
        return FileLead(self._beside(f".{purpose}.lock"), folder="made once" if makes else "there")

    def status_path(self, *, var: Path) -> Path:  # noqa: ARG002  a Kind
        return self._beside(".trouble.json")

    def _beside(self, ending: str) -> Path:
        return self._file.with_name(self._file.name + ending)


def rewrite(execute: Callable[[str], object]) -> None:
    """Rewrite a file without the bytes that were deleted; *execute* runs a statement there, in no transaction.

    The index of words keeps deleted words until its segments are merged.
    """
    execute("INSERT INTO search (search) VALUES ('optimize')")
    execute("VACUUM")


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite store, None for other stores."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"PRAGMA cache_size = -{PAGES_KB}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
