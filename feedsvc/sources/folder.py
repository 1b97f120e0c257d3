"""Deliver the documents of a folder and the folders below it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from feedsvc.model.documents import Document, Problem, Unchanged
from feedsvc.sources.kinds import EVERYTHING, Selection, told_of, told_of_former
from feedsvc.sources.listing import Found, is_bare, list_all, list_some
from feedsvc.sources.reading import fingerprint, load


class FolderSource:
    """Deliver what lies in one folder.

    root:      may be a symbolic link itself.
    max_bytes: a larger file is reported and not read.
    selection: what in it are documents. What was one before stays one, unless the settings say otherwise: a newer
               feedsvc that left it out would withdraw what is published, unasked.
    """

    def __init__(self, *, name: str, root: Path, max_bytes: int, selection: Selection = EVERYTHING) -> None:
        self._name = name
        self.root = root
        self.max_bytes = max_bytes
        self.selection = selection
        self._left_out: list[Found] = []
        self._former: list[str] = []

    @property
    def name(self) -> str:
        """Return the name that the configuration gives it."""
        return self._name

    def documents(
        self, *, known: Mapping[str, str], now: datetime, among: Collection[str] | None = None
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield each document in the order of their paths, unread where nothing changed.

        The whole tree is listed before the first is yielded.

        known:   path to fingerprint, of the documents already held.
        among:   files and folders to look at, by their paths below the root; None for everything.
        now:     aware; no arrival is later.
        returns: a Problem for each file that cannot be read or lies outside, and for each folder that cannot be listed.
        raises:  SourceError if the folder itself cannot be listed: what is not seen must not count as gone.
        """
        left_out, former = [], []
        for found in (
            list_all(self.root, self.selection) if among is None else list_some(self.root, among, self.selection)
        ):
            if found.kind != "document":
                if found.kind == "ignored" or found.name not in known:
                    left_out.append(found)
                    continue
                former.append(found.name)
            if found.fault is not None:
                yield Problem(source=self.name, path=found.name, message=found.fault)
            elif _is_known(found, known.get(found.name), now=now):
                yield Unchanged(source=self.name, path=found.name)
            else:
                yield load(found.path, source=self.name, name=found.name, now=now, max_bytes=self.max_bytes)
        if among is None:
            self._left_out, self._former = left_out, former

    def left_out(self, *, until: datetime | None = None) -> tuple[str, ...]:
        """Return what is to be told of the files that the last look at everything left out, a sentence for each kind.

        until: leftovers that were changed later are not told of: transfers and editors take them away again.
        """
        left_out = (each for each in self._left_out if until is None or not _is_fresh_leftover(each, until))
        return (*told_of((each.name, each.kind) for each in left_out), *told_of_former(self._former))

    def is_bare(self) -> bool:
        """Return whether nothing at all lies in the folder."""
        return is_bare(self.root)


def _is_known(found: Found, held: str | None, *, now: datetime) -> bool:
    if not held:
        return False
    try:
        status = os.lstat(found.path)
    except OSError:
        return False  # reading it will say what is wrong
    return stat.S_ISREG(status.st_mode) and fingerprint(status, now=now) == held


def _is_fresh_leftover(found: Found, until: datetime) -> bool:
    try:
        return found.kind == "leftover" and os.lstat(found.path).st_mtime > until.timestamp()
    except OSError:
        return True
