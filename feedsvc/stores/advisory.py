"""Let one process over all machines do something, by an advisory lock of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, Engine, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool

from feedsvc.errors import StoreAwayError, StoreError
from feedsvc.stores.lock import FileLead


def lock_key(purpose: str) -> ColumnElement[int]:
    """Return the number of the lock for *purpose*, a word of ours, as the server makes it.

    Several stores may be in schemas of one database, and one database may be reached by several URLs.
    """
    place = f"'feedsvc {purpose} ' || current_database() || '/' || current_schema()"
    return literal_column(f"hashtextextended({place}, 0)")


class AdvisoryLead:
    """Hold, or ask for, a lock that one process of all nodes keeps for as long as it lives and is connected.

    It is the session's, on a connection that does nothing else. Of the processes of one node only one asks: the one
    that holds the lock *of_node*.

    engine:         makes an engine with a kind of pool.
    name:           of the store, for messages.
    when_elsewhere: is called when another node holds the lock: what this one told of its publishing is over.
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
        self._key = lock_key(purpose)
        self._name = name
        self._of_node = of_node
        self._is_away = is_away
        self._when_elsewhere = when_elsewhere
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._is_held = False

    def take(self) -> bool:
        """Return whether the lock is held now, without waiting for it.

        A lock whose connection broke is another's to take; it is asked for again.

        raises: OSError, StoreError where that cannot be known.
        """
        if not self._of_node.take():
            self._disconnect()
            return False
        if self._is_held and not self._stands():
            self._disconnect()
        if not self._is_held:
            self._is_held = self._ask()
            if not self._is_held:
                self._when_elsewhere()
        return self._is_held

    def let_go(self) -> None:
        """Let another process have it, at once: a server takes a moment to see that a connection is closed."""
        if self._connection is not None and self._is_held:
            with suppress(SQLAlchemyError):
                self._connection.execute(select(func.pg_advisory_unlock(self._key)))
        self._disconnect()
        self._of_node.let_go()

    def _stands(self) -> bool:
        try:
            return self._connection is not None and self._connection.scalar(select(1)) == 1
        except SQLAlchemyError:
            return False

    def _ask(self) -> bool:
        try:
            if self._connection is None:
                self._engine = self._engine or self._make_engine(NullPool)
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.scalar(select(func.pg_try_advisory_lock(self._key))))
        except SQLAlchemyError as error:
            self._disconnect()
            kind = StoreAwayError if self._is_away(error) else StoreError
            raise kind(f"{self._name}: cannot be asked for a lock: {cause(error)}") from error

    def _disconnect(self) -> None:
        self._is_held = False
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None


def cause(error: SQLAlchemyError) -> str:
    """Return what *error* says, in one line, without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
