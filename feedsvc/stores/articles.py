"""Keep articles, their names, titles and revisions, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from feedsvc.model.articles import Article, Entry, Version
from feedsvc.stores import schema
from feedsvc.stores.values import pack, put, seconds, unpack


class Articles:
    """Read and write articles; what was written is read back at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, identity: str) -> Article | None:
        """Return the article with that id, whatever its state."""
        table = schema.articles
        data = self._connection.scalar(select(table.c.data).where(table.c.id == identity))
        return None if data is None else unpack(data, Article)

    def entry(self, identity: str) -> Entry | None:
        """Return the article with that id as an entry, its links as they were last resolved."""
        table = schema.articles
        data = self._connection.scalar(select(table.c.entry).where(table.c.id == identity))
        return None if data is None else unpack(data, Entry)

    def holders(self, names: Sequence[str]) -> dict[str, str]:
        """Return, by name, the ids of the articles that have any of *names*."""
        table = schema.names
        rows = self._connection.execute(select(table.c.name, table.c.article).where(table.c.name.in_(names)))
        return {row.name: row.article for row in rows}

    def slug_taken(self, slug: str) -> bool:
        """Return whether an article, gone ones included, has *slug*."""
        table = schema.articles
        return self._connection.scalar(select(table.c.id).where(table.c.slug == slug)) is not None

    def ids(self) -> list[str]:
        """Return the ids of every live article."""
        table = schema.articles
        return list(self._connection.scalars(select(table.c.id).where(table.c.state == "live").order_by(table.c.id)))

    def count(self) -> int:
        """Return how many articles are live."""
        table = schema.articles
        return self._connection.scalar(select(func.count()).where(table.c.state == "live")) or 0

    def put(self, entry: Entry, *, gone_at: datetime | None = None) -> None:
        """Keep *entry* with its article."""
        article = entry.article
        put(
            self._connection,
            schema.articles,
            {
                "id": article.id,
                "slug": article.slug,
                "state": article.state,
                "data": pack(article),
                "entry": pack(entry),
                "gone_at": None if gone_at is None else seconds(gone_at),
            },
        )

    def put_names(self, article: str, names: Iterable[str]) -> None:
        """Let *article* be found by *names*, whoever had them before."""
        rows = [{"name": name, "article": article} for name in names]
        if rows:
            statement = upsert(schema.names)
            replacing = statement.on_conflict_do_update(
                index_elements=["name"], set_={"article": statement.excluded.article}
            )
            self._connection.execute(replacing, rows)

    def drop_names(self, article: str, names: Sequence[str]) -> None:
        """Let *article* no longer be found by *names*."""
        table = schema.names
        self._connection.execute(delete(table).where(table.c.article == article, table.c.name.in_(names)))

    def names(self, article: str) -> set[str]:
        """Return the names that *article* is found by."""
        table = schema.names
        return set(self._connection.scalars(select(table.c.name).where(table.c.article == article)))

    def former_version(self, article: str, language: str) -> Version | None:
        """Return the last published version of *article* in *language*, None when it never had one."""
        table = schema.revisions
        rows = self._connection.scalars(
            select(table.c.data).where(table.c.article == article).order_by(table.c.serial.desc())
        )
        for data in rows:
            former = unpack(data, Article)
            if language in former.languages:
                return former.version(language)
        return None

    def put_revision(self, article: Article, *, edition: int) -> None:
        """Keep *article* as it is published in *edition*."""
        table = schema.revisions
        last = self._connection.scalar(select(func.max(table.c.serial)).where(table.c.article == article.id)) or 0
        row = {"article": article.id, "serial": last + 1, "edition": edition, "data": pack(article)}
        self._connection.execute(insert(table).values(row))

    def put_titles(self, article: str, *, titles: Iterable[str], wants: Iterable[str]) -> None:
        """Remember the folded titles that *article* has, and those it asks for; nothing of what it had before."""
        for table, folded in ((schema.titles, titles), (schema.wants, wants)):
            self._connection.execute(delete(table).where(table.c.article == article))
            rows = [{"folded": each, "article": article} for each in sorted(set(folded))]
            if rows:
                self._connection.execute(insert(table), rows)

    def titles_of(self, article: str) -> set[str]:
        """Return the folded titles that *article* has."""
        table = schema.titles
        return set(self._connection.scalars(select(table.c.folded).where(table.c.article == article)))

    def with_titles(self, folded: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return, by folded title, the ids of the live articles that have it, the last published first."""
        table, articles, placements = schema.titles, schema.articles, schema.placements
        wanted = sorted(set(folded))
        found: dict[str, tuple[str, ...]] = {}
        for chunk in _chunks(wanted):
            rows = self._connection.execute(
                select(table.c.folded, table.c.article)
                .join(articles, articles.c.id == table.c.article)
                .join(placements, placements.c.article == table.c.article)
                .where(
                    table.c.folded.in_(chunk),
                    articles.c.state == "live",
                    placements.c.category == "all",
                    placements.c.language == "",
                )
                .order_by(table.c.folded, placements.c.sequence.desc())
            )
            for row in rows:
                found[row.folded] = (*found.get(row.folded, ()), row.article)
        return found

    def wanting(self, folded: Iterable[str]) -> set[str]:
        """Return the ids of the articles whose related lines ask for any of the *folded* titles."""
        table = schema.wants
        return {
            article
            for chunk in _chunks(sorted(set(folded)))
            for article in self._connection.scalars(select(table.c.article).where(table.c.folded.in_(chunk)))
        }


def _chunks(values: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """Yield *values* in lists short enough for one IN (…)."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
