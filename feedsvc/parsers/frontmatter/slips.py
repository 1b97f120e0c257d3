"""Name the slip of the pen for which YAML cannot be read, in words that a desk knows, and the line where it is.

The parser's own message names a rule of YAML, and often the line behind the slip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

KEY = r"(?P<key>[\w\"'][\w .\"'-]{0,98})"
WIDE_COLON = re.compile(rf"[ \t]{{0,9}}{KEY}：")
FIXED_BLANK = re.compile(rf"[ \t]{{0,9}}{KEY}:[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")
PAIR = re.compile(rf"[ \t-]{{0,20}}{KEY}:[ \t]{{1,20}}(?P<value>\S[^\n]{{0,2000}})")
GLUED = re.compile(rf"{KEY}:(?P<value>[^\s:/][^\n]{{0,2000}})")
TAB = re.compile(r" {0,20}\t")
# "%", "@" and "`" are kept for YAML, and "*" names an anchor: "*Ferry* sails" does not.
BEGINS_ODDLY = re.compile(r"[%@`]|\*(?:\*|\S{1,200}[ \t]{1,9}[^\s#])")
AFTER_BRACKETS = re.compile(r"(?:\[[^\[\]\n]{0,500}\]|\{[^{}\n]{0,500}\})[ \t]{0,9}[^\s#,\]}]")
QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.){0,2000}\"|'(?:[^'\n]|''){0,2000}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip, in words that end a message, and the offset in the block where its line begins."""

    said: str
    offset: int


def find_slip(block: str, at: int) -> Slip | None:
    """Return the slip for which reading *block* failed at the offset *at*: that of the last line up to there.

    YAML takes a line without a colon for more of the text above it, and fails one or more lines later.
    """
    lines = block.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    before = [(start, line) for start, line in zip(starts, lines, strict=False) if start <= at]
    for start, line in reversed(before):
        for slip in (_wide_colon, _fixed_blank, _in_value, _tab, _glued):
            said = slip(line)
            if said is not None:
                return Slip(said=said, offset=start)
    return None


def _wide_colon(line: str) -> str | None:
    found = WIDE_COLON.match(line)
    return found and f"the colon behind {found['key'].strip()} is a full-width one (：); write a plain one and a blank"


def _fixed_blank(line: str) -> str | None:
    found = FIXED_BLANK.match(line)
    return found and f"a no-break space stands behind the colon of {found['key'].strip()}; write a plain blank"


def _glued(line: str) -> str | None:
    found = GLUED.fullmatch(line)
    return found and f"no blank stands behind the colon of {found['key'].strip()}"


def _tab(line: str) -> str | None:
    return "the line begins with a tab; write blanks" if TAB.match(line) and line.strip() else None


def _in_value(line: str) -> str | None:
    pair = PAIR.match(line)
    if pair is None:
        return None
    key, value = pair["key"].strip(), pair["value"].rstrip()
    if BEGINS_ODDLY.match(value):
        return f"the value of {key} begins with {value[0]}; put the value in quotes"
    if AFTER_BRACKETS.match(value):
        return f"words stand behind the brackets that the value of {key} begins with; put the value in quotes"
    if value[0] in "\"'":
        return _in_quotes(key, value)
    if re.search(r":(?:[ \t]|$)", value) and value[0] not in "[{|>":
        return f"the value of {key} has a colon in it; put the value in quotes"
    return None


def _in_quotes(key: str, value: str) -> str | None:
    """Return the slip of a value that begins with a quote: words behind the closing one, or no closing one."""
    quoted = QUOTED.match(value)
    rest = value[quoted.end() :].strip() if quoted else ""
    if quoted is None:
        return f"the quote that the value of {key} begins with is never closed"
    if not rest or rest[0] in "#,]}":
        return None
    is_double = value[0] == '"'
    cure = "put quotes within quotes in \\\" or use '…'" if is_double else 'write quotes within quotes twice or use "…"'
    return f"the quotes of {key} end before its value does; {cure}"
