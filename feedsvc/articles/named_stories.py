"""Find the stories that a draft names by a title, an address or a path, and leave out of it those that are killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from html import unescape
from itertools import islice

from feedsvc.articles.references import MOST_REFERENCES, Place, all_named, places_named, without_addresses
from feedsvc.articles.related import asked_by, not_asking
from feedsvc.model.article import Article, Text
from feedsvc.model.document import Problem
from feedsvc.model.draft import Draft, Enclosure, Paragraph, RelatedLine, Remark
from feedsvc.text.html import without_empty_links

# An attribute of HTML that is not yet safe.
ADDRESSED = re.compile(
    r"""\s(?P<name>cite|href|poster|src|srcset)\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s"'<>]++)""", re.IGNORECASE
)
QUOTED = re.compile("'([^'\n]{1,2000})'")  # the text that a message is about
BLANK = "#"  # an address of these leads nowhere
BLANKED = re.compile(f"{BLANK}+")


def line_names(line: RelatedLine, place: Place) -> tuple[str, ...]:
    """Return the digests of all documents that a related line might name by an address or a path."""
    is_path = line.url is not None or line.title.startswith("/") or places_named(line.title, place)
    return all_named(line.url or line.title, place) if is_path else ()


def stories_asked_for(draft: Draft, place: Place) -> frozenset[str]:
    """Return the digests of all stories that *draft* might name, also in related lines that are not used.

    A kill has to find the draft by them.
    """
    found = set(asked_by(draft.related))
    for line in draft.related:
        found |= {*line_names(line, place)}
    for written in islice(_addresses(draft), MOST_REFERENCES):
        found |= {*all_named(written, place)}
    return frozenset(found)


def _addresses(draft: Draft) -> Iterator[str]:
    for enclosure in draft.enclosures:
        yield enclosure.url
    for paragraph in draft.paragraphs:
        if "=" in paragraph.html:
            for found in ADDRESSED.finditer(paragraph.html):
                yield from _written(found)


def _written(found: re.Match[str]) -> Iterator[str]:
    """Yield the addresses in an attribute, as they are meant."""
    value = unescape(found["value"].strip("\"'"))
    if found["name"].lower() == "srcset":
        yield from (part.split()[0] for part in value.split(",") if part.strip())
    else:
        yield value


def without_stories(draft: Draft, digests: Collection[str], place: Place) -> tuple[Draft, frozenset[str]]:
    """Return *draft* without the related lines and the addresses that name any of *digests*, and these addresses."""
    gone: set[str] = set()

    def names(written: str) -> bool:
        is_named = written in gone or not set(all_named(written, place)).isdisjoint(digests)
        gone.update({written} if is_named else ())
        return is_named

    related = tuple(line for line in draft.related if not line_asks(line, digests, place))
    enclosures = tuple(enclosure for enclosure in draft.enclosures if not names(enclosure.url))
    paragraphs = tuple(_without(paragraph, names) for paragraph in draft.paragraphs)
    left = replace(
        draft,
        related=related,
        enclosures=enclosures,
        paragraphs=paragraphs,
        misspelt=_unsaid(draft.misspelt, names),
        left_out=_unsaid(draft.left_out, names),
    )
    return left, frozenset(gone)


def line_asks(line: RelatedLine, digests: Collection[str], place: Place) -> bool:
    return not asked_by([line]).union(line_names(line, place)).isdisjoint(digests)


def without_blanks(draft: Draft) -> Draft:
    """Return *draft* as it reads without addresses that were blanked."""

    def is_blank(written: str) -> bool:
        return BLANKED.fullmatch(written) is not None

    enclosures: tuple[Enclosure, ...] = tuple(each for each in draft.enclosures if not is_blank(each.url))
    paragraphs = tuple(_without(paragraph, is_blank) for paragraph in draft.paragraphs)
    return replace(draft, enclosures=enclosures, paragraphs=paragraphs)


def _without(paragraph: Paragraph, names: Callable[[str], bool]) -> Paragraph:
    def kept(found: re.Match[str]) -> str:
        return "" if [written for written in _written(found) if names(written)] else found[0]

    html = ADDRESSED.sub(kept, paragraph.html) if "=" in paragraph.html else paragraph.html
    return paragraph if html == paragraph.html else replace(paragraph, html=html)


def _unsaid(remarks: Collection[Remark], names: Callable[[str], bool]) -> tuple[Remark, ...]:
    return tuple(remark for remark in remarks if not _tells(remark.text, names))


def _tells(message: str, names: Callable[[str], bool]) -> bool:
    return bool([quoted for quoted in QUOTED.findall(message) if names(quoted)])


def article_without_stories(article: Article, digests: Collection[str], place: Place) -> Article:
    """Return *article* without all by which it asks for any of *digests*; the words of its links stay."""
    gone = {
        reference.address
        for reference in article.references
        if not {*reference.places, *reference.pages, *reference.hiding}.isdisjoint(digests)
    }

    def names(written: str) -> bool:
        return not set(all_named(written, place)).isdisjoint(digests)

    def told(problem: Problem) -> bool:
        return not _tells(problem.message, names)

    bodies = tuple(
        (language, without_empty_links(without_addresses(html, gone)).strip() if gone else html)
        for language, html in article.body.items
    )
    return replace(
        article,
        wanted=not_asking(article.wanted, digests),
        references=tuple(reference for reference in article.references if reference.address not in gone),
        media=tuple(medium for medium in article.media if medium.url not in gone),
        body=Text(items=bodies),
        problems=tuple(filter(told, article.problems)),
    )
