"""Write articles with their names, revisions, titles and wants, inside the transaction of a pass.

A want is a title or address that a related line of an article asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Exists, bindparam, delete, exists, func, insert, literal, select

from feedsvc.articles.related import digests_of
from feedsvc.model.article import Article, ArticleRecord, Entry, Sought, Target, TitleState, Version, Visibility
from feedsvc.model.packing import pack_links, unpack, unpack_entry
from feedsvc.stores import schema
from feedsvc.stores.batches import BatchWriter, RowCache, chunks
from feedsvc.stores.schema import key, seconds

_TITLES, _WANTS = schema.titles.c, schema.wants.c
# Each title is looked up by itself, and the index gives its last article first. So the databases need no statistics,
# and a title of ten thousand articles costs no more than another. When the query joined placements for their order,
# SQLite began with them: 2.6 s for 500 articles among 10,000.
_TARGET = (
    select(_TITLES.article)
    .where(_TITLES.digest == _WANTS.digest, _TITLES.state == "live", _TITLES.article != _WANTS.article)
    .order_by(_TITLES.sequence.desc())
    .limit(1)
    .correlate(schema.wants)
    .scalar_subquery()
)
_LINKS = schema.articles.update().where(schema.articles.c.id == bindparam("its")).values(links=bindparam("links"))


def _has_state(state: Visibility) -> Exists:
    return exists().where(_TITLES.digest == _WANTS.digest, _TITLES.state == state).correlate(schema.wants)


_SOUGHT = select(
    _WANTS.article, _WANTS.digest, _TARGET, _has_state("live"), _has_state("killed"), _has_state("withheld")
)


class Titles:
    """Read and write titles and wants, by their digests; reads see earlier writes.

    changed: digests whose articles, or the states of these, the pass has changed.
    revived: those of them that an article had as a killed one, and has no more.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = BatchWriter(connection, schema.titles)
        self._want_rows = BatchWriter(connection, schema.wants)
        self._titles = RowCache(self._fetch_titles)
        self._wants = RowCache(self._fetch_wants)
        self.changed: set[str] = set()
        self.revived: set[str] = set()

    def prime(self, articles: Collection[str]) -> None:
        """Read the titles and wants of a batch of *articles* at once."""
        self._titles.prime(articles)
        self._wants.prime(articles)

    def end_batch(self) -> None:
        """Write the rows that wait, and empty the caches."""
        self._rows.flush()
        self._want_rows.flush()
        self._titles.clear()
        self._wants.clear()

    def drop(self) -> None:
        """Forget the rows that wait and the caches, because their part of the pass is undone."""
        self._rows.drop()
        self._want_rows.drop()
        self.end_batch()

    def show(self, article: str, live: Collection[str], *, sequence: int, withheld: Collection[str]) -> None:
        """Let the live *article* be found by the digests *live*; titles of its other documents are *withheld*."""
        states = dict.fromkeys(withheld, TitleState("withheld"))
        self._put(article, {**states, **dict.fromkeys(live, TitleState("live", sequence))})

    def hide(self, article: str, withheld: Collection[str]) -> None:
        """Let *article* be found by no digest, and note *withheld*; its killed titles stay killed."""
        killed = {digest: title for digest, title in self._of(article).items() if title.state == "killed"}
        self._put(article, {**dict.fromkeys(withheld, TitleState("withheld")), **killed})

    def withhold(self, article: str, withheld: Collection[str]) -> None:
        """Note the *withheld* titles of *article* in place of those before; its other titles stay."""
        others = {digest: title for digest, title in self._of(article).items() if title.state != "withheld"}
        self._put(article, {**dict.fromkeys(withheld, TitleState("withheld")), **others})

    def kill(self, article: str, digests: Collection[str]) -> None:
        """Note *digests*, and every other title of *article*, as killed."""
        self._put(article, dict.fromkeys({*digests, *self._of(article)}, TitleState("killed")))

    def want(self, article: str, digests: Iterable[str]) -> None:
        """Remember that *article* asks for *digests*; none is forgotten, because former versions are kept."""
        known = self._wants.get(article) or frozenset()
        new = frozenset(digests) - known
        for digest in new:
            self._want_rows.put({"digest": digest, "article": article})
        if new:
            self._wants.set(article, known | new)

    def wanting(self, digests: Iterable[str]) -> set[str]:
        """Return the ids of the articles that ask for any of *digests*."""
        self._want_rows.flush()
        return {
            article
            for chunk in chunks(sorted(set(digests)))
            for article in self._connection.scalars(select(_WANTS.article).where(_WANTS.digest.in_(chunk)))
        }

    def sought(self, articles: Sequence[str]) -> list[Sought]:
        """Return the article and state behind each digest that *articles* ask for, if any article has it."""
        self._rows.flush()
        self._want_rows.flush()
        return [
            Sought(article, digest, target, "live" if live else "killed" if killed else "withheld")
            for article, digest, target, live, killed, withheld in self._connection.execute(
                _SOUGHT.where(_WANTS.article.in_(articles))
            )
            if live or killed or withheld
        ]

    def killed(self, digests: Iterable[str]) -> set[str]:
        """Return those of *digests* that only killed articles have, and no live one."""
        self._rows.flush()
        found: dict[str, set[str]] = {}
        for chunk in chunks(sorted(set(digests))):
            for state in ("killed", "live"):
                query = select(_TITLES.digest).where(_TITLES.digest.in_(chunk), _TITLES.state == state).distinct()
                found.setdefault(state, set()).update(self._connection.scalars(query))
        return found.get("killed", set()) - found.get("live", set())

    def _of(self, article: str) -> Mapping[str, TitleState]:
        return self._titles.get(article) or {}

    def _put(self, article: str, after: Mapping[str, TitleState]) -> None:
        before = self._of(article)
        changed = {digest for digest in {*before, *after} if before.get(digest) != after.get(digest)}
        gone = sorted(changed - after.keys())
        if gone:
            self._rows.flush()
            table = schema.titles
            for chunk in chunks(gone):
                self._connection.execute(delete(table).where(table.c.article == article, table.c.digest.in_(chunk)))
        for digest in sorted(changed & after.keys()):
            state, sequence = after[digest]
            self._rows.put({"digest": digest, "article": article, "state": state, "sequence": sequence})
        self._titles.set(article, after)
        self.changed |= changed
        self.revived |= {digest for digest in changed & before.keys() if before[digest].state == "killed"}

    def _fetch_titles(self, articles: Sequence[str]) -> Mapping[str, Mapping[str, TitleState]]:
        self._rows.flush()
        found: dict[str, dict[str, TitleState]] = {}
        for row in self._connection.execute(select(schema.titles).where(_TITLES.article.in_(articles))):
            found.setdefault(row.article, {})[row.digest] = TitleState(row.state, row.sequence)
        return found

    def _fetch_wants(self, articles: Sequence[str]) -> Mapping[str, frozenset[str]]:
        self._want_rows.flush()
        found: dict[str, set[str]] = {}
        for row in self._connection.execute(select(schema.wants).where(_WANTS.article.in_(articles))):
            found.setdefault(row.article, set()).add(row.digest)
        return {article: frozenset(digests) for article, digests in found.items()}


