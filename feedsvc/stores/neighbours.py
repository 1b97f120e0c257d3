"""Find the articles before and after one, as its category's page lists them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, UnaryExpression, select

from feedsvc.model.articles import Article
from feedsvc.packing import unpack
from feedsvc.stores import schema


def neighbours(
    connection: Connection, article: str, *, category: str, language: str | None
) -> tuple[Article | None, Article | None]:
    """Return the live articles that came just before and just after *article* in *category*, as *connection* sees them.

    article:  its id. language: only articles that are in it; None for any.
    """
    table, articles = schema.placements, schema.articles
    here = (table.c.category == category, table.c.language == (language or ""))
    own = connection.scalar(select(table.c.sequence).where(*here, table.c.article == article))
    if own is None:
        return None, None

    def nearest(beyond: ColumnElement[bool], order: UnaryExpression[int]) -> Article | None:
        data = connection.scalar(
            select(articles.c.data)
            .select_from(table.join(articles, articles.c.id == table.c.article))
            .where(*here, table.c.gone_at.is_(None), beyond)
            .order_by(order)
            .limit(1)
        )
        return None if data is None else unpack(data, Article)

    sequence = table.c.sequence
    return nearest(sequence < own, sequence.desc()), nearest(sequence > own, sequence.asc())
