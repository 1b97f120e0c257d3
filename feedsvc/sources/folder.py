"""Deliver the documents of a folder and the folders below it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from feedsvc.model.document import PACKAGE, Document, FileBeside, Problem, Unchanged, is_among
from feedsvc.model.errors import DocumentError, SourceError
from feedsvc.model.ports import NO_FILES
from feedsvc.sources.file_kinds import (
    EVERYTHING,
    Kind,
    Selection,
    built_from,
    is_ignored,
    is_silent,
    may_be_shown,
    media_type_of,
    notes_on_former,
    notes_on_left_out,
)

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe in place of a file must not block us
TRIES = 3
CHUNK = 1 << 20
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NEVER_SET = datetime(1980, 1, 2, tzinfo=timezone.utc)
FINGERPRINT = re.compile(r"[0-9]+-[0-9-]+-[0-9]+")  # of a file that is there, and is not fresh
RECENT_NS = 2_000_000_000
NAME = attrgetter("name")
LONGEST_NAME = 2000  # bytes below the root, which a store's index can take; Linux allows twice as many
SHOWN = 200  # bytes of a name that is too long
CONTROLS = frozenset(chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xFFFE, 0xFFFF))


def read_file(path: Path, *, source: str, name: str, now: datetime, max_bytes: int) -> Document | Problem:
    """Return the document in the file at *path*, links followed.

    name:      the document's path, with "/" between folders.
    now:       aware; no arrival is later.
    max_bytes: a larger file is not read.
    """
    try:
        return load(os.fsencode(path.resolve()), source=source, name=name, now=now, max_bytes=max_bytes)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL in the name
        return Problem(source=source, path=name, message=f"cannot be read ({reason(error)})")


def load(path: bytes, *, source: str, name: str, now: datetime, max_bytes: int) -> Document | Problem:
    """Return the document in the file at *path*, which is no link, or its problem.

    A file that changes while it is read is read again, three times in all, because half a story must not be published.
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
    """Return all bytes, or None if the file changed meanwhile, and its status."""
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
    if size <= max_bytes:
        return
    found, limit = f"{size / 1e6:.1f} MB", f"{max_bytes / 1e6:.1f} MB"
    if found == limit:
        found, limit = f"{size} bytes", f"{max_bytes} bytes"
    raise DocumentError(f"is {found}, over the limit of {limit}")


def arrival(status: os.stat_result, *, now: datetime) -> datetime:
    """Return the time of the last change in UTC, but not after *now*.

    Archives, images and broken clocks set times of 1970 and 1980, which nobody means, so such a file arrives now.
    """
    try:
        changed = EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)
    except OverflowError:
        return now.astimezone(timezone.utc)
    return min(changed, now).astimezone(timezone.utc) if changed >= NEVER_SET else now.astimezone(timezone.utc)


def fingerprint(status: os.stat_result, *, now: datetime) -> str:
    """Return a string that changes with the file; "" for a file so fresh that a change might not show.

    source: docs/internals/editions.md: size, times and inode. A tool that writes over a file may set its modification
    time, and none can set the other. The coarsest clock of a file system in use counts two seconds.
    """
    if abs(_nanoseconds(now) - status.st_mtime_ns) < RECENT_NS:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"


@lru_cache(maxsize=1)
def _nanoseconds(now: datetime) -> int:
    return (now - EPOCH) // timedelta(microseconds=1) * 1000


