"""Write a whole store into one file, and restore it: ids, history and editions included.

A backup is an SQLite file with the tables of any store, so that a backup of either kind of store can be restored into
the other. It has a digest of its rows, because SQLite detects a torn page, but not a changed letter.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select

from feedsvc.config.settings import SQLITE
from feedsvc.model.article import Article
from feedsvc.model.errors import DamagedError, StoreError
from feedsvc.model.feed import Edition
from feedsvc.model.packing import PackingError, pack_raw, unpack
from feedsvc.stores import schema
from feedsvc.stores.editions import last_edition
from feedsvc.stores.erase_killed import SLACK_S, BackupNote, add_backup_notes, backup_notes, take_back_note
from feedsvc.stores.search import empty, form_of, has_phrase, make_again
from feedsvc.stores.sqlite import file_of, rewrite
from feedsvc.stores.store import Store, kind_of
from feedsvc.text.search_words import article_words, form

CHECKSUM = "backup checksum"  # the key in meta, only in a backup
TABLES = frozenset({"meta", "documents", "contents", "articles", "placements", "feeds", "editions"})
SHOWN = 10  # of each kind of fault
LEFT_S = 60.0  # an unfinished file that did not change for longer was left by a killed backup
OPENED = "feedsvc-restore-"  # begins the names of temporary folders; the number of the process follows
ROWS = 500  # at a time, with their bodies
KEPT = 3  # backups of replaced stores


def add_checksum(file: Path) -> None:
    with _opened_raw(file) as connection, connection:
        connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (CHECKSUM, _digest(connection)))


def take_checksum(file: Path) -> bool:
    """Check that *file* has a whole store, and delete its digest; return whether it had one. Older backups have none.

    raises: StoreError, without the file's name.
    """
    try:
        with _opened_raw(file) as connection, connection:
            tables = {name for name, _ in _tables(connection)}
            if not tables >= TABLES:
                raise StoreError("is no backup: it has no store of feedsvc")
            if connection.execute("SELECT 1 FROM editions").fetchone() is None:
                raise StoreError("is no backup: nothing was ever published to its store")
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (CHECKSUM,)).fetchone()
            if found is not None and found[0].decode(errors="replace") != _digest(connection):
                raise StoreError("is no whole backup: its rows do not match its digest")
            connection.execute("DELETE FROM meta WHERE key = ?", (CHECKSUM,))
    except sqlite3.Error as error:
        raise StoreError(f"is no whole backup: {error}") from error
    return found is not None


@contextmanager
def _opened_raw(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes  # a damaged text may not be UTF-8
        yield connection


def _tables(connection: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """Return name and SQL of each table, but not of SQLite's own and of the index of words, which is made again."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    tables = sorted((name.decode(errors="replace"), sql or b"") for name, sql in rows)
    return [(name, sql) for name, sql in tables if not name.startswith(("sqlite_", "search"))]


def _digest(connection: sqlite3.Connection) -> str:
    """Return a digest of all rows in their stored order, except the row of the digest."""
    digest = hashlib.sha256()
    for name, sql in _tables(connection):
        digest.update(pack_raw((name, sql)))
        others = " WHERE key != ?" if name == schema.meta.name else ""
        given = (CHECKSUM,) if others else ()
        for row in connection.execute(f'SELECT * FROM "{name}"{others} ORDER BY rowid', given):  # noqa: S608  its own
            digest.update(pack_raw(row))
    return digest.hexdigest()


def faults_of(store: Store) -> tuple[str, ...]:
    """Return the faults of *store*, a line each.

    raises: StoreError if it cannot be read at all.
    """
    return _faults_of(store, (_of_feeds, _of_placements, _of_articles, _of_searches))


def _faults_of(store: Store, checks: tuple[Callable[[Connection], tuple[str, ...]], ...]) -> tuple[str, ...]:
    try:
        with store.snapshot() as connection:
            found = _of_file(connection)
            # The tables of a damaged file prove nothing.
            return found or tuple(fault for check in checks for fault in check(connection))
    except DamagedError as error:
        return (str(error),)


