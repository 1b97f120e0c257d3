"""Rewrite any HTML as well-nested HTML of bounded depth, in linear time.

An HTML5 parser walks its stack of open elements for many a tag: nh3 0.3.8 takes 52 s for 100,000 nested ``<div>``.
What is written here is read by nh3, which alone decides what is safe; this module decides only how deep it is. Every
token is written anew (text without ``<``, attributes in quotes), so nh3 cannot see another tree than this one.

source: HTML Standard, section 13.2.5 (tokenization).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

MAX_DEPTH = 64
MAX_FORMATTING = 8  # each text astray in a table reopens them all before it: the output multiplies

TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
    | <[!?][^>]*+(?:>|\Z)
    | <(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)
      (?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>"'][^\s>]*+)))?"""
)
ATTRIBUTE_NAME = re.compile("[a-z][a-z-]*")

VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
RAW = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
DROPPED = RAW | frozenset({"applet", "math", "noscript", "object", "select", "svg", "template"})
RENAMED = {
    "address": "div",
    "center": "div",
    "fieldset": "div",
    "form": "div",
    "h1": "h2",  # the one h1 is the article's own title
    "main": "div",
    "nav": "div",
    "strike": "s",
    "tt": "code",
}
FORMATTING = frozenset({"a", "b", "code", "em", "i", "s", "small", "strong", "u"})
INLINE = """
    abbr audio bdi bdo br cite del dfn img ins kbd mark picture q rb rp rt rtc ruby samp source span sub sup time var
    video wbr
"""
PHRASING = FORMATTING.union(INLINE.split())
ROWS = frozenset({"tbody", "td", "tfoot", "th", "thead", "tr"})
CELLS = frozenset({"caption", "td", "th"})  # no end tag within reaches beyond
CLOSED_BY = {
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "li": frozenset({"li"}),
    "rb": frozenset({"rb", "rp", "rt", "rtc"}),
    "rp": frozenset({"rb", "rp", "rt", "rtc"}),
    "rt": frozenset({"rb", "rp", "rt", "rtc"}),
    "tbody": frozenset({"tbody", "tfoot", "thead"}),
    "td": ROWS,
    "tfoot": frozenset({"tbody", "tfoot", "thead"}),
    "th": ROWS,
    "thead": frozenset({"tbody", "tfoot", "thead"}),
    "tr": ROWS - {"td", "th"},
}


def bound_nesting(html: str, *, tags: Collection[str]) -> str:
    """Return *html* with every element closed, none deeper than 64, comments, scripts and the like left out.

    The tags of elements too deep are left out, their text stays. So it is for elements that are not in *tags*.
    """
    writer = _Writer(tags)
    unclosed: set[str] = set()
    position = 0
    while token := TOKEN.search(html, position):
        writer.text(html[position : token.start()])
        position = token.end()
        name = (token["name"] or "").lower()
        name = RENAMED.get(name, name)
        if name in DROPPED:
            if not token["end"] and name not in unclosed and not token["attributes"].endswith("/"):
                position = _after(html, name, position, unclosed)
        elif name in tags:
            if token["end"]:
                writer.end(name)
            else:
                writer.start(name, token["attributes"])
    writer.text(html[position:])
    return writer.finish()


def _after(html: str, name: str, position: int, unclosed: set[str]) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE).search(html, position)
    if end:
        return end.end()
    unclosed.add(name)
    return len(html) if name in RAW else position


class _Writer:
    """Write tokens, and know which elements are open."""

    def __init__(self, tags: Collection[str]) -> None:
        self.tags = tags
        self.written: list[str] = []
        self.open: list[str] = []
        self.too_deep: Counter[str] = Counter()

    def text(self, text: str) -> None:
        self.written.append(text.replace("<", "&lt;"))

    def start(self, name: str, attributes: str) -> None:
        if name == "a" and "a" in self.open:
            self.close(self.open.index("a"))
        self.close_implied(name)
        if name in VOID:
            self.written.append(f"<{name}{_attributes(attributes)}>")
        elif len(self.open) >= MAX_DEPTH or (
            name in FORMATTING and sum(each in FORMATTING for each in self.open) >= MAX_FORMATTING
        ):
            self.too_deep[name] += 1
        else:
            self.written.append(f"<{name}{_attributes(attributes)}>")
            self.open.append(name)

    def end(self, name: str) -> None:
        if self.too_deep[name]:
            self.too_deep[name] -= 1
            return
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] == name:
                self.close(index)
                return
            if self.open[index] in CELLS and name not in ROWS and name != "table":
                return

    def close_implied(self, name: str) -> None:
        """Close what *name* ends without an end tag: the paragraph before a block, the list item before the next."""
        for index in range(len(self.open) - 1, -1, -1):
            each = self.open[index]
            if name in CLOSED_BY.get(each, ()) or (each == "p" and name not in PHRASING):
                self.close(index)
            elif each not in PHRASING or each == "ruby":
                return

    def close(self, index: int) -> None:
        self.written.extend(f"</{name}>" for name in reversed(self.open[index:]))
        del self.open[index:]

    def finish(self) -> str:
        self.close(0)
        return "".join(self.written)


def _attributes(text: str) -> str:
    written: dict[str, str] = {}
    for found in ATTRIBUTE.finditer(text):
        name = found["name"].lower()
        if ATTRIBUTE_NAME.fullmatch(name):
            value = found["double"] or found["single"] or found["bare"] or ""
            written.setdefault(name, value.replace('"', "&quot;"))
    return "".join(f' {name}="{value}"' for name, value in written.items())
