"""Match paths below a folder against globs, as .gitignore has them: `drafts/`, `*.wir`, `posts/**/*.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PART = re.compile(r"\*\*/|/\*\*(?=/|$)|\*+|\?|\[!?\]?[^\]/]*\]|[^*?\[]+|\[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """One glob.

    place: matches the paths that it names, and all below them. name: the same, without what is below.
    is_of_places: its last part is stars alone, or it ends in "/", so that it says where files lie, not what they are.
    """

    place: re.Pattern[str]
    name: re.Pattern[str]
    is_of_places: bool


class Globs:
    """Several globs; case does not count, and a glob without "/" inside it matches at any depth."""

    def __init__(self, written: Iterable[str]) -> None:
        self._globs = tuple(_read(each) for each in written)

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self._globs)

    def holds(self, path: str) -> bool:
        """Return whether a glob names *path* or a folder above it."""
        return any(each.place.fullmatch(path) for each in self._globs)

    def names(self, path: str) -> bool:
        """Return whether a glob names the file at *path* itself, by more than the place where it lies."""
        return any(not each.is_of_places and each.name.fullmatch(path) for each in self._globs)


def glob_fault(written: str) -> str | None:
    """Return what is wrong with a glob, None when nothing is."""
    parts = written.removeprefix("/").removesuffix("/").split("/")
    if not written.strip("/ "):
        return "names nothing"
    if ".." in parts or "." in parts or "" in parts:
        return "must be a path below the source's folder, without '.' and '..'"
    if "\\" in written:
        return "holds a backslash; folders are parted by '/'"
    try:
        _read(written)
    except re.error as error:
        return f"is no glob ({error.msg})"
    return None


def _read(written: str) -> Glob:
    bare = written.removeprefix("/").removesuffix("/")
    anywhere = "" if "/" in bare or written.startswith("/") else "(?:.*/)?"
    body = anywhere + "".join(_pattern(each) for each in PART.findall(bare))
    last = bare.rpartition("/")[2]
    below = "/.*" if written.endswith("/") else "(?:/.*)?"
    return Glob(
        place=re.compile(body + below, re.IGNORECASE | re.DOTALL),
        name=re.compile(body, re.IGNORECASE | re.DOTALL),
        is_of_places=written.endswith("/") or not last.strip("*"),
    )


def _pattern(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part == "/**":
        return "/.*"
    if part.startswith("*"):
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and len(part) > 1:
        inner = part[1:-1]
        negated = inner.startswith("!")
        return f"[{'^/' if negated else ''}{re.escape(inner.removeprefix('!')).replace(chr(92) + '-', '-')}]"
    return re.escape(part)
