"""Read every version of an article that was ever published, from its former texts to the present one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from feedsvc.articles.identity import killed_name
from feedsvc.model.article import Article, Making, Recorded
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.queries import Queries
from feedsvc.stores.schema import instant


def history_of(store: Queries, name: str, *, places: Sequence[tuple[str, str]] = ()) -> tuple[Recorded, ...]:
    """Return every published version of an article, the first first; empty for an unknown article.

    name:   its id or slug, or the slug that it had before it was killed.
    places: (source, path) of its documents, tried in this order if the name is unknown.
    """
    with store.snapshot() as connection:
        identity = _named(connection, name) or _at(connection, places)
        return () if identity is None else _versions(connection, identity)


def known_names(store: Queries) -> tuple[str, ...]:
    """Return the slugs and ids of all articles except killed ones, which have lost their slugs."""
    articles = schema.articles
    query = select(articles.c.slug, articles.c.id).where(articles.c.state != "killed").order_by(articles.c.slug)
    with store.snapshot() as connection:
        return tuple(name for row in connection.execute(query) for name in (row.slug, row.id))


def _named(connection: Connection, name: str) -> str | None:
    articles, names = schema.articles, schema.names
    killed = select(names.c.article).where(names.c.name == killed_name(name))
    for its in ((articles.c.id == name) | (articles.c.slug == name), articles.c.id.in_(killed)):
        found: str | None = connection.scalar(select(articles.c.id).where(its).limit(1))
        if found is not None:
            return found
    return None


def _at(connection: Connection, places: Sequence[tuple[str, str]]) -> str | None:
    """Return the article of a document, present or gone."""
    articles, documents = schema.articles, schema.documents
    for source, path in places:
        its = select(documents.c.article).where(documents.c.source == source, documents.c.path == path)
        found: str | None = connection.scalar(select(articles.c.id).where(articles.c.id.in_(its)))
        if found is not None:
            return found
    return None


def _versions(connection: Connection, identity: str) -> tuple[Recorded, ...]:
    articles, revisions = schema.articles, schema.revisions
    former = connection.execute(
        select(revisions).where(revisions.c.article == identity).order_by(revisions.c.serial)
    ).all()
    last = connection.execute(select(articles).where(articles.c.id == identity)).one()
    number = former[-1].serial + 1 if former else 1
    versions = [
        _recorded(
            number=row.serial,
            edition=row.edition,
            made_at=row.made_at,
            making=row.making,
            article=unpack(row.data, Article),
            pruned=row.pruned_at is not None,
        )
        for row in former
    ]
    current = unpack(last.data, Article)
    return (
        *versions,
        _recorded(number=number, edition=last.edition, made_at=last.made_at, making=last.making, article=current),
    )


def _recorded(
    *, number: int, edition: int, made_at: float | None, making: bytes | None, article: Article, pruned: bool = False
) -> Recorded:
    when: datetime | None = None if made_at is None else instant(made_at)
    if making is not None:
        how = unpack(making, Making)
    elif article.state == "live":
        how = Making(kind="first" if number == 1 else "unknown")
    else:
        how = Making(kind=article.state)
    return Recorded(number=number, edition=edition, made_at=when, making=how, article=article, pruned=pruned)
