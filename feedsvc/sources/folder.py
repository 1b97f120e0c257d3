"""Deliver the documents of a folder and the folders below it.

Paths are read as bytes and decoded as UTF-8 here, so that the machine's locale decides nothing. A symbolic link never
leads out of the folder, and never delivers a document twice.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feedsvc.errors import SourceError
from feedsvc.model.documents import Document, Problem, Unchanged
from feedsvc.sources.ignored import is_ignored
from feedsvc.sources.reading import fingerprint, load, reason

TRIES = 3
CONTROLS = frozenset(chr(each) for each in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xFFFE, 0xFFFF))


class FolderSource:
    """Deliver what lies in one folder.

    root:      may be a symbolic link itself.
    max_bytes: a larger file is reported and not read.
    """

    def __init__(self, *, name: str, root: Path, max_bytes: int) -> None:
        self._name = name
        self.root = root
        self.max_bytes = max_bytes

    @property
    def name(self) -> str:
        """Return the name that the configuration gives it."""
        return self._name

    def documents(self, *, known: Mapping[str, str], now: datetime) -> Iterator[Document | Unchanged | Problem]:
        """Yield each document in the order of their paths, unread where nothing changed.

        The whole tree is listed before the first is yielded.

        known:   path to fingerprint, of the documents already held.
        now:     aware; no arrival is later.
        returns: a Problem for each file that cannot be read or lies outside.
        raises:  SourceError if the folder or one below it cannot be listed: what is not seen must not count as gone.
        """
        for found in _list(self.root):
            if found.fault is not None:
                yield Problem(source=self.name, path=found.name, message=found.fault)
            elif self._is_known(found, known=known, now=now):
                yield Unchanged(source=self.name, path=found.name)
            else:
                yield load(found.path, source=self.name, name=found.name, now=now, max_bytes=self.max_bytes)

    def _is_known(self, found: _Found, *, known: Mapping[str, str], now: datetime) -> bool:
        held = known.get(found.name)
        if not held:
            return False
        try:
            status = os.lstat(found.path)
        except OSError:
            return False  # reading it will say what is wrong
        return stat.S_ISREG(status.st_mode) and fingerprint(status, now=now) == held


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Hold a file: the document's name, where it really lies, and what is wrong with it without reading."""

    name: str
    path: bytes
    fault: str | None = None


class _Changed(Exception):  # noqa: N818 - no error: the listing is simply made anew
    """Say that a folder went away while the tree was listed."""


def _list(root: Path) -> list[_Found]:
    for _ in range(TRIES):
        try:
            return sorted(_Listing(root).all(), key=lambda found: found.name)
        except _Changed:
            continue
    raise SourceError(f"{root}: kept changing while it was listed, {TRIES} times")


class _Listing:
    """Walk the tree once: what lies in it first, then what its links add."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.realpath(os.fsencode(root))
        self.found: dict[bytes, _Found] = {}  # by real path, so that no file is delivered twice
        self.faults: list[_Found] = []
        self.links: list[bytes] = []
        self.seen: set[bytes] = set()

    def all(self) -> list[_Found]:
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
            for entry in self.entries(folder, prefix):
                name = prefix + entry.name
                if is_ignored(_readable(entry.name)):
                    continue
                if entry.is_symlink():
                    self.links.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, name + b"/"))
                else:
                    self.add(name, entry.path)

    def entries(self, folder: bytes, prefix: bytes) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if prefix and isinstance(error, FileNotFoundError | NotADirectoryError):
                raise _Changed from error
            raise SourceError(f"{_readable(folder)}: cannot be listed ({reason(error)})") from error

    def add(self, name: bytes, path: bytes) -> None:
        self.found.setdefault(path, _Found(name=_readable(name), path=path, fault=_fault(name)))

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
        self.faults.append(_Found(name=_readable(name), path=b"", fault=message))


def _fault(name: bytes) -> str | None:
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return "its name is not UTF-8; rename it"
    return "its name holds a control character; rename it" if CONTROLS.intersection(text) else None


def _readable(name: bytes) -> str:
    """Return a file's name as valid text, what is not so escaped."""
    text = name.decode("utf-8", "backslashreplace")
    return "".join(repr(each)[1:-1] if each in CONTROLS else each for each in text)
