"""Keep the last change of each article in one order, for machines that mirror the site.

A change gets the next number inside the transaction of its pass, behind the lock of the pass. So the numbers come in
the order of editions, and no reader sees a number while a lower one may still appear. A newer change of an article
replaces its older one. So the list is as long as there are articles, and no part of it is ever too old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from feedsvc.model.article import RevisionKind, State
from feedsvc.model.feed import ArticleChange, ArticleChanges, ChangeKind
from feedsvc.stores import schema
from feedsvc.stores.batches import BatchWriter
from feedsvc.stores.schema import instant, noted, seconds

CURSOR = re.compile(r"(?P<store>[0-9a-f]{12})-(?P<number>[0-9]{1,18})")
KINDS: Mapping[RevisionKind, ChangeKind] = {"first": "created", "revived": "created", "correction": "corrected"}
_TABLE = schema.changes
_TOUCH = (
    _TABLE.update()
    .where(
        _TABLE.c.article == bindparam("its"),
        _TABLE.c.edition < bindparam("now"),
        _TABLE.c.kind != "withdrawn",
        _TABLE.c.kind != "killed",
    )
    .values(number=bindparam("next"), edition=bindparam("now"), made_at=bindparam("when"), kind="updated")
)


def kind_of_change(state: State, revision: RevisionKind) -> ChangeKind:
    """Return what a revision that leaves an article in *state* is to machines."""
    return KINDS.get(revision, "updated") if state == "live" else state


class Changes:
    """Write the changes of a pass."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = BatchWriter(connection, _TABLE)
        self._last: int | None = None

    def put(self, article: str, kind: ChangeKind, *, edition: int, made_at: datetime) -> None:
        """Note the change of *article* in *edition*, in place of its change before."""
        self._rows.put(
            {
                "article": article,
                "number": self._next(),
                "edition": edition,
                "made_at": seconds(made_at),
                "kind": kind,
            }
        )

    def touch(self, articles: Iterable[str], *, edition: int, made_at: datetime) -> None:
        """Note that *articles* are shown with other links, except those that are gone, or have changed in *edition*."""
        self._rows.flush()
        when = seconds(made_at)
        rows = [{"its": article, "next": self._next(), "now": edition, "when": when} for article in articles]
        if rows:
            self._connection.execute(_TOUCH, rows)

    def end_batch(self) -> None:
        self._rows.flush()

    def drop(self) -> None:
        """Forget the rows that wait, because their part of the pass is undone."""
        self._rows.drop()

    def _next(self) -> int:
        if self._last is None:
            self._last = self._connection.scalar(select(func.max(_TABLE.c.number))) or 0
        self._last += 1
        return self._last


def changes_since(connection: Connection, cursor: str, *, limit: int) -> ArticleChanges | None:
    """Return the *limit* changes after *cursor*, the first first; None if this store never gave that cursor.

    cursor: "" for the beginning.
    """
    store = (noted(connection, schema.IDENTITY) or "")[:12]
    asked = CURSOR.fullmatch(cursor)
    since = int(asked["number"]) if asked else 0
    last = connection.scalar(select(func.max(_TABLE.c.number))) or 0
    if (cursor and not asked) or (asked and asked["store"] != store) or since > last:
        return None
    articles = schema.articles
    query = (
        select(_TABLE, articles.c.slug)
        .join(articles, articles.c.id == _TABLE.c.article)
        .where(_TABLE.c.number > since)
        .order_by(_TABLE.c.number)
        .limit(limit + 1)
    )
    rows: Sequence[ArticleChange] = [
        ArticleChange(
            id=row.article,
            slug=None if row.kind == "killed" else row.slug,
            kind=row.kind,
            number=row.number,
            edition=row.edition,
            made_at=instant(row.made_at),
        )
        for row in connection.execute(query)
    ]
    shown = tuple(rows[:limit])
    reached = shown[-1].number if shown else since
    return ArticleChanges(cursor=f"{store}-{reached}", items=shown, has_more=len(rows) > limit)


def edition_of(connection: Connection, article: str) -> int:
    """Return the edition that last changed how *article*, an id, is shown; 0 if there is no such article."""
    return connection.scalar(select(_TABLE.c.edition).where(_TABLE.c.article == article)) or 0
