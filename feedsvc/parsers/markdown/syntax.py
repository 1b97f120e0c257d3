"""What counts as Markdown: CommonMark and GFM, and what the generators of sites add to them.

Footnotes, definition lists and MkDocs' notes come from mdit-py-plugins. Small additions are rules here: attributes in
braces, math that is kept as it is, notes between colons, lines that only a generator reads, and ids of headings.
source: docs/decisions/0116-mdit-py-plugins.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.admon.index import admonition
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_plugin, footnote_ref

from feedsvc.parsers.markdown.east_asian import EastAsianInline, join_lines
from feedsvc.parsers.markdown.template_tags import resolve_tags, tag_line

# Deeper blocks would cost more than they are worth; markdown-it's own presets take 20 to 100.
MOST_NESTING = 50

ATTRIBUTES = re.compile(r"\{(?::[ \t]{0,3}|(?=[.#]))[^{}\n]{0,300}\}")
AFTER_ATTRIBUTES = frozenset({"link_close", "image", "em_close", "strong_close", "code_inline", "s_close"})
MARKED = re.compile(r"==(?=[^\s=])(?P<text>[^=\n]{1,300}(?<!\s))==(?![=A-Za-z0-9])")
# As pandoc reads dollars: no blank inside of them, no digit behind. TeX's brackets hold an operator, because Markdown
# escapes brackets so too.
MATH = re.compile(
    r"\$\$(?:[^$\\]|\\.){1,2000}\$\$|\$(?=[^\s$])(?:[^$\\\n]|\\[^\n]){0,500}(?<!\s)\$(?!\d)|"
    r"\\\((?=[^()\n]{0,500}(?:[_^=]|\\[A-Za-z]))(?:[^\\\n]|\\[^()\n]){1,500}\\\)",
    re.DOTALL,
)


def _attributes(state: StateInline) -> int:
    """Return the end of attributes behind a link, a picture or emphasis, which kramdown, pandoc and Hugo read."""
    beside = not state.pending and state.tokens and state.tokens[-1].type in AFTER_ATTRIBUTES
    found = ATTRIBUTES.match(state.src, state.pos, state.posMax) if beside else None
    return found.end() if found else 0


def _math(state: StateInline) -> int:
    found = MATH.match(state.src, state.pos, state.posMax)
    if found is None:
        return 0
    state.pending += found[0]
    return found.end()


def _marked(state: StateInline) -> int:
    is_in_word = state.pos > 0 and state.src[state.pos - 1].isascii() and state.src[state.pos - 1].isalnum()
    found = None if is_in_word else MARKED.match(state.src, state.pos, state.posMax)
    if found is None:
        return 0
    whole = state.posMax
    state.push("mark_open", "mark", 1)
    state.pos, state.posMax = found.span("text")
    state.md.inline.tokenize(state)
    state.posMax = whole
    state.push("mark_close", "mark", -1)
    return found.end()


ADDITIONS: Mapping[str, Callable[[StateInline], int]] = {
    "{": _attributes,
    "$": _math,
    "\\": _math,
    "=": _marked,
}


def _additions(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it calls rules so
    """Read what no Markdown of the specification has; one rule, because each is asked at each sign."""
    addition = ADDITIONS.get(state.src[state.pos])
    end = 0 if addition is None or silent else addition(state)
    state.pos = end or state.pos
    return end > 0


# The plugin's rule looks for the end of each reference as far as there is one: a time of the length squared.
FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,100}\]")


def _footnote_ref(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- as above
    return FOOTNOTE.match(state.src, state.pos) is not None and footnote_ref(state, silent)


def _notes_apart(state: StateCore) -> None:
    """Put a note that is written within another behind that one: the plugin would take the outer one's words away."""
    if "footnotes" not in state.env:
        return
    parts: list[list[Token]] = [[]]
    within: list[Token] = []
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            parts.append([])
        parts[-1].append(token)
        if token.type == "footnote_reference_close":
            note = parts.pop()
            if len(parts) > 1:
                within += note
            else:
                parts[0] += note + within
                within = []
    state.tokens = parts[0]


