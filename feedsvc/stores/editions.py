"""Read the last edition and its feeds, from inside a pass or outside."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from feedsvc.model.article import Article, Card
from feedsvc.model.document import Problem
from feedsvc.model.feed import Edition, FeedListing
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.schema import instant

AT_ONCE = 200  # articles held in memory
NOTHING = Edition(number=0, made_at=datetime(1970, 1, 1, tzinfo=UTC))


def last_edition(connection: Connection) -> Edition:
    """Return the last edition with the problems that stand, as *connection* sees them."""
    editions, problems = schema.editions, schema.problems
    data = connection.scalar(select(editions.c.data).order_by(editions.c.number.desc()).limit(1))
    rows = connection.scalars(select(problems.c.data).order_by(problems.c.source, problems.c.path, problems.c.position))
    edition = NOTHING if data is None else unpack(data, Edition)
    return replace(edition, problems=tuple(unpack(row, Problem) for row in rows))


def listings(connection: Connection) -> tuple[FeedListing, ...]:
    """Return every feed in the order of the configuration, as *connection* sees them."""
    feeds, bodies = schema.feeds, schema.bodies
    query = (
        select(feeds, func.length(bodies.c.body).label("bytes"))
        .join(bodies, bodies.c.digest == feeds.c.digest)
        .order_by(feeds.c.rank)
    )
    rows = connection.execute(query).all()
    return tuple(
        FeedListing(
            path=row.path,
            category=row.category,
            language=row.language or None,
            format=row.format,
            media_type=row.media_type,
            title=row.title,
            bytes=row.bytes,
            entries=row.entries,
            last_modified=instant(row.last_modified),
            archives=row.archives,
        )
        for row in rows
        if row.category
    )


def cards(connection: Connection) -> tuple[Card, ...]:
    """Return a card of every article that was ever published, by slug, as *connection* sees them."""
    articles = schema.articles
    query = select(articles.c.slug, articles.c.state, articles.c.data, articles.c.links).order_by(articles.c.slug)
    rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
    return tuple(_card(row.slug, row.state, row.data, row.links) for row in rows)


def _card(slug: str, state: str, data: bytes, links: bytes) -> Card:
    article = unpack(data, Article)
    return Card(
        slug=slug,
        is_live=state == "live",
        languages=article.languages,
        categories=article.categories,
        digest=hashlib.sha256(data + b"\0" + links).hexdigest()[:32],
    )
