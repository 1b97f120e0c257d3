"""Open a store and read what is published: the library that the web stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.errors import DamagedError, SlowError, StoreAwayError, StoreError
from feedsvc.identity import killed_name
from feedsvc.model.articles import Article, Card, Entry
from feedsvc.model.feeds import ArchivePage, Edition, FeedListing, Found, ReadyFeed, Tombstone
from feedsvc.model.origins import KeptDocument, SourceFigures, Standing
from feedsvc.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.advisory import cause
from feedsvc.stores.archives import archive_changes, archive_page
from feedsvc.stores.finding import found
from feedsvc.stores.kinds import kind_of
from feedsvc.stores.neighbours import neighbours
from feedsvc.stores.origins import document_at, documents_of, source_figures, standings
from feedsvc.stores.passing import Pass
from feedsvc.stores.reading import cards, last_edition, listings
from feedsvc.stores.values import instant, seconds, unpack_entry
from feedsvc.stores.versions import bring_up, is_stamped, must_be_current, version_of

SEARCH_S = 2.0  # a question that takes longer is not answered

Columns = TypeVarTuple("Columns")


class Store:
    """Hold a store open; every method is safe to call from several threads.

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
        with self._connection() as connection:
            version = version_of(connection, name=name)
            as_it_should_be = version == schema.SCHEMA_VERSION and (not migrates or is_stamped(connection))
        if not as_it_should_be and (migrates or (makes and version == 0)):
            with self._passing() as connection:
                bring_up(connection, name=name, migrates=migrates)
        with self._connection() as connection:
            must_be_current(connection, name=name)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with self._errors_told(), self._kind.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that sees one whole edition, for whoever copies or examines all there is."""
        with self._connection() as connection:
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
            raise StoreError(f"{self._kind.name}: cannot be used as a store: {cause(error)}") from error

    @contextmanager
    def begin(self) -> Iterator[Pass]:
        """Take the pass lock, waiting for it, and open one transaction; leaving with an error undoes all of it."""
        with self._passing() as connection:
            # A newer feedsvc may have changed the tables since this process opened them.
            must_be_current(connection, name=self._kind.name)
            a_pass = Pass(connection)
            yield a_pass
            a_pass.let_go()

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
        """Return what tells this store from another put in its place.

        raises: StoreError while there is none.
        """
        with self._errors_told():
            return self._kind.identity(self._engine)

    def edition_number(self) -> int:
        """Return the last edition's number."""
        self._kind.renew(self._engine)
        with self._connection() as connection:
            return connection.scalar(select(func.max(schema.editions.c.number))) or 0

    def needs_pass(self, made_with: str) -> bool:
        """Return whether nothing was ever published, or the last pass ran with other software or settings.

        made_with: see `feedsvc.software.made_with`.
        """
        self._kind.renew(self._engine)
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
            archives=row.archives,
        )

    def archive(self, category: str, language: str | None, number: int) -> ArchivePage | None:
        """Return a sealed page of the archive of a feed as of the last edition, None when there is none."""
        with self._connection() as connection:
            return archive_page(connection, category, language, number)

    def archive_changes(self) -> dict[tuple[str, str | None, int], datetime]:
        """Return, by category, language and number, when each sealed page of an archive last changed."""
        with self._connection() as connection:
            return archive_changes(connection)

    def found(
        self, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int = 0
    ) -> Found:
        """Return live entries of *category* ("all" for any) that hold all *phrases*, the last published first.

        raises: SlowError, BusyError.
        """
        with self._connection() as connection, self._kind.hurried(connection, SEARCH_S):
            return found(connection, phrases, category=category, language=language, limit=limit, offset=offset)

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed in the order of the configuration, bilingual first, then by format."""
        with self._connection() as connection:
            return listings(connection)

    def cards(self) -> tuple[Card, ...]:
        """Return a card of every article that was ever published, by slug."""
        with self._connection() as connection:
            return cards(connection)

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

    def killed(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return (id, gist) of killed articles by source and path of each of their documents, there or not."""
        documents, articles = schema.documents, schema.articles
        query = (
            select(documents.c.source, documents.c.path, articles.c.id, documents.c.gist)
            .join(articles, articles.c.id == documents.c.article)
            .where(articles.c.state == "killed")
        )
        with self._connection() as connection:
            return {(row.source, row.path): (row.id, row.gist) for row in connection.execute(query)}

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
        # Chosen first and joined then: a database looks up the article of every row that OFFSET passes over, else.
        chosen = (
            _standing(select(placements.c.article, placements.c.sequence), category, language)
            .order_by(placements.c.sequence.desc())
            .limit(limit)
            .offset(offset)
            .subquery()
        )
        query = (
            select(articles.c.data, articles.c.links)
            .join(chosen, articles.c.id == chosen.c.article)
            .order_by(chosen.c.sequence.desc())
        )
        with self._connection() as connection:
            return tuple(unpack_entry(row.data, row.links) for row in connection.execute(query))

    def slugs(self, *, category: str, language: str | None) -> tuple[str, ...]:
        """Return the slugs of all that `latest` could give, in its order."""
        placements, articles = schema.placements, schema.articles
        query = (
            _standing(select(articles.c.slug), category, language)
            .join(articles, articles.c.id == placements.c.article)
            .order_by(placements.c.sequence.desc())
        )
        with self._connection() as connection:
            return tuple(connection.scalars(query))

    def count(self, *, category: str, language: str | None) -> int:
        """Return how many live entries `latest` could give in all.

        Counted as all less those that are gone: each of the two is an index alone, where to look at every row whether
        it is gone took 2 ms of a page's 5 for a thousand.
        """
        gone_at = schema.placements.c.gone_at
        ever = select(func.count()).where(*_here(category, language))
        gone = ever.where(gone_at.is_not(None))
        with self._connection() as connection:
            return connection.scalar(select(ever.scalar_subquery() - gone.scalar_subquery())) or 0

    def neighbours(self, article: str, *, category: str, language: str | None) -> tuple[Article | None, Article | None]:
        """Return the live articles before and after the one whose id is *article*, as `latest` orders them."""
        with self._connection() as connection:
            return neighbours(connection, article, category=category, language=language)

    def standings(self, article: str) -> tuple[Standing, ...]:
        """Return where the article with this id stands."""
        with self._connection() as connection:
            return standings(connection, article)

    def documents_of(self, article: str) -> tuple[KeptDocument, ...]:
        """Return the documents of the article with this id, as they were last read."""
        with self._connection() as connection:
            return documents_of(connection, article)

    def document_at(self, source: str, path: str) -> KeptDocument | None:
        """Return the document at *path* of *source* as it was last read."""
        with self._connection() as connection:
            return document_at(connection, source, path)

    def source_figures(self) -> tuple[SourceFigures, ...]:
        """Return what is known of every source that ever had a document."""
        with self._connection() as connection:
            return source_figures(connection)

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()


def _standing(query: Select[*Columns], category: str, language: str | None) -> Select[*Columns]:
    return query.where(*_here(category, language), schema.placements.c.gone_at.is_(None))


def _here(category: str, language: str | None) -> tuple[ColumnElement[bool], ...]:
    placements = schema.placements
    return placements.c.category == category, placements.c.language == (language or "")
