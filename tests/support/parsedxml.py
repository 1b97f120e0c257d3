"""Read XML as values that tests compare whole."""

from __future__ import annotations

from lxml import etree

PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://purl.org/atompub/tombstones/1.0": "at:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}


def parsed(body: bytes):
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def name(tag: str) -> str:
    space, _, local = tag.rpartition("}")
    return PREFIXES[space[1:]] + local if space else local


def children(element, *, but: tuple[str, ...] = ()) -> list[tuple[str, dict[str, str], str]]:
    """Return (name, attributes, text) of each child; the text is that of all that is in it."""
    return [
        (name(child.tag), {name(key): value for key, value in child.attrib.items()}, "".join(child.itertext()))
        for child in element
        if name(child.tag) not in but
    ]
