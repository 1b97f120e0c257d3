"""Read NewsML-G2: a news item of text, alone or in a message.

Codes are told by their last part, because each agency has prefixes of its own for the same vocabulary.
source: https://iptc.org/standards/newsml-g2/; docs/reference/agency-formats.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers.agency.body_blocks import BodyBlock, blocks_in, paragraph_html, tree_of_html
from feedsvc.parsers.agency.renditions import Rendition, number_in, picture_of
from feedsvc.parsers.agency.story import AgencyStory
from feedsvc.parsers.agency.xml_tree import (
    LANGUAGE,
    XmlTree,
    child,
    children,
    language_of,
    name_of,
    open_xml,
    root_of,
    text_in,
    within,
    words_in,
)
from feedsvc.parsers.nitf import read_nitf
from feedsvc.text.scripts import base

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
OTHER_ITEMS = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
ROOTS = frozenset({"newsItem", "newsMessage", *OTHER_ITEMS})
CODE = re.compile(r"[^:/#]*$")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
LINES = re.compile(r"\s*\n\s*")
NO_MAIN = ("sub", "short", "web", "alt", "kicker", "overline", "slug", "teaser")  # in the role of a headline
SUMMARIES = ("summary", "abstract", "teaser", "lead", "short")


class NewsmlG2Parser:
    """Read a document whose root is an item of NewsML-G2, or a message that carries items."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "newsml-g2"

    def recognises(self, document: Document, text: str) -> bool:  # noqa: ARG002 - the port's signature
        """Return whether the root of *text* has a name of NewsML-G2."""
        root = root_of(text)
        return root is not None and root["name"] in ROOTS

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield a draft of each news item of text.

        raises: ParseError if it cannot be read, holds no news item of text, or one of them lacks what it needs.
        """
        tree = open_xml(text)
        if not str(tree.root.tag).startswith(f"{{{NAMESPACE}}}"):
            told = f"its root is {name_of(tree.root)!r} without the namespace of NewsML-G2, {NAMESPACE}"
            raise ParseError(told, line=tree.root.sourceline)
        items = list(items_in(tree.root))
        texts = [item for item in items if class_of(item) == "text"]
        if not texts:
            raise _no_text(tree.root, items)
        for item in texts:
            story = AgencyStory(text=text, languages=languages)
            _read_item(item, tree, story)
            for other in items if len(texts) == 1 else ():
                _read_beside(other, tree, story)
            yield story.draft(document)


def items_in(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the news items of a document."""
    if name_of(root) == "newsItem":
        yield root
    for item_set in children(root, "itemSet"):
        yield from children(item_set, "newsItem")


def class_of(item: etree._Element) -> str:
    """Return the class of a news item: "text", "picture"; "" where it has none."""
    return code_of(child(item, "itemMeta", "itemClass"))


def code_of(element: etree._Element | None) -> str:
    """Return the last part of an element's code, in small letters: "usable" for stat:usable."""
    if element is None:
        return ""
    said = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    found = CODE.search(str(said).strip())
    return found[0].lower() if found else ""


def _no_text(root: etree._Element, items: list[etree._Element]) -> ParseError:
    if items:
        kinds = ", ".join(sorted({class_of(item) or "no class" for item in items}))
        told = f"holds no news item of the class text, but of {kinds}; only texts are published"
    else:
        there = sorted({name for name in OTHER_ITEMS if next(within(root, name), None) is not None})
        told = f"holds no news item{f', but a {there[0]}' if there else ''}; only news items of text are published"
    return ParseError(told, line=root.sourceline)


def _read_item(item: etree._Element, tree: XmlTree, story: AgencyStory) -> None:
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    guid = str(item.get("guid") or "").strip()
    if not guid:
        raise ParseError("its news item has no guid, by which its later versions are known", line=item.sourceline)
    story.identify(guid, tree.span(item, guid))
    story.version(str(item.get("version") or "1"))
    _read_state(meta, tree, story)
    bodies = list(_bodies(item))
    headlines = list(_headlines(content))
    stated = [str(tag.get("tag")) for tag in children(content, "language") if tag.get("tag")]
    said = list(dict.fromkeys(language for language, _ in (*bodies, *headlines) if language))
    whole = language_of(item)
    if len({base(language) for language in said}) < 2:  # noqa: PLR2004 - in two languages each part says its own
        story.builder.language = next(iter((*stated, *said)), whole)
    for language, headline in headlines:
        text = words_in(headline)
        story.headline(text, tree.span(headline, text), None if story.builder.language else language or whole)
    _read_content_meta(content, tree, story)
    _read_rights(item, tree, story)
    for language, body in bodies:
        _read_body(body, tree, story, language or story.builder.language or whole)
    if not story.builder.headlines:
        title = child(meta, "title")
        story.headline(words_in(title), tree.span(item if title is None else title), language_of(title))
    if not bodies and not story.builder.holds:
        content_set = child(item, "contentSet")
        parts = [] if content_set is None else [name_of(part) for part in content_set if name_of(part)]
        there = f"only {', '.join(sorted(set(parts)))}" if parts else "none"
        raise ParseError(f"no text: of XHTML, NITF and plain text its contentSet has {there}", line=item.sourceline)


