"""Read documents in the formats and envelopes that they come in: the registries of parsers and of envelopes.

An envelope is mail, the transmission of a wire, a web page or a Word document. The address on it (who sent it, through
which machines, to whom) and the site around an article are nobody's copy. They are left here, before any text is made
of a document, so that no page, feed or message can show them.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import replace

from feedsvc.model.dates import Span
from feedsvc.model.document import NO_COPY, Document
from feedsvc.model.draft import Draft, Hold, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Envelope, Parser
from feedsvc.parsers.envelopes.anpa import AnpaEnvelope
from feedsvc.parsers.envelopes.iptc7901 import Iptc7901Envelope
from feedsvc.parsers.envelopes.mail import MailEnvelope
from feedsvc.parsers.envelopes.web_page import WebPage
from feedsvc.parsers.envelopes.word import ZIP, WordDocument
from feedsvc.parsers.envelopes.zczc import ZczcEnvelope
from feedsvc.parsers.frontmatter import FrontMatterParser
from feedsvc.parsers.frontmatter.key_names import unpublished_folder
from feedsvc.parsers.lines import NO_WORDS, line_number
from feedsvc.parsers.markdown import MarkdownParser, is_markdown
from feedsvc.parsers.newsml_g2 import NewsmlG2Parser
from feedsvc.parsers.ninjs_items import NinjsParser
from feedsvc.parsers.nitf import NitfParser
from feedsvc.parsers.unsuited import refuse_unmerged, unsuited, unsuited_copy
from feedsvc.parsers.wire import WireParser, read_transmission
from feedsvc.text.charset import Decoded, decode

# Strictest first, because the first that recognises a text reads it: agencies' formats by the root of XML or the keys
# of JSON; front matter announces itself by a fence in its first line; Markdown without it by the file's ending and a
# heading; wire copy has no mark at all and takes the rest.
PARSERS: Mapping[str, Parser] = {
    "newsml-g2": NewsmlG2Parser(),
    "nitf": NitfParser(),
    "ninjs": NinjsParser(),
    "frontmatter": FrontMatterParser(),
    "markdown": MarkdownParser(),
    "wire": WireParser(),
}
OF_AGENCIES = frozenset({"newsml-g2", "nitf", "ninjs"})
KILLED = "KILL"  # all that a store keeps of a killed document, whatever its format was
# ANPA 1312 before IPTC 7901, because both begin with SOH, and whatever else does is refused by the latter.
ENVELOPES: Mapping[str, Envelope] = {
    "anpa": AnpaEnvelope(),
    "iptc7901": Iptc7901Envelope(),
    "zczc": ZczcEnvelope(),
    "mail": MailEnvelope(),
    "page": WebPage(),
    "word": WordDocument(),
}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
LOOKED_AT = 200  # bytes


def parse(document: Document, *, encoding: str | None = None, languages: Sequence[str] = ()) -> tuple[Draft, ...]:
    """Return the drafts in a document.

    encoding:  of the document's source, tried where the bytes do not show their own.
    languages: of the site, whose encodings are guessed first, and in which datelines are looked for.
    raises:    CharsetError if it is no text, ParseError if it is no article.
    """
    transmission = opened(document, encoding=encoding, languages=languages)
    if transmission is not None:
        return (_filed(_in_transmission(document, transmission, tuple(languages))),)
    decoded = decode(document.content, declared=encoding, languages=languages)
    text = decoded.text
    if not text.strip(NO_WORDS):
        raise ParseError("is empty")
    parser = next(parser for parser in PARSERS.values() if parser.recognises(document, text))
    if parser.name not in OF_AGENCIES and text.strip(NO_WORDS) != KILLED:
        what = unsuited(document, text)
        if what is not None:
            raise ParseError(f"is {what}{NO_COPY}", line=1)
        refuse_unmerged(text, is_markdown=is_markdown(document))
    return tuple(
        _filed(_remarked(draft, decoded)) for draft in parser.parse(document, text, languages=tuple(languages))
    )


def text_of(document: Document, *, encoding: str | None = None, languages: Sequence[str] = ()) -> str:
    """Return the text that the spans of the document's drafts count in.

    encoding, languages: as `parse` was given them.
    raises:              CharsetError if it is no text, ParseError if it came in an envelope that cannot be opened.
    """
    transmission = opened(document, encoding=encoding, languages=languages)
    if transmission is not None:
        return transmission.text
    return decode(document.content, declared=encoding, languages=languages).text


def line_of(
    document: Document, offset: int, *, encoding: str | None = None, languages: Sequence[str] = ()
) -> int | None:
    """Return the line of the document's file that *offset* of its text lies in; None where it came in an envelope.

    encoding, languages: as `parse` was given them.
    """
    if opened(document, encoding=encoding, languages=languages) is not None:
        return None
    return line_number(decode(document.content, declared=encoding, languages=languages).text, offset)


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

    content = document.content
    content = content if content.startswith(ZIP) else _narrow(content)
    for envelope in ENVELOPES.values():
        if envelope.recognises(document, content):
            transmission = envelope.open(content, decode=decoded)
            remarks = (*transmission.remarks, *(remark for reading in read for remark in reading.remarks))
            said = {remark.text: replace(remark, line=None) for remark in remarks}
            is_doubtful = any(reading.is_doubtful for reading in read)
            return replace(transmission, remarks=tuple(said.values()), is_doubtful=is_doubtful)
    return None


def _narrow(content: bytes) -> bytes:
    """Return text in UTF-16 or UTF-32 as UTF-8, and line ends as such: an editor may have saved an envelope so."""
    head = content[:LOOKED_AT]
    if content.startswith(WIDE) or head.count(0) * 3 > len(head):
        content = decode(content).text.encode()
    return content if b"\n" in content else content.replace(b"\r", b"\n")  # as a Macintosh of old ends lines


def _filed(draft: Draft) -> Draft:
    """Return *draft*, held where it lies in a folder that tools never publish."""
    folder = unpublished_folder(draft.path.rpartition("/")[0])
    if folder is None:
        return draft
    hold = Hold(kind="folder", text=f"{folder}/", span=Span(start=0, end=0))
    return replace(draft, holds=(*draft.holds, hold))


def _in_transmission(document: Document, transmission: Transmission, languages: tuple[str, ...]) -> Draft:
    for passage in transmission.passages:
        is_plain = passage.role in {"copy", "text"} and not passage.html
        what = unsuited_copy(passage.text) if is_plain else None
        if what is not None:
            raise ParseError(f"is {transmission.form} that carries {what}; articles are wire copy")
    try:
        return _remarked(read_transmission(document, transmission, languages=languages), transmission)
    except ParseError as error:
        raise ParseError(error.message) from error  # its line is none of the file


def _remarked(draft: Draft, decoded: Decoded | Transmission) -> Draft:
    if not decoded.remarks:
        return draft
    return replace(draft, remarks=decoded.remarks, doubtful=decoded.is_doubtful)
