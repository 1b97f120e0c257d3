"""Take a message apart: the fields that we read, and the text that it shows, within bounds.

`email.policy.default` parses each field into a tree: 2,000 brackets in a Content-Type are a RecursionError, and a long
list of parameters takes minutes. So fields are kept as they stand, those alone that are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
from itertools import count

from feedsvc.errors import CharsetError, ParseError
from feedsvc.parsers.envelopes.encoded_words import text_in
from feedsvc.parsers.envelopes.hypertext import plain_paragraphs
from feedsvc.ports import Decode

READ = frozenset(
    {"subject", "date", "content-type", "content-transfer-encoding", "content-disposition", "auto-submitted"}
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
        holds_parts = key == "content-type" and any(each in value.lower() for each in ("multipart", "message"))
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


def text_of_message(message: Message, *, decode: Decode) -> tuple[str, str | None]:
    """Return the text that *message* shows, and why it cannot be read whole, None if it can.

    Of alternatives the plain one that says something is shown, else the one in HTML; of parts side by side all that
    are text and no attachment, for some programs cut a text in two around a picture.
    """
    fault = _fault(message)
    if fault is not None:
        return "", fault
    read: list[Message] = []
    try:
        text = _shown(message, decode, read)
    except CharsetError as error:
        return "", f"is mail whose text {error.message}"
    except ParseError as error:
        return "", error.message
    for part in message.walk():
        unended = any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in part.defects)
        if unended and any(each is _last_leaf(part) for each in read):
            return text, "is mail whose text does not end as it says: it may be cut off"
    return text, None if text else "is mail without a text: it holds nothing, or attachments alone"


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


def _shown(part: Message, decode: Decode, read: list[Message]) -> str:
    return "\n\n".join(filter(None, (each.strip("\n") for each in _texts(part, decode, read)))).strip()


def _texts(part: Message, decode: Decode, read: list[Message]) -> Iterator[str]:
    """Yield each text that *part* shows; read: gains the parts that they are of."""
    kind = part.get_content_type()
    if part.is_multipart():
        inner: Sequence[Message] = part.get_payload()  # type: ignore[assignment]
        if kind == "multipart/alternative":
            yield _best(inner, decode, read)
        elif kind in {"multipart/related", "multipart/signed"}:
            yield _shown(inner[0], decode, read)
        elif part.get_content_maintype() == "multipart":
            for each in inner:
                yield from _texts(each, decode, read)
    elif kind in {"text/plain", "text/html", "text/enriched"} and not _is_attached(part):
        read.append(part)
        yield _text(part, decode)


def _best(parts: Sequence[Message], decode: Decode, read: list[Message]) -> str:
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    for part in (*plain, *(each for each in parts if each not in plain)):
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
    if not isinstance(content, bytes) or any(isinstance(defect, DAMAGED) for defect in part.defects):
        raise ParseError("is mail whose base64 is damaged")
    text = text_in(content, _charset(part), decode).replace("\x00", "")
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