def reason(error: Exception) -> str:
    """Return the message of an error of the operating system, without the machine's paths."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)


class Found(NamedTuple):  # a pass may make a hundred thousand
    """A file: its name below the root, its real path, a fault that shows without reading, and its kind."""

    name: str
    path: bytes
    fault: str | None = None
    kind: Kind = "document"


class _Changed(Exception):  # noqa: N818 - no error: the tree is simply listed again
    """A folder vanished while the tree was listed."""


def list_all(root: Path, selection: Selection = EVERYTHING) -> list[Found]:
    """Return every file below *root* that is not silent, in the order of names.

    raises: SourceError if *root* itself cannot be listed: unseen files must not count as gone.
    """
    for _ in range(TRIES - 1):
        try:
            return sorted(_Listing(root, selection).all(), key=NAME)
        except _Changed:
            continue
    return sorted(_Listing(root, selection, is_patient=True).all(), key=NAME)


def list_some(root: Path, names: Collection[str], selection: Selection = EVERYTHING) -> list[Found]:
    """Return the files below *root* with one of *names*, or in a folder with one of them.

    names:  "world/ferry.txt", "world"; missing ones are left out.
    raises: SourceError if *root* itself cannot be listed.
    """
    listing = _Listing(root, selection)
    try:
        listing.check()
        is_plain = all(listing.look_at(os.fsencode(name)) for name in sorted(set(names)))
    except _Changed:
        is_plain = False
    if is_plain and not listing.links:
        return sorted((*listing.found.values(), *listing.shown), key=NAME)
    # With links in the tree, only the whole tree tells the name under which a file is delivered.
    return [found for found in list_all(root, selection) if is_among(found.name, names)]


def is_bare(root: Path) -> bool:
    """Return whether *root* is empty, hidden files included."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None
    except OSError:
        return False


class _Listing:
    """Walk the tree once: first its files, then the files behind its links.

    is_patient: a folder that vanishes meanwhile is a fault, and no reason to begin again.
    """

    def __init__(self, root: Path, selection: Selection, *, is_patient: bool = False) -> None:
        self.selection = selection
        self.is_patient = is_patient
        self.root = os.path.realpath(os.fsencode(root))
        self.found: dict[bytes, Found] = {}  # by real path, so that no file is delivered twice
        self.shown: list[Found] = []
        self.faults: list[Found] = []
        self.links: list[bytes] = []
        self.seen: set[bytes] = set()

    def check(self) -> None:
        """Raise SourceError if the root is no folder now, because then no file of it counts as gone."""
        try:
            os.scandir(self.root).close()
        except OSError as error:
            raise SourceError(f"{_readable(self.root)}: cannot be listed ({reason(error)})") from error

    def look_at(self, name: bytes) -> bool:
        """Add the file *name*, or the files in that folder; return False if a link or a lack of rights prevents it."""
        path = self.root
        status = None
        parts = name.split(b"/")
        for number, part in enumerate(parts, 1):
            if part in {b"", b".", b".."} or is_silent(_readable(part)):
                if number == len(parts):
                    self.show(name)
                return True
            path += b"/" + part
            try:
                status = os.lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                return True
            except OSError:
                return False
            if stat.S_ISLNK(status.st_mode):
                return False
            if stat.S_ISDIR(status.st_mode) and self.passes_over(b"/".join(parts[:number])):
                return True
        if status is not None and stat.S_ISDIR(status.st_mode):
            self.walk(path, name + b"/")
        elif status is not None:
            self.add(name, path)
        return True

    def all(self) -> list[Found]:
        self.walk(self.root, b"")
        self.links.sort()
        for link in self.links:  # the list grows when a link leads to a hidden folder with links
            self.follow(link)
        return [*self.found.values(), *self.shown, *self.faults]

    def show(self, name: bytes) -> None:
        """Add the silent file *name* if a document may show it."""
        if may_be_shown(_readable(name.rpartition(b"/")[2])) and _fault(name) is None:
            self.shown.append(Found(_readable(name), b"", None, "shown"))

    def walk(self, folder: bytes, prefix: bytes) -> None:
        folders = [(folder, prefix)]
        while folders:
            folder, prefix = folders.pop()
            if folder in self.seen:
                continue
            self.seen.add(folder)
            for entry in self.entries(folder, prefix):
                if not is_silent(_readable(entry.name)):
                    self.sort(entry, prefix + entry.name, folders)
                else:
                    self.show(prefix + entry.name)

    def sort(self, entry: os.DirEntry[bytes], name: bytes, folders: list[tuple[bytes, bytes]]) -> None:
        """Add an entry to the files, the links, or the *folders* that are still to be listed."""
        try:
            is_folder, is_link = entry.is_dir(follow_symlinks=False), entry.is_symlink()
        except OSError as error:  # some file systems do not tell the kinds of entries, so each is asked for
            self.fault(name, f"cannot be looked at ({reason(error)})")
            return
        if is_link:
            self.links.append(name)
        elif not is_folder:
            self.add(name, entry.path)
        elif self.passes_over(name):
            return
        elif (fault := _fault(name)) is not None:
            self.fault(name, fault)
        else:
            folders.append((entry.path, name + b"/"))

    def passes_over(self, folder: bytes) -> bool:
        name = _readable(folder)
        return is_ignored(name.rpartition("/")[2]) or self.selection.passes_over(name)

    def entries(self, folder: bytes, prefix: bytes) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=NAME)
        except OSError as error:
            if not prefix:
                raise SourceError(f"{_readable(folder)}: cannot be listed ({reason(error)})") from error
            if isinstance(error, FileNotFoundError | NotADirectoryError) and not self.is_patient:
                raise _Changed from error
            self.fault(prefix[:-1], f"cannot be listed ({reason(error)}); its articles stay published")
        return []

    def add(self, name: bytes, path: bytes) -> None:
        fault, shown = _fault(name), _readable(name)
        kind = self.selection.kind_of(shown)
        if kind == "document" and (built := built_from(shown)) and self.selection.kind_of(built) == "document":
            kind = "built" if Path(os.fsdecode(path)).with_suffix(".md").is_file() else kind
        self.found.setdefault(path, Found(shown if fault is None else _shown(name), path, fault, kind))

    def follow(self, name: bytes) -> None:
        try:
            target = os.path.realpath(self.root + b"/" + name, strict=True)
            inside = os.path.commonpath([self.root, target]) == self.root
            is_folder = inside and stat.S_ISDIR(os.lstat(target).st_mode)
        except OSError as error:
            self.fault(name, f"is a symbolic link that leads nowhere ({reason(error)})")
            return
        if not inside:
            self.fault(name, "is a symbolic link out of the source")
        elif is_folder:
            self.walk(target, name + b"/")
        else:
            self.add(name, target)

    def fault(self, name: bytes, message: str) -> None:
        kind = self.selection.kind_of(_readable(name))
        self.faults.append(Found(name=_shown(name), path=b"", fault=message, kind=kind))


