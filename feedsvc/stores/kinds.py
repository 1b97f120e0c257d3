"""Tell what differs between kinds of stores: where they are, how they are locked, and what tells one from another."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config.settings import SQLITE
from feedsvc.model.errors import StoreError
from feedsvc.stores.postgres import PREFIXES, Postgres
from feedsvc.stores.sqlite import Sqlite


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
