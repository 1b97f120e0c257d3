"""Write into a backup a digest of all that it holds, and hold it against that before it is restored.

SQLite finds a page that is torn, and not a letter that is another one.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from feedsvc.model.errors import StoreError
from feedsvc.model.packing import pack_raw
from feedsvc.stores import schema

CHECKSUM = "backup checksum"  # the key in meta, of a backup alone
HELD = frozenset({"meta", "documents", "contents", "articles", "placements", "feeds", "editions"})


def add_checksum(file: Path) -> None:
    """Write the digest of what *file* holds into it."""
    with _opened(file) as connection, connection:
        connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (CHECKSUM, _digest(connection)))


def take_checksum(file: Path) -> bool:
    """See that *file* holds a store, whole, and take its digest out; return whether it had one: older ones have not.

    raises: StoreError, without the file's name.
    """
    try:
        with _opened(file) as connection, connection:
            tables = {name for name, _ in _tables(connection)}
            if not tables >= HELD:
                raise StoreError("is no backup: it holds no store of feedsvc")
            if connection.execute("SELECT 1 FROM editions").fetchone() is None:
                raise StoreError("is no backup: nothing was published to the store that it holds")
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (CHECKSUM,)).fetchone()
            if found is not None and found[0].decode(errors="replace") != _digest(connection):
                raise StoreError("is no whole backup: what it holds is not what was written into it")
            connection.execute("DELETE FROM meta WHERE key = ?", (CHECKSUM,))
    except sqlite3.Error as error:
        raise StoreError(f"is no whole backup: {error}") from error
    return found is not None


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes  # a damaged text may be none
        yield connection


def _tables(connection: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """Return each table and how it is drawn; not SQLite's own, nor the index of words, which is made of the others."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    tables = sorted((name.decode(errors="replace"), sql or b"") for name, sql in rows)
    return [each for each in tables if not each[0].startswith(("sqlite_", "search"))]


def _digest(connection: sqlite3.Connection) -> str:
    """Return a digest of every row, in the order in which they lie, but for that of the digest."""
    digest = hashlib.sha256()
    for name, drawn in _tables(connection):
        digest.update(pack_raw((name, drawn)))
        others = " WHERE key != ?" if name == schema.meta.name else ""
        given = (CHECKSUM,) if others else ()
        for row in connection.execute(f'SELECT * FROM "{name}"{others} ORDER BY rowid', given):  # noqa: S608  its own
            digest.update(pack_raw(row))
    return digest.hexdigest()
