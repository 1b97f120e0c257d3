"""Keep the words of live articles, inside the transaction of a pass; see `feedsvc.stores.search_queries` for who asks.

In SQLite an index (FTS5) has each word with its places, and no text: what is to be taken out of it must be told word
for word, so an article's former words are made again from the article as it was. In PostgreSQL the words themselves
are kept, under an index of which article has which; word after word is looked for in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, delete, func, insert, select

from feedsvc.model.article import Article
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import chunks
from feedsvc.stores.schema import put
from feedsvc.text.search_words import article_words, form

AT_ONCE = 500  # articles
CHARACTERS = 8_000_000  # of words that wait


class SearchIndex:
    """Write what articles are found by; what waits is written before anybody else can see it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._gone: dict[str, str] = {}
        self._come: dict[str, str] = {}
        self._characters = 0

    def bring_up(self) -> None:
        """Make the index anew, unless it was made by the rules that hold now.

        Call it before anything of the articles is changed.
        """
        if form_of(self._connection) != form():
            make_anew(self._connection)

    def change(self, article: str, *, was: str, now: str) -> None:
        """Have *article*, by its id, found by the words *now*, and no longer by those that it *was* found by."""
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
        """Write what waits."""
        if self._gone:
            self._take_out()
        if self._come:
            add_words(self._connection, self._come.items())
        self.drop()

    def drop(self) -> None:
        """Let go of what waits."""
        self._gone.clear()
        self._come.clear()
        self._characters = 0

    def _take_out(self) -> None:
        table = schema.searchable
        for chunk in chunks(sorted(self._gone)):
            if self._is_sqlite:
                query = select(table.c.number, table.c.article).where(table.c.article.in_(chunk))
                # In the order of the index: out of it, each row would become a part of the index of its own.
                rows = self._connection.execute(query.order_by(table.c.number)).all()
                if rows:
                    self._connection.exec_driver_sql(
                        "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)",
                        [(row.number, self._gone[row.article]) for row in rows],
                    )
            self._connection.execute(delete(table).where(table.c.article.in_(chunk)))


def add_words(connection: Connection, words: Iterable[tuple[str, str]]) -> None:
    """Have each article be found by its words: (id, words), of articles that have none."""
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
    """Return the name of the rules that the index was made by; None when it was never made, or emptied."""
    return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == schema.SEARCH_FORM))


def empty(connection: Connection) -> None:
    """Leave nothing in the index; until it is made anew, nothing can be searched."""
    connection.execute(delete(schema.searchable))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    connection.execute(delete(schema.meta).where(schema.meta.c.key == schema.SEARCH_FORM))


def make_anew(connection: Connection) -> None:
    """Make the index of every live article as it stands."""
    empty(connection)
    for batch in _live(connection):
        words = ((article.id, article_words(article)) for article in batch)
        add_words(connection, [each for each in words if each[1]])
    put(connection, schema.meta, {"key": schema.SEARCH_FORM, "value": form()})


def _live(connection: Connection) -> Iterator[list[Article]]:
    """Yield the live articles in the order of their ids."""
    table = schema.articles
    query = select(table.c.id, table.c.data).where(table.c.state == "live").order_by(table.c.id).limit(AT_ONCE)
    last = ""
    while rows := connection.execute(query.where(table.c.id > last)).all():
        yield [unpack(row.data, Article) for row in rows]
        last = rows[-1].id
