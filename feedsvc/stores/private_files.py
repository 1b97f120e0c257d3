"""Write files beside the store that only their owner may read, for they hold copy that is not for everybody yet.

The status file is one of them. It says why nothing is published, also when the store itself fails.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE = 0o600
FOLDER = 0o700
OTHERS = 0o077
SIZE = 4096  # bytes: what a disk writes at once
LOOKS = 3  # at a file that may just be being written


def make_private_folder(path: Path) -> None:
    """Make the folder at *path* and those above it, where they are missing, for their owner alone.

    raises: OSError.
    """
    if not path.parent.exists():
        make_private_folder(path.parent)
    path.mkdir(exist_ok=True, mode=FOLDER)


def make_private(path: Path) -> None:
    """Make an empty file at *path*, for its owner alone, unless there is one.

    A file that is there is not opened: closing it would end every lock that this process has on it, SQLite's own among
    them, and another process that closes the store would then delete the log that this one goes on reading.

    raises: OSError.
    source: fcntl(2), advisory record locking; sqlite.org/howtocorrupt.html, section 2.2.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))


def write_private(path: Path, content: bytes) -> None:
    """Put a file that holds *content* at *path*, whole, for its owner alone.

    raises: OSError; what was there then stays.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE), "wb") as file:
            file.write(content)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise


def shut(path: Path) -> bool:
    """Take from others what they may do with the file or folder at *path*; return whether they could do anything.

    One that is another user's, or gone, stays as it is.
    """
    try:
        found = path.stat()
        if not found.st_mode & OTHERS or found.st_uid != os.geteuid():
            return False
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    except OSError:
        return False
    return True


class StatusFile:
    """Write and read one file, which always has the same size: a full disk, the likeliest trouble, takes no new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, reason: str, *, since: str) -> None:
        """Note *reason*; one that cannot be written is lost, for whoever tells it also logs it.

        since: an RFC 3339 instant.
        """
        self._put(_filled(reason, since))

    def clear(self) -> None:
        """Note that all is well, and see that there is room for when it is not."""
        self._put(b" " * SIZE)

    def read(self) -> dict[str, str] | None:
        """Return "since" and "reason", None when all is well."""
        for _ in range(LOOKS):
            try:
                told = self._path.read_bytes().strip()
                found = json.loads(told) if told else None
            except OSError:
                return None
            except ValueError:
                continue
            return {name: str(found[name]) for name in ("since", "reason") if name in found} if found else None
        return None

    def _put(self, content: bytes) -> None:
        with suppress(OSError):
            try:
                if self._path.read_bytes() == content:
                    return
                descriptor = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                write_private(self._path, content)
                return
            try:
                os.pwrite(descriptor, content, 0)
                os.ftruncate(descriptor, SIZE)
            finally:
                os.close(descriptor)


def _filled(reason: str, since: str) -> bytes:
    """Return the content of a file that tells *reason*, of as much of it as there is room for."""
    while True:
        content = json.dumps({"since": since, "reason": reason}, ensure_ascii=False).encode("utf-8", "replace")
        if len(content) <= SIZE:
            return content.ljust(SIZE)
        reason = f"{reason[: len(reason) * 3 // 4]}…"


@contextmanager
def noted_until_it_ends(file: Path) -> Iterator[bool]:
    """Have *file* be there while the block runs; yield whether it was there before, so that the last one never ended.

    Where it cannot be written nothing is known.
    """
    was_there = file.exists()
    with suppress(OSError):
        file.touch(mode=0o600)
    try:
        yield was_there
    finally:
        with suppress(OSError):
            file.unlink()
