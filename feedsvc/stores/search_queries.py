"""Find live articles by words, as a connection sees them; the same ones in every kind of store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    text,
)

from feedsvc.model.errors import BusyError
from feedsvc.model.feed import Found
from feedsvc.model.packing import unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.search_index import form_of

MOST = 1000  # articles that are counted, and can be shown


def found(
    connection: Connection, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int
) -> Found:
    """Return those live articles of a feed that hold every one of *phrases*, the last published first.

    phrases: at least one; words as `feedsvc.text.search_words.separated` gives them.
    raises:  BusyError while there is no index.
    """
    if form_of(connection) is None:
        raise BusyError("what can be searched is being made")
    placements, articles = schema.placements, schema.articles
    matching = (_in_sqlite if connection.dialect.name == "sqlite" else _in_postgres)(phrases).subquery("matching")
    ids = connection.scalars(
        select(placements.c.article)
        .join(matching, matching.c.article == placements.c.article)
        .where(
            placements.c.category == category,
            placements.c.language == (language or ""),
            placements.c.gone_at.is_(None),
        )
        .order_by(placements.c.sequence.desc(), placements.c.article)
        .limit(MOST + 1)
    ).all()
    shown = ids[:MOST][offset : offset + limit]
    rows = connection.execute(select(articles.c.id, articles.c.data, articles.c.links).where(articles.c.id.in_(shown)))
    entries = {row.id: unpack_entry(row.data, row.links) for row in rows}
    return Found(
        entries=tuple(entries[each] for each in shown),
        count=min(len(ids), MOST),
        more=len(ids) > MOST,
        imprint=connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == IMPRINT)) or "",
    )


def holds(connection: Connection, number: int, phrase: str) -> bool:
    """Return whether what is searched under *number* holds *phrase*."""
    if connection.dialect.name == "sqlite":
        match = text("SELECT 1 FROM search WHERE search MATCH :match AND rowid = :number")
        return connection.scalar(match, {"match": f'"{phrase}"', "number": number}) is not None
    return connection.scalar(select(_stands(phrase)).where(schema.searchable.c.number == number)) is True


def _in_sqlite(phrases: Sequence[str]) -> Select[tuple[str]]:
    """Return the articles that hold all *phrases*: a phrase is what stands between quotes.

    The index is asked once, and first: SQLite would ask it again for each article of the feed.

    source: https://www.sqlite.org/fts5.html, section 3. No word holds a quote.
    """
    match = text("SELECT rowid AS number FROM search WHERE search MATCH :match")
    asked = match.bindparams(match=" ".join(f'"{phrase}"' for phrase in phrases)).columns(column("number", Integer))
    numbers = asked.cte("numbers").prefix_with("MATERIALIZED")
    return select(schema.searchable.c.article).join(numbers, numbers.c.number == schema.searchable.c.number)


def _in_postgres(phrases: Sequence[str]) -> Select[tuple[str]]:
    """Return the same: the index finds those that hold the words, in whose texts the phrases are then looked for."""
    words = func.string_to_array(schema.searchable.c.words, literal(" ", literal_execute=True))  # as it is indexed
    each = sorted({word for phrase in phrases for word in phrase.split(" ")})
    has_each = words.op("@>", is_comparison=True)(cast(bindparam("each", each), ARRAY(Text)))
    together = (_stands(phrase) for phrase in phrases if " " in phrase)
    return select(schema.searchable.c.article).where(has_each, *together)


def _stands(phrase: str) -> ColumnElement[bool]:
    around = literal(" ").concat(schema.searchable.c.words).concat(" ")
    return func.strpos(around, f" {phrase} ") > 0
