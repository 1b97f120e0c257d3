"""Read the words that a picture desk has written into the file of a picture: caption, credit and alternative text.

They are in two forms, IPTC IIM and XMP. A picture may come from anybody, so both are read as hostile: nothing is
expanded, fetched or believed, and what is too long or not well-formed is no word.

source: IPTC Photo Metadata Standard 2023.2; IPTC IIM 4.2, chapters 1 and 6; Adobe XMP, part 1, section 8.2.2.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from feedsvc.model.article import PictureWords, Text
from feedsvc.text.characters import clean_text

MOST_XMP = 1_000_000  # bytes; cameras and programs for pictures write less than a tenth of it
MOST_IIM = 200_000
LONGEST = 5_000  # characters of a text
MOST_LANGUAGES = 20
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DEFAULT = "x-default"

IIM_MARK = 0x1C
IIM_HEAD = 5  # bytes before the text of a dataset: mark, record, number, length
EXTENDED = 0x8000  # a length with this bit is that of a length
ENCODING, BY_LINE, CREDIT, CAPTION = (1, 90), (2, 80), (2, 110), (2, 120)
UTF_8 = b"\x1b%G"


def words_of(xmp: bytes, iim: bytes) -> PictureWords:
    """Return the words in a packet of *xmp* and in datasets of *iim*, either of which may be empty.

    XMP comes first, because programs for pictures have written IIM only as a copy of it for twenty years.
    """
    root = _root(xmp)
    old = _datasets(iim)
    caption = _by_language(root, f"{DC}description")
    by_line = _listed(root, f"{DC}creator") or old.get(BY_LINE, "")
    credit = _simple(root, f"{PHOTOSHOP}Credit") or old.get(CREDIT, "")
    return PictureWords(
        caption=caption if caption.items else _text(old.get(CAPTION, "")),
        alternative=_by_language(root, f"{CORE}AltTextAccessibility"),
        credit=credit if by_line in credit else " / ".join(filter(None, (by_line, credit))),
    )


def _clean(words: str) -> str:
    return clean_text(" ".join(words[:LONGEST].split()))[0]


def _text(words: str) -> Text:
    return Text(items=((DEFAULT, words),)) if words else Text()


def _root(xmp: bytes) -> etree._Element | None:
    """Return the root of a packet; None if it is none, or declares entities."""
    start = xmp.find(b"<")
    if start < 0 or len(xmp) > MOST_XMP:
        return None
    # Programs fill packets up with blanks, and some with zeros.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(xmp[start:].rstrip(b"\0 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def _properties(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the elements of a property, wherever programs have put them: beside each other, or nested."""
    if root is not None:
        yield from root.iter(name)


def _by_language(root: etree._Element | None, name: str) -> Text:
    """Return the alternatives of a property, by the language that each declares; those of no use left out."""
    found: dict[str, str] = {}
    for one in _properties(root, name):
        for item in one.iter(f"{RDF}li"):
            language = (item.get(XML_LANG) or DEFAULT).strip().lower()[:40]
            if words := _clean(item.text or ""):
                found.setdefault(language, words)
            if len(found) == MOST_LANGUAGES:
                break
    default = found.get(DEFAULT)
    if default is not None and default in [words for language, words in found.items() if language != DEFAULT]:
        del found[DEFAULT]  # a copy, whose language the other declares
    return Text(items=tuple(found.items()))


def _simple(root: etree._Element | None, name: str) -> str:
    """Return the value of a property that is written as an element, or as an attribute of its description."""
    for one in _properties(root, name):
        if words := _clean(one.text or ""):
            return words
    written = (one.get(name) for one in _properties(root, f"{RDF}Description"))
    return next((words for words in map(_clean, filter(None, written)) if words), "")


def _listed(root: etree._Element | None, name: str) -> str:
    names = (_clean(item.text or "") for one in _properties(root, name) for item in one.iter(f"{RDF}li"))
    return ", ".join(list(dict.fromkeys(filter(None, names)))[:MOST_LANGUAGES])


def _datasets(iim: bytes) -> Mapping[tuple[int, int], str]:
    """Return the texts of the datasets that are read, by record and number; of several, the first."""
    raw: dict[tuple[int, int], bytes] = {}
    at = 0
    while at + IIM_HEAD <= min(len(iim), MOST_IIM) and iim[at] == IIM_MARK:
        length = int.from_bytes(iim[at + 3 : at + IIM_HEAD])
        if length & EXTENDED:  # none of these texts is so long
            break
        raw.setdefault((iim[at + 1], iim[at + 2]), iim[at + IIM_HEAD : at + IIM_HEAD + length])
        at += IIM_HEAD + length
    return {key: _clean(_decoded(raw.get(key, b""), raw.get(ENCODING))) for key in (BY_LINE, CREDIT, CAPTION)}


def _decoded(content: bytes, encoding: bytes | None) -> str:
    """Return a text; programs seldom declare an encoding, and write UTF-8 or that of Windows."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("utf-8" if encoding == UTF_8 else "cp1252", "replace")
