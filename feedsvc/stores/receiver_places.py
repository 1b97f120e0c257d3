"""How far each receiver was told of what editions changed.

The list of changes of articles (feedsvc/stores/changes.py) and the records of editions are the outbox: a pass writes
them in its own transaction, so nothing in them is of an edition that was undone. A receiver has a place in both. The
place moves after the receiver has taken a delivery: if the publisher is killed in between, it is told once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from feedsvc.model.article import Article
from feedsvc.model.feed import ChangeKind, Edition, ReceiverState
from feedsvc.model.packing import unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import chunks
from feedsvc.stores.schema import instant, seconds

if TYPE_CHECKING:  # which imports this module
    from feedsvc.stores.store import Store

MOST_ARTICLES = 500  # that are told of at once
EDITIONS = 1000  # that are read at once
MOST_FAULT = 300  # characters

receivers, changes, editions, articles = schema.receivers, schema.changes, schema.editions, schema.articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the list of changes and among the editions."""

    number: int
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a receiver is to be told of next.

    since, until: its place before and after that.
    edition:  the last one, and when it was made.
    articles: as they are now, each with its last change, in the order of these.
    gone:     digests of files, and of their smaller forms, that these articles have shown and do not show now.
    feeds:    paths of the changed ones. They come with the last articles.
    """

    since: Place
    until: Place
    edition: int
    made_at: datetime
    articles: tuple[tuple[Article, ChangeKind], ...]
    gone: tuple[str, ...]
    feeds: tuple[str, ...]


class ReceiverPlaces:
    """The places of receivers, inside a pass."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, names: Collection[str], *, edition: int) -> None:
        """Give new receivers the place before this pass, and forget those that are not in *names*.

        edition: the last one before this pass. Call this before the pass changes any article.
        """
        known = set(self._connection.scalars(select(receivers.c.name)))
        for name in known - set(names):
            self._connection.execute(delete(receivers).where(receivers.c.name == name))
        for name in set(names) - known:
            number = self._connection.scalar(select(func.max(changes.c.number))) or 0
            self._connection.execute(insert(receivers).values(name=name, number=number, edition=edition))


def last_place(store: Store) -> Place:
    """Return the place after all changes."""
    with store.snapshot() as connection:
        return Place(
            number=connection.scalar(select(func.max(changes.c.number))) or 0,
            edition=connection.scalar(select(func.max(editions.c.number))) or 0,
        )


def next_news(store: Store, receiver: str, *, until: Place) -> News | None:
    """Return what *receiver* is to be told of next; None if it knows everything up to *until*."""
    with store.snapshot() as connection:
        row = connection.execute(select(receivers).where(receivers.c.name == receiver)).one_or_none()
        if row is None or (row.number >= until.number and row.edition >= until.edition):
            return None
        query = (
            select(changes.c.number, changes.c.kind, articles.c.data)
            .join(articles, articles.c.id == changes.c.article)
            .where(changes.c.number > row.number, changes.c.number <= until.number)
            .order_by(changes.c.number)
            .limit(MOST_ARTICLES)
        )
        found = connection.execute(query).all()
        is_last = len(found) < MOST_ARTICLES
        made_at = connection.scalar(select(editions.c.made_at).where(editions.c.number == until.edition))
        told_of = tuple((unpack(each.data, Article), each.kind) for each in found)
        return News(
            since=Place(number=row.number, edition=row.edition),
            until=until if is_last else Place(number=found[-1].number, edition=row.edition),
            edition=until.edition,
            made_at=instant(made_at or 0.0),
            articles=told_of,
            gone=_gone_files(connection, [article.id for article, _ in told_of]),
            feeds=_changed_feeds(connection, row.edition, until.edition) if is_last else (),
        )


def _gone_files(connection: Connection, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the digests of the files that the articles with these *ids* do not show any more, and of their forms."""
    uses, forms = schema.media_uses, schema.media_forms
    found: dict[str, None] = {}
    for batch in chunks(ids):
        gone = connection.scalars(select(uses.c.digest).where(uses.c.article.in_(batch), ~uses.c.live))
        found |= dict.fromkeys(sorted(gone))
    for batch in chunks(list(found)):
        found |= dict.fromkeys(sorted(connection.scalars(select(forms.c.digest).where(forms.c.original.in_(batch)))))
    return tuple(found)


def _changed_feeds(connection: Connection, since: int, until: int) -> tuple[str, ...]:
    """Return the paths of the feeds that any edition after *since* changed, up to *until*."""
    paths: dict[str, None] = {}
    while since < until:
        query = select(editions.c.number, editions.c.data).where(editions.c.number > since, editions.c.number <= until)
        found = connection.execute(query.order_by(editions.c.number).limit(EDITIONS)).all()
        for row in found:
            paths |= dict.fromkeys(unpack(row.data, Edition).changed)
        since = found[-1].number if found else until
    return tuple(paths)


def note_told(store: Store, receiver: str, news: News, *, now: datetime) -> None:
    """Note that *receiver* has taken *news*, unless its place is another by now: then another publisher has told it."""
    place = {"number": news.until.number, "edition": news.until.edition}
    told = {"told": receivers.c.told + 1, "told_at": seconds(now), "failing_since": None, "fault": ""}
    since = receivers.c.number == news.since.number, receivers.c.edition == news.since.edition
    _note(store, receiver, {**place, **told}, *since)


def note_failed(store: Store, receiver: str, fault: str, *, now: datetime) -> None:
    """Note why *receiver* could not be told, and since when that is so."""
    since = func.coalesce(receivers.c.failing_since, seconds(now))
    _note(store, receiver, {"failing_since": since, "fault": fault[:MOST_FAULT]})


def _note(store: Store, receiver: str, values: Mapping[str, Any], *where: ColumnElement[bool]) -> None:
    with store.transaction() as connection:
        connection.execute(update(receivers).where(receivers.c.name == receiver, *where).values(**values))


def receiver_states(connection: Connection) -> tuple[ReceiverState, ...]:
    """Return the states of all receivers, by name."""
    last = connection.scalar(select(func.max(editions.c.number))) or 0
    return tuple(
        ReceiverState(
            name=row.name,
            waiting=max(last - row.edition, 0),
            told=row.told,
            told_at=None if row.told_at is None else instant(row.told_at),
            failing_since=None if row.failing_since is None else instant(row.failing_since),
            fault=row.fault,
        )
        for row in connection.execute(select(receivers).order_by(receivers.c.name))
    )
