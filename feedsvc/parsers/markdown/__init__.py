"""Read Markdown without front matter: its first heading is the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import unescape
from typing import NamedTuple

from markdown_it.token import Token

from feedsvc.datelines import find_dateline
from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.document import Document, suffix
from feedsvc.model.draft import Draft, Excerpt, Paragraph, RelatedLine
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.labels import Header, apply_header, headers_in, is_heading, read_related
from feedsvc.parsers.line_kinds import HEAD_CHARACTERS, is_date, is_end, is_prose
from feedsvc.parsers.lines import Line, cut, fault, is_han, joined, tidy
from feedsvc.parsers.markdown.syntax import MARKDOWN
from feedsvc.parsers.markdown.template_tags import Replaced, remarks_on, replace_tags
from feedsvc.parsers.marks import find_mark
from feedsvc.parsers.names import bylines_in

LONGEST_BODY = 1_000_000  # characters: some books, and ten seconds of work where each of them is made to cost
MOST_BRACKETS = 50_000  # markdown-it tries an open bracket in as many ways as blocks may be deep: two seconds
DATELINE_PARAGRAPHS = 2  # of each language are looked at for its dateline
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
# An image or a tag in Markdown, in whose place blanks leave the words around it where they stand.
MARKUP = re.compile(r"!\[[^\[\]]{0,1000}\](?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\])?|<[^<>]{0,1000}>")
IMAGE = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
STOPS = frozenset(".,;:!?")  # no blank is left before one of them when a hidden tag between them goes
HIDING = re.compile(rf"<(?P<end>/?){UNSHOWN}\b", re.IGNORECASE)
FIGURING = re.compile(rf"<(?P<end>/?)(?:{UNSHOWN}|{FIGURE})\b", re.IGNORECASE)
MOST_TITLES = 8  # headings in a row: a headline in each language; further ones are copy
COMMENT = re.compile(r"<!--(?P<said>[^<>]{1,300}?)-->")
COMMENTED = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
COMMENTS = re.compile(r"(?:<!--(?:(?!-->).)*+(?:-->|\Z)\s*+)+", re.DOTALL)
COLON = (":", "：")
ENDINGS = frozenset({".md", ".markdown", ".mdown", ".mkd"})
HEADING = re.compile(r"\s{0,99}?(?:#[ \t]{1,9}\S|[^\s#>*+\-][^\n]{0,500}\n={3,200}[ \t]{0,9}(?:\n|$))")


class Block(NamedTuple):
    """A top-level block: its kind, its lines in the document, its words and its HTML.

    text:        plain words; none where all of them describe its pictures.
    said:        the words outside its pictures, films, sounds and figures: only these can be a byline or a mark.
    is_pictured: it shows something other than words.
    """

    kind: str
    line: Line
    text: str
    html: str
    said: str
    is_pictured: bool = False


class Told(NamedTuple):
    """Whether there is front matter above a body, and what its keys tell."""

    front: bool
    title: bool
    people: bool
    date: bool


def read_body(text: str, start: int, into: DraftBuilder, *, languages: tuple[str, ...] = ()) -> None:
    """Read the Markdown from *start* to the end of *text*.

    Headings of the first level at the top are headlines where none is known, and dropped where they repeat one. Marks,
    bylines and dates above the first paragraph count as in wire copy, and so does a heading of related stories. Below
    front matter, labelled lines are copy, but for marks, and so are bylines and dates that its keys have told.

    start:     0 where no front matter is.
    languages: of the site, in which datelines are looked for.
    raises:    ParseError if the body is too long.
    """
    if len(text) - start > LONGEST_BODY:
        raise fault(text, start, f"the Markdown body is longer than {LONGEST_BODY} characters")
    if text.count("[", start) > MOST_BRACKETS:
        raise fault(text, start, f"the Markdown body has more than {MOST_BRACKETS} opening brackets")
    read_comments(text, start, len(text), into)
    told = Told(front=start > 0, title=bool(into.headlines), people=bool(into.bylines), date=bool(into.dates))
    body, tags = replace_tags(text, start, render=MARKDOWN.renderInline)
    _read_blocks(_blocks(text, start, body, tags), into, told=told, languages=languages)
    if tags is not None:
        into.left_out += remarks_on(tags, text)


def _read_blocks(blocks: Iterable[Block], into: DraftBuilder, *, told: Told, languages: tuple[str, ...]) -> None:
    related, is_head = False, True
    counted: dict[bool, int] = {}
    for block in blocks:
        if block.kind.startswith("heading") or is_heading(block.line):
            related = is_heading(block.line) or is_heading(block.line._replace(text=block.text))
        elif related and _is_copy(block):
            related = False
        if related:
            into.related += _related(block)
        elif block.kind.startswith("fence"):
            _fence(block, into)
            into.paragraphs.append(Paragraph(text=block.text, html=block.html, span=block.line.span))
            is_head = False
        elif not (is_head and _is_head(block, into, told=told)):
            into.paragraphs.append(Paragraph(text=block.text, html=block.html, span=block.line.span))
            is_head = is_head and not _ends_head(block)
            if block.kind == "paragraph_openp" and block.said:
                _date(block, into, counted, languages)


def read_comments(text: str, start: int, stop: int, into: DraftBuilder) -> None:
    """Read the hold marks that stand in comments: who writes one there means the desk."""
    for found in COMMENT.finditer(text, start, stop) if text.find("<!--", start, stop) >= 0 else ():
        line = cut(found["said"], found.start("said"), block=0, indented=False)
        mark = find_mark(line) if line.text else None
        if mark is not None:
            into.mark(mark)


def _blocks(text: str, start: int, body: str, tags: Replaced | None) -> Iterator[Block]:
    """Yield the top-level blocks of the Markdown from *start* on; in *body*, words are in the places of its tags."""
    starts = [start]
    for raw in text[start:].split("\n"):
        starts.append(starts[-1] + len(raw) + 1)
    env: dict[str, object] = {"tags": tags}
    for tokens in _top_level(MARKDOWN.parse(body, env)):
        lines = next((token.map for token in tokens if token.map), None)
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
            yield Block(f"{tokens[0].type}{tokens[0].tag}", line, words, html, said, is_pictured)


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


def _is_head(block: Block, into: DraftBuilder, *, told: Told) -> bool:
    """Return whether a block above the first paragraph is not copy but says something about it; it is read then.

    A picture is copy, whatever is beside it; its description says nothing about the copy.
    """
    line = block.line._replace(text=block.said)  # its words without markup, at its place
    sole = block.kind == "heading_openh1" or is_prose(line)
    line = into.read_marks(line, partial(leading_mark, sole=sole))
    if not line.text or is_end(line):
        return not block.is_pictured and block.kind != "html_block"  # that may open what is closed below
    if block.kind == "heading_openh1":
        return _is_title(block, line, into, titled=told.title)
    if block.is_pictured or block.kind != "paragraph_openp":
        return False
    people = () if told.people else bylines_in(line)
    headers = _counting(headers_in(line), told=told)
    if people:
        into.credit(tuple(replace(each, span=block.line.span) for each in people))
    elif is_date(line) and not told.date:
        into.dates.append(StatedDate(label="stamp", text=line.text, span=block.line.span))
    elif headers and all(each.value.text and each.label.text.rstrip().endswith(COLON) for each in headers):
        for header in headers:
            apply_header(header._replace(value=header.value._replace(start=block.line.start)), into)
    else:
        return False
    return True


def _counting(headers: tuple[Header, ...], *, told: Told) -> tuple[Header, ...]:
    """Return *headers*; below front matter only if they keep copy back, or date what its keys leave undated."""
    is_dating = not told.date and all(is_date(header.value) for header in headers)
    is_keeping = any(header.field in {"release", "hold"} for header in headers)
    return headers if not told.front or is_keeping or is_dating else ()


def _is_title(block: Block, line: Line, into: DraftBuilder, *, titled: bool) -> bool:
    """Return whether a heading of the first level is the title or repeats it; the pictures in it are copy."""
    if not titled and len(into.headlines) >= MOST_TITLES:
        return False
    known = {headline.text.casefold() for headline in into.headlines}
    if not titled:
        into.headlines.append(Excerpt(text=tidy(line.text), span=block.line.span))
    is_title = not titled or block.said.casefold() in known
    images = "".join(IMAGE.findall(block.html)) if is_title and block.is_pictured else ""
    if images:
        into.paragraphs.append(Paragraph(text="", html=f"<p>{images}</p>", span=block.line.span))
    return is_title


def _ends_head(block: Block) -> bool:
    """Return whether the copy has begun with *block*: pictures, and words beside them, may stand above the head."""
    return (bool(block.text) and not block.is_pictured) or is_prose(block.line._replace(text=block.said))


def _related(block: Block) -> list[RelatedLine]:
    """Return the wanted links of a block below a heading of related stories; the heading itself names none."""
    if is_heading(block.line) or block.kind.startswith("heading"):
        return []
    found: list[RelatedLine] = []
    at = block.line.start
    for raw in block.line.text.split("\n"):
        related = read_related(cut(raw, at, block=0, indented=False))
        found += [related] if related is not None else []
        at += len(raw) + 1
    return found


def _fence(block: Block, into: DraftBuilder) -> None:
    """Read the mark that opens a fence of code in the eyes of Markdown: "~~~ EMBARGOED ~~~"."""
    first, _, _ = block.line.text.partition("\n")
    mark = find_mark(block.line.part(0, len(first)), sole=True)
    if mark is not None:
        into.mark(mark)


def _is_copy(block: Block) -> bool:
    """Return whether a block below related stories is prose again, not a title or a link."""
    ends = block.text.rstrip('”’」』）)"').endswith((".", "。"))
    return (
        block.kind == "paragraph_openp"
        and ends
        and is_prose(block.line._replace(text=block.text))
        and ("](" not in block.line.text and "://" not in block.line.text)
    )


def _date(block: Block, into: DraftBuilder, counted: dict[bool, int], languages: tuple[str, ...]) -> None:
    """Add the dateline of a paragraph among the first of its language; markup in it counts as blanks."""
    if len(counted) > 1 and min(counted.values()) >= DATELINE_PARAGRAPHS:
        return
    han = is_han(block.said)
    counted[han] = counted.get(han, 0) + 1
    if counted[han] > DATELINE_PARAGRAPHS:
        return
    raw = block.line.text[:HEAD_CHARACTERS]
    plain = MARKUP.sub(lambda found: " " * len(found[0]), raw) if block.is_pictured else raw
    bare = plain.replace("*", " ").replace("_", " ").replace("`", " ").replace("\n", " ")
    dateline = find_dateline(bare, languages=languages)
    if dateline is None:
        return
    begin, end = dateline.span.start, dateline.span.end
    span = Span(start=block.line.start + begin, end=block.line.start + end)
    into.datelines.append(replace(dateline, text=raw[begin:end], span=span))
    counted[han] = DATELINE_PARAGRAPHS


class MarkdownParser:
    """Read a document whose name says Markdown and whose first line is a heading."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "markdown"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether the name ends as Markdown's and a heading of the first level comes first."""
        return is_markdown(document) and HEADING.match(text) is not None

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*; held back, it is given without a title too.

        raises: ParseError if the heading says nothing.
        """
        builder = DraftBuilder()
        read_body(text, 0, builder, languages=languages)
        if not builder.headlines and not builder.holds:
            raise fault(text, 0, "no title: the first heading says nothing")
        yield builder.draft(document)


def is_markdown(document: Document) -> bool:
    """Return whether the document's name ends as Markdown's."""
    return suffix(document.path.lower()) in ENDINGS
