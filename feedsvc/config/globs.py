"""Globs for paths in a folder, as in .gitignore: `drafts/`, `*.wir`, `posts/**/*.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PART = re.compile(r"\*\*/|/\*\*(?=/|$)|\*+|\?|\[!?\]?[^\]/]*\]|[^*?\[]+|\[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """One glob, compiled.

    tree:         matches the paths that the glob names, and everything below them. path: only the paths themselves.
    is_of_folder: the last part is empty or only "*", so the glob names a folder and not files.
    """

    tree: re.Pattern[str]
    path: re.Pattern[str]
    is_of_folder: bool


class Globs:
    """Several globs, in which case does not matter. A glob without "/" inside matches at any depth."""

    def __init__(self, written: Iterable[str]) -> None:
        self._globs = tuple(_compile(glob) for glob in written)

    def __bool__(self) -> bool:
        return bool(self._globs)

    def match(self, path: str) -> bool:
        """Return whether a glob names *path* or a folder above it."""
        return any(glob.tree.fullmatch(path) for glob in self._globs)

    def match_file(self, path: str) -> bool:
        """Return whether a glob names the file at *path* itself, and not only its folder."""
        return any(not glob.is_of_folder and glob.path.fullmatch(path) for glob in self._globs)


def glob_fault(written: str) -> str | None:
    """Return the fault of a glob, None for a valid one."""
    parts = written.removeprefix("/").removesuffix("/").split("/")
    if not written.strip("/ "):
        return "is empty"
    if ".." in parts or "." in parts or "" in parts:
        return "must be a path below the source's folder, without '.' and '..'"
    if "\\" in written:
        return "contains a backslash; write '/' between folders"
    try:
        _compile(written)
    except re.error as error:
        return f"is not a valid glob ({error.msg})"
    return None


def _compile(written: str) -> Glob:
    bare = written.removeprefix("/").removesuffix("/")
    anywhere = "" if "/" in bare or written.startswith("/") else "(?:.*/)?"
    body = anywhere + "".join(_pattern(part) for part in PART.findall(bare))
    last = bare.rpartition("/")[2]
    below = "/.*" if written.endswith("/") else "(?:/.*)?"
    return Glob(
        tree=re.compile(body + below, re.IGNORECASE | re.DOTALL),
        path=re.compile(body, re.IGNORECASE | re.DOTALL),
        is_of_folder=written.endswith("/") or not last.strip("*"),
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
