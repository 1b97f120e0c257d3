"""Leave out the short-lived states of a watched folder: files being written, and documents missing for a moment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedsvc.model.document import Document, FileBeside, KnownDocument, Problem, Unchanged
from feedsvc.model.ports import NO_FILES, Source
from feedsvc.sources.folder import FINGERPRINT, FolderSource

STILL_S = 0.3  # a growing file changes more often; a copy over a slow line is read again when more comes
GROWING_S = 2.0  # a file that grows soon after it was read is written piece by piece, with pauses
SOON_S = 5.0
ROUNDING_S = 0.001  # of seconds since 1970 in floating point, so that no pass is a moment too early
MISSING = timedelta(seconds=10)
LEFT_FOR_NOW = timedelta(minutes=1)  # editors and transfers remove their own leftovers within that time


def settles_in(path: Path, *, now: float, still_s: float = STILL_S) -> float:
    """Return the seconds for which the file at *path* must not change before it counts as complete.

    A file that was renamed, linked or given a time after its last write is complete: its status changed later than its
    bytes. A file whose time is far ahead counts as complete too, because no wait would be long enough.

    now:     seconds since 1970.
    still_s: for how long the file must not have changed.
    returns: 0.0 for a complete file, and for a missing one, which reading will report.
    source:  inode(7): writing changes mtime and ctime at once, rename and utime change only ctime.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):
        return 0.0
    age = now - status.st_mtime
    if status.st_mtime_ns != status.st_ctime_ns or abs(age) >= still_s:
        return 0.0
    return still_s - age


@dataclass(frozen=True, slots=True)
class _Young:
    """A file that changed *at* a recent time, and whether it has grown since it was read."""

    at: float
    size: int
    is_growing: bool


