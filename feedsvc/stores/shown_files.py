"""Write which files articles show, and where their documents look for files, inside the transaction of a pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, select, update

from feedsvc.model.article import MediaFile, PictureWords
from feedsvc.model.packing import pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import RowCache, chunks
from feedsvc.stores.media_folder import PICTURES
from feedsvc.stores.schema import put

FORM_TYPE, FORM_ENDING = "image/webp", ".webp"
MISSING = "missing"  # the fingerprint of a place without a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place where a document of *article* looks for a file.

    fingerprint: of the file when the article was composed, `MISSING` if there was none.
    digest:      of the file's bytes; of a file that is gone, those that the article goes on showing.
    document:    digest of the document.
    """

    source: str
    path: str
    article: str
    fingerprint: str
    digest: str | None
    document: str


class ShownFiles:
    """Read and write files, their uses and their places; most stores have none, so that most passes ask only once.

    forgotten: digests of the files of killed articles.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places = RowCache(self._fetch_places)
        self._uses = RowCache(self._fetch_uses)
        self._added = False
        self.forgotten: set[str] = set()

    @cached_property
    def _has_rows(self) -> bool:
        tables = (schema.media_places, schema.media_uses)
        return any(self._connection.execute(select(*table.primary_key).limit(1)).first() for table in tables)

    @property
    def is_empty(self) -> bool:
        return not (self._added or self._has_rows)

    def prime(self, articles: Sequence[str]) -> None:
        """Read at once the rows of a batch of articles."""
        if not self.is_empty:
            self._places.prime(articles)
            self._uses.prime(articles)

    def end_batch(self) -> None:
        self._places.clear()
        self._uses.clear()

    def drop(self) -> None:
        """Forget the caches, because their part of the pass is undone."""
        self.end_batch()

    def file(self, digest: str) -> MediaFile | None:
        table = schema.media
        row = self._connection.execute(select(table).where(table.c.digest == digest)).one_or_none()
        return None if row is None else file_of(row)

    def put_file(self, file: MediaFile, *, fault: str = "") -> None:
        """Write *file*, whose smaller forms are made anew; fault: why it will have none."""
        row = {
            "digest": file.digest,
            "name": file.name,
            "type": file.media_type,
            "size": file.bytes,
            "width": file.width,
            "height": file.height,
            "words": None if file.words is None else pack(file.words).decode(),
            "forms": None if file.media_type in PICTURES and not fault else 0,
            "fault": fault,
        }
        put(self._connection, schema.media, row)

    def fault(self, digest: str) -> str:
        """Return why a picture has no smaller forms, "" if nothing is wrong."""
        table = schema.media
        return self._connection.scalar(select(table.c.fault).where(table.c.digest == digest)) or ""

    def unread(self) -> Sequence[str]:
        """Return the articles with pictures in which nobody has looked for words, nor made smaller forms of them."""
        table, places = schema.media, schema.media_places
        unread = select(table.c.digest).where(table.c.forms.is_(None), table.c.words.is_(None))
        articles: set[str] = set()
        for batch in chunks(self._connection.scalars(unread).all()):
            articles.update(self._connection.scalars(select(places.c.article).where(places.c.digest.in_(batch))))
        return sorted(articles)

    def without_forms(self, *, most: int | None) -> tuple[MediaFile, ...]:
        """Return pictures whose smaller forms were never made, at most so many."""
        table = schema.media
        query = select(table).where(table.c.forms.is_(None)).order_by(table.c.digest).limit(most)
        return tuple(map(file_of, self._connection.execute(query)))

    def forms(self, original: str) -> tuple[MediaFile, ...]:
        """Return the smaller forms of a picture, the narrowest first."""
        table = schema.media_forms
        query = select(table).where(table.c.original == original).order_by(table.c.width)
        return tuple(map(form_of, self._connection.execute(query)))

    def put_forms(self, original: str, forms: Sequence[MediaFile], *, fault: str) -> None:
        """Replace the smaller forms of a picture; fault: why it has none."""
        table, media = schema.media_forms, schema.media
        self._connection.execute(delete(table).where(table.c.original == original))
        for form in forms:
            row = {"original": original, "width": form.width, "height": form.height}
            put(self._connection, table, row | {"digest": form.digest, "size": form.bytes})
        its = update(media).where(media.c.digest == original)
        self._connection.execute(its.values(forms=len(forms), fault=fault))

    def known_at(self, source: str, path: str) -> Place | None:
        """Return a place with the file at *path* as any article was composed with it."""
        table = schema.media_places
        query = select(table).where(table.c.source == source, table.c.path == path, table.c.digest.is_not(None))
        if self.is_empty:
            return None
        row = self._connection.execute(query.order_by(table.c.article).limit(1)).one_or_none()
        return None if row is None else _place(row)

    def places_of(self, article: str) -> tuple[Place, ...]:
        return () if self.is_empty else self._places.get(article) or ()

    def put_places(self, article: str, places: Sequence[Place]) -> None:
        """Replace the places of *article*."""
        if self.places_of(article) == tuple(places):
            return
        table = schema.media_places
        self._connection.execute(delete(table).where(table.c.article == article))
        for place in places:
            put(self._connection, table, {name: getattr(place, name) for name in Place.__slots__})
        self._added |= bool(places)
        self._places.set(article, tuple(places))

    def places_in(self, source: str, *, among: Collection[str] | None) -> Iterator[Place]:
        """Yield the places in *source*; among: paths of files and folders to answer for, None for all."""
        if self.is_empty:
            return
        table = schema.media_places
        query = select(table).where(table.c.source == source).order_by(table.c.path, table.c.article)
        if among is None:
            yield from map(_place, self._connection.execute(query))
            return
        for path in sorted(among):
            within = and_(table.c.path > f"{path}/", table.c.path < f"{path}0")  # "0" comes after "/"
            for where in (table.c.path == path, within):  # joined by OR, they would read all places of the source
                yield from map(_place, self._connection.execute(query.where(where)))

    def all_places(self) -> Iterator[Place]:
        """Yield all places."""
        if not self.is_empty:
            yield from map(_place, self._connection.execute(select(schema.media_places)))

    def forget_place(self, place: Place) -> None:
        table = schema.media_places
        here = table.c.source == place.source, table.c.path == place.path, table.c.article == place.article
        self._connection.execute(delete(table).where(*here))
        self._places.forget(place.article)

    def show(self, article: str, files: Collection[tuple[str, str]]) -> None:
        """Note that *article* shows *files*, by (digest, name), and no others any more."""
        before = {} if self.is_empty else self._uses.get(article) or {}
        after = dict.fromkeys(before, False) | dict.fromkeys(files, True)
        if before == after:
            return
        for (digest, name), live in after.items():
            row = {"digest": digest, "name": name, "article": article, "live": live}
            put(self._connection, schema.media_uses, row)
        self._added = True
        self._uses.set(article, after)

    def forget(self, article: str) -> None:
        """Forget the files of a killed article; `erase_forgotten` erases those that no other article shows."""
        if self.is_empty:
            return
        for table in (schema.media_uses, schema.media_places):
            its = table.c.article == article
            self.forgotten |= {
                digest for digest in self._connection.scalars(select(table.c.digest).where(its)) if digest
            }
            self._connection.execute(delete(table).where(its))
        self._uses.set(article, None)
        self._places.set(article, None)

    def erase_forgotten(self) -> bool:
        """Erase the forgotten files that no published article shows; return whether any file was forgotten."""
        table, uses = schema.media, schema.media_uses
        for batch in chunks(sorted(self.forgotten)):
            live = select(uses.c.digest).where(uses.c.digest.in_(batch), uses.c.live)
            gone = set(batch) - set(self._connection.scalars(live))
            for column in (table.c.digest, uses.c.digest, schema.media_forms.c.original):
                self._connection.execute(delete(column.table).where(column.in_(gone)))
            places = schema.media_places
            still = update(places).where(places.c.digest.in_(gone))
            self._connection.execute(still.values(digest=None, fingerprint=MISSING))
        return bool(self.forgotten)

    def digests(self) -> frozenset[str]:
        """Return the digests of all files, and of smaller forms."""
        return kept_digests(self._connection) | form_digests(self._connection)

    def _fetch_places(self, articles: Sequence[str]) -> Mapping[str, tuple[Place, ...]]:
        table = schema.media_places
        query = select(table).where(table.c.article.in_(articles)).order_by(table.c.source, table.c.path)
        found: dict[str, tuple[Place, ...]] = {}
        for row in self._connection.execute(query):
            found[row.article] = (*found.get(row.article, ()), _place(row))
        return found

    def _fetch_uses(self, articles: Sequence[str]) -> Mapping[str, dict[tuple[str, str], bool]]:
        table = schema.media_uses
        query = select(table).where(table.c.article.in_(articles)).order_by(table.c.digest, table.c.name)
        found: dict[str, dict[tuple[str, str], bool]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.article, {})[row.digest, row.name] = row.live
        return found


def _place(row: Row[Any]) -> Place:
    return Place(**{name: getattr(row, name) for name in Place.__slots__})


def file_of(row: Row[Any]) -> MediaFile:
    """Return a row of the table as a file."""
    return MediaFile(
        digest=row.digest,
        name=row.name,
        media_type=row.type,
        bytes=row.size,
        width=row.width,
        height=row.height,
        words=None if row.words is None else unpack(row.words.encode(), PictureWords),
    )


def form_of(row: Row[Any]) -> MediaFile:
    """Return a row of the table of smaller forms as a file.

    Its name is its width: pictures of several articles may share it, and the name of one is not for readers of another.
    """
    return MediaFile(
        digest=row.digest,
        name=f"{row.width}{FORM_ENDING}",
        media_type=FORM_TYPE,
        bytes=row.size,
        width=row.width,
        height=row.height,
    )


def form_digests(connection: Connection, *, of: Collection[str] | None = None) -> frozenset[str]:
    """Return the digests of smaller forms; of: pictures, by their digests, None for all."""
    table = schema.media_forms
    rows = connection.execute(select(table.c.original, table.c.digest))
    return frozenset(row.digest for row in rows if of is None or row.original in of)


def kept_digests(connection: Connection, *, only_shown: bool = False) -> frozenset[str]:
    """Return the digests of all files; only_shown: that a published article shows, or a document names."""
    if not only_shown:
        return frozenset(connection.scalars(select(schema.media.c.digest)))
    uses, places = schema.media_uses, schema.media_places
    shown = connection.scalars(select(uses.c.digest).where(uses.c.live))
    named = connection.scalars(select(places.c.digest).where(places.c.digest.is_not(None)))
    return frozenset((*shown, *named))
