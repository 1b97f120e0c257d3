"""A store in a PostgreSQL database, which several machines may share."""

from __future__ import annotations

import hashlib
import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    literal,
    select,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import Pool, QueuePool

from feedsvc.model.errors import StoreError
from feedsvc.stores import schema
from feedsvc.stores.private_files import StatusFile
from feedsvc.stores.publisher_locks import AdvisoryLead, FileLead, lock_transaction, session_pass_lock

PREFIXES = ("postgresql+psycopg://", "postgresql://", "postgres://")
# Each side notices within five seconds that the other is lost. Settings in the URL win.
LOST_AFTER = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3, "tcp_user_timeout": 5000}
ITS_SIDE = {"tcp_keepalives_idle": "2", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3"}
ITS_TIMEOUT = {"tcp_user_timeout": "5000"}
CONNECT_S = 5
# Readers on the web wait less: libpq takes no shorter time for connecting, and a page may need several statements.
READER_CONNECT_S = 2
READER_LOCK_S = 1.0
SILENT_S = 0.8
MORE_S = 0.2  # for the server to stop a statement by itself
COMPACT_WAIT_S = 5
LOCK_TIMEOUT = "55P03"  # SQLSTATE
READ_ONLY = "25006"
STATISTICS = (
    "killed texts are out of the tables of {name}, but the server's statistics may still have their titles; "
    "as the owner of the database run: VACUUM FULL pg_statistic"
)
NOW = text("SELECT extract(epoch FROM clock_timestamp())")
OWNS = text("SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()")
# SQLSTATEs of a server that ends, starts, or has no free connection. A server that never answered gives none.
AWAY = re.compile(r"08...|57P0[0-5]|53300")
# By SQLSTATE, or by words of a refused connection, which has none.
CURES = (
    ("3D000", "does not exist", "bring the database back, or correct the name in FEEDSVC_STORE_URL"),
    ("28P01", "password authentication failed", "correct the password in FEEDSVC_STORE_URL"),
    ("42501", "", "give the user all rights on the tables, or make it the owner of the database"),
    ("3F000", "", "make the schema that FEEDSVC_STORE_URL names, and give the user all rights on it"),
    (
        READ_ONLY,
        "",
        "it may only be read: name the primary server in the URL, or set default_transaction_read_only to off",
    ),
    ("53100", "No space left on device", "make room on the disk of the server"),
)
log = logging.getLogger(__name__)


class Postgres:
    """The store in one database (see `feedsvc.stores.store.Kind`).

    Its locks are advisory locks, which the server frees when their connection breaks.
    """

    ask_every_s = 0.25

    def __init__(self, url: str, *, patience_s: float | None = None) -> None:
        self._url = _url(url)
        self._patience_s = patience_s
        self._silent_until = 0.0
        self.name = self._url.set(query={}).render_as_string(hide_password=True)

    def is_there(self) -> bool:
        """Return True: only a query would tell."""
        return True

    def engine(self, *, makes: bool) -> Engine:  # noqa: ARG002  a Kind
        return self._engine(QueuePool)

    def must_be_new(self) -> None:
        """Do nothing: only the tables would tell."""

    def cure(self, error: SQLAlchemyError) -> str | None:
        said, state = str(error), getattr(getattr(error, "orig", None), "sqlstate", None)
        return next((cure for code, words, cure in CURES if code == state or (words and words in said)), None)

    def _engine(self, pool: type[Pool]) -> Engine:
        connect_s = CONNECT_S if self._patience_s is None else READER_CONNECT_S
        given = {"connect_timeout": connect_s, "application_name": "feedsvc", **LOST_AFTER}
        arguments = {key: value for key, value in given.items() if key not in self._url.query}
        try:
            engine = create_engine(self._url, connect_args=arguments, poolclass=pool, pool_pre_ping=True)
        except ImportError as error:
            raise StoreError(
                f"{self.name}: needs psycopg, which is not installed or finds no libpq ({error}): "
                'pip install "psycopg[binary]", or psycopg with the libpq of the system (in Debian libpq5)'
            ) from error
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "checkin", _obey_default)
        return engine

    def _connect(self, _dialect: object, _record: object, positional: list[Any], named: dict[str, Any]) -> Any:  # noqa: ANN401  as SQLAlchemy has it
        from psycopg import OperationalError  # noqa: PLC0415  psycopg may not be installed

        from feedsvc.stores.patient_connection import PatientConnection  # noqa: PLC0415  psycopg may not be installed

        if time.monotonic() < self._silent_until:  # whoever waited for an old connection waits for no new one
            raise OperationalError("the server did not answer a moment ago")
        connection = PatientConnection.connect(*positional, **named)
        connection.patience_s, connection.when_silent = self._patience_s, self._note_silence
        if self._patience_s is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {round(READER_LOCK_S * 1000)}".encode())
            connection.commit()
        return connection

    def _note_silence(self) -> None:
        self._silent_until = time.monotonic() + SILENT_S

    @contextmanager
    def snapshot(self, engine: Engine) -> Iterator[Connection]:
        """Open a connection whose transaction sees the commits before its beginning, and none after."""
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        """Wait for the lock of the pass, and open one transaction.

        The lock belongs to the transaction, so a pass that has lost its connection, and thus the lock, cannot commit.
        Each statement has a snapshot of its own: a snapshot from before the wait would miss the last pass.
        """
        with engine.connect() as connection:
            marked = connection.execution_options(isolation_level="READ COMMITTED")
            try:
                with marked.begin():
                    lock_transaction(marked)
                    yield marked
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == READ_ONLY:
                    # A session keeps the default that it began with, so that only a new one sees that it was lifted.
                    connection.invalidate()
                    engine.dispose()
                raise

    @contextmanager
    def time_limit(self, connection: Connection, seconds: float) -> Iterator[None]:
        """Set the server's own timeout, until the transaction ends."""
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
        own: Any = connection.connection.dbapi_connection
        before = own.patience_s
        own.patience_s = None if before is None else max(before, seconds + MORE_S)
        try:
            yield
        finally:
            own.patience_s = before

    def scrub(self, engine: Engine) -> None:
        """Rewrite all tables, and the server's statistics, which quote values of their columns.

        The server's log of changes is beyond feedsvc.
        """
        with self._alone(engine) as connection:
            for table in schema.metadata.sorted_tables:
                _drop_statistics(connection, table)
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
            if connection.scalar(OWNS):
                connection.exec_driver_sql("VACUUM FULL pg_statistic")
            else:
                log.warning(STATISTICS.format(name=self.name))
            connection.execute(delete(schema.meta).where(schema.meta.c.key == schema.SCRUB))

    def compact(self, engine: Engine) -> None:
        """Rewrite each table at a moment when nobody reads it, because a waiting rewrite blocks all readers."""
        with self._alone(engine) as connection:
            connection.exec_driver_sql(f"SET lock_timeout = '{COMPACT_WAIT_S}s'")
            try:
                for table in schema.metadata.sorted_tables:
                    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != LOCK_TIMEOUT:
                    raise
                raise StoreError(
                    f"{self.name}: cannot be compacted: {table.name} is read for long, as a backup does; try again then"
                ) from error
            finally:
                connection.exec_driver_sql("SET lock_timeout TO DEFAULT")

    def size(self, engine: Engine) -> int:
        """Return the bytes of the tables and their indexes."""
        with engine.connect() as connection:
            sizes = (
                connection.exec_driver_sql(f"SELECT pg_total_relation_size('{table.name}')").scalar_one()
                for table in schema.metadata.sorted_tables
            )
            return sum(map(int, sizes))

    @contextmanager
    def _alone(self, engine: Engine) -> Iterator[Connection]:
        """Take the lock of the pass for the block, without a transaction, in which VACUUM cannot run."""
        with engine.connect() as connection:
            marked = connection.execution_options(isolation_level="AUTOCOMMIT")
            with session_pass_lock(marked):
                yield marked

    def renew(self, engine: Engine) -> None:
        """Do nothing: the pool replaces broken connections."""

    def identity(self, engine: Engine) -> object:
        """Return the id of the store's content."""
        with self.snapshot(engine) as connection:
            schema.must_not_be_newer(connection, name=self.name)
            return schema.noted(connection, schema.IDENTITY)

    def clock(self, engine: Engine) -> datetime:
        """Return the time of the server, which all nodes share."""
        with engine.connect() as connection:
            return datetime.fromtimestamp(float(connection.scalar(NOW)), UTC)

    def last_write(self, engine: Engine) -> None:  # noqa: ARG002  a Kind
        """Return None: a token would cost a round trip, as a query does."""
        return

    def is_away(self, error: SQLAlchemyError) -> bool:
        """Return whether the server does not answer, is stopping or is starting."""
        if not isinstance(error, DBAPIError):
            return False
        state = getattr(error.orig, "sqlstate", None)
        is_operational = type(error).__name__ in {"OperationalError", "InterfaceError"}
        return error.connection_invalidated or (is_operational and (state is None or bool(AWAY.fullmatch(state))))

    def is_locked(self, error: SQLAlchemyError) -> bool:
        return getattr(getattr(error, "orig", None), "sqlstate", None) == LOCK_TIMEOUT

    def is_slow(self, error: SQLAlchemyError) -> bool:
        return getattr(getattr(error, "orig", None), "sqlstate", None) == "57014"

    def is_damaged(self, error: SQLAlchemyError) -> bool:
        """Return whether the server finds its own files damaged (class XX of SQLSTATE: data, index)."""
        return getattr(getattr(error, "orig", None), "sqlstate", None) in {"XX001", "XX002"}

    def set_aside(self) -> None:
        """Return None: only its administrator can move a database."""
        return

    def replaced_path(self, now: datetime, *, var: Path) -> Path:
        return self._of_node(var, f"replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")

    def lead(self, purpose: str, *, var: Path, makes: bool = True) -> AdvisoryLead:  # noqa: ARG002  a Kind
        """Return a lock among the nodes, for which the processes of this node first compete by a file."""
        status_file = StatusFile(self.status_path(var=var))
        return AdvisoryLead(
            self._engine,
            purpose,
            name=self.name,
            of_node=FileLead(self._of_node(var, f"{purpose}.lock")),
            is_away=self.is_away,
            when_elsewhere=status_file.clear,
        )

    def status_path(self, *, var: Path) -> Path:
        """Return a file of this node, because a failing store cannot be written."""
        return self._of_node(var, "trouble.json")

    def _of_node(self, var: Path, ending: str) -> Path:
        """Return a file in *var*, which nodes and stores may share, so its name has both."""
        node = re.sub("[^A-Za-z0-9.-]", "_", socket.gethostname())
        store = hashlib.sha256(self._url.render_as_string(hide_password=True).encode()).hexdigest()[:8]
        return var / f"feedsvc.{node}.{store}.{ending}"


