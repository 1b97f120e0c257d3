"""Turn instants into seconds and back; write one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def seconds(instant: datetime) -> float:
    """Return an aware instant as seconds since 1970."""
    return instant.timestamp()


def instant(value: float) -> datetime:
    """Return seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(value, UTC)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write *row*, in place of the one with the same primary key if there is one."""
    connection.execute(upsert(table, connection.dialect.name), row)


@cache
def upsert(table: Table, dialect: str) -> Insert:
    """Return the statement that writes whole rows of *table*, each in place of the one with its primary key.

    Made once: that takes as long as to write the row.
    """
    keys = [column.name for column in table.primary_key]
    # Both have the same methods, which are of no class that they share.
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    rest = {each.name: statement.excluded[each.name] for each in table.columns if each.name not in keys}
    if rest:
        return statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return statement.on_conflict_do_nothing(index_elements=keys)
