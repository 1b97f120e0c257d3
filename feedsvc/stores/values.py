"""Turn entries into bytes, instants into seconds, and both back; write one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from feedsvc.model.articles import Article, Entry, RelatedLink
from feedsvc.packing import pack, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Hold what an entry has beyond its article."""

    url: str
    related: tuple[RelatedLink, ...]
    unresolved: tuple[str, ...]


def pack_links(entry: Entry) -> bytes:
    """Return what *entry* has beyond its article."""
    return pack(Links(url=entry.url, related=entry.related, unresolved=entry.unresolved))


def unpack_entry(article: bytes, links: bytes) -> Entry:
    """Return the entry that `pack` and `pack_links` made *article* and *links* of."""
    more = unpack(links, Links)
    return Entry(article=unpack(article, Article), url=more.url, related=more.related, unresolved=more.unresolved)


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
