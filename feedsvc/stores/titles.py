"""Keep what articles are asked for by, and what they ask for, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, Exists, delete, exists, select

from feedsvc.model.article import Sought, TitleState, Visibility
from feedsvc.stores import schema
from feedsvc.stores.batches import BatchWriter, RowCache, chunks

_TITLES, _WANTS = schema.titles.c, schema.wants.c
# Each title is looked up by itself, and the index gives its last article first: so the databases need no statistics to
# see it, and a title that ten thousand articles have costs no more than another. Joined to the placements of articles,
# for their order, SQLite began with those: 2.6 s for 500 articles among 10,000.
_TARGET = (
    select(_TITLES.article)
    .where(_TITLES.digest == _WANTS.digest, _TITLES.state == "live", _TITLES.article != _WANTS.article)
    .order_by(_TITLES.sequence.desc())
    .limit(1)
    .correlate(schema.wants)
    .scalar_subquery()
)


def _stands(state: Visibility) -> Exists:
    return exists().where(_TITLES.digest == _WANTS.digest, _TITLES.state == state).correlate(schema.wants)


_SOUGHT = select(_WANTS.article, _WANTS.digest, _TARGET, _stands("live"), _stands("killed"), _stands("withheld"))


class Titles:
    """Read and write titles and wants, by their digests; what was written is read back at once.

    changed: digests under which something stands otherwise than before the pass. revived: those of them that are of
             something killed no more.
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
        """Read at once what the titles and wants of *articles* are, for a batch of them to be put."""
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
        """Have *article*, which is live, be found by the digests *live*; of its documents others are *withheld*."""
        states = dict.fromkeys(withheld, TitleState("withheld"))
        self._put(article, {**states, **dict.fromkeys(live, TitleState("live", sequence))})

    def hide(self, article: str, withheld: Collection[str]) -> None:
        """Have *article* not be found, by *withheld* or anything else; what of it was killed stays so."""
        killed = {digest: each for digest, each in self._of(article).items() if each.state == "killed"}
        self._put(article, {**dict.fromkeys(withheld, TitleState("withheld")), **killed})

    def withhold(self, article: str, withheld: Collection[str]) -> None:
        """Note the titles that documents of *article* have and that are *withheld* now; what else stands remains."""
        others = {digest: each for digest, each in self._of(article).items() if each.state != "withheld"}
        self._put(article, {**dict.fromkeys(withheld, TitleState("withheld")), **others})

    def kill(self, article: str, digests: Collection[str]) -> None:
        """Note *digests*, and all that *article* was ever found by or kept from, as killed."""
        self._put(article, dict.fromkeys({*digests, *self._of(article)}, TitleState("killed")))

    def want(self, article: str, digests: Iterable[str]) -> None:
        """Remember that *article* asks for *digests*, and asked for them: its former versions may be kept."""
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
        """Return what each of *articles* finds under each digest that it asks for; nothing of what nobody has."""
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
        """Return those of *digests* that are of something killed, and of nothing live."""
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
