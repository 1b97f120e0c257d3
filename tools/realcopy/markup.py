"""Take from Markdown and from HTML the things that must not be lost: words, pictures, links, tables, code, footnotes.

cmark-gfm and Beautiful Soup read both sides, so that a difference is none of theirs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from cmarkgfm import markdown_to_html_with_extensions
from cmarkgfm.cmark import Options

OPTIONS = Options.CMARK_OPT_SOURCEPOS | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_UNSAFE
OPTIONS |= Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
EXTENSIONS = ["table", "strikethrough"]
BLOCK_NAMES = (
    "address article aside blockquote body caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5"
)
BLOCK_NAMES += " h6 header html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
BLOCKS = frozenset(BLOCK_NAMES.split())
WITHOUT_WORDS = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "object", "select", "iframe", "title"}
)
WITHOUT_WORDS |= frozenset({"textarea", "xmp", "noembed", "noframes", "applet"})
CJK = "\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af"
WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")

FENCE = re.compile(r"[ ]{0,3}(?:>[ ]?)*\s*(?P<marks>`{3,}|~{3,})(?P<info>.*)")
IN_CODE = r"(?P<code>(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
FIGURE = re.compile(
    r"""\b(?:figure|img|image|imgproc|asset_img|picture|qnimg)\b.*?(?P<src>[^\s"'=]+\.(?:png|jpe?g|gif|webp|svg|avif))""",
    re.IGNORECASE | re.DOTALL,
)
IN_INDENTED_CODE = r"(?P<indented>^(?: {4}|\t)(?!\s*(?:<|[-*+] ))[^\n]*(?:\{%|\{\{(?![<%])|\{[:.#])[^\n]*$)"
TAG = re.compile(
    rf"{IN_CODE}|{IN_INDENTED_CODE}|(?P<tag>\{{\{{[<%].*?[%>]\}}\}}|\{{%.*?%\}}|\{{\{{.*?\}}\}}"
    r"|\[/?(?:code|caption|gallery|embed|video|audio|sourcecode)(?: [^\]\n]*)?\](?![(\[:]))",
    re.DOTALL | re.MULTILINE,
)
OPENS_CODE = re.compile(
    r"\{\{[<%]\s*(?:highlight|code|mermaid|prism)\b.*?[%>]\}\}|\{%-?\s*(?:highlight|codeblock|code|prism)\b.*?%\}"
)
CLOSES_CODE = re.compile(
    r"\{\{[<%]\s*/\s*(?:highlight|code|mermaid|prism)\s*[%>]\}\}|\{%-?\s*end(?:highlight|codeblock|code|prism)\b.*?%\}"
)
RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
ATTRIBUTES = re.compile(r"\{:[^}\n]*\}|(?<=[^\s{])[ ]?\{[#.][A-Za-z][^}\n]*\}|^\{[#.][A-Za-z][^}\n]*\}$", re.MULTILINE)
ADMONITION = re.compile(r"[ ]{0,3}:{3,}")
# Docusaurus and Astro read Markdown as MDX, whatever it is called.
IMPORT, COMPONENT = re.compile(r"^import\s[^\n]+\sfrom\s", re.MULTILINE), re.compile(r"<[A-Z]\w*")
IN_BRACES = re.compile(r"=\{require\(\s*['\"](?P<path>[^'\"]+)['\"]\s*\)(?:\.default)?\}")
TASK = re.compile(r"^(\s*(?:[-*+]|\d+[.)]) )\[[ xX]\](?= )", re.MULTILINE)
CONTENTS_LIST = re.compile(r"^[*+-] .*\n(?:[ \t]*\n)?(?=\{:\s*toc)", re.MULTILINE | re.IGNORECASE)
OF_A_MODULE = re.compile(r"(?:import\s.+\sfrom\s|import\s+['\"]|export\s+(?:const|default)\s)")
CALLOUT = re.compile(r"^([ ]{0,3}>[> ]*)\[![A-Za-z]+\]", re.MULTILINE)
CONTENTS = re.compile(r"\[TOC\]|\{:toc\}", re.IGNORECASE)
JSX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{\{[<%]|\{%|^:::", re.MULTILINE)
MARKS_OF_FOOTNOTES = "sup.footnote-ref, sup[data-footnote-ref], a.footnote-backref, .footnote-ref, .footnote-back"
WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The words of one block. line: where it begins, 1-based; 0 if unknown."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What a body shows.

    pictures, links, tables, codes: with their lines, or as lines; pictures by the last part of their addresses, links
              that are absolute without scheme. relative: number of other links.
    heading:  the first of the first order. prose: the words outside of code.
    """

    blocks: tuple[Block, ...]
    pictures: tuple[tuple[str, int], ...]
    links: tuple[tuple[str, int], ...]
    relative: int
    tables: tuple[int, ...]
    codes: tuple[tuple[str, int], ...]
    footnotes: int
    heading: str
    prose: str
    tags_shown: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the words of all blocks."""
        return "\n".join(block.text for block in self.blocks)


def words(text: str) -> Counter[str]:
    """Count the words of *text*; each Han, kana or Hangul character is one.

    Escapes of addresses are read, because some parsers show them and some do not.
    """
    return Counter(WORD.findall(unquote(text).casefold()))


def read_markdown(body: str, *, first_line: int, is_mdx: bool) -> Markup:
    """Return what *body* shows once its generator has taken out shortcodes and template tags.

    first_line: of *body* in its document.
    """
    html = markdown_to_html_with_extensions(without_tags(body, is_mdx=is_mdx), OPTIONS, EXTENSIONS)
    return read_html(html, first_line=first_line)


def read_html(html: str, *, first_line: int = 1) -> Markup:
    """Return what *html* shows.

    first_line: of the Markdown that it was made of, in its document.
    """
    soup = BeautifulSoup(html, "lxml")
    footnotes = len(
        soup.select("section[data-footnotes] > ol > li, .footnotes > ol > li, section > ol > li[id*='-fn']")
    )
    for mark in soup.select(
        "sup.footnote-ref, sup[data-footnote-ref], a.footnote-backref, .footnote-ref, .footnote-back"
    ):
        mark.decompose()
    for name in WITHOUT_WORDS:
        for element in soup.find_all(name):
            element.decompose()
    blocks = _blocks(soup, first_line)
    links, relative = _links(soup, first_line)
    heading = soup.find("h1")
    outside = "\n".join(block.text for block in _blocks(soup, first_line, but=("pre", "code")))
    return Markup(
        blocks=blocks,
        pictures=_pictures(soup, first_line),
        links=links,
        relative=relative,
        tables=tuple(_line_of(table, first_line) for table in soup.find_all("table")),
        codes=tuple((" ".join(code.get_text().split()), _line_of(code, first_line)) for code in soup.find_all("pre")),
        footnotes=footnotes,
        heading=" ".join(heading.get_text().split()) if isinstance(heading, Tag) else "",
        prose=outside,
        tags_shown=tuple(outside[found.start() :][:60] for found in TEMPLATE_TAG.finditer(outside)),
    )


def without_tags(body: str, *, is_mdx: bool) -> str:
    """Return *body* without what a generator replaces; pictures and code of tags are written as Markdown.

    Every line stays on its line.
    """
    body = RAW.sub(lambda found: found["raw"].replace("{", "\ue000"), body)
    written: list[str] = []
    outside: list[str] = []
    closing = ""
    is_module = bool(IMPORT.search(body) and COMPONENT.search(body))

    def flush() -> None:
        text = TAG.sub(_replaced, "\n".join(outside))
        if outside:
            text = TASK.sub(r"\1", IN_BRACES.sub(r'="\g<path>"', CONTENTS_LIST.sub("\n", text)))
            text = CALLOUT.sub(r"\1", ATTRIBUTES.sub("", JSX_COMMENT.sub(_lines_only, text)))
            written.append(text)
        outside.clear()

    for line in body.split("\n"):
        fence = FENCE.match(line)
        if closing:
            ends = CLOSES_CODE.search(line) if closing == "tag" else fence and fence["marks"].startswith(closing)
            written.append("```" if ends and closing == "tag" else line)
            closing = "" if ends and (closing == "tag" or not (fence and fence["info"].strip())) else closing
        elif fence and "`" not in fence["info"]:
            flush()
            written.append(line)
            closing = fence["marks"]
        elif OPENS_CODE.search(line) and not CLOSES_CODE.search(line):
            flush()
            written.append("```")
            closing = "tag"
        elif (
            ADMONITION.match(line)
            or ((is_mdx or is_module) and OF_A_MODULE.match(line))
            or line.strip() in {"[TOC]", "[toc]", "{:toc}"}
        ):
            outside.append("")
        else:
            outside.append(line)
    flush()
    return "\n".join(written).replace("\ue000", "{")


def _replaced(found: re.Match[str]) -> str:
    if found["code"] or found["indented"]:
        return found[0]
    figure = FIGURE.search(found["tag"])
    return f"![]({figure['src']})" if figure else _lines_only(found)


def _lines_only(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _line_of(element: Tag | None, first_line: int) -> int:
    while element is not None:
        place = element.get("data-sourcepos")
        if place:
            return int(str(place).partition(":")[0]) + first_line - 1
        element = element.parent
    return 0


def _blocks(soup: BeautifulSoup, first_line: int, *, but: tuple[str, ...] = ()) -> tuple[Block, ...]:
    texts: list[tuple[Tag, list[str]]] = []
    for piece in soup.find_all(string=True):
        if isinstance(piece, PreformattedString) or not isinstance(piece, NavigableString):
            continue
        block = piece.parent
        left_out = False
        while block is not None and block.name not in BLOCKS:
            left_out = left_out or block.name in but
            block = block.parent
        if block is None or left_out or block.name in but:
            continue
        if not texts or texts[-1][0] is not block:
            texts.append((block, []))
        texts[-1][1].append(str(piece))
    joined = ((block, "".join(pieces)) for block, pieces in texts)
    return tuple(Block(line=_line_of(block, first_line), text=text) for block, text in joined if text.strip())


def _pictures(soup: BeautifulSoup, first_line: int) -> tuple[tuple[str, int], ...]:
    found = []
    for picture in soup.find_all("img"):
        source = str(picture.get("src") or "").strip()
        if source and not source.startswith("data:"):
            found.append((last_part(source), _line_of(picture, first_line)))
    return tuple(found)


def _links(soup: BeautifulSoup, first_line: int) -> tuple[tuple[tuple[str, int], ...], int]:
    absolute: list[tuple[str, int]] = []
    relative = 0
    for link in soup.find_all("a"):
        address = str(link.get("href") or "").strip()
        if WEB.match(address):
            absolute.append((bare(address), _line_of(link, first_line)))
        elif address and not address.startswith("#") and ":" not in address.partition("/")[0]:
            relative += 1
    return tuple(absolute), relative


def last_part(address: str) -> str:
    """Return the last part of the path of *address*, by which a picture is known wherever it is moved to."""
    return unquote(re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2])


def bare(address: str) -> str:
    """Return *address* without its scheme, and as two tools of different care for escapes would agree on it."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return "(broken)"
    rest = unquote(f"{parts.path}?{parts.query}").rstrip("?/")
    return host + re.sub(r"\s+", "", rest)
