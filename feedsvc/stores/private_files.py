"""Write files that only their owner may read, because they may have copy that is not yet published.

One of them is the status file beside the store. It says why nothing is published, also if the store itself fails.
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
SIZE = 4096  # bytes, which a disk writes at once
LOOKS = 3  # at a file that may be half written


def make_private_folder(path: Path) -> None:
    """Make the folder at *path*, and missing ones above it, only for their owner.

    raises: OSError.
    """
    if not path.parent.exists():
        make_private_folder(path.parent)
    path.mkdir(exist_ok=True, mode=FOLDER)


def make_private(path: Path) -> None:
    """Make an empty file at *path*, only for its owner, unless there is a file.

    An existing file is not opened: closing it would end every lock of this process on it, also SQLite's own. Another
    process that closes the store would then delete the log that this process still reads.

    raises: OSError.
    source: fcntl(2), advisory record locking; sqlite.org/howtocorrupt.html, section 2.2.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at *path* in one step, only for its owner.

    raises: OSError; the old file then stays.
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


def take_from_others(path: Path) -> bool:
    """Take from other users all rights to the file or folder at *path*; return whether they had any.

    A file of another user stays as it is.
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
    """A file of constant size, which can be written on a full disk, the likeliest trouble."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, reason: str, *, since: str) -> None:
        """Write *reason*. If the file cannot be written, the reason is only in the log of the caller.

        since: an RFC 3339 instant.
        """
        self._put(_filled(reason, since))

    def clear(self) -> None:
        """Write that all is well, and reserve the space for a later reason."""
        self._put(b" " * SIZE)

    def read(self) -> dict[str, str] | None:
        """Return "since" and "reason", None if all is well."""
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
    """Return the content of the file, with as much of *reason* as it has room for."""
    while True:
        content = json.dumps({"since": since, "reason": reason}, ensure_ascii=False).encode("utf-8", "replace")
        if len(content) <= SIZE:
            return content.ljust(SIZE)
        reason = f"{reason[: len(reason) * 3 // 4]}…"


@contextmanager
def running_mark(file: Path) -> Iterator[bool]:
    """Keep *file* while the block runs; yield whether a former block was killed, and so left its file.

    If the file cannot be written, no kill is noticed.
    """
    was_there = file.exists()
    with suppress(OSError):
        file.touch(mode=FILE)
    try:
        yield was_there
    finally:
        with suppress(OSError):
            file.unlink()
