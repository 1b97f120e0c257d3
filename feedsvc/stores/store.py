"""Open a store and read what is published: the library that the web stands on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TypeVarTuple

from sqlalchemy import Connection, Select, create_engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.errors import StoreError
from feedsvc.identity import killed_name
from feedsvc.model.articles import Article, Entry
from feedsvc.model.feeds import Edition, FeedListing, ReadyFeed, Tombstone
from feedsvc.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.lock import file_lock
from feedsvc.stores.passing import SCRUB, Pass
from feedsvc.stores.reading import last_edition, listings
from feedsvc.stores.values import instant, seconds, unpack_entry

Columns = TypeVarTuple("Columns")
SQLITE = "sqlite:///"
WAIT_S = 30.0  # for another that writes, or reads what is to be written over


class Store:
    """Hold a store open; every method is safe to call from several threads.

    url: as SQLAlchemy takes it. The folder of an SQLite file is made when it is missing.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._file = file_of(url)
        if self._file is None:
            raise StoreError(f"{url}: only sqlite:/// stores are known")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(url, connect_args={"timeout": WAIT_S})
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)
            self._make_tables()
            self._looking = Lock()
            self._identity = _identity(self._file)
        except OSError as error:
            raise StoreError(f"{self._file.parent}: cannot be made or written: {error.strerror}") from error

    def _make_tables(self) -> None:
        with self._connection() as connection:
            version = self._schema_version(connection)
        if version is None:
            with self._passing() as connection:
                schema.metadata.create_all(connection)
                if self._schema_version(connection) is None:
                    connection.execute(schema.meta.insert().values(key="schema", value=str(schema.SCHEMA_VERSION)))
        elif version != str(schema.SCHEMA_VERSION):
            raise StoreError(
                f"{self.url}: has schema {version}, and this feedsvc knows {schema.SCHEMA_VERSION}; "
                "use the feedsvc that made it, or another store"
            )

    def _schema_version(self, connection: Connection) -> str | None:
        if not self._engine.dialect.has_table(connection, "meta"):
            return None
        return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "schema"))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(f"{self._file}: cannot be used as a store: {_cause(error)}") from error

    @contextmanager
    def _passing(self) -> Iterator[Connection]:
        assert self._file is not None  # noqa: S101  __init__ has refused other stores
        with (
            file_lock(self._file.with_name(self._file.name + ".pass.lock")),
            self._connection() as connection,
        ):
            connection = connection.execution_options(writing=True)  # noqa: PLW2901  the same one, with its mark
            with connection.begin():
                yield connection

    @contextmanager
    def begin(self) -> Iterator[Pass]:
        """Take the pass lock, waiting for it, and open one transaction; leaving with an error undoes all of it."""
        with self._passing() as connection:
            a_pass = Pass(connection)
            yield a_pass
            a_pass.let_go()

    def scrub(self) -> None:
        """Write the store's files anew without what was erased or overwritten, which lies in their free space.

        The mark that asks for it stays until it is done, so that a pass after a crash does it.

        raises: StoreError if it cannot be done now: the disk is full, or a reader does not let go of an old edition.
        """
        assert self._file is not None  # noqa: S101  __init__ has refused other stores
        with file_lock(self._file.with_name(self._file.name + ".pass.lock")):
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("VACUUM")
                cursor.execute("DELETE FROM meta WHERE key = ?", (SCRUB,))
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, 'wanted')", (SCRUB,))
                    raise StoreError(f"{self._file}: what was killed is not yet erased from the file: it is being read")
            except sqlite3.Error as error:
                raise StoreError(f"{self._file}: what was killed is not yet erased from the file: {error}") from error
            finally:
                connection.close()

    def next_release(self, after: datetime) -> datetime | None:
        """Return the first instant later than *after* at which a document that is held may be used."""
        due = schema.documents.c.due
        query = select(func.min(due)).where(due > seconds(after), schema.documents.c.present)
        with self._connection() as connection:
            found = connection.scalar(query)
        return None if found is None else instant(found)

    def edition(self) -> Edition:
        """Return the last edition; number 0 when nothing was ever published."""
        with self._connection() as connection:
            return last_edition(connection)

    def identity(self) -> object:
        """Return what tells this store from another put in its place: its file's device and inode.

        Open connections would go on reading a file that was removed or replaced (`rm -rf var`, a restored backup), so
        they are let go of here.

        raises: StoreError while there is no file.
        """
        assert self._file is not None  # noqa: S101  __init__ has refused other stores
        with self._looking:
            try:
                identity = _identity(self._file)
            except OSError as error:
                raise StoreError(f"{self._file}: is gone: {error.strerror}") from error
            if identity != self._identity:
                self._engine.dispose()
                self._identity = identity
            return identity

    def edition_number(self) -> int:
        """Return the last edition's number."""
        self.identity()
        with self._connection() as connection:
            return connection.scalar(select(func.max(schema.editions.c.number))) or 0

    def needs_pass(self, made_with: str) -> bool:
        """Return whether nothing was ever published, or the last pass ran with other software or settings.

        made_with: see `feedsvc.software.made_with`.
        """
        self.identity()
        query = select(schema.meta.c.value).where(schema.meta.c.key == "made with")
        with self._connection() as connection:
            return connection.scalar(query) != made_with

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path* ("/feeds/world.rss") as of the last edition."""
        feeds, bodies = schema.feeds, schema.bodies
        query = select(feeds, bodies.c.body, bodies.c.gzip, bodies.c.brotli).join(
            bodies, bodies.c.digest == feeds.c.digest
        )
        with self._connection() as connection:
            row = connection.execute(query.where(feeds.c.path == path)).one_or_none()
        if row is None:
            return None
        return ReadyFeed(
            path=row.path,
            media_type=row.media_type,
            body=row.body,
            gzip=row.gzip,
            brotli=row.brotli,
            etag=f'W/"{row.digest}"',
            last_modified=instant(row.last_modified),
            entries=row.entries,
        )

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed in the order of the configuration, bilingual first, then by format."""
        with self._connection() as connection:
            return listings(connection)

    def entry(self, slug: str) -> Entry | None:
        """Return the live article with *slug*."""
        articles = schema.articles
        query = select(articles.c.data, articles.c.links).where(articles.c.slug == slug, articles.c.state == "live")
        with self._connection() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else unpack_entry(row.data, row.links)

    def article(self, name: str) -> Article | None:
        """Return the article, be it live or not, whose id or slug is *name*."""
        articles = schema.articles
        query = select(articles.c.data).where((articles.c.id == name) | (articles.c.slug == name)).limit(1)
        with self._connection() as connection:
            data = connection.scalar(query)
        return None if data is None else unpack(data, Article)

    def tombstone(self, slug: str) -> Tombstone | None:
        """Return what is left of a withdrawn or killed article with *slug*."""
        articles = schema.articles
        query = select(articles.c.id, articles.c.gone_at, articles.c.data).where(articles.c.state != "live")
        with self._connection() as connection:
            row = connection.execute(query.where(articles.c.slug == slug)).one_or_none()
            if row is None:
                killed = select(schema.names.c.article).where(schema.names.c.name == killed_name(slug))
                query = query.where(articles.c.id.in_(killed), articles.c.state == "killed")
                row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Tombstone(id=row.id, when=instant(row.gone_at), reason=unpack(row.data, Article).reason)

    def latest(self, *, category: str, language: str | None, limit: int, offset: int = 0) -> tuple[Entry, ...]:
        """Return live entries of *category* ("all" for any), the last published first."""
        placements, articles = schema.placements, schema.articles
        query = (
            _standing(select(articles.c.data, articles.c.links), category, language)
            .join(articles, articles.c.id == placements.c.article)
            .order_by(placements.c.sequence.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._connection() as connection:
            return tuple(unpack_entry(row.data, row.links) for row in connection.execute(query))

    def count(self, *, category: str, language: str | None) -> int:
        """Return how many live entries `latest` could give in all."""
        query = _standing(select(func.count()).select_from(schema.placements), category, language)
        with self._connection() as connection:
            return connection.scalar(query) or 0

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()


def _standing(query: Select[*Columns], category: str, language: str | None) -> Select[*Columns]:
    placements = schema.placements
    return query.where(
        placements.c.category == category,
        placements.c.language == (language or ""),
        placements.c.gone_at.is_(None),
    )


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite store, None for another kind of store."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _identity(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    """Leave transactions to SQLAlchemy's events, and let readers go on while a pass writes."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error)
