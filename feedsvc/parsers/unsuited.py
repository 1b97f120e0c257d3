"""Say of a text that is in none of our formats what it is instead, so that its desk knows what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedsvc.model.documents import Document, suffix
from feedsvc.parsers.lines import NO_WORDS

MAY_HOLD_TAGS = frozenset({".md", ".markdown", ".mdown", ".mkd"})
TAGGED = re.compile(
    r"</?(?:h[1-6]|p|div|article|section|main|header|footer|table|t[rdh]|ul|ol|li|br|span|title|meta|link|style|script)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
LOOKED_AT = 40  # lines, of which half in tags make a page
ENDINGS: Mapping[str, str] = {
    ".json": "a JSON file",
    ".jsonl": "a JSON file",
    ".yaml": "a YAML file",
    ".yml": "a YAML file",
    ".toml": "a TOML file",
    ".csv": "a table",
    ".tsv": "a table",
    ".xml": "an XML file",
    ".rss": "a feed",
    ".atom": "a feed",
    ".opml": "an OPML file",
    ".html": "an HTML page",
    ".htm": "an HTML page",
    ".xhtml": "an HTML page",
}
# Judged by how they begin, whatever they are called.
BEGINNINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"(?:<!--.{0,500}?-->\s{0,9})?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL),
        "an HTML page",
    ),
    (re.compile(r"<\?xml\b|<(?:rss|feed|opml|nitf|newsml|newsitem)\b", re.IGNORECASE), "an XML file"),
    (re.compile(r"<\?php\b|#!/"), "a program"),
    (re.compile(r"[{\[]\s{0,99}[{\[\"]"), "a JSON file"),
    (re.compile(r"BEGIN:V(?:CALENDAR|CARD)\b"), "a calendar or a card"),
    (re.compile(r"-----BEGIN [A-Z ]{3,40}-----"), "a key or a certificate"),
)
BEGINNING_SIGNS = ("<", "#!", "{", "[", "BEGIN:", "-----")  # what each of them begins with


def unsuited(document: Document, text: str) -> str | None:
    """Return what the document is, when it is no copy: "an HTML page"; None when it may be copy."""
    ending = suffix(document.path.lower())
    named = ENDINGS.get(ending)
    if named is not None:
        return named
    start = text[:2000].lstrip(NO_WORDS)
    if ending not in MAY_HOLD_TAGS and _is_tagged(text):
        return "HTML without a page around it"
    if not start.startswith(BEGINNING_SIGNS):
        return None
    return next((name for beginning, name in BEGINNINGS if beginning.match(start)), None)


def _is_tagged(text: str) -> bool:
    """Return whether as many lines begin with the tag of a block as do not."""
    if "<" not in text[:20_000]:
        return False
    lines = [line.strip(NO_WORDS) for line in text[:20_000].split("\n")]
    lines = [line for line in lines if line][:LOOKED_AT]
    tagged = sum(TAGGED.match(line) is not None for line in lines)
    return tagged > 0 and tagged * 2 >= len(lines)
