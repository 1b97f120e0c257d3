"""Read the entities that copy from web pages is left with: "Bed &amp; breakfast"."""

from __future__ import annotations

import html
import re

KNOWN = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|ndash|mdash|lsquo|rsquo|ldquo|rdquo|hellip|middot|bull|copy|reg|trade|euro|pound|"
    r"eacute|egrave|agrave|ccedil|ouml|uuml|auml|ntilde|atilde|otilde|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)


def readable(text: str) -> str:
    """Return *text* with its well-known entities as characters, once; what only looks like one stays."""
    if "&" in text:
        text = KNOWN.sub(lambda found: html.unescape(found.group()), text)
    return text.replace("\xa0", " ")
