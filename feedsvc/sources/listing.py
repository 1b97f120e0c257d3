"""List the files of a folder and the folders below it: all of them, or those that may have changed.

What cannot be looked into is listed as a fault, and the rest goes on.

Paths are read as bytes and decoded as UTF-8 here, so that the machine's locale decides nothing. A symbolic link never
leads out of the folder, and never lists a file twice.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from feedsvc.errors import SourceError
from feedsvc.model.documents import is_among
from feedsvc.sources.ignored import is_ignored, is_silent
from feedsvc.sources.kinds import EVERYTHING, Kind, Selection
from feedsvc.sources.reading import reason

TRIES = 3
PLAIN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_-]*\.(?:txt|md)")  # nearly every name: no ignored one, and without fault
NAME = attrgetter("name")
LONGEST_NAME = 2000  # bytes below the root: more than a store's index takes, and half of what a system does
SHOWN = 200  # bytes of a name that is too long
CONTROLS = frozenset(chr(each) for each in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xFFFE, 0xFFFF))


class Found(NamedTuple):  # of which a tree has a hundred thousand, made anew by each pass
    """Hold a file: its name below the root, where it really lies, what is wrong with it without reading, what it is."""

    name: str
    path: bytes
    fault: str | None = None
    kind: Kind = "document"


class _Changed(Exception):  # noqa: N818 - no error: the listing is simply made anew
    """Say that a folder went away while the tree was listed."""


def list_all(root: Path, selection: Selection = EVERYTHING) -> list[Found]:
    """Return every file below *root* that is to be told of, in the order of their names.

    raises: SourceError if *root* itself cannot be listed: what is not seen must not count as gone.
    """
    for _ in range(TRIES - 1):
        try:
            return sorted(_Listing(root, selection).all(), key=NAME)
        except _Changed:
            continue
    return sorted(_Listing(root, selection, is_patient=True).all(), key=NAME)


def list_some(root: Path, names: Collection[str], selection: Selection = EVERYTHING) -> list[Found]:
    """Return those files below *root* that are, or lie in a folder that is, one of *names*.

    names:  "world/ferry.txt", "world"; what is not there is left out.
    raises: SourceError if *root* itself cannot be listed.
    """
    listing = _Listing(root, selection)
    try:
        listing.check()
        is_plain = all(listing.look_at(os.fsencode(name)) for name in sorted(set(names)))
    except _Changed:
        is_plain = False
    if is_plain and not listing.links:
        return sorted(listing.found.values(), key=NAME)
    # Where links are concerned, only the whole tree tells which name a file is delivered under.
    return [found for found in list_all(root, selection) if is_among(found.name, names)]


def is_bare(root: Path) -> bool:
    """Return whether nothing at all lies in *root*, not even what is hidden."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None
    except OSError:
        return False


class _Listing:
    """Walk the tree once: what lies in it first, then what its links add.

    is_patient: a folder that goes away meanwhile is a fault, and no reason to begin anew.
    """

    def __init__(self, root: Path, selection: Selection, *, is_patient: bool = False) -> None:
        self.selection = selection
        self.is_patient = is_patient
        self.root = os.path.realpath(os.fsencode(root))
        self.found: dict[bytes, Found] = {}  # by real path, so that no file is delivered twice
        self.faults: list[Found] = []
        self.links: list[bytes] = []
        self.seen: set[bytes] = set()

    def check(self) -> None:
        """Raise SourceError if the root is no folder now: nothing in it can be said to be gone."""
        try:
            os.scandir(self.root).close()
        except OSError as error:
            raise SourceError(f"{_readable(self.root)}: cannot be listed ({reason(error)})") from error

    def look_at(self, name: bytes) -> bool:
        """Add what *name* is, or holds; return False when links or the rights to look stand in the way."""
        path = self.root
        status = None
        parts = name.split(b"/")
        for number, part in enumerate(parts, 1):
            if part in {b"", b".", b".."} or is_silent(_readable(part)):
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
        for link in self.links:  # grows while links to hidden folders add links of their own
            self.follow(link)
        return [*self.found.values(), *self.faults]

    def walk(self, folder: bytes, prefix: bytes) -> None:
        folders = [(folder, prefix)]
        while folders:
            folder, prefix = folders.pop()
            if folder in self.seen:
                continue
            self.seen.add(folder)
            is_plain = prefix.isascii() and prefix.decode().isprintable()
            for entry in self.entries(folder, prefix):
                if is_plain and PLAIN.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    name = (prefix + entry.name).decode()
                    self.found.setdefault(entry.path, Found(name, entry.path, None, self.selection.kind_of(name)))
                elif not is_silent(_readable(entry.name)):
                    self.sort(entry, prefix + entry.name, folders)

    def sort(self, entry: os.DirEntry[bytes], name: bytes, folders: list[tuple[bytes, bytes]]) -> None:
        """Put an entry where it belongs; *folders* are still to be listed."""
        try:
            is_folder, is_link = entry.is_dir(follow_symlinks=False), entry.is_symlink()
        except OSError as error:  # where a file system does not say of what kind an entry is, each is asked
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
            self.fault(prefix[:-1], f"cannot be listed ({reason(error)}); what was published from it stays")
        return []

    def add(self, name: bytes, path: bytes) -> None:
        fault, shown = _fault(name), _readable(name)
        kind = self.selection.kind_of(shown)
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
    """Return a file's name as valid text, what is not so escaped."""
    text = name.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(repr(each)[1:-1] if each in CONTROLS else each for each in text)


def _shown(name: bytes) -> str:
    """Return the same, cut where it is too long to be kept."""
    return _readable(name if len(name) <= LONGEST_NAME else name[:SHOWN] + "…".encode())
