"""Find the marks that a version control leaves in a text which it could not merge."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from feedsvc.parsers.lines import fault

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


def refuse_unmerged(text: str, *, is_markdown: bool) -> None:
    """Raise ParseError if *text* is in the middle of a merge, at the line of the first mark.

    A mark at the beginning of a line is enough, if no other reading is left: seven equals signs alone underline a
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
