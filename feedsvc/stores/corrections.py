"""Read which articles were corrected, inside the transaction of a pass: an index of them alone finds them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from feedsvc.model.dockets import Standing
from feedsvc.model.feeds import Tombstone
from feedsvc.stores import schema
from feedsvc.stores.values import instant


class Corrections:
    """Read the corrected articles of a category, "all" included; what waits to be written must have been."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def categories(self) -> frozenset[str]:
        """Return the categories that hold, or held, an article that was corrected."""
        table = schema.placements
        categories: list[str] = [""]
        query = select(table.c.category).where(table.c.corrected_at.is_not(None)).order_by(table.c.category).limit(1)
        while found := self._connection.scalar(query.where(table.c.category > categories[-1])):
            categories.append(found)
        return frozenset(categories[1:])

    def standing(self, category: str, *, limit: int) -> tuple[Standing, ...]:
        """Return the live articles that were corrected, the last correction first."""
        table, articles = schema.placements, schema.articles
        rows = self._connection.execute(
            select(table.c.article, table.c.sequence, articles.c.data, articles.c.links)
            .join(articles, articles.c.id == table.c.article)
            .where(table.c.category == category, table.c.corrected_at.is_not(None), table.c.gone_at.is_(None))
            .order_by(table.c.corrected_at.desc(), table.c.sequence.desc())
            .limit(limit)
        )
        return tuple(Standing(*row) for row in rows)

    def tombstones(self, category: str, *, limit: int) -> tuple[Tombstone, ...]:
        """Return what is said of those that are gone, the last first."""
        table = schema.placements
        rows = self._connection.execute(
            select(table.c.article, table.c.gone_at, table.c.reason)
            .where(table.c.category == category, table.c.corrected_at.is_not(None), table.c.gone_at.is_not(None))
            .order_by(table.c.gone_at.desc(), table.c.sequence.desc())
            .limit(limit)
        )
        return tuple(Tombstone(id=row.article, when=instant(row.gone_at), reason=row.reason) for row in rows)
