"""Recognise the marks that hold copy back: embargoes, holds, advances, kills.

They fail closed: a line in the form of such a mark holds the copy, understood or not, and what it says is kept for the
desk. A headline that merely uses the word ("Storms kill two in harbour town", "City to hold election") is in no such
form: a mark stands alone on its line, or begins it and is set off by a colon, a dash, brackets, a time or capitals.
source: docs/design.md, section 6, "Fail closed".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedsvc.model.drafts import HoldKind
from feedsvc.parsers import marks_en, marks_zh
from feedsvc.parsers.lines import Line

OPEN = r"[\s*#=>!\"'“\[(（【〔《<·•-]{0,12}"
FORMS: tuple[tuple[HoldKind, re.Pattern[str]], ...] = (
    *((kind, re.compile(OPEN + form, re.IGNORECASE)) for kind, form in marks_en.ANY_CASE),
    *((kind, re.compile(OPEN + form)) for kind, form in marks_en.CAPITALS),
    *((kind, re.compile(OPEN + form)) for kind, form in marks_zh.FORMS),
)
# Where the mark's own words end and a headline may follow on the same line.
BRACKETED = re.compile(
    r"\s{0,3}(?:\[[^\]]{1,120}\]|【[^】]{1,120}】|（[^）]{1,120}）|\([^)]{1,120}\)|〔[^〕]{1,120}〕)\s{0,3}[:：]?"
)
SET_OFF = re.compile(r"[^:：—–]{1,80}?(?:[:：](?!\d)|\s?[—–]{1,2}|\s-{1,2}\s|--)")
CAPITALS = re.compile(r"[A-Z]{3,12}(?:\s[A-Z]{2,12}){0,4}\s(?=[A-Z]?[a-z])")
TIME = re.compile(marks_en.WHEN + "|" + marks_zh.WHEN, re.IGNORECASE)
LONGEST_MARK = 300  # characters looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Hold a mark found at the beginning of a line, and what of the line is left for a headline (may be empty)."""

    kind: HoldKind
    line: Line
    rest: Line


def find_mark(line: Line) -> Mark | None:
    """Return the mark that *line* is or begins with."""
    head = line.text[:LONGEST_MARK]
    for kind, form in FORMS:
        found = form.match(head)
        if found is not None:
            at = _end(line.text, least=found.end())
            return Mark(kind=kind, line=line.part(0, at), rest=line.part(at))
    return None


def _end(text: str, *, least: int) -> int:
    """Return where the mark ends: before a headline where one follows on its line, else at the end."""
    for pattern in (BRACKETED, SET_OFF, CAPITALS):
        found = pattern.match(text)
        if found is not None:
            rest = text[found.end() :].strip()
            return len(text) if found.end() < least or TIME.match(rest) else found.end()
    return len(text)
