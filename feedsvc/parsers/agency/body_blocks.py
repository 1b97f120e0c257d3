"""Cut a body in XHTML or NITF into paragraphs. What harms a page is left out later, by feedsvc/text/html.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from lxml import etree

from feedsvc.parsers.agency.xml_tree import LANGUAGE, child, name_of, text_in
from feedsvc.parsers.lines import tidy
from feedsvc.text.characters import XML_FORBIDDEN
from feedsvc.text.html import TAGS, bound_nesting

_CONTAINERS = """
    article block body body.content body.end center content credit div footer header html main nitf nitf-table section
    tagline
"""
CONTAINERS = frozenset(_CONTAINERS.split())
_BLOCKS = "blockquote bq dl figure fn h1 h2 h3 h4 h5 h6 hl1 hl2 hr ol p pre table ul"
BLOCKS = frozenset(_BLOCKS.split())
_SILENT = "body.head docdata head media nitf-table-metadata noscript script style template title"
SILENT = frozenset(_SILENT.split())
# Classes of what agencies put into bodies for desks, or repeat there from other fields.
_FOR_DESKS = "closingline editorsnote embargoed genre notepad np-constraint np-nonpublic publicationDate slugline"
FOR_DESKS = frozenset(_FOR_DESKS.split())
PARTS = BLOCKS | {"caption", "dd", "dt", "figcaption", "li", "tbody", "td", "tfoot", "th", "thead", "tr"}
OF_NITF: Mapping[str, str] = {"hl1": "h2", "hl2": "h3", "bq": "blockquote", "fn": "p", "lang": "span"}
# Words that NITF marks up with their meaning, which no reader sees.
_BARE = """
    alt-code block chron city classifier copyrite country credit custom-table datasource event frac frac-den frac-num
    frac-sep function identified-content location money name.family name.given nitf-col nitf-colgroup nitf-table num
    object.title org person postaddr pronounce region state sublocation virtloc
