"""Read one file, whole and as it was at one moment, or say why not."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from feedsvc.errors import DocumentError
from feedsvc.model.documents import Document, Problem
from feedsvc.sources.ignored import media_type_of

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe put in a file's place must not block us
TRIES = 3
CHUNK = 1 << 20
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NEVER_SET = datetime(1980, 1, 2, tzinfo=timezone.utc)
RECENT_NS = 2_000_000_000


def read_file(path: Path, *, source: str, name: str, now: datetime, max_bytes: int) -> Document | Problem:
    """Return the document in the file at *path*, links followed.

    name:      the document's path, as reported; "/" between folders.
    now:       aware; no arrival is later.
    max_bytes: a larger file is not read.
    """
    try:
        return load(os.fsencode(path.resolve()), source=source, name=name, now=now, max_bytes=max_bytes)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL in the name
        return Problem(source=source, path=name, message=f"cannot be read ({reason(error)})")


def load(path: bytes, *, source: str, name: str, now: datetime, max_bytes: int) -> Document | Problem:
    """Return the document in the file at *path*, which is no link itself, or the problem that kept it out.

    A file that changes while it is read is read again, up to three times in all: half a story is never published.
    """
    try:
        for _ in range(TRIES):
            content, status = _read(path, max_bytes)
            if content is not None:
                return Document(
                    source=source,
                    path=name,
                    content=content,
                    arrival=arrival(status, now=now),
                    fingerprint=fingerprint(status, now=now),
                    media_type=media_type_of(name),
                )
    except DocumentError as error:
        return Problem(source=source, path=name, message=error.message)
    except FileNotFoundError:
        return Problem(source=source, path=name, message="vanished before it could be read")
    except OSError as error:
        return Problem(source=source, path=name, message=f"cannot be read ({reason(error)})")
    return Problem(source=source, path=name, message=f"kept changing while it was read, {TRIES} times")


def _read(path: bytes, max_bytes: int) -> tuple[bytes | None, os.stat_result]:
    """Return all bytes, None where the file changed meanwhile, and its status."""
    descriptor = os.open(path, FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise DocumentError("is no regular file")
        refuse_large(before.st_size, max_bytes)
        content = bytearray()
        while chunk := os.read(descriptor, CHUNK):
            content += chunk
            refuse_large(len(content), max_bytes)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or len(content) != after.st_size:
        return None, after
    return bytes(content), after


def refuse_large(size: int, max_bytes: int) -> None:
    """Raise DocumentError if *size* is over *max_bytes*."""
    if size <= max_bytes:
        return
    found, limit = f"{size / 1e6:.1f} MB", f"{max_bytes / 1e6:.1f} MB"
    if found == limit:
        found, limit = f"{size} bytes", f"{max_bytes} bytes"
    raise DocumentError(f"is {found}, over the limit of {limit}")


def arrival(status: os.stat_result, *, now: datetime) -> datetime:
    """Return when the file was last changed, never after *now*, in UTC.

    A time before 1980 was never set by anybody: archives, images and broken clocks leave 1970 and 1980 behind. Such a
    file counts as arriving now.
    """
    try:
        changed = EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)
    except OverflowError:
        return now.astimezone(timezone.utc)
    return min(changed, now).astimezone(timezone.utc) if changed >= NEVER_SET else now.astimezone(timezone.utc)


def fingerprint(status: os.stat_result, *, now: datetime) -> str:
    """Return what is equal as long as the file is unchanged; "" when it is so fresh that a change might not show.

    source: docs/internals/editions.md: size, modification time and inode; two seconds are the coarsest clock of a file
    system in use.
    """
    if abs(_nanoseconds(now) - status.st_mtime_ns) < RECENT_NS:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


@lru_cache(maxsize=1)
def _nanoseconds(now: datetime) -> int:
    return (now - EPOCH) // timedelta(microseconds=1) * 1000


def reason(error: Exception) -> str:
    """Return what an error of the operating system says, without the machine's paths."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
