"""Note in a store which backups were made of it: they go on holding what is killed later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from feedsvc.packing import pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.values import instant, put

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
    """Have *note* not be noted: that backup failed."""
    _put(connection, [each for each in backup_notes(connection) if each != note])


def _put(connection: Connection, notes: Iterable[BackupNote]) -> None:
    put(connection, schema.meta, {"key": schema.BACKUPS, "value": pack(tuple(sorted(notes))).decode()})
