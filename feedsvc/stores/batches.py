"""Write rows, and read rows by key, in batches, because a statement for each document costs more than reading it.

A class that writes rows flushes them before it asks their table for anything that is not in its `RowCache`. Before
another class joins the table in a query, call `Transaction.end_batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, LargeBinary, Table

from feedsvc.stores.schema import upsert

T = TypeVar("T")
V = TypeVar("V")
ROWS = 1000
BYTES = 8_000_000
LIST_BYTES = 4_000_000  # a document may have 10 MB, and costs many times as much while it is read
NEWS = 2000  # new rows after which a table is counted again, and then after twice as many
KEYS = 500  # in one IN (…)


class BatchWriter:
    """Collect rows of one table, and write many with one statement.

    A row replaces the one with the same primary key.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._keys = [column.name for column in table.primary_key]
        self._statement = upsert(table, connection.dialect.name)
        self._rows: dict[tuple[object, ...], Mapping[str, Any]] = {}
        self._bytes = 0
        self._of_bytes = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
        # PostgreSQL updates its statistics now and then. In the pass that fills a table it would take the table for
        # empty, and join ten thousand rows with ten thousand one by one.
        self._count = f"ANALYZE {table.name}" if connection.dialect.name == "postgresql" else None
        self._written, self._count_at = 0, NEWS

    def put(self, row: Mapping[str, Any]) -> None:
        """Write *row*, now or later; it has a value for every column."""
        self._rows[tuple(row[key] for key in self._keys)] = row
        for name in self._of_bytes:
            self._bytes += len(row[name] or b"")
        if len(self._rows) >= ROWS or self._bytes >= BYTES:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self._connection.execute(self._statement, list(self._rows.values()))
            self._written += len(self._rows)
            self._rows.clear()
            self._bytes = 0
            if self._count is not None and self._written >= self._count_at:
                self._connection.exec_driver_sql(self._count)
                self._count_at = 2 * self._written

    def drop(self) -> None:
        self._rows.clear()
        self._bytes = 0


class RowCache(Generic[V]):
    """Rows read by key, so that a batch of keys costs a few statements.

    fetch: returns the rows of some keys; keys without a row are left out.
    """

    def __init__(self, fetch: Callable[[Sequence[str]], Mapping[str, V]]) -> None:
        self._fetch = fetch
        self._rows_by_key: dict[str, V | None] = {}

    def prime(self, keys: Iterable[str]) -> None:
        for chunk in chunks(dict.fromkeys(key for key in keys if key not in self._rows_by_key)):
            found = self._fetch(chunk)
            self._rows_by_key.update((key, found.get(key)) for key in chunk)

    def get(self, key: str) -> V | None:
        if key not in self._rows_by_key:
            self.prime([key])
        return self._rows_by_key[key]

    def __contains__(self, key: str) -> bool:
        """Return whether the cache has read *key*, found or not."""
        return key in self._rows_by_key

    def set(self, key: str, value: V | None) -> None:
        """Remember *value*, which was written for *key*."""
        self._rows_by_key[key] = value

    def forget(self, key: str) -> None:
        """Forget the row of *key*, because the table has changed."""
        self._rows_by_key.pop(key, None)

    def clear(self) -> None:
        """Forget all rows, so that memory stays bounded."""
        self._rows_by_key.clear()


def chunks(values: Iterable[T], size: int = KEYS) -> Iterator[list[T]]:
    """Yield *values* in lists, which are short enough for one IN (…) by default."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk


def weighed_chunks(values: Iterable[T], size: int, *, weigh: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield *values* in lists of at most *size*, which end once they have so many bytes as `weigh` tells."""
    chunk: list[T] = []
    total = 0
    for value in values:
        chunk.append(value)
        total += weigh(value)
        if len(chunk) == size or total >= LIST_BYTES:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk
