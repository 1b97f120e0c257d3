"""Prune old texts, bytes and notes from a store, while others serve and publish.

Current articles, ids, sequences, dates, positions and tombstones are never touched. The row of an old revision stays,
with its number, time and digests. It also keeps the dates of languages that its article does not have now, because a
language that comes back gets them again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, bindparam, delete, func, select, tuple_, update

from feedsvc.model.article import Article, Making, Text
from feedsvc.model.errors import StoreError
from feedsvc.model.packing import pack, unpack
from feedsvc.stores import schema
from feedsvc.stores.batches import chunks
from feedsvc.stores.erase_killed import BackupNote, backup_notes, take_back_note
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.schema import seconds
from feedsvc.stores.shown_files import form_digests, kept_digests
from feedsvc.stores.sqlite import file_of
from feedsvc.stores.store import Store

AT_ONCE = 500  # revisions in one transaction, so that a pass need not wait for more
NO_FOLDER = MediaFolder(path=None)
BEGINNING = ("", 0)
STREAMED = {"yield_per": AT_ONCE}  # so that not all rows are in memory


@dataclass(frozen=True, slots=True)
class Freed:
    count: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """The result of pruning, or of a trial.

    forgotten: notes of backups. unseen: notes whose file is not on this machine, but may be on another.
    """

    revisions: Freed
    bodies: Freed
    contents: Freed
    editions: Freed
    files: Freed
    forgotten: tuple[BackupNote, ...]
    unseen: tuple[BackupNote, ...]

    @property
    def bytes(self) -> int:
        """Return the bytes inside the store."""
        return sum(freed.bytes for freed in (self.revisions, self.bodies, self.contents, self.editions))


def prune(
    store: Store,
    *,
    now: datetime,
    revisions: timedelta,
    bodies: timedelta,
    folder: MediaFolder = NO_FOLDER,
    backups: Collection[str] = (),
) -> Pruned:
    """Delete the texts of old revisions, the bytes of superseded feeds, and the notes of lost backups.

    Each step is a transaction of its own, so that no pass waits for all of them.

    now:       aware.
    revisions: age of superseded texts and of records of editions, from which they are deleted.
    bodies:    the same for the bytes of feeds; a worker may still read bytes that were superseded a moment ago.
    folder:    of the files that articles show; those that no published article shows and no document names go.
    backups:   files whose notes are deleted although the files may exist.
    raises:    StoreError; for an unknown backup before anything is deleted.
    """
    with store.transaction() as connection:
        forgotten, unseen = _backups(connection, store, backups)
        for note in forgotten:
            take_back_note(connection, note)
    freed = Freed()
    after: tuple[str, int] | None = BEGINNING
    while after is not None:
        with store.transaction() as connection:
            some, after = _prune_revisions(connection, before=now - revisions, now=now, after=after)
        freed = Freed(freed.count + some.count, freed.bytes + some.bytes)
    with store.transaction() as connection:
        old_bodies = _bodies(connection, before=now - bodies)
        for table in (schema.bodies, schema.superseded):
            _delete(connection, table, old_bodies)
        old_editions = _editions(connection, before=now - revisions)
        _delete(connection, schema.editions, old_editions)
        unused = _contents(connection)
        _delete(connection, schema.contents, unused)
    with store.transaction() as connection:
        pictures = kept_digests(connection, only_shown=True)
        unneeded = kept_digests(connection) - pictures
        needed = pictures | form_digests(connection, of=pictures)
        _delete(connection, schema.media, unneeded)
        for chunk in chunks(unneeded):
            connection.execute(delete(schema.media_forms).where(schema.media_forms.c.original.in_(chunk)))
        files = folder.unneeded(needed)
        folder.sweep(needed)
    return Pruned(
        revisions=freed,
        bodies=_sum(old_bodies),
        contents=_sum(unused),
        editions=_sum(old_editions),
        files=Freed(len(files), sum(size for _, size in files)),
        forgotten=forgotten,
        unseen=unseen,
    )


def what_to_prune(
    store: Store,
    *,
    now: datetime,
    revisions: timedelta,
    bodies: timedelta,
    folder: MediaFolder = NO_FOLDER,
    backups: Collection[str] = (),
) -> Pruned:
    """Return the result that `prune` would have, and change nothing."""
    with store.snapshot() as connection:
        forgotten, unseen = _backups(connection, store, backups)
        old = dict[tuple[str, int], int]()
        for article, serial, data, current in _revisions(connection, before=now - revisions):
            old[article, serial] = len(data) - len(_pruned(data, current))
        pictures = kept_digests(connection, only_shown=True)
        files = folder.unneeded(pictures | form_digests(connection, of=pictures))
        return Pruned(
            revisions=Freed(len(old), sum(old.values())),
            bodies=_sum(_bodies(connection, before=now - bodies)),
            contents=_sum(_contents(connection, but_of=frozenset(old))),
            editions=_sum(_editions(connection, before=now - revisions)),
            files=Freed(len(files), sum(size for _, size in files)),
            forgotten=forgotten,
            unseen=unseen,
        )


def _backups(
    connection: Connection, store: Store, named: Collection[str]
) -> tuple[tuple[BackupNote, ...], tuple[BackupNote, ...]]:
    """Return the notes to delete, and the notes of files that may be on another machine.

    A file is gone only if its folder exists, for a disk may not be mounted, and if no other machine has the store.
    """
    notes = backup_notes(connection)
    wanted = {str(Path(name).absolute()) for name in named} | set(named)
    for name in named:
        if not {name, str(Path(name).absolute())} & {note.file for note in notes}:
            known = ", ".join(map(str, notes)) or "none"
            raise StoreError(f"{name}: is no backup that the store has a note of; it has: {known}")
    missing = [note for note in notes if note.file not in wanted and not Path(note.file).exists()]
    is_here = file_of(store.url) is not None
    gone = [note for note in missing if is_here and Path(note.file).parent.is_dir()]
    return (
        tuple(note for note in notes if note.file in wanted or note in gone),
        tuple(note for note in missing if note not in gone),
    )


def _prune_revisions(
    connection: Connection, *, before: datetime, now: datetime, after: tuple[str, int]
) -> tuple[Freed, tuple[str, int] | None]:
    """Prune a batch of the revisions *after* (article, number); return also the next *after*, None at the end."""
    rows, freed = [], 0
    for article, serial, data, current in _revisions(connection, before=before, after=after, limit=AT_ONCE):
        left = _pruned(data, current)
        rows.append({"its": article, "number": serial, "left": left, "at": seconds(now)})
        freed += len(data) - len(left)
        after = (article, serial)
    if rows:
        table = schema.revisions
        connection.execute(
            update(table)
            .where(table.c.article == bindparam("its"), table.c.serial == bindparam("number"))
            .values(data=bindparam("left"), pruned_at=bindparam("at")),
            rows,
        )
    return Freed(len(rows), freed), after if len(rows) == AT_ONCE else None


def _revisions(
    connection: Connection, *, before: datetime, after: tuple[str, int] = BEGINNING, limit: int | None = None
) -> Iterator[tuple[str, int, bytes, bytes]]:
    """Yield (article, number, former data, current data) of the revisions that were superseded *before*."""
    table, articles = schema.revisions, schema.articles
    query = (
        select(table.c.article, table.c.serial, table.c.data, articles.c.data.label("current"))
        .join(articles, articles.c.id == table.c.article)
        .where(tuple_(table.c.article, table.c.serial) > after)  # by the index: no batch reads earlier rows again
        .where(table.c.superseded_at < seconds(before), table.c.pruned_at.is_(None))
        .order_by(table.c.article, table.c.serial)
        .limit(limit)
    )
    for row in connection.execute(query, execution_options=STREAMED):
        yield row.article, row.serial, bytes(row.data), bytes(row.current)


def _pruned(data: bytes, current: bytes) -> bytes:
    """Return the rest of a revision: its versions in languages that its article does not have now."""
    article, languages = unpack(data, Article), unpack(current, Article).languages
    versions = tuple(version for version in article.versions if version.language not in languages)
    return pack(
        Article(
            id=article.id,
            slug=article.slug,
            source=article.source,
            origins=article.origins,
            title=Text(items=tuple((version.language, "") for version in versions)),
            summary=Text(),
            body=Text(),
            versions=versions,
            state=article.state,
        )
    )


def _bodies(connection: Connection, *, before: datetime) -> dict[str, int]:
    """Return, by digest, the bytes of the feeds that were superseded *before*."""
    table, gone = schema.bodies, schema.superseded
    codings = sum(func.coalesce(func.length(coding), 0) for coding in (table.c.gzip, table.c.brotli))
    size = func.length(table.c.body) + codings
    query = select(table.c.digest, size.label("size")).join(gone, gone.c.digest == table.c.digest)
    return {row.digest: row.size for row in connection.execute(query.where(gone.c.since < seconds(before)))}


def _editions(connection: Connection, *, before: datetime) -> dict[int, int]:
    table = schema.editions
    last = select(func.max(table.c.number)).scalar_subquery()
    # A receiver that was away for long is told of all feeds that changed meanwhile.
    told = select(func.coalesce(func.min(schema.receivers.c.edition), last)).scalar_subquery()
    query = select(table.c.number, func.length(table.c.data).label("size"))
    rows = connection.execute(
        query.where(table.c.made_at < seconds(before), table.c.number < last, table.c.number <= told)
    )
    return {row.number: row.size for row in rows}


def _contents(connection: Connection, *, but_of: Collection[tuple[str, int]] = ()) -> dict[str, int]:
    """Return, by digest, the size of texts without a document that no unpruned version was made of.

    but_of: (article, number) of revisions that count as pruned.
    """
    contents, documents, revisions = schema.contents, schema.documents, schema.revisions
    there = select(documents.c.digest)
    query = select(contents.c.digest, func.length(contents.c.content).label("size"))
    found = {row.digest: row.size for row in connection.execute(query.where(contents.c.digest.not_in(there)))}
    if not found:
        return {}
    in_full = select(revisions.c.article, revisions.c.serial, revisions.c.making).where(revisions.c.pruned_at.is_(None))
    for making in connection.scalars(select(schema.articles.c.making), execution_options=STREAMED):
        _spare(found, making)
    for row in connection.execute(in_full, execution_options=STREAMED):
        if (row.article, row.serial) not in but_of:
            _spare(found, row.making)
    return found


def _spare(found: dict[str, int], making: bytes | None) -> None:
    for origin in unpack(making, Making).documents if making else ():
        found.pop(origin.digest, None)


def _delete(connection: Connection, table: Table, keys: Collection[object]) -> None:
    (key,) = table.primary_key
    for chunk in chunks(keys):
        connection.execute(delete(table).where(key.in_(chunk)))


def _sum(sizes: dict[str, int] | dict[int, int]) -> Freed:
    return Freed(len(sizes), sum(sizes.values()))