def _fault(name: bytes) -> str | None:
    if len(name) > LONGEST_NAME:
        return f"its path is longer than {LONGEST_NAME} bytes; give it or a folder above it a shorter name"
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return "its name is not UTF-8; rename it"
    if text.isprintable() or not CONTROLS.intersection(text):
        return None
    return "its name holds a control character; rename it"


def _readable(name: bytes) -> str:
    """Return a file's name as valid text, with other bytes and control characters escaped."""
    text = name.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(repr(character)[1:-1] if character in CONTROLS else character for character in text)


def _shown(name: bytes) -> str:
    """Return a file's name as valid text, cut if it is too long to be stored."""
    return _readable(name if len(name) <= LONGEST_NAME else name[:SHOWN] + "…".encode())


class FolderSource:
    """The documents of one folder.

    root:      may be a symbolic link.
    max_bytes: a larger file is reported and not read.
    selection: tells documents from other files. A document of the last pass stays one unless the settings exclude it,
               so that a newer feedsvc does not withdraw published articles.
    """

    def __init__(self, *, name: str, root: Path, max_bytes: int, selection: Selection = EVERYTHING) -> None:
        self._name = name
        self.root = root
        self.max_bytes = max_bytes
        self.selection = selection
        self._left_out: list[Found] = []
        self._former: list[str] = []
        self._pictures: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def documents(
        self,
        *,
        known: Mapping[str, str],
        now: datetime,
        among: Collection[str] | None = None,
        rejected: Mapping[str, str] = NO_FILES,
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield documents in the order of their paths, unread if they have not changed.

        The whole tree is listed before the first is yielded.

        known:    path to fingerprint of the documents of the last pass.
        among:    paths of the files and folders to look at, below the root; None for everything.
        now:      aware; no arrival is later.
        rejected: path to fingerprint of the files that the last pass rejected, whatever it knew at that path before.
        returns:  a Problem for each file that cannot be read or is outside, and for each folder that cannot be listed.
        raises:   SourceError if the folder itself cannot be listed: unseen files must not count as gone.
        """
        left_out: list[Found] = []
        former: list[str] = []
        self._pictures = []
        for found in (
            list_all(self.root, self.selection) if among is None else list_some(self.root, among, self.selection)
        ):
            if found.kind == "shown":
                self._pictures.append(found.name)
                continue
            if found.kind != "document":
                if found.kind == "ignored" or found.name not in known:
                    left_out.append(found)
                    continue
                former.append(found.name)
            if found.fault is not None:
                yield Problem(source=self.name, path=found.name, message=found.fault)
            elif _is_unchanged(found, rejected.get(found.name) or known.get(found.name), now=now):
                yield Unchanged(source=self.name, path=found.name)
            else:
                yield load(found.path, source=self.name, name=found.name, now=now, max_bytes=self.max_bytes)
        if among is None:
            self._left_out, self._former = left_out, former

    def left_out(self, *, until: datetime | None = None) -> tuple[str, ...]:
        """Return the notes on files that the last full listing left out, a sentence for each kind.

        until: leftovers changed later are not reported, because transfers and editors remove them again.
        """
        left_out = (file for file in self._left_out if until is None or not _is_fresh_leftover(file, until))
        return (*notes_on_left_out((file.name, file.kind) for file in left_out), *notes_on_former(self._former))

    def is_bare(self) -> bool:
        return is_bare(self.root)

    def trouble(self) -> str | None:
        return None

    def pictures(self) -> Sequence[str]:
        return self._pictures

    def file_at(self, path: str, *, known: str, now: datetime) -> FileBeside | None:
        return file_beside(self.root, path, selection=self.selection, known=known, now=now)


def file_beside(root: Path, name: str, *, selection: Selection, known: str, now: datetime) -> FileBeside | None:
    """Return the file *name* below *root*, links within *root* followed, as `Source.file_at` does."""
    packed = PACKAGE.fullmatch(name)
    if packed is not None:
        whole = file_beside(root, packed["document"], selection=selection, known=known, now=now)
        return whole and replace(whole, part=packed["part"])
    path = os.path.join(root, name)  # noqa: PTH118  ten of these for each wire document without a picture
    try:
        status = os.stat(path)  # noqa: PTH116
        if _is_unwanted(name, selection) or stat.S_ISDIR(status.st_mode):
            return None
        found = fingerprint(status, now=now)
        if found and found == known:
            return FileBeside(path=Path(path), fingerprint=found)
        real, home = Path(path).resolve(strict=True), root.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
        return None
    fault = ""
    if not real.is_relative_to(home):
        fault = "is a symbolic link out of the source"
    elif _is_unwanted(real.relative_to(home).as_posix(), selection):
        fault = "is a symbolic link to a hidden or excluded file"
    return FileBeside(path=None if fault else real, fingerprint=found, fault=fault)


def _is_unwanted(name: str, selection: Selection) -> bool:
    *folders, file = name.split("/")
    is_hidden = any(map(is_ignored, folders)) or file.startswith((".", "~$")) or file.endswith("~")
    return is_hidden or selection.excludes(name)


def _is_unchanged(found: Found, known: str | None, *, now: datetime) -> bool:
    if not known:
        return False
    try:
        status = os.lstat(found.path)
    except OSError:
        return False  # reading it will report the error
    return stat.S_ISREG(status.st_mode) and fingerprint(status, now=now) == known


def _is_fresh_leftover(found: Found, until: datetime) -> bool:
    try:
        return found.kind == "leftover" and os.lstat(found.path).st_mtime > until.timestamp()
    except OSError:
        return True