def _url(url: str) -> URL:
    try:
        return make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        # The URL may have a password, so it is not quoted.
        raise StoreError("store.url: is no URL such as postgresql+psycopg://user:password@host/database") from error


def _drop_statistics(connection: Connection, table: Table) -> None:
    """Let the server drop its statistics of an empty *table*, which ANALYZE leaves as they are.

    source: PostgreSQL's analyze.c skips a table without rows; its tablecmds.c drops statistics with a column's type.
    """
    if connection.scalar(select(select(literal(1)).select_from(table).exists())):
        return
    for column in table.columns:
        kind = column.type.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} TYPE {kind}")


def _obey_default(connection: Any, _record: object) -> None:  # noqa: ANN401  psycopg's, None if it broke
    """Leave it to the server's default whether the next transaction may write.

    After a transaction that only reads, SQLAlchemy asks for one that writes. That would override an administrator, or a
    host whose disk is nearly full, who have set the default so that nothing is written.
    """
    if connection is not None and not connection.closed:
        connection.read_only = None


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """Let the server notice within seconds that this machine is lost, and free its locks."""
    connection.autocommit = True
    cursor = connection.cursor()
    settings = {**ITS_SIDE, **ITS_TIMEOUT}
    cursor.execute("SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items()))
    cursor.close()
    connection.autocommit = False
