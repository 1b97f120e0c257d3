"""Documents as sources deliver and stores keep them, and their problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Severity = Literal["rejected", "held", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault of a document, its place, and its consequence.

    line:     1-based, None when the fault is at no line. offset: in the document's text, until its line is known.
    severity: "rejected" was not published, "held" waits for its time or for a person, "note" was published anyway.
    """

    source: str
    path: str
    line: int | None = None
    message: str
    severity: Severity = "rejected"
    offset: int | None = None

    @property
    def label(self) -> str:
        """The word that stands before it in reports: trouble of a whole source is no rejected document."""
        return "trouble" if self.severity == "rejected" and not self.path else self.severity

    def __str__(self) -> str:
        if not self.path:
            return self.message  # it is the source's, not a document's
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


def sharing(problem: Problem) -> tuple[str, ...]:
    """Return the part of *problem* by which documents of a source share one line.

    Notes share it, and so do rejections of files that are no copy by their kind. All others want a look at each.
    """
    is_shared = problem.severity == "note" or problem.message.endswith(NO_COPY)
    return (problem.source, problem.severity, problem.message, "" if is_shared else problem.path)


def told_once(problems: Iterable[Problem]) -> list[str]:
    """Return a line for each problem; one that several documents share is told at the first of them."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        alike.setdefault(sharing(problem), []).append(problem)
    lines = []
    for shared in alike.values():
        first, others = shared[0], len({problem.path for problem in shared}) - 1
        also = f" (and in {others} other document{'s' if others > 1 else ''})" if others else ""
        lines.append(f"{first.label}: {first}{also}")
    return lines


# Ends a rejection of a file for its kind.
NO_COPY = "; articles are wire copy, Markdown, web pages, Word documents, NewsML-G2, NITF or ninjs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The bytes that a source delivered.

    path:        relative to the source, with "/", stable: the document's name.
    arrival:     when the bytes were last changed, never after now.
    fingerprint: opaque; equal fingerprints mean unread bytes have not changed. Empty: read again next time.
    media_type:  as far as the name tells ("text/plain", "text/markdown").
    """

    source: str
    path: str
    content: bytes
    arrival: datetime
    fingerprint: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A known document that is still there, with the same fingerprint."""

    source: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """A document as a store remembers it, without its bytes.

    digest:  of its bytes.
    live:    False when its arrival is that of a copy (see Evidence).
    article: the id of the article it is part of, None while it is rejected or held.
    gist:    hashes of headline, dateline day and first paragraph, which recognise the story.
    serial:  order of first sight.
    due:     the end of its hold, if that is known; of a document that is not held, the time when it expires.
    """

    source: str
    path: str
    fingerprint: str
    digest: str
    arrival: datetime
    live: bool
    article: str | None
    gist: str
    serial: int
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBeside:
    """A file in a source that is no document.

    path:        real, on this machine; None if it must not be read, for the reason in *fault*.
    fingerprint: as that of a document.
    part:        its name in the document at *path*, if it is a picture in that.
    """

    path: Path | None
    fingerprint: str
    fault: str = ""
    part: str = ""


PACKAGE = re.compile(r"(?P<document>.+?\.doc[xm])/(?P<part>.+)", re.IGNORECASE)  # a path of a picture in a document


def suffix(path: str) -> str:
    """Return the ending of the name in *path*, with its dot, as `PurePosixPath.suffix` does; "" for none."""
    at = path.rfind(".")
    return path[at:] if path.rfind("/") + 1 < at < len(path) - 1 else ""


def is_among(path: str, paths: Collection[str]) -> bool:
    """Return whether the document at *path* is one of *paths*, or is in a folder that is."""
    return path in paths or any(path[:at] in paths for at, character in enumerate(path) if character == "/")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document with its bytes as they were last read.

    present: it was there at the last pass.
    """

    known: KnownDocument
    content: bytes
    present: bool


def by_bytes(digest: str) -> str:
    """Return the mark of a rejected file that is too fresh to have a fingerprint: it is read again, as it has none."""
    return f"bytes {digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of the last pass for the document at one place.

    digest:   of its bytes as they were last read as a document; None if they never were.
    rejected: the fingerprint of the file that is rejected as it is, or the mark `by_bytes`; "" if none is.
    slug, state: of its article; "" if it has none.
    """

    digest: str | None
    is_present: bool
    rejected: str
    problems: tuple[Problem, ...]
    slug: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPosition:
    """A feed that a live article is in, by category and language; None for the bilingual one.

    position: among all that the feed ever held, from 1.
    """

    category: str
    language: str | None
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """The documents of a source in figures.

    documents: there at the last pass, and read. last_arrival: of the newest of them, None when there is none.
    """

    name: str
    documents: int
    last_arrival: datetime | None