DEFINITION = re.compile(r"^[ \t>]{0,20}[:~][ \t]", re.MULTILINE)
MOST_DEFINITIONS = 10_000  # of a body: each costs as much as a list, 70 microseconds


def _definitions(deflist: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return the plugin's rule for bodies that do not have too many definitions; the others show them as text."""

    def few(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- as above
        if "definitions" not in state.env:
            state.env["definitions"] = len(DEFINITION.findall(state.src))
        return bool(state.env["definitions"] <= MOST_DEFINITIONS) and deflist(state, start, end, silent)

    return few


NOTE_WORDS = """
    note tip info important warning caution danger attention success failure question bug example quote abstract summary
    details hint error seealso todo
"""
NOTE_KINDS = frozenset(NOTE_WORDS.split())
NOTE_LINE = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]{1,9}(?P<kind>[A-Za-z][\w-]{0,40})(?P<titled>[^\n\"]{0,100}\")?")
CONTAINER = re.compile(
    r"(?P<colons>:{3,20})[ \t]{0,9}(?:\{[^{}\n]{0,300}\}|(?P<kind>[A-Za-z][\w-]{0,40}))?[ \t]{0,9}"
    r"(?P<title>[^\n]{0,300})"
)
CALLOUT = re.compile(r"\.callout-(?P<kind>[a-z]{1,20})")
TITLE_OF = re.compile(r"title=\"(?P<title>[^\"\n]{1,200})\"")
SILENT_LINE = re.compile(
    r"\[TOC\]|\[\[_?toc_?\]\]|[@$]\[toc\](?:\([^()\n]{0,200}\))?|\$\{toc\}|\{\{[ ]?toc[ ]?\}\}|"
    r"\{(?::[ \t]{0,3}|(?=[.#]))[^{}\n]{0,300}\}",
    re.IGNORECASE,
)


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- as above
    """Read a note as of MkDocs. The plugin takes any word for a kind, and shows no kind."""
    found = NOTE_LINE.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    is_note = found is not None and (found["kind"].lower() in NOTE_KINDS or found["titled"] is not None)
    return is_note and admonition(state, start, end, silent)


def _generators_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 -- as above
    """Read a line that only a generator reads: a table of contents, attributes of the block above, a note's colons."""
    at = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start):
        return False
    line = state.src[at : state.eMarks[start]].rstrip()
    container = CONTAINER.fullmatch(line)
    if container is None and SILENT_LINE.fullmatch(line) is None:
        return False
    if silent:
        return True
    state.line = start + 1
    html = "" if container is None else _note_tag(container, state.env.setdefault("notes", []))
    if html:
        token = state.push("html_block", "", 0)
        token.map = [start, start + 1]
        token.content = html
    elif line.startswith(("{:toc", "{: toc", "{:.toc")):
        _drop_contents(state.tokens)
    return True


def _note_tag(found: re.Match[str], opened: list[str]) -> str:
    """Return the tag of a line of colons; *opened* holds the end tags of those that are open."""
    said = found["title"].strip()
    attributes = found[0][found.end("colons") :]
    callout = CALLOUT.search(attributes)
    kind = callout["kind"] if callout else (found["kind"] or "")
    if not kind and not attributes.strip():
        return opened.pop() if opened else ""
    if said.endswith(":::"):  # opened and closed on one line, as layouts are
        said = said.rstrip(": ")
    titled = TITLE_OF.search(attributes)
    title = titled["title"] if titled else said.strip("[]")
    if kind.lower() not in NOTE_KINDS:
        opened.append("")
        return f"<p>{escapeHtml(title)}</p>\n" if title and not titled else ""
    opened.append("</blockquote>\n")
    return f"<blockquote>\n<p><strong>{escapeHtml(title or kind.capitalize())}</strong></p>\n"


def _drop_contents(tokens: list[Token]) -> None:
    """Take the list above out that kramdown puts the table of contents in the place of."""
    if not tokens or tokens[-1].type not in {"bullet_list_close", "ordered_list_close"}:
        return
    level = tokens[-1].level
    index = len(tokens) - 2
    while tokens[index].level > level:
        index -= 1
    del tokens[index:]


CALLOUT_LINE = re.compile(r"\[!(?P<kind>[A-Za-z][\w-]{0,30})\][+-]?[ \t]{0,9}(?P<title>[^\n]{0,300})")


def _callouts(state: StateCore) -> None:
    """Make a title of the line "[!danger] Take care" that a quotation begins with, as Obsidian writes notes."""
    for opening, inline in zip(state.tokens, state.tokens[2:], strict=False):
        found = CALLOUT_LINE.match(inline.content) if opening.type == "blockquote_open" else None
        if found is not None:
            title = found["title"].strip() or found["kind"].capitalize()
            inline.content = f"**{title}**  \n{inline.content[found.end() :].lstrip()}".rstrip()


MATH_END = {"$$": "$$", "\\[": "\\]"}
MOST_MATH_LINES = 200


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- as above
    """Read math on lines of its own, which Markdown would take for lists, headings and emphasis."""
    at = state.bMarks[start] + state.tShift[start]
    opening = state.src[at : at + 2]
    if opening not in MATH_END or state.is_code_block(start):
        return False
    closing = MATH_END[opening]
    for line in range(start, min(end, start + MOST_MATH_LINES)):
        said = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if said.endswith(closing) and (line > start or len(said) > len(opening) + len(closing)):
            break
        if line > start and (not said or opening in said or state.sCount[line] < state.blkIndent):
            return False
    else:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("math_block", "p", 0)
        token.map = [start, line + 1]
        token.content = state.getLines(start, line + 1, state.blkIndent, False).strip()  # noqa: FBT003 -- markdown-it's
    return True


HEADING_ID = re.compile(
    r"[ \t]{0,9}(?:\{:?[ \t]{0,3}(?P<attributes>[.#][^{}\n]{0,200})\}|"
    r"\{/\*[ \t]{0,3}#(?P<mdx>[^\s*{}]{1,100})[ \t]{0,3}\*/\})[ \t]{0,9}#{0,6}$"
)
ID = re.compile(r"#(?P<id>[^\s#.{}=]{1,100})")
HTML_LINK = re.compile(r"<a\b[^<>]{0,300}?\shref=[\"']?#(?P<id>[^\s\"'<>]{1,200})", re.IGNORECASE)


def _heading_attributes(state: StateCore) -> None:
    """Take attributes in braces from the ends of headings; an id among them is the heading's."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and "{" in inline.content:
            found = HEADING_ID.search(inline.content)
            if found is not None:
                inline.content = inline.content[: found.start()]
                stated = ID.search(found["attributes"] or "")
                name = found["mdx"] or (stated["id"] if stated else "")
                if name:
                    opening.attrSet("id", name)


def _heading_ids(state: StateCore) -> None:
    """Give headings that the document links to the ids that it links to.

    Generators make ids of headings by different rules. A heading matches an id if its letters and figures do.
    """
    links = [
        (token, str(token.attrs["href"])[1:])
        for inline in state.tokens
        for token in inline.children or ()
        if token.type == "link_open" and str(token.attrs.get("href", "")).startswith("#")
    ]
    wanted = [name for _, name in links] + (
        [found["id"] for found in HTML_LINK.finditer(state.src)] if "href=" in state.src else []
    )
    if not wanted:
        return
    free: dict[str, list[Token]] = {}
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and "id" not in opening.attrs:
            said = "".join(child.content for child in inline.children or () if child.type != "html_inline")
            free.setdefault(_folded(said), []).append(opening)
    for name in dict.fromkeys(map(unquote, wanted)):
        folded = _folded(name)
        numbered = NUMBERED.match(name)
        headings = free.get(folded) or (free.get(_folded(numbered["name"])) if numbered else None)
        if headings:
            headings.pop(0).attrSet("id", name)


NUMBERED = re.compile(r"(?P<name>.{1,200}?)[-_]\d{1,3}$")


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


OWN_BLOCKS: Mapping[str, tuple[Callable[[StateBlock, int, int, bool], bool], ...]] = {
    ":": (_generators_line,),
    "[": (_generators_line,),
    "{": (_generators_line,),
    "@": (_generators_line,),
    "$": (_generators_line, _math_block),
    "\\": (_math_block,),
    "q": (tag_line,),  # as the words of tags begin
}


def _own_blocks(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- as above
    """Read a block of ours; one rule, because each is asked at each line."""
    at = state.bMarks[start] + state.tShift[start]
    rules = OWN_BLOCKS.get(state.src[at : at + 1], ())
    return any(rule(state, start, end, silent) for rule in rules)


Rendered = Callable[[RendererHTML, Sequence[Token], int, OptionsDict, EnvType], str]


def _html(html: str) -> Rendered:
    return lambda _renderer, _tokens, _index, _options, _env: html


def _math_html(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f"<p>{escapeHtml(tokens[index].content)}</p>\n"


def _item_html(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """Return the start of an item; of a task its box is a sign, because content has no fields of forms."""
    box = "" if "checked" not in tokens[index].meta else ("☑ " if tokens[index].meta["checked"] else "☐ ")
    return renderer.renderToken(tokens, index, options, env) + box


NOTE_HTML: Mapping[str, Rendered] = {
    f"{kind}_{part}": _html(html)
    for kind in ("alert", "admonition")
    for part, html in (
        ("open", "<blockquote>\n"),
        ("title_open", "<p><strong>"),
        ("title_close", "</strong></p>\n"),
        ("close", "</blockquote>\n"),
    )
}


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


def _markdown() -> MarkdownIt:
    """Return the parser. "html": HTML that copy brings along is kept here and made safe in content."""
    options = {"html": True, "linkify": True, "tasklists": True, "alerts": True, "maxNesting": MOST_NESTING}
    markdown = MarkdownIt()
    markdown.inline = EastAsianInline()
    markdown.configure("commonmark", options).enable(["table", "strikethrough", "linkify"])
    markdown.inline.ruler.disable("linkify")  # the core rule finds all; this one only what has "://"
    markdown.linkify = BareAddresses()  # the rule uses these three methods of linkify-it
    markdown.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    deflist = next(rule.fn for rule in markdown.block.ruler.__rules__ if rule.name == "deflist")
    markdown.block.ruler.at("deflist", _definitions(deflist), {"alt": ["paragraph", "reference", "blockquote"]})
    markdown.inline.ruler.at("footnote_ref", _footnote_ref)
    markdown.block.ruler.at("admonition", _admonition, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    markdown.core.ruler.before("footnote_tail", "notes_apart", _notes_apart)
    markdown.inline.ruler.before("escape", "additions", _additions)
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    markdown.block.ruler.before("fence", "own_blocks", _own_blocks, interrupting)
    markdown.core.ruler.after("inline", "resolve_tags", resolve_tags)
    markdown.core.ruler.after("block", "heading_attributes", _heading_attributes)
    markdown.core.ruler.after("block", "callouts", _callouts)
    markdown.core.ruler.push("join_lines", join_lines)
    markdown.core.ruler.push("heading_ids", _heading_ids)
    for name, rendered in (*NOTE_HTML.items(), ("math_block", _math_html), ("list_item_open", _item_html)):
        markdown.add_render_rule(name, rendered)
    return markdown


MARKDOWN = _markdown()
