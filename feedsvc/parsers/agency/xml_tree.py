"""Open XML of strangers: no entity is replaced, no DTD and no network is used, size and depth are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import accumulate

from lxml import etree

from feedsvc.model.dates import Span
from feedsvc.model.errors import ParseError
from feedsvc.parsers.lines import tidy
from feedsvc.text.characters import XML_FORBIDDEN

LONGEST = 10_000_000  # characters
MOST_TAGS = 400_000  # a package of a whole day's texts has a tenth of them; they take half a gigabyte
LOOKED_AT = 100_000  # characters above the root
LOOKED_AT_OF_LINE = 20_000  # characters; a whole day's texts may stand in one line, where each would be looked for
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# A byte order mark is gone by now. A DOCTYPE with declarations inside is seen by its "[" and refused when it is opened.
PROLOG = re.compile(
    r"(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.DOTALL
)
ROOT = re.compile(r"<(?:[\w.-]{1,60}:)?(?P<name>[A-Za-z_][\w.-]{0,60})(?=[\s/>])(?P<attributes>[^>]{0,5000})")
DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,500}\?>")
NOT_BLANK = re.compile(r"[^\n]")
# What libxml2 adds to a message that means nothing to the desk.
POSITION = re.compile(r"(?:,? use XML_PARSE_HUGE option)?(?:, line \d+, column \d+.*)?\Z", re.DOTALL)


def root_of(text: str) -> re.Match[str] | None:
    """Return the start of the root element of *text*; None if it begins as no XML does."""
    above = PROLOG.match(text, 0, LOOKED_AT)
    return ROOT.match(text, above.end()) if above else None


def name_of(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" of a comment, an instruction or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield the children with any of *names*, in whatever namespace."""
    if element is not None:
        yield from (child for child in element if name_of(child) in names)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element on a path of names below *element*."""
    for name in path:
        element = next(children(element, name), None)
    return element


def within(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the elements with that *name* at any depth, in their order."""
    if element is not None:
        yield from element.iter(f"{{*}}{name}")


def text_in(element: etree._Element | None) -> str:
    """Return the words of an element and of all in it, as they stand; an entity of HTML is its character."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for inner in element:
        if inner.tag is etree.Entity:
            parts.append(unescape(inner.text or ""))
        elif isinstance(inner.tag, str):
            parts.append(text_in(inner))
        parts.append(inner.tail or "")
    return "".join(parts)


def words_in(element: etree._Element | None) -> str:
    """Return the words of an element, each run of blanks made one."""
    return tidy(text_in(element))


def language_of(element: etree._Element | None) -> str | None:
    """Return the language that an element, or the nearest around it, declares."""
    while element is not None:
        if language := element.get(LANGUAGE):
            return str(language)
        element = element.getparent()
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlTree:
    """An open document. starts: where each line of *text* begins."""

    text: str
    root: etree._Element
    starts: tuple[int, ...] = field(repr=False)

    def span(self, element: etree._Element | None, said: str = "") -> Span:
        """Return where *said* stands from the line of *element* on, else the beginning of that line."""
        line = min((element.sourceline if element is not None else 0) or 1, len(self.starts) - 1)
        start = self.starts[line - 1]
        end = min(self.starts[line], start + LOOKED_AT_OF_LINE)
        # The line is that of the end of a tag, which may begin lines before.
        found = self.text.find(said, start, end + 2_000) if said else -1
        found = self.text.rfind(said, max(0, start - 2_000), start) if said and found < 0 else found
        if found >= 0:
            return Span(start=found, end=found + len(said))
        return Span(start=start, end=max(start, end - 1))


def open_xml(text: str) -> XmlTree:
    """Return *text* as a tree.

    raises: ParseError, with its line, if it is no well-formed XML, declares entities, or is too large or too deep.
    """
    if len(text) > LONGEST:
        raise ParseError(f"is longer than {LONGEST} characters")
    if text.count("<") > MOST_TAGS:
        raise ParseError(f"has more than {MOST_TAGS} tags")
    if (declared := text.find("<!ENTITY")) >= 0:
        raise ParseError(
            "declares entities, which are not read; write their text in their place",
            line=text.count("\n", 0, declared) + 1,
        )
    said = DECLARATION.match(text)  # of another encoding than the one that the text was read in
    plain = text if said is None else NOT_BLANK.sub(" ", said[0]) + text[said.end() :]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(XML_FORBIDDEN.sub(" ", plain).encode(), parser)
    except etree.XMLSyntaxError as error:
        told = POSITION.sub("", error.msg or "it cannot be read").strip()
        raise ParseError(f"is no well-formed XML: {told}", line=error.lineno) from error
    starts = tuple(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    return XmlTree(text=text, root=root, starts=starts)
