"""Name the format of a text that is no copy, so that its desk knows what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping

from feedsvc.model.document import Document, suffix
from feedsvc.parsers.frontmatter import has_fence, has_fence_of_markdown
from feedsvc.parsers.line_kinds import is_prose, opens_story
from feedsvc.parsers.lines import NO_WORDS, fault, lines_of
from feedsvc.parsers.marks import find_mark
from feedsvc.text.scripts import count_han

MAY_HOLD_TAGS = frozenset({".md", ".markdown", ".mdown", ".mkd"})
TAGGED = re.compile(
    r"</?(?:h[1-6]|p|div|article|section|main|header|footer|table|t[rdh]|ul|ol|li|br|span|title|meta|link|style|script)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
FENCE_END = re.compile(r"^(?:---|\+\+\+)[ \t]{0,9}$", re.MULTILINE)
# Of the header of mail below a line or behind marks of quotation, where it is not recognised as an envelope.
CARRIED_LINE = re.compile(
    r"^[> \t]{0,9}(?P<name>received|return-path|delivered-to|message-id|mime-version|content-type|references"
    r"|in-reply-to|content-transfer-encoding|dkim-signature|authentication-results|x-[a-z-]{2,40}):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
FEW_CARRIED = 2
ENDING = re.compile("[a-z]")  # a number is none
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
    ".html": "a template of web pages",
    ".htm": "a template of web pages",
    ".xhtml": "a template of web pages",
    ".rst": "reStructuredText",
    ".rest": "reStructuredText",
    ".org": "Org",
    ".adoc": "AsciiDoc",
    ".asciidoc": "AsciiDoc",
    ".textile": "Textile",
    ".wiki": "MediaWiki",
    ".mediawiki": "MediaWiki",
    ".creole": "Creole",
    ".tex": "LaTeX",
    ".latex": "LaTeX",
    ".typ": "Typst",
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
    (re.compile(r"(?:<!--\s{0,9})?\.\. (?:title|slug|date|tags|category): "), "a post of Nikola"),
    (re.compile(r"\.\. [a-z][a-z-]{1,40}::|\.\. _[^:\n]{1,200}:"), "reStructuredText"),
    (re.compile(r"#\+[A-Za-z_]{3,30}:"), "Org"),
    (re.compile(r"(?:%[^\n]{0,200}\n){0,20}\s{0,9}\\(?:documentclass|documentstyle|begin\{)"), "LaTeX"),
    (re.compile(r"% \S[^\n]{0,300}\n% "), "Pandoc's Markdown with a title block"),
    (re.compile(r"= \S[^\n]{0,300}\n(?:[^\n]{1,300}\n){0,3}:[a-z][a-z-]{1,40}:(?: |\n)"), "AsciiDoc"),
    (re.compile(r"'{3}[^'\n]|__NOTOC__|==[^=\n]{1,200}==\n"), "MediaWiki"),
    (re.compile(r"h[1-6]\. \S"), "Textile"),
    (re.compile(r"diff --git |Index: \S{1,300}\n={10}|--- \S[^\n]{0,300}\n\+\+\+ \S"), "a patch"),
)
# What each of them begins with, which few texts do.
BEGINNING_SIGNS = ("<", "#!", "#+", "{", "[", "BEGIN:", "---", "..", "%", "\\", "=", "'", "__", "h", "diff ", "Index:")
# A title over a line is a heading of Markdown and of plain text too, but not with fields below it, or with directives.
TITLED = re.compile(
    r"(?:[=\-~^\"'*+#]{3,300}\n)?[ ]?\S[^\n]{0,300}\n(?P<sign>[=\-~^\"'*+#])(?P=sign){2,299}[ ]{0,9}\n"
    r"\s{0,99}(?P<field>:(?:authors?|category|contact|copyright|date|lang|modified|slug|status|summary|tags|version):\s)?",
    re.IGNORECASE,
)
DIRECTIVE = re.compile(r"^\.\. (?:[a-z][a-z-]{1,40}::|_[^:\n]{1,200}: |\|[^|\n]{1,100}\| [a-z-]{1,40}::)", re.MULTILINE)


# Of a file whose name has no ending its lines must tell whether it is copy: these are no sentences.
NO_SENTENCE = re.compile(
    r"[\w.$-]+[ \t]*[:+?]?=|[a-z_.$\"'-][\w./$(){}%\"'-]*[ \t]*:(?:\s|$)|[#/*;%@|}{\]\[)(&<>$]|[-+*][ \t]+\S+$"
    r"|(?:export|import|from|def|class|if|fi|else|then|done|do|for|while|case|esac|return|exit|echo|set|cd|rm|cp|mv|sudo"
    r"|source|gem|load|require|include|alias|FROM|RUN|CMD|COPY|ADD|ENV|WORKDIR|EXPOSE|USER|ARG|ENTRYPOINT)(?:\s|$)"
    r"|(?=\S*[^A-Za-z\s])[!-~]+$|.*[;{}\\]$"
)
NEWSML_1 = re.compile(
    r"(?:<\?[^>]{0,200}>\s{0,99}|<!(?!--)[^>]{0,300}>\s{0,99}|<!--[^>]{0,300}-->\s{0,99}){0,9}<NewsML\b"
)
FEW_LINES = 60  # that are looked at
WORDS, HAN = 3, 4  # so many make a headline
MARK = re.compile(r"^(?:<{7}(?: \S.*)?|={7}|>{7} \S.*)$", re.MULTILINE)
LABEL = re.compile(r">{7} \S+(?: \S+){0,3}")  # a branch, or a commit with the first words of what it says
# Between these a text shows code, and such marks as an example.
CODE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})|^\s{0,9}(?P<opens>\{%-? *(?:highlight|raw)\b|\{\{[<%] *highlight\b|<pre\b)"
    r"|(?P<closes>\{%-? *end(?:highlight|raw)\b|\{\{[<%] */ *highlight\b|</pre>)",
    re.MULTILINE,
)
BESIDE = 500  # characters that are looked at before and behind a mark
NOWHERE = (sys.maxsize, sys.maxsize)
SHOWN = 60  # characters of a mark in a message


def unsuited(document: Document, text: str) -> str | None:
    """Return what the document is, when it is no copy: "an HTML page"; None when it may be copy."""
    ending = suffix(document.path.lower())
    is_newsml_1 = NEWSML_1.match(text[:2000].lstrip(NO_WORDS)) is not None
    named = "NewsML 1, the format before G2" if is_newsml_1 else ENDINGS.get(ending)
    if named is not None:
        return named
    if ending not in MAY_HOLD_TAGS and _is_tagged(text):
        return "HTML without a page around it"
    carried = {found["name"].lower() for found in CARRIED_LINE.finditer(text[:5000])}
    if ending not in MAY_HOLD_TAGS and len(carried) >= FEW_CARRIED:
        return "mail with other lines above its header, or with a header that is quoted"
    start = text[:2000].lstrip(NO_WORDS)
    named = _begun_as(start)
    if named == "a JSON file" and ending in MAY_HOLD_TAGS and has_fence_of_markdown(text):
        named = None
    if named is None and (titled := TITLED.match(start)) and (titled["field"] or DIRECTIVE.search(text)):
        return "reStructuredText"
    if named is None and not ENDING.search(ending) and not _reads_as_copy(text):
        return "no copy by its lines, and has no ending such as .txt"
    return named


def _reads_as_copy(text: str) -> bool:
    """Return whether *text*, of which the name says nothing, begins as copy does: a mark, a headline, sentences."""
    if has_fence(text):
        return True
    lines = lines_of(text[:20_000])[:FEW_LINES]
    if any(find_mark(line, sole=True) or opens_story(line) for line in lines):
        return True
    rest = [line for line in lines if NO_SENTENCE.match(line.text) is None]
    if len(rest) == len(lines):
        return any(len(line.text.split()) >= WORDS or count_han(line.text) >= HAN for line in lines)
    return len(rest) * 2 > len(lines) and any(map(is_prose, rest))


def unsuited_copy(text: str) -> str | None:
    """Return what the copy of a transmission is, when it is no copy; None when it may be."""
    if has_fence(text) and FENCE_END.search(text[4:20_000]):
        return "front matter, which is read only in Markdown files"
    return "HTML" if _is_tagged(text) else _begun_as(text[:2000].lstrip(NO_WORDS))


def _begun_as(start: str) -> str | None:
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


def refuse_unmerged(text: str, *, is_markdown: bool) -> None:
    """Raise ParseError if *text* is in the middle of a merge, at the line of the first mark.

    A mark at the beginning of a line is enough, if no other reading is left: only seven equals signs underline a
    heading, and seven greater-than signs quote a mail.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    shown = iter(_code(text)) if is_markdown else iter(())
    begin, end = next(shown, NOWHERE)
    first: dict[str, re.Match[str]] = {}
    for mark in MARK.finditer(text):
        while end <= mark.start():
            begin, end = next(shown, NOWHERE)
        if begin <= mark.start() or (mark[0][0] == ">" and _is_quoted(text, mark)):
            continue
        first.setdefault(mark[0][0], mark)
    if "<" not in first and (">" not in first or ("=" not in first and LABEL.fullmatch(first[">"][0]) is None)):
        return
    at = min(mark.start() for mark in first.values())
    mark = first.get("<") or first[">"]
    raise fault(text, at, f"is in the middle of a merge ({mark[0][:SHOWN]!r}); settle it, and remove its marks")


def _is_quoted(text: str, mark: re.Match[str]) -> bool:
    """Return whether a line beside *mark* is quoted too, as in a mail."""
    before = text[max(0, mark.start() - BESIDE) : mark.start()].rstrip().rpartition("\n")[2]
    after = text[mark.end() : mark.end() + BESIDE].lstrip()
    return before.startswith(">") or after.startswith(">")


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield where Markdown shows code, from its beginning to its end."""
    opened, begin = "", 0
    for found in CODE.finditer(text):
        sign = found["fence"] or ("<" if found["opens"] else "")
        if not opened and sign:
            opened, begin = sign, found.start()
        elif opened and ((found["fence"] and sign.startswith(opened)) or (opened == "<" and found["closes"])):
            opened = ""
            yield begin, found.end()
    if opened:
        yield begin, len(text)
