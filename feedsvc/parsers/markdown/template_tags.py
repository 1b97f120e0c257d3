"""Read the tags of templates in Markdown: shortcodes of Hugo, Quarto and WordPress, tags of Liquid, Hexo and Zola.

A tag with a meaning gets it: a picture, a film, a link, code, a quotation, a note. Others go, and the text between two
of them stays. As Hugo does, each tag is replaced by a word before Markdown is read, and the words are resolved in the
tokens: so the tags in code stay as they are written, whatever code looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import islice

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from feedsvc.model.draft import Remark
from feedsvc.parsers.lines import line_number
from feedsvc.parsers.markdown.tag_meanings import (
    CODE,
    MATH,
    NOTES,
    QUOTES,
    UNSEEN,
    VERBATIM,
    WEB,
    Family,
    Render,
    TemplateTag,
    meaning,
    quotation,
    words_of,
)

MOST_TAGS = 20_000
# The word is longer than any like it in the text, so it cannot occur there; a text of such words has no tags.
WORDS = re.compile(r"qz(x{0,100})")
LONGEST_WORD = 40
TAG = re.compile(
    r"\{\{(?P<hugo>[<%])(?P<shortcode>(?:(?![>%]\}\}|\{\{[<%]).){0,4000})[>%]\}\}"
    r"|\{%-?(?P<liquid>(?:(?!%\}|\{%).){1,4000}?)-?%\}"
    r"|(?<!\$)\{\{-?(?P<expression>(?![<%])(?:(?!\}\}|\{\{).){1,500}?)-?\}\}"
    r"|\{#[ ](?:(?!#\}|\{#).){0,2000}[ ]#\}"
    r"|\{::?/?(?P<kramdown>comment|nomarkdown)?[ ]?/?\}"
    r"|\[(?P<wordpress>/?(?:caption|gallery|embed|sourcecode|code|video|audio|youtube|vimeo|playlist)"
    r"(?:[ =][^\[\]\n]{0,500})?)\](?![(\[:])"
    r"|=\{(?:(?:require|useBaseUrl)\(\s{0,9}['\"](?P<required>[^'\"\n]{1,500})['\"]\s{0,9}\)(?:\.default)?"
    r"|(?P<variable>[A-Za-z_$][\w$]{0,60}))\}"
    r"|^import[ ](?P<names>[^\n'\"]{1,300}?)[ ]from[ ]['\"](?P<module>[^'\"\n]{1,300})['\"];?[ ]{0,9}$"
    r"|\{/\*(?!\s{0,9}\#)(?:(?!\*/|\{/\*).){0,2000}\*/\}",
    re.DOTALL | re.MULTILINE,
)
BEGIN = (
    "={",
    "\nimport ",
    "{/*",
    "{{",
    "{%",
    "{# ",
    "{::",
    "[caption",
    "[gallery",
    "[embed",
    "[sourcecode",
    "[code",
    "[video",
    "[audio",
    "[youtube",
)
NAME = re.compile(r"\s{0,99}(?P<end>/?)\s{0,9}(?P<name>[A-Za-z_][\w/.-]{0,60})\s{0,9}(?P<call>\()?")
INCLUDES = frozenset({"include", "include_relative", "include_cached", "render", "partial", "component", "shortcode"})
PARAMETER = re.compile(
    r"(?:(?P<key>[\w.-]{1,60})\s{0,3}[=:](?!//)\s{0,3})?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.){0,2000})\"|'(?P<single>(?:[^'\\]|\\.){0,2000})'|`(?P<back>[^`]{0,2000})`"
    r"|(?P<bare>[^\s\"'`,()]{1,2000}))",
    re.DOTALL,
)
LITERAL = re.compile(
    r"\s{0,9}(?:\"(?P<double>[^\"]{0,500})\"|'(?P<single>[^']{0,500})')\s{0,9}(?:\|.{0,200})?", re.DOTALL
)
CALL = re.compile(r"\s{0,9}[a-z_]{2,40}\(")
FENCE = re.compile(r"^[ \t>]{0,20}(?:```[^`\n]{0,500}$|~~~)", re.MULTILINE)  # no code within a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What stands in the place of a tag, or of two and the text between them.

    html:     for text; none where the tag goes.
    address:  for the address of a link or a picture.
    code:     its language and its text.
    is_block: html is no part of a paragraph.
    is_verbatim: it begins or ends text with braces that are no tags.
    tag:      its name where it goes without a meaning, a blank where it has none.
    at:       where it begins in the document.
    """

    source: str
    html: str = ""
    address: str = ""
    code: tuple[str, str] | None = None
    is_block: bool = False
    is_verbatim: bool = False
    family: Family = "Liquid"
    tag: str = ""
    at: int = 0


