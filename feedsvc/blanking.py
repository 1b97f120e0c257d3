"""Blank lines of a document that name what was killed, so that what is kept of it reads as before but for them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from feedsvc.errors import DocumentError
from feedsvc.model.documents import Document
from feedsvc.model.drafts import Draft, RelatedLine
from feedsvc.parsers import parse, text_of
from feedsvc.titles import asked_by

SEEN = re.compile(r"\S")


def without_lines(draft: Draft, digests: Collection[str]) -> Draft:
    """Return *draft* without its related lines that ask for any of *digests*."""
    return replace(draft, related=tuple(line for line in draft.related if not _asks(line, digests)))


def blanked(document: Document, digests: Collection[str], *, encoding: str | None) -> bytes | None:
    """Return what may be kept of *document*: its text, its related lines that ask for any of *digests* blanked.

    Every other character keeps its place, for spans count in it.

    returns: None where it would be read otherwise then, as JSON with escapes in it: nothing may be kept of its text.
    """
    try:
        text = text_of(document, encoding=encoding)
        draft = parse(document, encoding=encoding)[0]
    except DocumentError:
        return None
    lines = [line for line in draft.related if _asks(line, digests)]
    if not lines:
        return document.content
    wanted = without_lines(draft, digests)
    for tried, is_same in _blankings(text, lines):
        content = codecs.BOM_UTF8 + tried.encode()
        try:
            found = parse(replace(document, content=content))[0]
        except DocumentError:
            continue
        if found == wanted or (not is_same and replace(found, related=()) == replace(wanted, related=())):
            return content
    return None


def _asks(line: RelatedLine, digests: Collection[str]) -> bool:
    return not asked_by([line]).isdisjoint(digests)


def _blankings(text: str, lines: list[RelatedLine]) -> Iterator[tuple[str, bool]]:
    """Yield *text* blanked, the best first, and whether nothing but *lines* may then be read otherwise.

    Ornaments alone name no story, so dots are a line that nobody reads; whole lines take what else they name along.
    """
    for mark in (".", " "):
        tried = text
        for line in lines:
            start, end = line.span.start, line.span.end
            tried = tried[:start] + SEEN.sub(mark, tried[start:end]) + tried[end:]
        yield tried, True
    tried = text
    for line in lines:
        start = tried.rfind("\n", 0, line.span.start) + 1
        end = tried.find("\n", line.span.end)
        end = len(tried) if end < 0 else end
        tried = tried[:start] + SEEN.sub(" ", tried[start:end]) + tried[end:]
    yield tried, False