def _read_state(meta: etree._Element | None, tree: XmlTree, story: AgencyStory) -> None:
    for element in meta if meta is not None else ():
        name, said = name_of(element), words_in(element)
        at = tree.span(element, said)
        if name == "versionCreated":
            story.updated(said, at)
        elif name == "firstCreated":
            story.published(said, at)
        elif name == "embargoed":
            story.release(said, at)
        elif name == "expires":
            story.expires(said, at)
        elif name == "pubStatus":
            story.status(code_of(element), at)
        elif name == "signal":
            story.signal(code_of(element), at)
        elif name == "edNote":
            story.note(said, at)
        elif name == "provider":
            story.publisher(_party(element), at)


def _party(element: etree._Element) -> str:
    """Return the name of a party; a code and a host are no names, another literal is one."""
    literal = str(element.get("literal") or "")
    return words_in(child(element, "name")) or ("" if "." in literal else literal)


def _headlines(content: etree._Element | None) -> Iterator[tuple[str | None, etree._Element]]:
    """Yield the headline in each language: the main one, else the first."""
    found: dict[str | None, etree._Element] = {}
    for headline in children(content, "headline"):
        if not words_in(headline):
            continue
        language = headline.get(LANGUAGE)
        key = str(language) if language else None
        known = found.get(key)
        if known is None or (_is_aside(known) and not _is_aside(headline)):
            found[key] = headline
    if len(found) > 1:
        found.pop(None, None)  # another form of one that says its language
    yield from found.items()


def _is_aside(headline: etree._Element) -> bool:
    role = CODE.search(headline.get("role") or "")
    return role is not None and any(word in role[0].lower() for word in NO_MAIN)


def _read_content_meta(content: etree._Element | None, tree: XmlTree, story: AgencyStory) -> None:
    _read_dates_of_content(content, tree, story)
    for credit in children(content, "creditline"):
        story.builder.publisher = None
        story.publisher(words_in(credit), tree.span(credit))
    bylines = list(children(content, "by"))
    for by in bylines:
        story.byline(words_in(by), tree.span(by, words_in(by)), by.get(LANGUAGE))
    for creator in children(content, "creator") if not bylines else ():
        name = words_in(child(creator, "name"))
        story.byline(name, tree.span(creator, name))
    for dateline in children(content, "dateline"):
        story.dateline(words_in(dateline), tree.span(dateline, words_in(dateline)))
    for located in children(content, "located"):
        name = words_in(child(located, "name"))
        story.located(name, tree.span(located, name))
    for subject in children(content, "subject", "genre"):
        _read_subject(subject, tree, story)
    for keyword in children(content, "keyword"):
        story.subject((), words_in(keyword), tree.span(keyword))
    descriptions = list(children(content, "description"))
    for description in descriptions:
        role = code_of_role(description)
        if not role or any(word in role for word in SUMMARIES):
            language = description.get(LANGUAGE)
            story.summary(words_in(description), tree.span(description), str(language) if language else None)


def _read_dates_of_content(content: etree._Element | None, tree: XmlTree, story: AgencyStory) -> None:
    """Read when the content was made and changed, where the item does not say when it was."""
    is_dated = any(date.label in {"date", "updated"} for date in story.builder.dates)
    for name, taken in (("contentCreated", story.published), ("contentModified", story.updated)):
        for stated in children(content, name) if not is_dated else ():
            taken(words_in(stated), tree.span(stated, words_in(stated)))


def code_of_role(element: etree._Element) -> str:
    """Return the last part of an element's role, in small letters."""
    found = CODE.search(str(element.get("role") or ""))
    return found[0].lower() if found else ""


def _read_subject(subject: etree._Element, tree: XmlTree, story: AgencyStory) -> None:
    """Read a subject with its codes, its names in all languages, and the wider subjects that it names."""
    names: list[str] = []
    for concept in (subject, *children(subject, "sameAs", "broader")):
        for key in ("qcode", "uri", "literal"):
            if said := str(concept.get(key) or ""):
                found = CODE.search(said)
                names += [said, found[0] if found else ""]
        names += [words_in(name) for name in children(concept, "name")]
    label = next((words_in(name) for name in children(subject, "name")), "")
    story.subject(names, label, tree.span(subject))


