"""Write articles, their names and their revisions, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, literal, select

from feedsvc.articles.related import digests_of
from feedsvc.model.article import Article, ArticleRecord, Entry, Version
from feedsvc.model.packing import pack_links, unpack, unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.batches import BatchWriter, RowCache, chunks
from feedsvc.stores.schema import key, seconds

_LINKS = schema.articles.update().where(schema.articles.c.id == bindparam("its")).values(links=bindparam("links"))


class Articles:
    """Read and write articles; what was written is read back at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = BatchWriter(connection, schema.articles)
        self._name_rows = BatchWriter(connection, schema.names)
        self._articles = RowCache(self._fetch)
        self._former = RowCache(self._fetch_former)
        self._names = RowCache(self._fetch_names)
        self._slugs = RowCache(self._fetch_slugs)

    def prime(self, *, ids: Collection[str] = (), names: Iterable[str] = (), slugs: Iterable[str] = ()) -> None:
        """Read at once what `get`, `former_versions`, `holders` and `slug_taken` will be asked for in a batch."""
        self._articles.prime(ids)
        self._former.prime(ids)
        self._names.prime(map(key, names))
        self._slugs.prime(slugs)

    def end_batch(self) -> None:
        """Write the rows that wait, and empty the caches."""
        for writer in (self._rows, self._name_rows):
            writer.flush()
        for cache in (self._articles, self._former, self._names, self._slugs):
            cache.clear()

    def drop(self) -> None:
        """Forget the rows that wait and the caches, because their part of the pass is undone."""
        for writer in (self._rows, self._name_rows):
            writer.drop()
        self.end_batch()

    def get(self, identity: str) -> Article | None:
        """Return the article with that id, whatever its state."""
        return self._articles.get(identity)

    def live_entries(self, ids: Sequence[str]) -> list[Entry]:
        """Return the live articles with these ids as entries, in the order of ids, their links as last resolved."""
        self._rows.flush()
        table = schema.articles
        # By id alone: SQLite would begin with all that are live, else, and with their index.
        rows = self._connection.execute(
            select(table.c.id, table.c.state, table.c.data, table.c.links).where(table.c.id.in_(ids))
        )
        return [
            unpack_entry(row.data, row.links) for row in sorted(rows, key=lambda row: row.id) if row.state == "live"
        ]

    def holders(self, names: Sequence[str]) -> dict[str, str]:
        """Return, by name, the ids of the articles that have any of *names*."""
        keys = {name: key(name) for name in names}
        self._names.prime(keys.values())
        found = ((name, self._names.get(each)) for name, each in keys.items())
        return {name: article for name, article in found if article is not None}

    def slug_taken(self, slug: str) -> bool:
        """Return whether an article, gone ones included, has *slug*."""
        return self._slugs.get(slug) is not None

    def ids(self) -> list[str]:
        """Return the ids of every live article."""
        self._rows.flush()
        table = schema.articles
        return list(self._connection.scalars(select(table.c.id).where(table.c.state == "live").order_by(table.c.id)))

    def put(
        self,
        record: ArticleRecord,
        *,
        edition: int,
        made_at: datetime | None = None,
        making: bytes | None = None,
        gone_at: datetime | None = None,
    ) -> None:
        """Write the article of *record*, as *edition* publishes it.

        made_at: when that is made. making: the packed `Making`.
        """
        self._rows.put(
            {
                "id": record.id,
                "slug": record.slug,
                "state": record.state,
                "edition": edition,
                "data": record.article,
                "links": record.links,
                "gone_at": None if gone_at is None else seconds(gone_at),
                "made_at": None if made_at is None else seconds(made_at),
                "making": making,
            }
        )
        self._articles.forget(record.id)
        self._slugs.set(record.slug, record.id)

    def put_links(self, entries: Iterable[Entry]) -> None:
        """Keep the links of *entries* as they are resolved now."""
        self._rows.flush()
        rows = [{"its": entry.article.id, "links": pack_links(entry)} for entry in entries]
        if rows:
            self._connection.execute(_LINKS, rows)

    def supersede(self, ids: Iterable[str], *, when: datetime) -> None:
        """Keep the articles with these *ids*, as they are published until *when*, as revisions."""
        self._rows.flush()
        table, revisions = schema.articles, schema.revisions
        last = select(func.max(revisions.c.serial)).where(revisions.c.article == table.c.id).scalar_subquery()
        kept = select(
            table.c.id,
            func.coalesce(last, literal(0)) + 1,
            table.c.edition,
            table.c.data,
            table.c.made_at,
            table.c.making,
            literal(seconds(when)),
        )
        columns = ["article", "serial", "edition", "data", "made_at", "making", "superseded_at"]
        for chunk in chunks(sorted(ids)):
            self._connection.execute(insert(revisions).from_select(columns, kept.where(table.c.id.in_(chunk))))
            for identity in chunk:
                self._former.forget(identity)

    def former_versions(self, article: str, *, but: Collection[str]) -> dict[str, Version]:
        """Return, by language, the last version of *article* that was superseded, leaving out some languages."""
        found: dict[str, Version] = {}
        for former in self._former.get(article) or ():
            for language in former.languages:
                if language not in but:
                    found.setdefault(language, former.version(language))
        return found

    def former_titles(self, article: str) -> frozenset[str]:
        """Return the digests of the titles and addresses that *article* had before, as far as its revisions say."""
        return frozenset(digest for former in self._former.get(article) or () for digest in digests_of(former))

    def put_names(self, article: str, names: Iterable[str]) -> None:
        """Let *article* be found by *names*, whoever had them before."""
        for name in map(key, names):
            self._name_rows.put({"name": name, "article": article})
            self._names.set(name, article)

    def drop_names(self, article: str, names: Sequence[str]) -> None:
        """Let *article* no longer be found by *names*."""
        self._name_rows.flush()
        table = schema.names
        keys = [*map(key, names)]
        self._connection.execute(delete(table).where(table.c.article == article, table.c.name.in_(keys)))
        for name in keys:
            self._names.forget(name)

    def names(self, article: str) -> set[str]:
        """Return the names that *article* is found by."""
        self._name_rows.flush()
        table = schema.names
        return set(self._connection.scalars(select(table.c.name).where(table.c.article == article)))

    def _fetch(self, ids: Sequence[str]) -> Mapping[str, Article]:
        self._rows.flush()
        table = schema.articles
        rows = self._connection.execute(select(table.c.id, table.c.data).where(table.c.id.in_(ids)))
        return {row.id: unpack(row.data, Article) for row in rows}

    def _fetch_former(self, ids: Sequence[str]) -> Mapping[str, tuple[Article, ...]]:
        table = schema.revisions
        rows = self._connection.execute(
            select(table.c.article, table.c.data)
            .where(table.c.article.in_(ids))
            .order_by(table.c.article, table.c.serial.desc())
        )
        found: dict[str, tuple[Article, ...]] = {}
        for row in rows:
            found[row.article] = (*found.get(row.article, ()), unpack(row.data, Article))
        return found

    def _fetch_names(self, names: Sequence[str]) -> Mapping[str, str]:
        self._name_rows.flush()
        table = schema.names
        rows = self._connection.execute(select(table.c.name, table.c.article).where(table.c.name.in_(names)))
        return {row.name: row.article for row in rows}

    def _fetch_slugs(self, slugs: Sequence[str]) -> Mapping[str, str]:
        self._rows.flush()
        table = schema.articles
        rows = self._connection.execute(select(table.c.slug, table.c.id).where(table.c.slug.in_(slugs)))
        return {row.slug: row.id for row in rows}