@dataclass(slots=True, kw_only=True)
class Replaced:
    """The pieces of a text, and the word that stands for each of them together with its number.

    gone: numbers of the pieces whose tags go without a meaning.
    """

    word: str
    pieces: list[Piece] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    pattern: re.Pattern[str] = field(init=False)
    padded: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = re.compile(rf"{self.word}(?P<number>\d{{1,6}})z")
        self.padded = re.compile(rf"(?P<open>=\")?{self.pattern.pattern}(?P<close>\")?(?P<padding>\n*)")

    def add(self, piece: Piece) -> str:
        """Return the word for *piece*, with as many line ends as its source has."""
        self.pieces.append(piece)
        return f"{self.word}{len(self.pieces) - 1}z" + "\n" * piece.source.count("\n")

    def piece(self, found: re.Match[str]) -> Piece:
        return self.pieces[int(found["number"])]

    def html(self, found: re.Match[str]) -> str:
        """Return what is shown in the place of a word, and remember a tag that goes."""
        piece = self.piece(found)
        if piece.tag:
            self.gone.add(int(found["number"]))
        return piece.html + (f"<pre><code>{escape(piece.code[1], quote=False)}</code></pre>" if piece.code else "")

    def restored(self, text: str) -> str:
        """Return *text*, which is code, with the tags as they are written."""
        return self.padded.sub(self._source, text) if self.word in text else text

    def _source(self, found: re.Match[str]) -> str:
        piece = self.piece(found)
        before, behind = found["open"] or "", found["close"] or ""
        if piece.is_verbatim:  # it is there for the template, and code shows what the site shows
            is_alone = not before and (found.start() == 0 or found.string[found.start() - 1] == "\n")
            return before + behind + found["padding"][is_alone and not behind :]
        if piece.source.startswith("="):  # a value in JavaScript, which got quotes with its word
            before = behind = ""
        return before + piece.source + behind + found["padding"][piece.source.count("\n") :]


def replace_tags(text: str, start: int, *, render: Render) -> tuple[str, Replaced | None]:
    """Return the Markdown from *start* on with a word for each tag, and what the words stand for; None if nothing.

    The lines of the text stay in their places. render: makes HTML of a line of Markdown, such as a caption.
    """
    if not any(text.find(begin, start) >= 0 for begin in BEGIN):
        return text[start:], None
    longest = max(map(len, WORDS.findall(text)), default=0)
    if longest > LONGEST_WORD:
        return text[start:], None
    replaced = Replaced(word=f"qz{'x' * (longest + 1)}")
    written: list[str] = []
    unclosed: set[str] = set()
    opened: list[_Opened] = []
    modules: dict[str, str] = {}
    used = frozenset(USED.findall(text)) if "import " in text else frozenset()
    at, fences = start, 0
    while len(replaced.pieces) < MOST_TAGS and (found := TAG.search(text, at)):
        written.append(text[at : found.start()])
        fences += len(FENCE.findall(written[-1]))
        at = found.end()
        if JSX.match(found[0]):
            written.append(_jsx(found, used, replaced, modules))
            continue
        tag = _read(found)
        # Behind an odd number of fences it is shown in code, perhaps without its end.
        is_shown = fences % 2 and tag.name not in VERBATIM
        closing = None if is_shown else _closing(tag, text, at, unclosed)
        if closing is None:
            written.append(replaced.add(_piece(tag, found, replaced=replaced, opened=opened, render=render)))
            continue
        between, at = text[at : closing.start()], closing.end()
        if tag.name in VERBATIM:
            begin = replaced.add(Piece(source=found[0], at=found.start(), is_verbatim=True))
            end = replaced.add(Piece(source=closing[0], at=closing.start(), is_verbatim=True))
            written += (begin, between, end)
        else:
            written.append(replaced.add(_whole(tag, between, source=text[found.start() : at], at=found.start())))
    for one in opened:
        _close(one, replaced)
    return "".join([*written, text[at:]]), replaced if replaced.pieces else None