def _read_rights(item: etree._Element, tree: XmlTree, story: AgencyStory) -> None:
    for rights in children(item, "rightsInfo"):
        for part in children(rights, "copyrightNotice", "usageTerms"):
            story.note(words_in(part), tree.span(part))
        holder = child(rights, "copyrightHolder")
        if holder is not None:
            story.publisher(_party(holder), tree.span(holder))


def _bodies(item: etree._Element) -> Iterator[tuple[str | None, etree._Element]]:
    """Yield the best form of the text in each language: XHTML, else NITF, else plain text."""
    found: dict[str | None, tuple[int, etree._Element]] = {}
    for part in children(child(item, "contentSet"), "inlineXML", "inlineData"):
        kinds = {name_of(inner).lower() for inner in part}
        media_type = str(part.get("contenttype") or "text/plain").lower()
        if name_of(part) == "inlineXML":
            rank = 0 if kinds & {"html", "body", "div", "p"} else 1 if "nitf" in kinds else None
        else:
            rank = 2 if media_type.startswith("text/") and part.get("encoding") is None else None
        if rank is None or not words_in(part):
            continue
        language = part.get(LANGUAGE) or next((inner.get(LANGUAGE) for inner in part if inner.get(LANGUAGE)), None)
        key = str(language) if language else None
        if key not in found or rank < found[key][0]:
            found[key] = rank, part
    for language, (_, part) in found.items():
        yield language, part


def _read_body(part: etree._Element, tree: XmlTree, story: AgencyStory, language: str | None) -> None:
    own = None if story.builder.language else language
    if name_of(part) == "inlineData":
        is_html = "html" in str(part.get("contenttype") or "").lower()
        html = text_in(part)
        body = tree_of_html(html, language=language) if is_html else None
        blocks = blocks_in(body) if body is not None else blocks_of_text(html, part)
        at = tree.span(part)
        story.body(((block, at if is_html else tree.span(part, block.text[:80])) for block in blocks), own)
        return
    nitf = next((inner for inner in part if name_of(inner) == "nitf"), None)
    if nitf is not None:
        read_nitf(nitf, tree, story, own)
        return
    if not story.builder.headlines:
        title = next(within(part, "title"), None)
        if title is not None:
            story.headline(words_in(title), tree.span(title), own)
    story.body(((block, tree.span(block.element, block.text[:80])) for block in blocks_in(part)), own)


def blocks_of_text(text: str, element: etree._Element | None = None) -> Iterator[BodyBlock]:
    """Yield the paragraphs of plain text: blank lines part them, else each line is one."""
    parts = PARAGRAPHS.split(text.strip()) if PARAGRAPHS.search(text.strip()) else LINES.split(text.strip())
    for part in parts:
        words = " ".join(part.split())
        if words:
            yield BodyBlock(text=words, html=paragraph_html(words), element=element)


def _read_beside(item: etree._Element, tree: XmlTree, story: AgencyStory) -> None:
    """Read the pictures of an item: those in the text's own content set, and the items of pictures beside the text."""
    kind, line = class_of(item), item.sourceline
    content = child(item, "contentMeta")
    at: Span = tree.span(item)
    renditions = [
        Rendition(
            url=str(remote.get("href") or "").strip(),
            name=str(remote.get("rendition") or ""),
            media_type=str(remote.get("contenttype") or "").lower(),
            width=number_in(remote.get("width")),
            bytes=number_in(remote.get("size")),
        )
        for remote in children(child(item, "contentSet"), "remoteContent")
    ]
    if kind == "text":
        renditions = [one for one in renditions if one.media_type.startswith("image/")]
    elif kind not in {"picture", "graphic"}:
        told = f"an item of the class {kind or 'none'} is left out; only texts and their pictures are published"
        story.leave_out(told, line)
        return
    if not renditions:
        return
    captions = [words_in(one) for one in children(content, "description")] if kind != "text" else []
    credit = next((words_in(one) for one in children(content, "creditline", "by") if words_in(one)), "")
    holder = words_in(child(item, "rightsInfo", "copyrightHolder", "name"))
    picture = picture_of(
        renditions,
        alternative=words_in(child(content, "headline")) if kind != "text" else "",
        caption=next(filter(None, captions), ""),
        credit=credit or holder,
        at=at,
    )
    if picture is None:
        told = "a picture is left out, because none of its renditions has an address of the web or of a file beside it"
        story.leave_out(told, line)
    else:
        story.picture(picture)
