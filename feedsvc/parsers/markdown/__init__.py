"""Read bodies in Markdown, and documents that are Markdown without front matter.

Of the latter the first heading is the headline, else a short first paragraph.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from feedsvc.datelines import find_dateline
from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.document import Document, suffix
from feedsvc.model.draft import Draft, Excerpt, Paragraph, Remark
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.labels import Header, apply_header, headers_in, is_heading
from feedsvc.parsers.line_kinds import HEAD_CHARACTERS, is_date, is_end, is_prose
from feedsvc.parsers.lines import Line, cut, fault, is_han, line_number, tidy
from feedsvc.parsers.markdown.blocks import Block, blocks_of, related_in
from feedsvc.parsers.markdown.syntax import MARKDOWN
from feedsvc.parsers.markdown.template_tags import Replaced, comments_of, remarks_on, replace_tags, words_above
from feedsvc.parsers.marks import find_mark, lone_mark
from feedsvc.parsers.names import bylines_in
from feedsvc.text.html import LEFT_OUT, elements_left_out

LONGEST_BODY = 1_000_000  # characters: some books, and ten seconds of work where each of them is made to cost
MOST_BRACKETS = 50_000  # markdown-it tries an open bracket in as many ways as blocks may be deep: two seconds
DATELINE_PARAGRAPHS = 2  # of each language are looked at for its dateline
# An image or a tag in Markdown, in whose place blanks leave the words around it where they stand.
MARKUP = re.compile(r"!\[[^\[\]]{0,1000}\](?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\])?|<[^<>]{0,1000}>")
LINK = re.compile(r"\[(?P<words>[^\[\]\n]{1,200})\]\([^()\n]{0,1000}\)")
IMAGE = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
MOST_SECTION = 100  # blocks of related stories
MOST_TITLES = 8  # headings in a row: a headline in each language; further ones are copy
COMMENT = re.compile(r"<!--(?P<said>(?:(?!-->).){1,300})", re.DOTALL)
FOOTNOTE = re.compile(r"^\[\^[^\]\n]{1,40}\]:[ \t]{1,9}(?P<said>\S[^\n]{2,100})$", re.MULTILINE)
COMMENT_LINES = 5  # are looked at
MOST_LINES, MOST_BEFORE = 200, 40  # lines of a paragraph, characters before a mark
# The titles of notes, which say nothing of the copy, and may stand above a mark.
NOTE = re.compile(r"<blockquote>\s{0,9}<p>")
OPENED_NOTE = re.compile(r"<blockquote>\s{0,9}(?:<p><strong>[^<>]{0,300}</strong></p>)?\s{0,9}")
DAY_LABEL = re.compile(r"\b(?:date|published|updated)\b|日期|时间|時間", re.IGNORECASE)
COLON = (":", "：")
ENDINGS = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
# A line that is Markdown and no wire copy: a heading, code, a quotation, a table, a link, a picture, bold words, HTML.
MARKED = re.compile(
    r"^[ ]{0,3}(?:#{1,6}[ \t]{1,9}\S|={3,200}[ \t]{0,9}$|```|~~~|>[ ]?\S|\|[^\n]{0,999}\|[ \t]{0,9}$|"
    r"<(?:!--|/?(?:p|div|img|h[1-6]|figure|center|a|b|br|table|details|video|iframe)\b))"
    r"|\]\([^\s()]{1,999}\)|\*\*[^\s*]|^\[[^\]\n]{1,99}\]:[ \t]{1,9}\S",
    re.MULTILINE,
)
MOST_SOURCES = 3  # lines and pictures above a heading that is the headline
LONGEST_HEADLINE = 200  # characters of a first paragraph


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
    for note in FOOTNOTE.finditer(text, start) if text.find("[^", start) >= 0 else ():
        read_lone_marks(cut(note["said"], note.start("said"), block=0, indented=False), into)
    told = Told(front=start > 0, title=bool(into.headlines), people=bool(into.bylines), date=bool(into.dates))
    body, tags = replace_tags(text, start, render=MARKDOWN.renderInline)
    blocks = list(blocks_of(text, start, body, tags))
    copy = _read_blocks(blocks, into, told=told, languages=languages)
    if tags is not None:
        _read_tags(tags, into, head=copy)
        into.left_out += remarks_on(tags, text)
    if LEFT_OUT.search(text, start):
        into.left_out += _elements_left_out(blocks, text)


def _elements_left_out(blocks: Sequence[Block], text: str) -> Iterator[Remark]:
    """Yield a remark for each name of an element that is left out, at the first block that has it."""
    first: dict[str, Block] = {}
    for block in blocks:
        for name in elements_left_out(block.html):
            first.setdefault(name, block)
    for name, block in first.items():
        said = f"the HTML element <{name}> means nothing outside of its site; it is left out"
        yield Remark(text=said, line=line_number(text, block.line.start))


def _read_blocks(blocks: Sequence[Block], into: DraftBuilder, *, told: Told, languages: tuple[str, ...]) -> int:
    """Read *blocks*, and return where the copy begins in the document."""
    is_head, at, copy = True, 0, sys.maxsize
    counted: dict[bool, int] = {}
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if is_heading(block.line) or (block.kind.startswith("heading") and is_heading(_in_words(block))):
            related, count = related_in(blocks[at : at + MOST_SECTION])
            if related:
                into.related += related
                at += count
                continue
        if block.kind.startswith("fence"):
            _fence(block, into)
        elif is_head and _is_head(block, into, told=told):
            continue
        into.paragraphs.append(Paragraph(text=block.text, html=block.html, span=block.line.span))
        if block.kind == "paragraph_openp" and not is_head and not block.is_pictured:
            read_lone_marks(block.line, into)
        if is_head and (block.kind.startswith("fence") or _ends_head(block)):
            is_head, copy = False, block.line.start
        if block.kind == "paragraph_openp" and block.said:
            _date(block, into, counted, languages)
    return copy


def _in_words(block: Block) -> Line:
    return block.line._replace(text=block.text)


def read_comments(text: str, start: int, stop: int, into: DraftBuilder) -> None:
    """Read the hold marks that stand in comments: who writes one there means the desk."""
    for found in COMMENT.finditer(text, start, stop) if text.find("<!--", start, stop) >= 0 else ():
        _read_comment(found["said"], found.start("said"), into)


def _read_comment(said: str, start: int, into: DraftBuilder) -> None:
    for line in said.split("\n")[:COMMENT_LINES]:
        _read_mark(cut(line, start, block=0, indented=False), into)
        start += len(line) + 1


def read_lone_marks(lines: Line, into: DraftBuilder) -> None:
    """Read the marks that are alone on one of *lines*: a desk may write one below the copy, or in the middle."""
    start = lines.start
    for raw in lines.text.split("\n", MOST_LINES)[:MOST_LINES]:
        mark = lone_mark(cut(raw, start, block=0, indented=False)) if raw[:MOST_BEFORE].strip() else None
        if mark is not None:
            into.mark(mark)
        start += len(raw) + 1


def _read_tags(tags: Replaced, into: DraftBuilder, *, head: int) -> None:
    """Read the hold marks in tags that are comments, and in the words that tags above the copy are given."""
    for said, start in comments_of(tags):
        _read_comment(said.strip(), start, into)
    for said, start in words_above(tags, head):
        _read_mark(cut(said, start, block=0, indented=False), into, sole=True)


def _read_mark(line: Line, into: DraftBuilder, *, sole: bool = False) -> None:
    mark = find_mark(line, sole=sole) if line.text else None
    if mark is not None:
        into.mark(mark)


def _is_head(block: Block, into: DraftBuilder, *, told: Told) -> bool:
    """Return whether a block above the first paragraph is not copy but says something about it; it is read then.

    A picture is copy, whatever is beside it; its description says nothing about the copy.
    """
    line = block.line._replace(text=block.said)  # its words without markup, at its place
    is_title = block.kind == "heading_openh1" or (
        block.kind.startswith("heading") and not told.front and not into.headlines  # sites show titles above articles
    )
    sole = is_title or is_prose(line)
    line = into.read_marks(line, partial(leading_mark, sole=sole))
    if NOTE.match(block.html):
        _read_note(block, into)
    if not line.text or is_end(line):
        return not block.is_pictured and block.kind != "html_block"  # that may open what is closed below
    if is_title:
        return _is_title(block, line, into, titled=told.title)
    if block.is_pictured or block.kind != "paragraph_openp":
        return False
    people = () if told.people else bylines_in(line)
    headers = _counting(headers_in(line), told=told)
    if people:
        into.credit(tuple(replace(person, span=block.line.span) for person in people))
    elif is_date(line) and not told.date:
        into.dates.append(StatedDate(label="stamp", text=line.text, span=block.line.span))
    elif headers and all(header.value.text and header.label.text.rstrip().endswith(COLON) for header in headers):
        for header in headers:
            apply_header(header._replace(value=header.value._replace(start=block.line.start)), into)
    else:
        return False
    if told.front and DAY_LABEL.search(line.text):  # shown, for a post has it for its readers, and no part of a summary
        into.paragraphs.append(Paragraph(text="", html=block.html, span=block.line.span))
    return True


def _read_note(block: Block, into: DraftBuilder) -> None:
    """Read the marks in the first words of a note, of which its title is none."""
    for token in [token for token in block.tokens if token.type == "inline"][:COMMENT_LINES]:
        for words in token.content.split("\n")[:COMMENT_LINES]:
            _read_mark(cut(words, block.line.start, block=0, indented=False), into, sole=True)


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
    if OPENED_NOTE.fullmatch(block.html):
        return False
    return (bool(block.text) and not block.is_pictured) or is_prose(block.line._replace(text=block.said))


def _fence(block: Block, into: DraftBuilder) -> None:
    """Read the mark that opens a fence of code in the eyes of Markdown: "~~~ EMBARGOED ~~~"."""
    first, _, _ = block.line.text.partition("\n")
    mark = find_mark(block.line.part(0, len(first)), sole=True)
    if mark is not None:
        into.mark(mark)


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
    plain = LINK.sub(lambda found: f" {found['words']}".ljust(len(found[0])), plain)
    bare = plain.replace("*", " ").replace("_", " ").replace("`", " ").replace("\n", " ")
    dateline = find_dateline(bare, at="the body's start" if counted[han] == 1 else "unknown", languages=languages)
    if dateline is None:
        return
    begin, end = dateline.span.start, dateline.span.end
    span = Span(start=block.line.start + begin, end=block.line.start + end)
    into.datelines.append(replace(dateline, text=raw[begin:end], span=span))
    counted[han] = DATELINE_PARAGRAPHS


def _title_below_source(into: DraftBuilder) -> bool:
    """Take the heading for the headline that stands below lines with links, such as "First published: https://…".

    Such lines are copy: they say where the text comes from, and name it to nobody.
    """
    for number, paragraph in enumerate(into.paragraphs):
        if paragraph.html.startswith("<h1") and paragraph.text:
            into.headlines.append(Excerpt(text=paragraph.text, span=paragraph.span))
            del into.paragraphs[number]
            return True
        is_source = "<a " in paragraph.html and len(paragraph.text) <= LONGEST_HEADLINE
        if number >= MOST_SOURCES or not (is_source or not paragraph.text):
            break
    return False


def _title_by_copy(into: DraftBuilder) -> None:
    """Take the first paragraph for the headline, out of the copy, if it can be one; else the words of a heading."""
    if _title_below_source(into):
        return
    number, first = next(((number, copy) for number, copy in enumerate(into.paragraphs) if copy.text), (0, None))
    if first is None:
        return
    line = Line(text=first.text, start=first.span.start, block=0, indented=False)
    is_short = len(line.text) <= LONGEST_HEADLINE and not line.text.endswith((".", "。"))
    if first.html.startswith("<p>") and is_short and not is_prose(line):
        del into.paragraphs[number]
    else:
        first = next((copy for copy in into.paragraphs if copy.text and copy.html.startswith(("<h1", "<h2"))), None)
    if first is not None:
        into.headlines.append(Excerpt(text=first.text, span=first.span))


class MarkdownParser:
    """Read a document whose name says Markdown, if a line of it is so and no front matter begins it."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "markdown"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether the name ends as Markdown's, and a line is Markdown that wire copy has not."""
        return is_markdown(document) and MARKED.search(text) is not None

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*; held back, it is given without a title too.

        raises: ParseError if neither a heading nor the first paragraph can be the headline.
        """
        builder = DraftBuilder()
        read_body(text, 0, builder, languages=languages)
        if not builder.headlines and not builder.holds:
            _title_by_copy(builder)
        if not builder.headlines and not builder.holds:
            raise fault(text, 0, "no title: no heading says one, and the first paragraph is no headline")
        yield builder.draft(document)


def is_markdown(document: Document) -> bool:
    """Return whether the document's name ends as Markdown's."""
    return suffix(document.path.lower()) in ENDINGS
