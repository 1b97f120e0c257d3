"""Give entries their positions in archives, and date the pages of a hundred positions each.

A position is an entry's number among all entries that its feed ever had, from 1. It is given once: if an entry leaves
the feed, its position stays empty, and an entry that comes back gets a new position at the end. So a full page gains
no entry, and no page moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from feedsvc.model.feed import OF_CORRECTIONS, ArchivePage, Tombstone
from feedsvc.model.packing import unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.schema import instant, noted, put, seconds

PAGE = 100
IMPRINT = "imprint"  # the key in meta of the settings that the feeds of the last edition show

_PAGES, _PLACEMENTS = schema.archives.c, schema.placements.c
_LAST = (
    select(_PAGES.number, _PAGES.given)
    .where(_PAGES.category == bindparam("category"), _PAGES.language == bindparam("language"))
    .order_by(_PAGES.number.desc())
    .limit(1)
)
_UNSEALED = select(_PLACEMENTS.article).where(
    _PLACEMENTS.category == bindparam("category"),
    _PLACEMENTS.language == bindparam("language"),
    _PLACEMENTS.place > bindparam("positions"),
    _PLACEMENTS.gone_at.is_(None),
)

_FRESH = (
    select(_PLACEMENTS.article)
    .where(
        _PLACEMENTS.category == bindparam("category"),
        _PLACEMENTS.language == bindparam("language"),
        _PLACEMENTS.place.is_(None),
    )
    .order_by(_PLACEMENTS.sequence, _PLACEMENTS.article)
)
_FRESH_CORRECTIONS = _FRESH.order_by(None).order_by(_PLACEMENTS.corrected_at, _PLACEMENTS.sequence, _PLACEMENTS.article)
# Each row by its key: one statement that also finds the fresh rows would read the whole feed.
_GIVE = (
    update(schema.placements)
    .where(
        _PLACEMENTS.category == bindparam("its_category"),
        _PLACEMENTS.language == bindparam("its_language"),
        _PLACEMENTS.article == bindparam("its_article"),
    )
    .values(place=bindparam("its_at"))
)


class Archives:
    """Give positions and mark the pages that change, inside the transaction of a pass."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._expecting: set[tuple[str, str]] = set()
        self._changed: set[tuple[str, str, int]] = set()

    def expect(self, category: str, language: str) -> None:
        """Note that a feed (language "" for the bilingual one) has entries without a position."""
        self._expecting.add((category, language))

    def mark_pages(
        self, articles: Sequence[str], *, corrected_at: float | None = None
    ) -> dict[str, dict[tuple[str, str], int]]:
        """Mark each page that lists any of *articles*, of which there are at most `KEYS`, and return their positions.

        corrected_at: of their last correction; an earlier one gives its position up.
        returns:      by article, its position by (category, language or "").
        """
        table = schema.placements
        positions: dict[str, dict[tuple[str, str], int]] = {article: {} for article in articles}
        rows = self._connection.execute(
            select(
                table.c.article,
                table.c.category,
                table.c.language,
                table.c.place,
                table.c.gone_at,
                table.c.corrected_at,
            ).where(table.c.article.in_(articles), table.c.place.is_not(None))
        )
        for row in rows:
            self._changed.add((row.category, row.language, -(-row.place // PAGE)))
            is_last = row.language != OF_CORRECTIONS or row.corrected_at == corrected_at
            if row.gone_at is None and is_last:
                positions[row.article][row.category, row.language] = row.place
        return positions

    def change_all(self, *, when: datetime) -> None:
        """Mark every page, because the settings that all pages show may have changed."""
        self._connection.execute(update(schema.archives).values(changed=seconds(when)))

    def number(self, *, when: datetime) -> None:
        """Give a position to every entry that has none, in the order of sequences, and date the pages that changed.

        Flush the placements first.
        """
        pages = schema.archives
        for category, language in sorted(self._expecting):
            self._give(category, language, when=when)
        for category, language, number in sorted(self._changed):
            here = (pages.c.category == category, pages.c.language == language, pages.c.number == number)
            self._connection.execute(update(pages).where(*here).values(changed=seconds(when)))
        self._expecting.clear()
        self._changed.clear()

    def sealed(self, category: str, language: str | None) -> int:
        """Return how many pages of the archive of a feed are full."""
        return _sealed(self._connection, category, language or "")

    def unsealed(self, category: str, language: str | None, *, sealed: int) -> frozenset[str]:
        """Return the ids of the live articles of a feed that are on none of its *sealed* pages."""
        here = {"category": category, "language": language or "", "positions": sealed * PAGE}
        return frozenset(self._connection.scalars(_UNSEALED, here))

    def _give(self, category: str, language: str, *, when: datetime) -> None:
        here = {"category": category, "language": language}
        given = _given(self._connection, category, language)
        wanted = _FRESH_CORRECTIONS if language == OF_CORRECTIONS else _FRESH
        fresh = self._connection.scalars(wanted, here).all()
        if fresh:
            rows = [{**here, "article": article, "at": position} for position, article in enumerate(fresh, given + 1)]
            self._connection.execute(_GIVE, [{f"its_{key}": value for key, value in row.items()} for row in rows])
            self._put_pages(category, language, given, given + len(fresh), when=when)

    def _put_pages(self, category: str, language: str, given: int, now_given: int, *, when: datetime) -> None:
        """Write the pages of a feed that had *given* positions before this pass and has *now_given* now."""
        first = given // PAGE + 1
        for number in range(first, -(-now_given // PAGE) + 1):
            page = {"category": category, "language": language, "number": number, "changed": seconds(when)}
            put(self._connection, schema.archives, {**page, "given": min(PAGE, now_given - (number - 1) * PAGE)})
        if now_given // PAGE >= first:
            # The page before them now leads on to the first of them.
            self._changed.add((category, language, first - 1))


def archive_page(connection: Connection, category: str, language: str | None, number: int) -> ArchivePage | None:
    """Return page *number* of the archive of a feed, None unless it is full."""
    table, articles, pages = schema.placements, schema.articles, schema.archives
    changed = connection.scalar(
        select(pages.c.changed).where(
            pages.c.category == category,
            pages.c.language == (language or ""),
            pages.c.number == number,
            pages.c.given == PAGE,
        )
    )
    if changed is None:
        return None
    rows = connection.execute(
        select(table, articles.c.data, articles.c.links)
        .join(articles, articles.c.id == table.c.article)
        .where(
            table.c.category == category,
            table.c.language == (language or ""),
            table.c.place > (number - 1) * PAGE,
            table.c.place <= number * PAGE,
        )
        .order_by(table.c.place.desc())
    ).all()
    return ArchivePage(
        category=category,
        language=language,
        number=number,
        last=_sealed(connection, category, language or ""),
        changed=instant(changed),
        entries=tuple(unpack_entry(row.data, row.links) for row in rows if row.gone_at is None),
        tombstones=tuple(
            Tombstone(id=row.article, when=instant(row.gone_at), reason=row.reason)
            for row in rows
            if row.gone_at is not None
        ),
        imprint=noted(connection, IMPRINT) or "",
    )


def archive_changes(connection: Connection) -> dict[tuple[str, str | None, int], datetime]:
    """Return, by category, language and number, the time of the last change of each sealed page."""
    pages = schema.archives
    rows = connection.execute(select(pages).where(pages.c.given == PAGE))
    return {(row.category, row.language or None, row.number): instant(row.changed) for row in rows}


def _sealed(connection: Connection, category: str, language: str) -> int:
    number, given = _last(connection, category, language) or (0, PAGE)
    return number if given == PAGE else number - 1


def _given(connection: Connection, category: str, language: str) -> int:
    last = _last(connection, category, language)
    return 0 if last is None else (last[0] - 1) * PAGE + last[1]


def _last(connection: Connection, category: str, language: str) -> tuple[int, int] | None:
    """Return (number, positions given) of the last page of a feed, None if it never had an entry."""
    row = connection.execute(_LAST, {"category": category, "language": language}).one_or_none()
    return None if row is None else (row.number, row.given)
