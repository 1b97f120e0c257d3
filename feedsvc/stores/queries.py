"""Read feeds, articles, pictures and documents, each query in a snapshot of its own."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, UnaryExpression, exists, func, select, tuple_

from feedsvc.articles.identity import killed_name
from feedsvc.model.article import Article, Card, Entry, ListedArticle, MediaFile
from feedsvc.model.document import FeedPosition, KeptDocument, Outcome, Problem, SourceFigures
from feedsvc.model.feed import (
    OF_CORRECTIONS,
    ArchivePage,
    ArticleChanges,
    FeedListing,
    Found,
    PartnerReport,
    ReadyFeed,
    ReceiverState,
    Tombstone,
)
from feedsvc.model.packing import unpack, unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.archives import archive_changes, archive_page
from feedsvc.stores.batches import chunks
from feedsvc.stores.changes import changes_since, edition_of
from feedsvc.stores.documents import document_of_row
from feedsvc.stores.editions import AT_ONCE, changed_feeds, listings, ready_feed
from feedsvc.stores.listed_articles import articles_at, changes_of_articles, published_since
from feedsvc.stores.receiver_places import receiver_states
from feedsvc.stores.schema import instant, noted
from feedsvc.stores.search import found
from feedsvc.stores.shown_files import FORM_ENDING, file_of, form_of

PARTNER_REPORTS = "partner reports"  # the key of their mark
LONGEST_WIDTH = 5  # digits
SEARCH_S = 1.8  # a search that takes longer is stopped
FIGURES_S = 10.0  # the same for figures of all documents, which only operators ask for
Columns = TypeVarTuple("Columns")


def _card(slug: str, state: str, data: bytes, links: bytes, forms: Mapping[str, str]) -> Card:
    """Return the card of an article; forms: digests of the smaller forms of its pictures, by those of the pictures."""
    article = unpack(data, Article)
    shown = "".join(forms.get(file.digest, "") for file in article.files).encode()
    return Card(
        slug=slug,
        is_live=state == "live",
        languages=article.languages,
        categories=article.categories,
        digest=hashlib.sha256(data + b"\0" + links + b"\0" + shown).hexdigest()[:32],
    )


def _kept(connection: Connection, where: ColumnElement[bool]) -> Iterator[KeptDocument]:
    documents, contents = schema.documents, schema.contents
    query = (
        select(documents, contents.c.content)
        .join(contents, contents.c.digest == documents.c.digest)
        .where(where)
        .order_by(documents.c.serial)
    )
    for row in connection.execute(query):
        yield KeptDocument(known=document_of_row(row), content=bytes(row.content), present=row.present)


def _form(connection: Connection, digest: str, name: str) -> tuple[MediaFile | None, bool]:
    """Return the smaller form of a picture under that address while an article shows the picture, as `media_file`."""
    forms, uses = schema.media_forms, schema.media_uses
    width = name.removesuffix(FORM_ENDING)
    if not (width.isascii() and width.isdecimal() and len(width) <= LONGEST_WIDTH and name == f"{width}{FORM_ENDING}"):
        return None, False
    query = select(forms, uses.c.live).join(uses, uses.c.digest == forms.c.original)
    its = query.where(forms.c.digest == digest, forms.c.width == int(width)).order_by(uses.c.live.desc()).limit(1)
    row = connection.execute(its).one_or_none()
    return (form_of(row) if row is not None and row.live else None), row is not None


class Queries(ABC):
    """The queries of pages and feeds (see `feedsvc.model.ports.Library`)."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Connection]:
        """Open a connection that sees one edition, whatever is committed meanwhile."""

    @abstractmethod
    def time_limit(self, connection: Connection, seconds: float) -> AbstractContextManager[None]:
        """Stop each statement of the block that takes longer than *seconds*, with SlowError."""

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path* ("/feeds/world.rss")."""
        with self.snapshot() as connection:
            return ready_feed(connection, path)

    def changed_feeds(self, marks: Mapping[str, str]) -> tuple[dict[str, str], dict[str, ReadyFeed]]:
        """Return the marks of the feeds at the paths of *marks* now, and those feeds whose marks have changed."""
        with self.snapshot() as connection:
            return changed_feeds(connection, marks)

    def archive(self, category: str, language: str | None, number: int) -> ArchivePage | None:
        """Return a sealed page of the archive of a feed."""
        with self.snapshot() as connection:
            return archive_page(connection, category, language, number)

    def archive_changes(self) -> dict[tuple[str, str | None, int], datetime]:
        """Return, by category, language and number, the time of the last change of each sealed page."""
        with self.snapshot() as connection:
            return archive_changes(connection)

    def found(
        self, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int = 0
    ) -> Found:
        """Return live entries of *category* ("all" for any) that have all *phrases*, the last published first.

        raises: SlowError, BusyError.
        """
        with self.snapshot() as connection, self.time_limit(connection, SEARCH_S):
            return found(connection, phrases, category=category, language=language, limit=limit, offset=offset)

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed in the order of the configuration, bilingual first, then by format."""
        with self.snapshot() as connection:
            return listings(connection)

    def cards(self) -> tuple[Card, ...]:
        """Return a card of every article that was ever published, by slug."""
        articles = schema.articles
        query = select(articles.c.slug, articles.c.state, articles.c.data, articles.c.links).order_by(articles.c.slug)
        with self.snapshot() as connection:
            forms: dict[str, str] = {}
            made = schema.media_forms
            for row in connection.execute(
                select(made.c.original, made.c.digest).order_by(made.c.original, made.c.width)
            ):
                forms[row.original] = forms.get(row.original, "") + row.digest
            rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
            return tuple(_card(row.slug, row.state, row.data, row.links, forms) for row in rows)

    def entry(self, slug: str) -> Entry | None:
        articles = schema.articles
        query = select(articles.c.data, articles.c.links).where(articles.c.slug == slug, articles.c.state == "live")
        with self.snapshot() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else unpack_entry(row.data, row.links)

    def changes(self, cursor: str, *, limit: int) -> ArticleChanges | None:
        """Return the changes of articles after *cursor*; None if this store never gave that cursor."""
        with self.snapshot() as connection:
            return changes_since(connection, cursor, limit=limit)

    def edition_of(self, article: str) -> int:
        """Return the edition that last changed how the article with this id is shown."""
        with self.snapshot() as connection:
            return edition_of(connection, article)

    def article(self, name: str) -> Article | None:
        """Return the article, in any state, whose id or slug is *name*."""
        articles = schema.articles
        query = select(articles.c.data).where((articles.c.id == name) | (articles.c.slug == name)).limit(1)
        with self.snapshot() as connection:
            data = connection.scalar(query)
        return None if data is None else unpack(data, Article)

    def media_file(self, digest: str, name: str) -> tuple[MediaFile | None, bool]:
        """Return the file that a published article shows under that address, and whether any article ever did."""
        table, uses = schema.media, schema.media_uses
        its = uses.c.digest == digest, uses.c.name == name
        query = select(table).where(table.c.digest == digest, exists().where(*its, uses.c.live))
        with self.snapshot() as connection:
            row = connection.execute(query).one_or_none()
            if row is not None:
                return replace(file_of(row), name=name), True
            if connection.execute(select(uses.c.digest).where(*its).limit(1)).first() is not None:
                return None, True
            return _form(connection, digest, name)

    def media_files(self) -> tuple[MediaFile, ...]:
        """Return all files that published articles show, by their addresses."""
        table, uses = schema.media, schema.media_uses
        shown = select(uses.c.digest, uses.c.name.label("shown")).where(uses.c.live).distinct().subquery()
        query = select(table, shown.c.shown).join(shown, shown.c.digest == table.c.digest)
        with self.snapshot() as connection:
            files = [replace(file_of(row), name=row.shown) for row in connection.execute(query)]
            forms = schema.media_forms
            of_shown = select(forms).where(exists().where(uses.c.digest == forms.c.original, uses.c.live))
            files += map(form_of, connection.execute(of_shown))
        return tuple(sorted({file.path: file for file in files}.values(), key=lambda file: file.path))

    def forms_of(self, digests: Sequence[str]) -> Mapping[str, tuple[MediaFile, ...]]:
        """Return the smaller forms of pictures, by the digests of these, the narrowest first."""
        forms = schema.media_forms
        found: dict[str, tuple[MediaFile, ...]] = {}
        with self.snapshot() as connection:
            for batch in chunks(digests):
                query = select(forms).where(forms.c.original.in_(batch)).order_by(forms.c.original, forms.c.width)
                for row in connection.execute(query):
                    found[row.original] = (*found.get(row.original, ()), form_of(row))
        return found

    def killed(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return (id, gist) of killed articles by (source, path) of each of their documents, gone ones too."""
        documents, articles = schema.documents, schema.articles
        query = (
            select(documents.c.source, documents.c.path, articles.c.id, documents.c.gist)
            .join(articles, articles.c.id == documents.c.article)
            .where(articles.c.state == "killed")
        )
        with self.snapshot() as connection:
            return {(row.source, row.path): (row.id, row.gist) for row in connection.execute(query)}

    def tombstone(self, slug: str) -> Tombstone | None:
        """Return the tombstone of the withdrawn or killed article that has, or had, *slug*."""
        articles = schema.articles
        query = select(articles.c.id, articles.c.state, articles.c.gone_at, articles.c.data)
        with self.snapshot() as connection:
            row = connection.execute(query.where(articles.c.slug == slug)).one_or_none()
            if row is None or row.state == "live":
                killed = select(schema.names.c.article).where(schema.names.c.name == killed_name(slug))
                row = connection.execute(query.where(articles.c.id.in_(killed))).one_or_none()
                row = row if row is not None and row.state == "killed" else None
        if row is None:
            return None
        return Tombstone(id=row.id, when=instant(row.gone_at), reason=unpack(row.data, Article).reason)

    def latest(self, *, category: str, language: str | None, limit: int, offset: int = 0) -> tuple[Entry, ...]:
        """Return live entries of *category* ("all" for any), the newest by date first; see `_newest`."""
        placements, articles = schema.placements, schema.articles
        here = select(placements.c.article, placements.c.published, placements.c.sequence)
        # The rows are chosen before the join: otherwise a database looks up the article of every row that OFFSET skips.
        chosen = _newest(_live(here, category, language)).limit(limit).offset(offset).subquery()
        query = select(chosen.c.published, chosen.c.sequence, articles.c.data, articles.c.links).join(
            chosen, articles.c.id == chosen.c.article
        )
        with self.snapshot() as connection:
            rows = sorted(connection.execute(query), key=lambda row: (row.published, row.sequence), reverse=True)
        return tuple(unpack_entry(row.data, row.links) for row in rows)

    def slugs(self, *, category: str, language: str | None) -> tuple[str, ...]:
        """Return the slugs of all entries that `latest` can return, in its order."""
        placements, articles = schema.placements, schema.articles
        query = _newest(_live(select(articles.c.slug), category, language)).join(
            articles, articles.c.id == placements.c.article
        )
        with self.snapshot() as connection:
            return tuple(connection.scalars(query))

    def count(self, *, category: str, language: str | None, most: int | None = None) -> int:
        """Count the entries that `latest` can return, up to *most*.

        The count of all is that of all rows less that of gone ones, because an index gives each. Reading every row took
        2 ms of the 5 ms of a page for a thousand rows.
        """
        placements = schema.placements
        if most is not None:
            some = _live(select(placements.c.sequence), category, language).limit(most).subquery()
            query = select(func.count()).select_from(some)
        else:
            ever = select(func.count()).where(*_here(category, language))
            gone = ever.where(placements.c.gone_at.is_not(None))
            query = select(ever.scalar_subquery() - gone.scalar_subquery())
        with self.snapshot() as connection:
            return connection.scalar(query) or 0

    def published_since(self, since: datetime, *, language: str, limit: int) -> tuple[ListedArticle, ...]:
        """Return live articles in *language* that were published at *since* or later, the newest first."""
        with self.snapshot() as connection:
            return published_since(connection, since, language=language, limit=limit)

    def articles_at(self, first: int, last: int) -> tuple[ListedArticle, ...]:
        """Return the live articles among those that were the *first* to the *last* ever published."""
        with self.snapshot() as connection:
            return articles_at(connection, first, last)

    def changes_of_articles(self, *, each: int) -> tuple[datetime, ...]:
        """Return when any of *each* articles in a row last changed, of all that were ever published."""
        with self.snapshot() as connection:
            return changes_of_articles(connection, each=each)

    def neighbours(self, article: str, *, category: str, language: str | None) -> tuple[Article | None, Article | None]:
        """Return the live articles before and after *article*, an id, by date in *category*.

        language: only articles in it; None for any.
        """
        table, articles = schema.placements, schema.articles
        here = _here(category, language)
        position = tuple_(table.c.published, table.c.sequence)

        def nearest(beyond: ColumnElement[bool], *order: UnaryExpression[Any]) -> Article | None:
            data = connection.scalar(
                select(articles.c.data)
                .select_from(table.join(articles, articles.c.id == table.c.article))
                .where(*here, table.c.gone_at.is_(None), beyond)
                .order_by(*order)
                .limit(1)
            )
            return None if data is None else unpack(data, Article)

        own = select(table.c.published, table.c.sequence).where(*here, table.c.article == article)
        with self.snapshot() as connection:
            row = connection.execute(own).one_or_none()
            if row is None:
                return None, None
            its = tuple_(row.published, row.sequence)
            return (
                nearest(position < its, table.c.published.desc(), table.c.sequence.desc()),
                nearest(position > its, table.c.published.asc(), table.c.sequence.asc()),
            )

    def feed_positions(self, article: str) -> tuple[FeedPosition, ...]:
        """Return the feeds that *article*, an id, is in now, by category and language."""
        table = schema.placements
        query = (
            select(table.c.category, table.c.language, table.c.place)
            .where(table.c.article == article, table.c.gone_at.is_(None), table.c.language != OF_CORRECTIONS)
            .order_by(table.c.category, table.c.language)
        )
        with self.snapshot() as connection:
            return tuple(
                FeedPosition(category=row.category, language=row.language or None, position=row.place)
                for row in connection.execute(query)
            )

    def documents_of(self, article: str) -> tuple[KeptDocument, ...]:
        """Return the documents that *article*, an id, had at the last pass, in the order of first sight."""
        table = schema.documents
        with self.snapshot() as connection:
            return tuple(_kept(connection, (table.c.article == article) & table.c.present))

    def document_at(self, source: str, path: str) -> KeptDocument | None:
        """Return the document at *path* of *source*, present or gone, as it was last read."""
        table = schema.documents
        with self.snapshot() as connection:
            return next(_kept(connection, (table.c.source == source) & (table.c.path == path)), None)

    def outcome(self, source: str, path: str) -> Outcome:
        """Return the result of the last pass for the document at *path* of *source*."""
        documents, articles, table = schema.documents, schema.articles, schema.problems
        query = (
            select(documents.c.digest, documents.c.present, articles.c.slug, articles.c.state)
            .outerjoin(articles, articles.c.id == documents.c.article)
            .where(documents.c.source == source, documents.c.path == path)
        )
        faults = select(table.c.data, table.c.fingerprint).where(table.c.source == source, table.c.path == path)
        with self.snapshot() as connection:
            row = connection.execute(query).one_or_none()
            problems = connection.execute(faults.order_by(table.c.position)).all()
        return Outcome(
            digest=None if row is None else row.digest,
            is_present=row is not None and row.present,
            rejected=next((fault.fingerprint for fault in problems if fault.fingerprint), ""),
            problems=tuple(unpack(fault.data, Problem) for fault in problems),
            slug="" if row is None else row.slug or "",
            state="" if row is None else row.state or "",
        )

    def receiver_states(self) -> tuple[ReceiverState, ...]:
        """Return how the deliveries to each receiver fare, by name."""
        with self.snapshot() as connection:
            return receiver_states(connection)

    def partner_reports(self) -> tuple[PartnerReport, ...]:
        with self.snapshot() as connection:
            written = noted(connection, PARTNER_REPORTS)
        return unpack((written or "[]").encode(), tuple[PartnerReport, ...])

    def source_figures(self) -> tuple[SourceFigures, ...]:
        """Return the figures of every source that has documents, by name."""
        table = schema.documents
        query = (
            select(table.c.source, func.count().label("documents"), func.max(table.c.arrival).label("last"))
            .where(table.c.present)
            .group_by(table.c.source)
            .order_by(table.c.source)
        )
        with self.snapshot() as connection, self.time_limit(connection, FIGURES_S):
            return tuple(
                SourceFigures(name=row.source, documents=row.documents, last_arrival=instant(row.last))
                for row in connection.execute(query)
            )


def _live(query: Select[*Columns], category: str, language: str | None) -> Select[*Columns]:
    return query.where(*_here(category, language), schema.placements.c.gone_at.is_(None))


def _newest(query: Select[*Columns]) -> Select[*Columns]:
    """Return *query* with placements in the order of dates, the newest first; of equal dates, the last published."""
    placements = schema.placements
    return query.order_by(placements.c.published.desc(), placements.c.sequence.desc())


def _here(category: str, language: str | None) -> tuple[ColumnElement[bool], ...]:
    placements = schema.placements
    return placements.c.category == category, placements.c.language == (language or "")
