"""Find bare addresses in Markdown as GFM does: http, https, www and mail.

source: https://github.github.com/gfm/#autolinks-extension-
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BARE = re.compile(
    r"(?<![A-Za-z0-9@/._+-])(?:(?P<schema>https?://)(?=[^\s<>])|www\.(?=[^\s<>.]{1,63}\.)|"
    r"(?P<mail>[A-Za-z0-9][A-Za-z0-9.+_-]{0,63})@(?=[A-Za-z0-9-]{1,63}\.))"
)
REACH = re.compile(r"[^\s<>｜，。；：！？、（）【】《》「」『』]{1,2000}")
MAIL_REACH = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![A-Za-z0-9_@-])")
HOST = re.compile(r"(?:[^\s/:?#@]{1,99}@)?(?P<host>[^\s/:?#]{1,255})")
TRAILING = "?!.,:*_~'\""
ENTITY = re.compile(r"&[A-Za-z0-9]{1,30};$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BareAddress:
    """An address in text; the fields are those that markdown-it's linkify rule reads of linkify-it's matches."""

    url: str
    text: str
    index: int
    last_index: int
    schema: str


class BareAddresses:
    """Find bare addresses as GFM does: http, https, www and mail. markdown-it makes the links.

    An address also ends at full-width punctuation, which no blank parts from it.
    source: https://github.github.com/gfm/#autolinks-extension-
    """

    def pretest(self, text: str) -> bool:
        """Return whether *text* may have an address."""
        return "://" in text or "www." in text or "@" in text

    test = pretest

    def match(self, text: str) -> list[BareAddress]:
        """Return the addresses in *text*, in order."""
        found = []
        at = 0
        while start := BARE.search(text, at):
            reach = (MAIL_REACH if start["mail"] else REACH).match(text, start.end())
            end = start.end() if reach is None else _trimmed(text, start.start(), reach.end())
            address = text[start.start() : end]
            at = max(end, start.end())
            if reach is None or end <= start.end() or (start["schema"] and "." not in _host(address)):
                continue
            schema = start["schema"] or ("mailto:" if start["mail"] else "")
            url = address if start["schema"] else f"{schema or 'http://'}{address}"
            found.append(BareAddress(url=url, text=address, index=start.start(), last_index=end, schema=schema or "//"))
        return found


def _host(address: str) -> str:
    host = HOST.match(address, address.index("//") + 2)
    return host["host"].strip(".") if host else ""


def _trimmed(text: str, start: int, end: int) -> int:
    """Return the end without trailing punctuation, brackets that open outside, and character references."""
    more = 0
    while end > start:
        last = text[end - 1]
        entity = ENTITY.search(text, max(start, end - 32), end) if last == ";" else None
        if entity is not None:
            end = entity.start()
        elif last in TRAILING:
            end -= 1
        elif last == ")":
            more = more or text.count(")", start, end) - text.count("(", start, end)
            if more <= 0:
                break
            more, end = more - 1, end - 1
        else:
            break
    return end
