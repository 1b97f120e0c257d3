"""Remember documents and their bytes, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feedsvc.model.documents import KnownDocument, Problem
from feedsvc.stores import schema
from feedsvc.stores.values import instant, pack, put, seconds, squeeze, unsqueeze


class Documents:
    """Read and write what is known of documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, source: str) -> dict[str, KnownDocument]:
        """Return what is known of the documents of *source* that were there at the last pass, by path."""
        table = schema.documents
        rows = self._connection.execute(
            select(table).where(table.c.source == source, table.c.present).order_by(table.c.path)
        )
        return {row.path: _document(row) for row in rows}

    def of(self, article: str) -> list[KnownDocument]:
        """Return the documents that make up *article*, in the order of first sight."""
        table = schema.documents
        rows = self._connection.execute(
            select(table).where(table.c.article == article, table.c.present).order_by(table.c.serial)
        )
        return [_document(row) for row in rows]

    def article_of_bytes(self, digest: str) -> str | None:
        """Return the article that a document with these very bytes is part of, or was when it left."""
        table = schema.documents
        query = select(table.c.article).where(table.c.digest == digest, table.c.article.is_not(None))
        return self._connection.scalar(query.order_by(table.c.present.desc(), table.c.serial).limit(1))

    def put(self, document: KnownDocument) -> None:
        """Remember *document*."""
        put(
            self._connection,
            schema.documents,
            {
                "source": document.source,
                "path": document.path,
                "fingerprint": document.fingerprint,
                "digest": document.digest,
                "arrival": seconds(document.arrival),
                "live": document.live,
                "article": document.article,
                "gist": document.gist,
                "serial": document.serial,
                "present": True,
            },
        )

    def remembered(self, source: str, path: str) -> KnownDocument | None:
        """Return what is known of the document at *path*, be it gone or not."""
        table = schema.documents
        row = self._connection.execute(select(table).where(table.c.source == source, table.c.path == path))
        found = row.one_or_none()
        return None if found is None else _document(found)

    def leave(self, source: str, path: str) -> None:
        """Note that a document is gone; it is remembered, for the day it comes back."""
        table = schema.documents
        self._connection.execute(
            update(table).where(table.c.source == source, table.c.path == path).values(present=False, fingerprint="")
        )

    def forget(self, source: str, path: str) -> None:
        """Forget a document, because it goes on under another path."""
        table = schema.documents
        self._connection.execute(delete(table).where(table.c.source == source, table.c.path == path))

    def next_serial(self) -> int:
        """Return the number of the next document at first sight."""
        return (self._connection.scalar(select(func.max(schema.documents.c.serial))) or 0) + 1

    def put_content(self, digest: str, content: bytes) -> None:
        """Keep *content* under its *digest*."""
        statement = upsert(schema.contents).values(digest=digest, content=squeeze(content))
        self._connection.execute(statement.on_conflict_do_nothing())

    def content(self, digest: str) -> bytes | None:
        """Return the bytes kept under *digest*."""
        table = schema.contents
        data = self._connection.scalar(select(table.c.content).where(table.c.digest == digest))
        return None if data is None else unsqueeze(data)

    def put_problems(self, source: str, path: str, problems: Sequence[Problem]) -> None:
        """Remember what is wrong with one document; nothing, when it is cured."""
        table = schema.problems
        self._connection.execute(delete(table).where(table.c.source == source, table.c.path == path))
        for position, problem in enumerate(problems):
            row = {"source": source, "path": path, "position": position, "data": pack(problem)}
            self._connection.execute(insert(table).values(row))

    def problem_paths(self, source: str) -> set[str]:
        """Return the paths of the documents of *source* that something is wrong with."""
        table = schema.problems
        return set(self._connection.scalars(select(table.c.path).where(table.c.source == source).distinct()))


def _document(row: Any) -> KnownDocument:  # noqa: ANN401  a row's columns are known at run time only
    return KnownDocument(
        source=row.source,
        path=row.path,
        fingerprint=row.fingerprint,
        digest=row.digest,
        arrival=instant(row.arrival),
        live=row.live,
        article=row.article,
        gist=row.gist,
        serial=row.serial,
    )