def _of_file(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name != "sqlite":
        return ()  # a server checks its own files
    found = connection.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})").scalars()
    return tuple(f"the file is damaged: {' '.join(line.split())}" for line in found if line != "ok")


def _of_feeds(connection: Connection) -> tuple[str, ...]:
    feeds, bodies = schema.feeds, schema.bodies
    query = select(feeds.c.path).outerjoin(bodies, bodies.c.digest == feeds.c.digest).where(bodies.c.digest.is_(None))
    return tuple(f"{path}: has no body" for path in connection.scalars(query.limit(SHOWN)))


def _of_placements(connection: Connection) -> tuple[str, ...]:
    placements, articles = schema.placements, schema.articles
    query = (
        select(placements.c.category, placements.c.language, placements.c.article)
        .outerjoin(articles, articles.c.id == placements.c.article)
        .where(articles.c.id.is_(None))
    )
    found = connection.execute(query.limit(SHOWN))
    return tuple(
        f"{row.category} {row.language}".strip() + f": lists {row.article}, which is not there" for row in found
    )


def _of_articles(connection: Connection) -> tuple[str, ...]:
    articles = schema.articles
    # The index that forbids this may itself be damaged.
    twice = select(articles.c.slug).group_by(articles.c.slug).having(func.count() > 1)
    found = [f"two articles have the slug {slug}" for slug in connection.scalars(twice.limit(SHOWN))]
    unread = 0
    for row in connection.execution_options(yield_per=500).execute(select(articles.c.id, articles.c.data)):
        try:
            article = unpack(row.data, Article)
        except PackingError:
            article = None
        if article is None or article.id != row.id:
            unread += 1
            if unread <= SHOWN:
                found.append(f"{row.id}: cannot be read")
    return tuple(found)