class Articles:
    """Read and write articles; reads see earlier writes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = BatchWriter(connection, schema.articles)
        self._name_rows = BatchWriter(connection, schema.names)
        self._articles = RowCache(self._fetch)
        self._former = RowCache(self._fetch_former)
        self._names = RowCache(self._fetch_names)
        self._slugs = RowCache(self._fetch_slugs)

    def prime(
        self,
        *,
        ids: Iterable[str] = (),
        former: Iterable[str] = (),
        names: Iterable[str] = (),
        slugs: Iterable[str] = (),
    ) -> None:
        """Read at once the rows that `get`, `former_versions`, `holders` and `slug_taken` need for a batch."""
        self._articles.prime(ids)
        self._former.prime(former)
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
        """Return the article in any state."""
        return self._articles.get(identity)

    def live_entries(self, ids: Sequence[str]) -> list[Entry]:
        """Return the live articles with these *ids*, in the order of ids, with their links as last resolved."""
        self._rows.flush()
        table = schema.articles
        # By id only: with the state in the query, SQLite would begin with the index of all live articles.
        rows = self._connection.execute(
            select(table.c.id, table.c.state, table.c.data, table.c.links).where(table.c.id.in_(ids))
        )
        return [
            unpack_entry(row.data, row.links) for row in sorted(rows, key=lambda row: row.id) if row.state == "live"
        ]

    def targets(self, ids: Collection[str]) -> dict[str, Target]:
        """Return the articles with these *ids*, by id, as links to them need them."""
        self._rows.flush()
        table = schema.articles
        return {
            row.id: unpack(row.data, Target)
            for chunk in chunks(sorted(ids))
            for row in self._connection.execute(select(table.c.id, table.c.data).where(table.c.id.in_(chunk)))
        }

    def holders(self, names: Sequence[str]) -> dict[str, str]:
        """Return, by name, the ids of the articles that are found by *names*."""
        keys = {name: key(name) for name in names}
        self._names.prime(keys.values())
        found = ((name, self._names.get(stored)) for name, stored in keys.items())
        return {name: article for name, article in found if article is not None}

    def slug_taken(self, slug: str) -> bool:
        """Return whether an article, gone ones included, has *slug*."""
        return self._slugs.get(slug) is not None

    def ids(self) -> list[str]:
        """Return the ids of all live articles, sorted."""
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

        made_at: when the edition is made. making: the packed `Making`.
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
        """Write the links of *entries* as they are resolved now."""
        self._rows.flush()
        rows = [{"its": entry.article.id, "links": pack_links(entry)} for entry in entries]
        if rows:
            self._connection.execute(_LINKS, rows)

    def supersede(self, ids: Iterable[str], *, when: datetime) -> None:
        """Write the articles with these *ids*, which were published until *when*, as revisions."""
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
        """Return, by language, the last superseded version of *article*, for all languages *but* these."""
        found: dict[str, Version] = {}
        for former in self._former.get(article) or ():
            for language in former.languages:
                if language not in but:
                    found.setdefault(language, former.version(language))
        return found

    def former_titles(self, article: str) -> frozenset[str]:
        """Return the digests of the titles and addresses in all revisions of *article*."""
        return frozenset(digest for former in self._former.get(article) or () for digest in digests_of(former))

    def put_names(self, article: str, names: Iterable[str]) -> None:
        """Let *article* be found by *names*, also if others had them before."""
        for name in map(key, names):
            self._name_rows.put({"name": name, "article": article})
            self._names.set(name, article)

    def drop_names(self, article: str, names: Sequence[str]) -> None:
        self._name_rows.flush()
        table = schema.names
        keys = [*map(key, names)]
        self._connection.execute(delete(table).where(table.c.article == article, table.c.name.in_(keys)))
        for name in keys:
            self._names.forget(name)

    def names(self, article: str) -> set[str]:
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
