"""Make any text a key: short enough for an index, and of characters that every store takes."""

from __future__ import annotations

import hashlib
import re

# An entry of an index of PostgreSQL has 2,704 bytes at most, and an id of 2,004 may stand in it beside the key.
LONGEST = 500  # bytes
SHORT = 125  # characters, of which none has more than four bytes
_UNKEPT = re.compile("[\0\ud800-\udfff]")  # what PostgreSQL refuses, and what is no text at all


def key(text: str) -> str:
    """Return *text*, or a digest of it where it has more bytes than `LONGEST`, or characters that no store takes."""
    if len(text) <= SHORT and text.isprintable():
        return text
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= LONGEST and _UNKEPT.search(text) is None:
        return text
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
