"""Read NITF, the News Industry Text Format, as documents of its own and within NewsML-G2.

source: https://iptc.org/standards/nitf/; docs/reference/agency-formats.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.parsers.agency.body_blocks import BodyBlock, blocks_in
from feedsvc.parsers.agency.renditions import Rendition, number_in, picture_of
from feedsvc.parsers.agency.story import AgencyStory
from feedsvc.parsers.agency.xml_tree import (
    LANGUAGE,
    XmlTree,
    child,
    children,
    name_of,
    open_xml,
    root_of,
    text_in,
    within,
    words_in,
)

OF_SUBJECTS = ("tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type")
NAMED = ("classifier", "event", "function", "location", "object.title", "org", "person", "virtloc")
PICTURES = frozenset({"image", "photo", "graphic", "picture"})


class NitfParser:
    """Read a document whose root is nitf."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "nitf"

    def recognises(self, document: Document, text: str) -> bool:  # noqa: ARG002 - the port's signature
        """Return whether the root of *text* is nitf."""
        root = root_of(text)
        return root is not None and root["name"] == "nitf"

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*.

        raises: ParseError if it cannot be read, or has no headline and is not held back.
        """
        tree = open_xml(text)
        story = AgencyStory(text=text, languages=languages)
        language = tree.root.get(LANGUAGE) or tree.root.get("baselang")
        story.builder.language = str(language) if language else None
        _read_docdata(child(tree.root, "head"), tree, story)
        read_nitf(tree.root, tree, story)
        for place in within(child(tree.root, "head"), "evloc"):
            story.located(place.get("city", ""), tree.span(place))
        yield story.draft(document)


def read_nitf(nitf: etree._Element, tree: XmlTree, story: AgencyStory, language: str | None = None) -> None:
    """Read the body of *nitf*, and of its head what *story* does not know from around it.

    raises: ParseError if it has no body.
    """
    body = child(nitf, "body")
    if body is None:
        raise ParseError("its NITF has no body", line=nitf.sourceline)
    head = child(body, "body.head")
    if not any(headline.language == language for headline in story.builder.headlines):
        _read_headline(nitf, head, tree, story, language)
    for abstract in children(head, "abstract") if not story.builder.summaries else ():
        story.summary(words_in(abstract), tree.span(abstract), language)
    for byline in children(head, "byline") if not story.builder.bylines else ():
        story.byline(_names_in(byline), tree.span(byline), language)
    for note in children(head, "note"):
        story.note(words_in(note), tree.span(note))
    for distributor in children(head, "distributor"):
        story.publisher(words_in(distributor), tree.span(distributor))
    for dateline in children(head, "dateline") if not story.builder.datelines else ():
        story.dateline(words_in(dateline), tree.span(dateline))
    for part in children(body, "body.content", "body.end"):
        story.body(_placed(part, tree), language)
    for media in within(body, "media"):
        _read_media(media, tree, story)


def _placed(body: etree._Element, tree: XmlTree) -> Iterator[tuple[BodyBlock, Span]]:
    for block in blocks_in(body):
        yield block, tree.span(block.element, block.text[:80])


def _read_headline(
    nitf: etree._Element, head: etree._Element | None, tree: XmlTree, story: AgencyStory, language: str | None
) -> None:
    hedline = child(head, "hedline")
    first = next((found for found in children(hedline, "hl1") if words_in(found)), None)
    if first is None:
        first = child(nitf, "head", "title")
    if first is None:
        return
    said = words_in(first)
    story.headline(said, tree.span(first, said), language)
    below = child(hedline, "hl2")
    if below is not None and words_in(below) != said:
        story.summary(words_in(below), tree.span(below), language)


def _names_in(byline: etree._Element) -> str:
    """Return the names of a by-line without the titles of its people."""
    parts = [byline.text or ""]
    for part in byline:
        parts.append(text_in(part) if name_of(part) in {"person", "virtloc", "br"} else "")
        parts.append(part.tail or "")
    return "".join(parts).strip(" ,\n\t")


def _read_docdata(head: etree._Element | None, tree: XmlTree, story: AgencyStory) -> None:
    docdata = child(head, "docdata")
    for subject in within(head, "tobject.subject"):
        code = subject.get("tobject.subject.refnum", "")
        words = [str(subject.get(name)) for name in OF_SUBJECTS if subject.get(name)]
        codes = [f"subj:{code}", code] if code else []
        story.subject([*codes, *words], next(iter(words), ""), tree.span(subject))
    if docdata is None:
        return
    status = docdata.get("management-status")
    if status:
        story.status(status, tree.span(docdata, status))
    declared = _value(docdata, "doc-id", "id-string")
    if declared is not None:
        story.identify(declared[0], tree.span(*declared[::-1]))
    number = _value(docdata, "du-key", "version")
    story.version(number[0] if number is not None else "")
    _read_dates(docdata, tree, story, is_first=number is None or number[0].strip() in {"0", "1"})
    for message in children(docdata, "ed-msg"):
        said = " ".join(filter(None, (message.get("msg-type"), message.get("info"), words_in(message))))
        story.note(said, tree.span(message))
    for copyright_ in children(docdata, "doc.copyright", "doc.rights"):
        story.note(" ".join(str(value) for value in copyright_.attrib.values()), tree.span(copyright_))
    for keyword in within(child(docdata, "key-list"), "keyword"):
        story.subject((), keyword.get("key", "") or words_in(keyword), tree.span(keyword))
    for named in children(child(docdata, "identified-content"), *NAMED):
        said = named.get("value", "") or words_in(named)
        names = [f"{named.get('type')}:{said}"] if named.get("type") and said else []
        label = words_in(named) or ("" if name_of(named) == "classifier" else said)
        story.subject([*names, said, named.get("idsrc-value", "")], label, tree.span(named))


def _read_dates(docdata: etree._Element, tree: XmlTree, story: AgencyStory, *, is_first: bool) -> None:
    issued = _value(docdata, "date.issue", "norm")
    if issued is not None:
        story.updated(issued[0], tree.span(*issued[::-1]))
        if is_first:
            story.published(issued[0], tree.span(*issued[::-1]))
    release = next(children(docdata, "date.release"), None)
    if release is not None:
        stated = release.get("norm", "") or words_in(release)
        story.release(stated, tree.span(release, stated), name="date.release")
    expiry = _value(docdata, "date.expire", "norm")
    if expiry is not None:
        story.expires(expiry[0], tree.span(*expiry[::-1]))


def _value(parent: etree._Element, name: str, attribute: str) -> tuple[str, etree._Element] | None:
    """Return the attribute of the first child with that *name* that has it, and the child."""
    found = ((str(one.get(attribute)).strip(), one) for one in children(parent, name) if one.get(attribute))
    return next(((value, one) for value, one in found if value), None)


def _read_media(media: etree._Element, tree: XmlTree, story: AgencyStory) -> None:
    if media.get("media-type", "image").lower() not in PICTURES:
        return
    references = list(children(media, "media-reference"))
    renditions = [
        Rendition(
            url=reference.get("source", ""),
            name=reference.get("name", ""),
            media_type=reference.get("mime-type", ""),
            width=number_in(reference.get("width")),
        )
        for reference in references
    ]
    captions = [words_in(caption) for caption in children(media, "media-caption")]
    credits_ = [words_in(producer) for producer in children(media, "media-producer")]
    credits_ += [reference.get("copyright", "") for reference in references]
    picture = picture_of(
        renditions,
        alternative=next((said for one in references if (said := one.get("alternate-text"))), ""),
        caption=next(filter(None, captions), ""),
        credit=next(filter(None, credits_), ""),
        at=tree.span(media),
    )
    if picture is not None:
        story.picture(picture)
