"""The folder of built files: each is written whole, correct ones stay untouched, and only our own are removed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from feedsvc.model.errors import BuildError
from feedsvc.stores.publisher_locks import FileLead

LEDGER = "feedsvc-build.json"
BEING_WRITTEN = "feedsvc-build.part"
FORMAT = 1
SUFFIXES = (".gz", ".br")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that a build made, or is about to make.

    time:     of its last change, in seconds since 1970; None until it is written.
    suffixes: of its compressed forms; all possible ones until it is written.
    recipe:   see `feedsvc.web.static_site.inventory.Address`.
    """

    time: int | None = None
    suffixes: tuple[str, ...] = SUFFIXES
    recipe: str | None = None


def read_ledger(folder: Path) -> dict[str, Made]:
    """Return the files that builds made in *folder*, by path below it.

    raises: BuildError if a build did not write the ledger so.
    """
    path = folder / LEDGER
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise BuildError(f"{path}: was written by another feedsvc; build into a new folder")
        found = {
            file: Made(time=time, suffixes=tuple(suffixes), recipe=recipe)
            for file, (time, suffixes, recipe) in data["files"].items()
        }
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BuildError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuildError(f"{path}: is not as feedsvc build left it; build into a new folder") from error
    # A build removes files that the ledger names, so no path may lead out of the folder.
    if any(PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts for file in found):
        raise BuildError(f"{path}: names files outside of {folder}; build into a new folder")
    return found


def write_ledger(folder: Path, made: Mapping[str, Made]) -> None:
    """Write the ledger of *folder*, unless it says the same already.

    raises: BuildError.
    """
    files = {path: (file.time, file.suffixes, file.recipe) for path, file in sorted(made.items())}
    body = json.dumps({"format": FORMAT, "files": files}, separators=(",", ":")).encode() + b"\n"
    path, part = folder / LEDGER, folder / BEING_WRITTEN
    with build_errors(path):
        if not path.exists() or path.read_bytes() != body:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(body)
            part.replace(path)


@contextmanager
def build_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into a BuildError, which names the file."""
    try:
        yield
    except OSError as error:
        raise BuildError(f"{error.filename or path}: cannot be built: {error.strerror}") from error


LOCK = "feedsvc-build.lock"


class Tree:
    """The folder of a build, locked against other processes.

    A ledger lists all files before the first is written, and again after the last is removed. So the next build knows
    every file of a build that was killed.

    raises: BuildError, as its methods do, if the folder has foreign files or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lead = FileLead(self.folder / LOCK)
        self._made: dict[str, Made] = {}
        self._kept: set[str] = set()
        self.written = 0
        self.removed = 0

    def __enter__(self) -> Self:
        """Lock the folder, and read the ledger of former builds."""
        with build_errors(self.folder):
            if self.folder.is_dir() and not (self.folder / LEDGER).exists() and _has_files(self.folder):
                raise BuildError(
                    f"{self.folder}: is not empty, and feedsvc build did not make its files; name a new or empty folder"
                )
            self.folder.mkdir(parents=True, exist_ok=True)  # the lock would make a folder that no web server may read
            if not self._lead.take():
                raise BuildError(f"{self.folder}: another feedsvc build writes there; end it first")
        try:
            self._made = read_ledger(self.folder)
        except BuildError:
            self._lead.let_go()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lead.let_go()

    def __len__(self) -> int:
        """Return the number of files, with their compressed forms."""
        return sum(1 + len(made.suffixes) for made in self._made.values())

    def begin(self, files: Iterable[str]) -> None:
        """Note that this build will have *files*, before any of them is written."""
        self._kept = set()
        coming = {file: Made() for file in files if file not in self._made}
        if coming or not (self.folder / LEDGER).exists():
            self._made |= coming
            write_ledger(self.folder, self._made)

    def is_right(self, file: str, recipe: str | None) -> bool:
        """Return whether *file* is as it was made, from the same *recipe*; this build then keeps it."""
        made = self._made[file]
        if recipe is None or made.time is None or made.recipe != recipe or self._time(file, made) != made.time:
            return False
        self._kept.add(file)
        return True

    def put(
        self,
        file: str,
        body: bytes,
        *,
        modified: int,
        recipe: str | None = None,
        forms: Callable[[], Mapping[str, bytes]] = dict,
    ) -> bool:
        """Write *body* to *file*, unless it is there already; return whether it is new.

        An unchanged file keeps its time. A changed one gets a later time than before, because web servers tell its
        versions apart by the time.

        modified: seconds since 1970.
        forms:    makes the compressed forms, by suffix.
        """
        made = self._made[file]
        with build_errors(self.folder / file):
            there = self._found(file)
            is_same = there is not None and there[0] == body
            time = self._time(file, made)
            if is_same and time is not None and made.time is not None:
                self._made[file] = Made(time=time, suffixes=made.suffixes, recipe=recipe)
            else:
                if there is not None:
                    modified = there[1] if is_same else max(modified, there[1] + 1)
                self._write_all(file, body, forms(), modified=modified, recipe=recipe)
        self._kept.add(file)
        return not is_same

    def copy(self, file: str, original: Path, *, recipe: str | None) -> None:
        """Write a copy of *original* to *file*, with its time; it has no compressed forms."""
        target, part = self.folder / file, self.folder / BEING_WRITTEN
        with build_errors(target):
            modified = int(original.stat().st_mtime)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, part)
            os.utime(part, (modified, modified))
            part.replace(target)
        self._made[file] = Made(time=modified, suffixes=(), recipe=recipe)
        self._kept.add(file)
        self.written += 1

    def finish(self) -> None:
        """Remove the files that this build did not keep or write, and write the ledger."""
        for file in sorted(self._made.keys() - self._kept):
            made = self._made.pop(file)
            with build_errors(self.folder / file):
                for suffix in ("", *made.suffixes):
                    self._remove(file + suffix)
        write_ledger(self.folder, self._made)

    def _write_all(
        self, file: str, body: bytes, forms: Mapping[str, bytes], *, modified: int, recipe: str | None
    ) -> None:
        """Write the compressed forms first, so that a file always has its own forms, with the same time."""
        for suffix, form in forms.items():
            self._write(file + suffix, form, modified)
        self._write(file, body, modified)
        for suffix in set(self._made[file].suffixes) - set(forms):
            self._remove(file + suffix)
        self._made[file] = Made(time=modified, suffixes=tuple(forms), recipe=recipe)

    def _write(self, file: str, body: bytes, modified: int) -> None:
        target, part = self.folder / file, self.folder / BEING_WRITTEN
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(body)
        os.utime(part, (modified, modified))
        part.replace(target)
        self.written += 1

    def _remove(self, file: str) -> None:
        target = self.folder / file
        try:
            target.unlink()
        except FileNotFoundError:
            return
        self.removed += 1
        for parent in target.parents:
            if parent == self.folder or _has_files(parent):
                break
            parent.rmdir()

    def _found(self, file: str) -> tuple[bytes, int] | None:
        try:
            with (self.folder / file).open("rb") as opened:
                return opened.read(), int(os.fstat(opened.fileno()).st_mtime)
        except FileNotFoundError:
            return None

    def _time(self, file: str, made: Made) -> int | None:
        """Return the time of *file* and all its forms; None if one is missing or has another time."""
        try:
            times = {int((self.folder / f"{file}{suffix}").stat().st_mtime) for suffix in ("", *made.suffixes)}
        except OSError:
            return None
        return times.pop() if len(times) == 1 else None


def _has_files(folder: Path) -> bool:
    return any(path.name not in {LOCK, BEING_WRITTEN} for path in folder.iterdir())
