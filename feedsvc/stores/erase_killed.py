"""Erase all that a store has of a killed article, and say what remains of it (`killed_form`).

Only this module knows all the tables that may have an article's text: code that keeps it in another table erases it
here. Of backups it knows only their notes (see feedsvc/stores/backups.py). Lines of other documents that name a killed
article are found and blanked by feedsvc/publish/link.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from feedsvc.articles.identity import killed_name, mint_slug
from feedsvc.articles.named_stories import article_without_stories
from feedsvc.articles.references import Place
from feedsvc.articles.revisions import withdrawn_title
from feedsvc.model.article import Article, Text
from feedsvc.model.dates import Timestamp
from feedsvc.model.packing import PackingError, pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.schema import instant, key, note, noted

SLACK_S = 5.0  # from a backup's note to its snapshot, in which a pass may end, and between clocks of two machines
# The text that replaces that of a killed document: a parser reads it as a kill.
ERASED = b"KILL\n"


@dataclass(frozen=True, slots=True, order=True)
class BackupNote:
    """A note of one backup, written at *made_at*, seconds since 1970, just before the store is copied.

    is_other: a restore has replaced the store that it was made of, so its content is unknown.
    """

    made_at: float
    file: str
    is_other: bool = False

    def may_have(self, since: float) -> bool:
        """Return whether the backup may have a text that the store has *since* then, in seconds since 1970."""
        return self.is_other or self.made_at + SLACK_S >= since

    def __str__(self) -> str:
        return f"{self.file} ({instant(self.made_at):%Y-%m-%d %H:%M:%S}Z)"


def backup_notes(connection: Connection) -> tuple[BackupNote, ...]:
    """Return the notes of all backups, the oldest first."""
    found = noted(connection, schema.BACKUPS)
    return () if found is None else unpack(found.encode(), tuple[BackupNote, ...])


def add_backup_notes(connection: Connection, notes: Iterable[BackupNote]) -> None:
    """Note more backups; of several in one file, the last counts."""
    by_file = {note.file: note for note in sorted({*backup_notes(connection), *notes})}
    _put(connection, by_file.values())


def take_back_note(connection: Connection, note: BackupNote) -> None:
    _put(connection, [other for other in backup_notes(connection) if other != note])


def _put(connection: Connection, notes: Iterable[BackupNote]) -> None:
    note(connection, schema.BACKUPS, pack(tuple(sorted(notes))).decode())


class Eraser:
    """Erase texts. Call `Transaction.end_batch` first.

    killing: (source, path) of documents with a kill mark that are new or changed in this pass.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.killing: set[tuple[str, str]] = set()

    def documents(self, article: str, *, names: Iterable[str]) -> None:
        """Erase the texts of the documents of *article*, gone ones too, and all its names but *names*.

        All texts without a document are erased as well, because nobody knows which article they belonged to.
        """
        contents, documents, table = schema.contents, schema.documents, schema.names
        its = select(documents.c.digest).where(documents.c.article == article)
        there = contents.c.digest.in_(its) & (contents.c.content != ERASED)
        if self._connection.execute(update(contents).where(there).values(content=ERASED)).rowcount:
            self._mark(self.backups())
        self.former()
        hashed = table.c.name.startswith("killed:") | table.c.name.startswith("bytes:")
        others = table.c.name.not_in([*map(key, names)]) & ~hashed
        self._connection.execute(delete(table).where(table.c.article == article, others))

    def lines(self, article: str, digests: Collection[str], *, languages: Sequence[str], base_url: str) -> bool:
        """Erase all by which *article* asks for any of *digests*, and return whether there was any.

        languages, base_url: of the site.
        """
        articles, revisions = schema.articles, schema.revisions
        found = False
        for table, its in ((articles, articles.c.id), (revisions, revisions.c.article)):
            for row in self._connection.execute(select(*table.primary_key, table.c.data).where(its == article)).all():
                *key, data = row
                before = unpack(data, Article)
                place = Place(source=before.source, path=before.origins[0], languages=languages, base_url=base_url)
                after = article_without_stories(before, digests, place)
                if after != before:
                    here = (column == value for column, value in zip(table.primary_key, key, strict=True))
                    self._connection.execute(update(table).where(*here).values(data=pack(after)))
                    found = True
        return found

    def former(self) -> None:
        """Erase the texts without a document."""
        contents, documents = schema.contents, schema.documents
        present = select(literal(1)).where(documents.c.digest == contents.c.digest).exists()
        if self._connection.execute(delete(contents).where(~present, contents.c.content != ERASED)).rowcount:
            self._mark(self.backups())

    def kill(self, article: str) -> None:
        """Mark the backups that may have *article*. Call this before its documents are erased."""
        since = self._since(article)
        more = [note for note in backup_notes(self._connection) if note.may_have(since)]
        self._mark({*self.backups(), *more})

    def is_wanted(self) -> bool:
        """Return whether texts were erased since the store was last rewritten."""
        return self._wanted() is not None

    def backups(self) -> tuple[BackupNote, ...]:
        """Return the backups that may have texts killed since the store was last rewritten, the oldest first."""
        try:
            marked = unpack((self._wanted() or "").encode(), tuple[BackupNote, ...])
        except PackingError:  # already rewritten while somebody read it, and the backups were reported then
            return ()
        return tuple(sorted(set(marked) & set(backup_notes(self._connection))))

    def _wanted(self) -> str | None:
        return noted(self._connection, schema.SCRUB)

    def _mark(self, backups: Iterable[BackupNote]) -> None:
        note(self._connection, schema.SCRUB, pack(sorted(backups)).decode())

    def _since(self, article: str) -> float:
        """Return the earliest time at which a text of *article* may have come to the store, 0.0 if unknown."""
        documents, articles, revisions = schema.documents, schema.articles, schema.revisions
        arrival = self._connection.scalar(select(func.min(documents.c.arrival)).where(documents.c.article == article))
        times = [0.0 if arrival is None else arrival]
        for query in (
            select(articles.c.made_at).where(articles.c.id == article),
            select(revisions.c.made_at).where(revisions.c.article == article),
        ):
            times += [made_at or 0.0 for made_at in self._connection.scalars(query)]
        return min(times)

    def article(self, article: str, *, slug: str) -> None:
        """Erase the revisions and wants of *article*; its words left the index when it was withdrawn.

        slug: of the article before the kill; its page goes on saying that it is gone.
        """
        for table in (schema.revisions, schema.wants):
            self._connection.execute(delete(table).where(table.c.article == article))
        self._mark(self.backups())
        names, name = schema.names, killed_name(slug)
        self._connection.execute(delete(names).where(names.c.name == name))
        self._connection.execute(insert(names).values(name=name, article=article))


def killed_form(article: Article) -> Article:
    """Return *article* as it may be kept once it is killed: its id, its times, and the places of its documents."""
    return Article(
        id=article.id,
        slug=mint_slug((), identity=article.id),
        source=article.source,
        origins=article.origins,
        title=Text(items=tuple((language, withdrawn_title(language)) for language in article.languages)),
        summary=Text(),
        body=Text(),
        versions=tuple(
            replace(
                version,
                dateline=None,
                published=_bare(version.published),
                updated=_bare(version.updated),
                revised=None,
                corrected=None,
            )
            for version in article.versions
        ),
        state="killed",
    )


def _bare(timestamp: Timestamp) -> Timestamp:
    """Return *timestamp* without its text and its evidence."""
    return Timestamp(instant=timestamp.instant, precision=timestamp.precision, provenance=timestamp.provenance, text="")
