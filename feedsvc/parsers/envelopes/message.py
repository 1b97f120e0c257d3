"""Take a message apart: the fields that we read, and the text that it shows, within bounds.

`email.policy.default` parses each field into a tree: 2,000 brackets in a Content-Type are a RecursionError, and a long
list of parameters takes minutes. So only the fields that are read are kept, unparsed.
"""

from __future__ import annotations

import binascii
import codecs
import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
    MissingHeaderBodySeparatorDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy
from itertools import count, takewhile

import nh3

from feedsvc.model.errors import CharsetError, ParseError
from feedsvc.model.ports import Decode
from feedsvc.text.characters import strip_unwanted
from feedsvc.text.charset import NEWLINES
from feedsvc.text.html import DROPPED, bound_nesting

WORD = re.compile(
    r"=\?(?P<charset>[^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?(?P<kind>[bBqQ])\?(?P<said>(?:[^?]|\?(?!=)){0,2000}+)\?="
)
QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
# Taken at their word: text in others is seldom UTF-8 by accident, and in all but it ASCII may mean something else, so
# that their bytes look like UTF-8 and are not.
SURE = ("utf-8", "iso2022", "hz", "utf-16", "utf-32", "utf-7")
PARTING = """
    article aside blockquote br caption dd div dl dt figcaption figure footer h2 h3 h4 h5 h6 header hr li ol p pre
    section table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(PARTING.split())
TAG = re.compile(r"<([^>]*)>")
LABEL_CELL = re.compile(r"<th>([^<>]{1,40}:)\s{0,9}</th>\s{0,99}<td>", re.IGNORECASE)  # of a forwarded header
READ = frozenset(
    {"subject", "date", "content-type", "content-transfer-encoding", "content-disposition", "auto-submitted"}
    | {"sensitivity", "embargo", "x-embargo"}
)
# Fields that only machines write.
CARRIED = frozenset(
    {"received", "return-path", "delivered-to", "x-original-to", "envelope-to", "delivery-date", "message-id"}
    | {"mime-version", "content-type", "content-transfer-encoding", "dkim-signature", "domainkey-signature"}
    | {"authentication-results", "received-spf", "x-received", "in-reply-to", "auto-submitted", "thread-topic"}
    | {"thread-index", "user-agent", "x-mailer", "status", "newsgroups", "references", "importance", "sensitivity"}
)
CARRIED_BEGIN = ("arc-", "dkim-", "received-", "resent-", "list-", "x-", "authentication-")
FEW_FIELDS = 2  # one could be a word that copy begins with: "Received: with thanks."
FIELD_LINE = re.compile(r"(?P<name>[!-9;-~]{1,80}):(?=[ \t]|$)")
FIRST_LINES = 40  # of a text, where a header that was torn goes on
PART_LINES = re.compile(
    r"^--[^\n]{1,200}\n(?:[!-9;-~]{1,80}:[^\n]{0,998}\n){0,5}?"
    r"Content-(?:Type|Transfer-Encoding|Disposition)[ \t]{0,4}:",
    re.MULTILINE | re.IGNORECASE,
)
LONGEST_FIELD = 8_000  # characters; the longest subjects in Chinese have a thousand
MOST_PARTS = 500
MOST_CONTAINERS = 16  # parts that hold parts: each line is compared with the boundary of every one that is open
DAMAGED = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect, InvalidBase64PaddingDefect)
UNPARTED = (NoBoundaryInMultipartDefect, StartBoundaryNotFoundDefect)
ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
ARMOUR = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
SIGNED = re.compile(r"\s*-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: .{0,100}\n)*\n")
SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----", re.MULTILINE)


def field_text(raw: str, *, charset: str | None, decode: Decode) -> str:
    """Return the decoded text of a header field, on one line.

    raw:     as received, folded; bytes that are no ASCII as `surrogateescape` leaves them.
    charset: of the message's text, tried where the field names none.
    raises:  CharsetError if it cannot be decoded.
    """
    return " ".join("".join(_words(raw, charset, decode)).split())


def _words(raw: str, charset: str | None, decode: Decode) -> Iterator[str]:
    """Yield each stretch of a field; neighbouring words of one charset are decoded as one."""
    at, held, held_charset = 0, b"", ""
    for word in WORD.finditer(raw):
        between = raw[at : word.start()]
        at = word.end()
        if held and (between.strip() or word["charset"].lower() != held_charset):
            yield text_in(held, held_charset, decode)
            held = b""
        if between.strip() or not held_charset:
            yield text_in(between.encode("ascii", "surrogateescape"), charset, decode)
        held_charset = word["charset"].lower()
        held += _bytes(word["kind"], word["said"])
    if held:
        yield text_in(held, held_charset, decode)
    yield text_in(raw[at:].encode("ascii", "surrogateescape"), charset, decode)


def _bytes(kind: str, said: str) -> bytes:
    coded = said.encode("ascii", "surrogateescape")
    if kind in "qQ":
        return QUOTED.sub(lambda found: bytes([int(found[1], 16)]), coded.replace(b"_", b" "))
    figures = NO_BASE64.sub(b"", coded)
    try:
        return binascii.a2b_base64(figures + b"=" * (-len(figures) % 4))
    except binascii.Error as error:
        raise CharsetError(f"{said!r} is no base64") from error


def text_in(content: bytes, charset: str | None, decode: Decode) -> str:
    """Return *content* as text. charset: as the message names it, known or not.

    raises: CharsetError if it is no text.
    """
    if not content or (content.isascii() and charset is None):
        return content.decode("ascii")
    try:
        name = None if charset is None else codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = None  # "unknown-8bit", "default": the bytes have to tell
    if name is not None and name.replace("_", "").startswith(SURE):
        try:
            return NEWLINES.sub("\n", content.decode(name))
        except UnicodeError as error:
            if name != "utf-8":
                raise CharsetError(f"is not in {charset}, as it says") from error
    return decode(content, name)


def plain_paragraphs(hypertext: str) -> str:
    """Return the words of *hypertext*, a blank line between its blocks; the cost is linear in its length."""
    bounded = bound_nesting(strip_unwanted(hypertext)[0], tags=BLOCKS)
    safe = nh3.clean(bounded, tags=set(BLOCKS), clean_content_tags=set(DROPPED), attributes={}, link_rel=None)
    safe = LABEL_CELL.sub(r"<p>\1 ", safe)
    blocks: list[list[str]] = [[]]
    for number, piece in enumerate(TAG.split(safe)):  # words and tags by turns
        said = " ".join(html.unescape(piece).split()) if number % 2 == 0 else ""
        if said:
            blocks[-1].append(said)
        elif number % 2 and piece != "br":
            blocks.append([])
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


class _Policy(Compat32):
    """Keep the fields that we read, as they stand, and count the parts that hold others."""

    containers: Iterator[int] = count()  # replaced in each message's own

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        key = name.lower()
        if key not in READ:
            return name, ""
        value = "".join([value, *sourcelines[1:]]).strip()
        if len(value) > LONGEST_FIELD:
            raise ParseError(
                f"is mail whose field {name!r} has {len(value)} characters, over the limit of {LONGEST_FIELD}"
            )
        holds_parts = key == "content-type" and any(kind in value.lower() for kind in ("multipart", "message"))
        if holds_parts and next(self.containers) >= MOST_CONTAINERS:
            raise ParseError(f"is mail with more than {MOST_CONTAINERS} parts that hold other parts")
        return name, value

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the policy's signature
        return value


def message_in(content: bytes) -> Message:
    """Return the message that *content* is.

    raises: ParseError if it has too many parts, or too long a field.
    """
    parts = count()

    def made(policy: Policy | None = None) -> Message:
        if next(parts) > MOST_PARTS:
            raise ParseError(f"is mail with more than {MOST_PARTS} parts")
        return Message(policy=policy) if policy else Message()

    policy = _Policy(message_factory=made).clone(containers=count())  # type: ignore[call-arg]  # an attribute of ours
    return BytesParser(policy=policy).parsebytes(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageText:
    """What a message says.

    shown:  its copy.
    unseen: its other texts: alternatives, attachments, lines around the parts.
    fault:  why it cannot be read whole; None if it can.
    """

    shown: str = ""
    unseen: tuple[str, ...] = ()
    fault: str | None = None


def text_of_message(message: Message, *, decode: Decode) -> MessageText:
    """Return the text that *message* shows, and what of it is not shown.

    Of alternatives the plain one that says something is shown, else the one in HTML; of parts side by side all that
    are text and no attachment, for some programs cut a text in two around a picture.
    """
    fault = _fault(message)
    if fault is not None:
        return MessageText(fault=fault)
    read: list[Message] = []
    try:
        text = _shown(message, decode, read)
    except CharsetError as error:
        return MessageText(fault=f"is mail whose text {error.message}")
    except ParseError as error:
        return MessageText(fault=error.message)
    unseen = tuple(_unseen(message, decode, read))
    longest = max((len(text) for text, is_attached in unseen if is_attached), default=0)
    if not text:
        fault = "is mail without a text: it is empty, or has only attachments"
    elif _is_cut_off(message, read):
        fault = "is mail whose text does not end as it says: it may be cut off"
    elif longest > len(text):
        fault = "is mail with an attached text that is longer than its own; send the copy as the text of the mail"
    return MessageText(shown=text, unseen=tuple(unshown for unshown, _ in unseen), fault=fault)


def _is_cut_off(message: Message, read: Sequence[Message]) -> bool:
    for part in message.walk():
        unended = any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in part.defects)
        if unended and any(leaf is _last_leaf(part) for leaf in read):
            return True
    return False


def _unseen(message: Message, decode: Decode, read: Sequence[Message]) -> Iterator[tuple[str, bool]]:
    """Yield each text of *message* but those of the parts that were *read*, and whether it is attached."""
    attached: set[int] = set()
    for part in message.walk():
        inner = part.get_payload() if part.is_multipart() else ()
        if id(part) in attached or _is_attached(part) or part.get_content_type() == "message/rfc822":
            attached |= {id(part), *map(id, inner)}
        if part.is_multipart():
            yield from ((text, False) for text in (part.preamble, part.epilogue) if text)
        elif part.get_content_type() in {"text/plain", "text/html"} and not any(leaf is part for leaf in read):
            with suppress(CharsetError, ParseError):  # of what is not published nothing but a mark counts
                yield _text(part, decode), id(part) in attached


def charset_of(message: Message) -> str | None:
    """Return the charset that the first part in text names."""
    return next((_charset(part) for part in message.walk() if part.get_content_maintype() == "text"), None)


def _fault(message: Message) -> str | None:
    for part in message.walk():
        if part.get_content_type() in ENCRYPTED:
            return "is encrypted mail"
        if part.get_content_type() == "multipart/report":
            return "is a report of a mail server on a message"
        for defect in part.defects if part is message or not _is_attached(part) else ():
            if isinstance(defect, MissingHeaderBodySeparatorDefect):
                return "is mail with a line among its header fields that is none"
            if isinstance(defect, UNPARTED):
                return "is mail whose parts do not begin as it says: it may be cut off"
    return None


def _last_leaf(part: Message) -> Message:
    while part.is_multipart():
        inner: Sequence[Message] = part.get_payload()  # type: ignore[assignment]
        part = inner[-1]
    return part


def is_carried(name: str) -> bool:
    """Return whether only machines write the field *name*, which is in small letters."""
    return name in CARRIED or name.startswith(CARRIED_BEGIN)


def _stray_header(text: str) -> str | None:
    """Return why *text*, as it was sent, is none that may be shown: it holds what belongs into a header."""
    if PART_LINES.search(text):
        return "is mail whose text holds the header of a part: its own header does not say where its parts begin"
    carried: list[str] = []
    for line in text.lstrip().split("\n", FIRST_LINES)[:FIRST_LINES]:
        field = FIELD_LINE.match(line)
        if field is not None and is_carried(field["name"].lower()):
            carried.append(field["name"])
        elif field is None and line.strip() and not (carried and line.startswith((" ", "\t"))):
            break
    if len(carried) >= FEW_FIELDS or any("-" in field and field.lower() in CARRIED for field in carried):
        return f"is mail whose header goes on in its text, with the field {carried[0]!r}"
    return None


def _shown(part: Message, decode: Decode, read: list[Message]) -> str:
    return "\n\n".join(filter(None, (piece.strip("\n") for piece in _texts(part, decode, read)))).strip()


def _texts(part: Message, decode: Decode, read: list[Message]) -> Iterator[str]:
    """Yield each text that *part* shows; read: gains the parts that they are of."""
    kind = part.get_content_type()
    if part.is_multipart():
        inner: Sequence[Message] = part.get_payload()  # type: ignore[assignment]
        if kind == "multipart/alternative":
            yield _best(inner, decode, read)
        elif kind in {"multipart/related", "multipart/signed"}:
            yield _shown(_root(inner), decode, read)
        elif part.get_content_maintype() == "multipart":
            for piece in inner:
                yield from _texts(piece, decode, read)
    elif kind in {"text/plain", "text/html", "text/enriched"} and not _is_attached(part):
        read.append(part)
        yield _text(part, decode)


def _root(parts: Sequence[Message]) -> Message:
    """Return the part that the others belong to: mostly the first, and never a picture (RFC 2387, section 3.2)."""
    return next((other for other in parts if other.get_content_maintype() in {"text", "multipart"}), parts[0])


def _best(parts: Sequence[Message], decode: Decode, read: list[Message]) -> str:
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    for part in (*plain, *(other for other in parts if other not in plain)):
        tried: list[Message] = []
        text = _shown(part, decode, tried)
        if text:
            read += tried
            return text
    return ""


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _text(part: Message, decode: Decode) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise ParseError("is mail whose text is none")
    if any(isinstance(defect, DAMAGED) for defect in part.defects):
        content = _above_footer(part)
    text = text_in(content, _charset(part), decode).replace("\x00", "")
    stray = _stray_header(text)
    if stray is not None:
        raise ParseError(stray)
    if part.get_content_type() == "text/html":
        return plain_paragraphs(text)
    if part.get_content_type() != "text/plain":
        raise ParseError(f"is mail in {part.get_content_type()}; send it as plain text")
    if ARMOUR.match(text):
        raise ParseError("is encrypted mail")
    signed = SIGNED.match(text)
    if signed is not None:
        end = SIGNATURE.search(text, signed.end())
        text = text[signed.end() : None if end is None else end.start()]
    if str(part.get_param("format") or "").lower() == "flowed":
        return _flowed(text, delsp=str(part.get_param("delsp") or "").lower() == "yes")
    return text


def _above_footer(part: Message) -> bytes:
    """Return what the base64 of *part* says, without the footer that a mailing list put below it as plain text.

    raises: ParseError if it is damaged.
    """
    lines = str(part.get_payload()).strip().splitlines()
    try:
        return binascii.a2b_base64("".join(line.strip() for line in takewhile(str.strip, lines)), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise ParseError("is mail whose base64 is damaged") from error


def _flowed(text: str, *, delsp: bool) -> str:
    """Return *text* with its paragraphs on one line each.

    source: RFC 3676, section 4.
    """
    lines: list[list[str]] = []
    joins = False
    for line in text.split("\n"):
        said = line.removeprefix(" ")  # stuffed
        flows = said.endswith(" ") and said != "-- "
        said = said[:-1] if flows and delsp else said
        if joins and said:
            lines[-1].append(said)
        else:
            lines.append([said])
        joins = flows
    return "\n".join("".join(line) for line in lines)


def _charset(part: Message) -> str | None:
    """Return the charset that *part* names."""
    charset = part.get_param("charset")
    named = charset[2] if isinstance(charset, tuple) else charset
    return str(named).strip() or None if named else None