"""
BARE = frozenset(_BARE.split())
KNOWN = TAGS | BARE | CONTAINERS | PARTS
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# In text as a wire sends it a line with an indent begins a paragraph, if others have none.
AT_MARGIN, INDENTED = re.compile(r"\n\S"), re.compile(r"\n(?=[ \t]{2,8}\S)|\n[ \t]*\n\s*")
# That mean something to readers; elements with a hundred thousand others must cost nothing.
_ATTRIBUTES = "alt cite colspan datetime dir height href id lang rowspan src srcset start title type value width"
ATTRIBUTES = tuple(_ATTRIBUTES.split())
NO_TEXT = re.compile(r"<(?:img|video|audio|iframe|hr)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyBlock:
    """A block of a body: its plain words, its HTML, its element or that around it, and the language that it states."""

    text: str
    html: str
    element: etree._Element | None = None
    is_byline: bool = False
    language: str | None = None


@dataclass(slots=True, kw_only=True)
class _Run:
    """Words between blocks, which make a paragraph of their own."""

    words: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def add(self, words: str, html: str) -> None:
        self.words.append(words)
        self.html.append(html)

    def ended(self, element: etree._Element) -> Iterator[BodyBlock]:
        text, html = tidy("".join(self.words)), "".join(self.html).strip()
        self.words.clear()
        self.html.clear()
        if text or NO_TEXT.search(html):
            yield BodyBlock(text=text, html=f"<p>{html}</p>", element=element, language=_language(element))


def blocks_in(body: etree._Element) -> Iterator[BodyBlock]:
    """Yield each block of *body*, in their order; words that stand beside blocks are paragraphs.

    Elements of an agency's own hold blocks, as containers do, or are blocks beside others.
    """
    holding: set[etree._Element] = set()
    for element in body.iter():
        if _name(element) in BLOCKS:
            for around in element.iterancestors():
                if around in holding or around is body:
                    break
                holding.add(around)
    yield from _blocks(body, holding)


def _blocks(body: etree._Element, holding: set[etree._Element]) -> Iterator[BodyBlock]:
    run = _Run()
    run.add(body.text or "", escape(body.text or "", quote=False))
    is_own = _name(body) not in KNOWN
    for inner in body:
        name = _name(inner)
        if name and _is_silent(inner):
            pass
        elif name in CONTAINERS or (inner in holding and name not in BLOCKS and name != "a"):
            yield from run.ended(body)
            yield from _blocks(inner, holding)
        elif name in BLOCKS:
            yield from run.ended(body)
            yield from _block(inner)
        elif is_own and name and name not in KNOWN:
            yield from run.ended(body)
            run.add(_words(inner), html_of(inner))
            yield from run.ended(inner)
        else:
            run.add(_words(inner), html_of(inner))
        run.add(inner.tail or "", escape(inner.tail or "", quote=False))
    yield from run.ended(body)


def _name(element: etree._Element) -> str:
    return name_of(element).lower()  # some agencies write it in capitals


def _is_silent(element: etree._Element) -> bool:
    """Return whether nothing of an element is for readers."""
    return _name(element) in SILENT or not FOR_DESKS.isdisjoint(element.get("class", "").split())


def _block(element: etree._Element) -> Iterator[BodyBlock]:
    written = (element.text or "").strip()
    if _name(element) == "p" and not len(element) and AT_MARGIN.search(written) and INDENTED.search(written):
        for part in filter(None, map(tidy, INDENTED.split(written))):
            yield BodyBlock(text=part, html=paragraph_html(part), element=element, language=_language(element))
        return
    text, html = tidy(_parted_words(element)), html_of(element)
    if text or NO_TEXT.search(html):
        is_byline = element.get("class") == "byline"
        yield BodyBlock(text=text, html=html, element=element, is_byline=is_byline, language=_language(element))


def _parted_words(element: etree._Element) -> str:
    """Return the words of a block, those of its parts parted."""
    parts = [element.text or ""]
    for inner in element:
        words = _words(inner) if _name(inner) not in PARTS else f" {_parted_words(inner)} "
        parts += [words, inner.tail or ""]
    return "".join(parts)


def paragraph_html(text: str) -> str:
    """Return plain *text* as a paragraph in HTML."""
    return f"<p>{escape(text, quote=False)}</p>"


def _words(element: etree._Element) -> str:
    if element.tag is etree.Entity:
        return unescape(element.text or "")
    name = _name(element)
    if not name or _is_silent(element):
        return ""
    return "\n" if name == "br" else text_in(element)


def _language(element: etree._Element) -> str | None:
    while element is not None and _name(element) not in {"contentSet", "newsItem", "nitf"}:
        if language := element.get(LANGUAGE) or element.get("lang"):
            return str(language)
        element = element.getparent()
    return None


def html_of(element: etree._Element) -> str:
    """Return an element as HTML: of NITF the element of HTML that means the same, of what has none its words."""
    if element.tag is etree.Entity:
        return str(element.text)
    name = _name(element)
    if not name or _is_silent(element):
        return ""
    name = OF_NITF.get(name, name)
    inside = [escape(element.text or "", quote=False)]
    for inner in element:
        inside += [html_of(inner), escape(inner.tail or "", quote=False)]
    if name in BARE:
        return "".join(inside)
    stated = ((key, element.get(key)) for key in ATTRIBUTES if len(element.attrib))
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in stated if value is not None)
    return f"<{name}{attributes}>" if name in VOID else f"<{name}{attributes}>{''.join(inside)}</{name}>"


def tree_of_html(html: str, *, language: str | None = None) -> etree._Element | None:
    """Return HTML, as agencies write it into a field, as a tree; None if it is empty. Nothing is too broken for it.

    Its elements are closed first, because libxml2 takes a time of their number squared for those that are not.

    language: of the words that name what is embedded.
    """
    bounded = bound_nesting(XML_FORBIDDEN.sub(" ", html), tags=TAGS, language=language or "en")
    if not bounded.strip():
        return None
    parser = etree.HTMLParser(no_network=True, encoding="utf-8", huge_tree=False)
    root = etree.fromstring(f"<body>{bounded}</body>".encode(), parser)
    body = child(root, "body")
    return root if body is None else body
