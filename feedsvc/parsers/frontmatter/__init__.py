"""Read articles with front matter in YAML, TOML or JSON, or as Pelican writes it, above a body in Markdown.

source: docs/decisions/0009-pyyaml-and-tomllib.md says why python-frontmatter is not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from feedsvc.datelines.calendar import date_in_path
from feedsvc.model.dates import Span
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft, Excerpt
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.frontmatter.key_names import squeezed
from feedsvc.parsers.frontmatter.keys import read_keys
from feedsvc.parsers.frontmatter.values import MOST_CHARACTERS, MOST_KEYS, Scalar, Table, read_toml, read_yaml
from feedsvc.parsers.lines import Line, cut, fault, readable
from feedsvc.parsers.markdown import is_markdown, read_body, read_comments
from feedsvc.parsers.marks import lone_mark

# Comments of YAML and TOML, and keys in which desks write to one another.
ASIDE = re.compile(
    r"^[ \t]{0,20}(?:#[ \t#]{0,9}(?P<comment>\S[^\n]{2,100})|"
    r"(?:note|remark|todo|(?:desk|editors?|internal)[ _-]?notes?)s?[ \t]{0,9}[:=][ \t]{0,9}(?P<note>\S[^\n]{2,100}))$",
    re.IGNORECASE | re.MULTILINE,
)
REST = r"[ \t]{0,99}(?:#[^\n]{0,500})?(?:\n|$)"  # of the line of a fence: a comment, if anything
FENCE = re.compile(rf"\s{{0,99}}?(?P<fence>---|\+\+\+){REST}")
# In Markdown a fence may be longer, stand below comments, or name its language as Eleventy and others have it.
FENCE_OF_MARKDOWN = re.compile(
    r"(?P<above>\s{0,99}?(?:<!--(?:(?!-->).){0,2000}-->\s{0,99}){0,5})"
    rf"(?P<fence>-{{3,40}}|\+{{3,40}})(?P<language>[A-Za-z]{{0,12}}){REST}",
    re.DOTALL,
)
HEXO_JSON = re.compile(r"\s{0,99}?\"[^\"\n]{1,99}\"[ \t]{0,9}:(?=[^;]|;(?!;;))")
HUGO_JSON = re.compile(r"\s{0,99}(?=\{\s{0,99}\")")
BEHIND_JSON = re.compile(r"[ \t]{0,99}(?:\n|\Z)")
HEXO_END = re.compile(r"^;;;[ \t]{0,99}$", re.MULTILINE)
# Layouts and types of pages that list, find or frame stories, in Jekyll, Hugo, Hexo and their themes.
_PAGES = "home index list search archive archives tags categories taxonomy terms sitemap 404 redirect"
SHAPES = {
    "layout": frozenset(f"{_PAGES} page landing about links friends".split()),
    "type": frozenset(f"{_PAGES} about links friends".split()),
}
LANGUAGES = {"": None, "yaml": "---", "yml": "---", "json": "---", "toml": "+++"}
WIDE_KEY = re.compile(r"[A-Za-z_][\w-]{0,60}：")  # to be refused by its line
KEY_LINE = re.compile(r"[ \t]{0,9}(?:[\w\"'][\w .\"'-]{0,99}[:=]|#|\{|\?[ \t]|!!|$)")
ENDS = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]{0,99}$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]{0,99}$", re.MULTILINE),
}
LONG_ENDS = {
    "-": re.compile(r"^(?:-{3,40}|\.\.\.)[ \t]{0,99}$", re.MULTILINE),
    "+": re.compile(r"^\+{3,40}[ \t]{0,99}$", re.MULTILINE),
}
# Hexo wants no opening fence.
UNOPENED = re.compile(
    r"(?P<block>(?:[A-Za-z_][\w-]{0,60}:[^\n]{0,2000}\n|[ \t#-][^\n]{0,2000}\n){1,300}?)---[ \t]{0,99}(?:\n|$)"
)
PELICAN = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_-]{0,60}):(?:[ \t]{1,9}(?P<value>\S[^\n]{0,2000})|[ \t]{0,9})")
PELICAN_KEYS = frozenset(
    {"title", "date", "category", "tags", "slug", "author", "authors", "summary", "modified", "status", "lang"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontBlock:
    """The front matter's values, the offset where the text above it ends, and that where the body begins."""

    table: Table
    above: int
    body: int


