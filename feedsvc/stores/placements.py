"""Write the feeds that articles are in, the rendered feeds, and editions, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, bindparam, delete, func, insert, literal, select, update

from feedsvc.model.article import ArticleRecord, FeedEntry
from feedsvc.model.feed import OF_CORRECTIONS, Edition, FeedListing, ReadyFeed, Tombstone
from feedsvc.model.packing import pack
from feedsvc.stores import schema
from feedsvc.stores.archives import Archives
from feedsvc.stores.batches import BatchWriter, chunks
from feedsvc.stores.editions import listings
from feedsvc.stores.schema import instant, note, noted, seconds

# Statements that are run for each feed are built once: building one takes longer than its answer.
_PLACEMENTS, _ARTICLES = schema.placements.c, schema.articles.c
_HERE = (_PLACEMENTS.category == bindparam("category"), _PLACEMENTS.language == bindparam("language"))
_LIVE = (*_HERE, _PLACEMENTS.gone_at.is_(None))
_RECENT = select(func.count()).select_from(schema.placements).where(*_LIVE, _PLACEMENTS.published >= bindparam("young"))
_ENTRIES = (
    select(_PLACEMENTS.article, _PLACEMENTS.sequence, _ARTICLES.data, _ARTICLES.links, _PLACEMENTS.published)
    .join(schema.articles, _ARTICLES.id == _PLACEMENTS.article)
    .where(*_LIVE)
)
# By article only, because there is an index of it: all categories of a language have the same sequence.
_SEQUENCES = select(_PLACEMENTS.article, _PLACEMENTS.language, _PLACEMENTS.sequence).where(
    _PLACEMENTS.article.in_(bindparam("articles", expanding=True)), _PLACEMENTS.language.not_in(["", OF_CORRECTIONS])
)
_CATEGORIES = (
    select(_PLACEMENTS.category).where(_PLACEMENTS.article.in_(bindparam("articles", expanding=True))).distinct()
)
_NEWEST = _ENTRIES.order_by(_PLACEMENTS.sequence.desc()).limit(bindparam("limit"))
_OLDER = _ENTRIES.where(_PLACEMENTS.sequence < bindparam("before")).order_by(_PLACEMENTS.sequence.desc())
_NOTICES = (
    select(_PLACEMENTS.article, _PLACEMENTS.sequence, _ARTICLES.data, _ARTICLES.links, _PLACEMENTS.gone_at)
    .join(schema.articles, _ARTICLES.id == _PLACEMENTS.article)
    .where(*_HERE, _PLACEMENTS.notice_until.is_not(None))
)
_GONE = (
    select(_PLACEMENTS.article, _PLACEMENTS.sequence, _ARTICLES.data, _ARTICLES.links, _PLACEMENTS.gone_at)
    .join(schema.articles, _ARTICLES.id == _PLACEMENTS.article)
    .where(*_HERE, _PLACEMENTS.gone_at.is_not(None), _PLACEMENTS.gone_at >= bindparam("since"))
    .order_by(_PLACEMENTS.gone_at.desc(), _PLACEMENTS.sequence.desc())
    .limit(bindparam("limit"))
)
_TOMBSTONES = (
    select(schema.placements)
    .where(*_HERE, _PLACEMENTS.gone_at.is_not(None))
    .order_by(_PLACEMENTS.gone_at.desc(), _PLACEMENTS.sequence.desc())
    .limit(bindparam("limit"))
)
LAST = 2**31 - 1  # greater than every sequence
# A feed of 500 kB has no room for more, even of summaries. Without a bound, a pass after 5,000 articles in two days
# read and rendered 30,000 entries for 12 feeds, and took twice as long.
MOST_YOUNG = 1_000


class Placements:
    def __init__(self, connection: Connection, archives: Archives) -> None:
        self._connection = connection
        self._archives = archives
        self._rows = BatchWriter(connection, schema.placements)
        self._bodies, self._feeds = BatchWriter(connection, schema.bodies), BatchWriter(connection, schema.feeds)

    def categories(self, articles: Sequence[str]) -> set[str]:
        """Return the categories whose feeds have any of *articles*, at most `KEYS`, or their tombstones."""
        self._rows.flush()
        return set(self._connection.scalars(_CATEGORIES, {"articles": articles}))

    def next_sequence(self, languages: Iterable[str]) -> int:
        """Return the sequence of the next first publication, greater than all in the feeds of *languages*."""
        table = schema.placements
        last = select(table.c.sequence).where(table.c.category == "all").order_by(table.c.sequence.desc()).limit(1)
        return 1 + max(
            self._connection.scalar(last.where(table.c.language == language)) or 0 for language in ("", *languages)
        )

    def sequences(self, articles: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return, by article and language, the sequences of first publications, also for languages that are gone.

        Articles that were never published are left out.
        """
        self._rows.flush()
        found: dict[str, dict[str, int]] = {}
        for chunk in chunks(sorted(articles)):
            for article, language, sequence in self._connection.execute(_SEQUENCES, {"articles": chunk}):
                found.setdefault(article, {})[language] = sequence
        return found

    def end_batch(self) -> None:
        self._rows.flush()

    def drop(self) -> None:
        """Forget the rows that wait, because their part of the pass is undone."""
        self._rows.drop()

    def place(self, article: ArticleRecord, *, sequences: Mapping[str, int], is_new: bool) -> None:
        """Put *article* into the feeds of its categories and languages, and take it out of all others.

        It keeps its positions in archives. `Archives.number` gives the new ones.

        sequences: by language.
        is_new:    the article is in no feed yet.
        """
        table = schema.placements
        instants = dict(article.versions)
        sequences = {**sequences, "": min(sequences.values())}
        instants[""] = min(instants.values())
        corrected = article.corrected_at
        if corrected is not None:  # a row of its own, which has a position of its own
            sequences[OF_CORRECTIONS], instants[OF_CORRECTIONS] = sequences[""], instants[""]
        positions: Mapping[tuple[str, str], int] = {}
        if not is_new:
            self._rows.flush()
            positions = self._archives.mark_pages([article.id], corrected_at=corrected)[article.id]
            stale = table.c.gone_at.is_(None) | table.c.language.in_(list(sequences))
            self._connection.execute(delete(table).where(table.c.article == article.id, stale))
        for category in ("all", *article.categories):
            for language, sequence in sequences.items():
                position = positions.get((category, language))
                if position is None:
                    self._archives.expect(category, language)
                self._rows.put(
                    {
                        "category": category,
                        "language": language,
                        "article": article.id,
                        "sequence": sequence,
                        "published": instants[language],
                        "gone_at": None,
                        "reason": None,
                        "place": position,
                        "notice_until": None,
                        "corrected_at": corrected if language == OF_CORRECTIONS else None,
                    }
                )

    def displace(
        self,
        article: str,
        *,
        when: datetime,
        reason: str | None,
        languages: Iterable[str],
        notice_until: datetime | None = None,
    ) -> None:
        """Take *article* out of its feeds in *languages* ("" for the bilingual ones), leaving tombstones there.

        notice_until: until then a notice is in its place, also in the feeds that it has left before.
        """
        self._rows.flush()
        self._archives.mark_pages([article])
        table = schema.placements
        wanted = set(languages)
        wanted |= {OF_CORRECTIONS} if "" in wanted else set()
        its = (table.c.article == article, table.c.language.in_(sorted(wanted)))
        values = {"reason": reason, "notice_until": None if notice_until is None else seconds(notice_until)}
        self._connection.execute(
            update(table).where(*its, table.c.gone_at.is_(None)).values(gone_at=seconds(when), **values)
        )
        self._connection.execute(update(table).where(*its, table.c.gone_at < seconds(when)).values(**values))

    def end_notices(self, now: datetime) -> set[str]:
        """End the notices whose time is over at *now*, and return their categories."""
        self._rows.flush()
        table = schema.placements
        over = table.c.notice_until <= seconds(now)
        touched = set(self._connection.scalars(select(table.c.category).where(over).distinct()))
        if touched:
            self._connection.execute(update(table).where(over).values(notice_until=None))
        return touched

    def notices(self, *, category: str, language: str | None) -> tuple[FeedEntry, ...]:
        """Return the withdrawn articles with a notice in a feed, in no order."""
        rows = self._connection.execute(_NOTICES, _feed(category, language))
        return tuple(FeedEntry(*row[:4], gone_at=instant(row.gone_at)) for row in rows)

    def gone(self, *, category: str, language: str, since: datetime, limit: int) -> tuple[FeedEntry, ...]:
        """Return the articles that have left a feed at *since* or later, announced or not, the last first."""
        asked = {**_feed(category, language), "since": seconds(since), "limit": limit}
        rows = self._connection.execute(_GONE, asked)
        return tuple(FeedEntry(*row[:4], gone_at=instant(row.gone_at)) for row in rows)

    def entries(
        self,
        *,
        category: str,
        language: str | None,
        limit: int,
        young: datetime,
        unsealed: Collection[str] = (),
        since: datetime | None = None,
    ) -> tuple[FeedEntry, ...]:
        """Return the entries of a feed, the last published first: *limit*, those dated after *young*, and *unsealed*.

        Of the young ones there are at most a thousand; all but the *unsealed* are on pages of the archive.

        unsealed: ids of articles that no page of the archive has yet; they come before others.
        since:    the least date of an entry; None for any.
        """
        here = _feed(category, language)
        recent = self._connection.scalar(_RECENT, {**here, "young": seconds(young)})
        rows = self._connection.execute(_NEWEST, {**here, "limit": max(limit, min(recent or 0, MOST_YOUNG))})
        found = {row.article: row for row in rows}
        lacking = sorted(set(unsealed) - found.keys())
        if lacking:  # those that came back
            rows = self._connection.execute(_ENTRIES.where(_PLACEMENTS.article.in_(lacking)), here)
            found |= {row.article: row for row in rows}
        first = sorted(found.values(), key=lambda row: (row.article in unsealed, row.sequence), reverse=True)
        least = max(limit, len(unsealed))
        chosen = [row for number, row in enumerate(first) if number < least or row.published >= seconds(young)]
        if since is not None:
            chosen = [row for row in chosen if row.published >= seconds(since)]
        return tuple(FeedEntry(*row[:4]) for row in sorted(chosen, key=lambda row: row.sequence, reverse=True))

    def older(self, *, category: str, language: str, before: int | None, limit: int) -> tuple[FeedEntry, ...]:
        """Return the *limit* live entries of a feed that were last published before the one with sequence *before*."""
        asked = {**_feed(category, language), "before": LAST if before is None else before, "limit": limit}
        rows = self._connection.execute(_OLDER.limit(bindparam("limit")), asked)
        return tuple(FeedEntry(*row[:4]) for row in rows)

    def tombstones(self, *, category: str, language: str | None, limit: int) -> tuple[Tombstone, ...]:
        """Return the tombstones of a feed, the last first."""
        rows = self._connection.execute(_TOMBSTONES, {**_feed(category, language), "limit": limit})
        return tuple(Tombstone(id=row.article, when=instant(row.gone_at), reason=row.reason) for row in rows)

    def spoken(self, category: str, languages: Iterable[str]) -> frozenset[str]:
        """Return those of *languages* in which *category* has live articles."""
        table = schema.placements
        some = select(table.c.article).where(table.c.category == category, table.c.gone_at.is_(None))
        some = some.order_by(table.c.sequence.desc()).limit(1)  # the last is hardly ever gone
        return frozenset(
            language for language in languages if self._connection.scalar(some.where(table.c.language == language))
        )

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed, as the transaction sees it."""
        self._bodies.flush()
        self._feeds.flush()
        return listings(self._connection)

    def feeds(self) -> dict[str, tuple[str, datetime]]:
        """Return, by path, (digest, last modified) of every feed."""
        table = schema.feeds
        rows = self._connection.execute(select(table.c.path, table.c.digest, table.c.last_modified))
        return {row.path: (row.digest, instant(row.last_modified)) for row in rows}

    def put_feed(self, ready: ReadyFeed, listing: FeedListing, *, rank: int) -> None:
        """Write *ready* as the feed at its path, and its body under its digest; *rank* is its number among listings."""
        digest = ready.etag.removeprefix('W/"').removesuffix('"')
        body = {"digest": digest, "body": ready.body, "gzip": ready.gzip, "brotli": ready.brotli}
        self._bodies.put(body)
        self._feeds.put(
            {
                "path": ready.path,
                "category": listing.category,
                "language": listing.language or "",
                "format": listing.format,
                "media_type": ready.media_type,
                "title": listing.title,
                "digest": digest,
                "entries": ready.entries,
                "last_modified": seconds(ready.last_modified),
                "rank": rank,
                "archives": ready.archives,
            },
        )

    def empty(self, category: str) -> None:
        """Take every article, also those that are gone, out of the feeds of *category* and their archives."""
        self._rows.flush()
        for table in (schema.placements, schema.archives):
            self._connection.execute(delete(table).where(table.c.category == category))

    def fill(self, category: str, articles: Sequence[str]) -> None:
        """Put the live *articles* into the feeds of *category*, in their order in those of all articles."""
        self._rows.flush()
        table = schema.placements
        for chunk in chunks(articles):
            its = select(table).where(table.c.article.in_(chunk), table.c.category == "all", table.c.gone_at.is_(None))
            for row in self._connection.execute(its).all():
                self._rows.put({**row._asdict(), "category": category, "place": None})
                self._archives.expect(category, row.language)

    def drop_feeds(self, *, but: Iterable[str]) -> tuple[str, ...]:
        """Delete all feeds *but* those at these paths, and return the paths of the deleted ones."""
        self._feeds.flush()
        kept = set(but)
        table = schema.feeds
        dropped = tuple(path for path in self._connection.scalars(select(table.c.path)).all() if path not in kept)
        for path in dropped:
            self._connection.execute(delete(table).where(table.c.path == path))
        return dropped

    def supersede(self, *, now: datetime, keep_s: float) -> None:
        """Mark the bodies that no feed has any more, and delete those marked for longer than *keep_s* seconds."""
        self._feeds.flush()
        self._bodies.flush()
        bodies, gone = schema.bodies, schema.superseded
        current = select(schema.feeds.c.digest)
        self._connection.execute(delete(gone).where(gone.c.digest.in_(current)))
        fresh = select(bodies.c.digest, literal(seconds(now))).where(
            bodies.c.digest.not_in(current), bodies.c.digest.not_in(select(gone.c.digest))
        )
        self._connection.execute(insert(gone).from_select(["digest", "since"], fresh))
        over = gone.c.since < seconds(now) - keep_s
        self._connection.execute(delete(bodies).where(bodies.c.digest.in_(select(gone.c.digest).where(over))))
        self._connection.execute(delete(gone).where(over))

    def mark(self, key: str) -> str | None:
        return noted(self._connection, key)

    def put_mark(self, key: str, value: str) -> None:
        note(self._connection, key, value)

    def put_edition(self, edition: Edition) -> None:
        """Add *edition*; readers see it once the transaction is committed."""
        row = {"number": edition.number, "made_at": seconds(edition.made_at), "data": pack(edition)}
        self._connection.execute(insert(schema.editions).values(row))


def _feed(category: str, language: str | None) -> dict[str, str | int | float]:
    return {"category": category, "language": language or ""}


class Corrections:
    """Read the corrected articles of a category, "all" included. Flush the placements first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def categories(self) -> frozenset[str]:
        """Return the categories with corrected articles, gone ones too."""
        table = schema.placements
        categories: list[str] = [""]
        query = select(table.c.category).where(table.c.corrected_at.is_not(None)).order_by(table.c.category).limit(1)
        while found := self._connection.scalar(query.where(table.c.category > categories[-1])):
            categories.append(found)
        return frozenset(categories[1:])

    def entries(self, category: str, *, limit: int, unsealed: Collection[str] = ()) -> tuple[FeedEntry, ...]:
        """Return the corrected live articles, the last correction first: *limit* of them, and all *unsealed*.

        unsealed: ids of articles that come before others, because no page of the archive has them yet.
        """
        table, articles = schema.placements, schema.articles
        query = (
            select(table.c.article, table.c.sequence, articles.c.data, articles.c.links, table.c.corrected_at)
            .join(articles, articles.c.id == table.c.article)
            .where(table.c.category == category, table.c.corrected_at.is_not(None), table.c.gone_at.is_(None))
        )
        latest = query.order_by(table.c.corrected_at.desc(), table.c.sequence.desc()).limit(limit)
        found = {row.article: row for row in self._connection.execute(latest)}
        for lacking in chunks(sorted(set(unsealed) - found.keys())):
            found |= {row.article: row for row in self._connection.execute(query.where(table.c.article.in_(lacking)))}
        by_correction = attrgetter("corrected_at", "sequence")
        latest_first = sorted(found.values(), key=by_correction, reverse=True)
        first = sorted(latest_first, key=lambda row: row.article not in unsealed)
        chosen = sorted(first[: max(limit, len(unsealed))], key=by_correction, reverse=True)
        return tuple(FeedEntry(*row[:4]) for row in chosen)

    def tombstones(self, category: str, *, limit: int) -> tuple[Tombstone, ...]:
        """Return the tombstones of corrected articles, the last first."""
        table = schema.placements
        rows = self._connection.execute(
            select(table.c.article, table.c.gone_at, table.c.reason)
            .where(table.c.category == category, table.c.corrected_at.is_not(None), table.c.gone_at.is_not(None))
            .order_by(table.c.gone_at.desc(), table.c.sequence.desc())
            .limit(limit)
        )
        return tuple(Tombstone(id=row.article, when=instant(row.gone_at), reason=row.reason) for row in rows)
