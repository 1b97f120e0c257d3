"""Erase what a store has of a killed article, inside the transaction of a pass.

This is the one place that knows where an article's text may lie. Whoever keeps it in another place erases it here;
of copies of the store it knows only which were made (see feedsvc/stores/backups.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from feedsvc.identity import killed_name
from feedsvc.stores import schema
from feedsvc.stores.backup_notes import BackupNote, backup_notes

# What is kept as the text of a killed document: read again, it is a kill.
ERASED = b"KILL\n"


class Erasing:
    """Erase what is not to be kept; what waits to be written must have been written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def documents(self, article: str, *, names: Iterable[str]) -> bool:
        """Erase the text of the documents of *article*, be they there or gone, and all its names but *names*.

        Of a text that no document has any more nobody knows which article it was of, so all such are erased.

        returns: whether there was any text.
        """
        contents, documents, table = schema.contents, schema.documents, schema.names
        its = select(documents.c.digest).where(documents.c.article == article)
        there = contents.c.digest.in_(its) & (contents.c.content != ERASED)
        present = select(literal(1)).where(documents.c.digest == contents.c.digest).exists()
        former = ~present & (contents.c.content != ERASED)
        found = self._connection.scalar(select(func.count()).select_from(contents).where(there | former)) or 0
        if found:
            self._connection.execute(update(contents).where(there).values(content=ERASED))
            self._connection.execute(delete(contents).where(former))
        hashed = table.c.name.startswith("killed:") | table.c.name.startswith("bytes:")
        others = table.c.name.not_in(list(names)) & ~hashed
        self._connection.execute(delete(table).where(table.c.article == article, others))
        return bool(found)

    def backups(self) -> tuple[BackupNote, ...]:
        """Return the backups that were made before, the oldest first: they still hold what is erased now."""
        return backup_notes(self._connection)

    def article(self, article: str, *, slug: str) -> None:
        """Erase the revisions and titles of *article*; its words left the index when it was no longer live.

        slug: that it had; its page goes on saying that it is gone.
        """
        for table in (schema.revisions, schema.titles, schema.wants):
            self._connection.execute(delete(table).where(table.c.article == article))
        names, name = schema.names, killed_name(slug)
        self._connection.execute(delete(names).where(names.c.name == name))
        self._connection.execute(insert(names).values(name=name, article=article))
