"""Give paragraphs that were read as plain lines the HTML of the blocks that they came in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from html import unescape

from feedsvc.model.dates import Span
from feedsvc.model.draft import Paragraph, RelatedLine, Transmission
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.lines import tidy

LINK = re.compile(
    r"<a\b[^<>]{0,2000}?\bhref=\"(?P<url>[^\"<>]{1,2000})\"[^<>]{0,2000}>(?P<words>.{1,1000}?)</a>", re.DOTALL
)
TAG = re.compile(r"<[^<>]{0,2000}>")


def format_paragraphs(transmission: Transmission, into: DraftBuilder) -> None:
    """Replace the paragraphs of each block by one with its HTML, and add the blocks without words, such as pictures.

    A block of which a part was no copy, such as a line with a mark, stays in plain paragraphs.
    """
    said = sorted(_places(into))
    waiting = list(reversed(into.paragraphs))
    found: list[Paragraph] = []
    for passage, start in transmission.placed():
        end = start + len(passage.text)
        own: list[Paragraph] = []
        while passage.role in {"copy", "text"} and waiting and waiting[-1].span.start < max(end, start + 1):
            own.append(waiting.pop())
        if passage.html and not passage.text:
            found.append(Paragraph(text="", html=passage.html, span=Span(start=start, end=start)))
            continue
        at = bisect_left(said, start)
        is_whole = passage.html and own and not (at < len(said) and said[at] < end)
        if is_whole:
            text = "\n".join(paragraph.text for paragraph in own)
            own = [Paragraph(text=text, html=passage.html, span=Span(start=start, end=end))]
        found += own
    into.paragraphs = found + waiting[::-1]
    if into.related:
        into.related = list(_linked(into.related, transmission))


def _places(into: DraftBuilder) -> Iterable[int]:
    """Yield where everything begins that is no copy."""
    excerpts = (*into.notes, *into.headlines, *into.summaries, into.publisher, into.take_note)
    yield from (part.span.start for part in excerpts if part is not None)
    yield from (part.span.start for part in into.holds)
    yield from (part.span.start for part in into.bylines)
    yield from (part.span.start for part in into.related)
    yield from (part.span.start for part in into.dates)


def _linked(related: Iterable[RelatedLine], transmission: Transmission) -> Iterable[RelatedLine]:
    """Yield *related* with the addresses that their titles link to."""
    links = {
        tidy(unescape(TAG.sub("", link["words"]))): unescape(link["url"])
        for passage in transmission.passages
        for link in LINK.finditer(passage.html)
    }
    for line in related:
        yield line if line.url else replace(line, url=links.get(line.title))
