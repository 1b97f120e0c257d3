"""Index the words of live articles, inside the transaction of a pass, and find articles by them.

The index of SQLite (FTS5) keeps the positions of words and no text. To take an article out of it, one must name its
former words, which are made again from its former version. PostgreSQL keeps the words themselves, under an index of
the articles that have each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
    delete,
    func,
    insert,
    literal,
    select,
    text,
)

from feedsvc.model.article import Article
from feedsvc.model.errors import BusyError
from feedsvc.model.feed import Found
from feedsvc.model.packing import unpack, unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.batches import chunks
from feedsvc.stores.schema import note, noted
from feedsvc.text.search_words import article_words, form

AT_ONCE = 500  # articles
CHARACTERS = 8_000_000  # of waiting words
MOST = 1000  # articles that a search counts and shows


class SearchIndex:
    """Write the words of articles; `flush` writes those that wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._gone: dict[str, str] = {}
        self._come: dict[str, str] = {}
        self._characters = 0

    def bring_up(self) -> None:
        """Make the index again if other rules made it.

        Call this before an article is changed.
        """
        if form_of(self._connection) != form():
            make_again(self._connection)

    def change(self, article: str, *, was: str, now: str) -> None:
        """Replace the former words of *article*, an id, by those of *now*."""
        if was == now:
            return
        if was:
            self._gone[article] = was
        if now:
            self._come[article] = now
        self._characters += len(was) + len(now)
        if self._characters >= CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self._gone:
            self._take_out()
        if self._come:
            add_words(self._connection, self._come.items())
        self.drop()

    def drop(self) -> None:
        """Forget the words that wait."""
        self._gone.clear()
        self._come.clear()
        self._characters = 0

    def _take_out(self) -> None:
        table = schema.searchable
        for chunk in chunks(sorted(self._gone)):
            if self._is_sqlite:
                query = select(table.c.number, table.c.article).where(table.c.article.in_(chunk))
                # In the order of the index: in another order, each row would become a segment of the index.
                rows = self._connection.execute(query.order_by(table.c.number)).all()
                if rows:
                    self._connection.exec_driver_sql(
                        "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)",
                        [(row.number, self._gone[row.article]) for row in rows],
                    )
            self._connection.execute(delete(table).where(table.c.article.in_(chunk)))


def add_words(connection: Connection, words: Iterable[tuple[str, str]]) -> None:
    """Add (id, words) of articles that are not in the index."""
    table = schema.searchable
    first = (connection.scalar(select(func.max(table.c.number))) or 0) + 1
    rows = [(number, article, text) for number, (article, text) in enumerate(words, first)]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO searchable (number, article) VALUES (?, ?)", [(number, article) for number, article, _ in rows]
        )
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, words) VALUES (?, ?)", [(number, text) for number, _, text in rows]
        )
    else:
        connection.execute(
            insert(table), [{"number": number, "article": article, "words": text} for number, article, text in rows]
        )


def form_of(connection: Connection) -> str | None:
    """Return the name of the rules that made the index; None if it was never made, or emptied."""
    return noted(connection, schema.SEARCH_FORM)


def empty(connection: Connection) -> None:
    """Empty the index; until it is made again, nothing can be searched."""
    connection.execute(delete(schema.searchable))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    connection.execute(delete(schema.meta).where(schema.meta.c.key == schema.SEARCH_FORM))


def make_again(connection: Connection) -> None:
    """Make the index again, of all live articles."""
    empty(connection)
    for batch in _live(connection):
        words = ((article.id, article_words(article)) for article in batch)
        add_words(connection, [(identity, text) for identity, text in words if text])
    note(connection, schema.SEARCH_FORM, form())


def _live(connection: Connection) -> Iterator[list[Article]]:
    """Yield the live articles in batches, in the order of their ids."""
    table = schema.articles
    query = select(table.c.id, table.c.data).where(table.c.state == "live").order_by(table.c.id).limit(AT_ONCE)
    last = ""
    while rows := connection.execute(query.where(table.c.id > last)).all():
        yield [unpack(row.data, Article) for row in rows]
        last = rows[-1].id


def found(
    connection: Connection, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int
) -> Found:
    """Return the live articles of a feed that have all *phrases*, the last published first.

    phrases: at least one; words as `feedsvc.text.search_words.separated` gives them.
    raises:  BusyError while there is no index.
    """
    if form_of(connection) is None:
        raise BusyError("the index of words is being made")
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
        entries=tuple(entries[identity] for identity in shown),
        count=min(len(ids), MOST),
        more=len(ids) > MOST,
        imprint=noted(connection, IMPRINT) or "",
    )


def has_phrase(connection: Connection, number: int, phrase: str) -> bool:
    """Return whether the indexed article with that *number* has *phrase*."""
    if connection.dialect.name == "sqlite":
        match = text("SELECT 1 FROM search WHERE search MATCH :match AND rowid = :number")
        return connection.scalar(match, {"match": f'"{phrase}"', "number": number}) is not None
    return connection.scalar(select(_has(phrase)).where(schema.searchable.c.number == number)) is True


def _in_sqlite(phrases: Sequence[str]) -> Select[tuple[str]]:
    """Return the articles that have all *phrases*.

    The query asks the index once, and first: otherwise SQLite would ask it again for each article of the feed.

    source: https://www.sqlite.org/fts5.html, section 3: quotes enclose a phrase. No word has a quote.
    """
    match = text("SELECT rowid AS number FROM search WHERE search MATCH :match")
    asked = match.bindparams(match=" ".join(f'"{phrase}"' for phrase in phrases)).columns(column("number", Integer))
    numbers = asked.cte("numbers").prefix_with("MATERIALIZED")
    return select(schema.searchable.c.article).join(numbers, numbers.c.number == schema.searchable.c.number)


def _in_postgres(phrases: Sequence[str]) -> Select[tuple[str]]:
    """Return the articles that have all *phrases*: the index finds their words, and their texts the phrases."""
    words = func.string_to_array(schema.searchable.c.words, literal(" ", literal_execute=True))  # as it is indexed
    sought = sorted({word for phrase in phrases for word in phrase.split(" ")})
    has_all = words.op("@>", is_comparison=True)(cast(bindparam("sought", sought), ARRAY(Text)))
    together = (_has(phrase) for phrase in phrases if " " in phrase)
    return select(schema.searchable.c.article).where(has_all, *together)


def _has(phrase: str) -> ColumnElement[bool]:
    around = literal(" ").concat(schema.searchable.c.words).concat(" ")
    return func.strpos(around, f" {phrase} ") > 0