def has_fence(text: str) -> bool:
    """Return whether *text* begins with a fence and a key below it, or with nothing else that the fence could be of."""
    found = FENCE.match(text)
    if found is None:
        return False
    return found["fence"] == "+++" or _has_key(text, found.end())


def has_fence_of_markdown(text: str) -> bool:
    """Return whether *text*, which is Markdown, begins with front matter between fences of any kind."""
    found = FENCE_OF_MARKDOWN.match(text)
    if found is None and _json(text) is not None:
        return True
    if found is None:
        return HEXO_JSON.match(text) is not None and HEXO_END.search(text, 0, MOST_CHARACTERS) is not None
    if found["language"]:
        return _end_of(found).search(text, found.end()) is not None
    has_key = _has_key(text, found.end()) or WIDE_KEY.match(text, found.end()) is not None
    return has_key and _end_of(found).search(text, found.end()) is not None


def _json(text: str) -> tuple[int, int] | None:
    """Return from where to where *text* begins with a table in JSON on lines of its own, as Hugo takes it."""
    found = HUGO_JSON.match(text)
    if found is None:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text[: found.end() + MOST_CHARACTERS], found.end())
    except (ValueError, RecursionError):
        return None
    return (found.end(), end) if BEHIND_JSON.match(text, end) else None


def _has_key(text: str, at: int) -> bool:
    following = text[at : at + 2000].lstrip("\n")
    return KEY_LINE.match(following) is not None or ENDS["---"].match(following) is not None


def _end_of(found: re.Match[str]) -> re.Pattern[str]:
    """Return the pattern of the closing fence; of a longer one than three signs, it has three or more."""
    return ENDS.get(found["fence"]) or LONG_ENDS[found["fence"][0]]


def read_fenced(text: str) -> FrontBlock:
    """Return the front matter between fences, or in JSON, which *text* begins with.

    JSON is read as YAML, which holds it, and which keeps the places and bounds of values.

    raises: ParseError if it has no end, cannot be read, or is in a language that we do not read.
    """
    found = FENCE_OF_MARKDOWN.match(text)
    of_hugo = _json(text) if found is None else None
    if of_hugo is not None:
        opened, close = of_hugo
        return FrontBlock(table=read_yaml(text, opened, close), above=opened, body=min(close + 1, len(text)))
    language = "json" if found is None else found["language"].lower()
    if found is None or language not in LANGUAGES:
        message = f"the front matter is in {language}, which is not read; write it in YAML or TOML"
        raise fault(text, found.start("fence") if found else 0, message)
    opened = found.start("fence")
    end = _end_of(found).search(text, found.end())
    if end is None:
        fence = found["fence"]
        message = f"the front matter opened with {fence} here is never closed; end it with a line {fence}"
        raise fault(text, opened, message)
    if end.start() - found.end() > MOST_CHARACTERS:
        raise fault(text, opened, f"the front matter is longer than {MOST_CHARACTERS} characters")
    read = read_toml if (LANGUAGES[language] or found["fence"])[0] == "+" else read_yaml
    table = read(text, found.end(), end.start())
    return FrontBlock(table=table, above=opened, body=min(end.end() + 1, len(text)))


def read_unopened(text: str) -> FrontBlock | None:
    """Return the keys that *text* begins with if a fence is below them and none above, as Hexo takes them."""
    opened = len(text) - len(text.lstrip("\n"))
    found = UNOPENED.match(text, opened)
    if found is None or not has_pelican(text):
        return None
    table = read_yaml(text, opened, found.end("block"))
    return FrontBlock(table=table, above=opened, body=min(found.end(), len(text)))


def has_pelican(text: str) -> bool:
    """Return whether *text* begins with lines as Pelican reads them: "Title: …" first, or another key it knows."""
    found = PELICAN.match(text.lstrip("\n"))
    return found is not None and found["key"].lower() in PELICAN_KEYS


