"""The locks between publishers: one pass writes a store at a time, and one publisher leads.

A store in a file has them in files beside it, where publishers of one machine meet. A store in PostgreSQL has advisory
locks of the server, where publishers of all machines meet.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool

from feedsvc.model.errors import StoreAwayError, StoreError
from feedsvc.stores.private_files import cure_of, make_private_folder, open_private
from feedsvc.stores.schema import cause


@contextmanager
def file_pass_lock(path: Path) -> Iterator[None]:
    """Wait for the lock of the pass in the file at *path*, and keep it for the block.

    raises: StoreError if the file cannot be written.
    source: docs/decisions/0006-flock-for-the-pass-lock.md: flock(2) survives no process, so a killed publisher blocks
    nobody.
    """
    try:
        descriptor = open_private(path, os.O_RDWR)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {cure_of(error, path)}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Lead(Protocol):
    """A lock that one process keeps until it ends."""

    def take(self) -> bool:
        """Take the lock if it is free; return whether this process has it.

        raises: OSError, StoreError if that cannot be known.
        """

    def wait_until_free(self) -> None:
        """Wait until it may be worth asking again, because the holder on this machine has let it go.

        raises: OSError, StoreError if that cannot be waited for.
        """

    def let_go(self) -> None: ...


class FileLead:
    """A lock that one process keeps until it ends.

    folder: "made" whenever it is missing, "made once", or "there", because it is the folder of a store, which may come
            back.
    """

    def __init__(self, path: Path, *, folder: Literal["made", "made once", "there"] = "made") -> None:
        self._path = path
        self._folder = folder
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free, and return whether this process has it.

        If the file was removed, other processes take a new one, so the old lock is freed. A folder that was moved away
        is not made again, because it may come back.

        raises: OSError; StoreError if the file cannot be made, or the folder is gone.
        """
        if self._descriptor is not None and not self._is_of_file(self._descriptor):
            self.let_go()
        if self._descriptor is None:
            descriptor = self._open()
            self._folder = "made" if self._folder == "made" else "there"
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(descriptor)
                if isinstance(error, BlockingIOError):
                    return False
                raise
            self._descriptor = descriptor
        return True

    def wait_until_free(self) -> None:
        """Wait in the kernel until nobody has the lock, and take it.

        raises: OSError; StoreError as for `take`.
        """
        descriptor = self._open()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if self._descriptor is None and self._is_of_file(descriptor):
            self._descriptor = descriptor
        else:
            os.close(descriptor)

    @property
    def is_taken(self) -> bool:
        """Return whether this process has taken the lock."""
        return self._descriptor is not None

    def _open(self) -> int:
        try:
            if self._folder != "there":
                make_private_folder(self._path.parent)
            return open_private(self._path, os.O_RDWR)
        except FileNotFoundError as error:
            raise StoreError(f"{self._path.parent}: is gone; bring it back, or mount its disk") from error
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written: {cure_of(error, self._path)}") from error

    def let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_of_file(self, descriptor: int) -> bool:
        opened = os.fstat(descriptor)
        try:
            there = self._path.stat()
        except OSError:
            return False
        return os.path.samestat(opened, there)


def lock_transaction(connection: Connection) -> None:
    """Wait for the lock of the pass, and keep it until the transaction of *connection* ends."""
    connection.execute(select(func.pg_advisory_xact_lock(_lock_key("pass"))))
    connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {round(IDLE_IN_PASS_S * 1000)}")


@contextmanager
def session_pass_lock(connection: Connection) -> Iterator[None]:
    """Wait for the lock of the pass, and keep it for the block, in which *connection* needs no transaction."""
    key = _lock_key("pass")
    connection.execute(select(func.pg_advisory_lock(key)))
    try:
        yield
    finally:
        connection.execute(select(func.pg_advisory_unlock(key)))


def _lock_key(purpose: str) -> ColumnElement[int]:
    """Return the SQL of the lock's number, a hash of *purpose*, database and schema.

    The server hashes them, because several stores may be in one database, and several URLs may lead to one store.
    """
    place = f"'feedsvc {purpose} ' || current_database() || '/' || current_schema()"
    return literal_column(f"hashtextextended({place}, 0)")


# A process that is stopped keeps its connections; the server ends those of its locks, so that another node goes on.
ASK_S = 0.5  # between questions for a lock that another node has
IDLE_S = 30.0  # of a session that has a lock; its holder asks at least every ten seconds
IDLE_IN_PASS_S = 60.0  # between two statements of a pass, see Transaction.keep_alive


class AdvisoryLead:
    """A lock that one process of all nodes has until it ends or loses its connection.

    The lock belongs to the session of a connection that does nothing else. Of the processes of a node, only the holder
    of the lock *of_node* asks for it.

    engine:         makes an engine with a kind of pool.
    name:           of the store, for messages.
    when_elsewhere: called when another node has the lock, so that this one's status file is out of date.
    """

    def __init__(
        self,
        engine: Callable[[type[Pool]], Engine],
        purpose: str,
        *,
        name: str,
        of_node: FileLead,
        is_away: Callable[[SQLAlchemyError], bool],
        when_elsewhere: Callable[[], None],
    ) -> None:
        self._make_engine = engine
        self._key = _lock_key(purpose)
        self._name = name
        self._of_node = of_node
        self._is_away = is_away
        self._when_elsewhere = when_elsewhere
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._has_lock = False

    def take(self) -> bool:
        """Take the lock if it is free, and return whether this process has it.

        When the connection breaks, the lock is lost, so this process asks for it again.

        raises: OSError, StoreError if that cannot be known.
        """
        if not self._of_node.take():
            self._disconnect()
            return False
        if self._has_lock and not self._is_connected():
            self._disconnect()
        if not self._has_lock:
            self._has_lock = self._ask()
            if not self._has_lock:
                self._when_elsewhere()
        return self._has_lock

    def wait_until_free(self) -> None:
        """Wait until the holder on this node lets go; for a holder elsewhere, which no kernel tells of, a moment."""
        if self._of_node.is_taken:
            time.sleep(ASK_S)
        else:
            self._of_node.wait_until_free()

    def let_go(self) -> None:
        """Unlock at once: a server notices a closed connection only after a moment."""
        if self._connection is not None and self._has_lock:
            with suppress(SQLAlchemyError):
                self._connection.execute(select(func.pg_advisory_unlock(self._key)))
        self._disconnect()
        self._of_node.let_go()

    def _is_connected(self) -> bool:
        try:
            return self._connection is not None and self._connection.scalar(select(1)) == 1
        except SQLAlchemyError:
            return False

    def _ask(self) -> bool:
        try:
            if self._connection is None:
                self._engine = self._engine or self._make_engine(NullPool)
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                self._connection.exec_driver_sql(f"SET idle_session_timeout = {round(IDLE_S * 1000)}")
            return bool(self._connection.scalar(select(func.pg_try_advisory_lock(self._key))))
        except SQLAlchemyError as error:
            self._disconnect()
            kind = StoreAwayError if self._is_away(error) else StoreError
            raise kind(f"{self._name}: cannot be asked for a lock: {cause(error)}") from error

    def _disconnect(self) -> None:
        self._has_lock = False
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None