@dataclass(slots=True)
class Debounce:
    """Remember, over the passes of one watcher, the places to look at again.

    clock: seconds since 1970.
    """

    clock: Callable[[], float] = time.time
    _moving: dict[tuple[str, str], float] = field(default_factory=dict)
    _young: dict[tuple[str, str], _Young] = field(default_factory=dict)
    _missing: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def begin(self) -> None:
        now = self.clock()
        self._moving = {}
        self._young = {key: young for key, young in self._young.items() if abs(now - young.at) < SOON_S}

    def settled(self, source: Source) -> Source:
        """Return *source* without files that are being written: known documents stay unchanged, others wait."""
        return _SettledSource(source, self) if isinstance(source, FolderSource) else source

    def is_moving(self, document: Document | Problem | Unchanged, path: Path) -> bool:
        """Return whether *document*, the file at *path*, is being written, and remember to look again."""
        now, key = self.clock(), (document.source, document.path)
        left = self.settles_in(*key, path, now=now)
        if left:
            self._moving[key] = now + left + ROUNDING_S
        else:
            self._look(key, path, now=now, is_growing=self.is_growing(*key))
        return left > 0

    def settles_in(self, source: str, name: str, path: Path, *, now: float) -> float:
        """Return the seconds for which the file at *path*, the document *name* of *source*, must not change.

        A file that grew soon after a pass had read it must be unchanged for longer, until nobody writes to it for a
        while.
        """
        key = (source, name)
        if (last := self._young.get(key)) is not None:
            self._look(key, path, now=now, is_growing=last.is_growing)
            young = self._young[key]
            if young.at - last.at < SOON_S and young.size > last.size:
                self._young[key] = replace(young, is_growing=True)
        return settles_in(path, now=now, still_s=GROWING_S if self.is_growing(*key) else STILL_S)

    def is_growing(self, source: str, name: str) -> bool:
        """Return whether the file was seen to grow piece by piece; no other file waits for it."""
        key = (source, name)
        return key in self._young and self._young[key].is_growing

    def _look(self, key: tuple[str, str], path: Path, *, now: float, is_growing: bool) -> None:
        try:
            status = path.stat()
        except (OSError, ValueError):
            return
        if abs(now - status.st_mtime) < SOON_S:
            self._young[key] = _Young(at=status.st_mtime, size=status.st_size, is_growing=is_growing)

    def gone(
        self, missing: Sequence[KnownDocument], in_part: Collection[str] = (), *, now: datetime
    ) -> list[KnownDocument]:
        """Return those of *missing* that have been missing for ten seconds.

        missing: all documents that are missing in this pass. now: aware; the time of the pass.
        in_part: sources that were only read in part, so that the rest may be gone too.
        source:  docs/internals/editions.md: synchronisation or an editor removes a document for a moment, and nobody
                 can take a tombstone back from a reader.
        """
        since = {(document.source, document.path): now for document in missing}
        self._missing = {key: min(self._missing.get(key, now), now) for key in since}
        gone = [
            document
            for document in missing
            if self._is_over(document.source, document.path, now) and document.source not in in_part
        ]
        for document in gone:
            del self._missing[document.source, document.path]
        return gone

    def _is_over(self, source: str, path: str, now: datetime) -> bool:
        return now - self._missing[source, path] >= MISSING

    def is_gone(self, now: datetime) -> bool:
        """Return whether a document was missing for so long that it is gone if it is still missing."""
        return any(self._is_over(*key, now) for key in self._missing)

    def due(self, *, ahead: timedelta = timedelta()) -> float | None:
        """Return the time, in seconds since 1970, when the next pass may find complete files among those left out.

        ahead: by which the times of passes are ahead of the clock.
        """
        waits = [(when + MISSING - ahead).timestamp() for when in self._missing.values()]
        # Files written at once do not wait for files written piece by piece.
        for growing in (True, False):
            waits += [max(times)] if (times := [*self._moving_until(is_growing=growing)]) else []
        return min(waits, default=None)

    def _moving_until(self, *, is_growing: bool) -> Iterator[float]:
        return (until for key, until in self._moving.items() if self.is_growing(*key) == is_growing)

    def waiting(self) -> Iterator[tuple[str, str]]:
        """Yield (source, path) of the documents that the next pass must look at."""
        yield from self._missing
        yield from self._moving


class _SettledSource:
    def __init__(self, source: FolderSource, debounce: Debounce) -> None:
        self._source = source
        self._debounce = debounce

    @property
    def name(self) -> str:
        return self._source.name

    def left_out(self) -> tuple[str, ...]:
        until = datetime.fromtimestamp(self._debounce.clock(), UTC) - LEFT_FOR_NOW
        return self._source.left_out(until=until)

    def is_bare(self) -> bool:
        return self._source.is_bare()

    def trouble(self) -> str | None:
        return self._source.trouble()

    def pictures(self) -> Sequence[str]:
        return self._source.pictures()

    def file_at(self, path: str, *, known: str, now: datetime) -> FileBeside | None:
        """Return the file at *path*. While it is being written it counts as unchanged, or as not there yet.

        The next pass will find it.
        """
        found = self._source.file_at(path, known=known, now=now)
        if found is None or found.path is None or found.fingerprint == known != "":
            return found
        if not self._debounce.is_moving(Unchanged(source=self.name, path=path), found.path):
            return found
        return replace(found, fingerprint=known) if FINGERPRINT.fullmatch(known) else None

    def documents(
        self,
        *,
        known: Mapping[str, str],
        now: datetime,
        among: Collection[str] | None = None,
        rejected: Mapping[str, str] = NO_FILES,
    ) -> Iterator[Document | Unchanged | Problem]:
        root = Path(os.path.realpath(self._source.root))
        for document in self._source.documents(known=known, now=now, among=among, rejected=rejected):
            if isinstance(document, Unchanged) or not self._debounce.is_moving(document, root / document.path):
                yield document
            elif document.path in known:
                yield Unchanged(source=document.source, path=document.path)
