"""Erase what a store has of a killed article, inside the transaction of a pass.

This is the one place that knows where an article's text may lie. Whoever keeps it in another place erases it here;
of copies of the store it knows only which were made (see feedsvc/stores/backups.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from feedsvc.articles.identity import killed_name
from feedsvc.articles.related import not_asking
from feedsvc.model.article import Article
from feedsvc.model.packing import PackingError, pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.schema import instant, key, put

BEGINNING_S = 60.0  # a backup that has begun may wait for the end of a pass, and then has what that took in


@dataclass(frozen=True, slots=True, order=True)
class BackupNote:
    """Say that a backup was begun at *made_at*, seconds since 1970, and where its *file* was put then.

    is_other: it was made of what a restore has replaced since, so that the store does not know what it may hold.
    """

    made_at: float
    file: str
    is_other: bool = False

    def may_hold(self, since: float) -> bool:
        """Return whether a text that came to the store at *since*, seconds since 1970, may be in the backup."""
        return self.is_other or self.made_at + BEGINNING_S >= since

    def __str__(self) -> str:
        """Return the file, and when the backup was made."""
        return f"{self.file} ({instant(self.made_at):%Y-%m-%d %H:%M:%S}Z)"


def backup_notes(connection: Connection) -> tuple[BackupNote, ...]:
    """Return the backups that were made, the oldest first."""
    found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == schema.BACKUPS))
    return () if found is None else unpack(found.encode(), tuple[BackupNote, ...])


def add_backup_notes(connection: Connection, notes: Iterable[BackupNote]) -> None:
    """Note more backups; of several in one file, one after the other, the last is kept."""
    by_file = {note.file: note for note in sorted({*backup_notes(connection), *notes})}
    _put(connection, by_file.values())


def take_back_note(connection: Connection, note: BackupNote) -> None:
    """Remove *note*, because its backup failed."""
    _put(connection, [other for other in backup_notes(connection) if other != note])


def _put(connection: Connection, notes: Iterable[BackupNote]) -> None:
    put(connection, schema.meta, {"key": schema.BACKUPS, "value": pack(tuple(sorted(notes))).decode()})


# What is kept as the text of a killed document: read again, it is a kill.
ERASED = b"KILL\n"


class Eraser:
    """Erase what is not to be kept; what waits to be written must have been written.

    killing: sources and paths of documents that came in this pass, or came changed, with a kill mark.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.killing: set[tuple[str, str]] = set()

    def documents(self, article: str, *, names: Iterable[str]) -> None:
        """Erase the text of the documents of *article*, be they there or gone, and all its names but *names*.

        Of a text that no document has any more nobody knows which article it was of, so all such are erased.
        """
        contents, documents, table = schema.contents, schema.documents, schema.names
        its = select(documents.c.digest).where(documents.c.article == article)
        there = contents.c.digest.in_(its) & (contents.c.content != ERASED)
        if self._connection.execute(update(contents).where(there).values(content=ERASED)).rowcount:
            self._mark(self.holding())
        self.former()
        hashed = table.c.name.startswith("killed:") | table.c.name.startswith("bytes:")
        others = table.c.name.not_in([*map(key, names)]) & ~hashed
        self._connection.execute(delete(table).where(table.c.article == article, others))

    def lines(self, article: str, digests: Collection[str]) -> bool:
        """Erase the related lines by which *article* asks for any of *digests*, and return whether there were any."""
        articles, revisions = schema.articles, schema.revisions
        found = False
        for table, its in ((articles, articles.c.id), (revisions, revisions.c.article)):
            for row in self._connection.execute(select(*table.primary_key, table.c.data).where(its == article)).all():
                *key, data = row
                before = unpack(data, Article)
                after = replace(before, wanted=not_asking(before.wanted, digests))
                if after != before:
                    here = (column == value for column, value in zip(table.primary_key, key, strict=True))
                    self._connection.execute(update(table).where(*here).values(data=pack(after)))
                    found = True
        return found

    def former(self) -> None:
        """Erase the texts that no document has any more."""
        contents, documents = schema.contents, schema.documents
        present = select(literal(1)).where(documents.c.digest == contents.c.digest).exists()
        if self._connection.execute(delete(contents).where(~present, contents.c.content != ERASED)).rowcount:
            self._mark(self.holding())

    def kill(self, article: str) -> None:
        """Remember which backups may hold *article*, that is killed now: its documents are still known."""
        since = self._since(article)
        more = [note for note in backup_notes(self._connection) if note.may_hold(since)]
        self._mark({*self.holding(), *more})

    def is_wanted(self) -> bool:
        """Return whether the store is to be written anew, for something was erased since it was."""
        return self._wanted() is not None

    def holding(self) -> tuple[BackupNote, ...]:
        """Return the backups that may hold what was killed since the store was written anew, the oldest first."""
        try:
            marked = unpack((self._wanted() or "").encode(), tuple[BackupNote, ...])
        except PackingError:  # written anew already, but while it was read; and those were told of then
            return ()
        return tuple(sorted(set(marked) & set(backup_notes(self._connection))))

    def _wanted(self) -> str | None:
        table = schema.meta
        return self._connection.scalar(select(table.c.value).where(table.c.key == schema.SCRUB))

    def _mark(self, holding: Iterable[BackupNote]) -> None:
        put(self._connection, schema.meta, {"key": schema.SCRUB, "value": pack(sorted(holding)).decode()})

    def _since(self, article: str) -> float:
        """Return when anything of *article* may have come to the store first, 0.0 where that is not known."""
        documents, articles, revisions = schema.documents, schema.articles, schema.revisions
        arrival = self._connection.scalar(select(func.min(documents.c.arrival)).where(documents.c.article == article))
        times = [0.0 if arrival is None else arrival]
        for query in (
            select(articles.c.made_at).where(articles.c.id == article),
            select(revisions.c.made_at).where(revisions.c.article == article),
        ):
            times += [each or 0.0 for each in self._connection.scalars(query)]
        return min(times)

    def article(self, article: str, *, slug: str) -> None:
        """Erase the revisions of *article*, and what it asked for; its words left the index when it was no longer live.

        slug: that it had; its page goes on saying that it is gone.
        """
        for table in (schema.revisions, schema.wants):
            self._connection.execute(delete(table).where(table.c.article == article))
        self._mark(self.holding())
        names, name = schema.names, killed_name(slug)
        self._connection.execute(delete(names).where(names.c.name == name))
        self._connection.execute(insert(names).values(name=name, article=article))
