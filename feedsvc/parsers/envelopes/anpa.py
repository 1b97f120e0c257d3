"""Read transmissions in ANPA 1312, as AP and others in America sent: `SYN SYN SOH header, STX copy ETX date, EOT`.

source: ANPA 1312 (1979), High-Speed Wire Service Transmission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsvc.datelines import find_dateline
from feedsvc.model.document import Document
from feedsvc.model.draft import Passage, PassageRole, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes import EOT, ETX, SOH, STX, begins_as_transmission, only_one, without_end, words_of
from feedsvc.parsers.names import is_publisher
from feedsvc.parsers.stamp_lines import TRAILER, date_of_trailer

# "W2870 US _asian", then "f l DC3 DC1 BC-LT--Cancer 1stLd-Writethru 11-13 1049".
SERVICE = re.compile(rb"\x01[A-Za-z]\d{3,4}\x1f[^\x02\n]{0,80}\n")
SUBJECT = re.compile(r"[a-z]\s[a-z]\s{0,3}(?P<slug>\S.{0,120}?)\s{1,9}\d\d-\d\d(?:\s{1,3}\d{1,5})?\s*$", re.IGNORECASE)
NUMBERED = re.compile(r"\*\d{1,6}<\s{0,3}\^?")
SLUG = re.compile(r"(?:AP|BC|[A-Z]{2,3})-[\w-].{0,120}")
NOTE = re.compile(
    r"\(?(?:Eds|Editors?|Note|Attn|ATTENTION)\b.{0,20}[:,]|(?:With )?AP (?:Photo|Graphic|Video|Interactive)|"
    r"[A-Z]{1,5}\s\d{1,5}(?:-\d{1,5})?,|END$",
    re.IGNORECASE,
)
BYLINE = re.compile(r"By\s+[^\W\d_]", re.IGNORECASE)
POST = re.compile(r"\bA(?:P|ssociated Press)\b.{0,40}\b(?:Writer|Editor|Correspondent|Reporter)s?$", re.IGNORECASE)
LEADING_TAKE = re.compile(r"(?<=\d(?:st|nd|rd|th))(?=Ld|Lead|Add|Sub)", re.IGNORECASE)
# The wire's alphabet has no others: a dash, and quotation marks.
PRINTED = (("``", "“"), ("''", "”"), (" _ ", " — "), ("\t_ ", "\t— "))


class AnpaEnvelope:
    """Read ANPA 1312."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "anpa"

    def recognises(self, document: Document, content: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Return whether *content* begins with the header of such a transmission."""
        return begins_as_transmission(content) and SERVICE.search(content[:300]) is not None

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return the transmission's headline, byline, copy and date.

        raises: ParseError if its header is broken, CharsetError if its copy is no text.
        """
        content = content[content.find(SOH) :]
        header, begun, rest = content.partition(STX)
        if not begun:
            raise ParseError("begins as a transmission in ANPA 1312, and its start of text (STX) is missing")
        only_one(content)
        copy, ended, after = rest.partition(ETX)
        text = words_of(copy if ended else rest.partition(EOT)[0], decode=decode)
        trailer = TRAILER.search(words_of(after[:200], decode=decode)) or TRAILER.search(text[-300:])
        lines = [line for line in text.split("\n") if not TRAILER.search(line[:60])]
        fault = None if ended or trailer else "is cut off: neither its end of text (ETX) nor its date is there"
        slugs = _header_slug(words_of(header, decode=decode))
        passages = [
            *slugs,
            *_passages(lines),
            *([] if trailer is None else [Passage(role="date", text=date_of_trailer(trailer))]),
        ]
        return Transmission(form="a transmission", passages=tuple(passages), fault=fault)


def _header_slug(header: str) -> Iterator[Passage]:
    """Yield the slug of the header, which has no blank, and apart from it the take or the mark behind it."""
    found = SUBJECT.search(header.rstrip("\n").rpartition("\n")[2])
    if found is not None:
        slug, _, rest = found["slug"].partition(" ")
        yield Passage(role="note", text=f"{slug}, {LEADING_TAKE.sub(' ', rest)}" if rest else slug)


def _passages(lines: list[str]) -> Iterator[Passage]:
    ends = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("^")), len(lines))
    has_text = any(line.strip() for line in lines[ends:])
    text: list[str] = []
    done: set[PassageRole] = set()
    for said in filter(None, map(_said, lines[:ends])):
        role = "text" if text else _role(said, done, has_text=has_text)
        if role == "text":
            text.append(said)
        else:
            yield Passage(role=role, text=LEADING_TAKE.sub(" ", said) if role == "note" else _printed(said))
        done.add(role)
    text.extend(_paragraphs(lines[ends:]))
    if "headline" not in done and len(text) == 1:
        yield from _alert(text[0])
    if text:
        yield Passage(role="text", text=_printed("\n\n".join(text)))


def _said(line: str) -> str:
    """Return the words of a line that begins with a caret."""
    return without_end(NUMBERED.sub("", line.strip().removeprefix("^"), count=1).removeprefix("^"))


def _role(said: str, done: set[PassageRole], *, has_text: bool) -> PassageRole:
    """Return the role of a line of the head; *done* has the roles of the lines above it."""
    if NOTE.match(said) or (not done and SLUG.fullmatch(said)):
        return "note"
    if BYLINE.match(said):
        return "byline"
    signed = "byline" in done
    if signed and (POST.search(said) or is_publisher(said)):
        return "note" if POST.search(said) else "publisher"
    if "headline" not in done:
        return "headline"
    return "text" if signed or not has_text else "note"


def _alert(text: str) -> Iterator[Passage]:
    """Yield the headline of copy that is nothing but one sentence: its words behind the dateline."""
    printed = _printed(text)
    dateline = find_dateline(printed)
    said = printed[dateline.span.end if dateline else 0 :].lstrip(" —–-").rstrip(".")
    if said:
        yield Passage(role="headline", text=said)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Yield the paragraphs, each of which begins with a tab or a caret; a line without either goes on."""
    said: list[str] = []
    for line in lines:
        begins = line.startswith(("\t", "^")) or not line.strip()
        bare = without_end(line.strip().removeprefix("^"))
        if begins and said:
            yield " ".join(said)
            said = []
        if bare and bare != "END":
            said.append(bare)
    if said:
        yield " ".join(said)


def _printed(text: str) -> str:
    for wired, printed in PRINTED:
        text = text.replace(wired, printed)
    return text
