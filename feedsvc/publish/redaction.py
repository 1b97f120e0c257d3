"""Blank lines of a document that name what was killed, so that what is kept of it reads as before but for them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from feedsvc.articles.related import asked_by
from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft, RelatedLine
from feedsvc.model.errors import DocumentError
from feedsvc.parsers import parse, text_of

SEEN = re.compile(r"\S")


def without_lines(draft: Draft, digests: Collection[str]) -> Draft:
    """Return *draft* without its related lines that ask for any of *digests*."""
    return replace(draft, related=tuple(line for line in draft.related if not _asks(line, digests)))


def blanked(
    document: Document, digests: Collection[str], *, encoding: str | None, languages: Sequence[str]
) -> bytes | None:
    """Return what may be kept of *document*: its text, its related lines that ask for any of *digests* blanked.

    Every other character keeps its place, for spans count in it.

    encoding, languages: as `parse` is given them.
    returns: None where it would be read otherwise then, as mail in base64: nothing may be kept of its text.
    """
    read = partial(parse, encoding=encoding, languages=languages)
    try:
        text = text_of(document, encoding=encoding, languages=languages)
        draft = read(document)[0]
    except DocumentError:
        return None
    spans = [line.span for line in draft.related if _asks(line, digests)]
    if not spans:
        return document.content
    wanted = without_lines(draft, digests)
    for content, is_same in _blankings(document.content, text, spans):
        try:
            found = replace(read(replace(document, content=content))[0], remarks=wanted.remarks)
        except DocumentError:
            continue
        if found == wanted or (not is_same and replace(found, related=()) == replace(wanted, related=())):
            return content
    return None


def _asks(line: RelatedLine, digests: Collection[str]) -> bool:
    return not asked_by([line]).isdisjoint(digests)


def _blankings(content: bytes, text: str, spans: Sequence[Span]) -> Iterator[tuple[bytes, bool]]:
    """Yield *content* blanked, the best first, and whether nothing but *spans* may then be read otherwise.

    Ornaments alone name no story, so dots are a line that nobody reads. What came in an envelope is blanked in it; of
    other encodings than UTF-8 the text is kept. Whole lines take what else they name along.
    """
    for mark in (".", " "):
        inside = content
        for span in spans:
            part = text[span.start : span.end]
            inside = inside.replace(part.encode(), SEEN.sub(mark, part).encode())
        yield inside, True
        yield _whole(text, [(span.start, span.end) for span in spans], mark=mark), True
    lines = [(text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)) for span in spans]
    yield _whole(text, [(start, end if end >= 0 else len(text)) for start, end in lines], mark=" "), False


def _whole(text: str, parts: Sequence[tuple[int, int]], *, mark: str) -> bytes:
    for start, end in parts:
        text = text[:start] + SEEN.sub(mark, text[start:end]) + text[end:]
    return codecs.BOM_UTF8 + text.encode()
