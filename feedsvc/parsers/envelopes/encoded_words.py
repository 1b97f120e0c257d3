"""Read the fields of a message's header, and text in the charset that a message names.

The standard library's own readers (`email.policy.default`, `email.header.decode_header`) take characters that are cut
between two encoded words, and bytes that are no ASCII, for text that cannot be read; Chinese mail is full of both.

source: RFC 2047; RFC 5322, section 2.2.3 (folding).
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator

from feedsvc.charset import NEWLINES
from feedsvc.errors import CharsetError
from feedsvc.ports import Decode

WORD = re.compile(
    r"=\?(?P<charset>[^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?(?P<kind>[bBqQ])\?(?P<said>(?:[^?]|\?(?!=)){0,2000}+)\?="
)
QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
# Taken at their word: text in others is seldom UTF-8 by accident, and in all but it ASCII may mean something else, so
# that their bytes look like UTF-8 and are not.
SURE = ("utf-8", "iso2022", "hz", "utf-16", "utf-32", "utf-7")


def field_text(raw: str, *, charset: str | None, decode: Decode) -> str:
    """Return what a field of a header says, on one line.

    raw:     as it stands, folded; bytes that are no ASCII as `surrogateescape` leaves them.
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
    """Return *content* as text; *charset* is what the message says of it, be it known or not.

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