def _of_searches(connection: Connection) -> tuple[str, ...]:
    if form_of(connection) != form():
        return ()  # the next pass makes the index again
    table, articles = schema.searchable, schema.articles
    live = select(articles.c.id).where(articles.c.state == "live")
    extra = connection.scalars(select(table.c.article).where(table.c.article.not_in(live)).order_by(table.c.article))
    found = [f"{identity}: can be searched and is not published" for identity in extra.fetchmany(SHOWN)]
    query = select(articles.c.data, table.c.number).outerjoin(table, table.c.article == articles.c.id)
    lacking, unfound = [], []
    for row in connection.execution_options(yield_per=500).execute(
        query.where(articles.c.state == "live").order_by(articles.c.id)
    ):
        try:
            article = unpack(row.data, Article)
        except PackingError:
            continue  # _of_articles reports it
        words = article_words(article)
        if words and row.number is None:
            lacking.append(f"{article.id}: is published and cannot be searched")
        elif words and not has_phrase(connection, row.number, max(words.split(), key=len)):
            unfound.append(f"{article.id}: is not found by its words")
    return (*lacking[:SHOWN], *unfound[:SHOWN], *found)


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore.

    back:       ids of articles that the store had killed, and that the older backup has brought back.
    set_aside:  the new path of the damaged file that the restore replaced.
    kept:       the backup of the store that the restore replaced.
    is_checked: the backup had a digest; backups of an older feedsvc have none.
    """

    edition: Edition
    back: tuple[str, ...]
    set_aside: Path | None
    kept: Path | None
    is_checked: bool


def write_backup(
    store: Store, file: Path, *, now: datetime, force: bool = False, elapsed_s: Callable[[], float] = lambda: 0.0
) -> Edition:
    """Write *store* into *file*, while others serve and publish, and return the edition in it.

    The file appears whole, and only its owner can read it. The store notes it first, so that the person who kills an
    article later learns which backups still have it.

    now:       aware.
    force:     an existing file is replaced.
    elapsed_s: returns the seconds since *now*: a pass may have to end before the backup is noted.
    raises:    StoreError.
    """
    file = file.absolute()
    own = file_of(store.url)
    if own is not None and own.exists() and file.exists() and own.samefile(file):
        raise StoreError(f"{file}: is the store itself; name another file for the backup")
    if file.exists() and not force:
        raise StoreError(f"{file}: is there already; name another file, or replace it with --force")
    with _new_file(file, now=now) as fresh:
        with store.transaction() as connection:
            noted_s = elapsed_s()
            note = BackupNote(file=str(file), made_at=now.timestamp() + noted_s)
            add_backup_notes(connection, [note])
        try:
            with store.snapshot() as connection:
                if elapsed_s() - noted_s > SLACK_S:
                    slow = f"{file}: not written: the store answered too late for its note; run the command again"
                    raise StoreError(slow)  # noqa: TRY301  the note is taken back
                edition = last_edition(connection)
                _write(connection, fresh)
            _put_in_place(fresh, file)
        except (OSError, sqlite3.Error, StoreError) as error:
            with store.transaction() as connection:
                take_back_note(connection, note)
            if isinstance(error, StoreError):
                raise
            raise StoreError(f"{file}: cannot be written: {error}") from error
    return edition


def restore_backup(url: str, file: Path, *, var: Path, now: datetime, replace: bool = False) -> Restored:
    """Restore the backup *file* into the store at *url*, in one transaction.

    Nobody else may publish meanwhile; a service that only reads goes on, and serves the restored edition at once.

    var:     the folder of this node's files, if the store is no file.
    now:     aware.
    replace: a store with editions is replaced too, after a backup of it; a damaged SQLite file is set aside.
    raises:  StoreError.
    """
    kept = None
    with _opened(file, url=url) as (backup, is_checked):
        target, aside = _target(url, replace=replace)
        with closing(target), backup.snapshot() as source, target.transaction() as connection:
            edition = last_edition(source)
            if last_edition(connection).number and not replace:
                raise StoreError(f"{kind_of(url).name}: is not empty; to replace its content use --replace")
            killed = _killed(connection) - _killed(source)
            notes = backup_notes(connection)
            if last_edition(connection).number:
                kept = _keep(target, kind_of(url).replaced_path(now, var=var), now=now)
                notes = (*notes, BackupNote(file=str(kept), made_at=now.timestamp()))
            _copy(source, connection)
            make_again(connection)
            its = {note.file: note for note in backup_notes(connection)}
            others = [note for note in notes if its.get(note.file) != note]
            add_backup_notes(
                connection, [BackupNote(made_at=note.made_at, file=note.file, is_other=True) for note in others]
            )
            # The new id tells open services that the store is another, even if the number of the edition is the same.
            schema.note(connection, schema.IDENTITY, uuid4().hex)
            articles = schema.articles
            there = set(connection.scalars(select(articles.c.id)))
    if kept is not None:
        _drop_older(kept)
    back = tuple(sorted(killed & there))
    return Restored(edition=edition, back=back, set_aside=aside, kept=kept, is_checked=is_checked)


def _keep(store: Store, file: Path, *, now: datetime) -> Path:
    """Write *store* into *file* before it is replaced, and return *file*."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _new_file(file, now=now, family=_family(file)) as fresh:
            with store.snapshot() as connection:
                _write(connection, fresh)
            _put_in_place(fresh, file)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{file}: the replaced store cannot be kept: {error}") from error
    return file


def _drop_older(kept: Path) -> None:
    """Remove all but the last backups of replaced stores; their names are in the order of time."""
    for older in sorted(kept.parent.glob(f"{glob.escape(_family(kept))}*Z"))[:-KEPT]:
        older.unlink(missing_ok=True)


def _family(kept: Path) -> str:
    return kept.name[: kept.name.rindex("-") + 1]


def _killed(connection: Connection) -> set[str]:
    articles = schema.articles
    return set(connection.scalars(select(articles.c.id).where(articles.c.state == "killed")))


