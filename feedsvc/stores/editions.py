"""Read the last edition: its feeds as they are served, and how sure its dates are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from feedsvc.model.article import Article
from feedsvc.model.document import Problem
from feedsvc.model.feed import Edition, FeedListing, ReadyFeed, Sureness
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import KEYS
from feedsvc.stores.schema import instant

AT_ONCE = 200  # articles in memory
NOTHING = Edition(number=0, made_at=datetime(1970, 1, 1, tzinfo=UTC))


def last_edition(connection: Connection) -> Edition:
    """Return the last edition with the present problems; its number is 0 if nothing was ever published."""
    editions, problems = schema.editions, schema.problems
    data = connection.scalar(select(editions.c.data).order_by(editions.c.number.desc()).limit(1))
    rows = connection.scalars(select(problems.c.data).order_by(problems.c.source, problems.c.path, problems.c.position))
    edition = NOTHING if data is None else unpack(data, Edition)
    return replace(edition, problems=tuple(unpack(row, Problem) for row in rows))


def listings(connection: Connection) -> tuple[FeedListing, ...]:
    """Return every feed in the order of the configuration."""
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


def sureness(connection: Connection) -> Sureness:
    """Count the confidences of the dates of all live articles, by reading each.

    A pass adds to the count of the last edition instead.
    """
    table = schema.articles
    found: Counter[str] = Counter()
    query = select(table.c.data).where(table.c.state == "live").execution_options(yield_per=AT_ONCE)
    for data in connection.scalars(query):
        found.update(version.published.confidence for version in unpack(data, Article).versions)
    return Sureness(high=found["high"], medium=found["medium"], low=found["low"])


def ready_feed(connection: Connection, path: str) -> ReadyFeed | None:
    feeds, bodies = schema.feeds, schema.bodies
    query = select(feeds, bodies.c.body, bodies.c.gzip, bodies.c.brotli).join(bodies, bodies.c.digest == feeds.c.digest)
    row = connection.execute(query.where(feeds.c.path == path)).one_or_none()
    return None if row is None else _ready(row, row)


def changed_feeds(connection: Connection, marks: Mapping[str, str]) -> tuple[dict[str, str], dict[str, ReadyFeed]]:
    """Return the marks of the feeds at the paths of *marks* now, and those feeds whose marks have changed."""
    feeds, bodies = schema.feeds, schema.bodies
    now: dict[str, str] = {}
    changed: dict[str, ReadyFeed] = {}
    paths = sorted(marks)
    for first in range(0, len(paths), KEYS):
        there = connection.execute(select(feeds).where(feeds.c.path.in_(paths[first : first + KEYS]))).all()
        now |= {row.path: _mark(row) for row in there}
        fresh = [row for row in there if _mark(row) != marks[row.path]]
        query = select(bodies).where(bodies.c.digest.in_(sorted({row.digest for row in fresh})))
        its = {row.digest: row for row in connection.execute(query)} if fresh else {}
        changed |= {row.path: _ready(row, its[row.digest]) for row in fresh}
    return now, changed


def _mark(feed: Row[Any]) -> str:
    """Return the same as `ReadyFeed.mark`."""
    return f'W/"{feed.digest}" {feed.last_modified:.0f} {feed.archives}'


def _ready(feed: Row[Any], body: Row[Any]) -> ReadyFeed:
    return ReadyFeed(
        path=feed.path,
        media_type=feed.media_type,
        body=body.body,
        gzip=body.gzip,
        brotli=body.brotli,
        etag=f'W/"{feed.digest}"',
        last_modified=instant(feed.last_modified),
        entries=feed.entries,
        archives=feed.archives,
    )
