"""Read where articles come from: their documents, the feeds that they stand in, what is known of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, select

from feedsvc.model.articles import Article
from feedsvc.model.feeds import Sureness
from feedsvc.model.origins import KeptDocument, SourceFigures, Standing
from feedsvc.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.documents import document_of_row
from feedsvc.stores.values import instant

AT_ONCE = 500


def documents_of(connection: Connection, article: str) -> tuple[KeptDocument, ...]:
    """Return the documents of *article* that were there at the last pass, in the order of first sight."""
    table = schema.documents
    return tuple(_kept(connection, (table.c.article == article) & table.c.present))


def document_at(connection: Connection, source: str, path: str) -> KeptDocument | None:
    """Return the document at *path* of *source*, be it there or gone, None when none was ever read there."""
    table = schema.documents
    return next(_kept(connection, (table.c.source == source) & (table.c.path == path)), None)


def standings(connection: Connection, article: str) -> tuple[Standing, ...]:
    """Return where *article* stands now, in the order of categories and languages."""
    table = schema.placements
    rows = connection.execute(
        select(table.c.category, table.c.language, table.c.place)
        .where(table.c.article == article, table.c.gone_at.is_(None))
        .order_by(table.c.category, table.c.language)
    )
    return tuple(Standing(category=row.category, language=row.language or None, place=row.place) for row in rows)


def source_figures(connection: Connection) -> tuple[SourceFigures, ...]:
    """Return what is known of every source that ever had a document, by name."""
    table = schema.documents
    rows = connection.execute(
        select(table.c.source, func.count().label("documents"), func.max(table.c.arrival).label("last"))
        .where(table.c.present)
        .group_by(table.c.source)
        .order_by(table.c.source)
    )
    return tuple(
        SourceFigures(name=row.source, documents=row.documents, last_arrival=instant(row.last)) for row in rows
    )


def sureness(connection: Connection) -> Sureness:
    """Return how sure the dates of all live articles are.

    Every article is read; a pass goes on from what the last one counted.
    """
    table = schema.articles
    found: Counter[str] = Counter()
    query = select(table.c.data).where(table.c.state == "live").execution_options(yield_per=AT_ONCE)
    for data in connection.scalars(query):
        found.update(version.published.confidence for version in unpack(data, Article).versions)
    return Sureness(high=found["high"], medium=found["medium"], low=found["low"])


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
