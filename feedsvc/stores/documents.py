"""Write documents with their bytes and problems, inside the transaction of a pass."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from feedsvc.model.document import KnownDocument, Problem, is_among
from feedsvc.model.packing import pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import BatchWriter, RowCache, chunks
from feedsvc.stores.schema import instant, put, seconds
from feedsvc.text.failures import Failure

DEADLY = "deadly: "  # begins the keys in meta of bytes that end the process that reads them; their digest follows

log = logging.getLogger(__name__)


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = BatchWriter(connection, schema.documents)
        self._contents = BatchWriter(connection, schema.contents)
        self._of = RowCache(self._fetch_of)
        self._by_bytes = RowCache(self._fetch_by_bytes)
        self._former: dict[tuple[str, str], set[bytes]] = {}  # problems from before the pass that it has deleted
        self._homes: dict[tuple[str, str], str] = {}  # the article of each document in the cache

    def prime(self, *, articles: Iterable[str] = (), digests: Iterable[str] = ()) -> None:
        """Read at once the rows that `of` and `article_of_bytes` need for a batch."""
        self._of.prime(articles)
        self._by_bytes.prime(digests)

    def end_batch(self) -> None:
        """Write the rows that wait, and empty the caches."""
        self._rows.flush()
        self._contents.flush()
        self._of.clear()
        self._by_bytes.clear()
        self._homes.clear()

    def drop(self) -> None:
        """Forget the rows that wait and the caches, because their part of the pass is undone."""
        self._rows.drop()
        self._contents.drop()
        self.__dict__.pop("_troubled", None)
        self.__dict__.pop("_deadly", None)
        self.end_batch()

    def fingerprints(self, source: str, *, among: Collection[str] | None = None) -> dict[str, str]:
        """Return path to fingerprint of the documents that *source* had at the last pass.

        among: paths of files and folders to answer for; None for all.
        """
        self._rows.flush()
        table = schema.documents
        query = select(table.c.path, table.c.fingerprint).where(table.c.source == source, table.c.present)
        if among is None:
            return {path: fingerprint for path, fingerprint in self._connection.execute(query)}  # noqa: C416  rows, not pairs
        found: dict[str, str] = {}
        for place in among:
            # "0" comes after "/", so an index finds the paths in a folder.
            within = and_(table.c.path > f"{place}/", table.c.path < f"{place}0")
            rows = self._connection.execute(query.where(or_(table.c.path == place, within)))
            found |= {row.path: row.fingerprint for row in rows}
        return found

    def count(self, source: str) -> int:
        """Count the documents that *source* had at the last pass."""
        self._rows.flush()
        table = schema.documents
        query = select(func.count()).select_from(table).where(table.c.source == source, table.c.present)
        return self._connection.scalar(query) or 0

    def remembered(self, source: str, paths: Iterable[str]) -> dict[str, KnownDocument]:
        """Return the documents of *source* at *paths* by path, gone ones too."""
        self._rows.flush()
        table = schema.documents
        found = {}
        for chunk in chunks(paths):
            for row in self._connection.execute(select(table).where(table.c.source == source, table.c.path.in_(chunk))):
                found[row.path] = document_of_row(row)
        return found

    def in_other_sources(
        self, sources: Collection[str], *, paths: Iterable[str], digests: Iterable[str]
    ) -> list[KnownDocument]:
        """Return documents that the last pass saw in none of *sources*, in the order of first sight.

        paths, digests: only documents with one of these paths or digests.
        """
        table, others = schema.documents, self._others(sources)
        found: dict[tuple[str, str], KnownDocument] = {}
        for column, values in ((table.c.path, paths), (table.c.digest, digests)) if others else ():
            for chunk in chunks(sorted(set(values))):
                query = select(table).where(table.c.source.in_(others), column.in_(chunk), table.c.present)
                for row in self._connection.execute(query):
                    found[row.source, row.path] = document_of_row(row)
        return sorted(found.values(), key=lambda document: document.serial)

    def _others(self, sources: Collection[str]) -> list[str]:
        """Return the names of all other sources, each found by the index from the one before."""
        self._rows.flush()
        table = schema.documents
        name, others = "", []
        while name := self._connection.scalar(select(func.min(table.c.source)).where(table.c.source > name)) or "":
            others += [] if name in sources else [name]
        return others

    def of(self, article: str) -> list[KnownDocument]:
        """Return the documents that *article* has now, in the order of first sight."""
        return list(self._of.get(article) or ())

    def all_of(self, article: str) -> list[KnownDocument]:
        """Return the documents of *article*, gone ones too, in the order of first sight."""
        self._rows.flush()
        table = schema.documents
        rows = self._connection.execute(select(table).where(table.c.article == article).order_by(table.c.serial))
        return [document_of_row(row) for row in rows]

    def article_of_bytes(self, digest: str) -> str | None:
        """Return the article of a document with these very bytes, also if that document is gone."""
        return self._by_bytes.get(digest)

    def put(self, document: KnownDocument) -> None:
        self._rows.put(
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
                "due": None if document.due is None else seconds(document.due),
            }
        )
        self._note(document)

    def _note(self, document: KnownDocument) -> None:
        """Update the caches with *document*, which was written; forget the rows that only the table knows."""
        key = (document.source, document.path)
        home = self._homes.get(key)
        if home is not None and home != document.article:
            self._of.forget(home)
        if document.article is not None and document.article in self._of:
            others = [other for other in self.of(document.article) if (other.source, other.path) != key]
            self._of.set(document.article, sorted([*others, document], key=lambda other: other.serial))
            self._homes[key] = document.article
        if document.digest in self._by_bytes and self._by_bytes.get(document.digest) is None:
            self._by_bytes.set(document.digest, document.article)

    def look_again(self, source: str) -> None:
        """Let the next pass read all documents of *source*, changed or not."""
        self.end_batch()
        table, problems = schema.documents, schema.problems
        self._connection.execute(update(table).where(table.c.source == source, table.c.present).values(fingerprint=""))
        self._connection.execute(update(problems).where(problems.c.source == source).values(fingerprint=None))
        self.__dict__.pop("_troubled", None)

    def read_again(self, articles: Iterable[str]) -> None:
        """Let the next pass read the documents of *articles*."""
        self.end_batch()
        table = schema.documents
        for chunk in chunks(sorted(articles)):
            its = table.c.article.in_(chunk)
            self._connection.execute(update(table).where(its, table.c.present).values(fingerprint=""))

    def leave(self, source: str, path: str) -> None:
        """Note that a document is gone; its row stays for the day it comes back."""
        self.end_batch()
        table = schema.documents
        self._connection.execute(
            update(table)
            .where(table.c.source == source, table.c.path == path)
            .values(present=False, fingerprint="", due=None)
        )

    def forget(self, source: str, path: str) -> None:
        """Forget a document, because it goes on under another path."""
        self.end_batch()
        table = schema.documents
        self._connection.execute(delete(table).where(table.c.source == source, table.c.path == path))

    def due(self, now: datetime) -> dict[str, list[str]]:
        """Return, by source, the paths of the documents whose embargo or expiry is over at *now*, to look at them."""
        self._rows.flush()
        table = schema.documents
        found: dict[str, list[str]] = {}
        query = select(table.c.source, table.c.path).where(table.c.due <= seconds(now), table.c.present)
        for row in self._connection.execute(query):  # in no order, so that the index of due documents finds them
            found.setdefault(row.source, []).append(row.path)
        return found

    def due_articles(self, now: datetime, *, seen: Collection[tuple[str, str]]) -> set[str]:
        """Return the articles with a document that has expired at *now*, or whose embargo is over.

        seen: (source, path) of documents that are there. A held document that is not, because its file or its whole
              source is missing, stays held: the desk may have taken it back.
        """
        self._rows.flush()
        table = schema.documents
        query = select(table.c.source, table.c.path, table.c.article).where(
            table.c.due <= seconds(now), table.c.present, table.c.fingerprint != ""
        )
        return {
            row.article
            for row in self._connection.execute(query)
            if row.article and ((row.source, row.path) in seen or not self._is_held(row.source, row.path))
        }

    def _is_held(self, source: str, path: str) -> bool:
        table = schema.problems
        query = select(table.c.data).where(table.c.source == source, table.c.path == path)
        return any(unpack(data, Problem).severity == "held" for data in self._connection.scalars(query))

    def next_serial(self) -> int:
        """Return the serial of the next new document."""
        self._rows.flush()
        return (self._connection.scalar(select(func.max(schema.documents.c.serial))) or 0) + 1

    def put_content(self, digest: str, content: bytes) -> None:
        self._contents.put({"digest": digest, "content": content})

    def content(self, digest: str) -> bytes | None:
        self._contents.flush()
        table = schema.contents
        data = self._connection.scalar(select(table.c.content).where(table.c.digest == digest))
        return None if data is None else bytes(data)

    def drop_content(self, digest: str) -> None:
        """Delete the bytes under *digest*, and let the next pass read the documents that have them."""
        self.end_batch()
        contents, table = schema.contents, schema.documents
        self._connection.execute(delete(contents).where(contents.c.digest == digest))
        self._connection.execute(update(table).where(table.c.digest == digest).values(fingerprint=""))

    def put_problems(self, source: str, path: str, problems: Sequence[Problem], *, rejected: str = "") -> None:
        """Replace the problems of one document; an empty list says that it is cured.

        rejected: fingerprint of a file that cannot be read as a document; "" to have it read again by the next pass.
        """
        table = schema.problems
        if (source, path) in self._troubled:
            its = delete(table).where(table.c.source == source, table.c.path == path).returning(table.c.data)
            self._former.setdefault((source, path), set()).update(self._connection.scalars(its))
            del self._troubled[source, path]
        if problems:
            told = {"source": source, "path": path, "fingerprint": rejected or None}
            rows = [{**told, "position": at, "data": pack(problem)} for at, problem in enumerate(problems)]
            self._connection.execute(insert(table), rows)
            self._troubled[source, path] = rejected

    def put_failure(self, source: str, path: str, failure: Failure, *, what: str, rejected: str = "") -> None:
        """Note as a problem that a document could not *what* ("be read"); log a new traceback.

        rejected: see `put_problems`; it is not kept if the failure may pass.
        """
        problem = Problem(source=source, path=path, message=f"could not {what}: {failure.reason}")
        self.put_failed(source, problem, failure, rejected="" if failure.may_pass else rejected)

    def put_failed(self, source: str, problem: Problem, failure: Failure, *, rejected: str = "") -> None:
        """Note the *problem* that a *failure* caused; log its traceback if the problem is new."""
        self.put_problems(source, problem.path, [problem], rejected=rejected)
        if failure.trace and pack(problem) not in self._former.get((source, problem.path), ()):
            log.error("%s: %s: %s\n%s", source, problem.path, problem.message, failure.trace)

    def is_deadly(self, digest: str) -> bool:
        """Return whether the bytes with *digest* once ended a process that read or composed them."""
        return digest in self._deadly

    def put_deadly(self, digest: str) -> None:
        """Note that the bytes with *digest* end a process, so that they are not tried again."""
        self._deadly.add(digest)
        put(self._connection, schema.meta, {"key": f"{DEADLY}{digest}", "value": ""})

    def try_deadly(self) -> None:
        """Forget all deadly bytes, because other software may survive them."""
        self._deadly.clear()
        self._connection.execute(delete(schema.meta).where(schema.meta.c.key.startswith(DEADLY)))

    @cached_property
    def _deadly(self) -> set[str]:
        keys = self._connection.scalars(select(schema.meta.c.key).where(schema.meta.c.key.startswith(DEADLY)))
        return {key.removeprefix(DEADLY) for key in keys}

    def drop_problems_of_others(self, sources: Collection[str]) -> None:
        """Delete the problems of all other sources."""
        for source, path in [key for key in self._troubled if key[0] not in sources]:
            self.put_problems(source, path, [])

    def problem_paths(self, source: str, *, among: Collection[str] | None = None) -> set[str]:
        """Return the paths of the documents of *source* that have problems.

        among: paths of files and folders to answer for; None for all.
        """
        paths = {path for home, path in self._troubled if home == source}
        return paths if among is None else {path for path in paths if is_among(path, among)}

    def rejected(self, source: str) -> dict[str, str]:
        """Return path to fingerprint of the files of *source* that cannot be read as documents, as they are."""
        return {
            path: fingerprint for (home, path), fingerprint in self._troubled.items() if home == source and fingerprint
        }

    def is_rejected(self, source: str, path: str) -> bool:
        """Return whether the file at *path* cannot be read as a document, whatever an earlier one there was."""
        return bool(self._troubled.get((source, path)))

    @cached_property
    def _troubled(self) -> dict[tuple[str, str], str]:
        """The documents with problems, each with the fingerprint of a file that is rejected as it is, or ""."""
        table = schema.problems
        rows = self._connection.execute(select(table.c.source, table.c.path, table.c.fingerprint).distinct())
        return {(row.source, row.path): row.fingerprint or "" for row in rows}

    def _fetch_of(self, articles: Sequence[str]) -> Mapping[str, list[KnownDocument]]:
        self._rows.flush()
        table = schema.documents
        found: dict[str, list[KnownDocument]] = {}
        query = select(table).where(table.c.article.in_(articles), table.c.present).order_by(table.c.serial)
        for row in self._connection.execute(query):
            document = document_of_row(row)
            found.setdefault(row.article, []).append(document)
            self._homes[row.source, row.path] = row.article
        return found

    def _fetch_by_bytes(self, digests: Sequence[str]) -> Mapping[str, str]:
        self._rows.flush()
        table = schema.documents
        query = select(table.c.digest, table.c.article).where(table.c.digest.in_(digests), table.c.article.is_not(None))
        found: dict[str, str] = {}
        for row in self._connection.execute(query.order_by(table.c.present.desc(), table.c.serial)):
            found.setdefault(row.digest, row.article)
        return found


def document_of_row(row: Any) -> KnownDocument:  # noqa: ANN401  a row's columns are known at run time only
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
        due=None if row.due is None else instant(row.due),
    )
