"""Open the envelopes that copy is sent in, mail and the transmissions of wires: the registry of envelopes.

The address on an envelope (who sent it, through which machines, to whom) is nobody's copy. It is left here, before any
text is made of a document, so that no page, feed or message can show it.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import replace

from feedsvc.model.document import Document
from feedsvc.model.ports import Envelope
from feedsvc.model.transmission import Transmission
from feedsvc.parsers.envelopes.anpa import AnpaEnvelope
from feedsvc.parsers.envelopes.iptc7901 import Iptc7901Envelope
from feedsvc.parsers.envelopes.mail import MailEnvelope
from feedsvc.parsers.envelopes.zczc import ZczcEnvelope
from feedsvc.text.charset import Decoded, decode

# ANPA 1312 before IPTC 7901, because both begin with SOH, and whatever else does is refused by the latter.
ENVELOPES: Mapping[str, Envelope] = {
    "anpa": AnpaEnvelope(),
    "iptc7901": Iptc7901Envelope(),
    "zczc": ZczcEnvelope(),
    "mail": MailEnvelope(),
}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
LOOKED_AT = 200  # bytes


def opened(document: Document, *, encoding: str | None = None, languages: Sequence[str] = ()) -> Transmission | None:
    """Return the transmission in the document's envelope, None if it has none.

    encoding:  of the document's source, tried where the envelope names none.
    languages: of the site, whose encodings are guessed first.
    raises:    CharsetError, ParseError if it begins as an envelope and cannot be read.
    """
    read: list[Decoded] = []

    def decoded(content: bytes, charset: str | None) -> str:
        read.append(decode(content, declared=charset or encoding, languages=languages))
        return read[-1].text

    content = _narrow(document.content)
    for envelope in ENVELOPES.values():
        if envelope.recognises(document, content):
            transmission = envelope.open(content, decode=decoded)
            said = {remark.text: replace(remark, line=None) for each in read for remark in each.remarks}
            is_doubtful = any(each.is_doubtful for each in read)
            return replace(transmission, remarks=tuple(said.values()), is_doubtful=is_doubtful)
    return None


def _narrow(content: bytes) -> bytes:
    """Return text in UTF-16 or UTF-32 as UTF-8, and line ends as such: an editor may have saved an envelope so."""
    head = content[:LOOKED_AT]
    if content.startswith(WIDE) or head.count(0) * 3 > len(head):
        content = decode(content).text.encode()
    return content if b"\n" in content else content.replace(b"\r", b"\n")  # as a Macintosh of old ends lines
