"""Keep from other users of the machine what the service writes: it holds copy that is not for everybody yet."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE = 0o600
FOLDER = 0o700
OTHERS = 0o077


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
