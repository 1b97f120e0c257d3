"""Take a message of several stories apart, into a document for each.

A document is one story everywhere else: it has one path, one digest, one draft. A part lies below its message like a
file in a folder, so that it comes, changes and goes with the message.
source: docs/decisions/0251-a-message-is-a-folder.md
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from feedsvc.model.document import Document
from feedsvc.model.errors import DocumentError
from feedsvc.parsers.agency.xml_tree import open_xml, root_of
from feedsvc.parsers.newsml_g2 import class_of, items_in
from feedsvc.text.charset import decode

ENDING = ".item"
LOOKED_AT = 100  # bytes, in which text in UTF-16 has zeros
ITEM, LEAST = b"newsItem", 4  # two elements with their ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The documents in a message, and notes on what is left out of it."""

    parts: tuple[Document, ...]
    left_out: tuple[str, ...]


def message_in(document: Document, *, encoding: str | None, languages: Sequence[str]) -> Message | None:
    """Return the message that *document* is; None unless it has several news items of text, and can be read.

    encoding: of its source. languages: of the site.
    """
    content = document.content
    if content.count(ITEM) < LEAST and 0 not in content[:LOOKED_AT]:
        return None
    try:
        text = decode(content, declared=encoding, languages=languages).text
        root = root_of(text)
        if root is None or root["name"] != "newsMessage":
            return None
        items = list(items_in(open_xml(text).root))
    except DocumentError:  # to be told when it is read
        return None
    texts = [item for item in items if class_of(item) == "text"]
    if len(texts) < 2:  # noqa: PLR2004 - several
        return None
    others = Counter(class_of(item) or "none" for item in items if class_of(item) != "text")
    notes = (
        f"{count} item{'s' if count > 1 else ''} of the class {kind} of a message with {len(texts)} texts "
        f"{'are' if count > 1 else 'is'} left out; a picture counts only beside one text"
        for kind, count in sorted(others.items())
    )
    return Message(parts=tuple(_parts(document, texts)), left_out=tuple(notes))


def _parts(document: Document, items: Sequence[etree._Element]) -> Iterator[Document]:
    """Yield the document of each item; blank lines above it keep its lines those of the message."""
    taken: Counter[str] = Counter()
    for item in items:
        name = hashlib.sha256(item.get("guid", "").encode()).hexdigest()[:12]
        taken[name] += 1
        name = name if taken[name] == 1 else f"{name}-{taken[name]}"
        item.tail = None
        blank = b"\n" * max(0, (item.sourceline or 1) - 1)
        content = blank + etree.tostring(item, encoding="utf-8", xml_declaration=False)
        yield replace(document, path=f"{document.path}/{name}{ENDING}", content=content)


def message_of(path: str) -> str | None:
    """Return the path of the message that the document at *path* is part of; None for other documents."""
    folder = path.rpartition("/")[0]
    return folder if folder and path.endswith(ENDING) else None


def with_messages(fingerprints: Mapping[str, str]) -> dict[str, str]:
    """Return *fingerprints* by path, and those of the messages that any of the paths are parts of.

    A message that came with its parts has their fingerprint; "" if they differ, so that it is read again.
    """
    found = dict(fingerprints)
    for path, fingerprint in fingerprints.items():
        message = message_of(path)
        if message is not None:
            found[message] = fingerprint if found.get(message, fingerprint) == fingerprint else ""
    return found
