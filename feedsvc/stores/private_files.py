"""Write files that only their owner may read, because they may have copy that is not yet published.

One of them is the status file beside the store. It says why nothing is published, also if the store itself fails.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE = 0o600
FOLDER = 0o700
OTHERS = 0o077
SIZE = 4096  # bytes, which a disk writes at once
MEMORY = Path("/dev/shm")  # noqa: S108  its files are checked
LOOKS = 3  # at a file that may be half written


def make_private_folder(path: Path) -> None:
    """Make the folder at *path*, and missing ones above it, only for their owner.

    raises: OSError.
    """
    if not path.parent.exists():
        make_private_folder(path.parent)
    try:
        path.mkdir(mode=FOLDER)
    except FileExistsError:
        path.mkdir(exist_ok=True)  # raises if it is no folder
        return
    owner = _owner_of(path.parent)
    if owner is not None:
        os.chown(path, *owner, follow_symlinks=False)


def open_private(path: Path, flags: int) -> int:
    """Open the file at *path*, which is made if it is missing, only for its owner; return its descriptor.

    What root makes belongs to the owner of the folder, since a service without rights has to use it later.

    raises: OSError.
    """
    for _ in range(LOOKS):  # others may make or remove it meanwhile
        with suppress(FileExistsError):
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE)
            owner = _owner_of(path.parent)
            if owner is not None:  # only of a file that is new: a link may lead to somebody else's
                os.fchown(descriptor, *owner)
            return descriptor
        with suppress(FileNotFoundError):
            return os.open(path, flags | os.O_CLOEXEC)
    return os.open(path, flags | os.O_CLOEXEC)


def _owner_of(folder: Path) -> tuple[int, int] | None:
    """Return the owner and the group of *folder* if root is to leave its files there to them."""
    found = folder.stat()
    return (found.st_uid, found.st_gid) if os.geteuid() == 0 != found.st_uid else None


def is_there(path: Path) -> bool:
    """Return whether there is a file at *path* that this user may look at; Path.exists raises where it may not."""
    return os.path.exists(path)  # noqa: PTH110  for this reason


def hindrance(file: Path) -> str | None:
    """Return why this user cannot write *file* or make it, and the cure; None if it can."""
    with suppress(OSError):
        mode = file.lstat().st_mode if _is_endless(file) else file.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = (
                "a folder" if stat.S_ISDIR(mode) else "a link that leads to itself" if stat.S_ISLNK(mode) else "no file"
            )
            return f"{file} is {kind}; move it away, and bring the file back"
    folder = next((each for each in file.parents if is_there(each)), file.parent)
    beside = (file.with_name(f"{file.name}{ending}") for ending in ("", "-wal", "-shm", ".pass.lock"))
    places = [folder, *(each for each in beside if is_there(each))]
    for place in places:
        if os.access(place, os.W_OK | (os.X_OK if place is folder else 0)):
            continue
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            return f"{place} lies on a read-only file system; mount it for writing"
        owner, user = _name_of(place.stat().st_uid), _name_of(os.geteuid())
        if owner == user:
            return f"{place} may not be written, not even by {user}, to whom it belongs; run: chmod -R u+rwX {folder}"
        return f"{place} belongs to {owner}, and this process runs as {user}; run: chown -R {user} {folder}"
    return None


def cure_of(error: OSError, file: Path) -> str:
    """Return why *file* could not be used, and the cure if that is known.

    ext4 that has met an error refuses to write, but does not say that it is mounted for reading only.
    """
    read_only = f"{file.parent} lies on a read-only file system; mount it for writing"
    return hindrance(file) or (read_only if error.errno == errno.EROFS else error.strerror or type(error).__name__)


def _is_endless(link: Path) -> bool:
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def make_private(path: Path) -> None:
    """Make an empty file at *path*, only for its owner, unless there is a file.

    An existing file is not opened: closing it would end every lock of this process on it, also SQLite's own. Another
    process that closes the store would then delete the log that this process still reads.

    raises: OSError.
    source: fcntl(2), advisory record locking; sqlite.org/howtocorrupt.html, section 2.2.
    """
    with suppress(FileExistsError):
        if not os.path.lexists(path):
            os.close(open_private(path, os.O_RDWR))


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at *path* in one step, only for its owner.

    raises: OSError; the old file then stays.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_TRUNC), "wb") as file:
            file.write(content)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise


def take_from_others(path: Path) -> bool:
    """Take from other users all rights to the file or folder at *path*; return whether they had any.

    A link, and a file of another user, stay as they are.
    """
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or not found.st_mode & OTHERS or found.st_uid != os.geteuid():
            return False
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    except OSError:
        return False
    return True


class StatusFile:
    """A file of constant size, which can be written on a full disk, the likeliest trouble.

    If it cannot be written, because its disk is away or may only be read, another file in memory takes its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = aside_of(path, "trouble.json")

    def tell(self, reason: str, *, since: str) -> None:
        """Write *reason*. If neither file can be written, the reason is only in the log of the caller.

        since: an RFC 3339 instant.
        """
        content = _filled(reason, since)
        try:
            self._put(content)
        except OSError:
            with suppress(OSError):
                write_private(self._aside, content)
        else:
            self._drop_aside()

    def clear(self) -> None:
        """Write that all is well, and reserve the space for a later reason."""
        with suppress(OSError):
            self._put(b" " * SIZE)
        self._drop_aside()

    def read(self) -> dict[str, str] | None:
        """Return "since" and "reason", None if all is well."""
        return self._read(self._aside) or self._read(self._path)

    def _drop_aside(self) -> None:
        with suppress(OSError):
            self._aside.unlink()

    def _read(self, path: Path) -> dict[str, str] | None:
        for _ in range(LOOKS):
            try:
                told = own_bytes(path) if path == self._aside else path.read_bytes()
                found = json.loads(told) if (told := told.strip()) else None
            except OSError:
                return None
            except ValueError:
                continue
            return {name: str(found[name]) for name in ("since", "reason") if name in found} if found else None
        return None

    def _put(self, content: bytes) -> None:
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


def aside_of(path: Path, ending: str) -> Path:
    """Return the file in memory that takes the place of the one at *path* while that cannot be written."""
    digest = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    folder = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    return folder / f"feedsvc-{os.geteuid()}-{digest}.{ending}"


def own_bytes(path: Path) -> bytes:
    """Return the content of a file in a folder where everybody may write.

    raises: OSError, also if it is a link or another user's.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if os.fstat(file.fileno()).st_uid != os.geteuid():
            raise PermissionError(f"{path}: is another user's")
        return file.read(SIZE)


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
        os.close(open_private(file, os.O_RDWR))
    try:
        yield was_there
    finally:
        with suppress(OSError):
            file.unlink()
