"""Write rows in batches, and read them by key in batches: a statement for each document costs more than reading it.

What is written is read back at once by the class that wrote it: rows wait until their table is asked for anything but
what is held already. Before another class joins the table in a query, `Pass.let_go` is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Dialect, Table, bindparam

from feedsvc.stores.schema import upsert

T = TypeVar("T")
V = TypeVar("V")
ROWS = 1000
BYTES = 8_000_000
NEWS = 2000  # rows that make statistics of a table wrong, and then twice as many each time
KEYS = 500  # in one IN (…)


class BatchWriter:
    """Rows of one table until there are many, then write them with one statement.

    A row takes the place of the one with the same primary key.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._keys = [column.name for column in table.primary_key]
        self._statement, self._values = _compiled(table, connection.dialect)
        self._rows: dict[tuple[object, ...], Mapping[str, Any]] = {}
        self._bytes = 0
        # PostgreSQL counts a table now and then, beside its work; in the pass that fills it, it would take the table
        # for empty, and join ten thousand rows with ten thousand one by one.
        self._count = f"ANALYZE {table.name}" if connection.dialect.name == "postgresql" else None
        self._written, self._count_at = 0, NEWS

    def put(self, row: Mapping[str, Any]) -> None:
        """Write *row*, now or later; it has a value for every column."""
        self._rows[tuple(row[key] for key in self._keys)] = row
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, bytes))
        if len(self._rows) >= ROWS or self._bytes >= BYTES:
            self.flush()

    def flush(self) -> None:
        """Write every row that waits."""
        if self._rows:
            self._connection.exec_driver_sql(self._statement, [self._values(row) for row in self._rows.values()])
            self._written += len(self._rows)
            self._rows.clear()
            self._bytes = 0
            if self._count is not None and self._written >= self._count_at:
                self._connection.exec_driver_sql(self._count)
                self._count_at = 2 * self._written

    def drop(self) -> None:
        """Forget every row that waits."""
        self._rows.clear()
        self._bytes = 0


@lru_cache(maxsize=64)
def _compiled(table: Table, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """Return the statement that writes rows of *table*, and what makes of a row the values that it wants.

    Compiled once and given bare tuples: SQLAlchemy takes as long over a row's values as SQLite does over the row.
    PostgreSQL's driver wants them by name, as they are.
    """
    names = [column.name for column in table.columns]
    statement = upsert(table, dialect.name).values({name: bindparam(name) for name in names})
    compiled = statement.compile(dialect=dialect)
    return str(compiled), itemgetter(*compiled.positiontup) if compiled.positiontup else dict


class RowCache(Generic[V]):
    """What was read by key, so that a batch of keys costs a few statements.

    fetch: returns what the table has for some keys; keys that it has not are left out.
    """

    def __init__(self, fetch: Callable[[Sequence[str]], Mapping[str, V]]) -> None:
        self._fetch = fetch
        self._held: dict[str, V | None] = {}

    def prime(self, keys: Iterable[str]) -> None:
        """Read what the table has for *keys*, but for those that are held."""
        for chunk in chunks(list(dict.fromkeys(key for key in keys if key not in self._held))):
            found = self._fetch(chunk)
            self._held.update((key, found.get(key)) for key in chunk)

    def get(self, key: str) -> V | None:
        """Return what the table has for *key*."""
        if key not in self._held:
            self.prime([key])
        return self._held[key]

    def __contains__(self, key: str) -> bool:
        """Return whether what the table has for *key* is held, be it nothing."""
        return key in self._held

    def set(self, key: str, value: V | None) -> None:
        """Hold *value*, which was written for *key*."""
        self._held[key] = value

    def forget(self, key: str) -> None:
        """Hold nothing for *key*: what the table has for it changed."""
        self._held.pop(key, None)

    def clear(self) -> None:
        """Hold nothing any more: a batch is done, and memory is bounded."""
        self._held.clear()


def chunks(values: Sequence[T], size: int = KEYS) -> Iterator[Sequence[T]]:
    """Yield *values* in lists short enough for one IN (…)."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
