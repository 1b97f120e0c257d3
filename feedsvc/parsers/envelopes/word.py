"""Read a Word document: mammoth writes it as HTML, and its blocks are read as a desk would have typed them.

source: docs/decisions/0261-mammoth-reads-word.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any
from urllib.parse import quote

from lxml import etree

from feedsvc.model.document import Document
from feedsvc.model.draft import Passage, Remark, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes.page_body import PageBlock, blocks_in
from feedsvc.parsers.envelopes.web_page import passages_of
from feedsvc.parsers.envelopes.word_package import packed, xml_parts
from feedsvc.parsers.lines import lines_of
from feedsvc.parsers.marks import find_mark

ZIP = b"PK\x03\x04"
WORD = re.compile("{.*/wordprocessingml/.*}(?P<name>.+)")
TITLE = "title-of-the-document"
STYLES = f"""
    p[style-name='Title'] => h1.{TITLE}:fresh
    p[style-name='Subtitle'] => p:fresh
    p[style-name='Quote'] => blockquote > p:fresh
    p[style-name='Intense Quote'] => blockquote > p:fresh
    p[style-name='Block Text'] => blockquote > p:fresh
    u => em
"""
FIRST_BLOCKS = 12  # among which a heading may be the headline
BESIDE = re.compile(r"word/(?:header|footer)\d*\.xml|word/comments\.xml", re.IGNORECASE)
MOST_MARKS = 50
FAULTS = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError)
WITHOUT = "is a Word document; to have it read: pip install mammoth"


class WordDocument:
    """Read documents of Word (.docx)."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "word"

    def recognises(self, document: Document, content: bytes) -> bool:
        """Return whether the name is that of a Word document, and the content an archive."""
        return content.startswith(ZIP) and document.path.lower().endswith((".docx", ".docm"))

    def open(self, content: bytes, *, decode: Decode) -> Transmission:  # noqa: ARG002 - XML says its encoding itself
        """Return the headline and the copy.

        raises: ParseError if mammoth is not installed, or the document is damaged or too large.
        """
        parts = xml_parts(content)
        marks = [Passage(role="note", text=text) for text in islice(_marks(parts), MOST_MARKS)]
        is_tracked = _prepare(parts)
        blocks = _blocks(_html(parts))
        title, rest = _titled(blocks)
        told = "has tracked changes that nobody has accepted yet; it is read as if all were accepted"
        return Transmission(
            form="a Word document",
            passages=(*([Passage(role="headline", text=title)] if title else []), *marks, *passages_of(rest)),
            remarks=(Remark(text=told),) if is_tracked else (),
        )


def _marks(parts: Mapping[str, etree._Element]) -> Iterator[str]:
    """Yield the lines of headers, footers and comments that are marks: nothing else of them is read."""
    for name, root in parts.items():
        for paragraph in root.iter("{*}p") if BESIDE.fullmatch(name) else ():
            for line in lines_of("".join(text.text or "" for text in paragraph.iter("{*}t")))[:3]:
                if find_mark(line, sole=True) is not None:
                    yield line.text


def _prepare(parts: Mapping[str, etree._Element]) -> bool:
    """Remove hidden text, note where each picture lies, and return whether the text has tracked changes."""
    is_tracked = False
    for name, root in parts.items():
        targets = _targets(parts, name)
        for element in list(root.iter()):
            found = WORD.fullmatch(element.tag)
            kind = found["name"] if found else ""
            is_tracked |= kind in {"ins", "del"} and element.getparent().tag.rpartition("}")[2] not in {"rPr", "trPr"}
            if kind == "vanish" and _is_on(element):
                _remove_run(element)
            elif targets and element.tag.endswith(("}inline", "}anchor")):
                _locate(element, targets)
    return is_tracked


def _is_on(element: etree._Element) -> bool:
    return next(iter(element.attrib.values()), "1").lower() not in {"0", "false", "off"}


def _remove_run(element: etree._Element) -> None:
    run = next((above for above in element.iterancestors() if above.tag.endswith("}r")), None)
    if run is not None and run.getparent() is not None:
        run.getparent().remove(run)


def _targets(parts: Mapping[str, etree._Element], name: str) -> Mapping[str, str]:
    """Return the pictures of the part *name*, by the ids of their relationships."""
    folder, _, file = name.rpartition("/")
    relations = parts.get(f"{folder}/_rels/{file}.rels")
    if relations is None:
        return {}
    return {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in relations
        if relation.get("Type", "").endswith("/image") and relation.get("TargetMode") != "External"
    }


def _locate(element: etree._Element, targets: Mapping[str, str]) -> None:
    """Write where the picture of a drawing lies before its description, for mammoth hands on only that."""
    about = element.find("{*}docPr")
    for blip in element.iter("{*}blip"):
        ids = [value for key, value in blip.attrib.items() if key.endswith("}embed")]
        target = targets.get(ids[0] if ids else "", "")
        if about is not None and target:
            path = target.lstrip("/") if target.startswith("/") else f"word/{target}"
            about.set("descr", f"{path}\n{about.get('descr') or ''}")


def _html(parts: Mapping[str, etree._Element]) -> str:
    try:
        mammoth: Any = import_module("mammoth")
        element: Any = import_module("mammoth.html").element
    except ImportError as error:
        raise ParseError(WITHOUT) from error

    def picture(image: Any) -> list[Any]:  # noqa: ANN401 - mammoth is untyped
        path, parted, alternative = (image.alt_text or "").partition("\n")
        return [element("img", {"src": quote(path), "alt": alternative.strip()})] if parted else []

    try:
        converted = mammoth.convert_to_html(
            packed(parts), style_map=STYLES, convert_image=picture, include_embedded_style_map=False
        )
    except FAULTS as error:
        raise ParseError(f"is a Word document that mammoth cannot read ({type(error).__name__})") from error
    return str(converted.value)


def _blocks(html: str) -> list[PageBlock]:
    if not html.strip():
        raise ParseError("is empty")
    body = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True)).find("body")
    return list(blocks_in(body))


def _titled(blocks: Sequence[PageBlock]) -> tuple[str, list[PageBlock]]:
    """Return the title, "" if a line has to be it, and the other blocks: the style Title, or a heading at the top."""
    for opening in (f'<h1 class="{TITLE}"', "<h1", "<h2"):
        for number, block in enumerate(blocks[:FIRST_BLOCKS]):
            if block.html.startswith(opening) and block.text:
                return " ".join(block.text.split("\n")), [*blocks[:number], *blocks[number + 1 :]]
    return "", list(blocks)
