"""Read what sitemaps list of articles: the newest ones, and all in the order in which they were first published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from feedsvc.model.article import ListedArticle
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.archives import PAGE
from feedsvc.stores.batches import chunks
from feedsvc.stores.schema import instant, seconds

ALL = "all"  # the category of every article

_PLACEMENTS, _PAGES = schema.placements.c, schema.archives.c


def published_since(connection: Connection, since: datetime, *, language: str, limit: int) -> tuple[ListedArticle, ...]:
    """Return live articles in *language* that were published at *since* or later, the newest first."""
    query = (
        select(_PLACEMENTS.article)
        .where(_PLACEMENTS.category == ALL, _PLACEMENTS.language == language, _PLACEMENTS.gone_at.is_(None))
        .where(_PLACEMENTS.published >= seconds(since))
        .order_by(_PLACEMENTS.published.desc(), _PLACEMENTS.sequence.desc())
        .limit(limit)
    )
    return _listed(connection, connection.scalars(query).all())


def articles_at(connection: Connection, first: int, last: int) -> tuple[ListedArticle, ...]:
    """Return the live articles at the positions *first* to *last* of all, see feedsvc/stores/archives.py."""
    query = (
        select(_PLACEMENTS.place, _PLACEMENTS.article)
        .where(_PLACEMENTS.category == ALL, _PLACEMENTS.language == "", _PLACEMENTS.gone_at.is_(None))
        .where(_PLACEMENTS.place >= first, _PLACEMENTS.place <= last)
    )
    # PostgreSQL would sort the rows as well: it reads them in the order of the table.
    return _listed(connection, [row.article for row in sorted(connection.execute(query))])


def _listed(connection: Connection, identities: Sequence[str]) -> tuple[ListedArticle, ...]:
    """Return the articles with these ids, in their order."""
    articles = schema.articles
    found: dict[str, ListedArticle] = {}
    for chunk in chunks(identities):
        rows = connection.execute(select(articles.c.id, articles.c.data).where(articles.c.id.in_(chunk)))
        found.update((row.id, unpack(row.data, ListedArticle)) for row in rows)
    return tuple(found[identity] for identity in identities)


def changes_of_articles(connection: Connection, *, each: int) -> tuple[datetime, ...]:
    """Return when any of the articles at *each* positions in a row last changed, of all positions, the first first."""
    query = select(_PAGES.number, _PAGES.changed).where(_PAGES.category == ALL, _PAGES.language == "")
    rows = connection.execute(query.order_by(_PAGES.number)).all()
    groups = groupby(rows, key=lambda row: (row.number - 1) * PAGE // each)
    return tuple(instant(max(page.changed for page in pages)) for _, pages in groups)