PAIRED = CODE | MATH | VERBATIM | UNSEEN


JSX = re.compile(r"=|import|\{/")
USED = re.compile(r"[<{]\s{0,9}([A-Za-z_$][\w$]{0,60})")
IMPORTED = re.compile(r"[A-Za-z_$][\w$]{0,60}")


def _jsx(found: re.Match[str], used: AbstractSet[str], replaced: Replaced, modules: dict[str, str]) -> str:
    """Return what is written for MDX's own: a value in JavaScript, a module that is imported, a comment.

    used:    names of components and values in the document.
    modules: by the names that they are imported under. An import of no name that the document uses is text.
    """
    said = Piece(source=found[0], at=found.start())
    if found["names"]:
        names = IMPORTED.findall(found["names"])
        modules.update(dict.fromkeys(names, found["module"]))
        return found[0] if used.isdisjoint(names) else replaced.add(said)
    if found[0].startswith("{/"):
        return replaced.add(said)
    address = found["required"] or modules.get(found["variable"], "")
    return f'="{replaced.add(replace(said, address=address))}"' if address else found[0]


def _closing(tag: TemplateTag, text: str, at: int, unclosed: set[str]) -> re.Match[str] | None:
    """Return the end of a tag whose text is no Markdown, if there is one; *unclosed* remembers names that have none."""
    if tag.is_end or tag.name not in PAIRED or tag.name in unclosed:
        return None
    name = re.escape(tag.name)
    closing = re.compile(
        rf"\{{%-?\s{{0,9}}end{name}\s{{0,9}}-?%\}}|\{{\{{[<%]\s{{0,9}}/\s{{0,9}}{name}\s{{0,9}}[>%]\}}\}}"
        rf"|\[/{name}\]|\{{:/(?:{name})?\}}"
    ).search(text, at)
    if closing is None:
        unclosed.add(tag.name)
    return closing


def _read(found: re.Match[str]) -> TemplateTag:
    family: Family = "Hugo" if found["hugo"] else "WordPress" if found["wordpress"] else "Liquid"
    said = found["shortcode"] or found["liquid"] or found["wordpress"] or found["expression"] or ""
    if found["expression"] and not CALL.match(said):
        return TemplateTag(family=family, name="", is_end=False, values=(said,))
    if found[0].startswith("{:"):
        is_end = found[0].startswith("{:/")
        return TemplateTag(family="kramdown", name=found["kramdown"] or "", is_end=is_end)
    head = NAME.match(said)
    if head is None:
        return TemplateTag(family=family, name="", is_end=False)
    name, rest = head["name"].lower(), said[head.end() :]
    is_end = bool(head["end"]) or (family == "Liquid" and name.startswith("end"))
    named: dict[str, str] = {}
    values: list[str] = []
    for parameter in PARAMETER.finditer(rest):
        value = next(parameter[part] for part in ("double", "single", "back", "bare") if parameter[part] is not None)
        value = EXPRESSION.sub("", value).replace('\\"', '"').strip()
        if parameter["key"]:
            named.setdefault(parameter["key"].lower(), value)
        elif value not in {"/", ")", "-"}:
            values.append(value)
    if name in INCLUDES and values:
        name = values.pop(0)
    name = name.removeprefix("end") if is_end and family == "Liquid" else name
    stem = name.rsplit("/", 1)[-1].partition(".")[0]
    return TemplateTag(family=family, name=stem, is_end=is_end, said=rest.strip(), named=named, values=tuple(values))


EXPRESSION = re.compile(r"\{\{[^{}]{0,300}\}\}")


def _whole(tag: TemplateTag, between: str, *, source: str, at: int) -> Piece:
    """Return the piece of two tags whose text between them is no Markdown."""
    if tag.name in UNSEEN:
        return Piece(source=source, at=at)
    if tag.name in MATH:
        return Piece(source=source, html=f"<p>{escape(between.strip(), quote=False)}</p>", is_block=True, at=at)
    language = tag.first("lang", "language") or next((value for value in tag.values if value.isalnum()), "")
    title = ""
    if tag.name not in {"highlight", "codeblock", "code", "sourcecode", "prism"}:
        language = tag.name
    elif tag.name == "codeblock" and tag.first("lang"):
        title = " ".join(value for value in tag.values if not WEB.fullmatch(value))
    title = title or tag.first("title", "caption")
    html = f"<p>{escape(title, quote=False)}</p>\n" if title else ""
    return Piece(source=source, html=html, code=(language, _dedented(RAW.sub("", between))), is_block=True, at=at)