def _target(url: str, *, replace: bool) -> tuple[Store, Path | None]:
    try:
        return Store(url, anew=True), None
    except DamagedError:
        aside = kind_of(url).set_aside() if replace else None
        if aside is None:
            raise
        return Store(url, anew=True), aside


@contextmanager
def _opened(file: Path, *, url: str) -> Iterator[tuple[Store, bool]]:
    """Open a copy of the backup, and yield also whether it had a digest.

    The copy of an older backup is brought up to date.
    """
    own = file_of(url)
    if own is not None and own.exists() and own.samefile(file):
        raise StoreError(f"{file}: is the store itself; name a backup of it")
    with tempfile.TemporaryDirectory(prefix=f"{OPENED}{os.getpid()}-") as folder:
        _clear_left(Path(folder).parent)
        copy = Path(folder) / "backup.db"
        try:
            shutil.copyfile(file, copy)
        except OSError as error:
            raise StoreError(f"{file}: cannot be read: {error.strerror}") from error
        try:
            is_checked = take_checksum(copy)
        except StoreError as error:
            raise StoreError(f"{file}: {error}") from error
        try:
            store = Store(f"{SQLITE}{copy}", makes=False)
        except StoreError as error:
            raise StoreError(f"{file}: is no whole backup: {str(error).partition(': ')[2]}") from error
        with closing(store):
            # The index of words is made again, so that of the backup is not asked for each article.
            if faults := _faults_of(store, (_of_feeds, _of_placements, _of_articles)):
                raise StoreError(f"{file}: is no whole backup: {'; '.join(faults)}")
            yield store, is_checked


def _clear_left(folder: Path) -> None:
    """Remove the copies that killed restores left in *folder*, because they have texts and nobody knows of them."""
    for left in folder.glob(f"{OPENED}*"):
        process = left.name.removeprefix(OPENED).partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            shutil.rmtree(left, ignore_errors=True)  # other users remove their own


@contextmanager
def _new_file(file: Path, *, now: datetime, family: str = "") -> Iterator[Path]:
    """Make an empty file beside *file* that only its owner may read, and remove it at the end, unless it was renamed.

    The files that killed backups left are removed too, because they have texts and nobody knows of them.

    family: the common beginning of the names of such files, if each has a name of its own.
    """
    begun = glob.escape(f".{family or file.name}")
    for left in file.parent.glob(f"{begun}*.new*" if family else f"{begun}.*.new*"):
        process = left.name.rpartition(".new")[0].rpartition(".")[2]
        with suppress(FileNotFoundError):
            # The young file of another machine is still being written.
            is_old = left.stat().st_mtime < now.timestamp() - LEFT_S
            if process.isdecimal() and is_old and not _runs(int(process)):
                left.unlink()
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from error
    try:
        yield fresh
    finally:
        for ending in ("", "-wal", "-shm", "-journal", ".pass.lock"):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def _write(source: Connection, fresh: Path) -> None:
    own: object = source.connection.dbapi_connection
    if isinstance(own, sqlite3.Connection):
        with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
            own.backup(target)
            if target.execute("SELECT 1 FROM meta WHERE key = ?", (schema.SCRUB,)).fetchone():
                # The free space of the store, and so of the copy, still has killed texts.
                rewrite(target.execute)
    else:
        with closing(Store(f"{SQLITE}{fresh}")) as copy, copy.transaction() as connection:
            _copy(source, connection)
    with closing(sqlite3.connect(fresh)) as target:
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    add_checksum(fresh)


def _copy(source: Connection, target: Connection) -> None:
    """Replace all rows of *target* by those of *source*, and empty the index of words."""
    for table in schema.metadata.sorted_tables:
        if table is schema.searchable:
            continue
        target.execute(delete(table))
        rows = source.execution_options(yield_per=ROWS).execute(select(table)).mappings()
        for part in rows.partitions():
            target.execute(insert(table), [dict(row) for row in part])
    empty(target)


def _put_in_place(fresh: Path, file: Path) -> None:
    _sync(fresh)
    fresh.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
