"""Turn values into bytes, instants into seconds, and both back; write one row."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import insert as upsert

T = TypeVar("T")


def pack(value: object) -> bytes:
    """Return *value*, one of the model's types, as JSON; equal values give equal bytes."""
    return msgspec.json.encode(value)


def unpack(data: bytes, kind: type[T]) -> T:
    """Return the value of type *kind* that `pack` made *data* of.

    raises: msgspec.ValidationError if the data is of another shape.
    """
    return msgspec.json.decode(data, type=kind)


def squeeze(content: bytes) -> bytes:
    """Return *content* compressed, for keeping."""
    return zlib.compress(content, 6)


def unsqueeze(data: bytes) -> bytes:
    """Return what `squeeze` was given."""
    return zlib.decompress(data)


def seconds(instant: datetime) -> float:
    """Return an aware instant as seconds since 1970."""
    return instant.timestamp()


def instant(value: float) -> datetime:
    """Return seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(value, UTC)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write *row*, in place of the one with the same primary key if there is one."""
    keys = [column.name for column in table.primary_key]
    rest = {key: value for key, value in row.items() if key not in keys}
    connection.execute(upsert(table).values(**row).on_conflict_do_update(index_elements=keys, set_=rest))