def read_pelican(text: str) -> FrontBlock:
    """Return the lines of "Key: value" that *text* begins with; an indented line goes on with the value above it."""
    at = opened = len(text) - len(text.lstrip("\n"))
    lines: list[_PelicanLines] = []
    while at < len(text) and len(lines) <= MOST_KEYS:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line, found = text[at:end], PELICAN.fullmatch(text[at:end].rstrip())
        if found is not None:
            value = found["value"] or ""
            begin = at + (found.start("value") if value else len(found.group()))
            key = Scalar(text=found["key"], span=Span(start=at, end=at + len(found["key"])))
            lines.append(_PelicanLines(key=key, start=begin, end=begin + len(value), parts=[value.strip()]))
        elif line.startswith(("    ", "\t")) and line.strip() and lines:
            lines[-1].parts.append(line.strip())
            lines[-1].end = at + len(line.rstrip())
        else:
            break
        at = end + 1
        if at - opened > MOST_CHARACTERS:
            raise fault(text, opened, f"the front matter is longer than {MOST_CHARACTERS} characters")
    items = tuple((line.key, line.value()) for line in lines)
    body = min(at, len(text))
    return FrontBlock(table=Table(items=items, span=Span(start=0, end=body)), above=opened, body=body)


@dataclass(slots=True, kw_only=True)
class _PelicanLines:
    """A key and the lines of its value."""

    key: Scalar
    start: int
    end: int
    parts: list[str]

    def value(self) -> Scalar:
        return Scalar(text=" ".join(self.parts), span=Span(start=self.start, end=self.end))


class FrontMatterParser:
    """Read a document that begins with front matter."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "frontmatter"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether *text* begins with a fence, or is Markdown with another kind of fence or Pelican's lines."""
        return has_fence(text) or (is_markdown(document) and (has_fence_of_markdown(text) or has_pelican(text)))

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*; held back, it is given without a title too.

        raises: ParseError if the front matter has no end, cannot be read or holds a value of the wrong kind, if
                neither it nor the body has a title, or if it is that of a page of the site itself.
        """
        if has_fence(text) or has_fence_of_markdown(text):
            front = read_fenced(text)
        else:
            front = read_unopened(text) or read_pelican(text)
        builder = DraftBuilder()
        read_comments(text, 0, front.above, builder)
        read_keys(front.table, text=text, into=builder)
        _read_asides(text[front.above : front.body], front.above, builder)
        builder.headlines = [_unmarked(_readable(headline), builder) for headline in builder.headlines]
        builder.summaries = [_readable(summary) for summary in builder.summaries]
        read_body(text, front.body, builder, languages=languages)
        page = None if builder.holds else _page_of_site(front.table, document.path, builder)
        if page is not None:
            raise fault(text, front.above, f"is a page of the site and no article, by {page}; a `date` makes it one")
        if not any(headline.text for headline in builder.headlines) and builder.holds:
            builder.headlines.clear()  # a hold says no need of a title
        elif not any(headline.text for headline in builder.headlines):
            raise fault(text, 0, "no title: the front matter has none, and the body begins with no heading")
        yield builder.draft(document)


def _read_asides(front: str, start: int, into: DraftBuilder) -> None:
    """Read the marks in comments and in keys for the desk: "# HOLD", "note: EMBARGO until Friday"."""
    for found in ASIDE.finditer(front):
        named = "comment" if found["comment"] else "note"
        mark = lone_mark(cut(found[named].strip("\"' "), start + found.start(named), block=0, indented=False))
        if mark is not None:
            into.mark(mark)


def _readable(said: Excerpt) -> Excerpt:
    """Return *said* without the entities that exporters write into titles and summaries."""
    return replace(said, text=readable(said.text)) if "&" in said.text else said


def _page_of_site(table: Table, path: str, read: DraftBuilder) -> str | None:
    """Return why the document is a page of the site itself, such as its search or a list; None if it may be a story.

    What has a date, in its keys, its text or its path, is never taken for such a page.
    """
    named = date_in_path(path)
    if read.datelines or any(date.label != "updated" for date in read.dates) or (named and named.whole):
        return None
    for written, value in table.items:
        is_shape = isinstance(value, Scalar) and squeezed(written.text) in SHAPES
        if is_shape and isinstance(value, Scalar) and value.text.lower() in SHAPES[squeezed(written.text)]:
            return f"`{written.text}: {value.text}`"
    name = path.rpartition("/")[2].partition(".")[0]
    return "its name and its empty body" if name.lower() == "index" and not read.paragraphs else None


def _unmarked(headline: Excerpt, into: DraftBuilder) -> Excerpt:
    line = Line(text=headline.text, start=headline.span.start, block=0, indented=False)
    bare = into.read_marks(line, partial(leading_mark, sole=True))
    return headline if bare is line else replace(headline, text=bare.text)
