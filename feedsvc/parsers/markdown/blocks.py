"""The top-level blocks of Markdown: their places, their words without markup, and their HTML.

A section of related stories is told from its blocks too: it is nothing but links and titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from markdown_it.token import Token

from feedsvc.model.draft import RelatedLine
from feedsvc.parsers.labels import AROUND, BULLET
from feedsvc.parsers.line_kinds import is_prose
from feedsvc.parsers.lines import Line, cut, joined, tidy
from feedsvc.parsers.markdown.syntax import MARKDOWN
from feedsvc.parsers.markdown.template_tags import Replaced

TAG = re.compile(r"<[^<>]{0,2000}>")
# What no browser shows as words: content drops it too, with all that is in it.
UNSHOWN = "(?:applet|iframe|math|noscript|object|script|select|style|svg|template|textarea|title|xmp)"
HIDDEN = re.compile(
    rf"<(?P<name>{UNSHOWN})\b[^<>]{{0,2000}}>.*?(?:</(?P=name)\s{{0,9}}>|\Z)", re.IGNORECASE | re.DOTALL
)
# What is shown beside words, and what has words of its own that are not the copy's: descriptions and captions.
SHOWN = re.compile(
    r"<(?:img|picture|figure|video|audio|iframe|object|embed|svg|canvas|math)\b|<input\b[^<>]{0,999}\btype=.?image",
    re.IGNORECASE,
)
FIGURE = "(?:figure|picture|video|audio)"
FIGURED = re.compile(
    rf"<(?P<name>{FIGURE})\b[^<>]{{0,2000}}>.*?(?:</(?P=name)\s{{0,9}}>|\Z)", re.IGNORECASE | re.DOTALL
)
STOPS = frozenset(".,;:!?")  # no blank is left before one of them when a hidden tag between them goes
HIDING = re.compile(rf"<(?P<end>/?){UNSHOWN}\b", re.IGNORECASE)
FIGURING = re.compile(rf"<(?P<end>/?)(?:{UNSHOWN}|{FIGURE})\b", re.IGNORECASE)
COMMENTED = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
COMMENTS = re.compile(r"(?:<!--(?:(?!-->).)*+(?:-->|\Z)\s*+)+", re.DOTALL)


class Block(NamedTuple):
    """A top-level block: its kind, its lines in the document, its words and its HTML.

    text:        plain words; none where all of them describe its pictures.
    said:        the words outside its pictures, films, sounds and figures: only these can be a byline or a mark.
    is_pictured: it shows something other than words.
    tokens:      markdown-it's.
    """

    kind: str
    line: Line
    text: str
    html: str
    said: str
    is_pictured: bool = False
    tokens: Sequence[Token] = ()


def blocks_of(text: str, start: int, body: str, tags: Replaced | None) -> Iterator[Block]:
    """Yield the top-level blocks of the Markdown from *start* on; in *body*, words are in the places of its tags."""
    starts = [start]
    for raw in text[start:].split("\n"):
        starts.append(starts[-1] + len(raw) + 1)
    env: dict[str, object] = {"tags": tags}
    lines: list[int] | None = None
    for tokens in _top_level(MARKDOWN.parse(body, env)):
        # Notes that are written within a line have no lines of their own, and count to the last block's.
        lines = next((token.map for token in tokens if token.map), lines)
        if lines is None:
            continue
        first, last = lines
        begin, end = starts[first], min(starts[min(last, len(starts) - 1)], len(text))
        html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, env).strip()
        line = cut(text[begin:end], begin, block=first, indented=False)
        if line.text and not (tokens[0].type == "html_block" and COMMENTS.fullmatch(html)):
            words = said = _words(tokens)
            is_pictured = SHOWN.search(html) is not None
            if is_pictured:
                said = _words(tokens, is_all=False)
                words = words if said else ""
            yield Block(f"{tokens[0].type}{tokens[0].tag}", line, words, html, said, is_pictured, tokens)


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _words(tokens: Sequence[Token], *, is_all: bool = True) -> str:
    """Return the words of a block without its markup; all, or only those outside its pictures and figures."""
    return joined([tidy(_inline(token, is_all=is_all)) for token in tokens if token.children or token.content])


def _inline(token: Token, *, is_all: bool) -> str:
    if token.type == "html_block":
        shown = HIDDEN.sub(" ", COMMENTED.sub(" ", token.content))
        return unescape(TAG.sub(" ", shown if is_all else FIGURED.sub(" ", shown)))
    if token.children is None:
        return token.content
    hides = HIDING if is_all else FIGURING
    breaks = [""]
    is_hidden = closed = False
    for child in token.children:
        if child.type in {"softbreak", "hardbreak"}:
            breaks.append("")
        elif child.type == "html_inline":
            hiding = hides.match(child.content)
            is_hidden = not hiding["end"] if hiding else is_hidden
            closed = hiding is not None and not is_hidden
        elif not is_hidden and (is_all or child.type != "image"):  # an image's content is its alternative text
            if closed and child.content[:1] in STOPS:
                breaks[-1] = breaks[-1].rstrip()
            breaks[-1] += child.content
            closed = closed and not child.content
    return joined(breaks)


LISTS = frozenset({"bullet_list_openul", "ordered_list_openol"})
LONGEST_TITLE = 200  # characters
# What an item may hold: one link, or words.
WORDED = frozenset({"text", "softbreak", "em_open", "em_close", "strong_open", "strong_close", "code_inline"})


def related_in(blocks: Sequence[Block]) -> tuple[tuple[RelatedLine, ...], int]:
    """Return the related stories that *blocks*, which follow a heading of such, begin with, and how many blocks do.

    Only lists and lines of which each is one link, or one title, name stories. Where anything but prose or another
    heading follows them, the section is copy, and none of it is left out.
    """
    found: list[RelatedLine] = []
    for count, block in enumerate(blocks):
        if block.kind.startswith("heading"):
            return tuple(found), count
        items = _items(block)
        if items is None:
            is_over = block.kind == "paragraph_openp" and is_prose(block.line._replace(text=block.text))
            return (tuple(found), count) if is_over else ((), 0)
        found += items
    return tuple(found), len(blocks)


def _items(block: Block) -> list[RelatedLine] | None:
    """Return the story that each item of a list or each line of a paragraph names; None if one names none."""
    if block.kind in LISTS:
        shapes = {token.type for token in block.tokens if token.level > 1}
        if not shapes <= {"paragraph_open", "paragraph_close", "inline"}:
            return None
        inlines = [token for token in block.tokens if token.type == "inline"]
        if len(inlines) != sum(token.type == "list_item_open" for token in block.tokens):
            return None
        lines = [token.children or [] for token in inlines]
        above = (block.tokens[0].map or [0])[0]
        rows = [[row - above for row in token.map or [above, above + 1]] for token in inlines]
    elif block.kind == "paragraph_openp":
        lines = _lines(block.tokens[1].children or [])
        rows = [[row, row + 1] for row in range(len(lines))]
    else:
        return None
    places = _places(block, rows)
    items = [_item(line, place) for line, place in zip(lines, places, strict=True)]
    return None if None in items else [item for item in items if item is not None]


def _places(block: Block, rows: Sequence[Sequence[int]]) -> list[Line]:
    """Return the stretch of the document from each row of a block to another, without its bullet."""
    starts = [0]
    for row in block.line.text.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    places = [block.line.part(starts[begin], starts[min(end, len(starts) - 1)]) for begin, end in rows]
    bullets = [BULLET.match(place.text) for place in places]
    return [place.part(bullet.end()) if bullet else place for place, bullet in zip(places, bullets, strict=True)]


def _lines(children: Sequence[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in {"softbreak", "hardbreak"} and child.level == 0:
            lines.append([])
        else:
            lines[-1].append(child)
    return lines


def _item(children: Sequence[Token], place: Line) -> RelatedLine | None:
    links = [index for index, child in enumerate(children) if child.type == "link_open"]
    if len(links) > 1 or not {child.type for child in children} <= WORDED | {"link_open", "link_close"}:
        return None
    words = _said(children)
    if not links:
        is_title = (
            any(map(str.isalnum, words)) and len(words) <= LONGEST_TITLE and not is_prose(place._replace(text=words))
        )
        return RelatedLine(title=words, url=None, span=place.span) if is_title else None
    link = children[links[0]]
    close = next(index for index, child in enumerate(children) if child.type == "link_close")
    inside = _said(children[links[0] : close])
    beside = _said([*children[: links[0]], *children[close:]]).strip(AROUND + ".。")
    is_bare = link.info == "auto"
    if beside and not (is_bare and len(beside) <= LONGEST_TITLE):
        return None
    return RelatedLine(title=beside if is_bare else inside, url=str(link.attrs["href"]), span=place.span)


def _said(children: Sequence[Token]) -> str:
    return tidy(_inline(Token("inline", "", 0, children=list(children)), is_all=True))
