"""Put files that come over a network into the folder of a source, whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import stat
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from feedsvc.model.errors import FeedsvcError
from feedsvc.sources.file_kinds import Selection, is_ignored, may_be_shown
from feedsvc.sources.folder import EPOCH, fingerprint

# Hidden, so that no pass reads it. It lies in the source because a rename cannot leave a file system, and it stays:
# a folder that loses its only document is then not taken for the empty mount point of a disk.
UPLOADS = ".feedsvc-inbox"
LOCK = "lock"
LEFT_AFTER = timedelta(days=1)  # a service that was killed leaves the file that it was writing
DEEPEST = 8
LONGEST_PART = 200  # bytes; file systems allow 255
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CHUNK = 1 << 16
NO_FOLDER = frozenset({errno.ENOTDIR, errno.ELOOP})  # a file, a link

Refusal = Literal["name", "excluded", "kind", "place", "state", "later", "size"]


class InboxError(FeedsvcError):
    """The inbox does not take a file; *kind* is that of the reason."""

    def __init__(self, kind: Refusal, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A file in the folder; fingerprint: as passes see it."""

    digest: str
    fingerprint: str


class Upload:
    """A file that is being written, unseen by passes; it goes if nobody puts it into its place."""

    def __init__(self, folder: int, *, max_bytes: int, now: datetime) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._now = now
        self._digest = hashlib.sha256()
        self._size = 0
        self.name = secrets.token_hex(16)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.fdopen(os.open(self.name, flags, 0o666, dir_fd=folder), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # closing writes what waits, and a full disk must not hide the first error
            self._file.close()
        with suppress(FileNotFoundError):
            os.unlink(self.name, dir_fd=self._folder)
        os.close(self._folder)

    def write(self, chunk: bytes) -> None:
        """Write a piece.

        raises: InboxError over the limit; OSError.
        """
        self._size += len(chunk)
        if self._size > self._max_bytes:
            raise InboxError("size", f"is larger than {self._max_bytes} bytes, the limit of this source")
        self._digest.update(chunk)
        self._file.write(chunk)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()[:32]

    def move_to(self, folder: int, name: str) -> None:
        """Put the file, which is safe on the disk first, into its place."""
        self._file.flush()
        moment = (self._now - EPOCH) // timedelta(microseconds=1) * 1000
        # A time that was set shows that the file is complete: see feedsvc.publish.debounce.settles_in.
        os.utime(self._file.fileno(), ns=(moment, moment))
        os.fsync(self._file.fileno())
        os.rename(self.name, name, src_dir_fd=self._folder, dst_dir_fd=folder)
        os.fsync(folder)


class Inbox:
    """The folder of a source, for writers who may be hostile. No symbolic link below *root* is followed."""

    def __init__(self, root: Path, *, selection: Selection) -> None:
        self._root = root
        self._selection = selection

    def is_document(self, name: str) -> bool:
        """Return whether a pass will read the file *name*, False for a file that only articles show.

        raises: InboxError if nothing takes a file of that name.
        """
        parts = name.split("/")
        for part in parts:
            if not _is_safe(part):
                raise InboxError(
                    "name", f"{part!r} is no name; use letters, digits, '.', '-' and '_', a letter or a digit first"
                )
            if len(os.fsencode(part)) > LONGEST_PART:
                raise InboxError("name", f"a name may have {LONGEST_PART} bytes; {part[:20]}… has more")
        if len(parts) > DEEPEST:
            raise InboxError("name", f"a path may have {DEEPEST} parts; this one has {len(parts)}")
        folders = ["/".join(parts[:number]) for number in range(1, len(parts))]
        if any(map(is_ignored, parts[:-1])) or any(map(self._selection.passes_over, folders)):
            raise InboxError("excluded", f"the source reads no files in {'/'.join(parts[:-1])}/")
        if self._selection.excludes(name):
            raise InboxError("excluded", "the settings of the source exclude this name")
        if may_be_shown(parts[-1]):
            return False
        if self._selection.kind_of(name) != "document":
            raise InboxError("kind", f"{parts[-1]}: a file of this name is no article, nor a picture or sound of one")
        return True

    def upload(self, *, max_bytes: int, now: datetime) -> Upload:
        """Return a file to write into; now: aware, the arrival of the document.

        raises: OSError.
        """
        root = os.open(self._root, FOLDER)
        try:
            with suppress(FileExistsError):
                os.mkdir(UPLOADS, dir_fd=root)
            folder = os.open(UPLOADS, FOLDER | os.O_NOFOLLOW, dir_fd=root)
        finally:
            os.close(root)
        try:
            _sweep(folder, now=now)
            return Upload(folder, max_bytes=max_bytes, now=now)
        except BaseException:
            os.close(folder)
            raise

    def put(
        self,
        name: str,
        upload: Upload,
        *,
        if_match: str | None,
        if_none_match: str | None,
        is_later: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Put *upload* at *name*, and return whether there was no file. Equal bytes stay as they are.

        if_match, if_none_match: values of the header fields of that name.
        is_later: returns whether the file that is there is a later version; nobody else writes meanwhile.
        raises: InboxError, OSError.
        """
        with self._folder_of(name, makes=True) as (folder, last), self._locked():
            if is_later():
                raise InboxError("later", "there is a later version")
            there = _filed(folder, last)
            _check(there, if_match=if_match, if_none_match=if_none_match)
            if there is None or there.digest != upload.digest:
                upload.move_to(folder, last)
            return there is None

    def remove(self, name: str, *, if_match: str | None) -> bool:
        """Remove the file *name*, and return whether it was there.

        raises: InboxError, OSError.
        """
        try:
            with self._folder_of(name, makes=False) as (folder, last), self._locked():
                there = _filed(folder, last)
                if there is not None:
                    _check(there, if_match=if_match, if_none_match=None)
                    os.unlink(last, dir_fd=folder)
                    os.fsync(folder)
                return there is not None
        except FileNotFoundError:
            return False

    def find(self, name: str, *, now: datetime | None = None) -> Filed | None:
        """Return the file *name*; now: aware, for its fingerprint.

        raises: InboxError, OSError.
        """
        try:
            with self._folder_of(name, makes=False) as (folder, last):
                return _filed(folder, last, now=now)
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        """Return whether there is a plain file *name*.

        raises: InboxError, OSError.
        """
        try:
            with self._folder_of(name, makes=False) as (folder, last):
                return stat.S_ISREG(os.lstat(last, dir_fd=folder).st_mode)
        except FileNotFoundError:
            return False

    def read(self, name: str, *, most: int) -> bytes:
        """Return the first *most* bytes of the file *name*, none if it is missing.

        raises: InboxError, OSError.
        """
        try:
            with (
                self._folder_of(name, makes=False) as (folder, last),
                os.fdopen(os.open(last, FILE, dir_fd=folder), "rb") as file,
            ):
                return file.read(most)
        except FileNotFoundError:
            return b""

    @contextmanager
    def _folder_of(self, name: str, *, makes: bool) -> Iterator[tuple[int, str]]:
        """Yield the open folder of *name*, and the last part of the name."""
        *folders, last = name.split("/")
        descriptor = os.open(self._root, FOLDER)
        try:
            for part in folders:
                if makes:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=descriptor)
                try:
                    below = os.open(part, FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
                except OSError as error:
                    if error.errno not in NO_FOLDER:
                        raise
                    raise InboxError("place", f"{part} is a file or a symbolic link, and no folder") from error
                os.close(descriptor)
                descriptor = below
            yield descriptor, last
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer at a time compare and write, of all processes of this machine."""
        path = self._root / UPLOADS / LOCK
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _filed(folder: int, name: str, *, now: datetime | None = None) -> Filed | None:
    try:
        status = os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise InboxError("place", f"{name} is a folder, a link or another thing that is no plain file")
    digest = hashlib.sha256()
    with os.fdopen(os.open(name, FILE, dir_fd=folder), "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
        status = os.fstat(file.fileno())
    return Filed(digest=digest.hexdigest()[:32], fingerprint=fingerprint(status, now=now) if now else "")


def _is_safe(part: str) -> bool:
    """Return whether *part* has letters and digits of any script, vowel signs among them, and no other spelling."""
    kinds = ["_" if sign in "._-" else unicodedata.category(sign)[0] for sign in part]
    return bool(part) and kinds[0] in "LN" and set(kinds) <= set("LNM_") and unicodedata.is_normalized("NFC", part)


def _check(there: Filed | None, *, if_match: str | None, if_none_match: str | None) -> None:
    """Obey the conditions of a request.

    source: RFC 9110, sections 13.1.1 and 13.1.2.
    """
    if if_match is not None and (there is None or not _names(if_match, there)):
        raise InboxError("state", "the file is gone" if there is None else "the file has changed")
    if if_none_match is not None and there is not None and _names(if_none_match, there):
        raise InboxError("state", "there is a file of that name")


def _names(condition: str, there: Filed) -> bool:
    return condition.strip() == "*" or f'"{there.digest}"' in {tag.strip() for tag in condition.split(",")}


def _sweep(folder: int, *, now: datetime) -> None:
    """Remove the files that killed services have left."""
    for name in os.listdir(folder):
        with suppress(OSError):
            if name != LOCK and os.lstat(name, dir_fd=folder).st_mtime < (now - LEFT_AFTER).timestamp():
                os.unlink(name, dir_fd=folder)
