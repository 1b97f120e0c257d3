"""Name the control characters of a wire's transmission, and decode the text between them."""

from __future__ import annotations

from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Decode

SOH, STX, ETX, EOT, SYN = b"\x01", b"\x02", b"\x03", b"\x04", b"\x16"
FILL = b"\x00\x7f\r\n \t\xef\xbb\xbf"  # what lines send when they have nothing to say, and a byte order mark
OTHER_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"


def begins_as_transmission(content: bytes) -> bool:
    """Return whether *content* begins as transmissions do, and as no text does."""
    return content.lstrip(FILL).startswith((SOH, SYN))


def only_one(content: bytes) -> None:
    """Raise ParseError if *content* holds another transmission behind the first."""
    if content.find(SOH, 1) > 0 and content.find(STX, content.find(SOH, 1)) > 0:
        raise ParseError("holds more than one transmission; save each as a file of its own")


def without_end(line: str) -> str:
    """Return *line* without the sign that a wire closes lines of its head with: "Ferry sails =", "By ANN LEE<"."""
    bare = line.rstrip()
    return bare[:-1].rstrip() if bare.endswith(("=", "<")) else bare


def words_of(content: bytes, *, decode: Decode) -> str:
    """Return *content* as text without the control characters of the line.

    raises: CharsetError if it is no text.
    """
    return decode(content.translate(None, OTHER_CONTROLS), None)
