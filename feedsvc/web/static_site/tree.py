"""Keep a folder of built files: each written whole, none touched that is right, none removed that is not ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from feedsvc.model.errors import BuildError
from feedsvc.stores.locks import FileLead

LEDGER = "feedsvc-build.json"
BEING_WRITTEN = "feedsvc-build.part"
FORMAT = 1
SUFFIXES = (".gz", ".br")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is known of a file that was made, or is about to be.

    time:     of its last change, in seconds since 1970; None until it is known to be written.
    suffixes: of its compressed forms; all that there could be until then.
    recipe:   see `feedsvc.web.static_site.inventory.Address`.
    """

    time: int | None = None
    suffixes: tuple[str, ...] = SUFFIXES
    recipe: str | None = None


def read_ledger(folder: Path) -> dict[str, Made]:
    """Return, by its name below *folder*, every file that was made there; nothing where nothing was.

    raises: BuildError if the ledger is not as it was left.
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
    # Files are removed by it: nothing in it may lead out of the folder.
    if any(PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts for file in found):
        raise BuildError(f"{path}: names files outside of {folder}; build into a new folder")
    return found


def write_ledger(folder: Path, made: Mapping[str, Made]) -> None:
    """Note what was *made* in *folder*; a ledger that says so already is not touched.

    raises: BuildError.
    """
    files = {file: (each.time, each.suffixes, each.recipe) for file, each in sorted(made.items())}
    body = json.dumps({"format": FORMAT, "files": files}, separators=(",", ":")).encode() + b"\n"
    path, part = folder / LEDGER, folder / BEING_WRITTEN
    with told(path):
        if not path.exists() or path.read_bytes() != body:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(body)
            part.replace(path)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one of ours, which names the file."""
    try:
        yield
    except OSError as error:
        raise BuildError(f"{error.filename or path}: cannot be built: {error.strerror}") from error


LOCK = "feedsvc-build.lock"


class Tree:
    """Hold *folder* while it is built; no other process builds there meanwhile.

    What was made is noted in a ledger before the first file is written and again after the last one is removed, so
    that a build which is killed leaves nothing that the next one does not know.

    raises: BuildError, as do the methods, when something is in the folder that was not made here, or it cannot be
            written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lead = FileLead(self.folder / LOCK)
        self._made: dict[str, Made] = {}
        self._kept: set[str] = set()
        self.written = 0
        self.removed = 0

    def __enter__(self) -> Self:
        """Return the tree, with what former builds made."""
        with told(self.folder):
            if self.folder.is_dir() and not (self.folder / LEDGER).exists() and _holds_anything(self.folder):
                raise BuildError(
                    f"{self.folder}: is not empty, and feedsvc build did not make what is in it; "
                    "name a new folder, or one that is empty"
                )
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
        """Let others build there."""
        self._lead.let_go()

    def __len__(self) -> int:
        """Return how many files there are, with their compressed forms."""
        return sum(1 + len(made.suffixes) for made in self._made.values())

    def begin(self, files: Iterable[str]) -> None:
        """Note that *files* are going to be there, before any of them is."""
        self._kept = set()
        coming = {file: Made() for file in files if file not in self._made}
        if coming or not (self.folder / LEDGER).exists():
            self._made |= coming
            write_ledger(self.folder, self._made)

    def is_right(self, file: str, recipe: str | None) -> bool:
        """Return whether *file* need not be made again: it is there, as it was made, of an equal *recipe*."""
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
        """Have *file* hold *body*, and return whether that is new.

        A file that says what it said keeps its time; one that says something else gets a later one than it had, for
        web servers tell its versions apart by that.

        modified: seconds since 1970.
        forms:    makes its compressed forms, by their suffix.
        """
        made = self._made[file]
        with told(self.folder / file):
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

    def finish(self) -> None:
        """Remove what was made and was not put again, and note what there is."""
        for file in sorted(self._made.keys() - self._kept):
            made = self._made.pop(file)
            with told(self.folder / file):
                for each in (file, *(file + suffix for suffix in made.suffixes)):
                    self._remove(each)
        write_ledger(self.folder, self._made)

    def _write_all(
        self, file: str, body: bytes, forms: Mapping[str, bytes], *, modified: int, recipe: str | None
    ) -> None:
        """Write the compressed forms first: a file that is there has those that belong to it, of the same time."""
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
            if parent == self.folder or _holds_anything(parent):
                break
            parent.rmdir()

    def _found(self, file: str) -> tuple[bytes, int] | None:
        try:
            with (self.folder / file).open("rb") as opened:
                return opened.read(), int(os.fstat(opened.fileno()).st_mtime)
        except FileNotFoundError:
            return None

    def _time(self, file: str, made: Made) -> int | None:
        """Return the time of *file* and all its forms, None when one is missing or has another."""
        try:
            times = {int((self.folder / f"{file}{suffix}").stat().st_mtime) for suffix in ("", *made.suffixes)}
        except OSError:
            return None
        return times.pop() if len(times) == 1 else None


def _holds_anything(folder: Path) -> bool:
    return any(each.name not in {LOCK, BEING_WRITTEN} for each in folder.iterdir())
