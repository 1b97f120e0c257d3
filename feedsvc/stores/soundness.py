"""Examine a store: what its file and its tables must be like, whatever was published."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from feedsvc.errors import DamagedError
from feedsvc.model.articles import Article
from feedsvc.packing import PackingError, unpack
from feedsvc.search import article_words, form
from feedsvc.stores import schema
from feedsvc.stores.finding import holds
from feedsvc.stores.searching import form_of
from feedsvc.stores.store import Store

SHOWN = 10  # of each kind of fault


def faults_of(store: Store) -> tuple[str, ...]:
    """Return what is wrong with *store*, a line each; nothing when it is sound.

    raises: StoreError when it cannot be read at all.
    """
    try:
        with store.snapshot() as connection:
            found = _of_file(connection)
            # The tables of a damaged file prove nothing.
            return found or (
                *_of_feeds(connection),
                *_of_placements(connection),
                *_of_articles(connection),
                *_of_searches(connection),
            )
    except DamagedError as error:
        return (str(error),)


def _of_file(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name != "sqlite":
        return ()  # a server sees to its own files
    found = connection.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})").scalars()
    return tuple(f"the file is damaged: {' '.join(line.split())}" for line in found if line != "ok")


def _of_feeds(connection: Connection) -> tuple[str, ...]:
    feeds, bodies = schema.feeds, schema.bodies
    query = select(feeds.c.path).outerjoin(bodies, bodies.c.digest == feeds.c.digest).where(bodies.c.digest.is_(None))
    return tuple(f"{path}: has no body" for path in connection.scalars(query.limit(SHOWN)))


def _of_placements(connection: Connection) -> tuple[str, ...]:
    placements, articles = schema.placements, schema.articles
    query = (
        select(placements.c.category, placements.c.language, placements.c.article)
        .outerjoin(articles, articles.c.id == placements.c.article)
        .where(articles.c.id.is_(None))
    )
    found = connection.execute(query.limit(SHOWN))
    return tuple(
        f"{row.category} {row.language}".strip() + f": lists {row.article}, which is not there" for row in found
    )


def _of_articles(connection: Connection) -> tuple[str, ...]:
    articles = schema.articles
    # An index that forbids it may itself be what is damaged.
    twice = select(articles.c.slug).group_by(articles.c.slug).having(func.count() > 1)
    found = [f"two articles have the slug {slug}" for slug in connection.scalars(twice.limit(SHOWN))]
    unread = 0
    for row in connection.execution_options(yield_per=500).execute(select(articles.c.id, articles.c.data)):
        try:
            article = unpack(row.data, Article)
        except PackingError:
            article = None
        if article is None or article.id != row.id:
            unread += 1
            if unread <= SHOWN:
                found.append(f"{row.id}: cannot be read")
    return tuple(found)


def _of_searches(connection: Connection) -> tuple[str, ...]:
    if form_of(connection) != form():
        return ()  # the next pass makes the index anew
    table, articles = schema.searchable, schema.articles
    live = select(articles.c.id).where(articles.c.state == "live")
    extra = connection.scalars(select(table.c.article).where(table.c.article.not_in(live)).order_by(table.c.article))
    found = [f"{identity}: can be searched and is not published" for identity in extra.fetchmany(SHOWN)]
    query = select(articles.c.data, table.c.number).outerjoin(table, table.c.article == articles.c.id)
    lacking, unfound = [], []
    for row in connection.execution_options(yield_per=500).execute(
        query.where(articles.c.state == "live").order_by(articles.c.id)
    ):
        try:
            article = unpack(row.data, Article)
        except PackingError:
            continue  # which is told already
        words = article_words(article)
        if words and row.number is None:
            lacking.append(f"{article.id}: is published and cannot be searched")
        elif words and not holds(connection, row.number, max(words.split(), key=len)):
            unfound.append(f"{article.id}: is not found by its words")
    return (*lacking[:SHOWN], *unfound[:SHOWN], *found)
