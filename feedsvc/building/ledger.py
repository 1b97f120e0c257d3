"""Note which files were built into a folder, so that no other is ever removed from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from feedsvc.errors import BuildError

LEDGER = "feedsvc-build.json"
BEING_WRITTEN = "feedsvc-build.part"
FORMAT = 1
SUFFIXES = (".gz", ".br")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Hold what is known of a file that was made, or is about to be.

    time:     of its last change, in seconds since 1970; None until it is known to be written.
    suffixes: of its compressed forms; all that there could be until then.
    recipe:   see `feedsvc.building.addresses.Address`.
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