RAW = re.compile(r"\{%-?\s{0,9}(?:end)?(?:raw|verbatim)\s{0,9}-?%\}\n?")


def _dedented(code: str) -> str:
    lines = code.strip("\n").rstrip().split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A quotation or a note that is open: the number of its piece, its author, and its HTML if nothing closes it."""

    name: str
    number: int
    author: str
    alone: str


def _piece(
    tag: TemplateTag, found: re.Match[str], *, replaced: Replaced, opened: list[_Opened], render: Render
) -> Piece:
    """Return what is in the place of one tag."""
    said = Piece(source=found[0], family=tag.family, at=found.start())
    if found["shortcode"] and found["shortcode"].lstrip().startswith("/*"):
        shown = found[0].replace("/*", "", 1).replace("*/", "", 1)
        return replace(said, html=escape(shown, quote=False))
    if tag.family == "kramdown":
        return said
    if not tag.name and not tag.is_end:
        literal = LITERAL.fullmatch(tag.values[0]) if tag.values else None
        value = (literal["double"] or literal["single"] or "") if literal else ""
        return replace(said, html=escape(value, quote=False), address=value, tag="" if literal else " ")
    if tag.is_end:
        return replace(said, html=_end(tag.name, replaced, opened), is_block=True)
    if tag.name in QUOTES | NOTES:
        html, alone, author = quotation(tag, render)
        opened.append(_Opened(name=tag.name, number=len(replaced.pieces), author=author, alone=alone))
        return replace(said, html=html, is_block=True)
    meant = meaning(tag, render)
    return replace(said, **meant) if meant is not None else replace(said, tag=tag.name)


def _end(name: str, replaced: Replaced, opened: list[_Opened]) -> str:
    """Return the end of the quotation or note that is open under *name*; "end" ends the last."""
    if not any(one.name == name or not name for one in opened):
        return ""
    while opened:
        last = opened.pop()
        if last.name == name or not name:
            return f"{last.author}</blockquote>\n"
        _close(last, replaced)
    return ""


def _close(last: _Opened, replaced: Replaced) -> None:
    """Make a tag that nothing closes a quotation of its own words, or tell of it where it has none."""
    piece = replaced.pieces[last.number]
    replaced.pieces[last.number] = replace(piece, html=last.alone, tag="" if last.alone else last.name)


def tag_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it calls so
    """Read a line that holds tags only; within a paragraph only where they are blocks."""
    replaced: Replaced | None = state.env.get("tags")
    if replaced is None or state.is_code_block(start):
        return False
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(replaced.word, at):
        return False
    line = state.src[at : state.eMarks[start]]
    if replaced.pattern.sub("", line).strip():
        return False
    words = list(replaced.pattern.finditer(line))
    if silent:
        return any(replaced.piece(word).is_block for word in words)
    state.line = start + 1
    for word in words:
        piece = replaced.piece(word)
        if piece.tag:
            replaced.gone.add(int(word["number"]))
        if piece.html:
            token = state.push("html_block", "", 0)
            token.content = piece.html if piece.is_block else f"<p>{piece.html}</p>\n"
            token.map = [start, start + 1]
        if piece.code is not None:
            token = state.push("fence", "code", 0)
            token.info, token.content = piece.code
            token.markup, token.map = "tag", [start, start + 1]
    return True


ELEMENT = re.compile(r"(<[^<>]{1,3000}>)")
QUOTED = re.compile(r"=\s{0,3}(?:\"[^\"<>]{0,500}|'[^'<>]{0,500})$")
PRE = re.compile(r"(<(?P<name>pre|code)\b(?:(?!</?(?P=name)\b).)*+</(?P=name)>)", re.IGNORECASE | re.DOTALL)


def resolve_tags(state: StateCore) -> None:
    """Put in the place of each word what it stands for."""
    replaced: Replaced | None = state.env.get("tags")
    if replaced is not None:
        for token in state.tokens:
            _resolve(token, replaced)


def _resolve(token: Token, replaced: Replaced) -> None:
    if token.type in {"fence", "code_block", "code_inline", "math_block"} and token.markup != "tag":
        token.content, token.info = replaced.restored(token.content), replaced.restored(token.info)
    elif token.type in {"html_block", "html_inline"} and replaced.word in token.content:
        at, parts = 0, list[str]()
        for found in PRE.finditer(token.content):
            parts += (_in_html(token.content[at : found.start()], replaced), replaced.restored(found[0]))
            at = found.end()
        token.content = "".join([*parts, _in_html(token.content[at:], replaced)])
    for key, value in token.attrs.items():
        if isinstance(value, str) and replaced.word in value:
            token.attrs[key] = replaced.pattern.sub(lambda found: replaced.piece(found).address, value)
    if token.children:
        token.children = [part for child in token.children for part in _parts(child, replaced)]
    if token.type in {"inline", "image"}:
        token.content = replaced.pattern.sub("", token.content)


def _in_html(html: str, replaced: Replaced) -> str:
    written: list[str] = []
    at = 0
    for found in replaced.pattern.finditer(html):
        piece = replaced.piece(found)
        written.append(html[at : found.start()])
        is_value = QUOTED.search(html, max(0, found.start() - 500), found.start()) is not None
        written.append(escape(piece.address) if is_value else replaced.html(found))
        at = found.end()
    return "".join([*written, html[at:]])


def _parts(token: Token, replaced: Replaced) -> Iterator[Token]:
    """Yield a token of a line; text is cut at its words."""
    if token.type != "text" or replaced.word not in token.content:
        _resolve(token, replaced)
        yield token
        return
    at = 0
    for found in replaced.pattern.finditer(token.content):
        if found.start() > at:
            yield _text(token.content[at : found.start()], token.level)
        for index, part in enumerate(ELEMENT.split(replaced.html(found))):
            if index % 2:
                yield Token("html_inline", "", 0, content=part, level=token.level)
            elif part:
                yield _text(unescape(part), token.level)
        at = found.end()
    if at < len(token.content):
        yield _text(token.content[at:], token.level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


COMMENT = re.compile(r"\{#|\{\{?/\*|\{::comment|\{\{?[<%]-?\s{0,9}comment\b")
AROUND_COMMENT = re.compile(
    r"\{\{?[<%#:/*-]{0,3}\s{0,9}(?:/?\s{0,9}(?:end)?comment\b)?\s{0,9}[/*%>#:-]{0,3}\}{0,2}|[%>#*/-]{0,3}\}\}?"
)


def comments_of(replaced: Replaced) -> Iterator[tuple[str, int]]:
    """Yield the text of each tag that is a comment, and where its tag begins."""
    for piece in replaced.pieces:
        if COMMENT.match(piece.source):
            yield AROUND_COMMENT.sub("\n", piece.source), piece.at


def words_above(replaced: Replaced, stop: int) -> Iterator[tuple[str, int]]:
    """Yield the words that tags above *stop* are given, and where each tag begins."""
    for piece in replaced.pieces:
        found = TAG.match(piece.source) if piece.at < stop else None
        if found is not None and not JSX.match(piece.source):
            yield from ((words, piece.at) for words in words_of(_read(found)))


LONGEST_SHOWN = 60  # characters


def remarks_on(replaced: Replaced, text: str) -> tuple[Remark, ...]:
    """Return a remark for each name of a tag of *text* that goes without a meaning, at the first line that has it."""
    first: dict[str, Piece] = {}
    for number in sorted(replaced.gone):
        piece = replaced.pieces[number]
        first.setdefault(SHOWN[piece.family].format(piece.tag) if piece.tag.strip() else _brief(piece.source), piece)
    return tuple(
        Remark(
            text=f"the template tag {shown} means nothing outside of its site; it is left out",
            line=line_number(text, piece.at),
        )
        for shown, piece in islice(first.items(), MOST_REMARKS)
    )


def _brief(source: str) -> str:
    source = " ".join(source.split())
    return source if len(source) <= LONGEST_SHOWN else f"{source[:LONGEST_SHOWN]}…"


SHOWN = {"Hugo": "{{{{< {} >}}}}", "Liquid": "{{% {} %}}", "WordPress": "[{}]", "kramdown": "{{::{}}}"}
MOST_REMARKS = 20  # of a document
