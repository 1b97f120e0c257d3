"""Feeds in memory that all workers of a service share, so that one may serve what another has read."""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from feedsvc.model.feed import ReadyFeed
from feedsvc.model.packing import PackingError, pack_raw, unpack_raw

Key = tuple[str, int]  # the identity of a store, and the number of an edition

# The generation of the file, the end of its records, and the monotonic time of the last answer of the store.
HEAD = struct.Struct("<QQd")
# The length of a record, and that of its name: path and mark of a feed, or "" for the key of all records after it.
RECORD = struct.Struct("<QI")
# The file may hold so many times the bytes of its feeds, and so many more, before what is replaced leaves it.
MOST_TIMES, MOST_MORE = 4, 4_000_000
PATIENCE_S = 0.05  # a worker that is stopped may have the lock
STEP_S = 0.001
BETWEEN = "\n"  # path and mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A feed as the file holds it."""

    media_type: str
    body: bytes
    gzip: bytes | None
    brotli: bytes | None
    etag: str
    last_modified: int
    entries: int
    archives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The key of the records after it; kept: paths of records before it that are valid for it too."""

    key: Key
    kept: tuple[str, ...]


class SharedFeeds:
    """Feeds of one edition, in a file without a name that the workers inherit.

    The file ends with the service, so no killed article survives in it. Workers append to it under a lock, which a
    worker that is killed lets go, and which nobody waits for longer than PATIENCE_S: then nothing is shared.

    descriptor: of the file; None shares nothing.
    most_bytes: of the file; the oldest feeds make room.
    source:     docs/decisions/0140-feeds-shared-by-workers.md
    """

    def __init__(self, descriptor: int | None, *, most_bytes: int) -> None:
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._lock = Lock()  # locks of files do not keep threads apart
        self._generation = self._end = 0
        self._key: Key | None = None
        self._places: dict[str, _Place] = {}

    def last(self) -> tuple[Key, float] | None:
        """Return the key of the feeds, and the monotonic time at which the store last confirmed it."""
        with self._locked() as confirmed_at:
            return None if self._key is None or confirmed_at is None else (self._key, confirmed_at)

    def marks(self) -> dict[str, str]:
        """Return the marks of the feeds by path."""
        with self._locked():
            return {path: place.mark for path, place in self._places.items()}

    def find(self, path: str, *, since: Key) -> tuple[Key, ReadyFeed] | None:
        """Return the feed at *path* with its key, unless its edition is older than that of *since*."""
        with self._locked() as confirmed_at:
            key = self._key
            if confirmed_at is None or key is None or key[0] != since[0] or key[1] < since[1]:
                return None
            feed = self._read(path)
            return None if feed is None else (key, feed)

    def confirm(self, key: Key, at: float) -> None:
        """Note that the store still has *key* at the monotonic time *at*."""
        with self._locked() as confirmed_at:
            if confirmed_at is None:
                return
            if self._key is None:  # the file was emptied
                self._append("", pack_raw(Switch(key=key, kept=())), at)
            elif key == self._key:
                self._write_head(at)

    def add(self, key: Key, feed: ReadyFeed) -> None:
        """Share *feed*, if *key* is that of all feeds here."""
        with self._locked() as confirmed_at:
            if confirmed_at is not None and key == self._key and feed.path not in self._places:
                self._add(feed, confirmed_at)

    def switch(self, key: Key, marks: Mapping[str, str], feeds: Mapping[str, ReadyFeed], at: float) -> None:
        """Make *key* that of all feeds: keep those that have *marks*, add *feeds*, and forget others.

        A worker that is behind the others changes nothing.

        marks: of the feeds with *key*, by path; feeds: those that have changed.
        """
        with self._locked() as confirmed_at:
            if confirmed_at is None or key == self._key:
                return
            if self._key is not None and self._key[0] == key[0] and self._key[1] > key[1]:
                return
            kept = tuple(path for path, place in self._places.items() if marks.get(path) == place.mark)
            self._erase(place for path, place in self._places.items() if marks.get(path) != place.mark)
            self._append("", pack_raw(Switch(key=key, kept=kept)), at)
            for path, feed in feeds.items():
                if path not in self._places:
                    self._add(feed, at)
            if self._end > MOST_TIMES * sum(place.length for place in self._places.values()) + MOST_MORE:
                self._make_room(at)

    def _read(self, path: str) -> ReadyFeed | None:
        place = self._places.get(path)
        if place is None or self._descriptor is None:
            return None
        try:
            packed = unpack_raw(os.pread(self._descriptor, place.length, place.offset), Packed)
        except (OSError, PackingError):
            return None
        return _unpacked(path, packed)

    def _add(self, feed: ReadyFeed, at: float) -> None:
        self._append(f"{feed.path}{BETWEEN}{feed.mark}", _packed(feed), at)

    def _append(self, name: str, data: bytes, at: float) -> None:
        record = RECORD.pack(len(data), len(name.encode())) + name.encode() + data
        if name and len(record) > self._most_bytes // 4:
            return
        if self._end + len(record) > self._most_bytes:
            self._make_room(at)
        if self._put(record, at):
            self._take_in(name, data, self._end - len(data), len(data))
        else:
            self._empty(at)

    def _make_room(self, at: float) -> None:
        """Write the newest feeds anew from the beginning of the file, until it is half full."""
        key, left, newest = self._key, self._most_bytes // 2, list[tuple[str, bytes]]()
        for path, place in reversed(self._places.items()):
            left -= place.length
            if left < 0 or self._descriptor is None:
                break
            newest.append((f"{path}{BETWEEN}{place.mark}", os.pread(self._descriptor, place.length, place.offset)))
        self._empty(at)
        if key is not None:
            self._append("", pack_raw(Switch(key=key, kept=())), at)
        for name, data in reversed(newest):
            self._append(name, data, at)

    def _empty(self, at: float) -> None:
        self._generation, self._end = time.monotonic_ns(), HEAD.size
        self._key, self._places = None, {}
        if self._descriptor is not None:
            self._write_head(at)
            os.ftruncate(self._descriptor, HEAD.size)

    def _erase(self, places: Iterable[_Place]) -> None:
        """Overwrite feeds that are replaced: they may hold an article that is killed now."""
        for place in places:
            if self._descriptor is not None:
                os.pwrite(self._descriptor, bytes(place.length), place.offset)

    def _put(self, record: bytes, at: float) -> bool:
        """Write the record first and the end afterwards, so that a killed worker leaves no half of one.

        returns: whether there was memory for it, within the limit of file sizes too.
        """
        if self._descriptor is None:
            return False
        try:
            is_whole = os.pwrite(self._descriptor, record, self._end) == len(record)
        except OSError:
            return False
        if is_whole:
            self._end += len(record)
            self._write_head(at)
        return is_whole

    def _write_head(self, at: float) -> None:
        if self._descriptor is not None:
            os.pwrite(self._descriptor, HEAD.pack(self._generation, self._end, at), 0)

    @contextmanager
    def _locked(self) -> Iterator[float | None]:
        """Lock the file, and read what others have appended; yield the time of the last answer, None without a lock."""
        with self._lock:
            if self._descriptor is None or not _lock(self._descriptor):
                yield None
                return
            try:
                yield self._caught_up(self._descriptor)
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def _caught_up(self, descriptor: int) -> float | None:
        try:
            return self._catch_up(descriptor)
        except (OSError, ValueError, struct.error, PackingError):
            # Another release of feedsvc, before or after a reload, may write other records.
            self._empty(0.0)
            return None

    def _catch_up(self, descriptor: int) -> float:
        head = os.pread(descriptor, HEAD.size, 0)
        generation, end, at = HEAD.unpack(head) if len(head) == HEAD.size else (0, HEAD.size, 0.0)
        if generation != self._generation or self._end == 0:
            self._generation, self._end = generation, HEAD.size
            self._key, self._places = None, {}
        while self._end < end:
            length, size = RECORD.unpack(os.pread(descriptor, RECORD.size, self._end))
            offset = self._end + RECORD.size + size
            if offset + length > end:
                raise ValueError(f"a record of {length} bytes ends behind {end}")
            name = os.pread(descriptor, size, self._end + RECORD.size).decode()
            data = b"" if name else os.pread(descriptor, length, offset)
            self._end = offset + length
            self._take_in(name, data, offset, length)
        return float(at)

    def _take_in(self, name: str, data: bytes, offset: int, length: int) -> None:
        if name:
            path, _, mark = name.partition(BETWEEN)
            self._places.pop(path, None)  # the newest come last
            self._places[path] = _Place(offset=offset, length=length, mark=mark)
            return
        switch = unpack_raw(data, Switch)
        kept = frozenset(switch.kept)
        self._key = switch.key
        self._places = {path: place for path, place in self._places.items() if path in kept}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    offset: int
    length: int
    mark: str


def _lock(descriptor: int) -> bool:
    """Lock the file at *descriptor* among the processes that have it; return False if that takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(STEP_S)
        except OSError:
            return False
        else:
            return True


def _packed(feed: ReadyFeed) -> bytes:
    return pack_raw(
        Packed(
            media_type=feed.media_type,
            body=feed.body,
            gzip=feed.gzip,
            brotli=feed.brotli,
            etag=feed.etag,
            last_modified=int(feed.last_modified.timestamp()),
            entries=feed.entries,
            archives=feed.archives,
        )
    )


def _unpacked(path: str, packed: Packed) -> ReadyFeed:
    return ReadyFeed(
        path=path,
        media_type=packed.media_type,
        body=packed.body,
        gzip=packed.gzip,
        brotli=packed.brotli,
        etag=packed.etag,
        last_modified=datetime.fromtimestamp(packed.last_modified, UTC),
        entries=packed.entries,
        archives=packed.archives,
    )
